//! A folder of policies, loaded as `check` loads it, for commands that only ask what it says.

use std::io::stderr;
use std::path::{Path, PathBuf};

use super::say;
use super::settings::SettingsArgs;
use super::stop::Stop;
use crate::clock::Clock;
use crate::diagnostic::{Diagnostic, color_wanted, render};
use crate::inventory::Trust;
use crate::policy::{Snapshot, check_trusting};

/// The folder that is named, or that of the settings, or `policies`; and whose signatures count there.
pub(super) fn folder(folder: Option<&Path>, settings: &SettingsArgs) -> Result<(PathBuf, Trust), Stop> {
    let file = settings.file()?;
    let approvers = settings.approvers(&file)?;
    let folder =
        folder.map(Path::to_owned).or(file.choices.policies).unwrap_or_else(|| PathBuf::from("policies"));
    if !folder.is_dir() {
        return Err(Stop::CouldNot(format!(
            "countersign: there is no folder {}: say where the policies are with --policies DIR",
            folder.display()
        )));
    }
    Ok((folder, Trust::new(approvers, Clock::System)))
}

/// Such a folder, loaded. Warnings are said.
pub(super) fn load(named: Option<&Path>, settings: &SettingsArgs) -> Result<Snapshot, Stop> {
    let (folder, trust) = folder(named, settings)?;
    let summary = check_trusting(&folder, &trust);
    let Some(snapshot) = summary.snapshot else {
        return Err(Stop::Files(summary.diagnostics.into_iter().filter(Diagnostic::is_error).collect()));
    };
    for warning in &summary.diagnostics {
        say(&format!("{}\n", render(warning, color_wanted(&stderr()))));
    }
    Ok(snapshot)
}
