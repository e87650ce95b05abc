//! Shows a problem: to people with the line it stands on, a marker and the way out; to programs as JSON.

use std::env;
use std::io::IsTerminal;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use serde_json::{Value, json};

use super::{Diagnostic, Severity};

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
            let mut snippet = Snippet::source(&**source).path(path);
            snippet = snippet.annotation(AnnotationKind::Primary.span(place.span.clone()));
            if let Some((span, label)) = &diagnostic.also {
                snippet =
                    snippet.annotation(AnnotationKind::Context.span(span.clone()).label(label.as_str()));
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
