//! Tells the operator what came of looks: once for each change, and when all is as approved again.

use std::sync::Arc;

use jiff::Timestamp;

use super::finding::Finding;
use super::kind::Drift;
use crate::alert::{Alerts, Kind, News, Outcome, fingerprint};
use crate::clock::Clock;
use crate::inventory::Tier;
use crate::policy::Site;
use crate::sri::Digest;
use crate::store::{DriftChange, DriftRow, Event, EventKind, Store};
use crate::telemetry::Metrics;

/// Things that the bytes of one script reach that are remembered. A vendor may make up any number.
const SIGNS: usize = 200;
/// Changes of one script that are kept.
const HISTORY: usize = 20;

/// Where it goes.
#[derive(Clone)]
pub struct Telling {
    /// Rows and events.
    pub store: Arc<dyn Store>,
    /// Counters.
    pub metrics: Metrics,
    /// The time.
    pub clock: Clock,
    /// Somebody outside.
    pub alerts: Alerts,
}

/// What was told of a script.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) drift: Drift,
    /// Unknown bytes; of a vendor that serves not everybody the same, all that was told that they reach.
    pub(super) signs: Vec<String>,
    pub(super) since: Timestamp,
    pub(super) history: Vec<DriftChange>,
}

impl Telling {
    /// Tells of a look, and returns what is known to be told from then on. `drift` is what is said of it.
    pub(super) fn tell(
        &self,
        told: Option<&Told>,
        finding: &Finding,
        drift: Drift,
        site: Option<&Site>,
    ) -> Told {
        let now = self.clock.now();
        self.metrics.drift_look(finding.drift.name(), now);
        let unknown = finding.unknown();
        let before = told.filter(|told| told.drift == drift).map(|told| told.signs.as_slice());
        let (signs, is_new) = signs(finding, drift, before);
        let earlier = told.filter(|told| told.drift == drift && !is_new);
        let mirrored = site.is_some_and(|site| serve(site, finding, drift));
        let (since, history) = match (earlier, told) {
            (Some(same), _) => {
                self.nothing(finding, drift);
                (same.since, same.history.clone())
            }
            (None, before) => {
                self.news(before, finding, (drift, &signs), mirrored, now);
                let mut history = before.map(|told| told.history.clone()).unwrap_or_default();
                let severity = finding.assessment.severity.name().into();
                history.insert(
                    0,
                    DriftChange { at: now, drift: drift.name().into(), severity, unknown: unknown.clone() },
                );
                history.truncate(HISTORY);
                (now, history)
            }
        };
        // What is only believed to go on (cloaking) keeps the words of the look that saw it.
        if finding.drift == drift || told.is_none() {
            self.store.drift(row(finding, &unknown, mirrored, (since, now), &history));
        }
        Told { drift, signs, since, history }
    }

    fn news(
        &self,
        before: Option<&Told>,
        finding: &Finding,
        (drift, signs): (Drift, &[String]),
        mirrored: bool,
        at: Timestamp,
    ) {
        let name = finding.name();
        let (kind, message, outcome) = if drift.is_finding() {
            let news = found(finding, drift, signs, mirrored);
            let mut message = news.message.clone();
            if let Some(way_out) = &news.what_to_do {
                message.push_str("\nwhat to do: ");
                message.push_str(way_out);
            }
            (EventKind::DriftFound, message, self.alerts.raise(news))
        } else if before.is_some_and(|told| told.drift.is_finding()) {
            let what = if drift == Drift::FirstSeen {
                "is held against what it serves now"
            } else if finding.watched.script.tier == Tier::Evergreen {
                "serves again what it served when it was first looked at"
            } else {
                "serves the approved bytes again"
            };
            let message = format!("{name}: {} {what}", finding.watched.url);
            let outcome = self.alerts.over(Kind::Drift, &name, message.clone());
            (EventKind::DriftEnded, message, outcome)
        } else {
            return self.nothing(finding, drift);
        };
        if outcome == Outcome::Hushed {
            // One that goes on changing must not push out the news of others.
            tracing::debug!("{message}");
            return;
        }
        tracing::warn!("{message}");
        self.store.event(Event { at, kind, message, exchange: None });
    }

    /// A process that was killed may have written down that a finding is over, and not have told it. Only a look
    /// says that: one that was killed earlier may have told a finding, and not have written it down.
    fn nothing(&self, finding: &Finding, drift: Drift) {
        if !drift.is_finding() {
            let name = finding.name();
            self.alerts.over(Kind::Drift, &name, format!("{name}: nothing is the matter any more"));
        }
    }

    /// Somebody has looked at what an evergreen script serves, so its finding ends.
    pub(super) fn reviewed(&self, name: &str, by: &str, because: &str) {
        let message =
            format!("{name}: {by} has looked at what it serves, and it is held against that now: {because}");
        tracing::info!("{message}");
        self.alerts.over(Kind::Drift, name, message.clone());
        let at = self.clock.now();
        self.store.event(Event { at, kind: EventKind::DriftEnded, message, exchange: None });
    }

    /// How many scripts stand how.
    pub(super) fn count<'a>(&self, standing: &(impl Iterator<Item = &'a Drift> + Clone)) {
        for drift in Drift::ALL {
            self.metrics.drift_scripts(drift.name(), standing.clone().filter(|one| **one == drift).count());
        }
    }
}

/// By what a finding is known again, and whether that says anything new. Who serves not everybody the same may
/// serve other bytes at each look, which says nothing; what they reach that no bytes did before does.
fn signs(finding: &Finding, drift: Drift, before: Option<&[String]>) -> (Vec<String>, bool) {
    if drift != Drift::Cloaked {
        let unknown = finding.unknown();
        let is_new = before != Some(&unknown);
        return (unknown, is_new);
    }
    let mut signs = before.map(<[String]>::to_vec).unwrap_or_default();
    let mut is_new = before.is_none();
    for sign in finding.reaches() {
        if !signs.contains(&sign) && signs.len() < SIGNS {
            signs.push(sign);
            is_new = true;
        }
    }
    signs.sort();
    (signs, is_new)
}

/// A finding as news.
fn found(finding: &Finding, drift: Drift, signs: &[String], mirrored: bool) -> News {
    let (subject, severity) = (finding.name(), finding.assessment.severity);
    let mut message = format!("{subject}: {} ({}, {})", finding.sentence(), drift.name(), severity.name());
    for why in &finding.assessment.because {
        message.push('\n');
        message.push_str(why);
    }
    if mirrored {
        message.push_str("\npages get the approved bytes from Countersign meanwhile (on-drift)");
    }
    let parts = std::iter::once(drift.name()).chain(signs.iter().map(String::as_str));
    let fingerprint = fingerprint(parts);
    let what_to_do = finding.way_out();
    News { kind: Kind::Drift, subject, severity, since: None, message, what_to_do, fingerprint }
}

/// Has the site serve the approved bytes while a pinned script can't come from its vendor, where the policy
/// wants that. Answers whether it does now.
fn serve(site: &Site, finding: &Finding, drift: Drift) -> bool {
    let id = &finding.watched.script.id;
    let broken = match drift {
        Drift::Changed | Drift::Cloaked | Drift::Gone | Drift::CorsLost => true,
        // A redirect that is not followed brings no bytes; one that is brings the right ones.
        Drift::Redirected => finding.brought_nothing(),
        // Whether it is our network or theirs isn't known: what was decided before stays.
        Drift::Unreachable => return site.mirrored_by_drift().contains(id),
        Drift::Same | Drift::FirstSeen => false,
    };
    let instead: Vec<Digest> = finding.versions.iter().map(|version| version.digest.clone()).collect();
    let wanted = site.drifted(id, broken.then_some(instead.as_slice()));
    broken && wanted
}

fn row(
    finding: &Finding,
    unknown: &[String],
    mirrored: bool,
    (since, looked_at): (Timestamp, Timestamp),
    history: &[DriftChange],
) -> DriftRow {
    let (watched, assessment) = (&finding.watched, &finding.assessment);
    DriftRow {
        site: watched.site.0.clone(),
        script: watched.script.id.as_str().to_owned(),
        url: watched.url.to_string(),
        tier: watched.script.tier.name().into(),
        drift: finding.drift.name().into(),
        finding: finding.drift.is_finding(),
        severity: assessment.severity.name().into(),
        message: finding.sentence(),
        because: assessment.because.clone(),
        what_to_do: finding.way_out(),
        unknown: unknown.to_vec(),
        mirrored,
        since,
        looked_at,
        history: history.to_vec(),
    }
}
