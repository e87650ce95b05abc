//! `countersign approve`.

use std::process::ExitCode;

use clap::Parser;

/// Arguments of `countersign approve`.
#[derive(Debug, Parser)]
pub struct Args {}

/// Runs the command.
pub fn run(_args: &Args) -> ExitCode {
    ExitCode::from(super::COULD_NOT_RUN)
}
