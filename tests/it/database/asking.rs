//! Which violations, scripts, events: every filter, every order, hours.

use countersign::inventory::Decision;
use countersign::store::{
    Batch, Class, Counted, Database, Filter, HourRow, Order, Paging, ScriptFilter, Violation, ViolationSum,
};
use jiff::{SignedDuration, Timestamp};

use super::{Node, Place, all_violations, at, names, on_both, script, sum, violation_of};

on_both!(
    each_filter_lets_its_own_through,
    a_text_is_looked_for_where_it_may_stand_and_means_itself,
    each_order_is_its_own,
    counts_of_some_hours_are_of_those_hours,
    hours_are_told_by_class_the_first_first,
    at_most_31_days_of_hours_are_told,
    each_filter_of_scripts_lets_its_own_through,
);

fn of(violation: Violation, seconds: i64) -> ViolationSum {
    ViolationSum { violation, ..sum("", 1, seconds) }
}

fn each_filter_lets_its_own_through(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let plain = violation_of;
    let sums = vec![
        of(plain("plain"), 0),
        of(Violation { site: "blog".into(), ..plain("site") }, 0),
        of(Violation { class: Class::PolicyFault, ..plain("class") }, 0),
        of(Violation { class: Class::Notice, ..plain("other class") }, 0),
        of(Violation { kind: "csp-hash".into(), ..plain("kind") }, 0),
        of(Violation { directive: "img-src".into(), ..plain("directive") }, 0),
        of(Violation { disposition: "report".into(), ..plain("disposition") }, 0),
        of(Violation { rule: None, ..plain("no rule") }, 0),
        of(Violation { rule: Some("/checkout/*".into()), ..plain("rule") }, 0),
        of(plain("later"), 60),
    ];
    database.write(&node.reports(sums)).unwrap();
    let some = |text: &str| Some(text.to_owned());
    let filters = [
        (Filter { site: some("blog"), ..Filter::default() }, vec!["site"]),
        (Filter { classes: vec![Class::PolicyFault], ..Filter::default() }, vec!["class"]),
        (
            Filter { classes: vec![Class::Notice, Class::PolicyFault], ..Filter::default() },
            vec!["class", "other class"],
        ),
        (Filter { kind: some("csp-hash"), ..Filter::default() }, vec!["kind"]),
        (Filter { directive: some("img-src"), ..Filter::default() }, vec!["directive"]),
        (Filter { disposition: some("report"), ..Filter::default() }, vec!["disposition"]),
        (Filter { rule: some("/checkout/*"), ..Filter::default() }, vec!["rule"]),
        (Filter { new_since: Some(at(60)), ..Filter::default() }, vec!["later"]),
        (Filter { id: Some(plain("plain").fingerprint()), ..Filter::default() }, vec!["plain"]),
        (Filter { blocked: some("plain"), ..Filter::default() }, vec!["plain"]),
        (Filter { site: some("nowhere"), ..Filter::default() }, vec![]),
        (Filter { site: some("shop' OR '1' = '1"), ..Filter::default() }, vec![]),
        (
            Filter {
                id: Some(plain("later").fingerprint()),
                site: some("shop"),
                classes: vec![Class::NeverServed],
                kind: some("csp-violation"),
                directive: some("script-src-elem"),
                disposition: some("enforce"),
                rule: some("/*"),
                blocked: some("later"),
                text: some("LATE"),
                since: Some(at(0)),
                until: Some(at(0)),
                new_since: Some(at(1)),
            },
            vec!["later"],
        ),
    ];
    for (filter, expected) in filters {
        let rows = all_violations(database.as_mut(), &filter);
        let mut found = names(&rows);
        found.sort_unstable();
        assert_eq!(found, expected, "{filter:?}");
        let counted: u64 = database.hours(&filter).unwrap().iter().map(|row| row.count).sum();
        assert_eq!(counted, expected.len() as u64, "{filter:?}");
    }
    assert_eq!(all_violations(database.as_mut(), &Filter::default()).len(), 10);
}

fn a_text_is_looked_for_where_it_may_stand_and_means_itself(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let page = |name: &str| vec![Counted { name: name.into(), count: 1 }];
    let sums = vec![
        of(violation_of("https://Evil.example/100%25_a\\b'\"$1.js"), 0),
        of(Violation { source: Some("https://cdn.example/Tag.js".into()), ..violation_of("eval") }, 0),
        ViolationSum { pages: page("https://shop.example/Checkout"), ..sum("inline", 1, 0) },
    ];
    database.write(&node.reports(sums)).unwrap();
    let mut found = |text: &str| -> Vec<String> {
        let rows =
            all_violations(database.as_mut(), &Filter { text: Some(text.into()), ..Filter::default() });
        rows.into_iter().map(|row| row.violation.blocked.chars().take(8).collect()).collect()
    };
    for (text, expected) in [
        ("EVIL.example", vec!["https://"]),
        ("tag.JS", vec!["eval"]),
        ("/checkout", vec!["inline"]),
        ("100%25_A\\B'\"$1", vec!["https://"]),
        ("100_25", vec![]),
        ("1%1.js", vec![]),
        ("a\\\\b", vec![]),
        ("\0", vec![]),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
    assert_eq!(found("").len(), 3);
}

fn ordered(database: &mut dyn Database, filter: &Filter, order: Order) -> Vec<String> {
    let rows = database.violations(filter, order, &Paging::first(100)).unwrap().rows;
    names(&rows).into_iter().map(str::to_owned).collect()
}

fn each_order_is_its_own(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    database.write(&node.reports(vec![sum("often", 9, 0), sum("seldom", 1, 1), sum("back", 2, 2)])).unwrap();
    database.write(&node.reports(vec![sum("often", 1, 3), sum("back", 1, 9)])).unwrap();
    let mut told = |order| ordered(database.as_mut(), &Filter::default(), order);
    assert_eq!(told(Order::Recent), ["back", "often", "seldom"]);
    assert_eq!(told(Order::Top), ["often", "back", "seldom"]);
    assert_eq!(told(Order::New), ["back", "seldom", "often"]);
}

const HOUR: i64 = 3600;

fn counts_of_some_hours_are_of_those_hours(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let sums = vec![sum("old", 100, -2 * HOUR), sum("both", 10, -2 * HOUR)];
    database.write(&node.reports(sums)).unwrap();
    database.write(&node.reports(vec![sum("both", 3, 0), sum("new", 5, 0)])).unwrap();
    let mut told = |since: Option<Timestamp>, until: Option<Timestamp>| -> Vec<(String, u64)> {
        let filter = Filter { since, until, ..Filter::default() };
        let rows = all_violations(database.as_mut(), &filter);
        rows.into_iter().map(|row| (row.violation.blocked, row.count)).collect()
    };
    let expected = |rows: &[(&str, u64)]| -> Vec<(String, u64)> {
        rows.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
    };
    // Ten past ten is in the hour of ten: it counts whole.
    assert_eq!(told(Some(at(1800)), None), expected(&[("new", 5), ("both", 3)]));
    assert_eq!(told(None, Some(at(-HOUR))), expected(&[("old", 100), ("both", 10)]));
    assert_eq!(told(Some(at(-2 * HOUR)), Some(at(0))), expected(&[("old", 100), ("both", 13), ("new", 5)]));
    assert_eq!(told(Some(at(HOUR)), None), expected(&[]));
    assert_eq!(told(Some(at(HOUR)), Some(at(-HOUR))), expected(&[]));
    let filter = Filter { since: Some(at(0)), ..Filter::default() };
    assert_eq!(ordered(database.as_mut(), &filter, Order::Top), ["new", "both"]);
}

fn hours_are_told_by_class_the_first_first(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let notice = Violation { class: Class::Notice, ..violation_of("crash") };
    let sums = vec![
        sum("inline", 3, 0),
        sum("eval", 4, 0),
        sum("inline", 7, -HOUR),
        ViolationSum { violation: notice, ..sum("", 2, 0) },
    ];
    // One violation with two hours comes as one sum.
    let [mut inline, eval, earlier, notice] = <[ViolationSum; 4]>::try_from(sums).unwrap();
    inline.hours.extend(earlier.hours);
    inline.count += 7;
    database.write(&node.reports(vec![inline, eval, notice])).unwrap();
    let ten: Timestamp = "2026-11-26T10:00:00Z".parse().unwrap();
    let nine = ten - SignedDuration::from_secs(HOUR);
    let row = |hour, class, count| HourRow { hour, class, count };
    let all = [row(nine, Class::NeverServed, 7), row(ten, Class::NeverServed, 7), row(ten, Class::Notice, 2)];
    assert_eq!(database.hours(&Filter::default()).unwrap(), all);
    let since = Filter { since: Some(at(0)), classes: vec![Class::Notice], ..Filter::default() };
    assert_eq!(database.hours(&since).unwrap(), [all[2]]);
    let until = Filter { until: Some(ten), ..Filter::default() };
    assert_eq!(database.hours(&until).unwrap(), [all[0]]);
}

fn at_most_31_days_of_hours_are_told(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let hours: Vec<(Timestamp, u64)> = (0..40 * 24)
        .map(|hour| {
            ("2026-11-26T10:00:00Z".parse::<Timestamp>().unwrap() - SignedDuration::from_hours(hour), 1)
        })
        .collect();
    let old = ViolationSum { hours, count: 40 * 24, ..sum("inline", 1, 0) };
    database.write(&node.reports(vec![old])).unwrap();
    let told = database.hours(&Filter::default()).unwrap();
    assert_eq!((told.len(), told.last().unwrap().hour), (31 * 24, "2026-11-26T10:00:00Z".parse().unwrap()));
    let before = Filter { until: Some("2026-11-20T00:00:00Z".parse().unwrap()), ..Filter::default() };
    let told = database.hours(&before).unwrap();
    assert_eq!(told.last().unwrap().hour, "2026-11-19T23:00:00Z".parse().unwrap());
    assert_eq!(told.len(), 31 * 24);
}

fn each_filter_of_scripts_lets_its_own_through(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let mut all: Vec<_> = (0..5).map(|n| script(&format!("https://cdn.example/{n}.js"), 1, n)).collect();
    all[1].seen.site = "blog".into();
    all[2].seen.page = "/checkout/*".into();
    all[3].seen.digest = Some("sha384-FINDME".into());
    all[4].seen.verdict = Decision::Pin;
    database.write(&Batch { scripts: all, ..node.batch() }).unwrap();
    let mut found = |filter: &ScriptFilter| -> Vec<String> {
        let rows = database.scripts(filter, &Paging::first(9)).unwrap().rows;
        rows.into_iter().map(|row| row.seen.script.replace("https://cdn.example/", "")).collect()
    };
    let all = ScriptFilter::default();
    assert_eq!(found(&all), ["4.js", "3.js", "2.js", "1.js", "0.js"]);
    assert_eq!(found(&ScriptFilter { site: Some("blog".into()), ..all.clone() }), ["1.js"]);
    assert_eq!(found(&ScriptFilter { page: Some("/checkout/*".into()), ..all.clone() }), ["2.js"]);
    assert_eq!(found(&ScriptFilter { text: Some("findme".into()), ..all.clone() }), ["3.js"]);
    assert_eq!(found(&ScriptFilter { stops: Some(false), ..all.clone() }), ["4.js"]);
    assert_eq!(found(&ScriptFilter { stops: Some(true), ..all }).len(), 4);
}
