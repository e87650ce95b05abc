//! What was observed, replayed against other policies: what would still be stopped, what would newly pass, and what
//! would newly be stopped. Where that can't be known from what is kept, it is said so.

mod reports;
mod scripts;

use std::fmt;

use serde::Serialize;

pub use reports::preview_reports;
pub use scripts::preview_scripts;

use crate::policy::Snapshot;

/// What would become of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was stopped, and would pass: the other policies grant it.
    NewlyPassing,
    /// It passed, and would be stopped.
    NewlyStopped,
    /// It was stopped, and would be.
    StillStopped,
    /// It passed, and would.
    StillPassing,
    /// It can't be known.
    Unknown,
}

impl Outcome {
    /// Every outcome, what asks most for a person first.
    pub const ALL: [Self; 5] =
        [Self::NewlyPassing, Self::NewlyStopped, Self::StillStopped, Self::StillPassing, Self::Unknown];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NewlyPassing => "newly-passing",
            Self::NewlyStopped => "newly-stopped",
            Self::StillStopped => "still-stopped",
            Self::StillPassing => "still-passing",
            Self::Unknown => "unknown",
        }
    }

    /// By whether it was stopped, and whether it would be.
    const fn of(was: bool, would: bool) -> Self {
        match (was, would) {
            (true, true) => Self::StillStopped,
            (true, false) => Self::NewlyPassing,
            (false, true) => Self::NewlyStopped,
            (false, false) => Self::StillPassing,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// From what it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Observed {
    /// A script that was judged in a page: we saw it.
    Script,
    /// What browsers reported: they say so.
    Report,
}

/// One observation, and what would become of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Previewed {
    /// The site.
    pub site: String,
    /// The page rule under which it was observed.
    pub rule: String,
    /// From what it is known.
    pub observed: Observed,
    /// How the script stands in the page, or the directive.
    pub kind: String,
    /// Which script, or what was blocked.
    pub what: String,
    /// How often.
    pub count: u64,
    /// What would become of it.
    pub outcome: Outcome,
    /// Why, where that is not plain.
    pub why: Option<String>,
}

/// The policies in force, where they are known, and the other ones.
#[derive(Debug, Clone, Copy)]
pub struct Preview<'a> {
    /// In force.
    pub before: Option<&'a Snapshot>,
    /// The candidate.
    pub after: &'a Snapshot,
    /// The moment: evergreen scripts end.
    pub now: jiff::Timestamp,
}

/// Whether something would be stopped; what can't be known says why.
type Stopped = Result<bool, &'static str>;

const NO_SITE: &str = "the other policies have none for this site";
const NO_RULE: &str = "no example of a page is known that the page rule stands for";
const SOME_PAGES: &str = "on some of the pages that the page rule stands for, not on all";
