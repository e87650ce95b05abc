//! Why a command ends without having done what was asked.

use std::io::stderr;
use std::process::ExitCode;

use super::settings::SettingsStop;
use super::{ANSWERED_NO, COULD_NOT_RUN, say};
use crate::diagnostic::{Diagnostic, color_wanted, render};
use crate::inventory::approval::ApproveError;

/// Why.
#[derive(Debug)]
pub(super) enum Stop {
    /// The answer is no: exit code 1.
    No(String),
    /// It could not be asked: exit code 2.
    CouldNot(String),
    /// Files are not in order: exit code 2.
    Files(Vec<Diagnostic>),
    /// Settings are not in order: exit code 2.
    Settings(SettingsStop),
}

impl From<SettingsStop> for Stop {
    fn from(stop: SettingsStop) -> Self {
        Self::Settings(stop)
    }
}

impl From<ApproveError> for Stop {
    fn from(error: ApproveError) -> Self {
        match error {
            ApproveError::Lock(diagnostics) => Self::Files(diagnostics),
            ApproveError::NothingToRetire => Self::No(format!("nothing was changed: {error}")),
            ApproveError::Empty
            | ApproveError::TooLong(_)
            | ApproveError::NotUtf8
            | ApproveError::Blank(_)
            | ApproveError::NothingToSign
            | ApproveError::NotSigned
            | ApproveError::File { .. } => Self::CouldNot(format!("nothing was changed: {error}")),
        }
    }
}

/// The exit code for what came of a command, after saying why it ended early.
pub(super) fn end(result: Result<(), Stop>) -> ExitCode {
    match result {
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
            say("nothing was changed: put the files in order first");
            ExitCode::from(COULD_NOT_RUN)
        }
        Err(Stop::Settings(stop)) => stop.say(),
    }
}
