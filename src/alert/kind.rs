//! What an alert is about, and how soon somebody should look.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What an alert is about.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[schemars(rename = "AlertKind")]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A vendor serves something else than was approved, or no longer answers.
    Drift,
    /// Scripts that nobody has approved were seen in pages for the first time.
    NewScript,
    /// The application serves scripts of the site itself with bytes that nobody has approved.
    OwnScript,
    /// Browsers reported a host that no report had named.
    NewHost,
    /// Browsers reported bytes of an approved script that are not among the approved ones.
    UnknownBytes,
    /// The upstream no longer sends a security header, or a weaker one.
    HeaderWeakened,
    /// What was approved until a day nears that day, or is past it.
    ApprovalEnds,
    /// Nobody knows what vendors serve: looks bring nothing.
    WatcherBlind,
    /// Code in attributes was seen on pages where it does not run.
    CodeInAttributes,
    /// Changed policies were refused.
    PolicyRefused,
    /// What is observed can't be written.
    StoreAway,
    /// Somebody tries whether alerts arrive.
    Test,
}

impl Kind {
    /// Every one.
    pub const ALL: [Self; 12] = [
        Self::Drift,
        Self::NewScript,
        Self::OwnScript,
        Self::NewHost,
        Self::UnknownBytes,
        Self::HeaderWeakened,
        Self::ApprovalEnds,
        Self::WatcherBlind,
        Self::CodeInAttributes,
        Self::PolicyRefused,
        Self::StoreAway,
        Self::Test,
    ];

    /// Its name in settings and output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Drift => "drift",
            Self::NewScript => "new-script",
            Self::OwnScript => "own-script",
            Self::NewHost => "new-host",
            Self::UnknownBytes => "unknown-bytes",
            Self::HeaderWeakened => "header-weakened",
            Self::ApprovalEnds => "approval-ends",
            Self::WatcherBlind => "watcher-blind",
            Self::CodeInAttributes => "code-in-attributes",
            Self::PolicyRefused => "policy-refused",
            Self::StoreAway => "store-away",
            Self::Test => "test",
        }
    }

    /// Whether it tells how something stands, which a later alert on the same subject replaces. The others
    /// tell of things that came, each of which stays until a person has seen it.
    pub(super) const fn is_state(self) -> bool {
        match self {
            Self::Drift
            | Self::HeaderWeakened
            | Self::ApprovalEnds
            | Self::WatcherBlind
            | Self::PolicyRefused
            | Self::StoreAway
            | Self::Test => true,
            Self::NewScript
            | Self::OwnScript
            | Self::NewHost
            | Self::UnknownBytes
            | Self::CodeInAttributes => false,
        }
    }

    /// Whether whoever found it writes an event of its own; of a vendor's changes only where they are told outside.
    pub(super) const fn has_event(self, told: bool) -> bool {
        matches!(self, Self::PolicyRefused) || (told && matches!(self, Self::Drift))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A test is always sent: whoever asks for it wants it.
        let known = Self::ALL.into_iter().filter(|kind| *kind != Self::Test);
        let found = known.clone().find(|kind| kind.name() == text);
        found.ok_or_else(|| {
            let names: Vec<&str> = known.map(Self::name).collect();
            format!("`{text}` is no kind of alert; there are {}", names.join(", "))
        })
    }
}

/// How soon somebody should look.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Nothing is the matter.
    None,
    /// When there is time. Whoever says nothing else is told of all from here on.
    #[default]
    Low,
    /// Today.
    Medium,
    /// Now.
    High,
}

impl Severity {
    /// In output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = [Self::Low, Self::Medium, Self::High].into_iter().find(|one| one.name() == text);
        found.ok_or_else(|| format!("`{text}` is none of low, medium, high"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            assert_eq!(kind.name().parse::<Kind>().is_ok(), kind != Kind::Test, "{kind}");
        }
        assert!("drfit".parse::<Kind>().unwrap_err().contains("drift, new-script"));
        assert_eq!("high".parse(), Ok(Severity::High));
        assert!("none".parse::<Severity>().is_err() && Severity::High > Severity::Medium);
    }
}
