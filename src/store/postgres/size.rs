//! How much room the tables take.

use super::super::database::DatabaseError;
use super::super::sql::{Session, TABLES};
use super::session::PgSession;

/// Bytes of a row besides its columns.
const OVERHEAD: u32 = 28;

/// What the files take, with indexes and with room that is free for new rows.
pub(super) fn of_files(session: &mut PgSession<'_, '_>) -> Result<u64, DatabaseError> {
    let sizes: Vec<String> =
        TABLES.iter().map(|table| format!("pg_total_relation_size('{table}')")).collect();
    number(session, &format!("SELECT CAST({} AS BIGINT)", sizes.join(" + ")))
}

/// What the files take, if there is room for them; otherwise what the rows take, with their share of the indexes: files
/// don't shrink when rows go, but what rows leave is used again.
pub(super) fn within_room(session: &mut PgSession<'_, '_>) -> Result<u64, DatabaseError> {
    let files = of_files(session)?;
    if files <= session.room {
        return Ok(files);
    }
    let mut sum: u64 = 0;
    for table in TABLES {
        let text = format!(
            "SELECT CAST(coalesce(sum(pg_column_size(t.*) + {OVERHEAD}), 0) * greatest(1,              pg_total_relation_size('{table}')::float8 / greatest(1, pg_relation_size('{table}'))) AS BIGINT) FROM              {table} t"
        );
        sum = sum.saturating_add(number(session, &text)?);
    }
    Ok(sum)
}

fn number(session: &mut PgSession<'_, '_>, text: &str) -> Result<u64, DatabaseError> {
    let bytes = session.row(text, &[], |columns| columns.number(0))?.unwrap_or_default();
    Ok(u64::try_from(bytes).unwrap_or_default())
}
