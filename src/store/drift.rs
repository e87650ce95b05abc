//! How vendors' scripts stand, in plain types.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clock::Rfc3339;

/// What came of the last look at a script, and of those before that differed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DriftRow {
    /// The site's name.
    pub site: String,
    /// The script's id.
    pub script: String,
    /// Where it is fetched.
    pub url: String,
    /// How it is delivered.
    pub tier: Cow<'static, str>,
    /// What was found, in one word.
    pub drift: Cow<'static, str>,
    /// Whether somebody should look at it.
    pub finding: bool,
    /// How soon.
    pub severity: Cow<'static, str>,
    /// What was found, in a sentence.
    pub message: String,
    /// Why it is as grave.
    pub because: Vec<String>,
    /// What to do.
    pub what_to_do: Option<String>,
    /// Digests of bytes that nobody has approved.
    pub unknown: Vec<String>,
    /// Pages get the approved bytes from us meanwhile (`on-drift`).
    pub mirrored: bool,
    /// Since when it stands so.
    #[schemars(with = "Rfc3339")]
    pub since: Timestamp,
    /// The last look.
    #[schemars(with = "Rfc3339")]
    pub looked_at: Timestamp,
    /// What it was before, the latest first; bounded.
    pub history: Vec<DriftChange>,
}

/// When a script began to stand so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DriftChange {
    /// When.
    #[schemars(with = "Rfc3339")]
    pub at: Timestamp,
    /// In one word.
    pub drift: Cow<'static, str>,
    /// How grave it was.
    pub severity: Cow<'static, str>,
    /// Digests of bytes that nobody had approved.
    pub unknown: Vec<String>,
}
