//! Sites and their page rules as the overview shows them: in which mode, and what enforcing would stop.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::policy::{Mode, PageRules, Site, Snapshot, Unapproved};
use crate::store::{PageRow, Pages, ScriptSeenRow};

/// Sites on the page; the API has all.
const SITES: usize = 100;
/// Page rules of a site.
const RULES: usize = 50;
/// Scripts that are named where enforcing would stop them.
const NAMED: usize = 5;

/// A site.
#[derive(Debug)]
pub(super) struct SiteView {
    pub(super) name: String,
    pub(super) hosts: String,
    pub(super) upstreams: String,
    pub(super) pages: Vec<PageView>,
    /// Page rules that are not shown.
    pub(super) more: usize,
}

/// A page rule.
#[derive(Debug)]
pub(super) struct PageView {
    pub(super) path: String,
    pub(super) mode: Carried,
    pub(super) payment: bool,
    pub(super) unapproved: &'static str,
    pub(super) would_stop: WouldStop,
}

/// For whom verdicts are carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carried {
    Everybody,
    /// For so many of a hundred visitors.
    Part(u8),
    Nobody,
}

/// What enforcing a page rule would stop, of what was seen on its pages.
#[derive(Debug, Default)]
pub(super) struct WouldStop {
    /// Different scripts.
    pub(super) scripts: usize,
    /// How often they were seen.
    pub(super) times: u64,
    /// The first of them.
    pub(super) names: Vec<String>,
    /// Whether any script was seen there that was observed.
    pub(super) seen: bool,
    /// Responses that were observed in the last days, and those with something to stop; where that is known.
    pub(super) pages: Option<Pages>,
}

impl Carried {
    pub(super) fn of(rules: &PageRules) -> Self {
        match (rules.mode, rules.enforce_percent) {
            (Mode::Observe, _) | (Mode::Enforce, 0) => Self::Nobody,
            (Mode::Enforce, 100..) => Self::Everybody,
            (Mode::Enforce, percent) => Self::Part(percent),
        }
    }

    pub(super) fn is_everybody(self) -> bool {
        self == Self::Everybody
    }

    pub(super) const fn tone(self) -> &'static str {
        match self {
            Self::Everybody => "good",
            Self::Part(_) => "stopped",
            Self::Nobody => "problem",
        }
    }

    pub(super) fn words(self) -> String {
        match self {
            Self::Everybody => "enforced".to_owned(),
            Self::Part(percent) => format!("enforced for {percent} %"),
            Self::Nobody => "observed only".to_owned(),
        }
    }
}

/// What was observed, by site and page rule: looked through once, however many rules there are.
struct Observed<'a> {
    scripts: HashMap<(&'a str, &'a str), Vec<&'a ScriptSeenRow>>,
    pages: HashMap<(&'a str, &'a str), Pages>,
}

impl<'a> Observed<'a> {
    fn of(seen: &'a [ScriptSeenRow], judged: Option<&'a [PageRow]>) -> Self {
        let mut scripts: HashMap<_, Vec<_>> = HashMap::new();
        for row in seen.iter().filter(|row| !row.seen.enforced) {
            scripts.entry((row.seen.site.as_str(), row.seen.page.as_str())).or_default().push(row);
        }
        let judged = judged.unwrap_or_default().iter();
        let judged = judged.filter(|row| !row.enforced && row.pages.responses > 0);
        let pages = judged.map(|row| ((row.site.as_str(), row.rule.as_str()), row.pages)).collect();
        Self { scripts, pages }
    }

    fn would_stop(&self, site: &str, rule: &str) -> WouldStop {
        let rows = self.scripts.get(&(site, rule)).map(Vec::as_slice).unwrap_or_default();
        let mut names: BTreeSet<&str> = BTreeSet::new();
        let mut times = 0_u64;
        for row in rows.iter().filter(|row| row.seen.verdict.stops()) {
            times = times.saturating_add(row.count);
            names.insert(&row.seen.script);
        }
        WouldStop {
            scripts: names.len(),
            times,
            names: names.into_iter().take(NAMED).map(ToOwned::to_owned).collect(),
            seen: !rows.is_empty(),
            pages: self.pages.get(&(site, rule)).copied(),
        }
    }
}

/// The page rules of a site that can match: one behind another of the same pattern never does.
pub(super) fn rules(site: &Site) -> impl Iterator<Item = &PageRules> {
    let mut known = HashSet::new();
    site.pages.iter().filter(move |rules| known.insert(rules.path.as_str()))
}

/// Every page rule of every site, with whose it is.
pub(super) fn all_rules(snapshot: &Snapshot) -> impl Iterator<Item = (&Site, &PageRules, Carried)> {
    snapshot.sites.iter().flat_map(|site| rules(site).map(move |rules| (&**site, rules, Carried::of(rules))))
}

/// The sites, with what enforcing would stop.
pub(super) fn sites(
    snapshot: &Snapshot,
    seen: &[ScriptSeenRow],
    judged: Option<&[PageRow]>,
) -> Vec<SiteView> {
    let observed = Observed::of(seen, judged);
    snapshot.sites.iter().take(SITES).map(|site| site_view(site, &observed)).collect()
}

fn site_view(site: &Site, observed: &Observed<'_>) -> SiteView {
    let hosts = if site.hosts.is_empty() { "every host".to_owned() } else { site.hosts.join(", ") };
    let upstreams = site.upstreams.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let pages: Vec<PageView> =
        rules(site).take(RULES).map(|rules| page_view(site, rules, observed)).collect();
    let more = rules(site).count().saturating_sub(pages.len());
    SiteView { name: site.name.to_string(), hosts, upstreams, pages, more }
}

fn page_view(site: &Site, rules: &PageRules, observed: &Observed<'_>) -> PageView {
    let mode = Carried::of(rules);
    let path = rules.path.as_str().to_owned();
    let would_stop =
        if mode.is_everybody() { WouldStop::default() } else { observed.would_stop(&site.name.0, &path) };
    PageView {
        path,
        mode,
        payment: rules.payment,
        unapproved: match rules.unapproved {
            Unapproved::Quarantine => "made inert",
            Unapproved::Strip => "removed",
        },
        would_stop,
    }
}

impl WouldStop {
    /// On which part of the responses, where that is known: `12 %`.
    pub(super) fn share(&self) -> Option<String> {
        let Pages { responses, stopped } = self.pages?;
        let percent = u128::from(stopped) * 100 / u128::from(responses.max(1));
        Some(if percent == 0 && stopped > 0 { "less than 1 %".to_owned() } else { format!("{percent} %") })
    }

    /// How many responses that is a part of.
    pub(super) fn responses(&self) -> u64 {
        self.pages.map_or(0, |pages| pages.responses)
    }

    /// Scripts that are not named.
    pub(super) fn more(&self) -> usize {
        self.scripts.saturating_sub(self.names.len())
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::inventory::{Decision, SeenKind};
    use crate::store::ScriptSeen;

    fn row(script: &str, verdict: Decision, enforced: bool, count: u64) -> ScriptSeenRow {
        ScriptSeenRow {
            seen: ScriptSeen {
                site: "shop".into(),
                page: "/pay/*".into(),
                kind: SeenKind::External,
                srcdoc: 0,
                script: script.into(),
                digest: None,
                attribute: None,
                verdict,
                reason: "unknown-url".into(),
                enforced,
            },
            count,
            first_seen: Timestamp::UNIX_EPOCH,
            last_seen: Timestamp::UNIX_EPOCH,
        }
    }

    fn judged(enforced: bool, responses: u64, stopped: u64) -> PageRow {
        PageRow {
            site: "shop".into(),
            rule: "/pay/*".into(),
            enforced,
            pages: Pages { responses, stopped },
            first_seen: Timestamp::UNIX_EPOCH,
            last_seen: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn enforcing_would_stop_what_was_observed_there_without_approval_each_script_once() {
        let seen = [
            row("https://a.example/1.js", Decision::Strip, false, 5),
            row("https://a.example/1.js", Decision::Quarantine, false, 2),
            row("https://a.example/2.js", Decision::Strip, false, 1),
            row("https://a.example/fine.js", Decision::Pin, false, 9),
            row("https://a.example/stopped.js", Decision::Strip, true, 7),
        ];
        let stop = Observed::of(&seen, None).would_stop("shop", "/pay/*");
        assert_eq!((stop.scripts, stop.times, stop.seen), (2, 8, true));
        assert_eq!(stop.names, ["https://a.example/1.js", "https://a.example/2.js"]);
        for (site, rule) in [("shop", "/*"), ("other", "/pay/*")] {
            let none = Observed::of(&seen, None).would_stop(site, rule);
            assert_eq!((none.scripts, none.seen), (0, false), "{site} {rule}");
        }
        let many: Vec<_> = (0..9).map(|n| row(&format!("{n}"), Decision::Strip, false, 1)).collect();
        let stop = Observed::of(&many, None).would_stop("shop", "/pay/*");
        assert_eq!((stop.scripts, stop.names.len(), stop.more()), (9, NAMED, 4));
    }

    #[test]
    fn the_share_is_of_responses_that_were_only_observed() {
        let share = |rows: &[PageRow]| Observed::of(&[], Some(rows)).would_stop("shop", "/pay/*").share();
        assert_eq!(share(&[judged(true, 100, 50), judged(false, 200, 25)]).as_deref(), Some("12 %"));
        assert_eq!(share(&[judged(false, 2000, 1)]).as_deref(), Some("less than 1 %"));
        assert_eq!(share(&[judged(false, 20, 0)]).as_deref(), Some("0 %"));
        assert_eq!(share(&[judged(true, 100, 50)]), None);
        assert_eq!(share(&[judged(false, 0, 0)]), None);
        assert_eq!(share(&[judged(false, u64::MAX, u64::MAX)]).as_deref(), Some("100 %"));
    }
}
