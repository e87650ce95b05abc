//! Entity tags of rewritten pages: ours say under which policies the page was written, so that a
//! stored page is never confirmed under other policies.
//!
//! `"abc"` becomes `W/"0.1.0-5c1d…-s.abc"`: weak (the bytes differ from the upstream's), our version
//! (another release may write other bytes), the generation's fingerprint, whether it was strong.
//! <https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3>

use http::header::{ETAG, IF_MATCH, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue};

/// One entity tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tag<'a> {
    weak: bool,
    opaque: &'a str,
}

fn prefix(fingerprint: &str) -> String {
    format!("{}-{fingerprint}-", env!("CARGO_PKG_VERSION"))
}

/// Replaces the upstream's `ETag` by ours, or removes it where it is none.
pub(super) fn mark(headers: &mut HeaderMap, fingerprint: &str) {
    let marked = headers.get(ETAG).and_then(|value| value.to_str().ok()).and_then(|text| {
        let tag = single(text)?;
        let strength = if tag.weak { 'w' } else { 's' };
        HeaderValue::from_str(&format!("W/\"{}{strength}.{}\"", prefix(fingerprint), tag.opaque)).ok()
    });
    match marked {
        Some(value) => headers.insert(ETAG, value),
        None => headers.remove(ETAG),
    };
}

/// Turns our tags in `If-None-Match` and `If-Match` back into the upstream's. In `If-None-Match` tags of
/// other generations go, and those that are not ours unless they may stay (`only_ours`). In `If-Match`
/// everything else stays: the upstream doesn't know it and refuses, as it must. Returns whether
/// `If-None-Match` held a tag of this generation.
pub(super) fn unmark(headers: &mut HeaderMap, fingerprint: &str, only_ours: bool) -> bool {
    if !headers.contains_key(IF_NONE_MATCH) && !headers.contains_key(IF_MATCH) {
        return false;
    }
    let mine = prefix(fingerprint);
    let mut found = false;
    let none_match = rewritten(headers, &IF_NONE_MATCH, |tag| {
        let original = original(tag, &mine);
        found |= original.is_some();
        original.or_else(|| (!only_ours && !looks_ours(tag)).then(|| written(tag)))
    });
    replace(headers, &IF_NONE_MATCH, none_match, only_ours);
    let matching = rewritten(headers, &IF_MATCH, |tag| original(tag, &mine).or_else(|| Some(written(tag))));
    replace(headers, &IF_MATCH, matching, false);
    found
}

/// The field's tags, each changed or dropped by `change`; `None` where the field is absent, `*`, or not
/// made of tags as ours are: then there is none of ours in it.
fn rewritten(
    headers: &HeaderMap,
    name: &http::HeaderName,
    mut change: impl FnMut(Tag<'_>) -> Option<String>,
) -> Option<String> {
    let mut kept: Vec<String> = Vec::new();
    let mut any = false;
    for value in headers.get_all(name) {
        let text = value.to_str().ok()?;
        let tags = list(text);
        if tags.is_empty() && !text.trim().is_empty() {
            return None;
        }
        any = true;
        kept.extend(tags.into_iter().filter_map(&mut change));
    }
    any.then(|| kept.join(", "))
}

fn replace(headers: &mut HeaderMap, name: &http::HeaderName, text: Option<String>, drop_star: bool) {
    match text {
        None if drop_star => {
            headers.remove(name);
        }
        None => {}
        Some(text) => match HeaderValue::from_str(&text) {
            Ok(value) if !text.is_empty() => {
                headers.insert(name, value);
            }
            _ => {
                headers.remove(name);
            }
        },
    }
}

fn original(tag: Tag<'_>, mine: &str) -> Option<String> {
    let rest = tag.opaque.strip_prefix(mine)?;
    if let Some(opaque) = rest.strip_prefix("s.") {
        return Some(format!("\"{opaque}\""));
    }
    rest.strip_prefix("w.").map(|opaque| format!("W/\"{opaque}\""))
}

/// Whether a tag has the form of ours, of whatever generation.
fn looks_ours(tag: Tag<'_>) -> bool {
    let is_version =
        |text: &str| text.starts_with(|c: char| c.is_ascii_digit()) && text.split('.').count() >= 3;
    let is_fingerprint = |text: &str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_hexdigit());
    // Versions such as 0.2.0-rc.1 have hyphens of their own.
    let parts: Vec<&str> = tag.opaque.split('-').collect();
    (1..parts.len()).any(|place| {
        let version = parts.get(..place).map(|parts| parts.join("-")).unwrap_or_default();
        let fingerprint = parts.get(place).copied().unwrap_or_default();
        let rest = parts.get(place + 1).copied().unwrap_or_default();
        is_version(&version)
            && is_fingerprint(fingerprint)
            && (rest.starts_with("s.") || rest.starts_with("w."))
    })
}

fn written(tag: Tag<'_>) -> String {
    let weak = if tag.weak { "W/" } else { "" };
    format!("{weak}\"{}\"", tag.opaque)
}

fn single(text: &str) -> Option<Tag<'_>> {
    match list(text).as_slice() {
        [tag] => Some(*tag),
        _ => None,
    }
}

/// The well-formed tags of a list; reading stops at the first thing that is none.
fn list(text: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let (weak, quoted) = match rest.strip_prefix("W/") {
            Some(quoted) => (true, quoted),
            None => (false, rest),
        };
        let Some((opaque, after)) = quoted.strip_prefix('"').and_then(|inner| inner.split_once('"')) else {
            return tags;
        };
        tags.push(Tag { weak, opaque });
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "0123456789ab";
    const BEFORE: &str = "ba9876543210";

    fn with(name: http::HeaderName, value: &str) -> HeaderMap {
        let mut map = HeaderMap::new();
        map.insert(name, HeaderValue::from_str(value).unwrap());
        map
    }

    fn marked(tag: &str, fingerprint: &str) -> String {
        let mut map = with(ETAG, tag);
        mark(&mut map, fingerprint);
        map[ETAG].to_str().unwrap().to_owned()
    }

    #[test]
    fn a_tag_comes_back_as_the_upstream_wrote_it() {
        for tag in ["\"abc\"", "W/\"abc\"", "\"a,b-c s.\"", "\"\""] {
            let ours = marked(tag, NOW);
            assert!(ours.starts_with("W/\""), "{ours}");
            let mut map = with(IF_NONE_MATCH, &format!("\"foreign\", {ours}"));
            assert!(unmark(&mut map, NOW, true));
            assert_eq!(map[IF_NONE_MATCH], tag);
        }
    }

    #[test]
    fn a_page_of_another_generation_is_not_confirmed() {
        let old = marked("\"abc\"", BEFORE);
        for only_ours in [true, false] {
            let mut map = with(IF_NONE_MATCH, &old);
            assert!(!unmark(&mut map, NOW, only_ours));
            assert!(!map.contains_key(IF_NONE_MATCH));
        }
    }

    #[test]
    fn foreign_tags_reach_the_upstream_only_for_what_is_not_a_document() {
        let mut document = with(IF_NONE_MATCH, "\"foreign\"");
        assert!(!unmark(&mut document, NOW, true));
        assert!(!document.contains_key(IF_NONE_MATCH));
        let mut star = with(IF_NONE_MATCH, "*");
        assert!(!unmark(&mut star, NOW, true));
        assert!(!star.contains_key(IF_NONE_MATCH));
        let mut asset = with(IF_NONE_MATCH, "\"foreign\", W/\"b\"");
        assert!(!unmark(&mut asset, NOW, false));
        assert_eq!(asset[IF_NONE_MATCH], "\"foreign\", W/\"b\"");
    }

    #[test]
    fn a_condition_on_a_write_never_goes() {
        let old = marked("\"abc\"", BEFORE);
        for text in [old.as_str(), "*", "garbage", "\"\u{e9}\""] {
            let mut map = HeaderMap::new();
            map.insert(IF_MATCH, HeaderValue::from_bytes(text.as_bytes()).unwrap());
            assert!(!unmark(&mut map, NOW, true));
            assert_eq!(map[IF_MATCH].as_bytes(), text.as_bytes(), "{text}");
        }
        let mut map = with(IF_MATCH, &marked("\"abc\"", NOW));
        assert!(!unmark(&mut map, NOW, true), "only If-None-Match counts");
        assert_eq!(map[IF_MATCH], "\"abc\"");
    }

    #[test]
    fn a_value_with_bytes_above_ascii_is_not_ours() {
        for only_ours in [true, false] {
            let mut map = HeaderMap::new();
            map.insert(IF_NONE_MATCH, HeaderValue::from_bytes(b"\"\xe9\"").unwrap());
            assert!(!unmark(&mut map, NOW, only_ours));
            assert_eq!(map.contains_key(IF_NONE_MATCH), !only_ours);
        }
    }

    #[test]
    fn ours_are_known_by_their_form_whatever_the_version() {
        for (opaque, ours) in [
            ("0.1.0-0123456789ab-s.abc", true),
            ("0.2.0-rc.1-0123456789ab-w.a-b", true),
            ("0.1.0-0123456789ab-x.abc", false),
            ("0.1.0-0123456789a-s.abc", false),
            ("v1-0123456789ab-s.abc", false),
            ("abc", false),
        ] {
            assert_eq!(looks_ours(Tag { weak: true, opaque }), ours, "{opaque}");
        }
    }

    #[test]
    fn what_is_no_tag_is_removed() {
        for bad in ["abc", "\"a\", \"b\"", "\"a", ""] {
            let mut map = with(ETAG, bad);
            mark(&mut map, NOW);
            assert!(!map.contains_key(ETAG), "{bad}");
        }
    }
}
