//! `countersign check`: says everything that is wrong with a policy folder.

use std::io::stdout;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use serde_json::json;

use super::{ANSWERED_NO, COULD_NOT_RUN, say, write_data};
use crate::clock::Clock;
use crate::diagnostic::{Diagnostic, color_wanted, json, render};
use crate::policy::{Counts, check_folder};

/// Arguments of `countersign check`.
#[derive(Debug, Parser)]
pub struct Args {
    /// The folder with the policies.
    #[arg(value_name = "DIR", default_value = "policies")]
    folder: PathBuf,
    /// Write one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    if !args.folder.is_dir() {
        say(&format!("there is no folder {}: countersign check DIR", args.folder.display()));
        return ExitCode::from(COULD_NOT_RUN);
    }
    let summary = check_folder(&args.folder, Clock::System.now());
    let errors = summary.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let warnings = summary.diagnostics.len() - errors;
    if args.json {
        write_data(&as_json(&summary.diagnostics, summary.counts, errors, warnings));
    } else {
        let color = color_wanted(&stdout());
        for diagnostic in &summary.diagnostics {
            write_data(&format!("{}\n", render(diagnostic, color)));
        }
        write_data(&sentence(summary.counts, errors, warnings));
    }
    if errors > 0 { ExitCode::from(ANSWERED_NO) } else { ExitCode::SUCCESS }
}

fn as_json(diagnostics: &[Diagnostic], counts: Option<Counts>, errors: usize, warnings: usize) -> String {
    let summary = json!({
        "errors": errors,
        "warnings": warnings,
        "sites": counts.map(|counts| counts.sites),
        "page_rules": counts.map(|counts| counts.page_rules),
        "scripts_approved": counts.map(|counts| counts.approved),
    });
    json!({ "diagnostics": diagnostics.iter().map(json).collect::<Vec<_>>(), "summary": summary }).to_string()
}

fn sentence(counts: Option<Counts>, errors: usize, warnings: usize) -> String {
    let found = format!("{}, {}", count(errors, "error"), count(warnings, "warning"));
    match counts {
        Some(counts) => format!(
            "{}, {}, {} approved; {found}",
            count(counts.sites, "site"),
            count(counts.page_rules, "page rule"),
            count(counts.approved, "script"),
        ),
        None => format!("{found}: these policies would be refused"),
    }
}

fn count(number: usize, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        _ => format!("{number} {thing}s"),
    }
}
