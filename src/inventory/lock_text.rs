//! Writes entries of a lock as text.

use std::fmt::Write;
use std::ops::Range;

use super::entry::{Entry, Statement};
use super::signature::Signature;

/// What a new lock begins with.
pub(super) const FIRST_LINES: &str = "\
# Which bytes are approved, by whom, when and why. Written by `countersign approve`; add nothing by hand:
# every entry carries the digest of the one before it.
version = 1
";

/// One entry as it stands in the file, with an empty line before it.
pub(super) fn entry_text(statement: &Statement, signatures: &[Signature]) -> String {
    let mut text = String::new();
    // Writing to a string can't fail, here and below.
    let _ = write!(text, "\n[[{}]]\nscript   = {}\n", statement.kind(), quoted(statement.script().as_str()));
    match statement {
        Statement::Approval(approval) => {
            let digest = quoted(&approval.digest.to_string());
            let _ = write!(text, "digest   = {digest}\nsize     = {}\n", approval.size);
        }
        Statement::Retirement(retirement) => {
            let _ = writeln!(text, "retires  = {}", quoted(&retirement.retires.to_string()));
        }
    }
    let _ = write!(
        text,
        "at       = {}\nby       = {}\nbecause  = {}\n",
        statement.at(),
        quoted(statement.by()),
        quoted(statement.because()),
    );
    if matches!(statement, Statement::Approval(approval) if approval.retires_earlier) {
        text.push_str("retires-earlier = true\n");
    }
    if let Some(previous) = statement.previous() {
        let _ = writeln!(text, "previous = {}", quoted(&previous.to_string()));
    }
    if !signatures.is_empty() {
        let _ = writeln!(text, "signatures = {}", list(signatures));
    }
    text
}

/// A lock's text with other signatures on one of its entries; every other letter stays.
pub(super) fn with_signatures(text: &str, entry: &Entry, signatures: &[Signature]) -> Option<String> {
    let list = list(signatures);
    let (place, list): (Range<usize>, String) = if let Some(span) = &entry.signatures_span {
        (span.clone(), list)
    } else {
        let rest = text.get(entry.end..)?;
        let line_end = rest.find('\n').map_or(text.len(), |newline| entry.end + newline);
        (line_end..line_end, format!("\nsignatures = {list}"))
    };
    Some([text.get(..place.start)?, &list, text.get(place.end..)?].concat())
}

/// One line for each, so that one more is one line in a review.
fn list(signatures: &[Signature]) -> String {
    let mut text = "[\n".to_owned();
    for signature in signatures {
        let key = quoted(&signature.key.to_string());
        let _ = writeln!(text, "  {{ key = {key}, sig = {} }},", quoted(&signature.value()));
    }
    text.push(']');
    text
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
