//! What the evidence does not show, and what is allowed as an exception: said, so that nobody has to find it.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use serde_json::Value;
use url::Url;

use super::pack::{Gap, PageScope, Row, SiteScope, Span};
use crate::register::{Comes, Listed};
use crate::store::ScriptSeenRow;

/// Between two looks at vendors more time is a gap: PCI DSS 4.0.1, 11.6.1 asks for a look each week.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Scripts whose bytes nothing checks, and pages on which nothing is enforced.
pub(super) fn exceptions(sites: &[SiteScope], scripts: &[Listed]) -> Vec<Gap> {
    let evergreen = scripts.iter().filter_map(|script| {
        let until = script.ends?;
        let open = format!("its bytes are not checked; it may run until {until}. {}", script.why);
        Some(Gap { site: script.site.clone(), what: script.script.clone(), open })
    });
    let pages = sites.iter().flat_map(|site| site.pages.iter().map(move |page| (site, page)));
    let loose = pages.filter_map(|(site, page)| {
        let open = observed(page)?;
        Some(Gap { site: site.name.clone(), what: page.path.clone(), open })
    });
    evergreen.chain(loose).collect()
}

fn observed(page: &PageScope) -> Option<String> {
    if page.mode == "observe" {
        return Some("these pages are only observed: nothing is stopped".to_owned());
    }
    let part = page.enforce_percent;
    (part < 100).then(|| format!("enforced for {part} of a hundred visitors"))
}

/// What is open. `checks`: the rows about looks at vendors.
pub(super) fn gaps(
    sites: &[SiteScope],
    scripts: &[Listed],
    seen: &[ScriptSeenRow],
    checks: &[Row],
    span: Span,
) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut told = HashSet::new();
    for row in seen.iter().filter(|row| row.seen.verdict.stops()) {
        let one = &row.seen;
        if told.insert((&one.site, &one.script, &one.page)) {
            let done = if one.enforced { "it was stopped" } else { "it ran: these pages are only observed" };
            let open = format!("seen {} times on {} without approval; {done}", row.count, one.page);
            gaps.push(Gap { site: one.site.clone(), what: one.script.clone(), open });
        }
    }
    let known = Known::of(seen);
    for script in scripts {
        if known.has(script) == Some(false) {
            let open = "approved, and not seen on any page".to_owned();
            gaps.push(Gap { site: script.site.clone(), what: script.script.clone(), open });
        }
        if !script.authorised.iter().any(|act| act.counts && act.act == "approval") {
            let open = "named by the policy, and nobody has approved any bytes of it".to_owned();
            gaps.push(Gap { site: script.site.clone(), what: script.script.clone(), open });
        }
    }
    for (site, page) in sites.iter().flat_map(|site| site.pages.iter().map(move |page| (site, page))) {
        if page.last_seen.is_none() {
            let open = "not covered: no page under this rule was judged, so that nobody may have visited one";
            gaps.push(Gap { site: site.name.clone(), what: page.path.clone(), open: open.to_owned() });
        }
    }
    gaps.extend(blind(scripts, checks, span));
    gaps
}

/// What pages had, by site.
struct Known<'a> {
    /// URLs, and digests of what stands in pages.
    names: HashSet<(&'a str, &'a str)>,
    /// Path and query of URLs: a policy may name a script of the site so, on whichever of its hosts.
    paths: HashSet<(&'a str, String)>,
}

impl<'a> Known<'a> {
    fn of(seen: &'a [ScriptSeenRow]) -> Self {
        let name = |row: &'a ScriptSeenRow| (row.seen.site.as_str(), row.seen.script.as_str());
        let path = |row: &'a ScriptSeenRow| {
            let url = Url::parse(&row.seen.script).ok()?;
            let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
            Some((row.seen.site.as_str(), format!("{}{query}", url.path())))
        };
        Self { names: seen.iter().map(name).collect(), paths: seen.iter().filter_map(path).collect() }
    }

    /// Whether a page had it; `None`: what was seen doesn't tell.
    fn has(&self, script: &Listed) -> Option<bool> {
        let site = script.site.as_str();
        match script.comes {
            Comes::FromVendor => Some(self.names.contains(&(site, &script.what))),
            Comes::FromSite => Some(self.paths.contains(&(site, script.what.clone()))),
            Comes::InPage => {
                let mut digests = script.authorised.iter().filter_map(|act| act.digest.as_deref());
                Some(digests.any(|digest| self.names.contains(&(site, digest))))
            }
            Comes::ByPattern | Comes::FromBuild | Comes::InPageWithData => None,
        }
    }
}

/// Times of more than a week in which nobody got to see what a vendor serves, by script.
fn blind(scripts: &[Listed], checks: &[Row], span: Span) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for script in scripts.iter().filter(|script| script.comes == Comes::FromVendor) {
        let says =
            |row: &Row, key: &str, value: &str| row.says.get(key).and_then(Value::as_str) == Some(value);
        let looks = checks.iter().filter(|row| {
            let of_script = says(row, "site", &script.site) && says(row, "script", &script.script);
            row.kind == "drift-check" && of_script && !says(row, "drift", "unreachable")
        });
        let mut moments: Vec<Timestamp> = looks.map(|row| row.at).collect();
        moments.push(span.to);
        moments.sort();
        let mut before = span.from;
        for moment in moments {
            if moment.duration_since(before) > WEEK {
                let open = format!("from {before} to {moment} nobody saw what its vendor serves");
                gaps.push(Gap { site: script.site.clone(), what: script.script.clone(), open });
            }
            before = moment;
        }
    }
    gaps
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::inventory::{Decision, SeenKind};
    use crate::store::ScriptSeen;

    #[test]
    fn a_script_of_the_site_is_seen_on_whichever_of_its_hosts() {
        let seen = |script: &str| ScriptSeenRow {
            seen: ScriptSeen {
                site: "shop".into(),
                page: "/*".into(),
                kind: SeenKind::External,
                srcdoc: 0,
                script: script.into(),
                digest: None,
                attribute: None,
                verdict: Decision::Pin,
                reason: "approved".into(),
                enforced: true,
            },
            count: 1,
            first_seen: at(0),
            last_seen: at(0),
        };
        let rows = [seen("https://www.shop.example/app.js?v=1"), seen("https://cdn.example/chat.js")];
        let known = Known::of(&rows);
        let named = |what: &str, comes| known.has(&Listed { what: what.into(), comes, ..vendor() });
        assert_eq!(named("/app.js?v=1", Comes::FromSite), Some(true));
        assert_eq!(named("/app.js", Comes::FromSite), Some(false));
        assert_eq!(named("https://cdn.example/chat.js", Comes::FromVendor), Some(true));
        assert_eq!(named("https://cdn.example/:v/chat.js", Comes::ByPattern), None);
        assert_eq!(known.has(&Listed { site: "blog".into(), ..vendor() }), Some(false));
    }

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(day * 86_400).unwrap()
    }

    fn look(day: i64) -> Row {
        let says = json!({ "site": "shop", "script": "chat", "drift": "same" });
        let Value::Object(says) = says else { panic!("{says}") };
        Row { node: "n".into(), number: 1, at: at(day), kind: "drift-check".into(), says }
    }

    fn vendor() -> Listed {
        Listed {
            site: "shop".into(),
            script: "chat".into(),
            what: "https://cdn.example/chat.js".into(),
            comes: Comes::FromVendor,
            pages: Vec::new(),
            owner: None,
            why: "Chat".into(),
            integrity: String::new(),
            ends: None,
            authorised: Vec::new(),
        }
    }

    #[test]
    fn more_than_a_week_without_a_look_is_said_wherever_it_lies() {
        let span = Span { from: at(0), to: at(30) };
        let blind_days = |days: &[i64]| {
            let checks: Vec<Row> = days.iter().map(|day| look(*day)).collect();
            blind(&[vendor()], &checks, span).len()
        };
        assert_eq!(blind_days(&[]), 1);
        assert_eq!(blind_days(&[7, 14, 21, 28]), 0);
        assert_eq!(blind_days(&[8, 15, 22]), 2);
        assert!(blind(&[], &[], span).is_empty(), "nobody to look at");
        // A look at another vendor's script, or one that brought nothing, is none at this.
        for (key, value) in [("script", "other"), ("site", "blog"), ("drift", "unreachable")] {
            let mut other = look(4);
            other.says.insert(key.into(), value.into());
            assert_eq!(blind(&[vendor()], &[other], Span { to: at(8), ..span }).len(), 1, "{key}");
        }
    }

    #[test]
    fn what_was_approved_and_never_seen_is_said_and_so_are_pages() {
        let page = |path: &str, mode| PageScope {
            path: path.into(),
            mode,
            enforce_percent: 100,
            payment: true,
            responses: 0,
            stopped: 0,
            last_seen: None,
        };
        let pages = vec![page("/pay/*", "enforce"), page("/*", "observe")];
        let sites = [SiteScope { name: "shop".into(), hosts: Vec::new(), pages }];
        let span = Span { from: at(0), to: at(1) };
        let open: Vec<(String, String)> =
            gaps(&sites, &[vendor()], &[], &[], span).into_iter().map(|gap| (gap.what, gap.open)).collect();
        assert_eq!(open.len(), 4, "{open:?}");
        assert!(open[0].1.contains("not seen") && open[1].1.contains("nobody has approved"), "{open:?}");
        let exceptions = exceptions(&sites, &[Listed { ends: Some(at(9)), ..vendor() }]);
        assert_eq!(exceptions.len(), 2);
        assert_eq!(exceptions[1].what, "/*");
    }
}
