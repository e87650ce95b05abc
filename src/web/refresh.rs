//! Where a `refresh` leads: the `meta` element's content and the response header have one syntax.

/// The URLs that browsers would go to, unparsed: the standard's, and Chromium's where that is another one.
/// None where they stay where they are.
/// <https://html.spec.whatwg.org/#shared-declarative-refresh-steps>
pub fn refresh_targets(content: &str) -> Vec<&str> {
    let Some(text) = written(content) else { return Vec::new() };
    let Some((quote, quoted)) = quoted(text) else { return vec![text] };
    let first = quoted.split(quote).next().unwrap_or(quoted);
    // Chromium looks for the closing quote from the end, and one beside the opening one closes nothing.
    let last = match quoted.rsplit_once(quote) {
        Some((before, _)) if !before.is_empty() => before,
        _ => quoted,
    };
    if first == last { vec![first] } else { vec![first, last] }
}

/// The URL as it is written, with its quotes.
fn written(content: &str) -> Option<&str> {
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
    let Some(after_u) = rest.strip_prefix(['u', 'U']) else { return Some(rest) };
    // A word that only begins like `url=` is the URL itself.
    let value = after_u
        .strip_prefix(['r', 'R'])
        .and_then(|rest| rest.strip_prefix(['l', 'L']))
        .and_then(|rest| rest.trim_start_matches(SPACE).strip_prefix('='));
    Some(value.map_or(rest, |value| value.trim_start_matches(SPACE)))
}

const SPACE: [char; 5] = ['\t', '\n', '\u{c}', '\r', ' '];
const SEPARATORS: [char; 2] = [';', ','];

/// What follows the opening quote, where one opens.
fn quoted(text: &str) -> Option<(char, &str)> {
    ['"', '\''].into_iter().find_map(|quote| Some((quote, text.strip_prefix(quote)?)))
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
            assert_eq!(refresh_targets(content).first().copied(), target, "{content:?}");
        }
    }
    #[test]
    fn where_browsers_differ_on_the_closing_quote_both_targets_are_told() {
        for (content, targets) in [
            ("0;url='/a'@b/'", &["/a", "/a'@b/"][..]),
            ("0;\"/a\" \"b\" c", &["/a", "/a\" \"b"]),
            ("0;url='/a' b", &["/a"]),
            ("0;url='/a", &["/a"]),
            ("0;url=''/a", &["", "'/a"]),
            ("0;url=/a'b'", &["/a'b'"]),
            ("0;url='/a\"'b\"", &["/a\""]),
            ("5", &[]),
        ] {
            assert_eq!(refresh_targets(content), targets, "{content:?}");
        }
    }
}
