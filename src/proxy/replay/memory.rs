//! The pages that are remembered, by key and in the order of their use.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};

use super::entry::Entry;
use super::key::PageAsked;
use super::pace::Pace;

/// What was not used for so long is let go.
const IDLE: SignedDuration = SignedDuration::from_mins(1);

#[derive(Default)]
pub(super) struct Memory {
    /// Of the policies under which all was made.
    generation: u64,
    entries: HashMap<u64, Rc<Entry>>,
    /// The keys of `entries`, by when they were last used.
    order: BTreeMap<u64, u64>,
    last: u64,
    pub(super) pace: Pace,
}

impl Memory {
    /// Whether it is of this generation. What is of an earlier one is let go; a page that began under an
    /// earlier one has nothing here.
    pub(super) fn is_of(&mut self, generation: u64) -> bool {
        if generation > self.generation {
            self.generation = generation;
            self.entries.clear();
            self.order.clear();
        }
        generation == self.generation
    }

    /// The page as it was the last time.
    pub(super) fn find(&self, hash: u64, asked: &PageAsked<'_>) -> Option<Rc<Entry>> {
        self.entries.get(&hash).filter(|entry| entry.key.is(asked)).cloned()
    }

    /// In the place of what was kept of the same page.
    pub(super) fn keep(&mut self, entry: Rc<Entry>) {
        // Made under grants that were replaced meanwhile.
        if entry.key.is_over() {
            return;
        }
        let hash = entry.key.hash;
        if let Some(before) = self.entries.remove(&hash) {
            self.order.remove(&before.turn.get());
        }
        self.last = self.last.saturating_add(1);
        entry.turn.set(self.last);
        self.order.insert(self.last, hash);
        self.entries.insert(hash, entry);
    }

    /// A page was used.
    pub(super) fn used(&mut self, entry: &Rc<Entry>, now: Timestamp) {
        entry.used.set(now);
        if entry.turn.get() != self.last && self.has(entry) {
            self.order.remove(&entry.turn.get());
            self.last = self.last.saturating_add(1);
            entry.turn.set(self.last);
            self.order.insert(self.last, entry.key.hash);
        }
    }

    /// Lets one go, if it is still there.
    pub(super) fn forget(&mut self, entry: &Rc<Entry>) {
        if self.has(entry) {
            self.order.remove(&entry.turn.get());
            self.entries.remove(&entry.key.hash);
        }
    }

    fn has(&self, entry: &Rc<Entry>) -> bool {
        self.entries.get(&entry.key.hash).is_some_and(|kept| Rc::ptr_eq(kept, entry))
    }

    /// Lets the one go that was not used for longest. `false`: there is none.
    pub(super) fn forget_oldest(&mut self) -> bool {
        let Some((_, hash)) = self.order.pop_first() else { return false };
        self.entries.remove(&hash);
        true
    }

    /// Lets those go that were not used lately, and those that nobody can want any more.
    pub(super) fn forget_idle(&mut self, now: Timestamp) {
        let Self { entries, order, .. } = self;
        entries.retain(|_, entry| {
            let lately = now.duration_since(entry.used.get()) <= IDLE;
            let kept = lately && !entry.key.is_over();
            if !kept {
                order.remove(&entry.turn.get());
            }
            kept
        });
    }

    #[cfg(test)]
    pub(super) fn kept(&self, hash: u64) -> Option<Rc<Entry>> {
        self.entries.get(&hash).cloned()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        assert_eq!(self.entries.len(), self.order.len());
        self.entries.len()
    }
}
