//! What was told already: each thing once, and of things that differ without end only so many, so that
//! no stranger fills the log or pushes other news out.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use super::exchange::Exchange;

/// Different things told for one page rule and one kind of thing.
pub(super) const TOLD_EACH: usize = 200;

/// What was told under the generation in force. Under another one everything is told anew: a script may
/// have been approved and lost its approval meanwhile, and rules may have moved.
#[derive(Debug, Default)]
pub(super) struct Told {
    // Seeded, so that nobody can write a text that counts as told because of another one.
    hashing: RandomState,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    number: u64,
    fingerprint: String,
    /// By site, page rule and kind, of which there are only as many as the policies have rules: the things.
    subjects: HashMap<u64, HashSet<u64>>,
}

/// Whether something is told.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum First {
    /// It is new.
    Yes,
    /// It is the first one beyond the limit.
    Last,
    /// It was told, or is one of too many, or of a generation that is gone.
    No,
}

impl Told {
    /// Whether this is the first time for the exchange's page rule, and counts it as told.
    pub(super) fn first(&self, exchange: &Exchange, kind: &'static str, thing: &str) -> First {
        let generation = &exchange.snapshot.generation;
        let subject = self.hashing.hash_one((&exchange.site.name, exchange.rule(), kind));
        let thing = self.hashing.hash_one(thing);
        // The maps are whole after every step, so a panic elsewhere doesn't spoil them.
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.fingerprint != generation.fingerprint {
            if generation.number < inner.number {
                return First::No;
            }
            inner.fingerprint.clone_from(&generation.fingerprint);
            inner.subjects.clear();
        }
        inner.number = generation.number;
        let things = inner.subjects.entry(subject).or_default();
        if things.len() > TOLD_EACH || !things.insert(thing) {
            return First::No;
        }
        if things.len() > TOLD_EACH { First::Last } else { First::Yes }
    }
}
