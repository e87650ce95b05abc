//! `countersign approve`: a person looks at bytes and says that they may run.

mod choose;
mod bytes;
mod samples;
mod show;
mod map;
mod review;
mod cosign;
mod folder;
mod bundler;
mod listing;
mod build;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use url::Url;

use review::{Review, Subject};

use super::desk::{Desk, DeskArgs};
use super::stop::{Stop, end};
use super::{say, write_data};
use crate::analysis::shape::FoundHole;
use crate::clock::Clock;
use crate::inventory::approval::{Outcome, Request, approve_signed};
use crate::sri::Digest;

/// Arguments of `countersign approve`.
#[derive(Debug, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line, on its own")]
pub struct Args {
    /// Which script: its id in the policy.
    #[arg(value_name = "ID")]
    id: String,
    /// Why these bytes may run; kept in the lock.
    #[arg(long, value_name = "TEXT", required_unless_present = "cosign")]
    because: Option<String>,
    /// Sign the script's newest entry in the lock, which somebody else wrote.
    #[arg(long, requires = "key", conflicts_with_all = ["because", "file", "url", "inline", "shape", "retire_earlier", "from"])]
    cosign: bool,
    /// With --cosign: the newest entry of these bytes.
    #[arg(long, requires = "cosign")]
    digest: Option<Digest>,
    /// Take the bytes from a file instead of the script's URL; `-` for standard input. With --shape several
    /// times: texts of the script, or pages (`.html`) that have it.
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    file: Vec<PathBuf>,
    /// Fetch from this URL, for scripts that the policy names by a path on the site.
    #[arg(long)]
    url: Option<Url>,
    /// The id is an [[inline]] entry; the text between its tags comes from --file or standard input.
    #[arg(long)]
    inline: bool,
    /// The id is an [[inline]] entry with `shape = true`: approve its code, with places for the data in
    /// which the samples in --file differ.
    #[arg(long, requires = "file", conflicts_with_all = ["inline", "url"])]
    shape: bool,
    /// The id is a [[build]] entry: approve all JavaScript in this folder.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["file", "url", "inline", "shape"])]
    from: Option<PathBuf>,
    /// With --from: the path under which the folder is served, where that is not the build's own.
    #[arg(long, value_name = "PATH", requires = "from")]
    at: Option<String>,
    /// The script's earlier approvals end with this one.
    #[arg(long, visible_alias = "replace")]
    retire_earlier: bool,
    /// Fetch from this machine and from private networks too.
    #[arg(long)]
    allow_private: bool,
    /// Fetch through the proxy that `HTTPS_PROXY` and the like name.
    #[arg(long)]
    through_proxy: bool,
    /// The longest time for fetching.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
    /// Show the whole difference between old and new code, however long.
    #[arg(long)]
    full_diff: bool,
    #[command(flatten)]
    desk: DeskArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    end(args.desk.open().and_then(|desk| match &args.from {
        _ if args.cosign => cosign::cosign(args, &desk),
        Some(from) => build::approve(args, from, &desk),
        None => approve(args, &desk),
    }))
}

fn approve(args: &Args, desk: &Desk) -> Result<(), Stop> {
    args.desk.refuse_without_terminal(bytes::from_stdin(args))?;
    let chosen = choose::choose(args, desk)?;
    let by = args.desk.by()?;
    bytes::refuse_several(args)?;
    let candidate = bytes::obtain(args, &chosen)?;
    if let Some(fault) = map::fault(chosen.script.inline, &candidate.bytes) {
        return Err(Stop::No(format!("nothing was approved: {fault} ({})", candidate.origin)));
    }
    say(&show::comparison(&chosen, &candidate));
    // Of an evergreen script no code is approved, so there is none to read.
    let review = chosen.script.statement.is_none().then(|| {
        let subject = Subject {
            policies: &desk.policies,
            site: &chosen.script.site.0,
            script: &chosen.script.id,
            before: chosen.live.last().map(|approval| &approval.digest),
            kind: chosen.script.inline,
            bytes: &candidate.bytes,
            digest: &candidate.digest,
        };
        Review::of(&subject, args.full_diff)
    });
    if let Some(review) = &review {
        say(&review.text());
    }
    if let Some(note) = review.as_ref().filter(|_| chosen.script.mirrored).and_then(Review::of_mirroring) {
        say(&note);
    }
    note_lacking(args, desk)?;
    let question = match chosen.script.statement {
        _ if args.shape => "Approve this code, with any data in its places?",
        Some(_) => "Approve that this URL may run whatever it serves until then?",
        None => "Approve these bytes?",
    };
    if !args.desk.agreed(question) {
        return Err(Stop::No("nothing was approved".to_owned()));
    }
    let outcome = approve_signed(
        &Request {
            folder: &desk.policies,
            site: &chosen.script.site.0,
            script: &chosen.script.id,
            form: chosen.script.form(),
            bytes: &candidate.bytes,
            by: &by,
            because: args.because.as_deref().unwrap_or_default(),
            at: Clock::System.now(),
            retire_earlier: args.retire_earlier,
        },
        desk.signing(),
    )?;
    report(args, desk, &chosen, &outcome, review.as_ref(), &candidate.holes);
    Ok(())
}

/// Says what the new entry will lack to count. Where the earlier approvals would end with one that doesn't
/// count yet, nothing is approved.
fn note_lacking(args: &Args, desk: &Desk) -> Result<(), Stop> {
    if let Some(lacking) = desk.lacking(&args.id) {
        if args.retire_earlier {
            return Err(Stop::No(format!(
                "nothing was approved: the earlier approvals would end at once, but the new one would not count \
yet, so nothing of `{id}` could run. Approve it without --retire-earlier; when enough approvers have signed, end \
the earlier ones with `countersign retire {id} --digest …`",
                id = args.id
            )));
        }
        say(&format!("note    {lacking}"));
    }
    Ok(())
}

fn report(
    args: &Args,
    desk: &Desk,
    chosen: &choose::Chosen,
    outcome: &Outcome,
    review: Option<&Review>,
    holes: &[FoundHole],
) {
    let lock = desk.policies.join(format!("{}.lock", chosen.script.site));
    let sentence = match outcome {
        Outcome::Approved(approval) => {
            format!("approved `{}` as {}: {}", approval.script, approval.by, lock.display())
        }
        Outcome::AlreadyApproved(_) => {
            format!("these bytes of `{}` are its newest approval already: nothing changed", chosen.script.id)
        }
    };
    if args.desk.json {
        write_data(&show::outcome_json(chosen, outcome, &lock, review.map(Review::json).as_ref(), holes));
    }
    say(&sentence);
}
