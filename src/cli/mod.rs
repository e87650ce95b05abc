//! The commands. Data goes to stdout, talk to stderr; `--json` where a program may want to read.
//! Exit codes: 0 fine, 1 the question was answered "no", 2 could not run.

pub mod run;
pub mod check;
pub mod approve;
pub mod retire;
pub mod key;
pub mod token;
pub mod scan;
pub mod explain;
pub mod drift;
pub mod watch;
pub mod alert;
pub mod headers;
pub mod seen;
pub mod evidence;
pub mod reports;
pub mod preview;
pub mod collect;
pub mod demo;
mod observed;
mod candidate;
mod apart;
mod desk;
mod approver;
mod settings;
mod stop;
mod told;
mod admin;
mod output;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use output::{say, write_data};

/// Decides which scripts may run on a site's pages and makes the visitor's browser enforce it.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Stand in front of a site.
    Run(Box<run::Args>),
    /// A ticket shop under attack, and Countersign in front of it: on loopback, without files.
    Demo(demo::Args),
    /// Read a policy folder and say everything that is wrong with it.
    Check(check::Args),
    /// List what runs on pages and propose a policy for it.
    Scan(Box<scan::Args>),
    /// Say why each script of a page runs or does not.
    Explain(Box<explain::Args>),
    /// Approve the bytes of a script: fetch or read them, write the lock.
    Approve(Box<approve::Args>),
    /// Look whether vendors still serve what was approved.
    Drift(Box<drift::Args>),
    /// Look at vendors again and again, without standing in front of a site.
    Watch(Box<watch::Args>),
    /// What stands in a running process and who has seen it; whether webhook and e-mail take what they are told.
    Alert(Box<alert::Args>),
    /// Which security headers the application sends, and what protects less than it did.
    Headers(headers::Args),
    /// Write what an assessor asks for into a folder, or look whether such a folder is as it was written.
    Evidence(Box<evidence::Args>),
    /// Say that somebody looked at what an evergreen script serves, so that its finding ends.
    Seen(seen::Args),
    /// What browsers reported, and which lines policies lack.
    Reports(Box<reports::Args>),
    /// Take the reports of sites whose CSP somebody else sends, and do nothing else.
    Collect(Box<collect::Args>),
    /// What other policies would change, by what was observed.
    Preview(Box<preview::Args>),
    /// Read one script from standard input and write what it reaches as JSON.
    #[command(hide = true)]
    ReadScript,
    /// Find the shape of samples from standard input and write it as JSON.
    #[command(hide = true)]
    FindShape,
    /// End approvals of a script: write it into the lock.
    Retire(Box<retire::Args>),
    /// Make a key for signing approvals, or show its public half.
    Key(key::Args),
    /// Who may come in at the admin address: make a token, list them, remove one.
    Token(token::Args),
}

/// Exit code for "the question was answered no".
pub const ANSWERED_NO: u8 = 1;
/// Exit code for "could not run".
pub const COULD_NOT_RUN: u8 = 2;

/// Parses the command line and runs the command.
pub fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Run(args) => run::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Scan(args) => scan::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Approve(args) => approve::run(&args),
        Command::Drift(args) => drift::run(&args),
        Command::Watch(args) => watch::run(&args),
        Command::Alert(args) => alert::run(&args),
        Command::Headers(args) => headers::run(&args),
        Command::Evidence(args) => evidence::run(&args),
        Command::Seen(args) => seen::run(&args),
        Command::Reports(args) => reports::run(&args),
        Command::Collect(args) => collect::run(&args),
        Command::Preview(args) => preview::run(&args),
        Command::ReadScript => apart::run(),
        Command::FindShape => apart::run_shape(),
        Command::Retire(args) => retire::run(&args),
        Command::Key(args) => key::run(&args),
        Command::Token(args) => token::run(&args),
    }
}
