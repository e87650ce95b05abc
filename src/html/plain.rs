//! Markup that is plain at a glance: written so that the standard leaves one reading, and there to its end.
//! [`super::bypass`] and the second opinion's `skim` read it by this, and names by [`super::words`]; whatever is written
//! otherwise is left to a parser.

use memchr::memchr_iter;

use super::words::{self, Word};

/// What was found at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading<T> {
    /// This, whatever comes behind it.
    Plain(T),
    /// Something that takes a parser.
    Odd,
    /// The bytes end before that can be said.
    Cut,
}

/// How a tag ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    /// The place behind its `>`.
    pub(super) at: usize,
    /// With a slash.
    pub(super) closes_itself: bool,
}

/// What may stand in a name of an attribute here, in a tag's, and between attributes.
const IN_NAME: u8 = 1;
const IN_TAG_NAME: u8 = 2;
const SPACE: u8 = 4;

static KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        let mut kind = 0;
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':') {
            kind |= IN_NAME | IN_TAG_NAME;
        }
        if matches!(byte, b'_' | b'.' | b'@') {
            kind |= IN_NAME;
        }
        if matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ') {
            kind |= SPACE;
        }
        // `const` can't go by an iterator, and no other index is possible.
        #[expect(clippy::indexing_slicing, clippy::as_conversions, reason = "checked when it is compiled")]
        {
            kinds[byte as usize] = kind;
        }
        byte += 1;
    }
    kinds
};

fn is(byte: u8, kind: u8) -> bool {
    KINDS.get(usize::from(byte)).is_some_and(|kinds| kinds & kind != 0)
}

/// White space in markup.
/// <https://infra.spec.whatwg.org/#ascii-whitespace>
pub(super) fn is_space(byte: u8) -> bool {
    is(byte, SPACE)
}

/// The place of the first byte from `at` on that is of no such kind.
fn behind(bytes: &[u8], mut at: usize, kind: u8) -> Option<(usize, u8)> {
    loop {
        let byte = *bytes.get(at)?;
        if !is(byte, kind) {
            return Some((at, byte));
        }
        at = at.saturating_add(1);
    }
}

/// The place of the first byte from `at` on that is no white space, and that byte.
pub(super) fn behind_space(bytes: &[u8], at: usize) -> Option<(usize, u8)> {
    behind(bytes, at, SPACE)
}

/// The place behind the name of a tag that begins at `at`.
pub(super) fn name_ends(bytes: &[u8], at: usize) -> Reading<usize> {
    if !bytes.get(at).is_none_or(u8::is_ascii_alphabetic) {
        return Reading::Odd;
    }
    match behind(bytes, at, IN_TAG_NAME) {
        None => Reading::Cut,
        Some((end, byte)) if matches!(byte, b'/' | b'>') || is_space(byte) => Reading::Plain(end),
        Some(_) => Reading::Odd,
    }
}

/// Reads a tag from behind its name to its end. `each` gets the names of attributes, and their values, both as they
/// are written; where it says `false`, the tag is odd.
/// <https://html.spec.whatwg.org/#before-attribute-name-state>
pub(super) fn attributes<'a>(
    bytes: &'a [u8],
    mut at: usize,
    mut each: impl FnMut(&'a [u8], &'a [u8]) -> bool,
) -> Reading<End> {
    loop {
        let Some((name, byte)) = behind_space(bytes, at) else { return Reading::Cut };
        match byte {
            b'>' => return Reading::Plain(End { at: name.saturating_add(1), closes_itself: false }),
            b'/' => {
                return match bytes.get(name.saturating_add(1)) {
                    Some(b'>') => Reading::Plain(End { at: name.saturating_add(2), closes_itself: true }),
                    Some(_) => Reading::Odd,
                    None => Reading::Cut,
                };
            }
            _ => {}
        }
        // Mostly it is letters to its end.
        let letters = Word::at(bytes, name).map_or(0, Word::end_of_letters);
        let Some((name_ends, byte)) = behind(bytes, name.saturating_add(letters), IN_NAME) else {
            return Reading::Cut;
        };
        if name_ends == name {
            return Reading::Odd;
        }
        let equals = if is_space(byte) { behind_space(bytes, name_ends) } else { Some((name_ends, byte)) };
        let Some((equals, byte)) = equals else { return Reading::Cut };
        let (value, value_ends) = if byte == b'=' {
            match value(bytes, equals.saturating_add(1)) {
                Reading::Plain((from, to, behind)) => {
                    at = behind;
                    (from, to)
                }
                Reading::Odd => return Reading::Odd,
                Reading::Cut => return Reading::Cut,
            }
        } else {
            at = equals;
            (equals, equals)
        };
        let name = bytes.get(name..name_ends).unwrap_or_default();
        if !each(name, bytes.get(value..value_ends).unwrap_or_default()) {
            return Reading::Odd;
        }
    }
}

/// Where the value behind a `=` begins and ends, and where the tag goes on.
fn value(bytes: &[u8], at: usize) -> Reading<(usize, usize, usize)> {
    let Some((at, quote)) = behind_space(bytes, at) else { return Reading::Cut };
    match quote {
        b'>' => Reading::Odd,
        b'"' | b'\'' => {
            let from = at.saturating_add(1);
            let Some(length) = bytes.get(from..).and_then(|rest| words::find(rest, quote)) else {
                return Reading::Cut;
            };
            let to = from.saturating_add(length);
            let behind = to.saturating_add(1);
            match bytes.get(behind) {
                None => Reading::Cut,
                Some(byte) if matches!(byte, b'/' | b'>') || is_space(*byte) => {
                    Reading::Plain((from, to, behind))
                }
                Some(_) => Reading::Odd,
            }
        }
        _ => {
            let rest = bytes.get(at..).unwrap_or_default();
            match rest.iter().position(|byte| *byte == b'>' || is_space(*byte)) {
                Some(length) => Reading::Plain((at, at.saturating_add(length), at.saturating_add(length))),
                None => Reading::Cut,
            }
        }
    }
}

/// The place behind the comment that `bytes` begins with. Its end is looked for within so many bytes.
/// <https://html.spec.whatwg.org/#comment-start-state>
pub(super) fn comment(bytes: &[u8], within: usize) -> Reading<usize> {
    let Some(content) = bytes.strip_prefix(b"<!--") else { return Reading::Odd };
    // These end at once.
    if content.starts_with(b">") || content.starts_with(b"->") {
        return Reading::Odd;
    }
    let near = content.get(..within).unwrap_or(content);
    // A searcher for longer words takes longer to make than most comments to read.
    for end in memchr_iter(b'>', near) {
        let before = near.get(..end).unwrap_or_default();
        if before.ends_with(b"--") {
            return Reading::Plain("<!--".len().saturating_add(end).saturating_add(1));
        }
        if before.ends_with(b"--!") {
            return Reading::Odd;
        }
    }
    if near.len() < content.len() { Reading::Odd } else { Reading::Cut }
}

/// Whether this is `</name` and what may follow it, or too short to be told from it.
pub(super) fn may_end(text: &[u8], name: &[u8]) -> bool {
    let mut expected = b"</".iter().chain(name);
    for byte in text {
        let Some(next) = expected.next() else { return is_space(*byte) || matches!(byte, b'/' | b'>') };
        if !byte.eq_ignore_ascii_case(next) {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(markup: &str) -> Reading<(Vec<(String, String)>, End)> {
        let mut found = Vec::new();
        let each = |name: &[u8], value: &[u8]| {
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            found.push((text(name), text(value)));
            true
        };
        match name_ends(markup.as_bytes(), 1) {
            Reading::Plain(at) => match attributes(markup.as_bytes(), at, each) {
                Reading::Plain(end) => Reading::Plain((found, end)),
                Reading::Odd => Reading::Odd,
                Reading::Cut => Reading::Cut,
            },
            Reading::Odd => Reading::Odd,
            Reading::Cut => Reading::Cut,
        }
    }

    #[test]
    fn attributes_are_told_as_they_are_written() {
        let markup = "<a-b:c d e = f/ G='h\">' @i.j_k:l=\"\" m=n=\"o />p";
        let Reading::Plain((found, end)) = read(markup) else { panic!("{:?}", read(markup)) };
        let found: Vec<_> = found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(found, [("d", ""), ("e", "f/"), ("G", "h\">"), ("@i.j_k:l", ""), ("m", "n=\"o")]);
        assert_eq!(end, End { at: markup.len() - 1, closes_itself: true });
    }

    #[test]
    fn what_takes_a_parser_is_odd_and_what_is_cut_is_not_guessed() {
        for odd in [
            "<1>",
            "<a/b>",
            "<a / >",
            "<a\0>",
            "<a\u{e9}>",
            "<a b=>",
            "<a b=''c>",
            "<a b=\"\"'>",
            "<a =b>",
            "<a \"b\">",
            "<a b'c>",
            "<a <b>",
            "<a b\0>",
            "</ x>",
        ] {
            assert_eq!(read(odd), Reading::Odd, "{odd:?}");
        }
        let whole = "<a b c=d e='f' g=\"h\" />";
        for end in 1..whole.len() {
            let cut = whole.get(..end).unwrap();
            assert_eq!(read(cut), Reading::Cut, "{cut}");
        }
        assert!(matches!(read(whole), Reading::Plain(_)));
    }
}
