//! A transaction, as the questions that both databases answer want it.

use std::error::Error;

use bytes::{BufMut, BytesMut};
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Row, Transaction};

use super::super::database::DatabaseError;
use super::super::sql::{Columns, Session, Unreadable, Value, storable};
use super::said::sorted;

const WHAT: &str = "PostgreSQL did not do what it was asked";

/// A transaction. Its statements are sent with their types, in one go, and never prepared: that works behind
/// poolers too.
pub(super) struct PgSession<'a, 'client> {
    transaction: &'a mut Transaction<'client>,
    /// Bytes that the tables may take, for whoever measures them.
    pub(super) room: u64,
}

impl<'a, 'client> PgSession<'a, 'client> {
    /// Within this transaction.
    pub(super) const fn new(transaction: &'a mut Transaction<'client>) -> Self {
        Self { transaction, room: u64::MAX }
    }

    /// Runs a statement with columns of values, which it unnests. Returns how many rows it changed.
    pub(super) fn run_columns(&mut self, text: &str, columns: &[Column]) -> Result<u64, DatabaseError> {
        let typed: Vec<(&(dyn ToSql + Sync), Type)> = columns.iter().map(Column::typed).collect();
        self.transaction.execute_typed(text, &typed).map_err(|error| sorted(WHAT, &error))
    }

    /// The same, of which rows come back.
    pub(super) fn rows_of_columns<T>(
        &mut self,
        text: &str,
        columns: &[Column],
        read: impl FnMut(&dyn Columns) -> Result<T, Unreadable>,
    ) -> Result<Vec<T>, DatabaseError> {
        let typed: Vec<(&(dyn ToSql + Sync), Type)> = columns.iter().map(Column::typed).collect();
        self.ask(text, &typed, read)
    }

    /// Does a part that may fail alone: what it did is undone, and the transaction goes on.
    pub(super) fn apart<T>(
        &mut self,
        work: impl FnOnce(&mut PgSession<'_, '_>) -> Result<T, DatabaseError>,
    ) -> Result<T, DatabaseError> {
        let mut part = self.transaction.savepoint("part").map_err(|error| sorted(WHAT, &error))?;
        // Dropped without a commit, it is rolled back.
        let done = work(&mut PgSession::new(&mut part))?;
        part.commit().map_err(|error| sorted(WHAT, &error))?;
        Ok(done)
    }

    fn ask<T>(
        &mut self,
        text: &str,
        typed: &[(&(dyn ToSql + Sync), Type)],
        mut read: impl FnMut(&dyn Columns) -> Result<T, Unreadable>,
    ) -> Result<Vec<T>, DatabaseError> {
        let rows = self.transaction.query_typed(text, typed).map_err(|error| sorted(WHAT, &error))?;
        let read: Result<Vec<T>, Unreadable> = rows.iter().map(|row| read(&PgRow(row))).collect();
        read.map_err(|cause| DatabaseError::Unusable { what: "PostgreSQL", cause: cause.into() })
    }
}

impl Session for PgSession<'_, '_> {
    fn run(&mut self, text: &str, values: &[Value<'_>]) -> Result<u64, DatabaseError> {
        let typed: Vec<(&(dyn ToSql + Sync), Type)> = values.iter().map(typed).collect();
        self.transaction.execute_typed(text, &typed).map_err(|error| sorted(WHAT, &error))
    }

    fn rows<T>(
        &mut self,
        text: &str,
        values: &[Value<'_>],
        read: impl FnMut(&dyn Columns) -> Result<T, Unreadable>,
    ) -> Result<Vec<T>, DatabaseError> {
        let typed: Vec<(&(dyn ToSql + Sync), Type)> = values.iter().map(typed).collect();
        self.ask(text, &typed, read)
    }
}

fn typed<'a>(value: &'a Value<'_>) -> (&'a (dyn ToSql + Sync), Type) {
    let type_ = match value {
        Value::Text(_) | Value::Null => Type::TEXT,
        Value::Number(_) => Type::INT8,
        Value::Bytes(_) => Type::BYTEA,
    };
    (value, type_)
}

impl ToSql for Value<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => return Ok(IsNull::Yes),
            Self::Text(text) => out.put_slice(text.as_bytes()),
            Self::Number(number) => out.put_i64(*number),
            Self::Bytes(bytes) => out.put_slice(bytes),
        }
        Ok(IsNull::No)
    }

    fn accepts(type_: &Type) -> bool {
        [Type::TEXT, Type::INT8, Type::BYTEA].contains(type_)
    }

    to_sql_checked!();
}

/// A column of many rows: an array.
#[derive(Debug)]
pub(super) enum Column {
    Texts(Vec<Option<String>>),
    Numbers(Vec<i64>),
    Bytes(Vec<Vec<u8>>),
}

impl Column {
    /// Texts that are all there.
    pub(super) fn texts<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        Self::optional(texts.map(Some))
    }

    /// Texts that may be missing.
    pub(super) fn optional<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> Self {
        Self::Texts(texts.map(|text| text.map(storable)).collect())
    }

    fn typed(&self) -> (&(dyn ToSql + Sync), Type) {
        match self {
            Self::Texts(texts) => (texts, Type::TEXT_ARRAY),
            Self::Numbers(numbers) => (numbers, Type::INT8_ARRAY),
            Self::Bytes(bytes) => (bytes, Type::BYTEA_ARRAY),
        }
    }
}

struct PgRow<'a>(&'a Row);

impl PgRow<'_> {
    fn at<'r, T: postgres::types::FromSql<'r>>(&'r self, column: usize) -> Result<T, Unreadable> {
        self.0.try_get(column).map_err(|error| Unreadable(error.into()))
    }
}

impl Columns for PgRow<'_> {
    fn text(&self, column: usize) -> Result<String, Unreadable> {
        self.at(column)
    }

    fn optional(&self, column: usize) -> Result<Option<String>, Unreadable> {
        self.at(column)
    }

    fn number(&self, column: usize) -> Result<i64, Unreadable> {
        self.at(column)
    }

    fn bytes(&self, column: usize) -> Result<Vec<u8>, Unreadable> {
        self.at(column)
    }
}
