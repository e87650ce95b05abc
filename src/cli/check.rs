//! `countersign check`: says everything that is wrong with a policy folder and the settings.

use std::io::stdout;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use serde_json::json;

use super::settings::{SettingsArgs, SettingsStop};
use super::{ANSWERED_NO, COULD_NOT_RUN, say, write_data};
use crate::clock::Clock;
use crate::diagnostic::{Diagnostic, color_wanted, json, render};
use crate::inventory::Trust;
use crate::policy::{Counts, check_trusting};
use crate::settings::{FromFile, SettingsError};

/// Arguments of `countersign check`.
#[derive(Debug, Parser)]
pub struct Args {
    /// The folder with the policies [default: the settings', or else policies].
    #[arg(value_name = "DIR", env = "COUNTERSIGN_POLICIES")]
    folder: Option<PathBuf>,
    /// Write one JSON object instead of text.
    #[arg(long)]
    json: bool,
    /// Answer "no" for warnings too.
    #[arg(long)]
    deny_warnings: bool,
    #[command(flatten)]
    settings: SettingsArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    // What is wrong with the settings is said together with what is wrong with the policies.
    let (file, wrong) = match args.settings.file() {
        Ok(file) => (file, Vec::new()),
        Err(SettingsStop::File(SettingsError::Wrong(wrong))) => (FromFile::default(), wrong),
        Err(stop) => return stop.say(),
    };
    let approvers = match args.settings.approvers(&file) {
        Ok(approvers) => approvers,
        Err(stop) => return stop.say(),
    };
    let folder = args.folder.clone().or(file.choices.policies).unwrap_or_else(|| PathBuf::from("policies"));
    if !folder.is_dir() {
        say(&format!("there is no folder {}: countersign check DIR", folder.display()));
        return ExitCode::from(COULD_NOT_RUN);
    }
    let mut summary = check_trusting(&folder, &Trust::new(approvers, Clock::System));
    if !wrong.is_empty() {
        // Whose signatures count is not known, so what the policies amount to isn't either.
        summary.counts = None;
    }
    summary.diagnostics.splice(0..0, wrong);
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
    let no = errors > 0 || (args.deny_warnings && warnings > 0);
    if no { ExitCode::from(ANSWERED_NO) } else { ExitCode::SUCCESS }
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
