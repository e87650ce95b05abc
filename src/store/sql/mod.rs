//! What both databases are asked, in the SQL that both understand.
//!
//! Parameters are `$1`, `$2` … in the order in which they first appear: PostgreSQL numbers them, and SQLite takes
//! them as names and numbers them by first appearance. Times are microseconds since 1970, truth is 0 or 1. Values
//! never become part of a text.

mod schema;
mod values;
mod conditions;
mod read;
mod write;
mod pages;
mod evidence;
mod tidy;

use std::error::Error;

use super::database::DatabaseError;
pub(super) use evidence::{append, evidence};
pub(super) use pages::{class_hours, page, page_hours, pages, policy, policy_text};
pub(super) use read::{drifts, events, generations, hours, scripts, shed, violation, violations};
pub(super) use schema::{Dialect, TABLES, migrations};
pub(super) use tidy::tidy;
pub(super) use values::{Value, counted, micros, storable, word};
pub(super) use write::{drift, forget_drift, generation, write};

/// A connection within a transaction.
pub(super) trait Session {
    /// Runs a statement that answers nothing. Returns how many rows it changed.
    fn run(&mut self, text: &str, values: &[Value<'_>]) -> Result<u64, DatabaseError>;

    /// Runs a statement that answers rows, and reads each.
    fn rows<T>(
        &mut self,
        text: &str,
        values: &[Value<'_>],
        read: impl FnMut(&dyn Columns) -> Result<T, Unreadable>,
    ) -> Result<Vec<T>, DatabaseError>;

    /// The first row, if there is one.
    fn row<T>(
        &mut self,
        text: &str,
        values: &[Value<'_>],
        read: impl FnMut(&dyn Columns) -> Result<T, Unreadable>,
    ) -> Result<Option<T>, DatabaseError> {
        Ok(self.rows(text, values, read)?.into_iter().next())
    }
}

/// A row of an answer, by columns from 0.
pub(super) trait Columns {
    /// A text.
    fn text(&self, column: usize) -> Result<String, Unreadable>;
    /// A text that may be missing.
    fn optional(&self, column: usize) -> Result<Option<String>, Unreadable>;
    /// A whole number.
    fn number(&self, column: usize) -> Result<i64, Unreadable>;
    /// Bytes.
    fn bytes(&self, column: usize) -> Result<Vec<u8>, Unreadable>;
}

/// A row that is none of ours.
#[derive(Debug, thiserror::Error)]
#[error("a row can't be read: {0}")]
pub(super) struct Unreadable(pub(super) Box<dyn Error + Send + Sync>);

impl Unreadable {
    /// What is written there is none of the words that it may be.
    fn word(what: &str, word: &str) -> Self {
        Self(format!("`{word}` is no {what}").into())
    }
}
