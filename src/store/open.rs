//! Where observations are kept, and for what the place is opened.

use std::fmt;
use std::path::PathBuf;

use super::database::{Database, DatabaseError};
use super::postgres::{Postgres, PostgresTarget, PostgresTargetError};
use super::sqlite::Sqlite;

/// Where observations are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum StoreTarget {
    /// In this process: gone with it.
    #[default]
    Memory,
    /// In a file of SQLite.
    File(PathBuf),
    /// In a PostgreSQL, which other nodes may write to as well.
    Postgres(Box<PostgresTarget>),
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
        (StoreTarget::Postgres(target), access) => Box::new(Postgres::open(target, access == Access::Read)?),
    })
}

impl StoreTarget {
    /// A path, or the URL of a PostgreSQL.
    pub fn parse(text: &str) -> Result<Self, PostgresTargetError> {
        let is_url = text.starts_with("postgres:") || text.starts_with("postgresql:");
        Ok(if is_url {
            Self::Postgres(Box::new(PostgresTarget::parse(text)?))
        } else {
            Self::File(PathBuf::from(text))
        })
    }
}

impl fmt::Display for StoreTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("this process, without a file"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Postgres(target) => target.fmt(f),
        }
    }
}
