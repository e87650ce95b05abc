//! `countersign approve`: a person looks at bytes and says that they may run.

mod choose;
mod bytes;
mod show;
mod approver;

use std::io::{IsTerminal, Write, stderr, stdin};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use url::Url;

use super::{ANSWERED_NO, COULD_NOT_RUN, say, write_data};
use crate::clock::Clock;
use crate::diagnostic::{Diagnostic, color_wanted, render};
use crate::inventory::approval::{ApproveError, Outcome, Request, approve_bytes};
use crate::inventory::{Approvers, Trust};

/// Arguments of `countersign approve`.
#[derive(Debug, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line, on its own")]
pub struct Args {
    /// Which script: its id in the policy.
    #[arg(value_name = "ID")]
    id: String,
    /// Why these bytes may run; kept in the lock.
    #[arg(long, value_name = "TEXT")]
    because: String,
    /// The folder with the policies.
    #[arg(long, value_name = "DIR", default_value = "policies")]
    policies: PathBuf,
    /// The policy's name (`shop` for shop.toml), where several name the id.
    #[arg(long)]
    site: Option<String>,
    /// Take the bytes from a file instead of the script's URL; `-` for standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    file: Option<PathBuf>,
    /// Fetch from this URL, for scripts that the policy names by a path on the site.
    #[arg(long)]
    url: Option<Url>,
    /// The id is an [[inline]] entry; the text between its tags comes from --file or standard input.
    #[arg(long)]
    inline: bool,
    /// Who approves. Without it: git's user.email, or user@host.
    #[arg(long, value_name = "WHO")]
    by: Option<String>,
    /// The script's earlier approvals end with this one.
    #[arg(long)]
    retire_earlier: bool,
    /// Don't ask.
    #[arg(long)]
    yes: bool,
    /// Write one JSON object when done.
    #[arg(long)]
    json: bool,
    /// Fetch from this machine and from private networks too.
    #[arg(long)]
    allow_private: bool,
}

/// Why the command ended without an approval.
#[derive(Debug)]
enum Stop {
    /// The answer is no: exit code 1.
    No(String),
    /// It could not be asked: exit code 2.
    CouldNot(String),
    /// Files are not in order: exit code 2.
    Files(Vec<Diagnostic>),
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    match approve(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::No(why)) => {
            say(&why);
            ExitCode::from(ANSWERED_NO)
        }
        Err(Stop::CouldNot(why)) => {
            say(&why);
            ExitCode::from(COULD_NOT_RUN)
        }
        Err(Stop::Files(diagnostics)) => {
            for diagnostic in diagnostics {
                say(&format!("{}\n", render(&diagnostic, color_wanted(&stderr()))));
            }
            say("nothing was approved: put the files in order first");
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

fn approve(args: &Args) -> Result<(), Stop> {
    // Before anything is fetched: an answer will be needed.
    let asks = !args.yes;
    if asks && (!stdin().is_terminal() || bytes::from_stdin(args)) {
        return Err(Stop::CouldNot(
            "there is no terminal to ask at: look at the bytes, then run it again with --yes".to_owned(),
        ));
    }
    let trust = Trust::new(Approvers::none(), Clock::System);
    let chosen = choose::choose(args, &trust)?;
    let by = match &args.by {
        Some(by) => by.clone(),
        None => approver::from_surroundings()?,
    };
    let candidate = bytes::obtain(args, &chosen)?;
    say(&show::comparison(&chosen, &candidate));
    if asks && !agreed() {
        return Err(Stop::No("nothing was approved".to_owned()));
    }
    let outcome = approve_bytes(&Request {
        folder: &args.policies,
        site: &chosen.script.site.0,
        script: &chosen.script.id,
        form: chosen.script.form(),
        bytes: &candidate.bytes,
        by: &by,
        because: &args.because,
        at: Clock::System.now(),
        retire_earlier: args.retire_earlier,
    })
    .map_err(|error| match error {
        ApproveError::Lock(diagnostics) => Stop::Files(diagnostics),
        ApproveError::Empty
        | ApproveError::TooLong(_)
        | ApproveError::NotUtf8
        | ApproveError::Blank(_)
        | ApproveError::NothingToRetire
        | ApproveError::NothingToSign
        | ApproveError::NotSigned
        | ApproveError::File { .. } => Stop::CouldNot(format!("nothing was approved: {error}")),
    })?;
    report(args, &chosen, &outcome);
    Ok(())
}

fn agreed() -> bool {
    let _ = write!(stderr().lock(), "Approve these bytes? [y/N] ");
    let _ = stderr().lock().flush();
    let mut answer = String::new();
    stdin().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes" | "Yes")
}

fn report(args: &Args, chosen: &choose::Chosen, outcome: &Outcome) {
    let lock = args.policies.join(format!("{}.lock", chosen.script.site));
    let sentence = match outcome {
        Outcome::Approved(approval) => {
            format!("approved `{}` as {}: {}", approval.script, approval.by, lock.display())
        }
        Outcome::AlreadyApproved(_) => {
            format!("these bytes of `{}` are its newest approval already: nothing changed", chosen.script.id)
        }
    };
    if args.json {
        write_data(&show::outcome_json(chosen, outcome, &lock));
    }
    say(&sentence);
}
