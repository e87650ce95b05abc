//! A script as policies and their locks say it: what it is, why it is there, how its integrity is assured, and who
//! authorised which bytes.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::clock::Rfc3339;
use crate::inventory::{ScriptAddress, Tier};
use crate::policy::{InlineKind, NamedScript};

/// A script that a policy names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Listed {
    /// Whose policy.
    pub site: String,
    /// Its id there.
    pub script: String,
    /// Its URL, or what it is in the page.
    pub what: String,
    /// Where it comes from.
    pub comes: Comes,
    /// On which pages it may run; none said: on all.
    pub pages: Vec<String>,
    /// Who looks after it.
    pub owner: Option<String>,
    /// Its justification.
    pub why: String,
    /// How its integrity is assured.
    pub integrity: String,
    /// From this moment on it may not run.
    #[schemars(with = "Option<Rfc3339>")]
    pub ends: Option<Timestamp>,
    /// Who authorised which bytes, the first first.
    pub authorised: Vec<Authorised>,
}

/// Where a script comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Comes {
    /// From a URL of somebody else.
    FromVendor,
    /// From a path of the site.
    FromSite,
    /// From any URL that a pattern names.
    ByPattern,
    /// From a build of the site.
    FromBuild,
    /// It stands in the page.
    InPage,
    /// The same, with data that differs in each response.
    InPageWithData,
}

/// An act of authorisation, or its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Authorised {
    /// `approval` or `retirement`.
    pub act: &'static str,
    /// Of these bytes; a retirement may be of all.
    pub digest: Option<String>,
    /// When.
    #[schemars(with = "Rfc3339")]
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// Why.
    pub because: String,
    /// Approvers that signed it.
    pub signed_by: Vec<String>,
    /// Whether it counts.
    pub counts: bool,
}

impl Listed {
    /// A script that a policy names, with the acts about it, the first first.
    pub(super) fn of(script: &NamedScript, authorised: Vec<Authorised>) -> Self {
        Self {
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
