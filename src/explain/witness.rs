//! A store that remembers one page's verdicts in their order.

use std::sync::{Mutex, PoisonError};

use crate::inventory::SeenKind;
use crate::store::{
    DriftRow, Event, Evidence, GenerationRow, PageJudged, PolicyText, Reported, ScriptSeen, ScriptSeenRow,
    Sighting, Store, ViolationRow,
};

/// Verdicts that are kept.
const MAX_VERDICTS: usize = 10_000;
/// Events that are kept.
const MAX_EVENTS: usize = 1000;

/// What was witnessed.
#[derive(Debug, Default)]
pub(super) struct Witnessed {
    pub(super) scripts: Vec<ScriptSeen>,
    pub(super) events: Vec<Event>,
    pub(super) left_out: usize,
}

/// The store.
#[derive(Debug, Default)]
pub(super) struct Witness(Mutex<Witnessed>);

impl Witness {
    /// Takes everything out.
    pub(super) fn take(&self) -> Witnessed {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Store for Witness {
    fn script_seen(&self, seen: ScriptSeen) -> Option<Sighting> {
        let mut witnessed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if witnessed.scripts.len() < MAX_VERDICTS {
            witnessed.scripts.push(seen);
        } else {
            witnessed.left_out = witnessed.left_out.saturating_add(1);
        }
        // Each is told.
        None
    }

    fn event(&self, event: Event) {
        let mut witnessed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if witnessed.events.len() < MAX_EVENTS {
            witnessed.events.push(event);
        }
    }

    fn evidence(&self, _: Evidence) {}

    fn page_judged(&self, _: PageJudged<'_>) {}

    fn generation(&self, _: GenerationRow) {}

    fn policy(&self, _: PolicyText) {}

    fn knows_generation(&self, _: &str) -> bool {
        false
    }

    fn served(&self, _: &str, _: &str) -> Vec<ScriptSeen> {
        Vec::new()
    }

    fn has_stopped(&self, _: &str, _: &str, _: SeenKind) -> bool {
        false
    }

    fn reported(&self, _: Reported) -> u64 {
        // No browser is there to report any.
        1
    }

    // No vendor is looked at.
    fn drift(&self, _: DriftRow) {}

    fn only_drift_of(&self, _: &dyn Fn(&str, &str) -> bool) {}

    fn drifts(&self) -> Vec<DriftRow> {
        Vec::new()
    }

    fn scripts(&self) -> Vec<ScriptSeenRow> {
        Vec::new()
    }

    fn violations(&self, _: usize) -> Vec<ViolationRow> {
        Vec::new()
    }

    fn events(&self, _: usize) -> Vec<Event> {
        Vec::new()
    }
}
