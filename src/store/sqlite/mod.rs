//! SQLite: a file on this machine, or memory.
//!
//! The file is in WAL mode: one process writes while others read. What is committed survives a kill of the process;
//! `synchronous` is NORMAL, so a loss of power may cost the last seconds, and never the file.

mod open;
mod session;
mod error;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};

use super::batch::{Batch, EvidenceRow, GenerationRow, Shed};
use super::database::{Database, DatabaseError, Retention, Tidied, Written};
use super::drift::DriftRow;
use super::pages::{PageFilter, PageHourRow, PageRow};
use super::policy_text::PolicyText;
use super::query::{Filter, Order, Paging, Part, ScriptFilter};
use super::rows::{Event, EventKind, ScriptSeenRow};
use super::sql;
use super::violation::{Fingerprint, HourRow, ViolationRow};
use error::failed;
use session::Within;

/// A database of SQLite.
pub(super) struct Sqlite {
    connection: Connection,
}

impl Sqlite {
    /// Does something whole or not at all. The lock for writing is taken first: a transaction that began by reading
    /// could not wait for it.
    fn changing<T>(
        &mut self,
        what: &'static str,
        change: impl FnOnce(&mut Within<'_>) -> Result<T, DatabaseError>,
    ) -> Result<T, DatabaseError> {
        let begin = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = begin.map_err(|error| failed(what, error))?;
        let done = change(&mut Within { connection: &transaction, what })?;
        transaction.commit().map_err(|error| failed(what, error))?;
        Ok(done)
    }

    /// Asks several questions of the same state.
    fn reading<T>(
        &mut self,
        what: &'static str,
        read: impl FnOnce(&mut Within<'_>) -> Result<T, DatabaseError>,
    ) -> Result<T, DatabaseError> {
        let transaction = self.connection.transaction().map_err(|error| failed(what, error))?;
        read(&mut Within { connection: &transaction, what })
    }
}

/// Bytes of the pages in use.
fn size(within: &mut Within<'_>) -> Result<u64, DatabaseError> {
    let number = |pragma: &str| within.pragma(pragma);
    let pages = number("page_count")?.saturating_sub(number("freelist_count")?);
    Ok(pages.saturating_mul(number("page_size")?))
}

impl Database for Sqlite {
    fn write(&mut self, batch: &Batch) -> Result<Written, DatabaseError> {
        self.changing("writing observations", |within| sql::write(within, batch))
    }

    fn violations(
        &mut self,
        filter: &Filter,
        order: Order,
        paging: &Paging,
    ) -> Result<Part<ViolationRow>, DatabaseError> {
        self.reading("reading violations", |within| sql::violations(within, filter, order, paging))
    }

    fn violation(&mut self, id: Fingerprint) -> Result<Option<ViolationRow>, DatabaseError> {
        self.reading("reading a violation", |within| sql::violation(within, id))
    }

    fn hours(&mut self, filter: &Filter) -> Result<Vec<HourRow>, DatabaseError> {
        self.reading("reading hours", |within| sql::hours(within, filter))
    }

    fn shed(&mut self) -> Result<Vec<Shed>, DatabaseError> {
        self.reading("reading what was shed", |within| sql::shed(within))
    }

    fn scripts(
        &mut self,
        filter: &ScriptFilter,
        paging: &Paging,
    ) -> Result<Part<ScriptSeenRow>, DatabaseError> {
        self.reading("reading scripts", |within| sql::scripts(within, filter, paging))
    }

    fn events(&mut self, kind: Option<EventKind>, paging: &Paging) -> Result<Part<Event>, DatabaseError> {
        self.reading("reading events", |within| sql::events(within, kind, paging))
    }

    fn drifts(&mut self) -> Result<Vec<DriftRow>, DatabaseError> {
        self.reading("reading how vendors' scripts stand", |within| sql::drifts(within))
    }

    fn forget_drift(&mut self, site: &str, script: &str) -> Result<(), DatabaseError> {
        self.changing("forgetting a vendor's script", |within| sql::forget_drift(within, site, script))
    }

    fn generations(&mut self, limit: usize) -> Result<Vec<GenerationRow>, DatabaseError> {
        self.reading("reading generations", |within| sql::generations(within, limit))
    }

    fn policy(&mut self, fingerprint: &str) -> Result<Option<PolicyText>, DatabaseError> {
        self.reading("reading what policies say", |within| sql::policy(within, fingerprint))
    }

    fn pages(&mut self, filter: &PageFilter) -> Result<Vec<PageRow>, DatabaseError> {
        self.reading("reading pages", |within| sql::pages(within, filter))
    }

    fn page_hours(&mut self, filter: &PageFilter) -> Result<Vec<PageHourRow>, DatabaseError> {
        self.reading("reading pages by hour", |within| sql::page_hours(within, filter))
    }

    fn evidence(
        &mut self,
        from: Timestamp,
        to: Timestamp,
        paging: &Paging,
    ) -> Result<Part<EvidenceRow>, DatabaseError> {
        self.reading("reading evidence", |within| sql::evidence(within, from, to, paging))
    }

    fn tidy(&mut self, now: Timestamp, retention: &Retention) -> Result<Tidied, DatabaseError> {
        let what = "removing what is old";
        let tidied = self.changing(what, |within| sql::tidy(within, now, retention, size))?;
        // Gives back to the system what is free, and keeps the journal from growing.
        let give_back = "PRAGMA incremental_vacuum(2000); PRAGMA wal_checkpoint(PASSIVE);";
        self.connection.execute_batch(give_back).map_err(|error| failed(what, error))?;
        Ok(tidied)
    }
}
