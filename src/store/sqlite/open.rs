//! Opens a file: ours, of a version that is known, and not damaged; or makes it.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, Error, ErrorCode, OpenFlags};

use super::Sqlite;
use super::error::failed;
use crate::store::DatabaseError;
use crate::store::sql::{Dialect, migrations};

/// Marks a file as ours (`application_id`): `CtSn`.
const OURS: i64 = 0x4374_536e;
/// The tables' version (`user_version`).
const VERSION: i64 = 2;
/// How long another process may hold the lock.
const PATIENCE: Duration = Duration::from_secs(2);
/// Pages kept in memory, in KiB: negative, as SQLite wants it.
const CACHE: i64 = -16_384;
/// Statements kept ready.
const STATEMENTS: usize = 64;

const DIALECT: Dialect = Dialect {
    row_id: "INTEGER PRIMARY KEY AUTOINCREMENT",
    bytes: "BLOB",
    keyed: "WITHOUT ROWID",
    evidence_stays: include_str!("../sql/schema/1.sqlite.sql"),
};

/// What a file is.
enum Standing {
    /// Nothing is in it.
    Empty,
    /// It is ours, of this version.
    Version(i64),
    /// It is somebody else's.
    Foreign,
}

impl Sqlite {
    /// In memory: gone with the process.
    pub(in crate::store) fn in_memory() -> Result<Self, DatabaseError> {
        let what = "making a database in memory";
        let connection = Connection::open_in_memory().map_err(|error| failed(what, error))?;
        Self::for_writing(connection, what)
    }

    /// The file, made where there is none, for the process that writes.
    pub(in crate::store) fn write(path: &Path) -> Result<Self, DatabaseError> {
        let what = "opening the store's file";
        make_private(path);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_EXRESCODE;
        let connection =
            Connection::open_with_flags(path, flags).map_err(|error| cannot_open(what, error))?;
        Self::for_writing(connection, what)
    }

    /// The file as it is, also while another process writes.
    pub(in crate::store) fn read(path: &Path) -> Result<Self, DatabaseError> {
        let what = "opening the store's file to read";
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_EXRESCODE;
        let connection =
            Connection::open_with_flags(path, flags).map_err(|error| cannot_open(what, error))?;
        connection.busy_timeout(PATIENCE).map_err(|error| failed(what, error))?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        connection.pragma_update(None, "cache_size", CACHE).map_err(|error| failed(what, error))?;
        match standing(&connection).map_err(|error| failed(what, error))? {
            Standing::Version(VERSION) => Ok(Self { connection }),
            Standing::Version(version) if version > VERSION => Err(newer(what, version)),
            Standing::Version(version) => Err(refused(
                what,
                format!(
                    "its tables are of version {version}, and this program reads {VERSION}: start `countersign run` \
                     of this version once, which brings it up to date"
                ),
            )),
            Standing::Empty => Err(refused(what, "nothing has been written to it".to_owned())),
            Standing::Foreign => Err(foreign(what)),
        }
    }

    fn for_writing(mut connection: Connection, what: &'static str) -> Result<Self, DatabaseError> {
        let failed = |error| cannot_open(what, error);
        connection.busy_timeout(PATIENCE).map_err(failed)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // Looked at before anything is changed: somebody else's file must stay as it is.
        match standing(&connection).map_err(failed)? {
            Standing::Foreign => return Err(foreign(what)),
            Standing::Version(version) if version > VERSION => return Err(newer(what, version)),
            Standing::Empty | Standing::Version(_) => {}
        }
        // Works only before the first table.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL").map_err(failed)?;
        let journal = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
        connection.pragma_update_and_check(None, "journal_mode", "WAL", journal).map_err(failed)?;
        connection
            .execute_batch(
                "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; \
                 PRAGMA journal_size_limit = 16777216;",
            )
            .map_err(failed)?;
        connection.pragma_update(None, "cache_size", CACHE).map_err(failed)?;
        migrate(&mut connection).map_err(failed)?;
        Ok(Self { connection })
    }
}

/// Brings the tables up to this version, in one transaction: a process that is killed meanwhile leaves them as they
/// were. Another process may have done so before.
fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version = number(&transaction, "user_version")?;
    if version < VERSION {
        let from = usize::try_from(version).unwrap_or_default();
        for migration in migrations(DIALECT).iter().skip(from) {
            transaction.execute_batch(migration)?;
        }
        transaction.pragma_update(None, "application_id", OURS)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
        if version > 0 {
            tracing::info!("the store's tables were of version {version}, and are of version {VERSION} now");
        }
    }
    transaction.commit()
}

fn standing(connection: &Connection) -> rusqlite::Result<Standing> {
    // Reads the first page: what is no database says so here.
    let version = number(connection, "user_version")?;
    if number(connection, "application_id")? == OURS {
        return Ok(Standing::Version(version));
    }
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(if tables == 0 && version == 0 { Standing::Empty } else { Standing::Foreign })
}

fn number(connection: &Connection, pragma: &str) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, pragma, |row| row.get(0))
}

/// Makes the file for its user alone, where there is none; SQLite gives those beside it the same mode. Whatever fails
/// here fails again when it is opened, with better words.
fn make_private(path: &Path) {
    use std::os::unix::fs::OpenOptionsExt;
    let _ = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
}

/// A file that can't be opened stays so until somebody does something about it.
fn cannot_open(what: &'static str, error: Error) -> DatabaseError {
    match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => refused(
            what,
            format!(
                "{error}: is its folder there, and may this user read and write both? SQLite keeps two files beside it"
            ),
        ),
        _ => failed(what, error),
    }
}

fn refused(what: &'static str, cause: String) -> DatabaseError {
    DatabaseError::Unusable { what, cause: cause.into() }
}

fn newer(what: &'static str, version: i64) -> DatabaseError {
    refused(
        what,
        format!(
            "a newer Countersign has written it (tables of version {version}, known are those up to {VERSION}): use \
             that version, or another file"
        ),
    )
}

fn foreign(what: &'static str) -> DatabaseError {
    refused(what, "it is a database of another program: name another file".to_owned())
}
