//! `countersign reports`: what browsers reported, asked of the store.

mod asked;
mod cells;
mod follow;
mod list;
mod meaning;
mod show;
mod suggest;
mod trend;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use serde_json::json;

use super::observed::StoreArgs;
use super::stop::{Stop, end};
use super::{say, write_data};
use crate::clock::Clock;
use crate::reports::table;
use crate::store::{Database, DatabaseError, Filter, Order, Paging, Part, Question, ViolationRow};
use asked::AskedArgs;

/// Arguments of `countersign reports`.
#[derive(Debug, Parser)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Times: 2026-11-25 (UTC), 24h, 7d, or RFC 3339. With --since or --until counts are of those hours, and \
whole hours count.\nReports can be forged by anybody who can reach the site: a group is a claim. Nothing is approved or \
changed by this command.\nExit code 0: asked and answered; 1: `show` found no such group; 2: the store can't be asked."
)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    asked: AskedArgs,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    suggest: suggest::SuggestArgs,
    #[command(flatten, next_help_heading = "Where reports are")]
    store: StoreArgs,
}

/// In which form.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line, on its own")]
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Form")]
struct How {
    /// Reports by hour and class, as a small chart; of the last 24 hours where no time is given.
    #[arg(long, conflicts_with_all = ["follow", "csv"])]
    trend: bool,
    /// Go on, and say what is new and what grows.
    #[arg(long, conflicts_with_all = ["csv", "suggest", "after"])]
    follow: bool,
    /// Write one JSON document; with --follow one on each line.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Write comma-separated values, safe to open in a spreadsheet.
    #[arg(long, conflicts_with = "suggest")]
    csv: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// All about one group.
    Show(show::ShowArgs),
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    end(match &args.command {
        Some(Command::Show(args)) => show::run(args),
        None => work(args),
    })
}

fn work(args: &Args) -> Result<(), Stop> {
    let question = args.asked.question(Clock::System.now())?;
    if args.suggest.wanted() {
        return suggest::run(&args.suggest, &args.store, question.filter, args.how.json);
    }
    let mut store = args.store.open()?;
    if args.how.follow {
        return follow::run(store.as_mut(), &question, args.how.json, &args.store);
    }
    if args.how.trend {
        return trend::run(store.as_mut(), question.filter, args.how.json, &args.store);
    }
    let part = whole_part(store.as_mut(), &question).map_err(|error| args.store.failed(&error))?;
    if args.how.json {
        let rows: Vec<_> = part.rows.iter().map(meaning::json).collect();
        write_data(&json!({ "rows": rows, "next": part.next }).to_string());
    } else if args.how.csv {
        write_data(table(&part.rows).map_err(|error| Stop::CouldNot(error.to_string()))?.trim_end());
    } else {
        for line in list::table(&part.rows) {
            write_data(&line);
        }
    }
    if part.rows.is_empty() {
        say(nothing(store.as_mut(), args.asked.narrows()).map_err(|error| args.store.failed(&error))?);
    } else if let Some(next) = part.next {
        say(&format!("there are more: --after {next}"));
    }
    Ok(())
}

/// As many rows as were asked for, however many have to be looked at for them.
fn whole_part(store: &mut dyn Database, question: &Question) -> Result<Part<ViolationRow>, DatabaseError> {
    let Question { filter, order, paging } = question;
    let mut whole = store.violations(filter, *order, paging)?;
    while let (Some(next), limit @ 1..) = (whole.next, paging.limit.saturating_sub(whole.rows.len())) {
        let part = store.violations(filter, *order, &Paging { after: Some(next), limit })?;
        whole.rows.extend(part.rows);
        whole.next = part.next;
    }
    Ok(whole)
}

/// Why there is nothing: nobody reported anything, or nothing of the kind.
fn nothing(store: &mut dyn Database, narrows: bool) -> Result<&'static str, DatabaseError> {
    let first = store.violations(&Filter::default(), Order::default(), &Paging::first(1))?;
    Ok(match (!first.rows.is_empty(), narrows) {
        (false, _) => {
            "no report has come yet: pages that `countersign run` serves tell browsers where to send them, and \
`countersign collect` takes those of others"
        }
        (true, true) => "no report fits what was asked; without these flags there are some",
        (true, false) => "there are no more",
    })
}
