//! What SQLite's errors mean: whether trying again may help.

use rusqlite::{Error, ErrorCode};

use crate::store::DatabaseError;
use crate::store::sql::Unreadable;

/// An error of SQLite.
pub(super) fn failed(what: &'static str, error: Error) -> DatabaseError {
    let Some(code) = error.sqlite_error_code() else { return unusable(what, error) };
    // The others say that something is wrong with the file or with what was asked: that stays so.
    let for_now = [
        ErrorCode::DatabaseBusy,
        ErrorCode::DatabaseLocked,
        ErrorCode::DiskFull,
        ErrorCode::ReadOnly,
        ErrorCode::CannotOpen,
        ErrorCode::SystemIoFailure,
        ErrorCode::PermissionDenied,
        ErrorCode::FileLockingProtocolFailed,
        ErrorCode::OperationAborted,
        ErrorCode::OperationInterrupted,
        ErrorCode::SchemaChanged,
        ErrorCode::OutOfMemory,
    ];
    if for_now.contains(&code) {
        DatabaseError::Away { what, cause: error.into() }
    } else {
        unusable(what, error)
    }
}

fn unusable(what: &'static str, error: Error) -> DatabaseError {
    DatabaseError::Unusable { what, cause: error.into() }
}

/// A row that is none of ours.
pub(super) fn unreadable(what: &'static str, error: Unreadable) -> DatabaseError {
    DatabaseError::Unusable { what, cause: error.into() }
}
