//! What PostgreSQL says, sorted: whether trying again may help, and in words without anything secret.

use std::error::Error;
use std::fmt;

use postgres::error::SqlState;

use super::super::database::DatabaseError;

/// An error of the server or the connection, in words.
#[derive(Debug)]
pub(super) struct Said {
    words: String,
    /// The rows themselves were refused: other rows may pass.
    is_about_rows: bool,
    /// Two transactions waited for each other, and this one was chosen to give way.
    is_conflict: bool,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl Error for Said {}

/// Sorts an error. `what` was tried.
pub(super) fn sorted(what: &'static str, error: &postgres::Error) -> DatabaseError {
    let class = error.code().map_or("", class);
    let is_about_rows = matches!(class, "21" | "22" | "23" | "54");
    let cause = Box::new(Said { words: words(error), is_about_rows, is_conflict: class == "40" });
    if is_for_now(error) {
        DatabaseError::Away { what, cause }
    } else {
        DatabaseError::Unusable { what, cause }
    }
}

/// Whether rows were refused, so that others of the batch may pass.
pub(super) fn is_about_rows(error: &DatabaseError) -> bool {
    said(error).is_some_and(|said| said.is_about_rows)
}

/// Whether the same will do at once.
pub(super) fn is_conflict(error: &DatabaseError) -> bool {
    said(error).is_some_and(|said| said.is_conflict)
}

fn said(error: &DatabaseError) -> Option<&Said> {
    let (DatabaseError::Away { cause, .. } | DatabaseError::Unusable { cause, .. }) = error;
    cause.downcast_ref()
}

/// The first two signs: what kind of error it is.
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn class(code: &SqlState) -> &str {
    code.code().get(..2).unwrap_or_default()
}

fn is_for_now(error: &postgres::Error) -> bool {
    let Some(code) = error.code() else {
        // The connection, unless it is what we said: no password, TLS with a server that has none, a certificate
        // that nobody vouches for.
        let is_of_system = error.source().is_none_or(<dyn Error>::is::<std::io::Error>);
        return error.is_closed() || (is_of_system && !is_refused_certificate(error));
    };
    let is_read_only = *code == SqlState::READ_ONLY_SQL_TRANSACTION;
    // A statement whose plan is of tables that have since changed.
    let is_of_old_tables = *code == SqlState::FEATURE_NOT_SUPPORTED;
    // Connections, conflicts, resources, objects in use, operators, the system: none is the statement's fault.
    let class_is_for_now = matches!(class(code), "08" | "40" | "53" | "55" | "57" | "58");
    is_read_only || is_of_old_tables || class_is_for_now
}

fn is_refused_certificate(error: &postgres::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.to_string().starts_with("invalid peer certificate") {
            return true;
        }
        // An `io::Error` that wraps another tells of it only so.
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause = inner.map_or_else(|| error.source(), |inner| Some(inner));
    }
    false
}

/// With what the server advises. Details are left out: they have values of rows in them.
fn words(error: &postgres::Error) -> String {
    if let Some(said) = error.as_db_error() {
        let advice = said.hint().map_or_else(String::new, |hint| format!(" ({hint})"));
        return format!("{}{advice} [{}]", said.message(), said.code().code());
    }
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}
