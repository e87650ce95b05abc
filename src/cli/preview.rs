//! `countersign preview`: what was observed, replayed against other policies.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use jiff::Timestamp;
use serde_json::json;

use super::candidate::load;
use super::observed::StoreArgs;
use super::stop::{Stop, end};
use super::{say, write_data};
use crate::advice::{Observed, Outcome, Preview, Previewed, preview_reports, preview_scripts};
use crate::clock::Clock;
use crate::store::{
    Database, DatabaseError, Filter, Order, Paging, ScriptFilter, ScriptSeenRow, ViolationRow, moment,
};
use crate::telemetry::shown;

/// Rows of each kind that are replayed, the last seen first.
const ROWS: usize = 50_000;
/// Lines of one list.
const LINES: usize = 50;
/// Characters of a stranger's text on a line.
const SHOWN: usize = 120;

/// Arguments of `countersign preview`.
#[derive(Debug, Parser)]
#[command(
    after_help = "The candidate is read as by `countersign check`, and nothing is put in force. What newly passes is a \
grant: read each line.\nReports can be forged, and don't tell where an address led on to. What can't be known from what \
is kept is counted as unknown.\nExit code 0: previewed; 1: what --fail-on names is there; 2: could not be previewed."
)]
pub struct Args {
    /// The folder with the candidate's policies, locks and approved bytes.
    #[arg(long, value_name = "DIR")]
    policies: PathBuf,
    /// The folder with the policies in force, to tell what the candidate changes from what is so already
    /// [default: the settings', if it is there].
    #[arg(long, value_name = "DIR")]
    before: Option<PathBuf>,
    /// Only what was seen on this site.
    #[arg(long)]
    site: Option<String>,
    /// Only what was seen since: 2026-11-25, 24h, 7d.
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// End with 1 if there is any.
    #[arg(long, value_name = "OUTCOMES", value_enum, value_delimiter = ',')]
    fail_on: Vec<FailOn>,
    /// Write one JSON document.
    #[arg(long)]
    json: bool,
    #[command(flatten, next_help_heading = "What was observed")]
    store: StoreArgs,
}

/// What ends with 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Something that passed would be stopped.
    NewlyStopped,
    /// Something that was stopped would pass.
    NewlyPassing,
}

impl FailOn {
    const fn outcome(self) -> Outcome {
        match self {
            Self::NewlyStopped => Outcome::NewlyStopped,
            Self::NewlyPassing => Outcome::NewlyPassing,
        }
    }
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    end(work(args))
}

fn work(args: &Args) -> Result<(), Stop> {
    let now = Clock::System.now();
    let since = args.since.as_deref().map(|since| moment(since, now)).transpose();
    let since = since.map_err(|why| Stop::CouldNot(format!("countersign: --since: {why}")))?;
    let after = load(Some(&args.policies), &args.store.settings)?;
    let before = match &args.before {
        Some(folder) => Some(load(Some(folder), &args.store.settings)?),
        // Without it less is known, which is told; it need not be in order.
        None => args
            .store
            .settings
            .file()?
            .choices
            .policies
            .filter(|folder| folder.is_dir())
            .and_then(|folder| load(Some(&folder), &args.store.settings).ok()),
    };
    let mut database = args.store.open()?;
    let (scripts, reports) =
        observed(database.as_mut(), args.site.as_ref(), since).map_err(|error| args.store.failed(&error))?;
    let preview = Preview { before: before.as_ref(), after: &after, now };
    let mut all = preview_scripts(&preview, &scripts);
    all.extend(preview_reports(&preview, &reports));
    if args.json {
        write_data(
            &json!({ "sums": sums(&all), "rows": all, "policies_in_force_known": before.is_some() })
                .to_string(),
        );
    } else {
        for line in told(&all) {
            write_data(&line);
        }
        if before.is_none() {
            say("the policies in force are not known (--before DIR), so more is unknown than need be");
        }
    }
    if scripts.len() >= ROWS || reports.len() >= ROWS {
        say(&format!("only the last {ROWS} of each kind were replayed; --site and --since narrow it"));
    }
    let failing = args.fail_on.iter().map(|fail| fail.outcome());
    let found: Vec<String> = failing
        .filter_map(|outcome| {
            let count = all.iter().filter(|row| row.outcome == outcome).count();
            (count > 0).then(|| format!("{count} {outcome}"))
        })
        .collect();
    if found.is_empty() { Ok(()) } else { Err(Stop::No(found.join(", "))) }
}

fn observed(
    database: &mut dyn Database,
    site: Option<&String>,
    since: Option<Timestamp>,
) -> Result<(Vec<ScriptSeenRow>, Vec<ViolationRow>), DatabaseError> {
    let filter = ScriptFilter { site: site.cloned(), ..ScriptFilter::default() };
    let mut scripts: Vec<ScriptSeenRow> = Vec::new();
    let mut paging = Paging::first(Paging::MOST);
    // Most recent first, so those before the moment are all behind the first of them.
    while scripts.len() < ROWS {
        let part = database.scripts(&filter, &paging)?;
        let wanted = part.rows.len();
        let recent = part.rows.into_iter().filter(|row| since.is_none_or(|since| row.last_seen >= since));
        let before = scripts.len();
        scripts.extend(recent);
        let all = scripts.len().saturating_sub(before) == wanted;
        match part.next.filter(|_| all) {
            Some(next) => paging.after = Some(next),
            None => break,
        }
    }
    let filter = Filter { site: site.cloned(), since, ..Filter::default() };
    let mut reports: Vec<ViolationRow> = Vec::new();
    let mut paging = Paging::first(Paging::MOST);
    while reports.len() < ROWS {
        let part = database.violations(&filter, Order::Recent, &paging)?;
        reports.extend(part.rows);
        let Some(next) = part.next else { break };
        paging.after = Some(next);
    }
    Ok((scripts, reports))
}

/// How many of each outcome, by site, page rule and from what it is known.
#[derive(Debug, serde::Serialize)]
struct Sum {
    site: String,
    rule: String,
    observed: Observed,
    outcome: Outcome,
    /// Different scripts, or groups of reports.
    different: u64,
    /// How often they were seen.
    count: u64,
    /// Of how often all of the rule were seen, in hundredths.
    share: f64,
}

fn sums(all: &[Previewed]) -> Vec<Sum> {
    let mut by_rule: BTreeMap<(&str, &str, Observed), u64> = BTreeMap::new();
    let mut by_outcome: BTreeMap<(&str, &str, Observed, Outcome), (u64, u64)> = BTreeMap::new();
    for row in all {
        let total = by_rule.entry((&row.site, &row.rule, row.observed)).or_default();
        *total = total.saturating_add(row.count);
        let (different, count) =
            by_outcome.entry((&row.site, &row.rule, row.observed, row.outcome)).or_default();
        *different = different.saturating_add(1);
        *count = count.saturating_add(row.count);
    }
    let sum = |((site, rule, observed, outcome), (different, count)): (_, (u64, u64))| {
        let total: u64 = by_rule.get(&(site, rule, observed)).copied().unwrap_or_default().max(1);
        // To a tenth of a hundredth.
        let share = count.saturating_mul(1000).checked_div(total).unwrap_or_default();
        let share = f64::from(u32::try_from(share).unwrap_or(1000)) / 10.0;
        Sum {
            site: str::to_owned(site),
            rule: str::to_owned(rule),
            observed,
            outcome,
            different,
            count,
            share,
        }
    };
    by_outcome.into_iter().map(sum).collect()
}

fn told(all: &[Previewed]) -> Vec<String> {
    let mut lines = Vec::new();
    if all.is_empty() {
        return vec!["nothing was observed that could be replayed".to_owned()];
    }
    for sum in sums(all) {
        let what = match sum.observed {
            Observed::Script => "scripts",
            Observed::Report => "reports",
        };
        lines.push(format!(
            "{} {}  {what} {}: {} different, seen {} times, {:.1} %",
            shown(&sum.site, SHOWN),
            shown(&sum.rule, SHOWN),
            sum.outcome,
            sum.different,
            sum.count,
            sum.share,
        ));
    }
    let heads = [
        (Outcome::NewlyPassing, "NEWLY PASSING: each of these is a grant"),
        (Outcome::NewlyStopped, "Newly stopped: pages may break"),
        (Outcome::Unknown, "Not known"),
    ];
    for (outcome, head) in heads {
        lines.extend(list(all, outcome, head));
    }
    lines
}

fn list(all: &[Previewed], outcome: Outcome, head: &str) -> Vec<String> {
    let mut rows: Vec<&Previewed> = all.iter().filter(|row| row.outcome == outcome).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.count));
    if rows.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), head.to_owned()];
    lines.extend(rows.iter().take(LINES).map(|row| {
        let why = row.why.as_ref().map_or(String::new(), |why| format!("; {why}"));
        let (site, rule) = (shown(&row.site, SHOWN), shown(&row.rule, SHOWN));
        let (kind, what) = (shown(&row.kind, SHOWN), shown(&row.what, SHOWN));
        format!("  {}x  {site} {rule}  {kind} {what}{why}", row.count)
    }));
    let more = rows.len().saturating_sub(LINES);
    if more > 0 {
        lines.push(format!("  and {more} more: --json has all"));
    }
    lines
}
