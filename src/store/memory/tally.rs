//! How often, and when first and last.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::store::Counted;

/// How often something was seen.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Tally {
    pub(in crate::store) count: u64,
    pub(in crate::store) first_seen: Timestamp,
    pub(in crate::store) last_seen: Timestamp,
}

impl Tally {
    /// Once.
    pub(in crate::store) const fn once(now: Timestamp) -> Self {
        Self { count: 1, first_seen: now, last_seen: now }
    }

    /// Once more.
    pub(in crate::store) fn again(&mut self, now: Timestamp) {
        self.count = self.count.saturating_add(1);
        self.last_seen = now;
    }
}

/// Counts one more of a name; beyond so many different ones, of none. Returns whether a name is new.
pub(in crate::store) fn count(counts: &mut HashMap<String, u64>, name: &str, most: usize) -> bool {
    if let Some(count) = counts.get_mut(name) {
        *count = count.saturating_add(1);
        return false;
    }
    let (name, is_new) = if counts.len() < most { (name, true) } else { ("", false) };
    let count = counts.entry(name.to_owned()).or_default();
    *count = count.saturating_add(1);
    is_new
}

/// The most frequent first.
pub(in crate::store) fn most_first(counts: &HashMap<String, u64>) -> Vec<Counted> {
    let mut counted: Vec<Counted> =
        counts.iter().map(|(name, count)| Counted { name: name.clone(), count: *count }).collect();
    counted.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    counted
}
