//! `countersign headers`: which security headers the application sends, in a running process, and that they are as
//! they should be.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use serde::Deserialize;

use super::admin::{AdminArgs, SayArgs};
use super::desk::one_line;
use super::stop::{Stop, end};
use super::{say, write_data};
use crate::headers::Rule;

/// Arguments of `countersign headers`.
#[derive(Debug, Parser)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the page rules, with what protects less than it did.
    #[command(
        after_help = "Exit code 0: all as it was, or accepted; 1: something protects less; 2: nobody could be asked."
    )]
    List(ListArgs),
    /// Say that what a page rule's pages are sent with now is as it should be.
    #[command(
        after_help = "Exit code 0: it is written down; 1: no page of such a rule was seen; 2: nobody could be asked."
    )]
    Accept(AcceptArgs),
}

#[derive(Debug, Parser)]
struct ListArgs {
    /// For programs.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    admin: AdminArgs,
}

#[derive(Debug, Parser)]
struct AcceptArgs {
    /// The site: `shop` for shop.toml.
    site: String,
    /// The page rule: `/checkout/*`, as the list shows it.
    rule: String,
    #[command(flatten)]
    said: SayArgs,
    #[command(flatten)]
    admin: AdminArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    end(match &args.command {
        Command::List(args) => list(args),
        Command::Accept(args) => accept(args),
    })
}

fn list(args: &ListArgs) -> Result<(), Stop> {
    let all: Vec<Rule> = args.admin.get("/api/headers")?;
    if args.json {
        let json = serde_json::to_string_pretty(&all).map_err(|error| Stop::CouldNot(error.to_string()))?;
        write_data(&json);
    } else {
        for rule in &all {
            write_data(&text(rule));
        }
        if all.is_empty() {
            say("no page was seen yet");
        }
    }
    let less = all.iter().filter(|rule| !rule.weakened.is_empty()).count();
    if less == 0 { Ok(()) } else { Err(Stop::No(format!("{less} page rules protect less than they did"))) }
}

fn text(rule: &Rule) -> String {
    let first = format!("{} {}  held against what came at {:.0}", rule.site, rule.rule, rule.since);
    let fields = rule.baseline.iter().map(|(name, value)| format!("  {name}: {value}"));
    let less = rule.weakened.iter().flat_map(|weakened| {
        let since = weakened.since;
        weakened.how.iter().map(move |how| format!("  LESS {how} (since {since:.0})"))
    });
    let accepted = rule.accepted.iter().map(|accepted| {
        let because = accepted.because.as_deref().unwrap_or("no reason given");
        format!("  accepted by {} at {:.0}: {because}", accepted.by, accepted.at)
    });
    let lines = std::iter::once(first).chain(fields).chain(less).chain(accepted);
    lines.map(|line| one_line(&line)).collect::<Vec<_>>().join("\n")
}

/// What came of it.
#[derive(Deserialize)]
struct Done {
    accepted: usize,
}

fn accept(args: &AcceptArgs) -> Result<(), Stop> {
    let AcceptArgs { site, rule, said, admin } = args;
    let mut body = said.json()?;
    if let Some(fields) = body.as_object_mut() {
        fields.extend([("site".to_owned(), site.as_str().into()), ("rule".to_owned(), rule.as_str().into())]);
    }
    let Done { accepted } = admin.post("/api/headers/accept", &body)?;
    say(&match accepted {
        0 => "there was nothing to accept: the headers protect as they did".to_owned(),
        ways => format!("accepted, {ways} ways of protecting less on {site} {rule}"),
    });
    Ok(())
}
