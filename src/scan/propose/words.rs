//! What a proposal says of scripts and pages.

use crate::analysis::one_line;
use crate::scan::moving::Moves;
use crate::scan::script::Script;
use crate::scan::vendor::{Delivery, Variation};
use crate::web::PathPattern;

/// Characters of a reason.
const REASON: usize = 300;

/// Why a script can't be fixed to bytes.
pub(super) fn obstacle(delivery: &Delivery) -> Option<String> {
    if let Some(why) = &delivery.failed {
        return Some(format!("it could not be fetched: {why}"));
    }
    if delivery.size == 0 {
        return Some("it is empty".to_owned());
    }
    if delivery.varies.contains(&Variation::EachTime) {
        return Some(
            "its bytes differ from one fetch to the next, so no digest fits; ask the vendor for a fixed URL"
                .to_owned(),
        );
    }
    let browsers: Vec<&str> = delivery
        .varies
        .iter()
        .filter_map(|varies| match varies {
            Variation::Browser(name) => Some(*name),
            Variation::EachTime | Variation::Failed(_) => None,
        })
        .collect();
    if !browsers.is_empty() {
        return Some(format!(
            "its bytes differ between browsers ({}); a mirror would give every browser the same ones",
            browsers.join(", ")
        ));
    }
    match &delivery.moves {
        Some(Moves::AnyTime(why)) => Some(format!("{why}, and every site is to take the newest")),
        Some(Moves::NoVersion(_)) | None => None,
    }
}

pub(super) fn on(script: &Script) -> String {
    let first = script.pages.iter().next().map_or("no page", String::as_str);
    match script.pages.len().saturating_sub(1) {
        0 => format!("on {first}"),
        more => format!("on {first} and {more} more"),
    }
}

pub(super) fn why(script: &Script) -> String {
    format!("Found by scan {}: write down what it is for", one_line(&on(script), REASON))
}

/// The pattern of exactly this path.
pub(super) fn pattern(path: &str) -> Option<String> {
    PathPattern::exactly(path).map(|pattern| pattern.as_str().to_owned())
}

/// The pattern of the folder of the first level that a path is in.
pub(super) fn folder(path: &str) -> String {
    let first = path.trim_start_matches('/').split_once('/').map(|(first, _)| first);
    match first.and_then(|first| pattern(&format!("/{first}"))) {
        Some(first) => format!("{first}/*"),
        None => pattern(path).unwrap_or_else(|| "/".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::canonical_path;

    #[test]
    fn a_pattern_matches_exactly_its_path() {
        for path in ["/", "/a/b.html", "/a*b", "/a%20b/", "/a(b){c}?+:d"] {
            let pattern = PathPattern::parse(&pattern(path).unwrap()).unwrap();
            assert!(pattern.matches(&canonical_path(path)), "{path}");
            assert!(!pattern.matches(&canonical_path(&format!("{path}x"))), "{path}");
        }
        assert_eq!(pattern("/a*b").unwrap(), "/a\\*b");
        assert_eq!(folder("/help/a/b"), "/help/*");
        assert_eq!(folder("/a"), "/a");
    }
}
