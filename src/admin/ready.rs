//! What a platform asks and what an operator asks for: whether the process serves, and a look at changed
//! files at once.

use std::fmt::Write;

use axum::extract::State as FromState;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Serialize;

use super::State;
use super::access::Asker;
use super::asked::Refused;
use crate::telemetry::Standing;

/// What came of a look that was asked for.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct Reloaded {
    /// `policies`, `certificate` or `upstream-certificate`.
    pub what: &'static str,
    /// `loaded`, `refused` or `unchanged`.
    pub outcome: &'static str,
    /// What is in force now: a generation, the digest of a certificate.
    pub in_force: String,
    /// Why it was refused, or what somebody should look at; the first ones of many.
    pub problems: Vec<serde_json::Value>,
}

/// `GET /ready`: 200 as long as the process serves. It does so with the last good policies too: taking it
/// out of service for a bad change would turn one typing error into an outage of the whole fleet. So a
/// refused change is said in the body, and by `…_last_reload_good` among the metrics. Strangers are told no more
/// than that it serves: what is refused, and why, names files of this machine.
pub(super) async fn ready(
    FromState(state): FromState<State>,
    Extension(Asker(caller)): Extension<Asker>,
) -> String {
    let mut text = "ready\n".to_owned();
    if caller.is_none() {
        return text;
    }
    add(&mut text, "policies", &state.metrics.policies().standing());
    add(&mut text, "certificate", &state.metrics.certificate().standing());
    add(&mut text, "upstream-certificate", &state.metrics.upstream_certificate().standing());
    text
}

fn add(text: &mut String, what: &str, standing: &Standing) {
    if standing.version.is_empty() {
        return;
    }
    let Standing { version, since, refused } = standing;
    // Writing to a string can't fail.
    let _ = match refused {
        None => writeln!(text, "{what}: {version} since {since:.0}"),
        Some(refusal) => {
            let why = refusal.why.lines().next().unwrap_or_default();
            writeln!(text, "{what}: last good {version} since {since:.0}; refused {:.0}: {why}", refusal.at)
        }
    };
}

/// `POST /api/reload`: 200 where what the files say is in force now, 422 where something was refused.
pub(super) async fn reload(FromState(state): FromState<State>) -> Response {
    match (state.reload)().await {
        None => Refused::Later("the process is ending").into_response(),
        Some(answers) => {
            let refused = answers.iter().any(|answer| answer.outcome == "refused");
            let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
            (status, Json(answers)).into_response()
        }
    }
}
