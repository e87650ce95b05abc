//! Rows of pages, in the words that they show.

use std::borrow::Cow;
use std::fmt::Write as _;

use jiff::Timestamp;

use super::moment::Moment;
use crate::judge::Reason;
use crate::reports::in_words;
use crate::store::{Event, EventKind, ScriptSeen, ScriptSeenRow, ViolationRow};

/// An event.
pub(super) struct EventView {
    pub(super) at: Moment,
    pub(super) label: &'static str,
    /// The class that colours it: `good`, `stopped`, `problem`.
    pub(super) tone: &'static str,
    /// The first line.
    pub(super) message: String,
    /// The lines after it: diagnostics with their source.
    pub(super) details: Option<String>,
    pub(super) exchange: Option<String>,
}

impl EventView {
    pub(super) fn new(event: Event, now: Timestamp) -> Self {
        let (label, tone) = match event.kind {
            EventKind::PolicyLoaded => ("policy in force", "good"),
            EventKind::PolicyRefused => ("policy refused", "problem"),
            EventKind::CertificateLoaded => ("certificate in force", "good"),
            EventKind::CertificateRefused => ("certificate refused", "problem"),
            EventKind::UpstreamWell => ("upstream well", "good"),
            EventKind::UpstreamUnwell => ("upstream unwell", "problem"),
            EventKind::ResponseRefused => ("response refused", "problem"),
            EventKind::ResponseNotRewritten => ("not rewritten", "problem"),
            EventKind::SecondOpinion => ("parsers differ", "problem"),
            EventKind::ScriptStopped => ("script stopped", "stopped"),
            EventKind::BrowserReport => ("browser report", "stopped"),
            EventKind::OwnScript => ("own script", "problem"),
            EventKind::DriftFound => ("vendor drifted", "problem"),
            EventKind::DriftEnded => ("drift ended", "good"),
            EventKind::Alert => ("alert", "problem"),
            EventKind::AlertOver => ("alert over", "good"),
            EventKind::Act => ("done here", ""),
        };
        let at = Moment::new(event.at, now);
        let (message, details) = match event.message.split_once('\n') {
            Some((first, rest)) => (first.to_owned(), Some(rest.to_owned())),
            None => (event.message, None),
        };
        Self { at, label, tone, message, details, exchange: event.exchange }
    }
}

/// A script seen in a page.
pub(super) struct ScriptView {
    pub(super) script: String,
    pub(super) kind: String,
    pub(super) digest: Option<String>,
    pub(super) site: String,
    pub(super) page: String,
    pub(super) verdict: String,
    pub(super) tone: &'static str,
    pub(super) reason: Cow<'static, str>,
    pub(super) explanation: &'static str,
    pub(super) count: u64,
    pub(super) last: Moment,
}

impl ScriptView {
    pub(super) fn new(row: ScriptSeenRow, now: Timestamp) -> Self {
        let seen = row.seen;
        let stopped = seen.verdict.stops();
        let tone = match (stopped, seen.enforced) {
            (true, true) => "stopped",
            (true, false) => "problem",
            (false, _) => "good",
        };
        let verdict =
            if seen.enforced { seen.verdict.to_string() } else { format!("would {}", seen.verdict) };
        Self {
            kind: kind(&seen),
            script: seen.script,
            digest: seen.digest,
            site: seen.site,
            page: seen.page,
            verdict,
            tone,
            explanation: explanation(&seen.reason),
            reason: seen.reason,
            count: row.count,
            last: Moment::new(row.last_seen, now),
        }
    }
}

/// How a script stands in a page.
pub(super) fn kind(seen: &ScriptSeen) -> String {
    let mut kind = seen.kind.to_string();
    // Writing to a string can't fail.
    if let Some(attribute) = &seen.attribute {
        let _ = write!(kind, " {attribute}");
    }
    if seen.srcdoc > 0 {
        kind.push_str(" in srcdoc");
    }
    kind
}

/// The sentence for a reason's code.
pub(in crate::admin) fn explanation(code: &str) -> &'static str {
    Reason::ALL.into_iter().find(|reason| reason.code() == code).map_or("", Reason::explanation)
}

/// What browsers reported.
pub(super) struct ReportView {
    pub(super) message: String,
    pub(super) document: String,
    pub(super) blocked: String,
    pub(super) directive: String,
    pub(super) generation: Option<String>,
    pub(super) count: u64,
    pub(super) last: Moment,
}

impl ReportView {
    pub(super) fn new(row: ViolationRow, now: Timestamp) -> Self {
        Self {
            message: in_words(&row.violation, row.page()),
            document: row.page().to_owned(),
            blocked: row.violation.blocked,
            directive: row.violation.directive,
            generation: row.generation,
            count: row.count,
            last: Moment::new(row.last_seen, now),
        }
    }
}
