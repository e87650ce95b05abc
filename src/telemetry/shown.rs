//! What strangers wrote, made fit for a log line, an event and a terminal. Pages, browsers and requests
//! choose these texts; none of them may end a line, move a cursor, or turn the order of letters round.

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
    fn a_long_text_is_cut_and_says_so() {
        assert_eq!(shown("abc", 3), "abc");
        assert_eq!(shown("abcd", 3), "abc…");
        assert_eq!(shown(&"é".repeat(50_000), 10).chars().count(), 11);
    }
}
