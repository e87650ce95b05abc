//! Which of a site's upstreams gets a request: those that are well, not full and not tried yet, by the
//! site's strategy.

mod budget;
mod state;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::error::{Kind, ProxyError};
use crate::policy::{Site, Strategy, UpstreamAddress};

pub(super) use budget::Budget;
pub(super) use state::Load;
pub use state::Roster;
use state::UpstreamState;

/// Chooses for one worker.
#[derive(Debug)]
pub(super) struct Balancer {
    roster: Arc<Roster>,
    /// What the roster said, so that its lock is not taken for each exchange.
    known: RefCell<Known>,
    turn: Cell<usize>,
}

#[derive(Debug, Default)]
struct Known {
    version: u64,
    states: HashMap<UpstreamAddress, Arc<UpstreamState>, RandomState>,
}

/// An upstream that was chosen, with its place among the exchanges in flight there.
#[derive(Debug)]
pub(super) struct Chosen<'s> {
    pub(super) place: usize,
    pub(super) address: &'s UpstreamAddress,
    pub(super) load: Load,
}

/// One that could be.
struct Candidate<'s> {
    place: usize,
    address: &'s UpstreamAddress,
    state: Arc<UpstreamState>,
    weight: u32,
}

impl Balancer {
    /// Over what all workers know of upstreams.
    pub(super) fn new(roster: Arc<Roster>) -> Self {
        Self { roster, known: RefCell::default(), turn: Cell::new(fastrand::usize(..)) }
    }

    /// The upstream for a visitor's request, none of `tried`.
    pub(super) fn choose<'s>(
        &self,
        site: &'s Site,
        visitor: IpAddr,
        tried: &[usize],
    ) -> Result<Chosen<'s>, ProxyError> {
        if let ([address], []) = (site.upstreams.as_slice(), tried) {
            // Well or not, there is no other.
            let load = self.state(address).enter(site.balance.max_in_flight);
            return load.map(|load| Chosen { place: 0, address, load }).ok_or_else(full);
        }
        let fresh: Vec<Candidate<'s>> = site
            .upstreams
            .iter()
            .enumerate()
            .filter(|(place, _)| !tried.contains(place))
            .map(|(place, address)| Candidate {
                place,
                address,
                state: self.state(address),
                weight: site.balance.weight(place),
            })
            .collect();
        if fresh.is_empty() {
            return Err(ProxyError::new(Kind::Internal, "a site without upstreams"));
        }
        // Where none is well, one may have recovered without anybody having noticed.
        let any_well = fresh.iter().any(|candidate| candidate.state.is_well());
        let mut left: Vec<&Candidate<'s>> =
            fresh.iter().filter(|candidate| !any_well || candidate.state.is_well()).collect();
        while !left.is_empty() {
            let at = self.pick(&left, site.balance.strategy, visitor);
            let candidate = left.swap_remove(at);
            if let Some(load) = candidate.state.enter(site.balance.max_in_flight) {
                return Ok(Chosen { place: candidate.place, address: candidate.address, load });
            }
        }
        Err(full())
    }

    fn state(&self, address: &UpstreamAddress) -> Arc<UpstreamState> {
        let mut known = self.known.borrow_mut();
        let version = self.roster.version();
        if known.version != version {
            *known = Known { version, states: HashMap::default() };
        }
        if let Some(state) = known.states.get(address) {
            return Arc::clone(state);
        }
        let state = self.roster.state(address);
        known.states.insert(address.clone(), Arc::clone(&state));
        state
    }

    /// A place in a list that is not empty.
    fn pick(&self, left: &[&Candidate<'_>], strategy: Strategy, visitor: IpAddr) -> usize {
        match strategy {
            Strategy::RoundRobin => {
                let turn = self.turn.get();
                self.turn.set(turn.wrapping_add(1));
                at_weight(left, turn)
            }
            Strategy::LeastLoaded => {
                let (one, other) = (drawn(left), drawn(left));
                if busier(left.get(one), left.get(other)) { other } else { one }
            }
            Strategy::Sticky => {
                let places = 0..left.len();
                places.max_by_key(|place| left.get(*place).map_or(0, |c| affinity(c, visitor))).unwrap_or(0)
            }
        }
    }
}

fn full() -> ProxyError {
    ProxyError::new(Kind::UpstreamsFull, "every upstream has as many exchanges as it may have")
}

/// The candidate that a number falls to when each is repeated as often as it weighs.
fn at_weight(left: &[&Candidate<'_>], number: usize) -> usize {
    let all: usize = left.iter().map(|candidate| weight_of(candidate)).sum();
    let mut rest = number.checked_rem(all).unwrap_or(0);
    for (place, candidate) in left.iter().enumerate() {
        match rest.checked_sub(weight_of(candidate)) {
            Some(less) => rest = less,
            None => return place,
        }
    }
    0
}

fn weight_of(candidate: &Candidate<'_>) -> usize {
    usize::try_from(candidate.weight).unwrap_or(1).max(1)
}

fn drawn(left: &[&Candidate<'_>]) -> usize {
    at_weight(left, fastrand::usize(..))
}

/// Whether the first of two has more in flight for its weight.
fn busier(one: Option<&&Candidate<'_>>, other: Option<&&Candidate<'_>>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return false };
    // Compared crosswise, so that nothing is divided.
    let load =
        |of: &Candidate<'_>, weight: &Candidate<'_>| of.state.in_flight().saturating_mul(weight_of(weight));
    load(one, other) > load(other, one)
}

/// Rendezvous hashing: when an upstream goes, only its own visitors move. The hash is the same on every
/// node and after every restart.
fn affinity(candidate: &Candidate<'_>, visitor: IpAddr) -> u64 {
    let draw = |round: u32| {
        let mut hasher = DefaultHasher::new();
        (visitor, candidate.address, round).hash(&mut hasher);
        hasher.finish()
    };
    // As many draws as it weighs, of which the best counts: visitors are shared out by weight.
    (0..candidate.weight.max(1)).map(draw).max().unwrap_or(0)
}

#[cfg(test)]
mod tests;
