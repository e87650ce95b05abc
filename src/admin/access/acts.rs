//! What somebody did here goes into the evidence, and what a person should read becomes an event.

use axum::http::StatusCode;
use serde_json::json;

use super::caller::Caller;
use crate::admin::State;
use crate::store::{Event, EventKind, Evidence};
use crate::telemetry::shown;

/// Characters of what an act was about.
const ABOUT: usize = 200;

/// Something that is written down when somebody does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::admin) struct Act {
    /// Such as `acknowledge-alert`.
    pub(in crate::admin) name: &'static str,
    /// Whether it becomes an event too.
    pub(in crate::admin) is_told: bool,
}

/// What an act was about, on the answer of whoever did it.
#[derive(Debug, Clone)]
pub(in crate::admin) struct About(pub(in crate::admin) String);

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::admin) enum Outcome {
    Done,
    /// The role is not enough, or it came from elsewhere.
    NotAllowed,
    /// It could not be done as it was asked for.
    Refused,
    /// Ours.
    Failed,
}

impl Outcome {
    pub(in crate::admin) fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            ..400 => Self::Done,
            401 | 403 => Self::NotAllowed,
            400..500 => Self::Refused,
            500.. => Self::Failed,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotAllowed => "not-allowed",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// Writes down what somebody did.
pub(in crate::admin) fn acted(
    state: &State,
    caller: &Caller,
    act: Act,
    about: Option<&About>,
    outcome: Outcome,
) {
    let about = about.map(|about| shown(&about.0, ABOUT));
    let Act { name, is_told } = act;
    let (from, role) = (caller.from(), caller.role());
    let body = json!({
        "who": caller.name(), "role": role.name(), "from": from.to_string(),
        "what": name, "about": about, "outcome": outcome.name(),
    });
    write(state, &body);
    if is_told {
        let who = caller.name().unwrap_or("somebody without a token");
        let about = about.map(|about| format!(" {about}")).unwrap_or_default();
        let (what, outcome) = (name.replace('-', " "), outcome.name().replace('-', " "));
        tell(state, format!("{who} ({role}, from {from}) asked to {what}{about}: {outcome}."));
    }
}

/// Does what a page was asked for, as often as somebody may do something, and writes it down. `None`: too often.
pub(in crate::admin) async fn doing<T, E>(
    state: &State,
    caller: &Caller,
    act: Act,
    about: About,
    what: impl Future<Output = Result<T, E>>,
) -> Option<Result<T, E>> {
    state.access.tries().may_act(caller.name()).ok()?;
    let done = what.await;
    let outcome = if done.is_ok() { Outcome::Done } else { Outcome::Refused };
    if done.is_ok() || state.access.tries().writes_refusal(caller.name()) {
        acted(state, caller, act, Some(&about), outcome);
    }
    Some(done)
}

/// Writes down that somebody failed to say who they are.
pub(super) fn failed(state: &State, from: std::net::IpAddr, unwritten: u64) {
    let body = json!({
        "who": null, "role": null, "from": from.to_string(),
        "what": "log-in", "about": null, "outcome": Outcome::NotAllowed.name(), "unwritten-before": unwritten,
    });
    write(state, &body);
    let before = if unwritten == 0 {
        String::new()
    } else {
        format!(" Before it there were {unwritten} more of which nothing else was written down.")
    };
    tell(
        state,
        format!("Somebody at {from} came to the admin address without a token that is taken.{before}"),
    );
}

fn write(state: &State, body: &serde_json::Value) {
    let evidence = Evidence { at: state.clock.now(), kind: "act".to_owned(), body: body.to_string() };
    state.store.evidence(evidence);
}

fn tell(state: &State, message: String) {
    tracing::info!("{message}");
    state.store.event(Event { at: state.clock.now(), kind: EventKind::Act, message, exchange: None });
}
