//! Pages judged by page rule, and what policies of a generation say.

use countersign::store::{
    Batch, PageFilter, PageHourRow, PageRow, PageSum, Pages, PolicyFile, PolicyText, Retention,
};
use jiff::{SignedDuration, Timestamp};

use super::{Node, Place, at, on_both};

on_both!(
    pages_add_up_by_rule_and_mode,
    pages_of_some_hours_are_of_those_hours,
    pages_not_judged_for_long_go,
    what_policies_say_is_kept_of_the_latest_generations,
);

fn hour(number: i64) -> Timestamp {
    "2026-11-26T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(number)
}

fn pages(responses: u64, stopped: u64) -> Pages {
    Pages { responses, stopped }
}

fn page(rule: &str, enforced: bool, hours: &[(i64, Pages)]) -> PageSum {
    PageSum {
        site: "shop".into(),
        rule: rule.into(),
        enforced,
        first_seen: at(0),
        last_seen: at(9),
        hours: hours.iter().map(|(number, pages)| (hour(*number), *pages)).collect(),
    }
}

fn row(rule: &str, enforced: bool, pages: Pages) -> PageRow {
    PageRow { site: "shop".into(), rule: rule.into(), enforced, pages, first_seen: at(0), last_seen: at(9) }
}

fn pages_add_up_by_rule_and_mode(place: &Place) {
    let (mut database, mut node, mut other) = (place.write(), Node::new("edge-1"), Node::new("edge-2"));
    let first = vec![page("/*", false, &[(0, pages(5, 2))]), page("/pay/*", true, &[(0, pages(1, 1))])];
    database.write(&Batch { pages: first, ..node.batch() }).unwrap();
    let second =
        vec![page("/*", false, &[(0, pages(1, 0)), (1, pages(2, 1))]), page("/*", true, &[(1, pages(7, 0))])];
    database.write(&Batch { pages: second, ..other.batch() }).unwrap();
    let rows = database.pages(&PageFilter::default()).unwrap();
    let expected =
        [row("/*", false, pages(8, 3)), row("/*", true, pages(7, 0)), row("/pay/*", true, pages(1, 1))];
    assert_eq!(rows, expected);
    let blog = PageFilter { site: Some("blog".into()), ..PageFilter::default() };
    assert_eq!(database.pages(&blog).unwrap(), []);
}

fn pages_of_some_hours_are_of_those_hours(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let sums = vec![
        page("/*", false, &[(-2, pages(5, 2)), (0, pages(3, 1))]),
        page("/pay/*", false, &[(0, pages(10, 0))]),
        page("/old/*", true, &[(-2, pages(4, 4))]),
    ];
    database.write(&Batch { pages: sums, ..node.batch() }).unwrap();
    let since = PageFilter { since: Some(at(0)), ..PageFilter::default() };
    let expected = [row("/*", false, pages(3, 1)), row("/pay/*", false, pages(10, 0))];
    assert_eq!(database.pages(&since).unwrap(), expected);
    let until = PageFilter { until: Some(hour(-1)), site: Some("shop".into()), since: None };
    assert_eq!(database.pages(&until).unwrap().len(), 2);
    let told = database.page_hours(&PageFilter::default()).unwrap();
    let row = |number, enforced, pages| PageHourRow { hour: hour(number), enforced, pages };
    assert_eq!(told, [row(-2, false, pages(5, 2)), row(-2, true, pages(4, 4)), row(0, false, pages(13, 1))]);
}

fn pages_not_judged_for_long_go(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let later = SignedDuration::from_hours(24 * 80);
    let again = PageSum { last_seen: at(9) + later, ..page("/*", true, &[(24 * 80, pages(1, 0))]) };
    let sums = vec![page("/*", true, &[(0, pages(1, 1))]), page("/old/*", true, &[(0, pages(1, 1))])];
    database.write(&Batch { pages: sums, ..node.batch() }).unwrap();
    database.write(&Batch { pages: vec![again], ..node.batch() }).unwrap();
    database.tidy(at(0) + later * 2, &Retention::default()).unwrap();
    let rows = database.pages(&PageFilter::default()).unwrap();
    assert_eq!(rows.iter().map(|row| row.rule.as_str()).collect::<Vec<_>>(), ["/*"]);
    assert_eq!(database.page_hours(&PageFilter::default()).unwrap().len(), 1);
}

fn what_policies_say_is_kept_of_the_latest_generations(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let text = |number: i64| PolicyText {
        fingerprint: format!("{number:012}"),
        at: at(number),
        files: vec![PolicyFile {
            name: "shop.toml".into(),
            digest: "sha256-x".into(),
            bytes: 9,
            entries: None,
            text: Some(format!("mode = \"enforce\" # {number} \u{e9}\u{1f600}")),
        }],
    };
    let policies: Vec<PolicyText> = (0..230).map(text).collect();
    database.write(&Batch { policies: policies.clone(), ..node.batch() }).unwrap();
    // The first is put in force again.
    let again = PolicyText { at: at(1_000), ..text(0) };
    database.write(&Batch { policies: vec![again.clone()], ..node.batch() }).unwrap();
    database.tidy(at(0), &Retention::default()).unwrap();
    assert_eq!(database.policy(&text(0).fingerprint).unwrap(), Some(again));
    assert_eq!(database.policy(&text(229).fingerprint).unwrap(), Some(text(229)));
    assert_eq!(database.policy(&text(31).fingerprint).unwrap(), Some(text(31)));
    assert_eq!(database.policy(&text(30).fingerprint).unwrap(), None);
}
