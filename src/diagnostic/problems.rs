//! Collects what is wrong with one file. Nothing can be added without a way out.

use std::ops::Range;

use super::{Diagnostic, Lint, Severity, SourceFile};

/// The problems found in one file so far.
#[derive(Debug)]
pub struct Problems {
    source: SourceFile,
    list: Vec<Diagnostic>,
}

impl Problems {
    /// None yet.
    pub fn new(source: SourceFile) -> Self {
        Self { source, list: Vec::new() }
    }

    /// The file.
    pub fn source(&self) -> &SourceFile {
        &self.source
    }

    /// Adds an error with its way out.
    pub fn error(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.add((Severity::Error, None), span, message.into(), help.into(), None);
    }

    /// Adds an error to which a second place belongs.
    pub fn error_with(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
        also: (Range<usize>, &str),
    ) {
        let also = Some((also.0, also.1.to_owned()));
        self.add((Severity::Error, None), span, message.into(), help.into(), also);
    }

    /// Adds a warning with its way out.
    pub fn warning(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.add((Severity::Warning, None), span, message.into(), help.into(), None);
    }

    /// Adds what a lint found, with its way out.
    pub fn lint(
        &mut self,
        lint: Lint,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add((lint.severity, Some(lint.code)), span, message.into(), help.into(), None);
    }

    /// Adds what a lint found, to which a second place belongs.
    pub fn lint_with(
        &mut self,
        lint: Lint,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
        also: (Range<usize>, &str),
    ) {
        let also = Some((also.0, also.1.to_owned()));
        self.add((lint.severity, Some(lint.code)), span, message.into(), help.into(), also);
    }

    /// Whether anything refuses the file.
    pub fn any_error(&self) -> bool {
        self.list.iter().any(Diagnostic::is_error)
    }

    /// All of them.
    pub fn into_list(self) -> Vec<Diagnostic> {
        self.list
    }

    fn add(
        &mut self,
        (severity, code): (Severity, Option<&'static str>),
        span: Range<usize>,
        message: String,
        help: String,
        also: Option<(Range<usize>, String)>,
    ) {
        self.list.push(Diagnostic {
            severity,
            code,
            file: self.source.path().to_owned(),
            place: Some(self.source.place(span)),
            message,
            help: (!help.is_empty()).then_some(help),
            also: also.map(|(span, label)| (self.source.place(span).span, label)),
            source: Some(self.source.shared_text()),
        });
    }
}
