//! `countersign evidence`: what an assessor asks for, written into a folder; and whether such a folder is as it was
//! written.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use jiff::Timestamp;
use serde_json::json;

use super::candidate;
use super::observed::StoreArgs;
use super::stop::{Stop, end};
use super::{say, write_data};
use crate::clock::Clock;
use crate::evidence::{Chain, GatherError, Span, Verified, gather, manifest, verify, write};
use crate::register::PolicyFolder;
use crate::store::moment;

/// Arguments of `countersign evidence`.
#[derive(Debug, Parser)]
#[command(
    after_help = "Times: 2026-11-25 (UTC), 24h, 90d, or RFC 3339.\nThe folder holds evidence.html (prints well), \
evidence.json, a .csv for each table, the rows that it rests on, and the digest of each file.\nExit code 0: written, or \
as it was written; 1: --verify found something changed; 2: it could not be done."
)]
pub struct Args {
    /// From when.
    #[arg(long, value_name = "TIME", required_unless_present = "verify")]
    from: Option<String>,
    /// Until when [default: now].
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// Of this site alone: `shop` for shop.toml. What happened is of all: rows are not taken out of their chain.
    #[arg(long)]
    site: Option<String>,
    /// The folder to write; it must not be there yet [default: evidence-FROM-TO].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Look whether a folder, evidence.html, evidence.json or rows.jsonl is as it was written, and do nothing else.
    #[arg(long, value_name = "PATH", conflicts_with_all = ["from", "to", "site", "out"])]
    verify: Option<PathBuf>,
    /// Write one JSON object instead of text.
    #[arg(long)]
    json: bool,
    /// The folder with the policies [default: the settings', or else policies].
    #[arg(long, value_name = "DIR", env = "COUNTERSIGN_POLICIES")]
    policies: Option<PathBuf>,
    #[command(flatten, next_help_heading = "Where observations are")]
    store: StoreArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    end(match &args.verify {
        Some(path) => look(path, args.json),
        None => work(args),
    })
}

fn work(args: &Args) -> Result<(), Stop> {
    let now = Clock::System.now();
    let span = span(args, now)?;
    let (folder, trust) = candidate::folder(args.policies.as_deref(), &args.store.settings)?;
    let policies = PolicyFolder::read(&folder, &trust).map_err(Stop::Files)?;
    let mut store = args.store.open()?;
    let mut progress = Progress::begin();
    let mut told = |what: &str, count: usize| progress.told(what, count);
    let (pack, rows) = match gather(store.as_mut(), &policies, span, args.site.as_deref(), now, &mut told) {
        Ok(gathered) => gathered,
        Err(GatherError::Database(error)) => return Err(args.store.failed(&error)),
        Err(error @ (GatherError::Site(_) | GatherError::TooMany)) => {
            return Err(Stop::CouldNot(format!("countersign: {error}")));
        }
    };
    let default = || PathBuf::from(format!("evidence-{}-{}", day(span.from), day(span.to)));
    progress.told("writing", rows.len());
    let out = args.out.clone().unwrap_or_else(default);
    write(&out, &pack, &rows).map_err(|error| Stop::CouldNot(format!("countersign: {error}")))?;
    let manifest = manifest(&out).map_err(|error| Stop::CouldNot(format!("countersign: {error}")))?;
    if args.json {
        let written = json!({
            "manifest": manifest,
            "folder": out, "scripts": pack.inventory.len(), "rows": rows.len(), "exceptions": pack.exceptions.len(),
            "gaps": pack.gaps.len(), "chains": pack.chains,
        });
        write_data(&written.to_string());
    } else {
        write_data(&out.join("evidence.html").display().to_string());
        say(&format!(
            "{} scripts, {} rows, {} exceptions, {} gaps",
            pack.inventory.len(),
            rows.len(),
            pack.exceptions.len(),
            pack.gaps.len()
        ));
        tell(&pack.chains, Some(&manifest));
    }
    Ok(())
}

/// Says how far it is, where it takes long: every two seconds, and never of what is done at once.
struct Progress {
    said: Instant,
}

impl Progress {
    fn begin() -> Self {
        Self { said: Instant::now() }
    }

    fn told(&mut self, what: &str, count: usize) {
        if self.said.elapsed() >= Duration::from_secs(2) {
            self.said = Instant::now();
            let count = if count > 0 { format!(": {count}") } else { String::new() };
            say(&format!("{what}{count} …"));
        }
    }
}

fn span(args: &Args, now: Timestamp) -> Result<Span, Stop> {
    let read = |name: &str, text: &Option<String>, default| match text {
        None => Ok(default),
        Some(text) => {
            moment(text, now).map_err(|error| Stop::CouldNot(format!("countersign: --{name}: {error}")))
        }
    };
    let span = Span { from: read("from", &args.from, now)?, to: read("to", &args.to, now)? };
    if span.from >= span.to {
        return Err(Stop::CouldNot(format!(
            "countersign: --from {} is not before --to {}",
            span.from, span.to
        )));
    }
    Ok(span)
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// What to keep elsewhere.
fn tell(chains: &[Chain], manifest: Option<&str>) {
    if let Some(manifest) = manifest {
        say(&format!("the list of files is {manifest}; keep this digest elsewhere"));
    }
    for chain in chains {
        say(&format!(
            "{}: rows {} to {}, the last is {}; keep this digest elsewhere",
            chain.node, chain.first, chain.last, chain.digest
        ));
    }
}

fn look(path: &Path, as_json: bool) -> Result<(), Stop> {
    let verified = verify(path).map_err(|error| Stop::CouldNot(format!("countersign: {error}")))?;
    if as_json {
        let text = serde_json::to_string(&verified).map_err(|error| Stop::CouldNot(error.to_string()))?;
        write_data(&text);
    } else {
        for line in lines(&verified) {
            write_data(&line);
        }
        tell(&verified.chains, verified.manifest.as_deref());
        if let Some(digest) = &verified.digest {
            say(&format!("this file is {digest}; manifest.json of its folder names that of the one written"));
        }
    }
    if verified.is_whole() {
        return Ok(());
    }
    Err(Stop::No(format!(
        "countersign: {} rows and {} files are not what was written",
        verified.faults.len(),
        verified.files.len().saturating_add(verified.parts.len())
    )))
}

fn lines(verified: &Verified) -> Vec<String> {
    let faults =
        verified.faults.iter().map(|fault| format!("{} {}: {}", fault.node, fault.number, fault.what));
    let files = verified.files.iter().map(|name| format!("{name}: missing, or not what was written"));
    let mut lines: Vec<String> = faults.chain(files).chain(verified.parts.iter().cloned()).collect();
    if lines.is_empty() {
        lines.push(format!("{} rows: each as it was written, none missing between them", verified.rows));
    }
    lines
}
