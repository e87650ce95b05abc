//! What was told of scripts, on disk: after a restart nothing is told twice, and evergreen scripts are held
//! against what they served before.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::kind::Drift;
use crate::inventory::{Tier, write_file};
use crate::policy::ApprovedScript;

/// The file.
const NAME: &str = "standing.json";

/// How one script stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Standing {
    /// What was told.
    pub(super) drift: Drift,
    /// Unknown bytes that were told of, or what they reach.
    pub(super) unknown: Vec<String>,
    /// Since when.
    pub(super) since: Timestamp,
    /// Tier evergreen: what came first.
    pub(super) before: Vec<String>,
    /// Tier evergreen: the statement that was approved then. Another approval begins anew.
    #[serde(default)]
    pub(super) approved: Vec<String>,
}

/// What is approved of a script whose bytes are not.
pub(super) fn approved(script: &ApprovedScript) -> Vec<String> {
    match script.tier {
        Tier::Evergreen => script.digests.iter().map(ToString::to_string).collect(),
        Tier::Pin | Tier::Mirror => Vec::new(),
    }
}

/// All of them, by `site/script`.
pub(super) type Standings = BTreeMap<String, Standing>;

/// Reads them. What can't be read was never told.
pub(super) fn read(folder: Option<&PathBuf>) -> Standings {
    let Some(folder) = folder else { return Standings::new() };
    let path = folder.join(NAME);
    match fs::read(&path).and_then(|bytes| Ok(serde_json::from_slice(&bytes)?)) {
        Ok(standings) => standings,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Standings::new(),
        Err(error) => {
            tracing::warn!("{}: {error}: what was told before is told again", path.display());
            Standings::new()
        }
    }
}

/// Writes them, whole or not at all.
pub(super) fn write(folder: &Path, standings: &Standings) -> io::Result<()> {
    write_file(&folder.join(NAME), &serde_json::to_vec(standings)?)
}
