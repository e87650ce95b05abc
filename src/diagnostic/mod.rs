//! A problem in an operator's file: where, what, and the way out. Problems are collected, not met one
//! at a time: an operator sees everything that is wrong at once.

mod source;
mod render;
mod problems;
mod keys;
mod schema;

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

pub use keys::{Keys, Text, Texts, suggestion};
pub use problems::Problems;
pub use render::{color_wanted, json, render};
pub use schema::schema_of;
pub use source::SourceFile;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The file is refused.
    Error,
    /// Accepted, but somebody should look.
    Warning,
}

/// A rule that has a name, so that people can look it up and programs can count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lint {
    /// Stable, such as `moving-url`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Bytes.
    pub span: Range<usize>,
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The code of the [`Lint`] that found it.
    pub code: Option<&'static str>,
    /// The file, or the folder.
    pub file: PathBuf,
    /// Where in the file; `None` where the whole file is meant.
    pub place: Option<Place>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The way out.
    pub help: Option<String>,
    /// A second place in the same file that belongs to the problem, and what it is.
    pub also: Option<(Range<usize>, String)>,
    /// The file's text, for showing the line.
    source: Option<Arc<str>>,
}

impl Diagnostic {
    /// A problem with a whole file or folder.
    pub fn of_file(
        severity: Severity,
        file: impl Into<PathBuf>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let help = Some(help.into());
        Self {
            severity,
            code: None,
            file: file.into(),
            place: None,
            message: message.into(),
            help,
            also: None,
            source: None,
        }
    }

    /// Found by a lint, which says how bad it is.
    #[must_use]
    pub fn by(self, lint: Lint) -> Self {
        Self { severity: lint.severity, code: Some(lint.code), ..self }
    }

    /// Whether the file is refused for it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Line and column, 0 where the whole file is meant: the order in which problems are shown.
    fn order(&self) -> (&PathBuf, usize, usize, Severity) {
        let (line, column) = self.place.as_ref().map_or((0, 0), |place| (place.line, place.column));
        (&self.file, line, column, self.severity)
    }
}

/// Puts problems in the order of files and lines.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| a.order().cmp(&b.order()));
}
