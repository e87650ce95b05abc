//! The chat vendor, whose script can be tampered with, as happened in 2018.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::Tell;
use super::addresses::{Addresses, SharedAddresses};
use super::page::{page, script, style};

/// The chat, as it was approved.
pub(super) const CHAT_JS: &str = include_str!("assets/chat.js");

/// What a thief adds to a script: it copies card numbers to the drop box, and leaves a mark on the page
/// to show that it ran.
pub(super) fn skimmer(at: &Addresses, mark: &str) -> String {
    include_str!("assets/skimmer.js").replace("DROP_BOX", &at.drop_box()).replace("MARK", mark)
}

/// The vendor's server.
#[derive(Clone)]
pub(super) struct Vendor {
    at: SharedAddresses,
    tell: Tell,
    tampered: Arc<AtomicBool>,
}

#[derive(Template)]
#[template(path = "vendor.html")]
struct Switch {
    at: SharedAddresses,
    tampered: bool,
    skimmer: String,
}

#[derive(Deserialize)]
struct Tamper {
    on: u8,
}

impl Vendor {
    pub(super) fn new(at: SharedAddresses, tell: Tell, tampered: bool) -> Self {
        Self { at, tell, tampered: Arc::new(AtomicBool::new(tampered)) }
    }

    pub(super) fn is_tampered(&self) -> bool {
        self.tampered.load(Ordering::Relaxed)
    }

    pub(super) fn tamper(&self, on: bool) {
        if self.tampered.swap(on, Ordering::Relaxed) != on {
            (self.tell)(if on {
                "The vendor's chat.js was TAMPERED WITH: it now copies card numbers."
            } else {
                "The vendor's chat.js was restored."
            });
        }
    }

    pub(super) fn router(&self) -> Router {
        Router::new()
            .route("/", get(switch))
            .route("/tamper", post(set))
            .route("/chat.js", get(chat))
            .route("/vendor.css", get(style))
            .with_state(self.clone())
    }
}

async fn switch(State(vendor): State<Vendor>) -> Response {
    let skimmer = skimmer(&vendor.at, "skimmer");
    page(&Switch { at: Arc::clone(&vendor.at), tampered: vendor.is_tampered(), skimmer })
}

async fn set(State(vendor): State<Vendor>, Query(wish): Query<Tamper>) -> Redirect {
    vendor.tamper(wish.on != 0);
    Redirect::to("/")
}

/// Any site may check the script's integrity, as vendors should let them.
async fn chat(State(vendor): State<Vendor>) -> Response {
    let mut text = CHAT_JS.to_owned();
    if vendor.is_tampered() {
        text.push_str(&skimmer(&vendor.at, "skimmer"));
    }
    ([(ACCESS_CONTROL_ALLOW_ORIGIN, "*")], script(text)).into_response()
}
