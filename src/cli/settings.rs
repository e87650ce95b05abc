//! The settings file and approvers, as commands that need no more of the settings take them.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{COULD_NOT_RUN, say};
use crate::diagnostic::{Diagnostic, color_wanted, render};
use crate::inventory::{Approvers, ApproversError};
use crate::settings::{ApproverChoices, FromFile, SettingsError, check_files, find, read, settle_approvers};

/// Where the settings are, and whose signatures count.
#[derive(Debug, Clone, Args)]
pub(super) struct SettingsArgs {
    /// The settings file [default: countersign.toml, if it is there].
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_CONFIG")]
    config: Option<PathBuf>,
    #[command(flatten)]
    approvers: ApproverChoices,
}

/// Why the settings can't be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum SettingsStop {
    /// The file.
    #[error(transparent)]
    File(#[from] SettingsError),
    /// Flags, variables and file together.
    #[error("approvers: {0}")]
    Approvers(#[from] ApproversError),
}

impl SettingsArgs {
    /// What the settings file says, if there is one.
    pub(super) fn file(&self) -> Result<FromFile, SettingsStop> {
        match find(self.config.as_deref()) {
            Some(path) => Ok(read(&path)?),
            None => Ok(FromFile::default()),
        }
    }

    /// What is wrong with the certificates and keys that it names.
    pub(super) fn files(&self) -> Vec<Diagnostic> {
        find(self.config.as_deref()).map(|path| check_files(&path)).unwrap_or_default()
    }

    /// Whose signatures count.
    pub(super) fn approvers(&self, file: &FromFile) -> Result<Approvers, SettingsStop> {
        Ok(settle_approvers(self.approvers.clone(), file.approvers.clone())?)
    }
}

impl SettingsStop {
    /// Says it, with every problem of the file, and ends the command.
    pub(super) fn say(&self) -> ExitCode {
        if let Self::File(SettingsError::Wrong(diagnostics)) = self {
            for diagnostic in diagnostics {
                say(&render(diagnostic, color_wanted(&io::stderr())));
            }
        }
        say(&format!("countersign: {self}"));
        ExitCode::from(COULD_NOT_RUN)
    }
}
