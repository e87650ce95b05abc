//! The ticket shop: an ordinary application that knows nothing of Countersign.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use super::addresses::SharedAddresses;
use super::page::{page, script, style};
use super::vendor::skimmer;

/// The shop's own file.
pub(super) const SHOP_JS: &str = include_str!("assets/shop.js");
/// The shop's inline script, as it stands between the tags.
pub(super) const SEATS_HELD: &str = include_str!("assets/seats-held.js");

/// What every page needs.
struct Common {
    at: SharedAddresses,
    path: &'static str,
    /// Whether the visitor came through Countersign, which leaves the `Host` as it was.
    guarded: bool,
}

impl Common {
    fn new(at: SharedAddresses, headers: &HeaderMap, path: &'static str) -> Self {
        let asked = headers.get(HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
        let guarded = asked.is_none_or(|host| host.port_u16() != Some(at.direct.port()));
        Self { at, path, guarded }
    }
}

#[derive(Template)]
#[template(path = "start.html")]
struct Start {
    page: Common,
}

#[derive(Template)]
#[template(path = "pay.html")]
struct Pay {
    page: Common,
    heading: &'static str,
    /// Whether the page has the chat; the attacked one has injected scripts instead.
    chat: bool,
    seats_held: &'static str,
    injected: String,
}

#[derive(Template)]
#[template(path = "paid.html")]
struct Paid {
    page: Common,
    last_digits: String,
}

#[derive(Deserialize)]
struct Payment {
    card: String,
}

pub(super) fn router(at: SharedAddresses) -> Router {
    Router::new()
        .route("/", get(start))
        .route(
            "/pay/pin",
            get(async |state: State<_>, headers: HeaderMap| pay(state.0, &headers, "/pay/pin")),
        )
        .route(
            "/pay/mirror",
            get(async |state: State<_>, headers: HeaderMap| pay(state.0, &headers, "/pay/mirror")),
        )
        .route("/attacked", get(attacked))
        .route("/paid", post(paid))
        .route("/shop.js", get(async || script(SHOP_JS)))
        .route("/shop.css", get(style))
        .with_state(at)
}

async fn start(State(at): State<SharedAddresses>, headers: HeaderMap) -> Response {
    page(&Start { page: Common::new(at, &headers, "/") })
}

fn pay(at: SharedAddresses, headers: &HeaderMap, path: &'static str) -> Response {
    page(&Pay {
        page: Common::new(at, headers, path),
        heading: "Pay for your tickets",
        chat: true,
        seats_held: SEATS_HELD,
        injected: String::new(),
    })
}

async fn attacked(State(at): State<SharedAddresses>, headers: HeaderMap) -> Response {
    let injected = skimmer(&at, "injected");
    page(&Pay {
        page: Common::new(at, &headers, "/attacked"),
        heading: "A page with injected scripts",
        chat: false,
        seats_held: SEATS_HELD,
        injected,
    })
}

async fn paid(
    State(at): State<SharedAddresses>,
    headers: HeaderMap,
    Form(payment): Form<Payment>,
) -> Response {
    let digits: Vec<char> = payment.card.chars().filter(char::is_ascii_digit).collect();
    let last_digits = digits.iter().skip(digits.len().saturating_sub(4)).collect();
    page(&Paid { page: Common::new(at, &headers, "/"), last_digits })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_carries_the_approved_inline_script_to_the_letter() {
        let address = "127.0.0.1:1".parse().unwrap();
        let at = std::sync::Arc::new(super::super::Addresses {
            shop: address,
            direct: address,
            vendor: address,
            drop_box: address,
            admin: address,
        });
        let page = Common::new(at, &HeaderMap::new(), "/pay/pin");
        let pay = Pay { page, heading: "x", chat: true, seats_held: SEATS_HELD, injected: String::new() };
        let text = pay.render().unwrap();
        assert!(text.contains(&format!("<script>{SEATS_HELD}</script>")), "{text}");
        assert!(!SEATS_HELD.contains("</") && SEATS_HELD.is_ascii());
    }
}
