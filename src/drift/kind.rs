//! What came of a look at a script.

use serde::{Deserialize, Serialize};

/// What its vendor serves now, beside what was approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drift {
    /// The approved bytes, from every vantage.
    Same,
    /// Tier evergreen, whose bytes nobody approved: these are the first that were seen.
    FirstSeen,
    /// Other bytes, the same ones from every vantage.
    Changed,
    /// Nothing: not found, or a page in its place.
    Gone,
    /// The approved bytes from another host, or a redirect that must not be followed.
    Redirected,
    /// Answers that depend on who asks, or on chance.
    Cloaked,
    /// No answer from some vantage or all of them: nobody knows what visitors get.
    Unreachable,
    /// The approved bytes, but other sites may no longer read them: browsers refuse a pinned script.
    CorsLost,
}

impl Drift {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Same,
        Self::FirstSeen,
        Self::Changed,
        Self::Gone,
        Self::Redirected,
        Self::Cloaked,
        Self::Unreachable,
        Self::CorsLost,
    ];

    /// Its name in output, metrics and events.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::FirstSeen => "first-seen",
            Self::Changed => "changed",
            Self::Gone => "gone",
            Self::Redirected => "redirected",
            Self::Cloaked => "cloaked",
            Self::Unreachable => "unreachable",
            Self::CorsLost => "cors-lost",
        }
    }

    /// Whether somebody should look at it.
    pub const fn is_finding(self) -> bool {
        !matches!(self, Self::Same | Self::FirstSeen)
    }
}
