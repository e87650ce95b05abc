//! What page rules say, in words that each mean one thing.

use std::fmt;

use http::{HeaderName, HeaderValue};
use jiff::Timestamp;

/// Which policies an exchange ran under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generation {
    /// Counts the snapshots of this process, from 1.
    pub number: u64,
    /// The first 12 hexadecimal digits of the SHA-256 over all policy, lock and byte files: the same on
    /// every node and after every restart. Goes into ETags and report URLs.
    pub fingerprint: String,
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.number, self.fingerprint)
    }
}

/// A policy file's stem: `shop` for `shop.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SiteName(pub String);

impl fmt::Display for SiteName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The place of a page rule in its policy, used in report URLs and logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PageId(pub u16);

/// Whether verdicts are carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Bodies pass unchanged; a policy's CSP goes out as report-only.
    Observe,
    /// Verdicts are carried out.
    Enforce,
}

/// What becomes of scripts without approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unapproved {
    /// Made inert in place.
    Quarantine,
    /// Replaced by a comment.
    Strip,
}

/// What happens when the rewriter can't go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailMode {
    /// Error page before the first byte, stream cut after it.
    Closed,
    /// Where only the markup can't be followed, the rest goes out unedited under the CSP already sent.
    /// Never on payment pages.
    HeadersOnly,
}

/// Whether a second parser reads what the rewriter writes (see `html::second_opinion`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Opinion {
    /// Never. Not on payment pages.
    Off,
    /// From the start of the page, once markup comes that parsers are known to read differently.
    Suspects,
    /// Always.
    Always,
}

impl Opinion {
    /// The word in policies.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Suspects => "suspects",
            Self::Always => "always",
        }
    }
}

/// What becomes of the upstream's own CSP.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum UpstreamCsp {
    /// Kept beside ours, its word on scripts replaced by ours.
    #[default]
    Merge,
    /// Dropped.
    Replace,
    /// Kept as it is: browsers enforce both.
    Append,
}

/// Where a `meta` or header `refresh` may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refresh {
    /// To any page.
    Any,
    /// To pages of the site itself.
    Own,
}

/// What becomes of the site's own scripts on their way through, whose bytes nobody has approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OwnScripts {
    /// They pass without being looked at.
    Off,
    /// They pass; digest and verdict are written down.
    Observe,
    /// The same, and it is told.
    Alert,
    /// They don't pass.
    Stop,
}

impl OwnScripts {
    /// The word in policies.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Observe => "observe",
            Self::Alert => "alert",
            Self::Stop => "stop",
        }
    }
}

/// How a CSP names scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CspForm {
    /// By digests: the same for every visitor.
    Hash,
}

/// Where a text stands in a page that is approved by its digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InlineKind {
    /// Between the tags of a script element: classic script or module.
    Script,
    /// An import map.
    ImportMap,
    /// Speculation rules.
    SpeculationRules,
    /// The value of an attribute such as `onclick`.
    Handler,
    /// A whole `javascript:` URL.
    Url,
}

/// Whose request it is, as far as policies ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// The moment: evergreen scripts end.
    pub at: Timestamp,
    /// The visitor's place among a hundred, from 0: where a rule enforces for a part of the visitors,
    /// it does so for those with the lower places.
    pub place: u8,
}

impl Visit {
    /// Of a visitor for whom everything is carried out that is carried out for anybody.
    pub const fn enforced(at: Timestamp) -> Self {
        Self { at, place: 0 }
    }
}

/// Fields that a policy sets or removes on pages.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct PageHeaders {
    /// `None`: removed.
    pub fields: Vec<(HeaderName, Option<HeaderValue>)>,
}
