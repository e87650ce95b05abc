//! What is reloaded while the process runs, policies and certificate: watches them, tells what came of
//! each change, and asks for a look when somebody wants one at once.

use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

use super::StartError;
use super::certificate::{CertificateOutcome, Certificates, InForce, Nearness};
use super::in_force;
use super::tokens::{Tokens, TokensOutcome};
use crate::admin::{Findings, Reloaded};
use crate::alert::{Alerts, Kind, News as Alert, Severity, fingerprint};
use crate::clock::Clock;
use crate::diagnostic::{Diagnostic, render};
use crate::inventory::Trust;
use crate::policy::{self, PublishedSnapshot, ReloadOutcome, Snapshot, UpstreamAddress};
use crate::store::{Event, EventKind, Evidence, Store};
use crate::telemetry::{Metrics, Reloads};
use crate::watch::{self, Asking, Pace, Watch, WatchError};

/// Diagnostics that are written out in one message; `countersign check` has all.
const TOLD: usize = 20;

/// Where news about reloads goes.
#[derive(Clone)]
pub(super) struct News {
    pub(super) metrics: Metrics,
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Clock,
    pub(super) alerts: Alerts,
    pub(super) findings: Findings,
}

/// Of what it is told that policies were refused.
const POLICIES: &str = "policies";

/// The watches; they end when this is dropped.
#[derive(Default)]
pub(super) struct Reloading {
    pub(super) policies: Option<Watch<ReloadOutcome>>,
    pub(super) certificate: Option<Watch<CertificateOutcome>>,
    pub(super) identity: Option<Watch<CertificateOutcome>>,
    pub(super) admin_certificate: Option<Watch<CertificateOutcome>>,
    pub(super) tokens: Option<Watch<TokensOutcome>>,
}

/// To whom a certificate is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Towards {
    Visitors,
    Upstreams,
    Operators,
}

/// For asking for a look at everything, from anywhere.
#[derive(Debug, Clone, Default)]
pub(super) struct ReloadNow {
    policies: Option<Asking<ReloadOutcome>>,
    certificate: Option<Asking<CertificateOutcome>>,
    identity: Option<Asking<CertificateOutcome>>,
    admin_certificate: Option<Asking<CertificateOutcome>>,
    tokens: Option<Asking<TokensOutcome>>,
}

impl Reloading {
    pub(super) fn now(&self) -> ReloadNow {
        ReloadNow {
            policies: self.policies.as_ref().map(Watch::asking),
            certificate: self.certificate.as_ref().map(Watch::asking),
            identity: self.identity.as_ref().map(Watch::asking),
            admin_certificate: self.admin_certificate.as_ref().map(Watch::asking),
            tokens: self.tokens.as_ref().map(Watch::asking),
        }
    }
}

fn cannot_watch(path: PathBuf, cause: &WatchError) -> StartError {
    StartError::Watch { path, cause: cause.to_string() }
}

impl ReloadNow {
    /// Asks for a look at everything; what comes of it is told as always.
    pub(super) fn ask(&self) {
        if let Some(asking) = &self.policies {
            asking.look(|outcome| {
                if matches!(*outcome, ReloadOutcome::Unchanged) {
                    tracing::info!("the policies are what they were");
                }
            });
        }
        if let Some(asking) = &self.tokens {
            asking.look(|_outcome| {});
        }
        for asking in self.certificate.iter().chain(&self.identity).chain(&self.admin_certificate) {
            asking.look(|outcome| {
                if matches!(*outcome, CertificateOutcome::Unchanged) {
                    tracing::info!("the certificate is what it was");
                }
            });
        }
    }

    /// The same, with an answer for each thing that is watched. `None`: one of them ended.
    pub(super) async fn answers(self, metrics: Metrics) -> Option<Vec<Reloaded>> {
        let mut answers = Vec::new();
        if let Some(asking) = self.policies {
            let outcome = answer(&asking).await?;
            let (word, problems) = match &*outcome {
                ReloadOutcome::Loaded { warnings, .. } => ("loaded", warnings.as_slice()),
                ReloadOutcome::Refused { diagnostics } => ("refused", diagnostics.as_slice()),
                ReloadOutcome::Unchanged => ("unchanged", &[][..]),
            };
            let problems = problems.iter().take(TOLD).map(crate::diagnostic::json).collect();
            answers.push(reloaded("policies", word, metrics.policies(), problems));
        }
        for (what, asking, reloads) in [
            ("certificate", self.certificate, metrics.certificate()),
            ("upstream-certificate", self.identity, metrics.upstream_certificate()),
            ("admin-certificate", self.admin_certificate, &metrics.admin().certificate),
        ] {
            let Some(asking) = asking else { continue };
            let outcome = answer(&asking).await?;
            let (word, problems) = match &*outcome {
                CertificateOutcome::Loaded(_) => ("loaded", Vec::new()),
                CertificateOutcome::Refused { why, loaded: _ } => {
                    ("refused", vec![serde_json::json!({ "message": why })])
                }
                CertificateOutcome::Unchanged | CertificateOutcome::Nearing(_) => ("unchanged", Vec::new()),
            };
            answers.push(reloaded(what, word, reloads, problems));
        }
        if let Some(asking) = self.tokens {
            let outcome = answer(&asking).await?;
            let (word, problems) = match &*outcome {
                TokensOutcome::Loaded { .. } => ("loaded", &[][..]),
                TokensOutcome::Refused { diagnostics } => ("refused", diagnostics.as_slice()),
                TokensOutcome::Unchanged => ("unchanged", &[][..]),
            };
            let problems = problems.iter().take(TOLD).map(crate::diagnostic::json).collect();
            answers.push(reloaded("admin-tokens", word, &metrics.admin().tokens, problems));
        }
        Some(answers)
    }
}

async fn answer<O: Send + Sync + 'static>(asking: &Asking<O>) -> Option<Arc<O>> {
    let (send, answer) = tokio::sync::oneshot::channel();
    asking.look(move |outcome| {
        // Whoever asked may be gone.
        let _ = send.send(outcome);
    });
    answer.await.ok()
}

fn reloaded(
    what: &'static str,
    outcome: &'static str,
    reloads: &Reloads,
    problems: Vec<serde_json::Value>,
) -> Reloaded {
    Reloaded { what, outcome, in_force: reloads.standing().version, problems }
}

impl News {
    /// For policies that are loaded, and of which their author should know this.
    pub(super) fn new(
        metrics: &Metrics,
        store: &Arc<dyn Store>,
        clock: Clock,
        alerts: &Alerts,
        warnings: &[Diagnostic],
    ) -> Self {
        let findings = Findings::default();
        findings.loaded(warnings);
        let (metrics, store, alerts) = (metrics.clone(), Arc::clone(store), alerts.clone());
        Self { metrics, store, clock, alerts, findings }
    }

    /// Watches the policies, where there is a folder.
    pub(super) fn watch_policies(
        self,
        pace: Pace,
        folder: Option<PathBuf>,
        upstream: Option<UpstreamAddress>,
        published: PublishedSnapshot,
        trust: Arc<Trust>,
    ) -> Result<Option<Watch<ReloadOutcome>>, StartError> {
        let Some(folder) = folder else { return Ok(None) };
        let current = Arc::clone(&published);
        let on_look = move |outcome: &ReloadOutcome| self.of_policies(outcome, &current.load());
        let watch = policy::watch(&folder, published, upstream, trust, pace, on_look);
        watch.map(Some).map_err(|cause| cannot_watch(folder, &cause))
    }

    /// Watches certificates and keys, where there are any.
    pub(super) fn watch_certificate(
        self,
        pace: Pace,
        towards: Towards,
        certificates: Option<Certificates>,
    ) -> Result<Option<Watch<CertificateOutcome>>, StartError> {
        let Some(certificates) = certificates else { return Ok(None) };
        let path = certificates.path();
        let on_look = move |outcome: &CertificateOutcome| self.of_certificate(towards, outcome);
        let name = match towards {
            Towards::Visitors => "certificate",
            Towards::Upstreams => "identity",
            Towards::Operators => "admin-cert",
        };
        let watch = watch::watch(name, certificates, pace, on_look);
        watch.map(Some).map_err(|cause| cannot_watch(path, &cause))
    }

    /// Watches who has a token, where there is a file.
    pub(super) fn watch_tokens(
        self,
        pace: Pace,
        tokens: Option<Tokens>,
    ) -> Result<Option<Watch<TokensOutcome>>, StartError> {
        let Some(tokens) = tokens else { return Ok(None) };
        let path = tokens.path();
        self.metrics.admin().tokens.begin(tokens.in_force(), self.clock.now());
        let on_look = move |outcome: &TokensOutcome| self.of_tokens(outcome);
        let watch = watch::watch("tokens", tokens, pace, on_look);
        watch.map(Some).map_err(|cause| cannot_watch(path, &cause))
    }

    fn of_tokens(&self, outcome: &TokensOutcome) {
        let reloads = &self.metrics.admin().tokens;
        let (message, done) = match outcome {
            TokensOutcome::Loaded { in_force, changes } => {
                reloads.loaded(in_force.clone(), self.clock.now());
                (format!("The tokens of the admin address changed: {changes}."), "done")
            }
            TokensOutcome::Refused { diagnostics } => {
                let problems = listed(diagnostics);
                reloads.refused(problems.trim_start().to_owned(), self.clock.now());
                let message =
                    format!("Changed tokens were refused; those that were taken are taken still.{problems}");
                (message, "refused")
            }
            TokensOutcome::Unchanged => return reloads.unchanged(),
        };
        tracing::warn!("{message}");
        let body = serde_json::json!({
            "who": null, "role": null, "from": null, "what": "change-tokens", "about": message, "outcome": done,
        });
        let (at, kind) = (self.clock.now(), "act".to_owned());
        self.store.evidence(Evidence { at, kind, body: body.to_string() });
        self.event(EventKind::Act, message);
    }

    /// What is in force from the start.
    pub(super) fn begin(&self, snapshot: &Snapshot, with_policies: bool) {
        let generation = &snapshot.generation;
        let message = if with_policies {
            format!("Policies of generation {generation} are in force.")
        } else {
            "There are no policies: every page is observed, and nothing is changed.".to_owned()
        };
        self.metrics.generation(generation.number);
        self.metrics.policies().begin(generation.to_string(), self.clock.now());
        self.in_force(snapshot, &message);
        // A process before this one may have been refused some.
        self.alerts.over(Kind::PolicyRefused, POLICIES, message);
    }

    /// `snapshot` is in force since: nobody else publishes any.
    fn of_policies(&self, outcome: &ReloadOutcome, snapshot: &Snapshot) {
        let reloads = self.metrics.policies();
        match outcome {
            ReloadOutcome::Loaded { generation, warnings } => {
                self.findings.loaded(warnings);
                self.metrics.generation(generation.number);
                reloads.loaded(generation.to_string(), self.clock.now());
                let problems = listed(warnings);
                let message = format!("Policies of generation {generation} are in force.{problems}");
                tracing::info!("{message}");
                self.in_force(snapshot, &message);
                self.alerts.over(Kind::PolicyRefused, POLICIES, message);
            }
            ReloadOutcome::Refused { diagnostics } => {
                self.findings.refused(diagnostics);
                let problems = listed(diagnostics);
                reloads.refused(problems.trim_start().to_owned(), self.clock.now());
                let message =
                    format!("Changed policies were refused; the last good ones stay in force.{problems}");
                tracing::error!("{message}");
                self.event(EventKind::PolicyRefused, message.clone());
                self.alerts.raise(Alert {
                    kind: Kind::PolicyRefused,
                    subject: POLICIES.to_owned(),
                    severity: Severity::Medium,
                    since: None,
                    fingerprint: fingerprint([problems.as_str()]),
                    message,
                    what_to_do: Some(
                        "`countersign check` says all that is wrong, and the way out".to_owned(),
                    ),
                });
            }
            ReloadOutcome::Unchanged => reloads.unchanged(),
        }
    }

    /// What is shown from the start.
    pub(super) fn begin_certificates(&self, towards: Towards, in_force: InForce) {
        self.warn_of_end(towards, &in_force);
        self.reloads(towards).begin(in_force.leaves, self.clock.now());
    }

    fn reloads(&self, towards: Towards) -> &Reloads {
        match towards {
            Towards::Visitors => self.metrics.certificate(),
            Towards::Upstreams => self.metrics.upstream_certificate(),
            Towards::Operators => &self.metrics.admin().certificate,
        }
    }

    fn of_certificate(&self, towards: Towards, outcome: &CertificateOutcome) {
        match outcome {
            CertificateOutcome::Loaded(in_force) => self.certificate_loaded(towards, in_force),
            CertificateOutcome::Refused { why, loaded } => {
                if let Some(in_force) = loaded {
                    self.certificate_loaded(towards, in_force);
                }
                self.reloads(towards).refused(why.clone(), self.clock.now());
                let which = match towards {
                    Towards::Visitors => "",
                    Towards::Upstreams => " for upstreams",
                    Towards::Operators => " for the admin address",
                };
                let message = format!(
                    "A changed certificate or key{which} was refused; the last good pair stays in force.\n{why}"
                );
                tracing::error!("{message}");
                self.event(EventKind::CertificateRefused, message);
            }
            CertificateOutcome::Nearing(in_force) => self.warn_of_end(towards, in_force),
            CertificateOutcome::Unchanged => self.reloads(towards).unchanged(),
        }
    }

    fn certificate_loaded(&self, towards: Towards, in_force: &InForce) {
        let leaves = &in_force.leaves;
        self.reloads(towards).loaded(leaves.clone(), self.clock.now());
        let message = match towards {
            Towards::Visitors => format!("A new certificate is in force for new connections ({leaves})."),
            Towards::Upstreams => format!("A new certificate is shown to upstreams ({leaves})."),
            Towards::Operators => format!("A new certificate is in force at the admin address ({leaves})."),
        };
        tracing::info!("{message}");
        self.event(EventKind::CertificateLoaded, message);
        self.warn_of_end(towards, in_force);
    }

    /// A certificate that has ended is shown all the same: those who take it are better served than by nothing,
    /// and no other is there.
    fn warn_of_end(&self, towards: Towards, in_force: &InForce) {
        let ends = in_force.ends;
        let (whose, consequence) = match towards {
            Towards::Visitors => {
                self.metrics.certificate_ends(ends.as_second());
                ("towards visitors", "browsers refuse it")
            }
            Towards::Upstreams => {
                self.metrics.upstream_certificate_ends(ends.as_second());
                ("that upstreams are shown", "those that ask for one refuse it")
            }
            Towards::Operators => {
                self.metrics.admin().certificate_ends(ends.as_second());
                ("of the admin address", "browsers refuse it")
            }
        };
        match in_force.nearness {
            Nearness::Far => {}
            Nearness::Soon => tracing::warn!(%ends, "a certificate {whose} ends soon"),
            Nearness::Past => {
                let message = format!(
                    "A certificate {whose} has ended on {ends}: {consequence}. Put a new one in its place; it is \
                     taken without a restart."
                );
                tracing::error!("{message}");
                self.event(EventKind::CertificateRefused, message);
            }
        }
    }

    fn in_force(&self, snapshot: &Snapshot, message: &str) {
        in_force::keep(self.store.as_ref(), snapshot, self.clock.now(), message);
        self.event(EventKind::PolicyLoaded, message.to_owned());
    }

    fn event(&self, kind: EventKind, message: String) {
        self.store.event(Event { at: self.clock.now(), kind, message, exchange: None });
    }
}

/// Diagnostics below a sentence, for logs and events.
fn listed(diagnostics: &[Diagnostic]) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics.iter().take(TOLD) {
        text.push('\n');
        text.push_str(&render(diagnostic, false));
    }
    if let Some(more) = diagnostics.len().checked_sub(TOLD).filter(|more| *more > 0) {
        // Writing to a string can't fail.
        let _ = write!(text, "\n… and {more} more: `countersign check` says all");
    }
    text
}
