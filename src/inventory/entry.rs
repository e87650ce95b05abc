//! One entry of a lock: somebody said that bytes may run as a script, or that they no longer may.

use std::fmt;
use std::ops::Range;

use jiff::Timestamp;

use super::script::ScriptId;
use super::signature::Signature;
use crate::sri::Digest;

/// Bytes may run as a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Which script.
    pub script: ScriptId,
    /// Of its bytes; of an inline script's text as browsers see it.
    pub digest: Digest,
    /// Their number.
    pub size: u64,
    /// When it was approved, in whole seconds.
    pub at: Timestamp,
    /// Who approved it.
    pub by: String,
    /// Why.
    pub because: String,
    /// Digest of the entry before this one in the file, see [`super::entry_digest`].
    pub previous: Option<Digest>,
    /// Whether the script's earlier approvals ended with this one.
    pub retires_earlier: bool,
}

/// Approvals of a script end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retirement {
    /// Which script.
    pub script: ScriptId,
    /// Which of its approvals.
    pub retires: Retires,
    /// When, in whole seconds.
    pub at: Timestamp,
    /// Who said so.
    pub by: String,
    /// Why.
    pub because: String,
    /// Digest of the entry before this one in the file, see [`super::entry_digest`].
    pub previous: Option<Digest>,
}

/// Which approvals end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Retires {
    /// All that stand before.
    All,
    /// Those of these bytes.
    Bytes(Digest),
}

impl fmt::Display for Retires {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Bytes(digest) => digest.fmt(f),
        }
    }
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// `[[approval]]`
    Approval(Approval),
    /// `[[retirement]]`
    Retirement(Retirement),
}

impl Statement {
    /// Which script it is about.
    pub fn script(&self) -> &ScriptId {
        match self {
            Self::Approval(approval) => &approval.script,
            Self::Retirement(retirement) => &retirement.script,
        }
    }

    /// When it was said.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Approval(approval) => approval.at,
            Self::Retirement(retirement) => retirement.at,
        }
    }

    /// Who said it.
    pub fn by(&self) -> &str {
        match self {
            Self::Approval(approval) => &approval.by,
            Self::Retirement(retirement) => &retirement.by,
        }
    }

    /// Why.
    pub fn because(&self) -> &str {
        match self {
            Self::Approval(approval) => &approval.because,
            Self::Retirement(retirement) => &retirement.because,
        }
    }

    /// The bytes that it names; a retirement may mean all.
    pub fn digest(&self) -> Option<&Digest> {
        match self {
            Self::Approval(approval) => Some(&approval.digest),
            Self::Retirement(Retirement { retires: Retires::Bytes(digest), .. }) => Some(digest),
            Self::Retirement(Retirement { retires: Retires::All, .. }) => None,
        }
    }

    /// The digest of the entry before it.
    pub fn previous(&self) -> Option<&Digest> {
        match self {
            Self::Approval(approval) => approval.previous.as_ref(),
            Self::Retirement(retirement) => retirement.previous.as_ref(),
        }
    }

    /// What messages call it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Approval(_) => "approval",
            Self::Retirement(_) => "retirement",
        }
    }

    /// Whether it ends approvals.
    pub fn ends(&self) -> bool {
        match self {
            Self::Approval(approval) => approval.retires_earlier,
            Self::Retirement(_) => true,
        }
    }

    pub(super) fn set_previous(&mut self, previous: Option<Digest>) {
        match self {
            Self::Approval(approval) => approval.previous = previous,
            Self::Retirement(retirement) => retirement.previous = previous,
        }
    }
}

/// A statement, who signed it, and where it stands.
#[derive(Debug)]
pub struct Entry {
    /// What it says.
    pub statement: Statement,
    /// Its own digest, which the next entry names and approvers sign.
    pub digest: Digest,
    /// In the order of the file; not all of them need be valid.
    pub signatures: Vec<Signature>,
    /// Whether it counts: it is not of the future, and enough approvers signed it where any are set. What
    /// it ends is ended either way.
    pub counts: bool,
    /// Of the value of `script`, for problems with it.
    pub span: Range<usize>,
    /// Of the value of `digest` or `retires`.
    pub digest_span: Range<usize>,
    /// Of the value of `signatures`.
    pub(super) signatures_span: Option<Range<usize>>,
    /// Where its last value ends.
    pub(super) end: usize,
}

/// A live approval, and where it stands in the lock.
#[derive(Debug, Clone)]
pub struct LiveApproval<'a> {
    /// What was approved.
    pub approval: &'a Approval,
    /// Of the value of `digest`.
    pub digest_span: Range<usize>,
}
