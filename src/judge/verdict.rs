//! The verdict on one script, and the one function that gives it.

use std::sync::Arc;

use url::Url;

use super::reason::Reason;
use super::seen::{Kind, SeenScript};
use crate::inventory::{Decision, Tier};
use crate::policy::{ApprovedScript, MapText, PageGrants, Unapproved};
use crate::sri::Digest;

/// What becomes of a script.
#[derive(Debug, Clone)]
pub enum Action {
    /// External: write the grant (`integrity`, `crossorigin`, and for tier mirror our URL) on the tag.
    Pin(Arc<ApprovedScript>),
    /// External and evergreen: write the exact URL that the CSP names; no bytes are checked.
    Allow(Arc<ApprovedScript>),
    /// Inline: let the withheld text go; its digest stands in the CSP.
    Release,
    /// Import map: this text stands in the place of the withheld one; its digest stands in the CSP.
    Merge(MapText),
    /// Can't run: leave it as it is.
    Keep,
    /// Make it inert where it stands, visible to people who read the page's source.
    Quarantine,
    /// Put a comment in its place.
    Strip,
    /// Code in an attribute: leave it as it is; the CSP does not name its digest.
    Block,
}

impl Action {
    /// What is decided, without what it takes.
    pub const fn decision(&self) -> Decision {
        match self {
            Self::Pin(_) => Decision::Pin,
            Self::Allow(_) => Decision::Allow,
            Self::Release => Decision::Release,
            Self::Merge(_) => Decision::Merge,
            Self::Keep => Decision::Keep,
            Self::Quarantine => Decision::Quarantine,
            Self::Strip => Decision::Strip,
            Self::Block => Decision::Block,
        }
    }
}

/// A decision about one script and its reason. Only this module can make one, so a script that carries
/// a verdict was judged.
#[derive(Debug, Clone)]
pub struct Verdict {
    action: Action,
    reason: Reason,
}

impl Verdict {
    /// What becomes of the script.
    pub fn action(&self) -> &Action {
        &self.action
    }

    /// Why.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The verdict on something that is made inert where it stands, whatever becomes of scripts.
    pub fn inert(reason: Reason) -> Self {
        Self { action: Action::Quarantine, reason }
    }

    /// The verdict on code in attributes that was not looked at.
    pub fn unseen() -> Self {
        Self { action: Action::Block, reason: Reason::CodeUnseen }
    }

    /// The verdict on something that never gets a grant, whatever the policy approves.
    pub fn refusal(reason: Reason, grants: &PageGrants) -> Self {
        let action = match grants.unapproved {
            Unapproved::Quarantine => Action::Quarantine,
            Unapproved::Strip => Action::Strip,
        };
        Self { action, reason }
    }
}

/// Judges one script under the grants of its page, whose URL is `document`.
pub fn judge(script: &SeenScript<'_>, grants: &PageGrants, document: &Url) -> Verdict {
    match script {
        SeenScript::Foreign => Verdict::refusal(Reason::ForeignScript, grants),
        SeenScript::External { kind: Kind::DataBlock, .. }
        | SeenScript::Inline { kind: Kind::DataBlock, .. } => {
            Verdict { action: Action::Keep, reason: Reason::NotExecutable }
        }
        SeenScript::External { kind: Kind::ImportMap | Kind::SpeculationRules, .. } => {
            Verdict::refusal(Reason::ExternalMap, grants)
        }
        SeenScript::External { dangling: true, .. } => Verdict::refusal(Reason::DanglingMarkup, grants),
        SeenScript::External { url: None, .. } => Verdict::refusal(Reason::NoUrl, grants),
        SeenScript::External { url: Some(url), .. } => match grants.scripts.find(url, document) {
            Some(approved) if grants.lets_run(approved) => {
                let approved = Arc::clone(approved);
                match approved.tier {
                    Tier::Pin | Tier::Mirror => {
                        Verdict { action: Action::Pin(approved), reason: Reason::ApprovedUrl }
                    }
                    Tier::Evergreen => Verdict { action: Action::Allow(approved), reason: Reason::Evergreen },
                }
            }
            Some(approved) if grants.has_ended(approved) => Verdict::refusal(Reason::Ended, grants),
            Some(_) => Verdict::refusal(Reason::NoApproval, grants),
            None => Verdict::refusal(Reason::UnknownUrl, grants),
        },
        SeenScript::Inline { kind, digest } => inline(*kind, digest, grants),
        SeenScript::Handler { digest } => {
            in_attribute(grants.handlers.contains_key(digest), Reason::UnknownHandler)
        }
        SeenScript::JavascriptUrl { digest } => {
            in_attribute(grants.urls.contains_key(digest), Reason::UnknownJavascriptUrl)
        }
        SeenScript::Shaped { digest } => {
            if grants.inline.contains_key(digest) {
                Verdict { action: Action::Release, reason: Reason::ApprovedShape }
            } else {
                Verdict::refusal(Reason::UnknownDigest, grants)
            }
        }
    }
}

/// Nothing is written on code in an attribute: the CSP has its digest, or has not.
fn in_attribute(approved: bool, unknown: Reason) -> Verdict {
    if approved {
        Verdict { action: Action::Release, reason: Reason::ApprovedDigest }
    } else {
        Verdict { action: Action::Block, reason: unknown }
    }
}

/// An inline text is approved as what it is: an approved script is no approved import map.
fn inline(kind: Kind, digest: &Digest, grants: &PageGrants) -> Verdict {
    let (approved, unknown) = match kind {
        Kind::Classic | Kind::Module => (grants.inline.contains_key(digest), Reason::UnknownDigest),
        Kind::ImportMap => {
            if let Some(merged) = grants.import_maps.get(digest).and_then(|map| map.merged.as_ref()) {
                return Verdict { action: Action::Merge(merged.clone()), reason: Reason::ApprovedDigest };
            }
            // One of ours says nothing that is not approved.
            let known = grants.map_digests().any(|known| known == digest);
            (known, Reason::UnknownImportMap)
        }
        Kind::SpeculationRules => {
            (grants.speculation_rules.contains_key(digest), Reason::UnknownSpeculationRules)
        }
        Kind::DataBlock => return Verdict { action: Action::Keep, reason: Reason::NotExecutable },
    };
    if approved {
        Verdict { action: Action::Release, reason: Reason::ApprovedDigest }
    } else {
        Verdict::refusal(unknown, grants)
    }
}
