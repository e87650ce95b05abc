//! The texts of policies that were in force, so that two generations can be compared afterwards.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Policies of one generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyText {
    /// Their fingerprint.
    pub fingerprint: String,
    /// When they came into force; in a database, for the first time.
    pub at: Timestamp,
    /// Their files, in the order of their names.
    pub files: Vec<PolicyFile>,
}

/// A file of a policy folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyFile {
    /// Its name: `shop.toml`.
    pub name: String,
    /// Its digest.
    pub digest: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Of a lock, the number of its entries.
    pub entries: Option<u64>,
    /// What it says; not of locks, and not where it is too long.
    pub text: Option<String>,
}

/// Generations whose texts a database keeps.
pub(super) const KEPT: i64 = 200;
