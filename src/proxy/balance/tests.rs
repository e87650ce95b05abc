//! Choosing among upstreams.

use std::collections::HashMap;

use super::*;
use crate::policy::{Balance, observe_only};

fn site(count: u16, balance: Balance) -> Site {
    let address = |port| UpstreamAddress::tcp(false, "127.0.0.1", port);
    let snapshot = observe_only(address(0));
    let mut site = Arc::into_inner(snapshot.sites.into_iter().next().unwrap()).unwrap();
    site.upstreams = (0..count).map(address).collect();
    site.balance = balance;
    site
}

fn balancer() -> Balancer {
    Balancer::new(Arc::default())
}

fn visitor(number: u8) -> IpAddr {
    IpAddr::from([192, 0, 2, number])
}

/// How often each upstream was chosen; every exchange ends at once.
fn counts(balancer: &Balancer, site: &Site, times: u8) -> HashMap<usize, usize> {
    let mut counts = HashMap::new();
    for number in 0..times {
        *counts.entry(balancer.choose(site, visitor(number), &[]).unwrap().place).or_default() += 1;
    }
    counts
}

#[test]
fn one_after_the_other_and_by_weight() {
    let balance = Balance { strategy: Strategy::RoundRobin, weights: vec![3, 1], ..Balance::default() };
    assert_eq!(counts(&balancer(), &site(2, balance), 200), HashMap::from([(0, 150), (1, 50)]));
}

#[test]
fn the_less_loaded_is_chosen_more_often() {
    let (balancer, site) = (balancer(), site(2, Balance::default()));
    let held: Vec<Load> = (0..50).map(|_| balancer.choose(&site, visitor(1), &[1]).unwrap().load).collect();
    let counts = counts(&balancer, &site, 200);
    // The busy one only where it is drawn twice.
    assert!(counts[&1] > counts[&0], "{counts:?}");
    drop(held);
}

#[test]
fn a_visitor_stays_and_moves_only_when_the_upstream_goes() {
    let balance = Balance { strategy: Strategy::Sticky, ..Balance::default() };
    let (balancer, site) = (balancer(), site(3, balance));
    let place = |number, tried: &[usize]| balancer.choose(&site, visitor(number), tried).unwrap().place;
    let before: Vec<usize> = (0..100).map(|number| place(number, &[])).collect();
    assert_eq!(before, (0..100).map(|number| place(number, &[])).collect::<Vec<_>>());
    for upstream in 0..3 {
        let share = before.iter().filter(|chosen| **chosen == upstream).count();
        assert!((15..=55).contains(&share), "{upstream}: {share}");
    }
    for (number, before) in (0..100).zip(&before) {
        let now = place(number, &[2]);
        assert!(if *before == 2 { now != 2 } else { now == *before });
    }
}

#[test]
fn one_that_is_unwell_gets_nothing_unless_all_are() {
    let (balancer, site) = (balancer(), site(2, Balance::default()));
    for _ in 0..2 {
        balancer.roster.checked(&site.upstreams[0], false);
    }
    assert_eq!(counts(&balancer, &site, 100), HashMap::from([(1, 100)]));
    for _ in 0..2 {
        balancer.roster.checked(&site.upstreams[1], false);
    }
    assert_eq!(counts(&balancer, &site, 100).len(), 2);
}

#[test]
fn a_full_one_is_passed_over_and_where_all_are_full_the_request_is_refused() {
    let balance = Balance { max_in_flight: Some(1), ..Balance::default() };
    let (balancer, site) = (balancer(), site(2, balance));
    let first = balancer.choose(&site, visitor(1), &[]).unwrap();
    let second = balancer.choose(&site, visitor(1), &[]).unwrap();
    assert_ne!(first.place, second.place);
    assert_eq!(balancer.choose(&site, visitor(1), &[]).unwrap_err().kind(), Kind::UpstreamsFull);
    drop(first);
    assert!(balancer.choose(&site, visitor(1), &[]).is_ok());
}

#[test]
fn what_is_forgotten_is_forgotten_by_the_worker_too() {
    let (balancer, mut site) = (balancer(), site(1, Balance::default()));
    for _ in 0..2 {
        balancer.roster.checked(&site.upstreams[0], false);
    }
    assert!(!balancer.state(&site.upstreams[0]).is_well());
    site.upstreams = Vec::new();
    let mut snapshot = observe_only(UpstreamAddress::tcp(false, "elsewhere", 1));
    snapshot.sites.push(Arc::new(site));
    balancer.roster.keep(&snapshot);
    assert!(balancer.state(&UpstreamAddress::tcp(false, "127.0.0.1", 0)).is_well());
}
