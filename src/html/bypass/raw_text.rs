//! Where an element's raw text ends.

use memchr::memchr;

use crate::html::plain::{Reading, behind_space, may_end};

/// An element whose text is raw, and what may be waited for there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RawText {
    pub(super) name: &'static str,
    /// Its end is that of a script that is held, or dropped.
    pub(super) is_awaited: bool,
}

/// The end of a raw text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// Its end tag begins and ends at these places.
    At(usize, usize),
    /// Not in these bytes.
    NotHere,
    /// What begins here takes more bytes.
    Cut(usize),
    /// What begins here takes a parser.
    Odd(usize),
}

impl RawText {
    /// Looks for the end from `from` on.
    pub(super) fn end(&self, bytes: &[u8], mut from: usize) -> Ends {
        while let Some(found) = bytes.get(from..).and_then(|rest| memchr(b'<', rest)) {
            let at = from.saturating_add(found);
            let rest = bytes.get(at..).unwrap_or_default();
            if may_end(rest, self.name.as_bytes()) {
                return end_tag(bytes, at, self.name.len());
            }
            if self.name == "script" && may_begin(rest, b"<!--") {
                return self.end_behind_comment(bytes, at);
            }
            from = at.saturating_add(1);
        }
        Ends::NotHere
    }

    /// In a script that has a `<!--`, another `<script` behind it would make an end tag text.
    /// <https://html.spec.whatwg.org/#script-data-escape-start-state>
    fn end_behind_comment(&self, bytes: &[u8], begins: usize) -> Ends {
        let mut from = begins.saturating_add(1);
        while let Some(found) = bytes.get(from..).and_then(|rest| memchr(b'<', rest)) {
            let at = from.saturating_add(found);
            let rest = bytes.get(at..).unwrap_or_default();
            if may_end(rest, self.name.as_bytes()) {
                let ends = end_tag(bytes, at, self.name.len());
                return if matches!(ends, Ends::Cut(_)) { Ends::Cut(begins) } else { ends };
            }
            if may_begin(rest, b"<script") {
                return Ends::Odd(begins);
            }
            from = at.saturating_add(1);
        }
        Ends::Cut(begins)
    }
}

/// The end tag that begins at `at`, with nothing but white space behind its name.
fn end_tag(bytes: &[u8], at: usize, name: usize) -> Ends {
    match behind_space(bytes, at.saturating_add("</".len()).saturating_add(name)) {
        None => Ends::Cut(at),
        Some((end, b'>')) => Ends::At(at, end.saturating_add(1)),
        Some(_) => Ends::Odd(at),
    }
}

/// Whether this begins so, or is too short to be told.
fn may_begin(text: &[u8], begins: &[u8]) -> bool {
    let length = text.len().min(begins.len());
    text.get(..length)
        .zip(begins.get(..length))
        .is_some_and(|(text, begins)| text.eq_ignore_ascii_case(begins))
}

/// The place behind an element in SVG that has nothing but plain text in it.
pub(super) fn text_only(bytes: &[u8], from: usize, name: &str) -> Reading<usize> {
    let Some(found) = bytes.get(from..).and_then(|rest| memchr(b'<', rest)) else { return Reading::Cut };
    let at = from.saturating_add(found);
    if !may_end(bytes.get(at..).unwrap_or_default(), name.as_bytes()) {
        return Reading::Odd;
    }
    match end_tag(bytes, at, name.len()) {
        Ends::At(_, end) => Reading::Plain(end),
        Ends::Cut(_) => Reading::Cut,
        Ends::NotHere | Ends::Odd(_) => Reading::Odd,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(text: &str) -> Ends {
        RawText { name: "script", is_awaited: false }.end(text.as_bytes(), 0)
    }

    #[test]
    fn a_script_ends_where_browsers_end_it_or_nothing_is_said() {
        for (text, expected) in [
            ("a</script>", Ends::At(1, 10)),
            ("</scriptx></SCRIPT\n >b", Ends::At(10, 21)),
            ("if (a<b) c", Ends::NotHere),
            ("<!-- a --></script>", Ends::At(10, 19)),
            ("<!-- a </script>", Ends::At(7, 16)),
            ("<!-- <script> </script> --></script>", Ends::Odd(0)),
            ("<script><!-- </script>", Ends::At(13, 22)),
            ("a<!--", Ends::Cut(1)),
            ("a<!", Ends::Cut(1)),
            ("a<!-- </script", Ends::Cut(1)),
            ("a</scr", Ends::Cut(1)),
            ("a</script ", Ends::Cut(1)),
            ("a</script/>", Ends::Odd(1)),
            ("a</script x>", Ends::Odd(1)),
        ] {
            assert_eq!(end(text), expected, "{text}");
        }
    }
}
