//! What a database must do for us. Calls block: a thread of its own makes them, never the data path.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::batch::{Batch, EvidenceRow, GenerationRow, Shed};
use super::drift::DriftRow;
use super::pages::{PageFilter, PageHourRow, PageRow};
use super::policy_text::PolicyText;
use super::query::{Filter, Order, Paging, Part, ScriptFilter};
use super::rows::{Event, EventKind, ScriptSeenRow};
use super::violation::{Fingerprint, HourRow, ViolationRow};

/// Where observations are kept.
pub trait Database: Send {
    /// Writes a batch whole, or not at all. One that was written before changes nothing.
    fn write(&mut self, batch: &Batch) -> Result<Written, DatabaseError>;

    /// Violations, a part at a time. With `since` or `until` the counts are of those hours.
    fn violations(
        &mut self,
        filter: &Filter,
        order: Order,
        paging: &Paging,
    ) -> Result<Part<ViolationRow>, DatabaseError>;

    /// One group of violations.
    fn violation(&mut self, id: Fingerprint) -> Result<Option<ViolationRow>, DatabaseError>;

    /// Reports by hour and class, of at most 31 days; the first hour first.
    fn hours(&mut self, filter: &Filter) -> Result<Vec<HourRow>, DatabaseError>;

    /// Reports that were not kept one by one, since the beginning.
    fn shed(&mut self) -> Result<Vec<Shed>, DatabaseError>;

    /// Scripts seen, most recent first, a part at a time.
    fn scripts(
        &mut self,
        filter: &ScriptFilter,
        paging: &Paging,
    ) -> Result<Part<ScriptSeenRow>, DatabaseError>;

    /// Events, most recent first, a part at a time; of all kinds, or of one.
    fn events(&mut self, kind: Option<EventKind>, paging: &Paging) -> Result<Part<Event>, DatabaseError>;

    /// How vendors' scripts stand.
    fn drifts(&mut self) -> Result<Vec<DriftRow>, DatabaseError>;

    /// Forgets how a vendor's script stands.
    fn forget_drift(&mut self, site: &str, script: &str) -> Result<(), DatabaseError>;

    /// Generations that were in force, the latest first, at most `limit`.
    fn generations(&mut self, limit: usize) -> Result<Vec<GenerationRow>, DatabaseError>;

    /// What policies of this fingerprint say, if that is kept.
    fn policy(&mut self, fingerprint: &str) -> Result<Option<PolicyText>, DatabaseError>;

    /// Pages judged, by site, page rule and mode, in that order; at most 10,000 rows.
    fn pages(&mut self, filter: &PageFilter) -> Result<Vec<PageRow>, DatabaseError>;

    /// The same by hour, of at most 31 days; the first hour first.
    fn page_hours(&mut self, filter: &PageFilter) -> Result<Vec<PageHourRow>, DatabaseError>;

    /// Evidence between two moments, by node and number, a part at a time: the cursor's value is the number, its row
    /// stands for the node.
    fn evidence(
        &mut self,
        from: Timestamp,
        to: Timestamp,
        paging: &Paging,
    ) -> Result<Part<EvidenceRow>, DatabaseError>;

    /// Removes what is older than it has to be, and of the rest the oldest where there is too much; of a class's
    /// violations those that came from the fewest networks and were the fewest. Evidence goes by whole days, and a row
    /// stays that says up to where.
    fn tidy(&mut self, now: Timestamp, retention: &Retention) -> Result<Tidied, DatabaseError>;
}

/// How long things are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Violations, scripts and events not seen for so long are removed.
    pub observations: SignedDuration,
    /// Evidence. PCI DSS 4.0.1 asks for a year (10.5.1).
    pub evidence: SignedDuration,
    /// Bytes that the database may take; beyond, the oldest observations go first, and evidence never.
    pub bytes: u64,
    /// Different violations kept of one site and class, scripts of one site and kind, events of one kind.
    pub groups: u64,
}

impl Default for Retention {
    fn default() -> Self {
        let days = |days: i64| SignedDuration::from_hours(24 * days);
        Self { observations: days(90), evidence: days(400), bytes: 1 << 30, groups: 10_000 }
    }
}

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// It was there already.
    pub again: bool,
    /// Violations and scripts that were not known.
    pub added: u64,
    /// Rows that the database will never take; the others are written.
    pub refused: u64,
}

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tidied {
    /// Groups of violations.
    pub violations: u64,
    /// Scripts.
    pub scripts: u64,
    /// Events.
    pub events: u64,
    /// Rows of evidence.
    pub evidence: u64,
    /// Bytes that the database takes now.
    pub bytes: u64,
    /// There is more to remove: a call does a bounded part of it.
    pub more: bool,
}

/// Why a database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// It can't be reached, or not for now: locked, full, shut down. Trying again later may help.
    #[error("{what}: {cause}")]
    Away {
        /// What was tried.
        what: &'static str,
        /// What the database said.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It is not one of ours, newer than this program, or damaged. Trying again will not help.
    #[error("{what}: {cause}")]
    Unusable {
        /// What was tried.
        what: &'static str,
        /// What is wrong, with the way out.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl DatabaseError {
    /// Whether trying again may help.
    pub const fn is_for_now(&self) -> bool {
        matches!(self, Self::Away { .. })
    }
}
