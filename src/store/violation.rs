//! What browsers reported, in plain types: the thing reported, one report of it, and all reports of it together.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::class::Class;
use super::key::key;
use crate::clock::Rfc3339;

/// What was reported, cleaned: no queries, no fragments, cut to length. Equal ones are one group. All texts came
/// from strangers but `site`, `class`, `reason` and `rule`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Violation {
    /// The site's name; where no policy names the site, the host that the report was sent to.
    pub site: String,
    /// The report's type: `csp-violation`, `integrity-violation`, `script-refused`, `csp-hash`, `crash` …
    pub kind: String,
    /// What it means.
    pub class: Class,
    /// Why it is of that class: a stable code.
    pub reason: String,
    /// The page rule's pattern or place, as scripts seen name it.
    pub rule: Option<String>,
    /// The effective directive, or the destination; of other types empty.
    pub directive: String,
    /// What was blocked: a URL, `inline`, `eval` …; of other types what they are about.
    pub blocked: String,
    /// The file whose code asked for it, where the browser says.
    pub source: Option<String>,
    /// The digest that the browser computed, where it says.
    pub digest: Option<String>,
    /// `enforce` or `report`.
    pub disposition: String,
}

impl Violation {
    /// The same for equal ones, on every node and after every restart.
    pub fn fingerprint(&self) -> Fingerprint {
        let texts = [&self.site, &self.kind, &self.reason, &self.directive, &self.blocked, &self.disposition];
        let optional = [&self.rule, &self.source, &self.digest];
        let texts = texts.into_iter().map(|text| Some(text.as_str()));
        let optional = optional.into_iter().map(|text| text.as_deref());
        Fingerprint(key([Some(self.class.name())].into_iter().chain(texts).chain(optional)))
    }
}

/// Names a group of equal violations: half a SHA-256, written as 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub [u8; 16]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text that is no fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 32 hexadecimal digits")]
pub struct FingerprintError;

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    fn from_str(text: &str) -> Result<Self, FingerprintError> {
        let digits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u128::from_str_radix(text, 16).ok().filter(|_| digits);
        number.map(|number| Self(number.to_be_bytes())).ok_or(FingerprintError)
    }
}

impl schemars::JsonSchema for Fingerprint {
    fn schema_name() -> Cow<'static, str> {
        "Fingerprint".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9a-fA-F]{32}$" })
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// What it tells.
    pub violation: Violation,
    /// The page, without query and fragment.
    pub document: String,
    /// The browser's family and version, such as `Chromium 156`, as far as it says.
    pub browser: String,
    /// The generation named in the report URL, if it is one of ours by form.
    pub generation: Option<String>,
    /// Stands for the network that it came from; means nothing outside this process.
    pub network: u64,
}

/// All reports of one violation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ViolationRow {
    /// Names the group.
    pub id: Fingerprint,
    /// What was reported.
    #[serde(flatten)]
    pub violation: Violation,
    /// How often; where hours were asked for, in those hours.
    pub count: u64,
    /// First time.
    #[schemars(with = "Rfc3339")]
    pub first_seen: Timestamp,
    /// Last time.
    #[schemars(with = "Rfc3339")]
    pub last_seen: Timestamp,
    /// The generation that the last report named.
    pub generation: Option<String>,
    /// From how many networks, counted up to [`NETWORKS`]: one is easily a forger, or one visitor's extension.
    pub networks: u32,
    /// On which pages, the most frequent first; at most [`PAGES`], the rest under `""`.
    pub pages: Vec<Counted>,
    /// In which browsers, the most frequent first; at most [`BROWSERS`], the rest under `""`.
    pub browsers: Vec<Counted>,
}

impl ViolationRow {
    /// The page on which most were, or an empty text.
    pub fn page(&self) -> &str {
        self.pages.iter().map(|page| page.name.as_str()).find(|name| !name.is_empty()).unwrap_or_default()
    }
}

/// Different networks counted for a group.
pub const NETWORKS: u32 = 8;
/// Pages kept for a group.
pub const PAGES: usize = 20;
/// Browsers kept for a group.
pub const BROWSERS: usize = 20;

/// How often something was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Counted {
    /// What.
    pub name: String,
    /// How often.
    pub count: u64,
}

/// Violations of one class in one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct HourRow {
    /// When the hour began.
    #[schemars(with = "Rfc3339")]
    pub hour: Timestamp,
    /// The class.
    pub class: Class,
    /// How many reports.
    pub count: u64,
}

#[cfg(test)]
impl Violation {
    /// One as tests want it, about this.
    pub(in crate::store) fn sample(blocked: &str) -> Self {
        Self {
            site: "shop".into(),
            kind: "csp-violation".into(),
            class: Class::NeverServed,
            reason: "not-seen".into(),
            rule: None,
            directive: "script-src-elem".into(),
            blocked: blocked.into(),
            source: None,
            digest: None,
            disposition: "enforce".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violation() -> Violation {
        Violation::sample("inline")
    }

    #[test]
    fn different_violations_have_different_fingerprints_wherever_they_differ() {
        let one = violation();
        let mut others = vec![
            Violation { site: "shopc".into(), kind: "sp-violation".into(), ..one.clone() },
            Violation { class: Class::Unjoined, ..one.clone() },
            Violation { rule: Some(String::new()), ..one.clone() },
            Violation { source: Some(String::new()), ..one.clone() },
            Violation { digest: Some(String::new()), ..one.clone() },
            Violation { blocked: "eval".into(), ..one.clone() },
            one.clone(),
        ];
        let mut all: Vec<Fingerprint> = others.drain(..).map(|other| other.fingerprint()).collect();
        assert_eq!(all.last(), Some(&one.fingerprint()));
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 7);
    }

    #[test]
    fn a_fingerprint_is_read_as_it_is_written() {
        let one = violation().fingerprint();
        assert_eq!(one.to_string().parse(), Ok(one));
        for bad in ["", "+1234567890123456789012345678901", "g", &"0".repeat(33)] {
            assert_eq!(bad.parse::<Fingerprint>(), Err(FingerprintError), "{bad}");
        }
    }
}
