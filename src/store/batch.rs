//! What is written to a database at once: sums, so that the cost follows the number of different findings and
//! not that of reports.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::drift::DriftRow;
use super::pages::PageSum;
use super::policy_text::PolicyText;
use super::rows::{Event, ScriptSeen};
use super::violation::{Counted, Violation};

/// All that came since the last batch. Written whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Whose it is, and which. A database takes each once: where a connection is lost after the commit, the same
    /// batch comes again and changes nothing.
    pub id: BatchId,
    /// What the operator calls this node.
    pub node: String,
    /// When it was made.
    pub at: Timestamp,
    /// Violations, and how often they were reported since the last batch.
    pub violations: Vec<ViolationSum>,
    /// Violations that were not kept one by one, because there were too many different ones.
    pub shed: Vec<Shed>,
    /// Scripts seen since the last batch.
    pub scripts: Vec<ScriptSum>,
    /// Pages judged since the last batch.
    pub pages: Vec<PageSum>,
    /// Generations that came into force.
    pub generations: Vec<GenerationRow>,
    /// What they say.
    pub policies: Vec<PolicyText>,
    /// Events, in their order.
    pub events: Vec<Event>,
    /// How vendors' scripts stand, where that is new.
    pub drifts: Vec<DriftRow>,
    /// Rows for the evidence, in their order.
    pub evidence: Vec<Evidence>,
}

impl Batch {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.shed.is_empty() && self.rows().iter().all(|(_, rows)| *rows == 0)
    }

    /// How many rows of which kind.
    pub fn rows(&self) -> [(&'static str, u64); 8] {
        let number = |rows: usize| u64::try_from(rows).unwrap_or(u64::MAX);
        [
            ("violation", number(self.violations.len())),
            ("script", number(self.scripts.len())),
            ("page", number(self.pages.len())),
            ("generation", number(self.generations.len())),
            ("policy", number(self.policies.len())),
            ("event", number(self.events.len())),
            ("drift", number(self.drifts.len())),
            ("evidence", number(self.evidence.len())),
        ]
    }
}

/// A process's batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchId {
    /// The process, new with each start.
    pub process: Uuid,
    /// Numbers its batches.
    pub number: u64,
}

/// Reports of one violation since the last batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViolationSum {
    /// What was reported.
    pub violation: Violation,
    /// How often.
    pub count: u64,
    /// First since the last batch.
    pub first_seen: Timestamp,
    /// Last.
    pub last_seen: Timestamp,
    /// The generation that the last report named.
    pub generation: Option<String>,
    /// Different networks that this process has seen reports from, up to [`super::NETWORKS`].
    pub networks: u32,
    /// By hour: its beginning, and how many.
    pub hours: Vec<(Timestamp, u64)>,
    /// By page; at most [`super::PAGES`], the rest under `""`.
    pub pages: Vec<Counted>,
    /// By browser; at most [`super::BROWSERS`], the rest under `""`.
    pub browsers: Vec<Counted>,
}

/// Reports that were counted together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shed {
    /// Of which site.
    pub site: String,
    /// Of which class.
    pub class: super::Class,
    /// How many reports.
    pub count: u64,
}

/// A script, and how often it was seen since the last batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptSum {
    /// What was seen.
    pub seen: ScriptSeen,
    /// How often.
    pub count: u64,
    /// First since the last batch.
    pub first_seen: Timestamp,
    /// Last.
    pub last_seen: Timestamp,
}

/// Policies that were in force.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct GenerationRow {
    /// Their fingerprint, as report URLs carry it.
    pub fingerprint: String,
    /// When they came into force; in a database, for the first time.
    pub at: Timestamp,
}

/// Something that has to be provable later. Nothing that strangers can make many of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// When.
    pub at: Timestamp,
    /// Of what kind: `policy-loaded`, `drift-check`, `alert` …
    pub kind: String,
    /// What: a JSON object.
    pub body: String,
}

/// A row of the evidence. Each names the one before, by node, so that one that is changed, removed or moved is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceRow {
    /// Whose.
    pub node: String,
    /// Its place in the node's chain, from 1.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Of what kind.
    pub kind: String,
    /// What: a JSON object.
    pub body: String,
    /// The digest of the row before; of the first, 64 zeros.
    pub previous: String,
    /// See [`evidence_digest`](super::evidence_digest).
    pub digest: String,
}
