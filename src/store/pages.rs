//! Which pages were judged, how many, and on how many of them something would be stopped: by page rule.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde::Serialize;

/// Page rules that are summed up between two batches; further ones are lost.
const RULES: usize = 20_000;
/// Hours of one page rule; a database that is away for longer has the rest in the last.
const HOURS: usize = 72;
/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

/// A page was judged to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageJudged<'a> {
    /// The site's name.
    pub site: &'a str,
    /// The page rule's pattern or place.
    pub rule: &'a str,
    /// Whether verdicts were carried out.
    pub enforced: bool,
    /// Whether a script of it was, or would have been, stopped.
    pub stopped: bool,
}

/// Pages of one rule since the last batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSum {
    /// The site's name.
    pub site: String,
    /// The page rule's pattern or place.
    pub rule: String,
    /// Whether verdicts were carried out.
    pub enforced: bool,
    /// First since the last batch.
    pub first_seen: Timestamp,
    /// Last.
    pub last_seen: Timestamp,
    /// By hour: its beginning, and how many.
    pub hours: Vec<(Timestamp, Pages)>,
}

impl PageSum {
    /// Of all hours together.
    pub fn pages(&self) -> Pages {
        self.hours.iter().fold(Pages::default(), |sum, (_, pages)| sum.and(*pages))
    }
}

/// How many pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Pages {
    /// Responses that were judged to their end.
    pub responses: u64,
    /// Those of them with a script that was, or would have been, stopped.
    pub stopped: u64,
}

impl Pages {
    const fn and(self, other: Self) -> Self {
        Self {
            responses: self.responses.saturating_add(other.responses),
            stopped: self.stopped.saturating_add(other.stopped),
        }
    }
}

/// Pages of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PageRow {
    /// The site's name.
    pub site: String,
    /// The page rule's pattern or place.
    pub rule: String,
    /// Whether verdicts were carried out.
    pub enforced: bool,
    /// How many; where hours were asked for, in those hours.
    #[serde(flatten)]
    pub pages: Pages,
    /// First time.
    pub first_seen: Timestamp,
    /// Last time.
    pub last_seen: Timestamp,
}

/// Pages of one hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PageHourRow {
    /// When the hour began.
    pub hour: Timestamp,
    /// Whether verdicts were carried out.
    pub enforced: bool,
    /// How many.
    #[serde(flatten)]
    pub pages: Pages,
}

/// Which pages. What is not said does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageFilter {
    /// Of this site.
    pub site: Option<String>,
    /// Judged since; the whole hour counts.
    pub since: Option<Timestamp>,
    /// Judged before; the whole hour counts.
    pub until: Option<Timestamp>,
}

/// Sums since the last batch. A page rule that is known costs two look-ups and no allocation.
#[derive(Debug, Default)]
pub(super) struct PageSums {
    sites: HashMap<String, HashMap<String, [Option<Sum>; 2]>>,
    rules: usize,
    lost: u64,
}

#[derive(Debug)]
struct Sum {
    first_seen: Timestamp,
    last_seen: Timestamp,
    hours: BTreeMap<Timestamp, Pages>,
}

impl PageSums {
    /// One more.
    pub(super) fn add(&mut self, page: PageJudged<'_>, now: Timestamp) {
        let PageJudged { site, rule, enforced, stopped } = page;
        let known = self.sites.get(site).is_some_and(|rules| rules.contains_key(rule));
        if !known {
            if self.rules >= RULES {
                self.lost = self.lost.saturating_add(1);
                return;
            }
            self.rules += 1;
            self.sites.entry(site.to_owned()).or_default().insert(rule.to_owned(), [None, None]);
        }
        let Some([observed, carried_out]) = self.sites.get_mut(site).and_then(|rules| rules.get_mut(rule))
        else {
            return;
        };
        let sum = if enforced { carried_out } else { observed };
        let sum = sum.get_or_insert_with(|| Sum { first_seen: now, last_seen: now, hours: BTreeMap::new() });
        sum.last_seen = now;
        let micros = now.as_microsecond();
        let hour = Timestamp::from_microsecond(micros.saturating_sub(micros.rem_euclid(HOUR))).unwrap_or(now);
        let last = sum.hours.last_key_value().map(|(last, _)| *last);
        let hour =
            last.filter(|_| sum.hours.len() >= HOURS && !sum.hours.contains_key(&hour)).unwrap_or(hour);
        let pages = sum.hours.entry(hour).or_default();
        *pages = pages.and(Pages { responses: 1, stopped: u64::from(stopped) });
    }

    /// Everything, in the order of site and rule, and how many pages were lost.
    pub(super) fn take(&mut self) -> (Vec<PageSum>, u64) {
        let all = std::mem::take(self);
        let mut sums = Vec::with_capacity(all.rules);
        for (site, rules) in all.sites {
            for (rule, [observed, carried_out]) in rules {
                for (enforced, sum) in [(false, observed), (true, carried_out)] {
                    let Some(Sum { first_seen, last_seen, hours }) = sum else { continue };
                    let hours = hours.into_iter().collect();
                    let (site, rule) = (site.clone(), rule.clone());
                    sums.push(PageSum { site, rule, enforced, first_seen, last_seen, hours });
                }
            }
        }
        sums.sort_by(|a, b| (&a.site, &a.rule, a.enforced).cmp(&(&b.site, &b.rule, b.enforced)));
        (sums, all.lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn pages_are_summed_by_rule_mode_and_hour() {
        let mut sums = PageSums::default();
        let page = |rule, enforced, stopped| PageJudged { site: "shop", rule, enforced, stopped };
        sums.add(page("/*", false, true), at("2026-11-26T10:10:00Z"));
        sums.add(page("/*", false, false), at("2026-11-26T10:50:00Z"));
        sums.add(page("/*", false, false), at("2026-11-26T11:10:00Z"));
        sums.add(page("/*", true, true), at("2026-11-26T11:11:00Z"));
        sums.add(page("/pay/*", true, false), at("2026-11-26T11:12:00Z"));
        let (taken, lost) = sums.take();
        let told: Vec<(&str, bool, u64, u64, usize)> = taken
            .iter()
            .map(|sum| {
                let Pages { responses, stopped } = sum.pages();
                (sum.rule.as_str(), sum.enforced, responses, stopped, sum.hours.len())
            })
            .collect();
        assert_eq!(told, [("/*", false, 3, 1, 2), ("/*", true, 1, 1, 1), ("/pay/*", true, 1, 0, 1)]);
        assert_eq!(
            (taken[0].first_seen, taken[0].last_seen, lost),
            (at("2026-11-26T10:10:00Z"), at("2026-11-26T11:10:00Z"), 0)
        );
        assert_eq!(sums.take(), (Vec::new(), 0));
    }

    #[test]
    fn rules_beyond_the_bound_are_lost_and_counted_and_those_known_go_on() {
        let mut sums = PageSums::default();
        let now = at("2026-11-26T10:10:00Z");
        for n in 0..RULES + 7 {
            let rule = n.to_string();
            sums.add(PageJudged { site: "shop", rule: &rule, enforced: true, stopped: false }, now);
        }
        sums.add(PageJudged { site: "shop", rule: "0", enforced: false, stopped: false }, now);
        let (taken, lost) = sums.take();
        assert_eq!((taken.len(), lost), (RULES + 1, 7));
    }

    #[test]
    fn hours_of_a_database_that_is_away_for_long_are_bounded() {
        let mut sums = PageSums::default();
        for hour in 0..100_i64 {
            let now = Timestamp::from_second(3600 * hour).unwrap();
            sums.add(PageJudged { site: "shop", rule: "/*", enforced: true, stopped: false }, now);
        }
        let (taken, _) = sums.take();
        assert_eq!((taken[0].hours.len(), taken[0].pages().responses), (HOURS, 100));
    }
}
