//! How many reports are looked at: by address, and altogether. Addresses share a fixed number of places,
//! so memory is bounded however many there are, and a crowd takes nothing from those who came before it.

use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::settings::ReportLimits;

/// Places. Two addresses that share one share its limit.
const PLACES: u64 = 16_384;
/// So many times as much as in a second may come at once from an address.
const BURST: u32 = 5;

/// The limits.
pub(super) struct Limits {
    each: DefaultKeyedRateLimiter<u64>,
    all: DefaultDirectRateLimiter,
    reports: DefaultDirectRateLimiter,
    new: DefaultKeyedRateLimiter<u64>,
    // Seeded, so that nobody can choose to share a place with somebody else.
    hashing: RandomState,
}

/// At least one: a limit of nothing is said by another setting.
fn some(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

impl Limits {
    pub(super) fn new(limits: &ReportLimits) -> Self {
        let per_address = some(limits.requests_per_address);
        let each = Quota::per_second(per_address).allow_burst(per_address.saturating_mul(some(BURST)));
        Self {
            each: RateLimiter::keyed(each),
            all: RateLimiter::direct(Quota::per_second(some(limits.requests))),
            reports: RateLimiter::direct(Quota::per_second(some(limits.reports))),
            new: RateLimiter::keyed(Quota::per_hour(some(limits.new_per_address))),
            hashing: RandomState::new(),
        }
    }

    /// Whether one more request from this address is looked at; if so, a number that stands for the neighbourhood
    /// that it came from. The address comes first, so that one that floods doesn't use up what is there for all.
    pub(super) fn allows(&self, peer: IpAddr) -> Option<u64> {
        let number = self.hashing.hash_one(network(peer));
        let allowed = self.allows_network(number) && self.all.check().is_ok();
        allowed.then(|| self.hashing.hash_one(neighbourhood(peer)))
    }

    /// Whether one more report of a request is looked at.
    pub(super) fn allows_report(&self) -> bool {
        self.reports.check().is_ok()
    }

    /// Whether a neighbourhood may bring one more finding that nobody knows.
    pub(super) fn allows_new(&self, network: u64) -> bool {
        self.new.check_key(&(network % PLACES)).is_ok()
    }

    fn allows_network(&self, number: u64) -> bool {
        self.each.check_key(&(number % PLACES)).is_ok()
    }
}

/// What counts as one address: with IPv6 a subscriber has at least a /64 of them.
fn network(peer: IpAddr) -> IpAddr {
    prefix(peer, 32, 64)
}

/// What counts as one where it matters how many say the same: who has a /48 of IPv6, as any site may, has 65,536
/// networks, and who has one address of IPv4 easily has another beside it.
fn neighbourhood(peer: IpAddr) -> IpAddr {
    prefix(peer, 24, 48)
}

/// The first so many bits of an address.
fn prefix(peer: IpAddr, v4: u32, v6: u32) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32_u32.saturating_sub(v4)).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from(u32::from(address) & mask))
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128_u32.saturating_sub(v6)).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from(u128::from(address) & mask))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits::new(&ReportLimits::default())
    }

    #[test]
    fn an_address_that_floods_is_stopped_and_the_others_are_not() {
        let limits = limits();
        let noisy = IpAddr::from([192, 0, 2, 1]);
        let allowed = (0..1000).filter(|_| limits.allows(noisy).is_some()).count();
        // A few more than the burst may come in while the loop runs.
        assert!((100..200).contains(&allowed), "{allowed}");
        assert!(limits.allows(IpAddr::from([192, 0, 2, 2])).is_some());
    }

    #[test]
    fn neighbours_count_as_one_where_many_have_to_say_the_same() {
        let number = |limits: &Limits, text: &str| limits.allows(text.parse().unwrap());
        let limits = limits();
        let one = number(&limits, "2001:db8:1:1::1");
        assert!(one.is_some() && one == number(&limits, "2001:db8:1:ffff::1"));
        assert_ne!(one, number(&limits, "2001:db8:2::1"));
        assert_eq!(number(&limits, "192.0.2.1"), number(&limits, "::ffff:192.0.2.200"));
        assert_ne!(number(&limits, "192.0.2.1"), number(&limits, "192.0.3.1"));
    }

    #[test]
    fn a_network_that_makes_things_up_is_stopped_and_the_others_are_not() {
        let limits = limits();
        let allowed = (0..1000).filter(|_| limits.allows_new(1)).count();
        assert!((200..210).contains(&allowed), "{allowed}");
        assert!(limits.allows_new(2));
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
        let limits = limits();
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
