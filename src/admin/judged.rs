//! How many responses were judged under each page rule, so that a count becomes a share.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::register::Seen;
use crate::store::PageRow;

/// From a script in a page to the page's end.
const SLACK: SignedDuration = SignedDuration::from_mins(5);

/// By page rule and whether verdicts were carried out: how many, and since when they are counted.
type Rules = HashMap<(String, bool), (u64, Timestamp)>;

/// Responses judged, by site, page rule, and whether verdicts were carried out.
#[derive(Debug, Default)]
pub(super) struct Judged {
    sites: HashMap<String, Rules>,
}

impl Judged {
    pub(super) fn of(rows: Vec<PageRow>) -> Self {
        let mut judged = Self::default();
        for row in rows {
            let rules = judged.sites.entry(row.site).or_default();
            rules.insert((row.rule, row.enforced), (row.pages.responses, row.first_seen));
        }
        judged
    }

    /// On which part of the responses under its rule a script was, from 0 to 1. A page may have it twice, so this is
    /// at the most so much. `None`: it was seen before responses were counted, or there is no count.
    pub(super) fn share(&self, site: &str, seen: &Seen) -> Option<f64> {
        let (judged, since) = self.sites.get(site)?.get(&(seen.rule.to_string(), seen.enforced))?;
        // A page is counted when it has ended, its scripts before.
        let counted = seen.first.saturating_add(SLACK).is_ok_and(|first| first >= *since);
        if *judged == 0 || !counted {
            return None;
        }
        let ten_thousandths = seen.count.min(*judged).saturating_mul(10_000).checked_div(*judged)?;
        u32::try_from(ten_thousandths).ok().map(|part| f64::from(part) / 10_000.0)
    }
}

/// For people: `12 %`, and something where there is something.
pub(super) fn percent(share: f64) -> String {
    if share > 0.0 && share < 0.01 { "under 1 %".to_owned() } else { format!("{:.0} %", share * 100.0) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::inventory::{Decision, SeenKind};
    use crate::store::Pages;

    #[test]
    fn a_share_is_told_only_of_what_was_counted_from_its_beginning() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let judged = Judged::of(vec![PageRow {
            site: "shop".into(),
            rule: "/*".into(),
            enforced: true,
            pages: Pages { responses: 400, stopped: 0 },
            first_seen: at(10),
            last_seen: at(20),
        }]);
        let share = |rule: &str, enforced, count, first| {
            let seen = Seen {
                rule: Arc::from(rule),
                kind: SeenKind::External,
                srcdoc: 0,
                script: Arc::from("https://a.test/x.js"),
                digest: None,
                attribute: None,
                verdict: Decision::Pin,
                reason: Arc::from("approved"),
                enforced,
                count,
                first: at(first),
                last: at(20),
                current: true,
            };
            judged.share("shop", &seen).map(percent)
        };
        assert_eq!(share("/*", true, 48, 10).as_deref(), Some("12 %"));
        assert_eq!(share("/*", true, 1, 10).as_deref(), Some("under 1 %"));
        assert_eq!(share("/*", true, 900, 12).as_deref(), Some("100 %"), "twice in a page");
        assert_eq!(share("/*", true, 48, -300), None, "seen before responses were counted");
        assert_eq!((share("/*", false, 48, 10), share("/pay/*", true, 48, 10)), (None, None));
    }
}
