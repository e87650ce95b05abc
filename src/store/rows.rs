//! The rows of the store, in plain types: the store lies below judgement and reports.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::key::key;
use crate::clock::Rfc3339;
use crate::inventory::{Decision, SeenKind};

/// A script judged in a page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ScriptSeen {
    /// The site's name.
    pub site: String,
    /// The page rule's pattern or place.
    pub page: String,
    /// How it stands in the page.
    pub kind: SeenKind,
    /// How many `srcdoc` documents deep it stands; 0 in the page itself.
    pub srcdoc: usize,
    /// Canonical URL of an external one, `sha256-…` of one in the page or in an attribute; cut after 512
    /// characters.
    pub script: String,
    /// Of a script in transit, the digest of its bytes, where they could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Of code in an attribute, the attribute's name.
    pub attribute: Option<String>,
    /// The verdict.
    pub verdict: Decision,
    /// The reason's code.
    pub reason: Cow<'static, str>,
    /// Whether the verdict was carried out (false in observe mode).
    pub enforced: bool,
}

impl ScriptSeen {
    /// The same for equal ones, on every node and after every restart.
    pub(super) fn key(&self) -> [u8; 16] {
        let srcdoc = self.srcdoc.to_string();
        let enforced = if self.enforced { "enforced" } else { "observed" };
        key([
            Some(self.site.as_str()),
            Some(&self.page),
            Some(self.kind.name()),
            Some(&srcdoc),
            Some(&self.script),
            self.digest.as_deref(),
            self.attribute.as_deref(),
            Some(self.verdict.name()),
            Some(&self.reason),
            Some(enforced),
        ])
    }
}

/// A script seen, with how often and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ScriptSeenRow {
    /// What was seen.
    #[serde(flatten)]
    pub seen: ScriptSeen,
    /// How often since the start.
    pub count: u64,
    /// First time.
    #[schemars(with = "Rfc3339")]
    pub first_seen: Timestamp,
    /// Last time.
    #[schemars(with = "Rfc3339")]
    pub last_seen: Timestamp,
}

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// Policies were loaded and are in force.
    PolicyLoaded,
    /// Policies were refused; the last good ones stay.
    PolicyRefused,
    /// A new certificate towards visitors is in force.
    CertificateLoaded,
    /// A changed certificate was refused; the last good one stays.
    CertificateRefused,
    /// An upstream answers its health check again.
    UpstreamWell,
    /// An upstream no longer answers its health check; it gets no requests while others do.
    UpstreamUnwell,
    /// A response was refused or cut because it could not be judged.
    ResponseRefused,
    /// A page or another document went out, but not rewritten to its end: under headers alone, or
    /// observed where enforcing would have refused it.
    ResponseNotRewritten,
    /// A second parser saw a script that the rewriter had overlooked, or could not follow.
    SecondOpinion,
    /// A script without approval was stopped, for the first time on that page rule.
    ScriptStopped,
    /// A browser reported a violation, for the first time.
    BrowserReport,
    /// The application serves a script whose bytes nobody approved.
    OwnScript,
    /// A vendor serves something else than was approved, or no longer answers.
    DriftFound,
    /// It serves what was approved again.
    DriftEnded,
    /// Something else that somebody should know: what an alert tells.
    Alert,
    /// It is no longer so.
    AlertOver,
    /// Somebody did something at the admin address, or came there without being let in.
    Act,
}

/// Something that an operator should read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Event {
    /// When.
    #[schemars(with = "Rfc3339")]
    pub at: Timestamp,
    /// About what.
    pub kind: EventKind,
    /// One or two sentences in plain words.
    pub message: String,
    /// The exchange it happened in, if it did in one.
    pub exchange: Option<String>,
}
