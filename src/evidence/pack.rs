//! The evidence as data: what `evidence.json` holds and every other form shows.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::store::{EvidenceRow, ScriptSeenRow, Shed};

/// From when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pack {
    /// What it is about.
    pub scope: Scope,
    /// Every script that the policies name.
    pub inventory: Vec<Listed>,
    /// Scripts that run without their bytes being checked, and pages that are only observed.
    pub exceptions: Vec<Gap>,
    /// Scripts seen in pages, the most recent first.
    pub seen: Vec<ScriptSeenRow>,
    /// What happened, by what it is about.
    pub happened: Vec<Happened>,
    /// What this evidence does not show.
    pub gaps: Vec<Gap>,
    /// The chains that the rows are of.
    pub chains: Vec<Chain>,
    /// Reports of browsers that were counted but not kept one by one.
    pub shed: Vec<Shed>,
}

/// What it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scope {
    /// From when to when.
    #[serde(flatten)]
    pub span: Span,
    /// When it was gathered.
    pub gathered_at: Timestamp,
    /// By which version of this program.
    pub version: &'static str,
    /// The fingerprint of the policies that the inventory is of.
    pub generation: String,
    /// The sites.
    pub sites: Vec<SiteScope>,
}

/// A site's pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteScope {
    /// Its name.
    pub name: String,
    /// Its host names.
    pub hosts: Vec<String>,
    /// Its page rules, in their order.
    pub pages: Vec<PageScope>,
}

/// A page rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PageScope {
    /// Its pattern.
    pub path: String,
    /// `observe` or `enforce`.
    pub mode: &'static str,
    /// For how many of a hundred visitors it is enforced.
    pub enforce_percent: u8,
    /// In PCI DSS scope.
    pub payment: bool,
}

/// A script that a policy names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
    pub ends: Option<Timestamp>,
    /// Who authorised which bytes, the first first.
    pub authorised: Vec<Authorised>,
}

/// Where a script comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Authorised {
    /// `approval` or `retirement`.
    pub act: &'static str,
    /// Of these bytes; a retirement may be of all.
    pub digest: Option<String>,
    /// When.
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

/// Rows of evidence about one thing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Happened {
    /// A heading.
    pub about: &'static str,
    /// In which file they are, too.
    pub file: &'static str,
    /// In their order.
    pub rows: Vec<Row>,
}

/// A row of evidence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Whose.
    pub node: String,
    /// Its place in the node's chain.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Of what kind.
    pub kind: String,
    /// What it says.
    pub says: Map<String, Value>,
}

impl From<&EvidenceRow> for Row {
    fn from(row: &EvidenceRow) -> Self {
        let says = serde_json::from_str(&row.body)
            .unwrap_or_else(|_| Map::from_iter([("body".to_owned(), Value::String(row.body.clone()))]));
        Self { node: row.node.clone(), number: row.number, at: row.at, kind: row.kind.clone(), says }
    }
}

/// Something that is open, said openly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The site.
    pub site: String,
    /// The script, page rule or node.
    pub what: String,
    /// What is open about it.
    pub open: String,
}

/// The part of a node's chain that the evidence holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chain {
    /// Whose.
    pub node: String,
    /// The first row's number.
    pub first: u64,
    /// The last row's.
    pub last: u64,
    /// The last row's digest. Whoever keeps it elsewhere can tell later that nothing up to it was changed.
    pub digest: String,
}
