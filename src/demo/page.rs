//! Answers with pages and files, all of them for one use: nothing may come from a cache, or a switch
//! at the vendor would not be seen.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};

/// The one style sheet of shop, vendor and drop box.
pub(super) const STYLE: &str = include_str!("assets/shop.css");

/// A page from a template.
pub(super) fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => ([(CACHE_CONTROL, "no-store")], Html(text)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A script.
pub(super) fn script(text: impl Into<String>) -> Response {
    file("text/javascript; charset=utf-8", text.into())
}

/// The style sheet.
pub(super) async fn style() -> Response {
    file("text/css; charset=utf-8", STYLE.to_owned())
}

fn file(media_type: &'static str, text: String) -> Response {
    ([(CONTENT_TYPE, media_type), (CACHE_CONTROL, "no-store")], text).into_response()
}
