//! Where observations are kept, and for what the place is opened.

use std::fmt;
use std::path::PathBuf;

use super::database::{Database, DatabaseError};
use super::sqlite::Sqlite;

/// Where observations are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum StoreTarget {
    /// In this process: gone with it.
    #[default]
    Memory,
    /// In a file of SQLite.
    File(PathBuf),
}

/// For what a database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// As it is, also while another process writes.
    Read,
    /// To write; made where there is none, and brought up to date.
    Write,
}

/// Opens it.
pub fn open(target: &StoreTarget, access: Access) -> Result<Box<dyn Database>, DatabaseError> {
    Ok(match (target, access) {
        (StoreTarget::Memory, _) => Box::new(Sqlite::in_memory()?),
        (StoreTarget::File(path), Access::Read) => Box::new(Sqlite::read(path)?),
        (StoreTarget::File(path), Access::Write) => Box::new(Sqlite::write(path)?),
    })
}

impl fmt::Display for StoreTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("this process, without a file"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}
