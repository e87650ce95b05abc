//! Where a `refresh` leads: the `meta` element's content and the response header have one syntax.

/// The URL that a browser would go to, unparsed; `None` where it stays where it is.
/// <https://html.spec.whatwg.org/#shared-declarative-refresh-steps>
pub fn refresh_target(content: &str) -> Option<&str> {
    let rest = content.trim_start_matches(SPACE);
    let after_digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    if after_digits.len() == rest.len() && !rest.starts_with('.') {
        return None;
    }
    let rest = after_digits.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    if !rest.starts_with(SPACE) && !rest.starts_with(SEPARATORS) {
        return None;
    }
    let rest = rest.trim_start_matches(SPACE);
    let rest = rest.strip_prefix(SEPARATORS).unwrap_or(rest).trim_start_matches(SPACE);
    if rest.is_empty() {
        return None;
    }
    let Some(after_u) = rest.strip_prefix(['u', 'U']) else { return Some(unquoted(rest)) };
    // A word that only begins like `url=` is the URL itself.
    let value = after_u
        .strip_prefix(['r', 'R'])
        .and_then(|rest| rest.strip_prefix(['l', 'L']))
        .and_then(|rest| rest.trim_start_matches(SPACE).strip_prefix('='));
    Some(value.map_or(rest, |value| unquoted(value.trim_start_matches(SPACE))))
}

const SPACE: [char; 5] = ['\t', '\n', '\u{c}', '\r', ' '];
const SEPARATORS: [char; 2] = [';', ','];

/// Up to the quote that closes, where one opens.
fn unquoted(text: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(rest) = text.strip_prefix(quote) {
            return rest.split(quote).next().unwrap_or(rest);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_is_the_one_that_browsers_take() {
        for (content, target) in [
            ("0; url=/a", Some("/a")),
            ("0;URL='/a' b", Some("/a")),
            ("0;url=\"/a", Some("/a")),
            ("0,/a", Some("/a")),
            ("0 /a", Some("/a")),
            (" \n5 \t; \tuRl \r= /a b", Some("/a b")),
            (".5;/a", Some("/a")),
            ("1.2.3;/a", Some("/a")),
            ("0;'/a'b", Some("/a")),
            ("0;url", Some("url")),
            ("0;u", Some("u")),
            ("0;ur=/a", Some("ur=/a")),
            ("0;url /a", Some("url /a")),
            ("0;;/a", Some(";/a")),
            ("0;url==/a", Some("=/a")),
            ("0;url=", Some("")),
            ("0;url=url=/a", Some("url=/a")),
            ("0", None),
            ("0;", None),
            ("0; ", None),
            ("", None),
            ("x;/a", None),
            ("-1;/a", None),
            ("+1;/a", None),
            ("0x;/a", None),
            ("0/a", None),
            ("\u{a0}0;/a", None),
            (".", None),
        ] {
            assert_eq!(refresh_target(content), target, "{content:?}");
        }
    }
}
