//! Rows of the overview about what a person should see and say.

use jiff::Timestamp;

use super::moment::Moment;
use crate::alert::{Severity, Standing};

/// An alert that nobody has seen.
pub(super) struct AlertView {
    pub(super) id: String,
    pub(super) subject: String,
    pub(super) kind: &'static str,
    pub(super) severity: &'static str,
    /// The class that colours it.
    pub(super) tone: &'static str,
    pub(super) headline: String,
    pub(super) details: Option<String>,
    pub(super) what_to_do: Option<String>,
    pub(super) since: Moment,
}

impl AlertView {
    pub(super) fn new(standing: Standing, now: Timestamp) -> Self {
        let alert = standing.alert;
        let (headline, details) = match alert.message.split_once('\n') {
            Some((first, rest)) => (first.to_owned(), Some(rest.to_owned())),
            None => (alert.message, None),
        };
        Self {
            id: alert.id,
            subject: alert.subject,
            kind: alert.kind.name(),
            severity: alert.severity.name(),
            tone: if alert.severity == Severity::High { "problem" } else { "stopped" },
            headline,
            details,
            what_to_do: alert.what_to_do,
            since: Moment::new(alert.since, now),
        }
    }
}
