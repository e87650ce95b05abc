//! The JSON Schema of policy files, for editors.

use serde_json::Value;

use super::PolicyFile;
use crate::diagnostic::schema_of;

/// The schema of `shop.toml`, in the draft that TOML editors read.
pub fn policy_schema() -> Value {
    schema_of::<PolicyFile>()
}
