//! What a process says of itself in the evidence: that it began, that it runs, that it ended; that its database was
//! away; and what could not be kept.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use uuid::Uuid;

use super::Store;
use super::batch::Evidence;
use super::pending::Lost;
use super::recorder::Recorder;

/// From one word to the next. What was lost is told as often, however often something is: strangers may make much.
const WORD: SignedDuration = SignedDuration::from_hours(1);

/// What was said, and what is to be said next.
#[derive(Debug)]
pub(super) struct Lifetime {
    process: Uuid,
    next: Option<Timestamp>,
    away: Option<(Timestamp, String)>,
    lost: Lost,
    /// Rows of batches that a database never took.
    refused: u64,
}

impl Lifetime {
    /// Nothing yet.
    pub(super) const fn new(process: Uuid) -> Self {
        let lost = Lost { events: 0, evidence: 0, scripts: 0, pages: 0 };
        Self { process, next: None, away: None, lost, refused: 0 }
    }

    /// Says that the process began, or runs, where it is time to.
    pub(super) fn live(&mut self, recorder: &Recorder, now: Timestamp) {
        if self.next.is_some_and(|next| now < next) {
            return;
        }
        let kind = if self.next.is_none() { "process-started" } else { "process-runs" };
        self.next = now.checked_add(WORD).ok();
        self.tell_lost(recorder, now);
        self.say(recorder, now, kind);
    }

    /// Says that it ends.
    pub(super) fn end(&mut self, recorder: &Recorder, now: Timestamp) {
        self.tell_lost(recorder, now);
        self.say(recorder, now, "process-ended");
    }

    /// The database is away.
    pub(super) fn away(&mut self, now: Timestamp, why: String) {
        self.away.get_or_insert((now, why));
    }

    /// It is not any more.
    pub(super) fn back(&mut self, recorder: &Recorder, now: Timestamp) {
        if let Some((since, why)) = self.away.take() {
            let body = json!({ "from": since, "to": now, "because": why }).to_string();
            recorder.evidence(Evidence { at: now, kind: "store-away".to_owned(), body });
        }
    }

    /// Something could not be kept.
    pub(super) fn lost(&mut self, lost: Lost) {
        let Lost { events, evidence, scripts, pages } = &mut self.lost;
        *events = events.saturating_add(lost.events);
        *evidence = evidence.saturating_add(lost.evidence);
        *scripts = scripts.saturating_add(lost.scripts);
        *pages = pages.saturating_add(lost.pages);
    }

    /// Rows were refused for ever.
    pub(super) fn refused(&mut self, rows: u64) {
        self.refused = self.refused.saturating_add(rows);
    }

    fn tell_lost(&mut self, recorder: &Recorder, now: Timestamp) {
        let Lost { events, evidence, scripts, pages } = std::mem::take(&mut self.lost);
        let refused = std::mem::take(&mut self.refused);
        if [events, evidence, scripts, pages, refused].iter().all(|count| *count == 0) {
            return;
        }
        let body = json!({
            "event": events, "evidence": evidence, "script": scripts, "page": pages, "row of a refused batch": refused,
        });
        let (kind, body) = ("store-lost".to_owned(), body.to_string());
        recorder.evidence(Evidence { at: now, kind, body });
    }

    fn say(&self, recorder: &Recorder, now: Timestamp, kind: &str) {
        let body =
            json!({ "process": self.process.to_string(), "version": env!("CARGO_PKG_VERSION") }).to_string();
        recorder.evidence(Evidence { at: now, kind: kind.to_owned(), body });
    }
}
