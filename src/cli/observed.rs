//! What was observed, opened to read: also while a process writes to it.

use std::path::Path;

use clap::Args;

use super::settings::SettingsArgs;
use super::stop::Stop;
use crate::settings::store_target;
use crate::store::{Access, Database, DatabaseError, StoreTarget, open};

/// Where it is.
#[derive(Debug, Clone, Args)]
pub(super) struct StoreArgs {
    /// The store [default: the settings'].
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_STORE", value_parser = store_target)]
    store: Option<StoreTarget>,
    #[command(flatten)]
    pub(super) settings: SettingsArgs,
}

impl StoreArgs {
    /// Where it is, by flag or settings.
    fn target(&self) -> Result<StoreTarget, Stop> {
        let said = match &self.store {
            Some(said) => Some(said.clone()),
            None => self.settings.file()?.choices.store.target,
        };
        said.ok_or_else(|| {
            Stop::CouldNot(
                "countersign: no store is set, so a running process keeps reports in memory, where only its admin \
address has them (/api/reports). Keep them: path = \"/var/lib/countersign/countersign.db\" below [store] in \
countersign.toml; or say where they are with --store PATH"
                    .to_owned(),
            )
        })
    }

    /// Opens it.
    pub(super) fn open(&self) -> Result<Box<dyn Database>, Stop> {
        let target = self.target()?;
        if let StoreTarget::File(path) = &target
            && !path.exists()
        {
            return Err(Stop::CouldNot(absent(path)));
        }
        open(&target, Access::Read).map_err(|error| self.failed(&error))
    }

    /// What can't be asked, with its name.
    pub(super) fn failed(&self, error: &DatabaseError) -> Stop {
        let target = self.target().map(|target| target.to_string()).unwrap_or_default();
        let help = if error.is_for_now() { "; try again in a moment" } else { "" };
        Stop::CouldNot(format!("countersign: the store {target}: {error}{help}"))
    }
}

fn absent(path: &Path) -> String {
    format!(
        "countersign: the store {}: there is no such file; `countersign run --store {}` makes it, and --store says \
where another is",
        path.display(),
        path.display()
    )
}
