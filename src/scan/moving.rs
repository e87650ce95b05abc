//! URLs under which other bytes are to be expected.

use serde::Serialize;
use url::Url;

/// Whole hosts or paths whose owners change them at any time, and forbid or defeat fixing their bytes.
const EVERGREEN: [(&str, &str); 10] = [
    ("js.stripe.com", "/"),
    ("pay.google.com", "/"),
    ("www.googletagmanager.com", "/"),
    ("www.google-analytics.com", "/"),
    ("www.google.com", "/recaptcha/"),
    ("maps.googleapis.com", "/"),
    ("connect.facebook.net", "/"),
    ("www.paypal.com", "/sdk/"),
    ("applepay.cdn-apple.com", "/"),
    ("challenges.cloudflare.com", "/"),
];

/// Hosts that serve packages by name and version.
const PACKAGES: [&str; 5] = ["unpkg.com", "cdn.jsdelivr.net", "esm.sh", "cdn.skypack.dev", "ga.jspm.io"];

/// Why the bytes under a URL will change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Moves {
    /// Their owner changes them at any time, and every site is to take the newest.
    AnyTime(String),
    /// The URL names no exact version.
    NoVersion(String),
}

/// Whether the bytes under a URL will change, if that can be told from the URL.
pub(super) fn moves(url: &Url) -> Option<Moves> {
    let host = url.host_str().unwrap_or_default();
    let path = url.path();
    if EVERGREEN.iter().any(|(known, start)| *known == host && path.starts_with(start)) {
        return Some(Moves::AnyTime(format!("{host} changes its scripts at any time")));
    }
    let segments = || path.split(['/', '@']);
    let newest = |word: &str| matches!(word, "latest" | "stable" | "current" | "edge" | "main" | "master");
    if let Some(word) = segments().find(|word| newest(word)) {
        return Some(Moves::NoVersion(format!("its URL says `{word}`")));
    }
    if PACKAGES.contains(&host) && !segments().any(is_exact_version) {
        let why = format!("its URL names no exact version, so {host} gives the newest");
        return Some(Moves::NoVersion(why));
    }
    None
}

/// `1.2.3`, also with what follows a `-` or `+`.
fn is_exact_version(text: &str) -> bool {
    let core = text.trim_start_matches('v').split(['-', '+']).next().unwrap_or_default();
    let numbers: Vec<&str> = core.split('.').collect();
    numbers.len() >= 3 && numbers.iter().all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_names_no_version_moves() {
        let moves = |url: &str| super::moves(&Url::parse(url).unwrap()).is_some();
        for moving in [
            "https://js.stripe.com/v3/",
            "https://unpkg.com/jquery",
            "https://unpkg.com/jquery@3/dist/jquery.js",
            "https://cdn.jsdelivr.net/npm/jquery@latest",
            "https://cdn.vendor.example/chat/latest/chat.js",
        ] {
            assert!(moves(moving), "{moving}");
        }
        for fixed in [
            "https://unpkg.com/jquery@3.7.1/dist/jquery.js",
            "https://cdn.jsdelivr.net/npm/jquery@3.7.1-rc.1",
            "https://cdn.vendor.example/chat/chat.js",
        ] {
            assert!(!moves(fixed), "{fixed}");
        }
    }
}
