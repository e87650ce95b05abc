//! Cuts a value of data off the front of a text, so that a parser gets that and nothing else.
//!
//! What is cut off nests no deeper than a limit, and between two marks of punctuation there is one token at
//! most. So no parser's stack can end in it, whatever a stranger wrote. Whether it *is* data is not decided
//! here.

/// How deep arrays and objects may nest.
const MAX_DEPTH: usize = 64;

/// A value, and what follows it.
pub(super) fn cut(text: &str) -> Option<(&str, &str)> {
    text.split_at_checked(length(text)?)
}

fn length(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    // Whether a value has just ended: then only punctuation may follow.
    let mut ended = false;
    let mut at = 0_usize;
    loop {
        let rest = text.get(at..)?;
        let mut token = 1;
        match rest.bytes().next()? {
            b' ' | b'\t' | b'\n' | b'\r' if depth > 0 => {}
            b'[' | b'{' if !ended && depth < MAX_DEPTH => depth = depth.saturating_add(1),
            b']' | b'}' if depth > 0 => {
                depth = depth.saturating_sub(1);
                ended = true;
            }
            b',' | b':' if depth > 0 => ended = false,
            quote @ (b'"' | b'\'') if !ended => {
                token = quoted(rest, quote)?;
                ended = true;
            }
            _ if !ended => {
                token = word(rest)?;
                ended = true;
            }
            _ => return None,
        }
        at = at.saturating_add(token);
        if depth == 0 && ended {
            return Some(at);
        }
    }
}

/// The length of a text in quotes, on one line.
fn quoted(text: &str, quote: u8) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'\n' | b'\r' => return None,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            _ if byte == quote => return at.checked_add(1),
            _ => {}
        }
    }
    None
}

/// The length of a number or word.
fn word(text: &str) -> Option<usize> {
    let mut before = b' ';
    let mut length = 0_usize;
    for byte in text.bytes() {
        let fits = match byte {
            b'-' => matches!(before, b' ' | b'e' | b'E'),
            b'+' => matches!(before, b'e' | b'E'),
            b'.' | b'_' | b'$' => true,
            _ => byte.is_ascii_alphanumeric(),
        };
        if !fits {
            break;
        }
        before = byte;
        length = length.saturating_add(1);
    }
    (length > 0).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_ends_where_it_ends() {
        for (text, value) in [
            ("'a';", "'a'"),
            (r#""a\"b'"+c"#, r#""a\"b'""#),
            ("-5;", "-5"),
            ("1e-5)", "1e-5"),
            ("true}", "true"),
            ("[1, [2]],3", "[1, [2]]"),
            (r#"{"a": "}", b: null}, x"#, r#"{"a": "}", b: null}"#),
            ("[]", "[]"),
        ] {
            assert_eq!(cut(text).map(|(value, _)| value), Some(value), "{text}");
        }
    }

    #[test]
    fn what_could_nest_by_itself_is_not_cut() {
        for text in [
            "",
            " 1",
            "'a",
            "'a\nb'",
            "[1",
            "[1 2]",
            "['a' 'b']",
            "[typeof typeof a]",
            "[a.b(c)]",
            "[- - 1]",
            "[!1]",
            "[(1)]",
            "[/*a*/1]",
            "[`a`]",
            "{a(){}}",
            "[a=>b]",
            "]]",
            ",",
            ":",
        ] {
            assert_eq!(cut(text), None, "{text}");
        }
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(cut(&deep(MAX_DEPTH)).is_some());
        assert!(cut(&deep(MAX_DEPTH + 1)).is_none());
        assert!(cut(&"[".repeat(256 << 10)).is_none());
    }
}
