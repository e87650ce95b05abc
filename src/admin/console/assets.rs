//! The files that pages need: embedded, named by their digest, so that browsers may keep them for ever and refuse
//! any other bytes.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::sri::{Algorithm, Digest};

/// Characters of the digest that are in a file's name.
const NAMED: usize = 16;

/// A file.
pub(in crate::admin) struct Asset {
    media: &'static str,
    text: &'static str,
    name: String,
    /// For the attribute `integrity`, and the CSP.
    pub(in crate::admin) integrity: String,
}

static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("console", "css", "text/css", include_str!("../assets/console.css")));
static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("console", "js", "text/javascript", include_str!("../assets/console.js")));
static SEAL: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("seal", "svg", "image/svg+xml", include_str!("../assets/seal.svg")));

impl Asset {
    fn new(stem: &str, ending: &str, media: &'static str, text: &'static str) -> Self {
        let digest = Digest::of(Algorithm::Sha384, text.as_bytes());
        let value: String = digest.url_safe().chars().skip("sha384-".len()).take(NAMED).collect();
        Self { media, text, name: format!("{stem}-{value}.{ending}"), integrity: digest.to_string() }
    }

    /// How pages look.
    pub(in crate::admin) fn style() -> &'static Self {
        &STYLE
    }

    /// What keeps them up to date.
    pub(in crate::admin) fn script() -> &'static Self {
        &SCRIPT
    }

    /// The icon.
    pub(in crate::admin) fn seal() -> &'static Self {
        &SEAL
    }

    /// Where it is.
    pub(in crate::admin) fn path(&self) -> String {
        format!("/assets/{}", self.name)
    }
}

/// `GET /assets/{name}`.
pub(in crate::admin) async fn asset(Path(name): Path<String>) -> Response {
    let known = [Asset::style(), Asset::script(), Asset::seal()];
    let Some(asset) = known.into_iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let media = format!("{}; charset=utf-8", asset.media);
    let keep = "public, max-age=31536000, immutable".to_owned();
    ([(CONTENT_TYPE, media), (CACHE_CONTROL, keep)], asset.text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_its_digest() {
        let one = Asset::new("console", "css", "text/css", "a {}");
        let other = Asset::new("console", "css", "text/css", "b {}");
        assert!(
            one.name.starts_with("console-") && one.name.len() == "console-.css".len() + NAMED,
            "{}",
            one.name
        );
        assert_ne!(one.name, other.name);
        assert_eq!(one.integrity, Digest::of(Algorithm::Sha384, b"a {}").to_string());
    }
}
