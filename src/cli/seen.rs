//! `countersign seen`: a person has looked at what an evergreen script serves, so its finding ends in a running
//! process. Nothing is approved by it.

use std::process::ExitCode;

use clap::Parser;
use serde::Deserialize;

use super::admin::{AdminArgs, SayArgs};
use super::desk::one_line;
use super::say;
use super::stop::{Stop, end};

/// Arguments of `countersign seen`.
#[derive(Debug, Parser)]
#[command(
    after_help = "Without --digest it says what there is to look at. Exit code 0: the script is held against these bytes \
from now on; 1: it is not; 2: nobody could be asked."
)]
pub struct Args {
    /// Site and id, as `shop/cards`.
    script: String,
    /// The bytes that were looked at; once for each.
    #[arg(long = "digest", value_name = "sha384-…")]
    digests: Vec<String>,
    #[command(flatten)]
    said: SayArgs,
    #[command(flatten)]
    admin: AdminArgs,
}

/// How a script stands, as far as it matters here.
#[derive(Deserialize)]
struct Row {
    site: String,
    script: String,
    tier: String,
    message: String,
    because: Vec<String>,
    unknown: Vec<String>,
}

#[derive(Deserialize)]
struct Held {
    held_against: Vec<String>,
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    end(work(args))
}

fn work(args: &Args) -> Result<(), Stop> {
    let wrong = || Stop::CouldNot(format!("`{}` is not SITE/ID, for example shop/cards", args.script));
    let (site, script) = args.script.split_once('/').ok_or_else(wrong)?;
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if !plain(site) || !plain(script) {
        return Err(wrong());
    }
    if args.digests.is_empty() {
        return Err(Stop::No(to_look_at(&args.admin, site, script)?));
    }
    let mut body = args.said.json()?;
    if let Some(fields) = body.as_object_mut() {
        fields.insert("digests".to_owned(), args.digests.clone().into());
    }
    let Held { held_against } = args.admin.post(&format!("/api/drift/{site}/{script}/seen"), &body)?;
    say(&format!("{site}/{script} is held against {} from now on", held_against.join(", ")));
    Ok(())
}

fn to_look_at(admin: &AdminArgs, site: &str, script: &str) -> Result<String, Stop> {
    let rows: Vec<Row> = admin.get("/api/drift")?;
    let row = rows.into_iter().find(|row| row.site == site && row.script == script);
    let row = row.ok_or_else(|| Stop::No(format!("{site}/{script} is not looked at, or not yet")))?;
    let mut lines = vec![row.message];
    lines.extend(row.because);
    if row.tier != "evergreen" {
        lines.push("its bytes are approved, so other ones need an approval: countersign approve".to_owned());
    } else if row.unknown.is_empty() {
        lines.push("there are no other bytes to look at".to_owned());
    } else {
        let digests: Vec<String> = row.unknown.iter().map(|digest| format!("--digest {digest}")).collect();
        lines
            .push("look at the bytes (drift.folder has them, in quarantine/); if they are right:".to_owned());
        lines.push(format!("countersign seen {site}/{script} {} --because \"…\"", digests.join(" ")));
    }
    Ok(lines.iter().map(|line| one_line(line)).collect::<Vec<_>>().join("\n"))
}
