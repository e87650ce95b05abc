//! The evidence as data: what `evidence.json` holds and every other form shows.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::generations::InForce;
use super::told::Told;
use crate::policy::{Mode, Snapshot};
use crate::register::Listed;
use crate::store::{EvidenceRow, PageRow, ScriptSeenRow, Shed};

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
    /// Policies as they came into force, and what changed with each.
    pub policies: Vec<InForce>,
    /// Alerts, with when somebody had seen them.
    pub alerts: Vec<Told>,
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

impl SiteScope {
    /// Those that are in force, or the one of this name.
    pub(super) fn of(snapshot: &Snapshot, only: Option<&str>) -> Vec<Self> {
        let sites = snapshot.sites.iter().filter(|site| only.is_none_or(|only| site.name.0 == only));
        sites
            .map(|site| Self {
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
                        responses: 0,
                        stopped: 0,
                        last_seen: None,
                    })
                    .collect(),
            })
            .collect()
    }
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
    /// Responses that were judged, as far as the store keeps hours of that time.
    pub responses: u64,
    /// Those of them with something that was, or would have been, stopped.
    pub stopped: u64,
    /// When the last was judged; `None`: none in that time.
    pub last_seen: Option<Timestamp>,
}

/// Notes how many responses were judged: `ever`, and those `within` the span.
pub(super) fn cover(sites: &mut [SiteScope], span: Span, ever: &[PageRow], within: &[PageRow]) {
    for site in sites {
        for page in &mut site.pages {
            let of_rule = |row: &&PageRow| row.site == site.name && row.rule == page.path;
            let there = |row: &&PageRow| row.last_seen >= span.from && row.first_seen < span.to;
            page.last_seen = ever.iter().filter(of_rule).filter(there).map(|row| row.last_seen).max();
            for row in within.iter().filter(of_rule) {
                page.responses = page.responses.saturating_add(row.pages.responses);
                page.stopped = page.stopped.saturating_add(row.pages.stopped);
            }
        }
    }
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

#[cfg(test)]
impl Row {
    /// One of this kind.
    pub(super) fn sample(kind: &str, says: Map<String, Value>) -> Self {
        Self { node: "edge-1".into(), number: 1, at: Timestamp::UNIX_EPOCH, kind: kind.into(), says }
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
