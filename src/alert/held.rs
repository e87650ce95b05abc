//! What was not told outside when it came, because too much of its like had been told of late: it waits here, and
//! is told together when there is room for it again. No I/O, no clock.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::alert::{Alert, fingerprint, new_id};

/// Alerts of one lane that are kept: half of them the first that came, half the last.
const KEPT: usize = 20;
/// Lines of a telling.
const LINES: usize = 100;

/// What waits in one lane. The latest only, where it tells how something stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Held {
    times: usize,
    alerts: Vec<Alert>,
}

impl Held {
    /// One more.
    pub(super) fn add(&mut self, alert: Alert) {
        self.times = self.times.saturating_add(1);
        if alert.kind.is_state() {
            self.alerts.clear();
        }
        if self.alerts.len() >= KEPT {
            self.alerts.remove(KEPT / 2);
        }
        self.alerts.push(alert);
    }

    /// Whether any of it is like this.
    pub(super) fn has(&self, like: impl Fn(&Alert) -> bool) -> bool {
        self.alerts.iter().any(like)
    }

    /// The ids of all that is kept.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.alerts.iter().map(|alert| alert.id.as_str())
    }

    /// One alert for all that is still of interest, if there is any. One that comes alone keeps its id.
    pub(super) fn told(mut self, now: Timestamp, wanted: impl Fn(&Alert) -> bool) -> Option<Alert> {
        self.alerts.retain(wanted);
        let first = self.alerts.first()?.clone();
        if self.alerts.len() == 1 {
            let earlier = match self.times.saturating_sub(1) {
                0 => String::new(),
                1 => ", and one change before it".to_owned(),
                more => format!(", and {more} changes before it"),
            };
            let message = format!("{}\nHeld back since {:.0}{earlier}.", first.message, first.at);
            return Some(Alert { message, ..first });
        }
        self.alerts.sort_by_key(|alert| std::cmp::Reverse(alert.severity));
        let mut message = format!(
            "{}: {} alerts were held back since {:.0}, because many of their like had been told:",
            first.subject, self.times, first.at
        );
        for line in self.alerts.iter().flat_map(|alert| alert.message.lines()).take(LINES) {
            message.push('\n');
            message.push_str(line);
        }
        let lines = self.alerts.iter().map(|alert| alert.message.lines().count()).sum::<usize>();
        if lines > LINES || self.times > self.alerts.len() {
            message.push_str("\n… and more: the log and the admin address have all of it.");
        }
        Some(Alert {
            id: new_id(),
            at: now,
            severity: self.alerts.iter().map(|alert| alert.severity).max().unwrap_or(first.severity),
            message,
            fingerprint: fingerprint(self.alerts.iter().map(|alert| alert.fingerprint.as_str())),
            ..first
        })
    }
}
