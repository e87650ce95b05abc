//! Shows a problem: to people with the line it stands on, a marker and the way out; to programs as JSON.

use std::env;
use std::io::IsTerminal;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use serde_json::{Value, json};

use super::{Diagnostic, Place, Severity};

/// Whether colours may be written to a stream: it is a terminal and `NO_COLOR` is not set.
/// <https://no-color.org>
pub fn color_wanted(stream: &impl IsTerminal) -> bool {
    let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !refused && stream.is_terminal()
}

/// A problem for people to read. Without colour it says the same.
pub fn render(diagnostic: &Diagnostic, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let path = diagnostic.file.display().to_string();
    let mut title = level.primary_title(diagnostic.message.as_str());
    if let Some(code) = diagnostic.code {
        title = title.id(code);
    }
    let mut group = match (&diagnostic.source, &diagnostic.place) {
        (Some(source), Some(place)) => {
            let excerpt = Excerpt::of(source, place, diagnostic.also.as_ref().map(|(span, _)| span));
            let mut snippet = Snippet::source(excerpt.text).line_start(excerpt.line).path(path);
            snippet = snippet.annotation(AnnotationKind::Primary.span(excerpt.span(&place.span)));
            if let Some((span, label)) = &diagnostic.also {
                let label = label.as_str();
                snippet = snippet.annotation(AnnotationKind::Context.span(excerpt.span(span)).label(label));
            }
            title.element(snippet)
        }
        _ => title.element(Origin::path(path)),
    };
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    renderer.render(&[group])
}

/// The lines that a problem is about, cut out of their file: it may be long, and have many problems.
struct Excerpt<'a> {
    text: &'a str,
    /// Number of the first line.
    line: usize,
    /// Where it begins in the file.
    offset: usize,
}

impl<'a> Excerpt<'a> {
    fn of(source: &'a str, place: &Place, also: Option<&Range<usize>>) -> Self {
        let start = also.map_or(place.span.start, |also| also.start.min(place.span.start));
        let end = also.map_or(place.span.end, |also| also.end.max(place.span.end));
        let offset = source.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let rest = source.get(end..).and_then(|after| after.find('\n'));
        let stop = rest.map_or(source.len(), |at| end + at + 1);
        let breaks = source.get(offset..place.span.start).map_or(0, |text| text.matches('\n').count());
        let line = place.line.saturating_sub(breaks);
        Self { text: source.get(offset..stop).unwrap_or_default(), line, offset }
    }

    fn span(&self, span: &Range<usize>) -> Range<usize> {
        span.start.saturating_sub(self.offset)..span.end.saturating_sub(self.offset)
    }
}

/// A problem for programs.
pub fn json(diagnostic: &Diagnostic) -> Value {
    let place = diagnostic.place.as_ref();
    json!({
        "severity": match diagnostic.severity { Severity::Error => "error", Severity::Warning => "warning" },
        "code": diagnostic.code,
        "file": diagnostic.file.display().to_string(),
        "line": place.map(|place| place.line),
        "column": place.map(|place| place.column),
        "span": place.map(|place| [place.span.start, place.span.end]),
        "message": diagnostic.message,
        "help": diagnostic.help,
    })
}
