//! What strangers can grow: names of pages and browsers, groups, bytes; and what age removes.

use countersign::store::{
    BROWSERS, Batch, Class, Counted, Event, EventKind, Filter, PAGES, Paging, Retention, ScriptFilter, Shed,
    Violation, ViolationSum,
};
use jiff::SignedDuration;

use super::{Node, Place, all_violations, at, names, on_both, script, sum, violation_of};

on_both!(
    pages_and_browsers_beyond_the_bound_are_counted_together,
    a_page_that_is_kept_goes_on_being_counted_when_there_is_no_room,
    what_was_not_seen_for_long_goes,
    of_too_many_those_go_that_few_told_of_and_are_counted,
    a_flood_in_one_site_and_class_leaves_the_others_alone,
    what_is_too_big_loses_the_oldest_and_no_evidence,
);

fn counted(name: String, count: u64) -> Counted {
    Counted { name, count }
}

fn pages_and_browsers_beyond_the_bound_are_counted_together(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    for round in 0..4_u64 {
        // With an empty name too: what the node itself could not tell apart.
        let pages: Vec<Counted> = (0..15)
            .map(|n| counted(format!("https://shop.example/{round}/{n}"), 1))
            .chain([counted(String::new(), 2)])
            .collect();
        let browsers = (0..15).map(|n| counted(format!("Browser {round}.{n}"), 1)).collect();
        let sums = vec![ViolationSum { pages, browsers, ..sum("inline", 17, 0) }];
        database.write(&node.reports(sums)).unwrap();
    }
    let row = all_violations(database.as_mut(), &Filter::default()).remove(0);
    assert_eq!((row.pages.len(), row.browsers.len()), (PAGES + 1, BROWSERS + 1));
    let all = |counted: &[Counted]| -> u64 { counted.iter().map(|one| one.count).sum() };
    assert_eq!((all(&row.pages), all(&row.browsers)), (4 * 17, 4 * 15));
    assert_eq!(row.pages[0], counted(String::new(), 4 * 17 - 20));
    assert_eq!(row.browsers[0], counted(String::new(), 4 * 15 - 20));
}

fn a_page_that_is_kept_goes_on_being_counted_when_there_is_no_room(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let with = |pages: Vec<Counted>| ViolationSum { pages, ..sum("inline", 1, 0) };
    let full = (0..20).map(|n| counted(format!("/{n}"), 1)).collect();
    database.write(&node.reports(vec![with(full)])).unwrap();
    let pages = vec![counted("/new".into(), 9), counted("/7".into(), 5)];
    database.write(&node.reports(vec![with(pages)])).unwrap();
    let row = all_violations(database.as_mut(), &Filter::default()).remove(0);
    assert_eq!(row.pages[..2], [counted(String::new(), 9), counted("/7".into(), 6)]);
    assert_eq!(row.pages.len(), 21);
}

fn what_was_not_seen_for_long_goes(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let event =
        |seconds| Event { at: at(seconds), kind: EventKind::Alert, message: "m".into(), exchange: None };
    let day = 24 * 3600;
    let first = Batch {
        violations: vec![sum("old", 1, 0), sum("back", 1, 0)],
        scripts: vec![script("old", 1, 0), script("back", 1, 0)],
        events: vec![event(0)],
        ..node.batch()
    };
    database.write(&first).unwrap();
    let second = Batch {
        violations: vec![sum("back", 1, 2 * day)],
        scripts: vec![script("back", 1, 2 * day)],
        events: vec![event(2 * day)],
        ..node.batch()
    };
    database.write(&second).unwrap();
    let retention = Retention { observations: SignedDuration::from_hours(24), ..Retention::default() };
    let tidied = database.tidy(at(2 * day), &retention).unwrap();
    assert_eq!((tidied.violations, tidied.scripts, tidied.events, tidied.more), (1, 1, 1, false));
    assert_eq!(names(&all_violations(database.as_mut(), &Filter::default())), ["back"]);
    assert_eq!(database.scripts(&ScriptFilter::default(), &Paging::first(9)).unwrap().rows.len(), 1);
    assert_eq!(database.events(None, &Paging::first(9)).unwrap().rows, [event(2 * day)]);
    // The histogram loses the hours that are too old, also those of a group that stays.
    assert_eq!(database.hours(&Filter::default()).unwrap().len(), 1);
    let again = database.tidy(at(2 * day), &retention).unwrap();
    assert_eq!((again.violations, again.scripts, again.events), (0, 0, 0));
    assert!(again.bytes > 0);
}

fn of_too_many_those_go_that_few_told_of_and_are_counted(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let forged = (0..30).map(|n| sum(&format!("forged {n}"), 2, 60));
    let real = (0..5).map(|n| ViolationSum { networks: 4, ..sum(&format!("real {n}"), 1, 0) });
    database.write(&node.reports(real.chain(forged).collect())).unwrap();
    let retention = Retention { groups: 10, ..Retention::default() };
    while database.tidy(at(60), &retention).unwrap().more {}
    let rows = all_violations(database.as_mut(), &Filter::default());
    assert_eq!(rows.len(), 10);
    assert_eq!(names(&rows).iter().filter(|name| name.starts_with("real")).count(), 5);
    let shed = Shed { site: "shop".into(), class: Class::NeverServed, count: 50 };
    assert_eq!(database.shed().unwrap(), [shed]);
}

fn a_flood_in_one_site_and_class_leaves_the_others_alone(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let of = |site: &str, class, n: u32| ViolationSum {
        violation: Violation { site: site.into(), class, ..violation_of(&n.to_string()) },
        ..sum("", 1, 0)
    };
    let mut sums: Vec<_> = (0..100).map(|n| of("shop", Class::NeverServed, n)).collect();
    sums.push(of("shop", Class::PolicyFault, 0));
    sums.push(of("blog", Class::NeverServed, 0));
    database.write(&node.reports(sums)).unwrap();
    let retention = Retention { groups: 10, ..Retention::default() };
    while database.tidy(at(0), &retention).unwrap().more {}
    let mut left = |site: &str, class| {
        let filter = Filter { site: Some(site.into()), classes: vec![class], ..Filter::default() };
        all_violations(database.as_mut(), &filter).len()
    };
    assert_eq!(left("shop", Class::NeverServed), 10);
    assert_eq!((left("shop", Class::PolicyFault), left("blog", Class::NeverServed)), (1, 1));
}

fn what_is_too_big_loses_the_oldest_and_no_evidence(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    for round in 0..20 {
        let violations = (0..150).map(|n| sum(&format!("https://{round}.example/{n}"), 1, round)).collect();
        let evidence = super::evidence::of("policy-loaded", round);
        database.write(&Batch { violations, evidence: vec![evidence], ..node.batch() }).unwrap();
    }
    let full = database.tidy(at(20), &Retention::default()).unwrap().bytes;
    let retention = Retention { bytes: full / 2, ..Retention::default() };
    let mut rounds = 0;
    while database.tidy(at(20), &retention).unwrap().more {
        rounds += 1;
        assert!(rounds < 50);
    }
    let tidied = database.tidy(at(20), &retention).unwrap();
    assert!(tidied.bytes <= full / 2, "{tidied:?} of {full}");
    let mut kept = |text: &str| {
        let filter = Filter { text: Some(text.into()), ..Filter::default() };
        all_violations(database.as_mut(), &filter).len()
    };
    assert_eq!((kept("https://19.example/"), kept("https://0.example/")), (150, 0));
    assert_eq!(super::evidence::all(database.as_mut()).len(), 20);
}
