//! Makes a stranger's strings safe to keep: short, printable, and without what may identify a visitor.

use url::Url;

/// Longest text kept, in characters.
pub(super) const KEPT: usize = 512;
/// Longest word (a directive, a keyword) kept.
const WORD: usize = 64;
/// Segments kept of the path of what is no script: an image's or an interface's path goes on with numbers
/// of things and of people, and no policy names it.
const OF_THINGS: usize = 2;

/// What is kept of URLs beyond their origin.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scrub {
    /// Segments kept of a page's path; `None`: all.
    pub(super) page_segments: Option<usize>,
}

/// A text from a report that may be a URL: once to be kept, and once whole, to be looked up and forgotten.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// Fit to be kept.
    pub(super) kept: String,
    /// As the browser wrote it, where it is one of http, https, ws or wss.
    pub(super) url: Option<Url>,
}

impl Scrub {
    /// A page.
    pub(super) fn page(self, text: &str) -> Named {
        let mut named = named(text);
        if let (Some(url), Some(segments)) = (&named.url, self.page_segments) {
            named.kept = shown(url, Some(segments));
        }
        named
    }
}

/// A script, a style sheet, or a keyword in their place.
pub(super) fn file(text: &str) -> Named {
    named(text)
}

/// Anything else that a page asks for.
pub(super) fn thing(text: &str) -> Named {
    let mut named = named(text);
    if let Some(url) = &named.url {
        named.kept = shown(url, Some(OF_THINGS));
    }
    named
}

/// Of other schemes than http(s) and ws(s) only the scheme is kept, because the rest is content (`data:`) or
/// random (`blob:`). What is not a URL is kept as a word: reports say `inline`, `eval` and the like in the same
/// place.
fn named(text: &str) -> Named {
    // A URL that is this long says nothing more at its end.
    let text: String = text.chars().take(4 * KEPT).collect();
    let Ok(mut url) = Url::parse(&text) else { return Named { kept: word(&text), url: None } };
    if !matches!(url.scheme(), "http" | "https" | "ws" | "wss") {
        return Named { kept: word(url.scheme()), url: None };
    }
    url.set_fragment(None);
    // Both fail only on URLs that can't have credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Named { kept: shown(&url, None), url: Some(url) }
}

/// A URL without query, and with at most so many segments of its path; a cut one ends like a folder.
fn shown(url: &Url, segments: Option<usize>) -> String {
    let mut url = url.clone();
    url.set_query(None);
    if let Some(segments) = segments {
        let path = url.path();
        let cut = path.match_indices('/').nth(segments).filter(|(at, _)| at + 1 < path.len());
        if let Some(folder) = cut.and_then(|(at, _)| path.get(..=at)).map(str::to_owned) {
            url.set_path(&folder);
        }
    }
    url.as_str().chars().take(KEPT).collect()
}

/// The first word of a text, only of the characters that names in the standards have.
pub(super) fn word(text: &str) -> String {
    let named = |c: &char| c.is_ascii_alphanumeric() || "-_.".contains(*c);
    text.split_ascii_whitespace().next().unwrap_or_default().chars().filter(named).take(WORD).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> String {
        file(text).kept
    }

    #[test]
    fn what_may_identify_a_visitor_goes() {
        for (raw, expected) in [
            ("https://shop.example/pay?token=secret#card", "https://shop.example/pay"),
            ("https://alice:pw@shop.example/", "https://shop.example/"),
            ("data:text/javascript,steal()", "data"),
            ("blob:https://shop.example/7c6a", "blob"),
            ("about:srcdoc", "about"),
            ("wss://shop.example/live?session=1", "wss://shop.example/live"),
            ("inline", "inline"),
            ("wasm-eval", "wasm-eval"),
            ("", ""),
        ] {
            assert_eq!(kept(raw), expected, "{raw}");
        }
        let url = file("https://alice:pw@shop.example/a.js?v=1#x").url.unwrap();
        assert_eq!(url.as_str(), "https://shop.example/a.js?v=1");
    }

    #[test]
    fn paths_are_cut_to_so_many_segments() {
        let page = |segments, text| Scrub { page_segments: segments }.page(text).kept;
        for (segments, text, expected) in [
            (None, "https://shop.example/a/b/c?d", "https://shop.example/a/b/c"),
            (Some(0), "https://shop.example/a/b/c", "https://shop.example/"),
            (Some(1), "https://shop.example/a/b/c", "https://shop.example/a/"),
            (Some(2), "https://shop.example/a/b", "https://shop.example/a/b"),
            (Some(2), "https://shop.example/a/b/", "https://shop.example/a/b/"),
            (Some(9), "https://shop.example/a", "https://shop.example/a"),
            (Some(1), "about:srcdoc", "about"),
        ] {
            assert_eq!(page(segments, text), expected, "{segments:?} {text}");
        }
        assert_eq!(thing("https://api.example/v1/users/4711/card").kept, "https://api.example/v1/users/");
        assert_eq!(kept("https://cdn.example/a/b/c/d.js"), "https://cdn.example/a/b/c/d.js");
    }

    #[test]
    fn nothing_kept_can_move_a_cursor_or_forge_a_line() {
        for raw in [
            "https://shop.example/\u{1b}[2J\r\nHTTP/1.1",
            "in\u{1b}[31mline",
            "<script>alert(1)</script>",
            "\u{202e}enilni",
            "https://shop.example/\u{202e}\u{2028}",
        ] {
            let kept = kept(raw);
            assert!(kept.chars().all(|c| c.is_ascii_graphic()), "{kept:?}");
            assert!(!kept.contains('<'), "{kept:?}");
        }
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(kept(&format!("https://shop.example/{}", "a".repeat(60_000))).len(), KEPT);
        assert_eq!(kept(&"é".repeat(60_000)), "");
        assert_eq!(word(&"a".repeat(60_000)).len(), WORD);
    }
}
