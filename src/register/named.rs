//! What policies name, ready to be looked up: made once for a generation.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::listed::{Authorised, Listed};
use crate::diagnostic::Diagnostic;
use crate::inventory::{Approvers, Entry as LockEntry, Lock, ScriptId, Tier, Trust};
use crate::policy::{InlineKind, NamedScripts, SiteName, named_scripts};

/// A script that a policy names, with what its site's lock says.
#[derive(Debug)]
pub struct Entry {
    /// For people.
    pub listed: Listed,
    /// How an external one is delivered.
    pub tier: Option<Tier>,
    /// What an inline one is.
    pub inline: Option<InlineKind>,
    /// Digests of the bytes that are approved now, the first approved first.
    pub live: Vec<String>,
}

/// Everything that policies name.
#[derive(Debug, Default)]
pub struct Named {
    /// Of the folder as it was read.
    pub fingerprint: String,
    /// How many approvers must sign; 0: nobody.
    pub quorum: usize,
    entries: Vec<Arc<Entry>>,
    sites: HashMap<String, Places>,
}

/// A site's scripts, by place in `entries`.
#[derive(Debug, Default)]
struct Places {
    ids: HashMap<String, usize>,
    /// Every digest that was ever approved.
    digests: HashMap<String, usize>,
}

impl Named {
    /// Reads a folder. The error is what is wrong with it.
    pub fn read(folder: &Path, trust: &Trust) -> Result<Self, Vec<Diagnostic>> {
        Ok(Self::of(&named_scripts(folder, trust)?, trust.approvers()))
    }

    /// From what was read.
    pub(super) fn of(named: &NamedScripts, approvers: &Approvers) -> Self {
        let acts = acts(named);
        let locks: HashMap<&SiteName, &Lock> = named.locks.iter().map(|(site, lock)| (site, lock)).collect();
        let mut made = Self {
            fingerprint: named.fingerprint.clone(),
            quorum: approvers.quorum(),
            entries: Vec::with_capacity(named.scripts.len()),
            sites: HashMap::new(),
        };
        for script in &named.scripts {
            let entries = acts.get(&(&script.site, &script.id)).map(Vec::as_slice).unwrap_or_default();
            let authorised = entries.iter().map(|entry| authorised(entry, approvers)).collect();
            let live = locks.get(&script.site).map(|lock| lock.live(&script.id)).unwrap_or_default();
            made.add(Entry {
                listed: Listed::of(script, authorised),
                tier: script.external.as_ref().map(|(_, tier)| *tier),
                inline: script.inline,
                live: live.iter().map(|live| live.approval.digest.to_string()).collect(),
            });
        }
        made
    }

    fn add(&mut self, entry: Entry) {
        let place = self.entries.len();
        let places = self.sites.entry(entry.listed.site.clone()).or_default();
        for digest in entry.listed.authorised.iter().filter_map(|act| act.digest.as_ref()) {
            places.digests.entry(digest.clone()).or_insert(place);
        }
        places.ids.entry(entry.listed.script.clone()).or_insert(place);
        self.entries.push(Arc::new(entry));
    }

    /// All of them, in the order of the policies.
    pub fn entries(&self) -> &[Arc<Entry>] {
        &self.entries
    }

    /// The script of this id.
    pub fn at(&self, site: &str, id: &str) -> Option<&Arc<Entry>> {
        self.entries.get(*self.sites.get(site)?.ids.get(id)?)
    }

    /// The script that these bytes were ever approved for.
    pub fn of_digest(&self, site: &str, digest: &str) -> Option<&Arc<Entry>> {
        self.entries.get(*self.sites.get(site)?.digests.get(digest)?)
    }
}

/// The entries of the locks by script: a lock may have as many as there are scripts.
fn acts(named: &NamedScripts) -> HashMap<(&SiteName, &ScriptId), Vec<&LockEntry>> {
    let mut acts: HashMap<_, Vec<&LockEntry>> = HashMap::new();
    for (site, lock) in &named.locks {
        for entry in lock.entries() {
            acts.entry((site, entry.statement.script())).or_default().push(entry);
        }
    }
    acts
}

fn authorised(entry: &LockEntry, approvers: &Approvers) -> Authorised {
    let statement = &entry.statement;
    let signers = entry.signatures.iter().filter_map(|signature| approvers.name_of(&signature.key));
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
