//! The database of a fleet: PostgreSQL. Several nodes write to it at once, and each sees what all have seen.
//!
//! Never blocks for longer than its limits, never waits for itself, and never tells a password.

mod pass_file;
mod target;
mod said;
mod session;
mod schema;
mod connection;
mod write;
mod batch;
mod size;

use jiff::Timestamp;

use super::batch::{Batch, EvidenceRow, GenerationRow, Shed};
use super::database::{Database, DatabaseError, Retention, Tidied, Written};
use super::drift::DriftRow;
use super::pages::{PageFilter, PageHourRow, PageRow};
use super::policy_text::PolicyText;
use super::query::{Filter, Order, Paging, Part, ScriptFilter};
use super::rows::{Event, EventKind, ScriptSeenRow};
use super::sql::{self, Session};
use super::violation::{Fingerprint, HourRow, ViolationRow};
use connection::{Connection, outside_runtime};
use said::is_about_rows;
use session::PgSession;
pub use target::{PostgresTarget, PostgresTargetError};

/// Answers a row to one session at a time, until its transaction ends: `csgt`, and nobody else's.
const TIDIES: &str = "SELECT 1 WHERE pg_try_advisory_xact_lock(1668507508)";

/// A PostgreSQL.
pub(super) struct Postgres {
    connection: Connection,
}

impl Postgres {
    /// Connects, and makes the tables where there are none.
    pub(super) fn open(target: &PostgresTarget, read_only: bool) -> Result<Self, DatabaseError> {
        let mut connection = Connection::new(target.clone(), read_only);
        outside_runtime(|| connection.transact(|_| Ok(())))?;
        Ok(Self { connection })
    }

    fn ask<T: Send>(
        &mut self,
        mut ask: impl FnMut(&mut PgSession<'_, '_>) -> Result<T, DatabaseError> + Send,
    ) -> Result<T, DatabaseError> {
        let connection = &mut self.connection;
        outside_runtime(|| connection.transact(|transaction| ask(&mut PgSession::new(transaction))))
    }
}

impl Database for Postgres {
    fn write(&mut self, batch: &Batch) -> Result<Written, DatabaseError> {
        match self.ask(|session| batch::write(session, batch, false)) {
            Err(error) if is_about_rows(&error) => {
                let written = self.ask(|session| batch::write(session, batch, true))?;
                let refused = written.refused;
                tracing::warn!("PostgreSQL refused {refused} rows of a batch; the others are written");
                Ok(written)
            }
            done => done,
        }
    }

    fn violations(
        &mut self,
        filter: &Filter,
        order: Order,
        paging: &Paging,
    ) -> Result<Part<ViolationRow>, DatabaseError> {
        self.ask(|session| sql::violations(session, filter, order, paging))
    }

    fn violation(&mut self, id: Fingerprint) -> Result<Option<ViolationRow>, DatabaseError> {
        self.ask(|session| sql::violation(session, id))
    }

    fn hours(&mut self, filter: &Filter) -> Result<Vec<HourRow>, DatabaseError> {
        self.ask(|session| sql::hours(session, filter))
    }

    fn shed(&mut self) -> Result<Vec<Shed>, DatabaseError> {
        self.ask(|session| sql::shed(session))
    }

    fn scripts(
        &mut self,
        filter: &ScriptFilter,
        paging: &Paging,
    ) -> Result<Part<ScriptSeenRow>, DatabaseError> {
        self.ask(|session| sql::scripts(session, filter, paging))
    }

    fn events(&mut self, kind: Option<EventKind>, paging: &Paging) -> Result<Part<Event>, DatabaseError> {
        self.ask(|session| sql::events(session, kind, paging))
    }

    fn drifts(&mut self) -> Result<Vec<DriftRow>, DatabaseError> {
        self.ask(|session| sql::drifts(session))
    }

    fn forget_drift(&mut self, site: &str, script: &str) -> Result<(), DatabaseError> {
        self.ask(|session| sql::forget_drift(session, site, script))
    }

    fn generations(&mut self, limit: usize) -> Result<Vec<GenerationRow>, DatabaseError> {
        self.ask(|session| sql::generations(session, limit))
    }

    fn policy(&mut self, fingerprint: &str) -> Result<Option<PolicyText>, DatabaseError> {
        self.ask(|session| sql::policy(session, fingerprint))
    }

    fn pages(&mut self, filter: &PageFilter) -> Result<Vec<PageRow>, DatabaseError> {
        self.ask(|session| sql::pages(session, filter))
    }

    fn page_hours(&mut self, filter: &PageFilter) -> Result<Vec<PageHourRow>, DatabaseError> {
        self.ask(|session| sql::page_hours(session, filter))
    }

    fn evidence(
        &mut self,
        from: Timestamp,
        to: Timestamp,
        paging: &Paging,
    ) -> Result<Part<EvidenceRow>, DatabaseError> {
        self.ask(|session| sql::evidence(session, from, to, paging))
    }

    fn tidy(&mut self, now: Timestamp, retention: &Retention) -> Result<Tidied, DatabaseError> {
        self.ask(|session| {
            // One node tidies for all. Another that comes meanwhile has nothing to do.
            if session.run(TIDIES, &[])? == 0 {
                return Ok(Tidied { bytes: size::of_files(session)?, ..Tidied::default() });
            }
            session.room = retention.bytes;
            sql::tidy(session, now, retention, size::within_room)
        })
    }
}
