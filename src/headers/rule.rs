//! What is known of the fields of one page rule's pages: what came first, what somebody accepted, and what came
//! since that protects less. No I/O, no clock.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::changes::Changes;
use super::fields::Fields;
use super::weaker::{Weaker, severity, weaker};
use crate::alert::Severity;
use crate::clock::Rfc3339;

/// Sets of fields that somebody accepted; the oldest goes first.
const ACCEPTED: usize = 16;
/// Different ways of protecting less that are kept of one rule.
const WEAKENED: usize = 8;
/// Different sets of fields that are remembered as looked at, so that they are not compared again.
const LOOKED_AT: usize = 256;
/// What did not come again for so long, though pages did, is over.
const GONE: SignedDuration = SignedDuration::from_hours(24);

/// A set of fields that protects less than the first, but is as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Accepted {
    /// The fields.
    pub fields: Fields,
    /// Who accepted it.
    pub by: String,
    /// Why.
    pub because: Option<String>,
    /// When.
    #[schemars(with = "Rfc3339")]
    pub at: Timestamp,
}

/// A way of protecting less that was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Weakened {
    /// In which ways.
    pub how: Vec<Weaker>,
    /// The fields.
    pub fields: Fields,
    /// Since when.
    #[schemars(with = "Rfc3339")]
    pub since: Timestamp,
    /// When it was seen last, as far as that was written down.
    #[schemars(with = "Rfc3339")]
    pub last: Timestamp,
}

/// The pages of one page rule.
#[derive(Debug, Clone, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "HeaderRule")]
pub struct Rule {
    /// The site.
    pub site: String,
    /// The page rule's pattern.
    pub rule: String,
    /// What came first.
    pub baseline: Fields,
    /// When.
    #[schemars(with = "Rfc3339")]
    pub since: Timestamp,
    /// What somebody accepted.
    pub accepted: Vec<Accepted>,
    /// What came since that protects less.
    pub weakened: Vec<Weakened>,
    /// Whether the pages are in PCI DSS scope.
    #[serde(default)]
    pub payment: bool,
    /// Fields that were looked at, by their hash: the place in `weakened`, or nothing to tell.
    #[serde(skip)]
    pub(super) looked_at: HashMap<u64, Option<usize>>,
    /// What was told of its changes.
    #[serde(skip)]
    pub(super) changes: Changes,
    /// When a page came last.
    #[serde(skip)]
    pub(super) last: Option<Timestamp>,
}

impl Rule {
    /// One of which the first page just came.
    pub(super) fn new(site: &str, rule: &str, baseline: Fields, at: Timestamp) -> Self {
        Self {
            site: site.to_owned(),
            rule: rule.to_owned(),
            baseline,
            since: at,
            accepted: Vec::new(),
            weakened: Vec::new(),
            payment: false,
            looked_at: HashMap::new(),
            changes: Changes::default(),
            last: Some(at),
        }
    }

    /// Takes note of fields whose hash is not known, and answers whether something is new. `set` says whether
    /// the policy sets or removes a field itself: then it doesn't matter what the application sends.
    pub(super) fn look(
        &mut self,
        hash: u64,
        fields: Fields,
        at: Timestamp,
        set: &dyn Fn(&str) -> bool,
    ) -> bool {
        if self.looked_at.len() >= LOOKED_AT {
            self.looked_at.clear();
        }
        let mut how = weaker(&self.baseline, &fields);
        how.retain(|weaker| !set(&weaker.header));
        let fine = how.is_empty()
            || self.accepted.iter().any(|accepted| weaker(&accepted.fields, &fields).is_empty());
        if fine {
            self.looked_at.insert(hash, None);
            return false;
        }
        if let Some(place) = self.weakened.iter().position(|known| known.how == how) {
            self.looked_at.insert(hash, Some(place));
            if let Some(known) = self.weakened.get_mut(place) {
                known.last = at;
            }
            return false;
        }
        if self.weakened.len() >= WEAKENED {
            // Something is the matter already, and stands.
            self.looked_at.insert(hash, None);
            return false;
        }
        self.looked_at.insert(hash, Some(self.weakened.len()));
        self.weakened.push(Weakened { how, fields, since: at, last: at });
        true
    }

    /// Somebody says that all of it is as it should be. Answers how much there was.
    pub(super) fn accept(&mut self, by: &str, because: Option<&str>, at: Timestamp) -> usize {
        let accepted = std::mem::take(&mut self.weakened);
        let count = accepted.len();
        self.accepted.extend(accepted.into_iter().map(|weakened| Accepted {
            fields: weakened.fields,
            by: by.to_owned(),
            because: because.map(ToOwned::to_owned),
            at,
        }));
        let more = self.accepted.len().saturating_sub(ACCEPTED);
        self.accepted.drain(..more);
        self.looked_at.clear();
        count
    }

    /// Forgets what did not come again for a day, though pages did. Answers whether there was any.
    pub(super) fn settle(&mut self) -> bool {
        let Some(last) = self.last else { return false };
        let before = self.weakened.len();
        self.weakened.retain(|weakened| last.duration_since(weakened.last) < GONE);
        if self.weakened.len() == before {
            return false;
        }
        self.looked_at.clear();
        true
    }

    /// Every way in which its pages protect less, each once.
    pub fn ways(&self) -> Vec<&Weaker> {
        let mut ways: Vec<&Weaker> = self.weakened.iter().flat_map(|weakened| &weakened.how).collect();
        ways.sort_unstable();
        ways.dedup();
        ways
    }

    /// How soon somebody should look.
    pub(super) fn severity(&self) -> Severity {
        let gravest = self.ways().iter().map(|weaker| severity(&weaker.header)).max();
        match (self.payment, gravest.unwrap_or(Severity::None)) {
            (true, Severity::Medium) => Severity::High,
            (true, Severity::Low) => Severity::Medium,
            (_, severity) => severity,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fields::tests::headers;
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH.checked_add(SignedDuration::from_hours(hours)).unwrap()
    }

    fn fields(lines: &[(&'static str, &str)]) -> Fields {
        Fields::of(&headers(lines))
    }

    fn rule() -> Rule {
        let all = [("x-frame-options", "DENY"), ("referrer-policy", "no-referrer")];
        Rule::new("shop", "/*", fields(&all), at(0))
    }

    #[test]
    fn what_protects_less_is_new_once_and_fine_once_it_is_accepted() {
        let mut rule = rule();
        let nothing = |_: &str| false;
        assert!(!rule.look(
            1,
            fields(&[("x-frame-options", "DENY"), ("referrer-policy", "no-referrer")]),
            at(0),
            &nothing
        ));
        assert!(rule.look(2, fields(&[("referrer-policy", "no-referrer")]), at(1), &nothing));
        assert!(!rule.look(
            3,
            fields(&[("referrer-policy", "no-referrer"), ("permissions-policy", "a=()")]),
            at(2),
            &nothing
        ));
        assert_eq!(rule.weakened[0].last, at(2), "the same way again");
        assert!(rule.look(4, fields(&[("x-frame-options", "DENY")]), at(3), &nothing));
        assert_eq!((rule.ways().len(), rule.severity()), (3, Severity::Medium), "{:?}", rule.ways());
        rule.payment = true;
        assert_eq!(rule.severity(), Severity::High);
        assert_eq!(rule.accept("alice", None, at(4)), 2);
        for (hash, lines) in
            [(2, &[("referrer-policy", "no-referrer")][..]), (4, &[("x-frame-options", "DENY")])]
        {
            assert!(!rule.look(hash, fields(lines), at(5), &nothing));
        }
        assert!(rule.look(5, fields(&[]), at(6), &nothing), "both at once nobody accepted");
    }

    #[test]
    fn what_the_policy_sets_itself_does_not_matter() {
        let mut rule = rule();
        assert!(!rule.look(1, fields(&[("referrer-policy", "no-referrer")]), at(0), &|name| name
            == "x-frame-options"));
    }

    #[test]
    fn what_did_not_come_again_for_a_day_is_over_where_pages_came() {
        let mut rule = rule();
        assert!(rule.look(1, fields(&[]), at(1), &|_| false));
        rule.last = Some(at(20));
        assert!(!rule.settle());
        rule.last = Some(at(26));
        assert!(rule.settle() && rule.weakened.is_empty());
    }

    #[test]
    fn fields_that_differ_in_each_response_stay_bounded() {
        let mut rule = rule();
        for n in 0..10_000_u64 {
            let policy = format!("max-age={n}");
            rule.baseline = fields(&[("strict-transport-security", "max-age=100000")]);
            rule.look(n, fields(&[("strict-transport-security", &policy)]), at(0), &|_| false);
        }
        assert!(rule.looked_at.len() <= LOOKED_AT && rule.weakened.len() == WEAKENED);
    }
}
