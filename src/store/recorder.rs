//! The data path's side of the store: what was seen lately, and what no database has yet. No call waits for a disk.

use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use super::Store;
use super::batch::{Batch, BatchId, Evidence, GenerationRow};
use super::drift::DriftRow;
use super::memory::{Known, MemoryStore, cut};
use super::pages::PageJudged;
use super::pending::{Lost, Pending, Taken};
use super::policy_text::PolicyText;
use super::rows::{Event, EventKind, ScriptSeen, ScriptSeenRow};
use super::sighting::Sighting;
use super::violation::{Reported, ViolationRow};
use crate::clock::Clock;
use crate::inventory::SeenKind;

/// Keeps observations until they are written.
pub struct Recorder {
    clock: Clock,
    lately: MemoryStore,
    pending: Mutex<Pending>,
}

/// What was taken to be written.
pub(super) struct Due {
    pub(super) batch: Batch,
    pub(super) forgotten: Vec<(String, String)>,
    pub(super) lost: Lost,
}

impl Recorder {
    /// With nothing seen yet.
    pub fn new(clock: Clock) -> Self {
        Self { clock, lately: MemoryStore::new(clock), pending: Mutex::default() }
    }

    /// Takes what a database knows.
    pub(super) fn load(&self, known: Known) {
        self.lately.load(known);
    }

    /// Everything that no database has, as the next batch; `None`: there is nothing.
    pub(super) fn take(&self, process: Uuid, number: u64, node: &str) -> Due {
        let (scripts, lost) = self.lately.take_scripts();
        let taken = {
            let mut pending = self.pending();
            pending.lost_scripts(lost);
            pending.take()
        };
        let Taken {
            violations,
            shed,
            pages,
            generations,
            policies,
            events,
            drifts,
            forgotten,
            evidence,
            lost,
        } = taken;
        let batch = Batch {
            id: BatchId { process, number },
            node: node.to_owned(),
            at: self.clock.now(),
            violations,
            shed,
            scripts,
            pages,
            generations,
            policies,
            events,
            drifts,
            evidence,
        };
        Due { batch, forgotten, lost }
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        // Every critical section leaves the sums whole, so a panic elsewhere doesn't spoil them.
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Recorder {
    fn script_seen(&self, seen: ScriptSeen) -> Option<Sighting> {
        self.lately.script_seen(seen)
    }

    fn page_judged(&self, page: PageJudged<'_>) {
        let now = self.clock.now();
        self.pending().page(page, now);
    }

    fn reported(&self, report: Reported) -> u64 {
        let now = self.clock.now();
        let (count, networks) = self.lately.add(&report);
        self.pending().report(report, networks, now);
        count
    }

    fn event(&self, event: Event) {
        let event = cut(event);
        if let Some(kind) = provable(event.kind) {
            let body = serde_json::json!({ "message": event.message }).to_string();
            self.evidence(Evidence { at: event.at, kind: kind.to_owned(), body });
        }
        self.lately.event(event.clone());
        self.pending().event(event);
    }

    fn evidence(&self, evidence: Evidence) {
        self.pending().evidence(evidence);
    }

    fn generation(&self, generation: GenerationRow) {
        self.lately.generation(generation.clone());
        self.pending().generation(generation);
    }

    fn policy(&self, policy: PolicyText) {
        self.pending().policy(policy);
    }

    fn knows_generation(&self, fingerprint: &str) -> bool {
        self.lately.knows_generation(fingerprint)
    }

    fn served(&self, site: &str, script: &str) -> Vec<ScriptSeen> {
        self.lately.served(site, script)
    }

    fn has_stopped(&self, site: &str, rule: &str, kind: SeenKind) -> bool {
        self.lately.has_stopped(site, rule, kind)
    }

    fn drift(&self, row: DriftRow) {
        // Every look, also one that found nothing. What it was before stands in the rows before.
        let look = DriftRow { history: Vec::new(), ..row.clone() };
        if let Ok(body) = serde_json::to_string(&look) {
            let at = row.looked_at;
            self.evidence(Evidence { at, kind: "drift-check".to_owned(), body });
        }
        self.lately.drift(row.clone());
        self.pending().drift(row);
    }

    fn only_drift_of(&self, known: &dyn Fn(&str, &str) -> bool) {
        let gone = self.lately.forget_drifts(known);
        if !gone.is_empty() {
            self.pending().forget_drifts(gone);
        }
    }

    fn drifts(&self) -> Vec<DriftRow> {
        self.lately.drifts()
    }

    fn scripts(&self) -> Vec<ScriptSeenRow> {
        self.lately.scripts()
    }

    fn violations(&self, limit: usize) -> Vec<ViolationRow> {
        self.lately.violations(limit)
    }

    fn events(&self, limit: usize) -> Vec<Event> {
        self.lately.events(limit)
    }

    fn latest(&self, kind: EventKind) -> Option<Event> {
        self.lately.latest(kind)
    }
}

/// The kind of evidence that an event is: what a person or the operator's machines did, and no stranger.
const fn provable(kind: EventKind) -> Option<&'static str> {
    match kind {
        EventKind::PolicyRefused => Some("policy-refused"),
        EventKind::CertificateLoaded => Some("certificate-loaded"),
        EventKind::CertificateRefused => Some("certificate-refused"),
        EventKind::DriftFound => Some("drift-found"),
        EventKind::DriftEnded => Some("drift-ended"),
        // Told with more by those who know: which files, in which mode; which alert.
        EventKind::PolicyLoaded
        | EventKind::Alert
        | EventKind::AlertOver
        | EventKind::UpstreamWell
        | EventKind::UpstreamUnwell
        | EventKind::ResponseRefused
        | EventKind::ResponseNotRewritten
        | EventKind::SecondOpinion
        | EventKind::ScriptStopped
        | EventKind::BrowserReport
        | EventKind::OwnScript
        // An act is written there by whoever lets somebody act, with who it was.
        | EventKind::Act => None,
    }
}
