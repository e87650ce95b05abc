//! `countersign scan`: what runs on these pages, and a policy for it.

mod places;
mod show;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
pub(super) use places::parse_origin;
use url::Url;

use super::apart::{read_apart, shape_apart};
use super::{ANSWERED_NO, COULD_NOT_RUN, say, write_data};
use crate::clock::Clock;
use crate::scan::{Proposal, Scan, Scanned, propose, scan};

/// Arguments of `countersign scan`.
#[derive(Debug, Parser)]
#[command(after_help = "Nothing is approved, and no lock is written. Exit code 1: a page could not be read.")]
pub struct Args {
    /// Pages: URLs, paths (with --upstream), HTML files, or folders with HTML files.
    #[arg(value_name = "PAGE")]
    pages: Vec<String>,
    /// More pages, one on each line; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
    /// Read the site from the application itself, whatever its host name leads to.
    #[arg(long, value_name = "URL", value_parser = parse_origin)]
    upstream: Option<Url>,
    /// The site that files are pages of.
    #[arg(long, value_name = "URL", default_value = "https://site.invalid/", value_parser = parse_origin)]
    base: Url,
    /// Write the proposed policy there; an existing file is not touched.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the texts of inline scripts into this folder, for `countersign approve --inline --file`.
    #[arg(long, value_name = "DIR")]
    texts: Option<PathBuf>,
    /// Write one JSON object instead of text.
    #[arg(long)]
    json: bool,
    /// Fetch from this machine and from private networks too.
    #[arg(long)]
    allow_private: bool,
    /// Fetch through the proxy that `HTTPS_PROXY` and the like name.
    #[arg(long)]
    through_proxy: bool,
    /// The longest time for one page or script.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    match work(args) {
        Ok(scanned) if scanned.pages.iter().all(|page| page.is_read) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(ANSWERED_NO),
        Err(why) => {
            say(&why);
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

fn work(args: &Args) -> Result<Scanned, String> {
    let (places, roots) = places::of(args)?;
    if let Some(out) = args.out.as_ref().filter(|out| out.exists()) {
        return Err(format!("{} exists already: choose another name", out.display()));
    }
    let request = Scan {
        places,
        upstream: args.upstream.clone(),
        allow_private: args.allow_private,
        through_proxy: args.through_proxy,
        patience: Duration::from_secs(args.timeout),
        roots,
        clock: Clock::System,
        read: &read_apart,
        shape: &shape_apart,
        progress: &|step| say(step),
    };
    let scanned = scan(&request);
    let proposal = propose(&request, &scanned, args.texts.as_deref());
    if let Some(folder) = &args.texts {
        write_texts(folder, &proposal)?;
    }
    if let Some(out) = &args.out {
        write_new(out, proposal.text.as_bytes())?;
        say(&format!("wrote {}: read it, then approve each script", out.display()));
    }
    if args.json {
        write_data(&show::json(&scanned, &proposal).to_string());
    } else {
        write_data(&show::text(&scanned));
        if args.out.is_none() {
            write_data(&format!("\n{proposal}"));
        }
    }
    for limit in &scanned.limits {
        say(&format!("limit: {limit}"));
    }
    Ok(scanned)
}

fn write_texts(folder: &Path, proposal: &Proposal) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for approve in &proposal.approve {
        for (name, text) in &approve.texts {
            write_new(&folder.join(name), text.as_bytes())?;
        }
    }
    Ok(())
}

/// Writes a file that was not there.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let file = fs::OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(bytes)).map_err(|error| format!("{}: {error}", path.display()))
}
