//! A folder of policies, read for its scripts and for what it comes to.

use std::path::Path;

use super::listed::Listed;
use super::named::Named;
use crate::diagnostic::Diagnostic;
use crate::inventory::Trust;
use crate::policy::{Snapshot, check_trusting};

/// A folder of policies, read.
#[derive(Debug)]
pub struct PolicyFolder {
    snapshot: Snapshot,
    named: Named,
}

impl PolicyFolder {
    /// Reads a folder whose policies can be put in force. The error is what is wrong with them.
    pub fn read(folder: &Path, trust: &Trust) -> Result<Self, Vec<Diagnostic>> {
        let summary = check_trusting(folder, trust);
        let Some(snapshot) = summary.snapshot else { return Err(summary.diagnostics) };
        Ok(Self { snapshot, named: Named::read(folder, trust)? })
    }

    /// What they come to.
    pub const fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Every script that they name, or those of one site.
    pub fn scripts(&self, only: Option<&str>) -> Vec<Listed> {
        let listed = self.named.entries().iter().map(|entry| &entry.listed);
        listed.filter(|listed| only.is_none_or(|only| listed.site == only)).cloned().collect()
    }
}
