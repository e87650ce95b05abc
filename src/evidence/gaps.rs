//! What the evidence does not show, and what is allowed as an exception: said, so that nobody has to find it.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::pack::{Gap, Listed, PageScope, Row, SiteScope, Span};
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
    let names: HashSet<&str> = seen.iter().map(|row| row.seen.script.as_str()).collect();
    for script in scripts {
        let known = names.contains(script.what.as_str())
            || script
                .authorised
                .iter()
                .filter_map(|act| act.digest.as_deref())
                .any(|digest| names.contains(digest));
        let exact = !script.what.contains('*') && !script.what.contains(" build ");
        if exact && !known {
            let open = "approved, and not seen on any page".to_owned();
            gaps.push(Gap { site: script.site.clone(), what: script.script.clone(), open });
        }
        if !script.authorised.iter().any(|act| act.counts && act.act == "approval") {
            let open = "named by the policy, and nobody has approved any bytes of it".to_owned();
            gaps.push(Gap { site: script.site.clone(), what: script.script.clone(), open });
        }
    }
    let pages_seen: HashSet<(&str, &str)> =
        seen.iter().map(|row| (row.seen.site.as_str(), row.seen.page.as_str())).collect();
    for (site, page) in sites.iter().flat_map(|site| site.pages.iter().map(move |page| (site, page))) {
        if !pages_seen.contains(&(site.name.as_str(), page.path.as_str())) {
            let open =
                "no script was seen under this page rule: nobody may have visited such a page".to_owned();
            gaps.push(Gap { site: site.name.clone(), what: page.path.clone(), open });
        }
    }
    gaps.extend(blind(scripts, checks, span));
    gaps
}

/// Times of more than a week without a look at vendors, where there are vendors.
fn blind(scripts: &[Listed], checks: &[Row], span: Span) -> Vec<Gap> {
    if !scripts.iter().any(|script| script.what.starts_with("http")) {
        return Vec::new();
    }
    let mut moments: Vec<Timestamp> = checks.iter().map(|row| row.at).collect();
    moments.push(span.to);
    moments.sort();
    let mut before = span.from;
    let mut gaps = Vec::new();
    for moment in moments {
        if moment.duration_since(before) > WEEK {
            let open = format!("from {before} to {moment} nobody looked at what vendors serve");
            gaps.push(Gap { site: String::new(), what: "drift".to_owned(), open });
        }
        before = moment;
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(day * 86_400).unwrap()
    }

    fn look(day: i64) -> Row {
        Row {
            node: "n".into(),
            number: 1,
            at: at(day),
            kind: "drift-check".into(),
            says: serde_json::Map::new(),
        }
    }

    fn vendor() -> Listed {
        Listed {
            site: "shop".into(),
            script: "chat".into(),
            what: "https://cdn.example/chat.js".into(),
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
    }

    #[test]
    fn what_was_approved_and_never_seen_is_said_and_so_are_pages() {
        let page =
            |path: &str, mode| PageScope { path: path.into(), mode, enforce_percent: 100, payment: true };
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
