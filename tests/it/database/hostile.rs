//! What strangers write: no text, no number keeps a batch from being written, and none is more than a text.

use countersign::store::{
    Batch, Counted, Event, EventKind, Filter, Paging, ScriptFilter, Shed, Violation, ViolationSum,
};

use super::{Node, Place, all_violations, at, on_both, script, sum, violation_of};

on_both!(
    any_text_is_kept_or_made_harmless,
    texts_of_512_characters_are_kept_whole,
    huge_counts_neither_fail_nor_turn_round,
    a_batch_of_thousands_is_written,
    a_row_that_is_refused_does_not_keep_the_others_out,
);

const ODD: [&str; 9] = [
    "nul \0 in the middle",
    "'; DROP TABLE violations; --",
    "\" $1 {} \\ % _ ?",
    "\u{fffd}\u{feff}\u{202e}",
    "\u{10ffff}\u{1f600}",
    "line\nbreak\r\ttab\u{1b}[31m",
    "",
    "NULL",
    "{\"a\",\"b\"}",
];

fn any_text_is_kept_or_made_harmless(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let odd = |text: &str| ViolationSum {
        violation: Violation {
            site: text.into(),
            kind: text.into(),
            reason: text.into(),
            rule: Some(text.into()),
            directive: text.into(),
            blocked: text.into(),
            source: Some(text.into()),
            digest: Some(text.into()),
            disposition: text.into(),
            ..violation_of("")
        },
        generation: Some(text.into()),
        pages: vec![Counted { name: text.into(), count: 1 }],
        browsers: vec![Counted { name: text.into(), count: 1 }],
        ..sum("", 1, 0)
    };
    let event = |text: &&str| Event {
        at: at(0),
        kind: EventKind::Alert,
        message: (*text).into(),
        exchange: Some((*text).into()),
    };
    let batch = Batch {
        violations: ODD.map(odd).into(),
        scripts: ODD.map(|text| script(text, 1, 0)).into(),
        shed: ODD.map(|site| Shed { site: site.into(), class: violation_of("").class, count: 1 }).into(),
        events: ODD.iter().map(event).collect(),
        ..node.batch()
    };
    // Twice: what is there is found again, also where it had to be made harmless.
    database.write(&batch).unwrap();
    database.write(&Batch { id: node.batch().id, ..batch }).unwrap();
    let rows = all_violations(database.as_mut(), &Filter::default());
    assert_eq!(rows.len(), ODD.len());
    for text in ODD {
        let harmless = text.replace('\0', "\u{fffd}");
        let row = database.violation(odd(text).violation.fingerprint()).unwrap().unwrap();
        let told = [&row.violation.blocked, row.violation.source.as_ref().unwrap(), &row.pages[0].name];
        for one in told {
            assert!([text, &harmless].contains(&one.as_str()), "{text:?}: {one:?}");
        }
        assert_eq!((row.count, row.pages.len(), row.pages[0].count), (2, 1, 2), "{text:?}");
        let filter = Filter { site: Some(text.into()), ..Filter::default() };
        let found = all_violations(database.as_mut(), &filter);
        assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [row.id], "{text:?}");
    }
    assert_eq!(database.scripts(&ScriptFilter::default(), &Paging::first(99)).unwrap().rows.len(), ODD.len());
    assert_eq!(database.shed().unwrap().len(), ODD.len());
    assert_eq!(database.events(None, &Paging::first(99)).unwrap().rows.len(), 2 * ODD.len());
}

fn texts_of_512_characters_are_kept_whole(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    for letter in ["a", "\u{1f600}"] {
        // Random, so that no compression makes it small enough for an index by itself.
        let long: String = (0..512)
            .map(|_| {
                if letter == "a" {
                    fastrand::alphanumeric()
                } else {
                    fastrand::char('\u{10000}'..='\u{3ffff}')
                }
            })
            .collect();
        let sums = vec![ViolationSum {
            violation: Violation { source: Some(long.clone()), ..violation_of(&long) },
            pages: vec![Counted { name: long.clone(), count: 1 }],
            ..sum("", 1, 0)
        }];
        let batch = Batch { scripts: vec![script(&long, 1, 0)], ..node.reports(sums) };
        let id = batch.violations[0].violation.fingerprint();
        database.write(&batch).unwrap();
        let row = database.violation(id).unwrap().unwrap();
        assert_eq!((row.violation.blocked.as_str(), row.page()), (long.as_str(), long.as_str()));
    }
}

fn huge_counts_neither_fail_nor_turn_round(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    for _ in 0..3 {
        let batch = Batch {
            scripts: vec![script("https://cdn.example/a.js", u64::MAX, 0)],
            shed: vec![Shed { site: "shop".into(), class: violation_of("").class, count: u64::MAX }],
            ..node.reports(vec![ViolationSum { networks: u32::MAX, ..sum("inline", u64::MAX, 0) }])
        };
        database.write(&batch).unwrap();
    }
    let row = all_violations(database.as_mut(), &Filter::default()).remove(0);
    assert!(row.count >= 1 << 40 && row.pages[0].count >= 1 << 40, "{row:?}");
    assert!(database.hours(&Filter::default()).unwrap()[0].count >= 1 << 40);
    assert!(database.shed().unwrap()[0].count >= 1 << 40);
    assert!(database.scripts(&ScriptFilter::default(), &Paging::first(9)).unwrap().rows[0].count >= 1 << 40);
    let within = Filter { since: Some(at(0)), ..Filter::default() };
    assert!(all_violations(database.as_mut(), &within)[0].count >= 1 << 40);
}

fn a_batch_of_thousands_is_written(place: &Place) {
    const MANY: usize = 6_000;
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let batch = node.reports((0..MANY).map(|n| sum(&format!("https://{n}.example/"), 2, 0)).collect());
    assert_eq!(database.write(&batch).unwrap().added, MANY as u64);
    assert_eq!(database.hours(&Filter::default()).unwrap()[0].count, 2 * MANY as u64);
    let again = Batch { id: node.batch().id, ..batch };
    assert_eq!(database.write(&again).unwrap().added, 0);
    assert_eq!(database.hours(&Filter::default()).unwrap()[0].count, 4 * MANY as u64);
}

fn a_row_that_is_refused_does_not_keep_the_others_out(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    // Far longer than anything that is cut as it should: more than PostgreSQL's indexes take.
    let name: String = (0..20_000).map(|_| fastrand::alphanumeric()).collect();
    let poison = ViolationSum { pages: vec![Counted { name, count: 1 }], ..sum("poison", 1, 0) };
    let sums = (0..20).map(|n| sum(&n.to_string(), 1, 0)).chain([poison]).collect();
    let batch = Batch { scripts: vec![script("https://cdn.example/a.js", 1, 0)], ..node.reports(sums) };
    assert!(!database.write(&batch).unwrap().again);
    let rows = all_violations(database.as_mut(), &Filter::default());
    assert_eq!(rows.iter().filter(|row| row.violation.blocked != "poison").count(), 20);
    assert_eq!(database.scripts(&ScriptFilter::default(), &Paging::first(9)).unwrap().rows.len(), 1);
    assert!(database.write(&batch).unwrap().again);
}
