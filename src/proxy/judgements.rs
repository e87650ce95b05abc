//! What one worker judged lately. The same scripts stand in page after page: of one that was told of before under the
//! same grants and with the same verdict nothing is new, and it is only counted.

use std::cell::RefCell;
use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::RandomState;
use jiff::{SignedDuration, Timestamp};

use super::exchange::Exchange;
use crate::html::{Attribute, Judged};
use crate::inventory::{Decision, SeenKind};
use crate::judge::Reason;
use crate::policy::PageGrants;
use crate::store::Sighting;

/// As many are remembered; one that comes to the place of another takes it.
const PLACES: usize = 512;
/// After this time everybody is told anew: some of them remember for a time only.
const LATELY: SignedDuration = SignedDuration::from_mins(1);

/// The memory.
#[derive(Debug, Default)]
pub(super) struct Judgements {
    // Seeded, so that nobody can choose scripts that take each other's places.
    hashing: RandomState,
    inner: RefCell<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    generation: u64,
    since: Timestamp,
    /// By hash; empty before the first.
    places: Vec<Option<Known>>,
}

/// A script that everybody was told of.
#[derive(Debug)]
struct Known {
    grants: Arc<PageGrants>,
    script: Box<str>,
    attribute: Option<Attribute>,
    rest: Rest,
    sighting: Sighting,
}

/// What else tells judgements apart.
type Rest = (SeenKind, usize, Decision, Reason);

fn rest(judged: &Judged) -> Rest {
    (judged.kind, judged.srcdoc, judged.verdict.action().decision(), judged.verdict.reason())
}

impl Judgements {
    /// Counts a judgement that everybody was told of. `false`: they must be told.
    pub(super) fn again(&self, exchange: &Exchange, judged: &Judged) -> bool {
        let inner = self.inner.borrow();
        if inner.is_over(exchange) {
            return false;
        }
        let known = inner.places.get(self.place(judged)).and_then(Option::as_ref);
        known.is_some_and(|known| {
            Arc::ptr_eq(&known.grants, &exchange.grants)
                && known.rest == rest(judged)
                && *known.script == *judged.script
                && known.attribute == judged.attribute
                && known.sighting.again(exchange.began)
        })
    }

    /// Remembers that everybody was told.
    pub(super) fn keep(&self, exchange: &Exchange, judged: &Judged, sighting: Sighting) {
        let mut inner = self.inner.borrow_mut();
        if inner.is_over(exchange) {
            inner.generation = exchange.snapshot.generation.number;
            inner.since = exchange.began;
            inner.places.clear();
        }
        if inner.places.is_empty() {
            inner.places.resize_with(PLACES, || None);
        }
        if let Some(place) = inner.places.get_mut(self.place(judged)) {
            *place = Some(Known {
                grants: Arc::clone(&exchange.grants),
                script: judged.script.as_str().into(),
                attribute: judged.attribute.clone(),
                rest: rest(judged),
                sighting,
            });
        }
    }

    fn place(&self, judged: &Judged) -> usize {
        let hash = self.hashing.hash_one((&judged.script, judged.kind, judged.srcdoc));
        usize::try_from(hash).unwrap_or_default() % PLACES
    }
}

impl Inner {
    fn is_over(&self, exchange: &Exchange) -> bool {
        let age = exchange.began.duration_since(self.since);
        self.generation != exchange.snapshot.generation.number || age.abs() > LATELY
    }
}
