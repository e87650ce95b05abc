//! `javascript:` URLs: whether an attribute leads to one, and the text that browsers hold against the
//! digests of a CSP.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use url::Url;

const SCHEME: &str = "javascript:";

/// The text that a CSP's digest of this attribute's value (character references decoded) is made of, if it
/// leads to a `javascript:` URL: the URL as the URL parser writes it, with its percent-encoding undone. Where
/// that is no UTF-8, each byte is one character. The standard says less; so does Chromium.
/// <https://w3c.github.io/webappsec-csp/#should-block-navigation-request>
/// <https://html.spec.whatwg.org/#the-javascript:-url-special-case>
pub fn javascript_url(value: &str) -> Option<String> {
    if !begins_so(value) {
        return None;
    }
    // What the URL parser refuses leads nowhere.
    let url = Url::parse(value).ok()?;
    let code = url.as_str().strip_prefix(SCHEME)?;
    let bytes: Cow<'_, [u8]> = percent_decode_str(code).into();
    let decoded = match std::str::from_utf8(&bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    };
    Some(format!("{SCHEME}{decoded}"))
}

/// As the URL parser sees it: control characters and spaces before it don't count, tabs and line ends
/// nowhere. <https://url.spec.whatwg.org/#concept-basic-url-parser>
fn begins_so(value: &str) -> bool {
    let mut plain = value.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).skip_while(|c| *c <= ' ');
    SCHEME.chars().all(|wanted| plain.next().is_some_and(|c| c.to_ascii_lowercase() == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each was held against Chromium: the text on the right is the one whose digest lets it run.
    #[test]
    fn the_text_is_the_one_that_chromium_hashes() {
        for (value, text) in [
            ("javascript:a()", "javascript:a()"),
            ("JaVaScript:a()", "javascript:a()"),
            (" \u{1}java\tscr\nipt:\ra() ", "javascript:a()"),
            ("javascript: a()", "javascript: a()"),
            ("javascript:a()//é", "javascript:a()//é"),
            ("javascript:a()//%C3%A9", "javascript:a()//é"),
            ("javascript:a()//%FF", "javascript:a()//ÿ"),
            ("javascript:a()//\u{1}\u{7f}", "javascript:a()//\u{1}\u{7f}"),
            ("javascript:a()//%41%2541%zz%4", "javascript:a()//A%41%zz%4"),
            ("javascript:a()//b #f g", "javascript:a()//b #f g"),
            ("javascript:a()//b?c d<\"`{}", "javascript:a()//b?c d<\"`{}"),
            ("javascript:a()//\\..\\b", "javascript:a()//\\..\\b"),
            ("javascript://h/%0aa()", "javascript://h/\na()"),
            ("javascript://H/../%0aa()", "javascript://H/\na()"),
            ("javascript:%EF%BB%BFa()", "javascript:\u{feff}a()"),
        ] {
            assert_eq!(javascript_url(value).as_deref(), Some(text), "{value:?}");
        }
    }

    #[test]
    fn other_urls_have_no_such_text() {
        for value in
            ["", "/javascript:a()", "javascript", "java script:a()", "data:,a", "javascript://h:99999/"]
        {
            assert_eq!(javascript_url(value), None, "{value:?}");
        }
    }
}
