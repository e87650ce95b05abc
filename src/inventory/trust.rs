//! Whose word counts in a lock, and what a running process remembers of locks.

use std::collections::{HashMap, HashSet};
use std::num::NonZero;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use super::entry::Entry;
use super::key::PublicKey;
use super::signature::Signature;
use crate::clock::Clock;
use crate::sri::Digest;

/// Valid signatures that are remembered: one that was checked is not checked again at the next reload.
const MAX_REMEMBERED: usize = 1_000_000;
/// Fewer signatures than this are not worth another thread.
const ALONE: usize = 256;

/// Somebody whose signature makes entries count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approver {
    /// Their name, for messages.
    pub name: String,
    /// Their key.
    pub key: PublicKey,
}

/// Everybody whose signature makes entries count, and how many of them it takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Approvers {
    list: Vec<Approver>,
    quorum: usize,
}

/// Why approvers can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApproversError {
    /// One person would be two.
    #[error("`{0}` and `{1}` have the same key, so one person would count as two")]
    KeyTwice(String, String),
    /// Messages could not tell them apart.
    #[error("two approvers have the name `{0}`")]
    NameTwice(String),
    /// Nothing would need a signature, or nothing could ever count.
    #[error("a quorum of {quorum} is not possible with {approvers} approvers")]
    Quorum {
        /// The one given.
        quorum: usize,
        /// How many there are.
        approvers: usize,
    },
}

impl Approvers {
    /// Nobody: every entry of an unbroken chain counts.
    pub const fn none() -> Self {
        Self { list: Vec::new(), quorum: 0 }
    }

    /// Approvers of whom `quorum` must sign, at least one.
    pub fn new(list: Vec<Approver>, quorum: usize) -> Result<Self, ApproversError> {
        for (number, one) in list.iter().enumerate() {
            for other in list.iter().take(number) {
                if other.key == one.key {
                    return Err(ApproversError::KeyTwice(other.name.clone(), one.name.clone()));
                }
                if other.name == one.name {
                    return Err(ApproversError::NameTwice(one.name.clone()));
                }
            }
        }
        if quorum == 0 || quorum > list.len() {
            return Err(ApproversError::Quorum { quorum, approvers: list.len() });
        }
        Ok(Self { list, quorum })
    }

    /// Whether signatures don't matter.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many of them must sign.
    pub fn quorum(&self) -> usize {
        self.quorum
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Approver> {
        self.list.iter()
    }

    /// The name of a key's owner.
    pub fn name_of(&self, key: &PublicKey) -> Option<&str> {
        self.list.iter().find(|approver| approver.key == *key).map(|approver| approver.name.as_str())
    }
}

/// By what locks are judged: whose word counts, what time it is, and what they said before.
///
/// One for each process. It remembers which signatures were found valid, and the last entry that counted
/// in each site's lock: with approvers, a lock from which that entry is gone is an older one, or another
/// one, and is refused.
#[derive(Debug, Default)]
pub struct Trust {
    approvers: Approvers,
    clock: Clock,
    verified: Mutex<HashSet<Digest>>,
    last_counted: Mutex<HashMap<String, Digest>>,
}

impl Trust {
    /// Judges by these approvers and this clock.
    pub fn new(approvers: Approvers, clock: Clock) -> Self {
        Self { approvers, clock, ..Self::default() }
    }

    /// Whose signatures count.
    pub fn approvers(&self) -> &Approvers {
        &self.approvers
    }

    /// Where the time comes from.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Remembers the last entry that counted in the lock of a site that is in force now.
    pub fn remember(&self, site: &str, entry: &Digest) {
        if !self.approvers.is_empty() {
            held(&self.last_counted).insert(site.to_owned(), entry.clone());
        }
    }

    /// The entry that must still be in a site's lock.
    pub fn remembered(&self, site: &str) -> Option<Digest> {
        held(&self.last_counted).get(site).cloned()
    }

    /// Which signatures by approvers fit, by number of entry and signature. The others are not looked at.
    pub(super) fn fitting(&self, site: &str, entries: &[Entry]) -> HashSet<(usize, usize)> {
        let mut fitting = HashSet::new();
        let mut unknown = Vec::new();
        {
            let verified = held(&self.verified);
            for (number, entry) in entries.iter().enumerate() {
                for (position, signature) in entry.signatures.iter().enumerate() {
                    if self.approvers.name_of(&signature.key).is_none() {
                        continue;
                    }
                    let fingerprint = signature.fingerprint(site, &entry.digest);
                    if verified.contains(&fingerprint) {
                        fitting.insert((number, position));
                    } else {
                        unknown.push(Unknown {
                            number,
                            position,
                            signature,
                            entry: &entry.digest,
                            fingerprint,
                        });
                    }
                }
            }
        }
        let checked = check_all(site, &unknown);
        let mut verified = held(&self.verified);
        for (unknown, _) in unknown.into_iter().zip(checked).filter(|(_, fits)| *fits) {
            fitting.insert((unknown.number, unknown.position));
            if verified.len() >= MAX_REMEMBERED {
                verified.clear();
            }
            verified.insert(unknown.fingerprint);
        }
        fitting
    }
}

/// A signature that was not checked before.
struct Unknown<'a> {
    number: usize,
    position: usize,
    signature: &'a Signature,
    entry: &'a Digest,
    fingerprint: Digest,
}

/// Whether each fits, on all cores where there are many.
fn check_all(site: &str, unknown: &[Unknown<'_>]) -> Vec<bool> {
    let check = |part: &[Unknown<'_>]| -> Vec<bool> {
        part.iter().map(|unknown| unknown.signature.fits(site, unknown.entry)).collect()
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    if unknown.len() < ALONE || cores == 1 {
        return check(unknown);
    }
    let parts: Vec<&[Unknown<'_>]> = unknown.chunks(unknown.len().div_ceil(cores)).collect();
    thread::scope(|scope| {
        let threads: Vec<_> = parts
            .iter()
            .map(|part| (part, thread::Builder::new().spawn_scoped(scope, move || check(part))))
            .collect();
        let mut fits = Vec::with_capacity(unknown.len());
        for (part, thread) in threads {
            // Where no thread can be had, or one dies, the work is done here.
            let done = thread.ok().and_then(|thread| thread.join().ok());
            fits.extend(done.unwrap_or_else(|| check(part)));
        }
        fits
    })
}

/// What a thread that panicked left behind is whole: nothing here can stop halfway.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::SigningKey;

    fn approver(name: &str, key: &SigningKey) -> Approver {
        Approver { name: name.to_owned(), key: key.public() }
    }

    #[test]
    fn one_person_is_not_two_and_a_quorum_is_possible() {
        let [alice, bob] = [(); 2].map(|()| SigningKey::generate().unwrap());
        let two = vec![approver("alice", &alice), approver("bob", &bob)];
        assert!(Approvers::new(two.clone(), 2).is_ok());
        for quorum in [0, 3] {
            assert_eq!(
                Approvers::new(two.clone(), quorum),
                Err(ApproversError::Quorum { quorum, approvers: 2 })
            );
        }
        let twice = vec![approver("alice", &alice), approver("alice2", &alice)];
        assert!(matches!(Approvers::new(twice, 2), Err(ApproversError::KeyTwice(..))));
        let same = vec![approver("alice", &alice), approver("alice", &bob)];
        assert!(matches!(Approvers::new(same, 2), Err(ApproversError::NameTwice(_))));
    }
}
