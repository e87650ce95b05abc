//! What strangers wrote, made fit for a log line, an event and a terminal. Pages, browsers and requests
//! choose these texts; none of them may end a line, move a cursor, or turn the order of letters round. And made fit
//! for a page.

use std::fmt;

use askama::filters::{Escaper, Html};

/// At most `limit` characters of a text; the others are told by an ellipsis. Characters that don't stand
/// for themselves become `U+FFFD`.
pub fn shown(text: &str, limit: usize) -> String {
    // Nearly always; and of each script of each page something is shown.
    if text.len() <= limit && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let mut chars = text.chars().map(visible);
    let mut kept: String = chars.by_ref().take(limit).collect();
    if chars.next().is_some() {
        kept.push('…');
    }
    kept
}

/// How templates write a value: as HTML text, in which what doesn't stand for itself is seen too. Lines may end.
#[derive(Debug, Clone, Copy)]
pub struct Visible;

impl Escaper for Visible {
    fn write_escaped_str<W: fmt::Write>(&self, mut dest: W, string: &str) -> fmt::Result {
        let mut rest = string;
        while let Some((place, c)) = rest.char_indices().find(|(_, c)| is_hidden(*c)) {
            let (before, after) = rest.split_at(place);
            Html.write_escaped_str(&mut dest, before)?;
            dest.write_char(char::REPLACEMENT_CHARACTER)?;
            rest = after.get(c.len_utf8()..).unwrap_or_default();
        }
        Html.write_escaped_str(&mut dest, rest)
    }
}

fn is_hidden(c: char) -> bool {
    !matches!(c, ' '..='~' | '\n' | '\t') && visible(c) != c
}

fn visible(c: char) -> char {
    if c.is_control() || is_unseen(c) { char::REPLACEMENT_CHARACTER } else { c }
}

/// Line and paragraph separators, joiners, and what changes the direction of text.
/// <https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing>
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_shown_ends_a_line_moves_a_cursor_or_turns_text_round() {
        for hostile in
            ["a\nb", "a\r\nb", "a\u{1b}[2Jb", "a\u{9b}2Jb", "a\u{2028}b", "a\u{202e}b", "a\u{200b}b"]
        {
            let kept = shown(hostile, 100);
            assert!(kept.starts_with("a\u{fffd}") && kept.ends_with('b'), "{kept:?}");
        }
        assert_eq!(shown("caf\u{e9} \u{2713} \u{4e2d}\u{6587}", 100), "caf\u{e9} \u{2713} \u{4e2d}\u{6587}");
    }

    #[test]
    fn a_page_shows_markup_as_text_and_what_is_hidden_as_something() {
        let shown = |text: &str| {
            let mut html = String::new();
            Visible.write_escaped_str(&mut html, text).unwrap();
            html
        };
        assert_eq!(shown("two\n\tlines"), "two\n\tlines");
        assert_eq!(shown("é ✓ \u{202e}gnp\u{1b}[2J\r\u{7f}"), "é ✓ \u{fffd}gnp\u{fffd}[2J\u{fffd}\u{fffd}");
        let markup = shown("\u{200b}<b onclick='x'>\u{200b}");
        assert!(markup.starts_with('\u{fffd}') && markup.ends_with('\u{fffd}'), "{markup}");
        assert!(!markup.contains(['<', '>', '\'']), "{markup}");
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        assert_eq!(shown("abc", 3), "abc");
        assert_eq!(shown("abcd", 3), "abc…");
        assert_eq!(shown(&"é".repeat(50_000), 10).chars().count(), 11);
    }
}
