//! Makes a stranger's strings safe to keep: short, printable, and without what may identify a visitor.

use url::Url;

/// Longest text kept, in characters.
pub(super) const KEPT: usize = 512;
/// Longest word (a directive, a keyword) kept.
const WORD: usize = 64;

/// A URL without query, fragment and credentials; of other schemes than http(s) and ws(s) only the
/// scheme is kept, because the rest is content (`data:`) or random (`blob:`). What is not a URL is kept
/// as a word: reports say `inline`, `eval` and the like in the same place.
pub(super) fn url_or_word(text: &str) -> String {
    // A URL that is this long says nothing more at its end.
    let text: String = text.chars().take(4 * KEPT).collect();
    let Ok(mut url) = Url::parse(&text) else { return word(&text) };
    if !matches!(url.scheme(), "http" | "https" | "ws" | "wss") {
        return word(url.scheme());
    }
    url.set_query(None);
    url.set_fragment(None);
    // Both fail only on URLs that can't have credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
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

    #[test]
    fn what_may_identify_a_visitor_goes() {
        for (raw, kept) in [
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
            assert_eq!(url_or_word(raw), kept, "{raw}");
        }
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
            let kept = url_or_word(raw);
            assert!(kept.chars().all(|c| c.is_ascii_graphic()), "{kept:?}");
            assert!(!kept.contains('<'), "{kept:?}");
        }
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(url_or_word(&format!("https://shop.example/{}", "a".repeat(60_000))).len(), KEPT);
        assert_eq!(url_or_word(&"é".repeat(60_000)), "");
        assert_eq!(word(&"a".repeat(60_000)).len(), WORD);
    }
}
