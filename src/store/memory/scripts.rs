//! Scripts seen lately: counted, found by what they are called, and what of it no database has yet.
//!
//! A script of a page comes here once, and now and then again; in between it is counted elsewhere
//! ([`Sighting`]), and collected from there.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::tally::Tally;
use crate::inventory::SeenKind;
use crate::store::batch::ScriptSum;
use crate::store::rows::{ScriptSeen, ScriptSeenRow};
use crate::store::sighting::{Sighting, Times};

/// Different scripts of one kind on one site.
pub(super) const KEPT: usize = 500;
/// Scripts remembered under one URL or digest.
const ALIKE: usize = 64;
/// Scripts that had to go before they were written, kept until they are.
const GONE: usize = 2_000;

/// By site. A site whose inline scripts differ in each response must not push out the external script of a page that
/// is seldom visited, so each kind has a bound of its own.
#[derive(Debug, Default)]
pub(super) struct Scripts {
    sites: HashMap<String, Site>,
    gone: Vec<ScriptSum>,
    lost: u64,
}

#[derive(Debug, Default)]
struct Site {
    kinds: HashMap<SeenKind, Seen>,
    /// By URL without query, and by digest.
    called: HashMap<String, Vec<Arc<ScriptSeen>>>,
    /// By page rule: how many that nobody approved.
    stopped: HashMap<String, HashMap<SeenKind, usize>>,
}

#[derive(Debug, Default)]
struct Seen {
    rows: HashMap<Arc<ScriptSeen>, Row>,
}

#[derive(Debug)]
struct Row {
    tally: Tally,
    /// Since the last batch: how often, and first when.
    due: u64,
    due_since: Timestamp,
    /// Counts further times.
    further: Sighting,
}

impl Row {
    /// With what was counted further.
    fn settle(&mut self) {
        let times = self.further.take();
        self.add(times);
    }

    fn add(&mut self, times: Option<Times>) {
        let Some((count, first, last)) = times else { return };
        self.tally.count = self.tally.count.saturating_add(count);
        self.tally.last_seen = self.tally.last_seen.max(last);
        if self.due == 0 {
            self.due_since = first;
        }
        self.due = self.due.saturating_add(count);
    }

    fn last_seen(&self) -> Timestamp {
        self.tally.last_seen.max(self.further.last())
    }

    /// It is forgotten.
    fn end(mut self, seen: &ScriptSeen) -> Option<ScriptSum> {
        let times = self.further.end();
        self.add(times);
        self.sum(seen)
    }

    fn sum(&mut self, seen: &ScriptSeen) -> Option<ScriptSum> {
        let count = std::mem::take(&mut self.due);
        let (first_seen, last_seen) = (self.due_since, self.tally.last_seen);
        (count > 0).then(|| ScriptSum { seen: seen.clone(), count, first_seen, last_seen })
    }
}

impl Scripts {
    /// One was seen. Further times may be counted by what is returned.
    pub(super) fn add(&mut self, seen: ScriptSeen, now: Timestamp) -> Sighting {
        if !self.sites.contains_key(&seen.site) {
            self.sites.insert(seen.site.clone(), Site::default());
        }
        let Some(site) = self.sites.get_mut(&seen.site) else { return Sighting::default() };
        let of_kind = site.kinds.entry(seen.kind).or_default();
        if let Some(row) = of_kind.rows.get_mut(&seen) {
            row.tally.again(now);
            if row.due == 0 {
                row.due_since = now;
            }
            row.due = row.due.saturating_add(1);
            return row.further.clone();
        }
        if of_kind.rows.len() >= KEPT {
            let oldest = of_kind.rows.iter().min_by_key(|(_, row)| row.last_seen());
            if let Some(oldest) = oldest.map(|(seen, _)| Arc::clone(seen)) {
                if let Some(sum) = of_kind.rows.remove(&oldest).and_then(|row| row.end(&oldest)) {
                    if self.gone.len() < GONE {
                        self.gone.push(sum);
                    } else {
                        self.lost = self.lost.saturating_add(1);
                    }
                }
                site.forget(&oldest);
            }
        }
        let further = Sighting::default();
        let row = Row { tally: Tally::once(now), due: 1, due_since: now, further: further.clone() };
        site.insert(seen, row);
        further
    }

    /// One that a database knows, where there is room.
    pub(super) fn load(&mut self, row: ScriptSeenRow) {
        let ScriptSeenRow { seen, count, first_seen, last_seen } = row;
        let site = self.sites.entry(seen.site.clone()).or_default();
        let of_kind = site.kinds.entry(seen.kind).or_default();
        if of_kind.rows.len() < KEPT && !of_kind.rows.contains_key(&seen) {
            let tally = Tally { count, first_seen, last_seen };
            site.insert(seen, Row { tally, due: 0, due_since: last_seen, further: Sighting::default() });
        }
    }

    /// What no database has yet, and how many scripts were lost.
    pub(super) fn take(&mut self) -> (Vec<ScriptSum>, u64) {
        let mut due = std::mem::take(&mut self.gone);
        for of_kind in self.sites.values_mut().flat_map(|site| site.kinds.values_mut()) {
            due.extend(of_kind.rows.iter_mut().filter_map(|(seen, row)| {
                row.settle();
                row.sum(seen)
            }));
        }
        (due, std::mem::take(&mut self.lost))
    }

    /// Those of a site that are called so.
    pub(super) fn called(&self, site: &str, script: &str) -> Vec<ScriptSeen> {
        let called = self.sites.get(site).and_then(|site| site.called.get(script));
        called.into_iter().flatten().map(|seen| ScriptSeen::clone(seen)).collect()
    }

    /// Whether some of this kind that nobody approved were seen under a page rule.
    pub(super) fn has_stopped(&self, site: &str, rule: &str, kind: SeenKind) -> bool {
        let kinds = self.sites.get(site).and_then(|site| site.stopped.get(rule));
        kinds.is_some_and(|kinds| kinds.contains_key(&kind))
    }

    /// The most recent first.
    pub(super) fn rows(&mut self) -> Vec<ScriptSeenRow> {
        let kinds = self.sites.values_mut().flat_map(|site| site.kinds.values_mut());
        let all = kinds.flat_map(|kind| &mut kind.rows);
        let mut rows: Vec<ScriptSeenRow> = all
            .map(|(seen, row)| {
                row.settle();
                ScriptSeenRow {
                    seen: ScriptSeen::clone(seen),
                    count: row.tally.count,
                    first_seen: row.tally.first_seen,
                    last_seen: row.tally.last_seen,
                }
            })
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.last_seen));
        rows
    }
}

impl Site {
    fn insert(&mut self, seen: ScriptSeen, row: Row) {
        let seen = Arc::new(seen);
        for name in names(&seen) {
            let alike = self.called.entry(name.to_owned()).or_default();
            if alike.len() >= ALIKE {
                alike.remove(0);
            }
            alike.push(Arc::clone(&seen));
        }
        if seen.verdict.stops() {
            *self.stopped.entry(seen.page.clone()).or_default().entry(seen.kind).or_default() += 1;
        }
        self.kinds.entry(seen.kind).or_default().rows.insert(seen, row);
    }

    fn forget(&mut self, seen: &Arc<ScriptSeen>) {
        if seen.verdict.stops()
            && let Some(kinds) = self.stopped.get_mut(&seen.page)
        {
            if let Some(count) = kinds.get_mut(&seen.kind) {
                *count = count.saturating_sub(1);
            }
            kinds.retain(|_, count| *count > 0);
            if kinds.is_empty() {
                self.stopped.remove(&seen.page);
            }
        }
        for name in names(seen) {
            let Some(alike) = self.called.get_mut(name) else { continue };
            alike.retain(|other| !Arc::ptr_eq(other, seen));
            if alike.is_empty() {
                self.called.remove(name);
            }
        }
    }
}

/// What a script is looked for by.
fn names(seen: &ScriptSeen) -> impl Iterator<Item = &str> {
    let url = seen.script.split('?').next().unwrap_or(&seen.script);
    [Some(url), seen.digest.as_deref().filter(|digest| *digest != url)].into_iter().flatten()
}
