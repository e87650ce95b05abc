//! `countersign check`: says everything that is wrong with a policy folder and the settings.

use std::io::stdout;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use serde_json::{Value, json};

use super::settings::{SettingsArgs, SettingsStop};
use super::{ANSWERED_NO, COULD_NOT_RUN, say, write_data};
use crate::admin::TokenBook;
use crate::clock::Clock;
use crate::diagnostic::{color_wanted, json, render};
use crate::inventory::Trust;
use crate::policy::{Counts, Mode, PageOutline, Summary, check_trusting, outline, policy_schema};
use crate::settings::{FromFile, SettingsError, settings_schema};

/// Arguments of `countersign check`.
#[derive(Debug, Parser)]
pub struct Args {
    /// The folder with the policies [default: the settings', or else policies].
    #[arg(value_name = "DIR", env = "COUNTERSIGN_POLICIES")]
    folder: Option<PathBuf>,
    /// Write one JSON object instead of text.
    #[arg(long)]
    json: bool,
    /// Write the JSON Schema of a file, for editors, and do nothing else.
    #[arg(long, value_name = "FILE", value_enum)]
    schema: Option<Schema>,
    /// Answer "no" for warnings too.
    #[arg(long)]
    deny_warnings: bool,
    #[command(flatten)]
    settings: SettingsArgs,
}

/// Which schema.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Schema {
    /// Of policy files.
    Policy,
    /// Of countersign.toml.
    Settings,
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    if let Some(schema) = args.schema {
        let schema = match schema {
            Schema::Policy => policy_schema(),
            Schema::Settings => settings_schema(),
        };
        write_data(&format!("{schema:#}"));
        return ExitCode::SUCCESS;
    }
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
    let tokens = file.choices.admin_access.tokens.as_deref().map(TokenBook::read);
    let tokens = tokens.and_then(Result::err).unwrap_or_default();
    let folder = args.folder.clone().or(file.choices.policies).unwrap_or_else(|| PathBuf::from("policies"));
    if !folder.is_dir() {
        say(&format!("there is no folder {}: countersign check DIR", folder.display()));
        return ExitCode::from(COULD_NOT_RUN);
    }
    let mut summary = check_trusting(&folder, &Trust::new(approvers, Clock::System));
    if !wrong.is_empty() {
        // Whose signatures count is not known, so what the policies amount to isn't either.
        (summary.counts, summary.snapshot) = (None, None);
    }
    summary.diagnostics.splice(0..0, wrong.into_iter().chain(args.settings.files()).chain(tokens));
    let errors = summary.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let warnings = summary.diagnostics.len() - errors;
    if args.json {
        write_data(&as_json(&summary, errors, warnings));
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

fn as_json(checked: &Summary, errors: usize, warnings: usize) -> String {
    let counts = checked.counts;
    let summary = json!({
        "errors": errors,
        "warnings": warnings,
        "sites": counts.map(|counts| counts.sites),
        "page_rules": counts.map(|counts| counts.page_rules),
        "scripts_approved": counts.map(|counts| counts.approved),
    });
    let diagnostics: Vec<_> = checked.diagnostics.iter().map(json).collect();
    let pages = checked.snapshot.as_ref().map(|snapshot| outline(snapshot, Clock::System.now()));
    let pages: Vec<_> = pages.unwrap_or_default().iter().map(page_json).collect();
    json!({ "diagnostics": diagnostics, "summary": summary, "pages": pages }).to_string()
}

/// What is sent with a page. The number says what stands in the way of an enforced `Integrity-Policy`.
fn page_json(page: &PageOutline) -> Value {
    json!({
        "site": page.site,
        "rule": page.rule,
        "example": page.example,
        "mode": match page.mode { Mode::Enforce => "enforce", Mode::Observe => "observe" },
        "enforce_percent": page.enforce_percent,
        "payment": page.payment,
        "integrity_policy": if page.evergreen.is_empty() { "enforced" } else { "report-only" },
        "evergreen": page.evergreen.len(),
        "evergreen_scripts": page.evergreen,
        "csp": page.csp,
    })
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
