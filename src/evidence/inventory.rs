//! The inventory that the policies and their locks say: which scripts, why, how their integrity is assured, and who
//! authorised which bytes.

use std::path::Path;

use super::pack::{Authorised, Comes, Listed, PageScope, SiteScope};
use crate::diagnostic::Diagnostic;
use crate::inventory::{Approvers, Entry, ScriptAddress, Tier, Trust};
use crate::policy::{InlineKind, Mode, NamedScript, NamedScripts, Snapshot, check_trusting, named_scripts};

/// A folder of policies, read.
#[derive(Debug)]
pub struct PolicyFolder {
    pub(super) snapshot: Snapshot,
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

    /// The sites, or the one of this name.
    pub(super) fn sites(&self, only: Option<&str>) -> Vec<SiteScope> {
        let sites = self.snapshot.sites.iter().filter(|site| only.is_none_or(|only| site.name.0 == only));
        sites
            .map(|site| SiteScope {
                name: site.name.to_string(),
                hosts: site.hosts.clone(),
                pages: site
                    .pages
                    .iter()
                    .map(|rules| PageScope {
                        path: rules.path.as_str().to_owned(),
                        mode: match rules.mode {
                            Mode::Observe => "observe",
                            Mode::Enforce => "enforce",
                        },
                        enforce_percent: rules.enforce_percent,
                        payment: rules.payment,
                    })
                    .collect(),
            })
            .collect()
    }

    /// Every script that they name.
    pub(super) fn scripts(&self, only: Option<&str>) -> Vec<Listed> {
        let scripts =
            self.named.scripts.iter().filter(|script| only.is_none_or(|only| script.site.0 == only));
        scripts
            .map(|script| {
                let lock = self.named.locks.iter().find(|(site, _)| *site == script.site);
                let entries = lock.map(|(_, lock)| lock.entries()).unwrap_or_default();
                let of_script = entries.iter().filter(|entry| *entry.statement.script() == script.id);
                let authorised = of_script.map(|entry| self.authorised(entry)).collect();
                listed(script, authorised)
            })
            .collect()
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

fn listed(script: &NamedScript, authorised: Vec<Authorised>) -> Listed {
    Listed {
        site: script.site.to_string(),
        script: script.id.to_string(),
        what: what(script),
        comes: comes(script),
        pages: script.pages.clone(),
        owner: script.owner.clone(),
        why: script.why.clone(),
        integrity: integrity(script),
        ends: script.ends,
        authorised,
    }
}

fn comes(script: &NamedScript) -> Comes {
    match &script.external {
        Some((ScriptAddress::Absolute(_), _)) => Comes::FromVendor,
        Some((ScriptAddress::OnSite(_), _)) => Comes::FromSite,
        Some((ScriptAddress::Pattern(_), _)) => Comes::ByPattern,
        None if script.build.is_some() => Comes::FromBuild,
        None if script.shape => Comes::InPageWithData,
        None => Comes::InPage,
    }
}

fn what(script: &NamedScript) -> String {
    if let Some((address, _)) = &script.external {
        return address.to_string();
    }
    if let Some(at) = &script.build {
        return format!("files of a build under {at}");
    }
    match script.inline {
        Some(InlineKind::ImportMap) => "an import map in the page",
        Some(InlineKind::SpeculationRules) => "speculation rules in the page",
        Some(InlineKind::Handler) => "code in an attribute",
        Some(InlineKind::Url) => "a javascript: URL",
        Some(InlineKind::Script) | None => "a script in the page",
    }
    .to_owned()
}

/// PCI DSS 4.0.1, 6.4.3: a method to assure the integrity of each script.
fn integrity(script: &NamedScript) -> String {
    match &script.external {
        Some((_, Tier::Pin)) => {
            "its tag names the digests of the approved bytes; browsers refuse others (SRI), and the CSP names no other"
        }
        Some((_, Tier::Mirror)) => {
            "served from the site's own origin from the approved bytes, and its tag names their digest (SRI)"
        }
        Some((_, Tier::Evergreen)) => {
            "none by its bytes: its URL is allowed until the day named, and each look at what it serves is recorded"
        }
        None if script.build.is_some() => {
            "each file's bytes are listed by the build and named by digest in its tag (SRI)"
        }
        None if script.shape => "its code's digest is in the CSP; its data reaches it as data",
        None => "its digest is in the CSP; browsers refuse any other text",
    }
    .to_owned()
}
