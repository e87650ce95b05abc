//! In front of every route: who asks, whether their role is enough, whether they meant it; and what they did is
//! written down.

use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State as FromState};
use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Json};
use serde_json::json;

use super::acts::{About, Act, Outcome, acted, failed};
use super::caller::{Asker, Caller};
use super::role::Role;
use super::tries::Failed;
use super::{Peer, Who};
use crate::admin::guard::is_from_elsewhere;
use crate::admin::{BODY, State};

/// What a route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::admin) struct Needs {
    /// At least this role; `None`: anybody may ask.
    pub(in crate::admin) role: Option<Role>,
    /// It does something.
    pub(in crate::admin) act: Option<Act>,
}

/// What the gate of a route knows.
#[derive(Clone)]
pub(in crate::admin) struct Gate {
    pub(in crate::admin) state: State,
    pub(in crate::admin) needs: Needs,
}

/// Lets a request through, or says why not: to the API's users as JSON.
pub(in crate::admin) async fn gate(
    FromState(gate): FromState<Gate>,
    request: Request,
    next: Next,
) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let response = pass(gate, request, next).await;
    let why = response.extensions().get::<Why>().filter(|_| is_api);
    let Some(body) = why.map(|Why(why)| Json(json!({ "error": why.trim_end() }))) else { return response };
    let (mut parts, _text) = response.into_parts();
    parts.headers.remove(CONTENT_TYPE);
    parts.headers.remove(CONTENT_LENGTH);
    (parts.status, parts.headers, body).into_response()
}

/// Why somebody is not let through, on the answer.
#[derive(Clone)]
struct Why(String);

fn refusal(status: StatusCode, why: impl Into<String>) -> Response {
    let why = why.into();
    (status, Extension(Why(why.clone())), why).into_response()
}

async fn pass(gate: Gate, mut request: Request, next: Next) -> Response {
    let Gate { state, needs } = gate;
    let peer = request.extensions().get::<Peer>().copied().unwrap_or_default();
    let from = state.access.address_of(request.headers(), peer);
    let caller = match state.access.who(request.headers(), from, state.clock.now()) {
        Who::Known(caller) => Some(caller),
        Who::Stranger => None,
        Who::Wrong => return not_let_in(&state, state.access.tries().failed(from), from),
    };
    let Some(least) = needs.role else {
        request.extensions_mut().insert(Asker(caller));
        return next.run(request).await;
    };
    let Some(caller) = caller else { return asks_who(&request) };
    if !caller.may(least) {
        let (role, name) = (caller.role(), caller.name().unwrap_or_default().to_owned());
        if let Some(act) = needs.act.filter(|_| state.access.tries().writes_refusal(caller.name())) {
            acted(&state, &caller, act, None, Outcome::NotAllowed);
        }
        let why = format!("{name} has the role {role}; this needs {least}.\n");
        return refusal(StatusCode::FORBIDDEN, why);
    }
    let Some(act) = needs.act else {
        request.extensions_mut().insert(Asker(Some(caller)));
        return next.run(request).await;
    };
    if request.method().is_safe() {
        // Nothing is done by looking: no turn is used up, and nothing is written down.
        request.extensions_mut().insert(Asker(Some(caller)));
        return next.run(request).await;
    }
    if let Err(wait) = state.access.tries().may_act(caller.name()) {
        return too_often(wait);
    }
    let response = if is_from_elsewhere(request.headers(), state.access.is_secure()) {
        refusal(StatusCode::FORBIDDEN, "A page of another site may not ask for this.\n")
    } else {
        match meant(&caller, request).await {
            Ok(mut request) => {
                request.extensions_mut().insert(Asker(Some(caller.clone())));
                next.run(request).await
            }
            Err(refused) => refused,
        }
    };
    let outcome = Outcome::of(response.status());
    if outcome == Outcome::Done || state.access.tries().writes_refusal(caller.name()) {
        acted(&state, &caller, act, response.extensions().get::<About>(), outcome);
    }
    response
}

/// A request of a session comes from a form of ours: it carries the session's token.
async fn meant(caller: &Caller, request: Request) -> Result<Request, Response> {
    let Some(expected) = caller.form_token().filter(|_| !request.method().is_safe()) else {
        return Ok(request);
    };
    let no_form = || {
        let why = "A session does something by its own forms only; load the page again. Programs send a token \
                   as `Authorization: Bearer`.\n";
        refusal(StatusCode::FORBIDDEN, why)
    };
    let (parts, body) = request.into_parts();
    let media = parts.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    if !media.starts_with(b"application/x-www-form-urlencoded") {
        return Err(no_form());
    }
    let read = to_bytes(body, BODY).await;
    let bytes = read.map_err(|_too_long| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
    let mut fields = url::form_urlencoded::parse(&bytes).filter(|(name, _)| name == "form");
    let is_ours = fields
        .next()
        .is_some_and(|(_, value)| verify_slices_are_equal(value.as_bytes(), expected.as_bytes()).is_ok());
    if !is_ours {
        return Err(no_form());
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// Somebody showed a token that is none of ours. Counted by network.
pub(super) fn not_let_in(state: &State, outcome: Failed, from: std::net::IpAddr) -> Response {
    match outcome {
        Failed::Wait(wait) => return too_often(wait),
        Failed::Written { unwritten } => failed(state, from, unwritten),
        Failed::Told => {}
    }
    unauthorized("This token is not taken here: it is wrong, was removed, or has ended.\n")
}

fn unauthorized(why: &'static str) -> Response {
    let challenge = HeaderValue::from_static("Bearer realm=\"countersign\"");
    let mut response = refusal(StatusCode::UNAUTHORIZED, why);
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

/// To the login, where a person asks for a page.
fn asks_who(request: &Request) -> Response {
    if request.method() == Method::GET && wants_page(request.headers()) {
        let to = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let to: String = url::form_urlencoded::byte_serialize(to.as_bytes()).collect();
        return Redirect::to(&format!("/login?to={to}")).into_response();
    }
    unauthorized("Say who you are: a token, as `Authorization: Bearer`, or /login in a browser.\n")
}

fn wants_page(headers: &HeaderMap) -> bool {
    let accepts = |value: &HeaderValue| value.to_str().is_ok_and(|text| text.contains("text/html"));
    headers.get_all(ACCEPT).iter().any(accepts)
}

pub(super) fn too_often(wait: Duration) -> Response {
    let seconds = wait.as_secs().saturating_add(1);
    let why = format!("Too often; try again in {seconds} seconds.\n");
    let mut response = refusal(StatusCode::TOO_MANY_REQUESTS, why);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}
