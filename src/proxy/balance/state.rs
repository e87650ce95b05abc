//! What is known of each upstream, shared by all workers: how many exchanges are in flight there, and
//! whether it is well.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::policy::{Snapshot, UpstreamAddress};

/// Failures in a row after which an upstream is left alone for a while.
const FAILURES: u32 = 3;
/// For how long at first; each further time twice as long.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);
/// Questions in a row that must have gone wrong until an upstream counts as not well.
const BAD_CHECKS: u32 = 2;

/// Every upstream of the process.
#[derive(Debug)]
pub struct Roster {
    states: Mutex<HashMap<UpstreamAddress, Arc<UpstreamState>>>,
    /// Rises when some are forgotten.
    version: AtomicU64,
    began: Instant,
}

/// One upstream.
#[derive(Debug)]
pub(super) struct UpstreamState {
    in_flight: AtomicUsize,
    /// Failures in a row.
    failures: AtomicU32,
    /// Until when it is left alone, in milliseconds since `began`.
    left_alone_until: AtomicU64,
    /// It did not answer well when it was asked.
    unwell: AtomicBool,
    bad_checks: AtomicU32,
    began: Instant,
}

/// An exchange that is in flight at an upstream, until dropped.
#[derive(Debug)]
pub(in crate::proxy) struct Load(Arc<UpstreamState>);

impl Drop for Load {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Load {
    /// The upstream answered.
    pub(in crate::proxy) fn succeeded(&self) {
        self.0.failures.store(0, Ordering::Relaxed);
        self.0.left_alone_until.store(0, Ordering::Relaxed);
    }

    /// The upstream did not answer.
    pub(in crate::proxy) fn failed(&self) {
        self.0.failed();
    }
}

impl Default for Roster {
    fn default() -> Self {
        Self { states: Mutex::default(), version: AtomicU64::new(0), began: Instant::now() }
    }
}

impl Roster {
    /// What is known of an upstream; nothing bad where nothing is known.
    pub(super) fn state(&self, address: &UpstreamAddress) -> Arc<UpstreamState> {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = states.get(address) {
            return Arc::clone(state);
        }
        let state = Arc::new(UpstreamState::new(self.began));
        states.insert(address.clone(), Arc::clone(&state));
        state
    }

    /// Rises when what was known of some upstream is forgotten.
    pub(super) fn version(&self) -> u64 {
        self.version.load(Ordering::Relaxed)
    }

    /// Forgets upstreams that no site has any more.
    pub(in crate::proxy) fn keep(&self, snapshot: &Snapshot) {
        let named: HashSet<&UpstreamAddress> =
            snapshot.sites.iter().flat_map(|site| &site.upstreams).collect();
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        states.retain(|address, state| named.contains(address) || state.in_flight() > 0);
        self.version.fetch_add(1, Ordering::Relaxed);
    }

    /// An upstream was asked whether it is well. `true` where that changed what is thought of it.
    pub(in crate::proxy) fn checked(&self, address: &UpstreamAddress, well: bool) -> bool {
        self.state(address).checked(well)
    }
}

impl UpstreamState {
    fn new(began: Instant) -> Self {
        Self {
            in_flight: AtomicUsize::new(0),
            failures: AtomicU32::new(0),
            left_alone_until: AtomicU64::new(0),
            unwell: AtomicBool::new(false),
            bad_checks: AtomicU32::new(0),
            began,
        }
    }

    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// Takes a place among the exchanges in flight, where there is one.
    pub(super) fn enter(self: &Arc<Self>, most: Option<usize>) -> Option<Load> {
        let before = self.in_flight.fetch_add(1, Ordering::Relaxed);
        // Made first, so that the place is given back.
        let load = Load(Arc::clone(self));
        most.is_none_or(|most| before < most).then_some(load)
    }

    pub(super) fn is_well(&self) -> bool {
        !self.unwell.load(Ordering::Relaxed) && self.left_alone_until.load(Ordering::Relaxed) <= self.now()
    }

    fn failed(&self) {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        if let Some(more) = failures.checked_sub(FAILURES) {
            let pause = SHORTEST.saturating_mul(2_u32.saturating_pow(more)).min(LONGEST);
            let until = self.now().saturating_add(u64::try_from(pause.as_millis()).unwrap_or(u64::MAX));
            self.left_alone_until.store(until, Ordering::Relaxed);
        }
    }

    fn checked(&self, well: bool) -> bool {
        if well {
            self.bad_checks.store(0, Ordering::Relaxed);
            self.failures.store(0, Ordering::Relaxed);
            self.left_alone_until.store(0, Ordering::Relaxed);
            return self.unwell.swap(false, Ordering::Relaxed);
        }
        let bad = self.bad_checks.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        bad >= BAD_CHECKS && !self.unwell.swap(true, Ordering::Relaxed)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> Arc<UpstreamState> {
        Roster::default().state(&UpstreamAddress::tcp(false, "a", 1))
    }

    #[test]
    fn failures_in_a_row_have_an_upstream_left_alone_and_an_answer_ends_that() {
        let state = state();
        let load = state.enter(None).unwrap();
        for _ in 0..2 {
            load.failed();
        }
        load.succeeded();
        for _ in 0..2 {
            load.failed();
        }
        assert!(state.is_well());
        load.failed();
        assert!(!state.is_well());
        load.succeeded();
        assert!(state.is_well());
    }

    #[test]
    fn the_pause_grows_and_has_an_end() {
        let state = state();
        let mut last = 0;
        for failures in 1..=100 {
            state.failed();
            let until = state.left_alone_until.load(Ordering::Relaxed);
            assert!(until >= last && until <= state.now() + 30_000, "{failures}");
            last = until;
        }
        assert!(last >= 30_000);
    }

    #[test]
    fn no_more_enter_than_may_and_a_place_is_given_back() {
        let state = state();
        let first = state.enter(Some(2)).unwrap();
        let _second = state.enter(Some(2)).unwrap();
        assert!(state.enter(Some(2)).is_none());
        assert_eq!(state.in_flight(), 2);
        drop(first);
        assert!(state.enter(Some(2)).is_some());
    }

    #[test]
    fn one_bad_check_is_no_verdict_and_one_good_one_is() {
        let state = state();
        assert!(!state.checked(false) && state.is_well());
        assert!(state.checked(false) && !state.is_well());
        assert!(!state.checked(false) && !state.is_well());
        assert!(state.checked(true) && state.is_well());
    }
}
