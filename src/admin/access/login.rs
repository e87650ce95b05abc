//! `/login`: where a person shows their token once, for a session; `/logout` ends it.

use askama::Template;
use axum::Extension;
use axum::extract::{Form, Query, Request, State as FromState};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::acts::{Act, Outcome, acted};
use super::caller::{Asker, Caller};
use super::gate::{not_let_in, too_often};
use super::session::LENGTH;
use super::{Access, Peer, Token};
use crate::admin::State;
use crate::admin::console::{Asset, show};

const LOG_IN: Act = Act { name: "log-in", is_told: true };

/// The page with the form.
#[derive(Template)]
#[template(path = "login.html")]
struct Login {
    /// Where to go afterwards.
    to: String,
    /// Why it did not work.
    wrong: Option<&'static str>,
    is_secure: bool,
    style: &'static Asset,
    seal: &'static Asset,
}

/// Where to go afterwards.
#[derive(Deserialize)]
pub(in crate::admin) struct To {
    #[serde(default)]
    to: String,
}

/// What the form sends.
#[derive(Deserialize)]
pub(in crate::admin) struct Shown {
    token: String,
    #[serde(default)]
    to: String,
}

/// `GET /login`.
pub(in crate::admin) async fn form(
    FromState(state): FromState<State>,
    Extension(Asker(caller)): Extension<Asker>,
    Query(To { to }): Query<To>,
) -> Response {
    if caller.is_some() {
        return Redirect::to(&path(&to)).into_response();
    }
    page(&state, &to, StatusCode::OK, None)
}

/// `POST /login`.
pub(in crate::admin) async fn log_in(
    FromState(state): FromState<State>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Form(Shown { token, to }): Form<Shown>,
) -> Response {
    let (access, now) = (&state.access, state.clock.now());
    let Some(tokens) = &access.0.config.tokens else { return Redirect::to(&path(&to)).into_response() };
    let from = access.address_of(&headers, peer);
    let book = tokens.load();
    let token = Token::of(&token);
    let Some(holder) = token.as_ref().and_then(|token| book.holder_of(token, now)) else {
        let refused = not_let_in(&state, access.tries().failed(from), from);
        if refused.status() != StatusCode::UNAUTHORIZED {
            return refused;
        }
        let wrong = "This token is not taken: it is wrong, was removed, or has ended.";
        return page(&state, &to, StatusCode::UNAUTHORIZED, Some(wrong));
    };
    let caller = Caller::holding(holder, from);
    if let Err(wait) = access.tries().may_act(caller.name()) {
        return too_often(wait);
    }
    // Whatever the browser came with is over: nobody can have put it there for later.
    if let Some(before) = access.session_of(&headers) {
        access.0.sessions.end(&before);
    }
    let Ok(id) = access.0.sessions.open(holder.digest.clone(), now) else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    acted(&state, &caller, LOG_IN, None, Outcome::Done);
    see_other(&path(&to), access.set_cookie(id.reveal(), LENGTH.as_secs()))
}

/// `POST /logout`.
pub(in crate::admin) async fn log_out(FromState(state): FromState<State>, request: Request) -> Response {
    let access = &state.access;
    if let Some(id) = access.session_of(request.headers()) {
        access.0.sessions.end(&id);
    }
    see_other("/login", access.set_cookie("", 0))
}

impl Access {
    /// For the whole address, gone after so many seconds, out of reach for scripts, never sent along from another
    /// site's page.
    fn set_cookie(&self, value: &str, seconds: i64) -> Option<HeaderValue> {
        let name = self.cookie();
        let secure = if self.is_secure() { "; Secure" } else { "" };
        let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
        let mut value = HeaderValue::try_from(cookie).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

fn see_other(to: &str, cookie: Option<HeaderValue>) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let location = HeaderValue::try_from(to).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(LOCATION, location);
    if let Some(cookie) = cookie {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

fn page(state: &State, to: &str, status: StatusCode, wrong: Option<&'static str>) -> Response {
    let (to, is_secure) = (path(to), state.access.is_secure());
    let mut page = show(&Login { to, wrong, is_secure, style: Asset::style(), seal: Asset::seal() });
    if page.status() == StatusCode::OK {
        *page.status_mut() = status;
    }
    page
}

/// A path of this address, and of no other: browsers read `//` and `/\` as the beginning of a host.
fn path(to: &str) -> String {
    let plain = to.starts_with('/')
        && !to.starts_with("//")
        && !to.contains('\\')
        && to.chars().all(|c| c.is_ascii_graphic());
    if to.split('?').next() == Some("/explain") {
        // What is to be explained is asked by a button of ours, not by a link.
        return "/explain".to_owned();
    }
    let is_login = to == "/login" || to.starts_with("/login?");
    if plain && !is_login { to.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_login_one_stays_at_this_address() {
        for (to, goes) in [
            ("/scripts?site=shop", "/scripts?site=shop"),
            ("/explain?url=https://shop.example/", "/explain"),
            ("/", "/"),
            ("", "/"),
            ("//evil.example/", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example/", "/"),
            ("javascript:alert(1)", "/"),
            ("/a\r\nSet-Cookie: a=b", "/"),
            ("/\t/evil.example", "/"),
            ("/login?to=/login", "/"),
        ] {
            assert_eq!(path(to), goes, "{to:?}");
        }
    }
}
