//! A folder of policies, read for its scripts: which there are, and who authorised which bytes of them.

use std::collections::HashMap;
use std::path::Path;

use super::listed::{Authorised, Listed};
use crate::diagnostic::Diagnostic;
use crate::inventory::{Approvers, Entry, ScriptId, Trust};
use crate::policy::{NamedScripts, SiteName, Snapshot, check_trusting, named_scripts};

/// A folder of policies, read.
#[derive(Debug)]
pub struct PolicyFolder {
    snapshot: Snapshot,
    named: NamedScripts,
    approvers: Approvers,
}

impl PolicyFolder {
    /// Reads a folder whose policies can be put in force. The error is what is wrong with them.
    pub fn read(folder: &Path, trust: &Trust) -> Result<Self, Vec<Diagnostic>> {
        let summary = check_trusting(folder, trust);
        let Some(snapshot) = summary.snapshot else { return Err(summary.diagnostics) };
        Ok(Self { snapshot, named: named_scripts(folder, trust)?, approvers: trust.approvers().clone() })
    }

    /// What they come to.
    pub const fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Every script that they name, or those of one site.
    pub fn scripts(&self, only: Option<&str>) -> Vec<Listed> {
        let acts = self.acts();
        let of_site = |site: &SiteName| only.is_none_or(|only| site.0 == only);
        let scripts = self.named.scripts.iter().filter(|script| of_site(&script.site));
        scripts
            .map(|script| {
                let entries = acts.get(&(&script.site, &script.id)).map(Vec::as_slice).unwrap_or_default();
                Listed::of(script, entries.iter().map(|entry| self.authorised(entry)).collect())
            })
            .collect()
    }

    /// The entries of the locks by script: a lock may have as many as there are scripts.
    fn acts(&self) -> HashMap<(&SiteName, &ScriptId), Vec<&Entry>> {
        let mut acts: HashMap<_, Vec<&Entry>> = HashMap::new();
        for (site, lock) in &self.named.locks {
            for entry in lock.entries() {
                acts.entry((site, entry.statement.script())).or_default().push(entry);
            }
        }
        acts
    }

    fn authorised(&self, entry: &Entry) -> Authorised {
        let statement = &entry.statement;
        let signers = entry.signatures.iter().filter_map(|signature| self.approvers.name_of(&signature.key));
        Authorised {
            act: statement.kind(),
            digest: statement.digest().map(ToString::to_string),
            at: statement.at(),
            by: statement.by().to_owned(),
            because: statement.because().to_owned(),
            signed_by: signers.map(ToOwned::to_owned).collect(),
            counts: entry.counts,
        }
    }
}
