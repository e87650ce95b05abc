//! Rows of pages, in the words that they show.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::moment::Moment;
use crate::judge::Reason;
use crate::store::{Event, EventKind, ScriptSeen};

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
