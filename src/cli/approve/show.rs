//! Shows a person what they are asked to approve, and afterwards a program what came of it.

use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::bytes::Candidate;
use super::choose::Chosen;
use crate::cli::desk::one_line;
use crate::inventory::approval::Outcome;

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
        None => text.push_str("inline  its text stands in the page\n"),
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
    text
}

/// What came of it, for programs.
pub(super) fn outcome_json(
    chosen: &Chosen,
    outcome: &Outcome,
    lock: &Path,
    review: Option<&Value>,
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
    })
    .to_string()
}
