//! Old code against new, line by line, as people read it.

use std::time::Duration;

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use super::printable::printable;

/// How long a shortest difference is looked for; a longer one follows at once.
const PATIENCE: Duration = Duration::from_secs(5);
/// Lines of unchanged code around a change.
const AROUND: usize = 3;
/// Characters of a line.
const LINE: usize = 300;

/// A difference, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Lines only the new code has.
    pub added: usize,
    /// Lines only the old code has.
    pub removed: usize,
    /// A unified diff, cut to the limit asked for.
    pub lines: Vec<String>,
    /// Lines of the diff that are not shown.
    pub left_out: usize,
}

/// Compares two texts. `limit` is how many lines are shown; lines are cut too where there is one.
pub fn compare(old: &str, new: &str, limit: Option<usize>) -> Difference {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
    let mut difference = Difference { added: 0, removed: 0, lines: Vec::new(), left_out: 0 };
    for hunk in diff.unified_diff().context_radius(AROUND).iter_hunks() {
        difference.line(&hunk.header().to_string(), limit);
        for change in hunk.iter_changes() {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Insert => '+',
                ChangeTag::Delete => '-',
            };
            match change.tag() {
                ChangeTag::Equal => {}
                ChangeTag::Insert => difference.added = difference.added.saturating_add(1),
                ChangeTag::Delete => difference.removed = difference.removed.saturating_add(1),
            }
            let text = change.value().trim_end_matches(['\n', '\r']);
            difference.line(&format!("{sign}{text}"), limit);
        }
    }
    difference
}

impl Difference {
    /// Whether the texts are the same.
    pub fn is_empty(&self) -> bool {
        self.added == 0 && self.removed == 0
    }

    fn line(&mut self, text: &str, limit: Option<usize>) {
        if limit.is_some_and(|limit| self.lines.len() >= limit) {
            self.left_out = self.left_out.saturating_add(1);
            return;
        }
        let cut = limit.and_then(|_| text.char_indices().nth(LINE)).map(|(at, _)| at);
        let shown = match cut {
            Some(at) => format!(
                "{}… ({} characters more)",
                text.get(..at).unwrap_or_default(),
                text.chars().count().saturating_sub(LINE)
            ),
            None => text.to_owned(),
        };
        self.lines.push(printable(&shown));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_shows_what_changed_and_its_surroundings() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh\n";
        let difference = compare(old, &old.replace("h\n", "x\ny\n"), None);
        assert_eq!((difference.added, difference.removed), (2, 1));
        assert_eq!(difference.lines, ["@@ -5,4 +5,5 @@", " e", " f", " g", "-h", "+x", "+y"]);
        assert!(compare(old, old, None).is_empty());
    }

    #[test]
    fn a_long_difference_is_cut_and_says_so() {
        let new: String = (0..100).flat_map(|n| [n.to_string(), "\n".to_owned()]).collect();
        let difference = compare("", &new, Some(10));
        assert_eq!((difference.lines.len(), difference.left_out, difference.added), (10, 91, 100));
        let wide = compare("", &"x".repeat(1000), Some(10));
        assert!(wide.lines[1].ends_with("(701 characters more)"), "{}", wide.lines[1]);
        assert_eq!(compare("", &"x".repeat(1000), None).lines[1].len(), 1001);
    }

    #[test]
    fn what_the_code_contains_can_not_drive_the_terminal() {
        assert_eq!(compare("", "\u{1b}[2J\n", None).lines[1], "+\\u{1b}[2J");
    }
}
