//! A script: what policies say of it, and what pages showed.

use std::sync::Arc;

use jiff::Timestamp;

use super::named::Entry;
use crate::inventory::{Decision, SeenKind};

/// A script.
#[derive(Debug)]
pub struct Row {
    /// Whose.
    pub site: Arc<str>,
    /// Its id, where a policy names it.
    pub id: Option<Arc<str>>,
    /// Its URL, its digest, or what it is in the page.
    pub script: Arc<str>,
    /// What the policies say of it.
    pub entry: Option<Arc<Entry>>,
    /// What pages showed, the last first.
    pub seen: Vec<Seen>,
    /// How it stands.
    pub state: State,
    /// The id of another script with the same address, under which both are told of.
    pub told_with: Option<Arc<str>>,
    /// From a host that is not the site's.
    pub third_party: bool,
    /// Seen on a page in PCI DSS scope, or may run on one.
    pub payment: bool,
}

/// What pages under one rule showed.
#[derive(Debug)]
pub struct Seen {
    /// The page rule.
    pub rule: Arc<str>,
    /// How it stands in the page.
    pub kind: SeenKind,
    /// How many `srcdoc` documents deep.
    pub srcdoc: usize,
    /// Its URL, or the digest of its text.
    pub script: Arc<str>,
    /// Of a script in transit.
    pub digest: Option<Arc<str>>,
    /// Of code in an attribute.
    pub attribute: Option<Arc<str>>,
    /// What was decided.
    pub verdict: Decision,
    /// The reason's code.
    pub reason: Arc<str>,
    /// Whether it was carried out.
    pub enforced: bool,
    /// How often.
    pub count: u64,
    /// First time.
    pub first: Timestamp,
    /// Last time.
    pub last: Timestamp,
    /// Nothing else was decided about it there since.
    pub current: bool,
}

/// How a script stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It runs though nobody approved it: somewhere it is only observed.
    RunsUnapproved,
    /// It was stopped.
    Stopped,
    /// Its time is over, so it may not run.
    Ended,
    /// It runs, as approved.
    Runs,
    /// It was seen, and can't run.
    CannotRun,
    /// The policy names it, and nobody has approved any bytes of it.
    NotApproved,
    /// Approved, and not seen on any page.
    Unseen,
    /// Another script has the same address, and what pages showed of both is told there.
    Shared,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::RunsUnapproved,
        Self::Stopped,
        Self::Ended,
        Self::Runs,
        Self::CannotRun,
        Self::NotApproved,
        Self::Unseen,
        Self::Shared,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RunsUnapproved => "runs-unapproved",
            Self::Stopped => "stopped",
            Self::Ended => "ended",
            Self::Runs => "runs",
            Self::CannotRun => "cannot-run",
            Self::NotApproved => "not-approved",
            Self::Unseen => "unseen",
            Self::Shared => "shared",
        }
    }

    /// For people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::RunsUnapproved => "runs without approval",
            Self::Stopped => "stopped",
            Self::Ended => "its time is over",
            Self::Runs => "runs as approved",
            Self::CannotRun => "can't run",
            Self::NotApproved => "named, not approved",
            Self::Unseen => "approved, not seen",
            Self::Shared => "told with another",
        }
    }

    /// The state of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl Row {
    /// What it goes by: its id, or else its URL or digest.
    pub fn name(&self) -> &str {
        self.id.as_ref().unwrap_or(&self.script)
    }

    /// Digests of its bytes that are approved now.
    pub fn live(&self) -> &[String] {
        self.entry.as_ref().map(|entry| entry.live.as_slice()).unwrap_or_default()
    }

    /// When it was seen last.
    pub fn last(&self) -> Option<Timestamp> {
        self.seen.iter().map(|seen| seen.last).max()
    }

    /// When it was seen first.
    pub fn first(&self) -> Option<Timestamp> {
        self.seen.iter().map(|seen| seen.first).min()
    }

    /// How often it was seen.
    pub fn count(&self) -> u64 {
        self.seen.iter().map(|seen| seen.count).fold(0, u64::saturating_add)
    }

    /// When bytes of it were approved last.
    pub fn approved(&self) -> Option<Timestamp> {
        let acts = self.entry.iter().flat_map(|entry| &entry.listed.authorised);
        acts.filter(|act| act.counts && act.act == "approval").map(|act| act.at).max()
    }

    /// From when on it may not run.
    pub fn ends(&self) -> Option<Timestamp> {
        self.entry.as_ref()?.listed.ends
    }

    /// How it stands at a moment, by what was decided last wherever it was seen.
    pub(super) fn judge(&self, now: Timestamp) -> State {
        let current = || self.seen.iter().filter(|seen| seen.current);
        let approved = || !self.live().is_empty();
        if current().any(|seen| seen.verdict.stops() && !seen.enforced) {
            State::RunsUnapproved
        } else if current().any(|seen| seen.verdict.stops()) {
            State::Stopped
        } else if self.ends().is_some_and(|ends| ends <= now) {
            State::Ended
        } else if current().any(|seen| seen.verdict != Decision::Keep) {
            State::Runs
        } else if current().next().is_some() {
            State::CannotRun
        } else if approved() && self.told_with.is_some() {
            State::Shared
        } else if approved() {
            State::Unseen
        } else {
            State::NotApproved
        }
    }
}
