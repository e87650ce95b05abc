//! Approvals that end on a day: told thirty days, seven days and one day before, and when they have ended.

use std::time::Duration;

use crate::alert::{Alerts, Kind, News, Severity, fingerprint};
use crate::policy::Snapshot;
use jiff::{SignedDuration, Timestamp};

/// How near an end is: days before it, severity, and how the message goes on.
const STAGES: [(i64, Severity, &str); 4] = [
    (0, Severity::High, "has ended: the script is stopped"),
    (1, Severity::High, "ends within a day; then the script is stopped"),
    (7, Severity::Medium, "ends within a week; then the script is stopped"),
    (30, Severity::Low, "ends within thirty days; then the script is stopped"),
];

/// How often it is looked.
pub(super) const LOOK: Duration = Duration::from_mins(1);

/// Tells of them, and that they are over.
pub(super) fn tell_of_ends(snapshot: &Snapshot, alerts: &Alerts, now: Timestamp) {
    let due = due(snapshot, now);
    for subject in alerts.subjects(Kind::ApprovalEnds) {
        if !due.iter().any(|news| news.subject == subject) {
            let message = format!("{subject}: no end of its approval is near");
            alerts.over(Kind::ApprovalEnds, &subject, message);
        }
    }
    for news in due {
        alerts.raise(news);
    }
}

/// The approvals whose end is near or past.
fn due(snapshot: &Snapshot, now: Timestamp) -> Vec<News> {
    let mut due = Vec::new();
    for site in &snapshot.sites {
        for script in site.external_scripts() {
            let Some(end) = script.expires.filter(|_| !script.digests.is_empty()) else { continue };
            let left = end.duration_since(now);
            let near = |days: i64| left <= SignedDuration::from_hours(24 * days);
            let Some((days, severity, how)) = STAGES.into_iter().find(|(days, ..)| near(*days)) else {
                continue;
            };
            let subject = format!("{}/{}", site.name, script.id);
            let day = end.to_string();
            due.push(News {
                kind: Kind::ApprovalEnds,
                message: format!("{subject}: the approval of this evergreen script {how} ({day})"),
                severity,
                since: None,
                what_to_do: Some(format!(
                    "look whether its reasons still hold; then write a later `expires` and countersign approve {} \
                     --site {}; or pin it, or remove it",
                    script.id, site.name
                )),
                fingerprint: fingerprint([day.as_str(), &days.to_string()]),
                subject,
            });
        }
    }
    due
}
