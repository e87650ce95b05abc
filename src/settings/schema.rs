//! The JSON Schema of the settings file, for editors.

use serde_json::Value;

use super::file::SettingsFile;
use crate::diagnostic::schema_of;

/// The schema of `countersign.toml`, in the draft that TOML editors read.
pub fn settings_schema() -> Value {
    schema_of::<SettingsFile>()
}
