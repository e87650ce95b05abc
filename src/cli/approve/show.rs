//! Shows a person what they are asked to approve, and afterwards a program what came of it.

use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::bytes::Candidate;
use super::choose::Chosen;
use crate::analysis::printable;
use crate::analysis::shape::{Class, FoundHole};
use crate::cli::desk::one_line;
use crate::inventory::approval::Outcome;
use crate::policy::InlineKind;

/// Lines of a shape's code that are shown.
const CODE_LINES: usize = 100;

/// The new bytes beside those approved before.
pub(super) fn comparison(chosen: &Chosen, candidate: &Candidate) -> String {
    let script = &chosen.script;
    let mut text =
        format!("script  {} (site {})\nfor     {}\n", script.id, script.site, one_line(&script.why));
    match &script.external {
        // Writing to a string can't fail, here and below.
        Some((address, tier)) => {
            let _ = writeln!(text, "url     {address}, tier {}", tier.name());
        }
        None if script.shape => {
            text.push_str("inline  its code stands in the page, with data that differs\n");
        }
        None => text.push_str(match script.inline {
            Some(InlineKind::ImportMap) => "inline  an import map of the page\n",
            Some(InlineKind::SpeculationRules) => "inline  speculation rules of the page\n",
            Some(InlineKind::Script | InlineKind::Handler | InlineKind::Url) | None => {
                "inline  its text stands in the page\n"
            }
        }),
    }
    if let Some(statement) = &script.statement {
        let _ = write!(text, "what is approved is not bytes but this:\n{statement}");
    }
    let newest = chosen.live.last();
    if let Some(old) = newest {
        let _ = writeln!(
            text,
            "old     {} bytes, {}, approved {} by {}: {}",
            old.size,
            old.digest,
            old.at,
            one_line(&old.by),
            one_line(&old.because)
        );
    }
    let _ = writeln!(
        text,
        "new     {} bytes, {}, from {}",
        candidate.bytes.len(),
        candidate.digest,
        candidate.origin
    );
    let verdict = match newest {
        None => "first approval of this script",
        Some(old) if old.digest == candidate.digest => "the same bytes as approved before",
        Some(_) if chosen.live.iter().any(|old| old.digest == candidate.digest) => {
            "changed: these bytes were approved earlier, and will be the newest again"
        }
        Some(_) => "changed since the last approval",
    };
    text.push_str(verdict);
    places(&mut text, &candidate.holes, &candidate.bytes);
    text
}

/// Of a shape: the code, and what may stand in its places.
fn places(text: &mut String, holes: &[FoundHole], code: &[u8]) {
    if holes.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n\nany data may stand in these places, and nothing else may differ");
    for (place, hole) in holes.iter().enumerate() {
        let class = if hole.class == Class::Any { "any data" } else { hole.class.name() };
        let examples: Vec<String> = hole.examples.iter().map(|example| one_line(example)).collect();
        let (what, line) = (one_line(&hole.what), hole.line);
        let _ =
            writeln!(text, "  [{place}] {class}, {what} (line {line}), such as {}", examples.join(" or "));
    }
    let _ = writeln!(text, "what is approved, and will run:");
    let code = String::from_utf8_lossy(code);
    for line in code.lines().take(CODE_LINES) {
        let _ = writeln!(text, "  {}", printable(line));
    }
    let more = code.lines().count().saturating_sub(CODE_LINES);
    if more > 0 {
        let _ = writeln!(text, "  … {more} more lines");
    }
    text.truncate(text.trim_end().len());
}

/// What came of it, for programs.
pub(super) fn outcome_json(
    chosen: &Chosen,
    outcome: &Outcome,
    lock: &Path,
    review: Option<&Value>,
    holes: &[FoundHole],
) -> String {
    let (name, digest) = match outcome {
        Outcome::Approved(approval) => ("approved", &approval.digest),
        Outcome::AlreadyApproved(digest) => ("already-approved", digest),
    };
    json!({
        "outcome": name,
        "site": chosen.script.site.0,
        "script": chosen.script.id.as_str(),
        "digest": digest.to_string(),
        "lock": lock.display().to_string(),
        "review": review,
        "data": holes,
    })
    .to_string()
}
