//! What new bytes reach that the approved ones did not.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::look::Version;
use super::watched::Watched;
use crate::analysis::{Comparison, Item, Reaches, Reading, compare};
use crate::inventory::{Tier, bytes_path};
use crate::sri::Digest;

/// Findings of one change that are kept.
const ITEMS: usize = 100;

/// Reads a script, apart from this process where that is possible: code can be made to exhaust any stack.
pub type ReadScript = Arc<dyn Fn(&[u8]) -> Reading + Send + Sync>;

/// New bytes beside the approved ones.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    /// Of the new bytes.
    #[serde(serialize_with = "as_text")]
    pub digest: Digest,
    /// Their number.
    pub size: usize,
    /// Why the new code could not be parsed; then only hosts named in it were looked for.
    pub unparsed: Option<String>,
    /// Why there is nothing to compare with; then everything counts as new.
    pub no_comparison: Option<String>,
    /// Only the writing of the code changed.
    pub same_code: bool,
    /// What it reaches that the approved code did not.
    pub newly_reached: Vec<Item>,
    /// What it no longer reaches.
    pub no_longer_reached: Vec<Item>,
}

fn as_text<S: serde::Serializer>(digest: &Digest, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(digest)
}

impl Change {
    /// Compares a version with the newest approved one, which lies in the policies' folder.
    pub(super) fn of(watched: &Watched, version: &Version, policies: &Path, read: &ReadScript) -> Self {
        let new = read(&version.bytes);
        let old = old_bytes(watched, policies).map(|bytes| read(&bytes));
        let (before, no_comparison, same_code) = match &old {
            Ok(old) => {
                let parsed = old.unparsed.is_none() && new.unparsed.is_none();
                let same = parsed && compare(&old.readable, &new.readable, Some(0)).is_empty();
                (old.reaches.clone(), None, same)
            }
            Err(why) => (Reaches::default(), Some(why.clone()), false),
        };
        let Comparison { new: mut newly_reached, gone: mut no_longer_reached } =
            new.reaches.compared_with(&before);
        newly_reached.truncate(ITEMS);
        no_longer_reached.truncate(ITEMS);
        Self {
            digest: version.digest.clone(),
            size: version.bytes.len(),
            unparsed: new.unparsed,
            no_comparison,
            same_code,
            newly_reached,
            no_longer_reached,
        }
    }
}

fn old_bytes(watched: &Watched, policies: &Path) -> Result<Vec<u8>, String> {
    if watched.script.tier == Tier::Evergreen {
        return Err("no bytes of an evergreen script are approved".to_owned());
    }
    let newest = watched.script.digests.last().ok_or("nothing is approved")?;
    let path = bytes_path(policies, &watched.site.0, &watched.script.id, newest);
    match fs::read(&path) {
        Ok(bytes) if Digest::of(newest.algorithm(), &bytes) == *newest => Ok(bytes),
        Ok(_) => Err(format!("{} are not the bytes that were approved", path.display())),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}
