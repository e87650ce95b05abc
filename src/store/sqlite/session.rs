//! The shared SQL, run by SQLite.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row, ToSql, params_from_iter};

use super::error::{failed, unreadable};
use crate::store::DatabaseError;
use crate::store::sql::{Columns, Session, Unreadable, Value};

/// A connection within a transaction, and what it is for.
pub(super) struct Within<'a> {
    pub(super) connection: &'a Connection,
    pub(super) what: &'static str,
}

impl Within<'_> {
    /// What a pragma says of the file.
    pub(super) fn pragma(&self, name: &str) -> Result<u64, DatabaseError> {
        let number = self.connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        number
            .map(|number| u64::try_from(number).unwrap_or_default())
            .map_err(|error| failed(self.what, error))
    }
}

impl Session for Within<'_> {
    fn run(&mut self, text: &str, values: &[Value<'_>]) -> Result<u64, DatabaseError> {
        let changed = self
            .connection
            .prepare_cached(text)
            .and_then(|mut statement| statement.execute(params_from_iter(values)));
        let changed = changed.map_err(|error| failed(self.what, error))?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    fn rows<T>(
        &mut self,
        text: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&dyn Columns) -> Result<T, Unreadable>,
    ) -> Result<Vec<T>, DatabaseError> {
        let failed = |error| failed(self.what, error);
        let mut statement = self.connection.prepare_cached(text).map_err(failed)?;
        let mut rows = statement.query(params_from_iter(values)).map_err(failed)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            all.push(read(row).map_err(|error| unreadable(self.what, error))?);
        }
        Ok(all)
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Null => ValueRef::Null,
            Self::Number(number) => ValueRef::Integer(*number),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Columns for Row<'_> {
    fn text(&self, column: usize) -> Result<String, Unreadable> {
        self.get(column).map_err(|error| Unreadable(error.into()))
    }

    fn optional(&self, column: usize) -> Result<Option<String>, Unreadable> {
        self.get(column).map_err(|error| Unreadable(error.into()))
    }

    fn number(&self, column: usize) -> Result<i64, Unreadable> {
        self.get(column).map_err(|error| Unreadable(error.into()))
    }

    fn bytes(&self, column: usize) -> Result<Vec<u8>, Unreadable> {
        self.get(column).map_err(|error| Unreadable(error.into()))
    }
}
