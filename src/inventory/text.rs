//! The text of an inline script as the browser sees it, which is what its digest is made of.

use std::borrow::Cow;

/// Newlines become LF and NUL becomes U+FFFD, as in the standard's preprocessing and tokenisation.
/// <https://html.spec.whatwg.org/#preprocessing-the-input-stream>
/// <https://html.spec.whatwg.org/#script-data-state>
pub fn inline_text(text: &str) -> Cow<'_, str> {
    if !text.contains(['\r', '\0']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_newline_is_one_to_the_browser() {
        assert_eq!(inline_text("a\r\nb\rc\nd\0"), "a\nb\nc\nd\u{fffd}");
        assert_eq!(inline_text("a\r\r\n\nb"), "a\n\n\nb");
    }
}
