//! A file's text with its name, and where a byte stands in it.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::Place;

/// A text file that problems point into. Cheap to clone.
#[derive(Debug, Clone)]
pub struct SourceFile {
    path: Arc<Path>,
    text: Arc<str>,
    /// Where lines begin, but for the first: made when a place is asked for, and once, because a file of a
    /// hundred thousand scripts may have as many problems.
    breaks: Arc<OnceLock<Vec<usize>>>,
}

impl SourceFile {
    /// A file and its text.
    pub fn new(path: impl Into<PathBuf>, text: &str) -> Self {
        Self { path: Arc::from(path.into()), text: Arc::from(text), breaks: Arc::default() }
    }

    /// Its name, as problems show it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// Where a span of bytes stands. A span outside the text is moved to its end.
    pub fn place(&self, span: Range<usize>) -> Place {
        let end = self.text.floor_char_boundary(span.end.min(self.text.len()));
        let start = self.text.floor_char_boundary(span.start.min(end));
        let breaks =
            self.breaks.get_or_init(|| self.text.match_indices('\n').map(|(at, _)| at + 1).collect());
        let line = breaks.partition_point(|line_start| *line_start <= start);
        let line_start = line.checked_sub(1).and_then(|line| breaks.get(line)).copied().unwrap_or(0);
        Place {
            line: line + 1,
            column: self.text.get(line_start..start).unwrap_or_default().chars().count() + 1,
            span: start..end,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_begin_at_one() {
        let file = SourceFile::new("x.toml", "a\nü = 1\n");
        let place = file.place(5..6);
        assert_eq!((place.line, place.column), (2, 3));
        assert_eq!((file.place(0..1).line, file.place(0..1).column), (1, 1));
    }

    #[test]
    fn a_span_outside_the_text_is_no_danger() {
        let file = SourceFile::new("x.toml", "ü");
        assert_eq!(file.place(1..9).span, 0..2);
        assert_eq!(file.place(7..9).span, 2..2);
        assert_eq!(SourceFile::new("x", "").place(3..4).span, 0..0);
    }
}
