//! How many reports are looked at: by address, and altogether. Addresses share a fixed number of places,
//! so memory is bounded however many there are, and a crowd takes nothing from those who came before it.

use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Requests a second from one address, when it goes on.
const EACH_PER_SECOND: NonZeroU32 = NonZeroU32::new(20).unwrap();
/// Requests at once from one address: a page with many violations sends them in a burst.
const EACH_BURST: NonZeroU32 = NonZeroU32::new(100).unwrap();
/// Requests a second altogether.
const ALL_PER_SECOND: NonZeroU32 = NonZeroU32::new(2000).unwrap();
/// Places. Two addresses that share one share its limit.
const PLACES: u64 = 16_384;

/// The limits.
pub(super) struct Limits {
    each: DefaultKeyedRateLimiter<u64>,
    all: DefaultDirectRateLimiter,
    // Seeded, so that nobody can choose to share a place with somebody else.
    hashing: RandomState,
}

impl Limits {
    pub(super) fn new() -> Self {
        let each = Quota::per_second(EACH_PER_SECOND).allow_burst(EACH_BURST);
        Self {
            each: RateLimiter::keyed(each),
            all: RateLimiter::direct(Quota::per_second(ALL_PER_SECOND)),
            hashing: RandomState::new(),
        }
    }

    /// Whether one more request from this address is looked at; if so, a number that stands for its network. The
    /// address comes first, so that one that floods doesn't use up what is there for all.
    pub(super) fn allows(&self, peer: IpAddr) -> Option<u64> {
        let number = self.hashing.hash_one(network(peer));
        (self.allows_network(number) && self.all.check().is_ok()).then_some(number)
    }

    fn allows_network(&self, number: u64) -> bool {
        self.each.check_key(&(number % PLACES)).is_ok()
    }
}

/// What counts as one address: with IPv6 a subscriber has at least a /64 of them.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let prefix = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(prefix))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_floods_is_stopped_and_the_others_are_not() {
        let limits = Limits::new();
        let noisy = IpAddr::from([192, 0, 2, 1]);
        let allowed = (0..1000).filter(|_| limits.allows(noisy).is_some()).count();
        // A few more than the burst may come in while the loop runs.
        assert!((100..200).contains(&allowed), "{allowed}");
        assert!(limits.allows(IpAddr::from([192, 0, 2, 2])).is_some());
    }

    #[test]
    fn addresses_of_one_ipv6_subscriber_count_as_one() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }

    #[test]
    fn a_flood_from_many_addresses_stays_bounded_and_silences_nobody() {
        let limits = Limits::new();
        let allows = |address: IpAddr| limits.allows_network(limits.hashing.hash_one(network(address)));
        let known = IpAddr::from([192, 0, 2, 1]);
        assert!(allows(known));
        for n in 0..100_000_u32 {
            allows(IpAddr::from(n.to_be_bytes()));
        }
        assert!(limits.each.len() <= 16_384, "{}", limits.each.len());
        assert!(allows(known));
        assert!(allows(IpAddr::from([192, 0, 2, 2])), "nor whoever comes later");
    }
}
