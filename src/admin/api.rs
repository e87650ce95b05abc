//! The same as JSON, for programs.

use axum::Json;
use axum::extract::State as FromState;
use serde::Serialize;

use super::State;
use crate::alert::Standing;
use crate::headers::Rule;
use crate::policy::{FailMode, Mode, PageRules, Site, Unapproved};
use crate::store::DriftRow;
use crate::telemetry::Standing as Loaded;

/// The policies in force.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct Policy {
    generation: u64,
    fingerprint: String,
    /// Since when, and what was refused since.
    standing: Loaded,
    sites: Vec<SiteRules>,
}

#[derive(Serialize, schemars::JsonSchema)]
struct SiteRules {
    name: String,
    hosts: Vec<String>,
    upstreams: Vec<String>,
    pages: Vec<Rules>,
}

#[derive(Serialize, schemars::JsonSchema)]
struct Rules {
    id: u16,
    path: String,
    mode: &'static str,
    payment: bool,
    unapproved: &'static str,
    fail: &'static str,
    second_opinion: &'static str,
}

/// `GET /api/drift`: what vendors serve, findings first.
pub(super) async fn drift(FromState(state): FromState<State>) -> Json<Vec<DriftRow>> {
    Json(state.store.drifts())
}

/// `GET /api/alerts`: what stands, what nobody has seen first.
pub(super) async fn alerts(FromState(state): FromState<State>) -> Json<Vec<Standing>> {
    Json(state.alerts.all())
}

/// `GET /api/headers`: what security headers the application sends, by page rule.
pub(super) async fn headers(FromState(state): FromState<State>) -> Json<Vec<Rule>> {
    Json(state.headers.all())
}

/// `GET /api/policy`: generation, sites and page rules in force.
pub(super) async fn policy(FromState(state): FromState<State>) -> Json<Policy> {
    let snapshot = state.published.load_full();
    Json(Policy {
        generation: snapshot.generation.number,
        fingerprint: snapshot.generation.fingerprint.clone(),
        standing: state.metrics.policies().standing(),
        sites: snapshot.sites.iter().map(|site| site_rules(site)).collect(),
    })
}

fn site_rules(site: &Site) -> SiteRules {
    SiteRules {
        name: site.name.to_string(),
        hosts: site.hosts.clone(),
        upstreams: site.upstreams.iter().map(ToString::to_string).collect(),
        pages: site.pages.iter().map(rules).collect(),
    }
}

fn rules(rules: &PageRules) -> Rules {
    Rules {
        id: rules.id.0,
        path: rules.path.as_str().to_owned(),
        mode: match rules.mode {
            Mode::Observe => "observe",
            Mode::Enforce => "enforce",
        },
        payment: rules.payment,
        unapproved: match rules.unapproved {
            Unapproved::Quarantine => "quarantine",
            Unapproved::Strip => "strip",
        },
        fail: match rules.fail {
            FailMode::Closed => "closed",
            FailMode::HeadersOnly => "headers-only",
        },
        second_opinion: rules.second_opinion.name(),
    }
}
