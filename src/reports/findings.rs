//! Which findings were there before: a report of a known one costs its sender nothing, one of a new one comes off
//! what its network may bring. Bounded, and forgetful of what nobody reports again.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use crate::store::Violation;

/// Findings remembered: at least half of this number, those reported most recently.
const KEPT: usize = 65_536;

/// Findings, by a number that stands for each.
#[derive(Debug, Default)]
pub(super) struct Findings {
    // Seeded, so that nobody can write one that counts as another.
    hashing: RandomState,
    known: Mutex<Halves>,
}

/// When the younger is full it becomes the older, and what nobody reported meanwhile goes.
#[derive(Debug, Default)]
struct Halves {
    younger: HashSet<u64>,
    older: HashSet<u64>,
}

impl Findings {
    /// Whether a finding is known, or may become so: `allowed` is asked where it is new.
    pub(super) fn admits(&self, violation: &Violation, allowed: impl FnOnce() -> bool) -> bool {
        let number = self.hashing.hash_one(violation);
        // The sets are whole after every step, so a panic elsewhere doesn't spoil them.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.younger.contains(&number) {
            return true;
        }
        if !known.older.remove(&number) && !allowed() {
            return false;
        }
        if known.younger.len() >= KEPT / 2 {
            known.older = std::mem::take(&mut known.younger);
        }
        known.younger.insert(number);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Class;

    fn violation(blocked: u32) -> Violation {
        Violation {
            site: "shop".into(),
            kind: "csp-violation".into(),
            class: Class::NeverServed,
            reason: "not-seen".into(),
            rule: None,
            directive: "script-src-elem".into(),
            blocked: format!("https://evil.example/{blocked}"),
            source: None,
            digest: None,
            disposition: "enforce".into(),
        }
    }

    #[test]
    fn a_known_finding_passes_however_many_new_ones_come() {
        let findings = Findings::default();
        assert!(!findings.admits(&violation(0), || false), "new, and not allowed");
        assert!(findings.admits(&violation(0), || true));
        for number in 1..100_000 {
            assert!(findings.admits(&violation(number), || true));
            assert!(findings.admits(&violation(0), || false), "known, after {number}");
        }
        let known = findings.known.lock().unwrap();
        assert!(known.younger.len() + known.older.len() <= KEPT);
    }
}
