//! `countersign explain`: why each script of a page runs or does not.

use std::fmt::Write;
use std::io::stderr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use serde_json::{Value, json};
use url::Url;

use super::scan::parse_origin;
use super::settings::SettingsArgs;
use super::stop::Stop;
use super::{ANSWERED_NO, say, stop, write_data};
use crate::analysis::one_line;
use crate::clock::Clock;
use crate::diagnostic::{color_wanted, json as diagnostic_json, render};
use crate::explain::{ExplainError, Explained, Fallen, Question, explain};
use crate::inventory::Trust;
use crate::judge::Reason;
use crate::policy::UpstreamAddress;

/// Characters of a script's name.
const NAME: usize = 200;

/// Arguments of `countersign explain`.
#[derive(Debug, Parser)]
#[command(after_help = "Exit code 1: something on the page does not run, or the page is refused.")]
pub struct Args {
    /// The page, as a visitor names it.
    #[arg(value_name = "URL")]
    url: Url,
    /// The folder with the policies [default: the settings', or else policies].
    #[arg(long, value_name = "DIR", env = "COUNTERSIGN_POLICIES")]
    policies: Option<PathBuf>,
    /// Ask this application instead of the one that the policy names.
    #[arg(long, value_name = "URL", value_parser = parse_origin)]
    upstream: Option<Url>,
    /// A CA (PEM) that an https upstream may have its certificate from, beside the system's.
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_UPSTREAM_CA")]
    upstream_ca: Option<PathBuf>,
    /// The longest time for the answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
    /// Write one JSON object instead of text.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: SettingsArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    let explained = match work(args) {
        Ok(explained) => explained,
        Err(why) => return stop::end(Err(why)),
    };
    for warning in &explained.warnings {
        say(&format!("{}\n", render(warning, color_wanted(&stderr()))));
    }
    if args.json {
        write_data(&as_json(args, &explained).to_string());
    } else {
        write_data(&text(args, &explained));
    }
    if all_runs(&explained) { ExitCode::SUCCESS } else { ExitCode::from(ANSWERED_NO) }
}

fn work(args: &Args) -> Result<Explained, Stop> {
    let file = args.settings.file()?;
    let approvers = args.settings.approvers(&file)?;
    let question = Question {
        url: args.url.clone(),
        policies: args
            .policies
            .clone()
            .or(file.choices.policies)
            .unwrap_or_else(|| PathBuf::from("policies")),
        trust: Trust::new(approvers, Clock::System),
        upstream: args.upstream.as_ref().and_then(upstream),
        default_upstream: file.choices.upstream.as_ref().and_then(upstream),
        upstream_ca: args.upstream_ca.clone(),
        patience: Duration::from_secs(args.timeout),
        clock: Clock::System,
    };
    explain(&question).map_err(|error| match error {
        ExplainError::Policy(diagnostics) => Stop::Files(diagnostics),
        ExplainError::Host { .. }
        | ExplainError::Fetch(_)
        | ExplainError::Tls(_)
        | ExplainError::System(_) => Stop::CouldNot(error.to_string()),
    })
}

/// Both are origins already.
fn upstream(url: &Url) -> Option<UpstreamAddress> {
    UpstreamAddress::of_url(url).ok()
}

fn all_runs(explained: &Explained) -> bool {
    explained.scripts.iter().all(Fallen::passes)
        && explained.attributes.iter().all(|code| code.allowed)
        && explained.status < 500
}

fn text(args: &Args, explained: &Explained) -> String {
    let mut text = String::new();
    let file = explained.file.display();
    let at = |line: Option<usize>| line.map_or_else(|| file.to_string(), |line| format!("{file}:{line}"));
    // Writing to a string can't fail, here and below.
    let _ = writeln!(text, "page    {}", args.url);
    let _ = writeln!(text, "status  {}", explained.status);
    let _ = writeln!(text, "site    {}, generation {}", explained.site, explained.generation);
    let rule = &explained.rule;
    let _ = writeln!(
        text,
        "rule    {} ({}): {}{}, {}, fail = {}, second opinion = {}, own scripts = {}",
        rule.path,
        if rule.line.is_some() {
            at(rule.line)
        } else {
            format!("{file}, for every path that no rule names")
        },
        if rule.enforces && rule.percent < 100 {
            "enforced for a part of the visitors, here for one of them"
        } else if rule.enforces {
            "enforce"
        } else {
            "observe: nothing is stopped, and verdicts say what would be"
        },
        if rule.payment { ", payment" } else { "" },
        rule.unapproved,
        rule.fail,
        rule.second_opinion,
        rule.own_scripts
    );
    for fallen in &explained.scripts {
        let seen = &fallen.seen;
        let within = if seen.srcdoc > 0 { " in srcdoc" } else { "" };
        let _ = writeln!(
            text,
            "\n{:<10}  {}{} {}",
            seen.verdict,
            seen.kind,
            within,
            one_line(&seen.script, NAME)
        );
        if let Some(digest) = &seen.digest {
            let _ = writeln!(text, "            {digest}");
        }
        if let Some(id) = &fallen.id {
            let _ = writeln!(text, "            `{id}` ({})", at(fallen.line));
        }
        let _ = writeln!(text, "            {}: {}", seen.reason, explanation(&seen.reason));
    }
    for code in &explained.attributes {
        let verdict = if code.allowed { "allowed" } else { "stopped" };
        let handler = &code.handler;
        let _ = writeln!(
            text,
            "\n{verdict:<10}  {} {}: {}",
            handler.element,
            handler.attribute,
            one_line(&handler.code, NAME)
        );
        if let Some(id) = &code.id {
            let _ = writeln!(text, "            `{id}` ({})", at(code.line));
        }
        let _ = writeln!(text, "            {}, {}", handler.digest, code.words(explained.rule.enforces));
        if let Some(seen) = &code.verdict {
            let _ = writeln!(text, "            {}: {}", seen.reason, explanation(&seen.reason));
        }
    }
    if explained.left_out > 0 {
        let _ = writeln!(text, "\n… and {} more verdicts", explained.left_out);
    }
    for event in &explained.events {
        let _ = writeln!(text, "\nevent   {}", one_line(&event.message, 1000));
    }
    text.push('\n');
    for (name, value) in &explained.headers {
        let _ = writeln!(text, "{name}: {}", one_line(value, 16 << 10));
    }
    text.trim_end().to_owned()
}

fn explanation(code: &str) -> &'static str {
    Reason::ALL.iter().find(|reason| reason.code() == code).map_or("", |reason| reason.explanation())
}

fn as_json(args: &Args, explained: &Explained) -> Value {
    let scripts = explained.scripts.iter().map(|fallen| {
        let seen = &fallen.seen;
        json!({
            "kind": seen.kind,
            "srcdoc": seen.srcdoc,
            "script": seen.script,
            "digest": seen.digest,
            "verdict": seen.verdict,
            "reason": seen.reason,
            "explanation": explanation(&seen.reason),
            "enforced": seen.enforced,
            "id": fallen.id.as_ref().map(ToString::to_string),
            "line": fallen.line,
        })
    });
    let attributes = explained.attributes.iter().map(|code| {
        json!({
            "element": code.handler.element,
            "attribute": code.handler.attribute,
            "code": code.handler.code,
            "digest": code.handler.digest.to_string(),
            "allowed": code.allowed,
            "verdict": code.verdict.as_ref().map(|seen| seen.verdict),
            "reason": code.verdict.as_ref().map(|seen| &seen.reason),
            "id": code.id.as_ref().map(ToString::to_string),
            "line": code.line,
        })
    });
    json!({
        "url": args.url.as_str(),
        "status": explained.status,
        "site": explained.site,
        "generation": explained.generation,
        "file": explained.file.display().to_string(),
        "rule": {
            "path": explained.rule.path,
            "line": explained.rule.line,
            "mode": if explained.rule.enforces { "enforce" } else { "observe" },
            "enforce_percent": explained.rule.percent,
            "payment": explained.rule.payment,
            "unapproved": explained.rule.unapproved,
            "fail": explained.rule.fail,
            "second_opinion": explained.rule.second_opinion,
            "own_scripts": explained.rule.own_scripts,
        },
        "scripts": scripts.collect::<Vec<_>>(),
        "attributes": attributes.collect::<Vec<_>>(),
        "events": explained.events,
        "headers": explained.headers,
        "warnings": explained.warnings.iter().map(diagnostic_json).collect::<Vec<_>>(),
        "left_out": explained.left_out,
    })
}
