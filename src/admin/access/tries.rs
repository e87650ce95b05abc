//! How often somebody may fail, and how much of it is written down. Networks share a fixed number of places, so
//! memory is bounded however many there are.
//!
//! Who fails too often is told to wait, and no longer written down. A right token is let in even then: it can't
//! be guessed, whatever the speed, so whoever shares an address with a stranger can't be kept out by them.

use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Places. Two networks that share one share its limit.
const PLACES: u64 = 4096;
/// Failures that a network has at once, and after which time there is one more.
const FAILURES: NonZeroU32 = some(10);
const FAILURE_EACH: Duration = Duration::from_secs(10);
/// Failures that are written down: at once, and after which time there is one more.
const WRITTEN: NonZeroU32 = some(20);
const WRITTEN_EACH: Duration = Duration::from_mins(1);
/// Acts of one caller, at once; one more each second.
const ACTS: NonZeroU32 = some(60);
/// Acts of one caller that came to nothing and are written down, and after which time there is one more.
const REFUSALS: NonZeroU32 = some(20);
const REFUSAL_EACH: Duration = Duration::from_mins(1);

const fn some(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// One more after each such time.
fn quota(each: Duration, at_once: NonZeroU32) -> Quota {
    Quota::with_period(each).unwrap_or(Quota::per_second(NonZeroU32::MIN)).allow_burst(at_once)
}

/// The limits.
pub(super) struct Tries {
    networks: DefaultKeyedRateLimiter<u64>,
    written: DefaultDirectRateLimiter,
    unwritten: AtomicU64,
    acts: DefaultKeyedRateLimiter<u64>,
    refusals: DefaultKeyedRateLimiter<u64>,
    clock: DefaultClock,
    // Seeded, so that nobody can choose to share a place with somebody else.
    hashing: RandomState,
}

/// What becomes of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failed {
    /// It is told, and written down together with so many before it that were not.
    Written {
        /// How many.
        unwritten: u64,
    },
    /// It is told.
    Told,
    /// Too many: wait so long.
    Wait(Duration),
}

impl Default for Tries {
    fn default() -> Self {
        let clock = DefaultClock::default();
        Self {
            networks: RateLimiter::keyed(quota(FAILURE_EACH, FAILURES)),
            written: RateLimiter::direct(quota(WRITTEN_EACH, WRITTEN)),
            unwritten: AtomicU64::new(0),
            acts: RateLimiter::keyed(quota(Duration::from_secs(1), ACTS)),
            refusals: RateLimiter::keyed(quota(REFUSAL_EACH, REFUSALS)),
            clock,
            hashing: RandomState::new(),
        }
    }
}

impl Tries {
    /// Somebody failed to say who they are.
    pub(super) fn failed(&self, from: IpAddr) -> Failed {
        let place = self.place(network(from));
        if let Err(until) = self.networks.check_key(&place) {
            self.unwritten.fetch_add(1, Ordering::Relaxed);
            return Failed::Wait(until.wait_time_from(self.clock.now()));
        }
        if self.written.check().is_err() {
            self.unwritten.fetch_add(1, Ordering::Relaxed);
            return Failed::Told;
        }
        Failed::Written { unwritten: self.unwritten.swap(0, Ordering::Relaxed) }
    }

    /// Whether somebody may do one more thing now; else after which time.
    pub(super) fn may_act(&self, name: Option<&str>) -> Result<(), Duration> {
        let acted = self.acts.check_key(&self.place(name));
        acted.map_err(|until| until.wait_time_from(self.clock.now()))
    }

    /// Whether it is written down that somebody tried what came to nothing.
    pub(super) fn writes_refusal(&self, name: Option<&str>) -> bool {
        self.refusals.check_key(&self.place(name)).is_ok()
    }

    fn place(&self, of: impl std::hash::Hash) -> u64 {
        self.hashing.hash_one(of) % PLACES
    }
}

/// What counts as one address: with IPv6 a subscriber has at least a /64 of them.
fn network(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(64).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from(u128::from(address) & mask))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failures(tries: &Tries, from: &str, count: usize) -> Vec<Failed> {
        (0..count).map(|_| tries.failed(from.parse().unwrap())).collect()
    }

    #[test]
    fn a_network_that_fails_too_often_waits_and_the_others_do_not() {
        let tries = Tries::default();
        let failed = failures(&tries, "2001:db8::1", 40);
        assert!(matches!(failed[9], Failed::Written { unwritten: 0 }), "{failed:?}");
        let wait = |failed: &Failed| matches!(failed, Failed::Wait(time) if *time <= FAILURE_EACH);
        // One more may have come in while the loop ran.
        assert!(failed.iter().filter(|failed| wait(failed)).count() >= 25, "{failed:?}");
        let neighbour = failures(&tries, "2001:db8::ffff:1", 10);
        assert!(neighbour.iter().any(wait), "the same network: {neighbour:?}");
        assert!(matches!(tries.failed(IpAddr::from([192, 0, 2, 1])), Failed::Written { .. }));
    }

    #[test]
    fn strangers_from_everywhere_fill_neither_evidence_nor_memory() {
        let tries = Tries::default();
        let failed: Vec<Failed> =
            (0..50_000_u32).map(|n| tries.failed(IpAddr::from(n.to_be_bytes()))).collect();
        let written = failed.iter().filter(|failed| matches!(failed, Failed::Written { .. })).count();
        assert!((20..25).contains(&written), "{written}");
        assert!(tries.networks.len() <= 4096);
        assert!(tries.unwritten.load(Ordering::Relaxed) >= 49_000, "they are counted all the same");
    }

    #[test]
    fn one_who_acts_all_the_time_is_held_up_and_the_others_are_not() {
        let tries = Tries::default();
        let allowed = (0..1000).filter(|_| tries.may_act(Some("bob")).is_ok()).count();
        assert!((60..70).contains(&allowed), "{allowed}");
        let written = (0..1000).filter(|_| tries.writes_refusal(Some("bob"))).count();
        assert!((20..22).contains(&written), "{written}");
        assert!(tries.may_act(Some("alice")).is_ok() && tries.may_act(None).is_ok());
    }
}
