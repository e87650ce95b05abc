//! What is written: sums that add up, once each, from several nodes at once.

use std::sync::Barrier;

use countersign::store::{
    Batch, Counted, DriftRow, Event, EventKind, Filter, GenerationRow, Paging, ScriptFilter, Shed,
    ViolationSum,
};

use super::{Node, Place, all_violations, at, on_both, script, sum};

on_both!(
    sums_add_up_over_batches,
    a_batch_that_comes_again_changes_nothing,
    what_is_written_is_there_after_opening_again,
    the_latest_report_says_the_generation,
    two_nodes_count_exactly_while_they_write_the_same_groups,
    scripts_add_up_and_say_how_they_stand,
    sheds_add_up_by_site_and_class,
    events_are_told_the_latest_first_by_kind,
    a_drift_replaces_what_was_told_before,
    a_generation_is_kept_with_its_first_moment,
);

fn sums_add_up_over_batches(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let written = database.write(&node.reports(vec![sum("inline", 2, 10), sum("eval", 1, 5)])).unwrap();
    assert_eq!((written.again, written.added), (false, 2));
    let more = ViolationSum {
        networks: 3,
        first_seen: at(7),
        last_seen: at(20),
        pages: vec![
            Counted { name: "https://shop.example/cart".into(), count: 4 },
            Counted { name: "https://shop.example/".into(), count: 1 },
        ],
        browsers: vec![Counted { name: "Firefox 140".into(), count: 5 }],
        ..sum("inline", 5, 20)
    };
    assert_eq!(database.write(&node.reports(vec![more])).unwrap().added, 0);
    let rows = all_violations(database.as_mut(), &Filter::default());
    let [inline, eval] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((inline.count, inline.first_seen, inline.last_seen, inline.networks), (7, at(7), at(20), 3));
    assert_eq!(inline.violation, sum("inline", 1, 0).violation);
    let told = |counted: &[Counted]| -> Vec<(String, u64)> {
        counted.iter().map(|one| (one.name.clone(), one.count)).collect()
    };
    assert_eq!(
        told(&inline.pages),
        [("https://shop.example/cart".into(), 4), ("https://shop.example/".into(), 3)]
    );
    assert_eq!(told(&inline.browsers), [("Firefox 140".into(), 5), ("Chromium 156".into(), 2)]);
    assert_eq!((eval.count, eval.networks), (1, 1));
    let one = database.violation(inline.id).unwrap();
    assert_eq!(one.as_ref(), Some(inline));
    assert_eq!(database.violation("0".repeat(32).parse().unwrap()).unwrap(), None);
}

fn a_batch_that_comes_again_changes_nothing(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let event = Event { at: at(0), kind: EventKind::Alert, message: "once".into(), exchange: None };
    let batch = Batch {
        violations: vec![sum("inline", 2, 0)],
        scripts: vec![script("https://cdn.example/a.js", 3, 0)],
        events: vec![event],
        ..node.batch()
    };
    assert!(!database.write(&batch).unwrap().again);
    // Also over a new connection, and after a later one of another process.
    database.write(&Node::new("edge-2").reports(vec![sum("eval", 1, 0)])).unwrap();
    for database in [&mut database, &mut place.write()] {
        assert!(database.write(&batch).unwrap().again);
        assert_eq!(all_violations(database.as_mut(), &Filter::default())[0].count, 2);
        assert_eq!(database.scripts(&ScriptFilter::default(), &Paging::first(9)).unwrap().rows[0].count, 3);
        assert_eq!(database.events(None, &Paging::first(9)).unwrap().rows.len(), 1);
    }
}

fn what_is_written_is_there_after_opening_again(place: &Place) {
    place.write().write(&Node::new("edge-1").reports(vec![sum("inline", 2, 0)])).unwrap();
    assert_eq!(all_violations(place.read().as_mut(), &Filter::default())[0].count, 2);
    assert_eq!(all_violations(place.write().as_mut(), &Filter::default())[0].count, 2);
}

fn the_latest_report_says_the_generation(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let named = |generation: Option<&str>, seconds| ViolationSum {
        generation: generation.map(str::to_owned),
        ..sum("inline", 1, seconds)
    };
    for (seconds, generation, expected) in [
        (0, None, None),
        (1, Some("aaaaaaaaaaaa"), Some("aaaaaaaaaaaa")),
        (9, Some("bbbbbbbbbbbb"), Some("bbbbbbbbbbbb")),
        (10, None, Some("bbbbbbbbbbbb")),
    ] {
        database.write(&node.reports(vec![named(generation, seconds)])).unwrap();
        let row = all_violations(database.as_mut(), &Filter::default()).remove(0);
        assert_eq!(row.generation.as_deref(), expected);
    }
    // A node that was cut off for a while tells late what was before.
    database.write(&node.reports(vec![named(Some("cccccccccccc"), 5)])).unwrap();
    let row = all_violations(database.as_mut(), &Filter::default()).remove(0);
    assert_eq!(row.generation.as_deref(), Some("bbbbbbbbbbbb"));
}

fn two_nodes_count_exactly_while_they_write_the_same_groups(place: &Place) {
    const BATCHES: u64 = 20;
    const GROUPS: u64 = 40;
    let start = Barrier::new(2);
    // Opened before anybody waits: whoever could not would leave the other one waiting for good.
    let nodes = ["edge-1", "edge-2"].map(|name| (place.write(), Node::new(name)));
    std::thread::scope(|scope| {
        for (mut database, mut node) in nodes {
            let start = &start;
            scope.spawn(move || {
                start.wait();
                for _ in 0..BATCHES {
                    // Each in its own order: the database must not make them wait for each other.
                    let mut sums: Vec<_> =
                        (0..GROUPS).map(|group| sum(&format!("https://{group}.example/"), 3, 0)).collect();
                    fastrand::shuffle(&mut sums);
                    let batch = Batch {
                        scripts: vec![script("https://cdn.example/a.js", 1, 0)],
                        ..node.reports(sums)
                    };
                    // SQLite has one writer; the other is told to come again.
                    while let Err(error) = database.write(&batch) {
                        assert!(error.is_for_now(), "{error}");
                    }
                }
            });
        }
    });
    let mut database = place.read();
    let rows = all_violations(database.as_mut(), &Filter::default());
    assert_eq!(rows.len() as u64, GROUPS);
    for row in rows {
        assert_eq!((row.count, row.pages[0].count, row.browsers[0].count), (120, 120, 120));
    }
    assert_eq!(database.hours(&Filter::default()).unwrap()[0].count, 120 * GROUPS);
    assert_eq!(
        database.scripts(&ScriptFilter::default(), &Paging::first(9)).unwrap().rows[0].count,
        2 * BATCHES
    );
}

fn scripts_add_up_and_say_how_they_stand(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let mut in_attribute = script("sha256-abc", 1, 5);
    in_attribute.seen.attribute = Some("onclick".into());
    in_attribute.seen.digest = Some("sha384-def".into());
    in_attribute.seen.srcdoc = 2;
    in_attribute.seen.enforced = false;
    let first = Batch {
        scripts: vec![script("https://cdn.example/a.js", 2, 0), in_attribute.clone()],
        ..node.batch()
    };
    assert_eq!(database.write(&first).unwrap().added, 2);
    let second = Batch { scripts: vec![script("https://cdn.example/a.js", 5, 9)], ..node.batch() };
    assert_eq!(database.write(&second).unwrap().added, 0);
    let rows = database.scripts(&ScriptFilter::default(), &Paging::first(9)).unwrap().rows;
    let [external, attribute] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((external.count, external.first_seen, external.last_seen), (7, at(0), at(9)));
    assert_eq!(attribute.seen, in_attribute.seen);
}

fn sheds_add_up_by_site_and_class(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let shed = |site: &str, class, count| Shed { site: site.into(), class, count };
    let class = super::violation_of("").class;
    let other = countersign::store::Class::Notice;
    for _ in 0..2 {
        let all = vec![shed("shop", class, 5), shed("shop", other, 1), shed("blog", class, 7)];
        database.write(&Batch { shed: all, ..node.batch() }).unwrap();
    }
    let told: Vec<(String, u64)> =
        database.shed().unwrap().into_iter().map(|row| (row.site, row.count)).collect();
    assert_eq!(told, [("blog".into(), 14), ("shop".into(), 10), ("shop".into(), 2)]);
}

fn events_are_told_the_latest_first_by_kind(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let event = |kind, message: &str, seconds| Event {
        at: at(seconds),
        kind,
        message: message.into(),
        exchange: Some(format!("exchange {seconds}")),
    };
    let events = vec![
        event(EventKind::PolicyLoaded, "first", 1),
        event(EventKind::Alert, "second", 2),
        event(EventKind::PolicyLoaded, "third", 2),
    ];
    database.write(&Batch { events: events.clone(), ..node.batch() }).unwrap();
    let told =
        |events: Vec<Event>| -> Vec<String> { events.into_iter().map(|event| event.message).collect() };
    let all = database.events(None, &Paging::first(9)).unwrap();
    assert_eq!(all.rows[2], events[0]);
    assert_eq!(told(all.rows), ["third", "second", "first"]);
    let loaded = database.events(Some(EventKind::PolicyLoaded), &Paging::first(9)).unwrap();
    assert_eq!(told(loaded.rows), ["third", "first"]);
}

fn a_drift_replaces_what_was_told_before(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let row = |script: &str, message: &str| DriftRow {
        site: "shop".into(),
        script: script.into(),
        url: "https://cdn.example/a.js".into(),
        tier: "mirror".into(),
        drift: "changed".into(),
        finding: true,
        severity: "high".into(),
        message: message.into(),
        because: vec!["it's \"quoted\"".into()],
        what_to_do: None,
        unknown: vec!["sha384-abc".into()],
        mirrored: false,
        since: at(0),
        looked_at: at(1),
        history: Vec::new(),
    };
    database.write(&Batch { drifts: vec![row("chat", "old"), row("ads", "old")], ..node.batch() }).unwrap();
    database.write(&Batch { drifts: vec![row("chat", "new")], ..node.batch() }).unwrap();
    let mut rows = database.drifts().unwrap();
    rows.sort_by(|a, b| a.script.cmp(&b.script));
    assert_eq!(rows, [row("ads", "old"), row("chat", "new")]);
    database.forget_drift("shop", "chat").unwrap();
    database.forget_drift("shop", "never was").unwrap();
    assert_eq!(database.drifts().unwrap(), [row("ads", "old")]);
}

fn a_generation_is_kept_with_its_first_moment(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let generation =
        |fingerprint: &str, seconds| GenerationRow { fingerprint: fingerprint.into(), at: at(seconds) };
    let first = vec![generation("aaaaaaaaaaaa", 5), generation("bbbbbbbbbbbb", 6)];
    database.write(&Batch { generations: first, ..node.batch() }).unwrap();
    // The other node loads the same policies later, or told late that it had loaded them before.
    let again = vec![generation("bbbbbbbbbbbb", 60), generation("aaaaaaaaaaaa", 2)];
    database.write(&Batch { generations: again, ..node.batch() }).unwrap();
    let told = database.generations(9).unwrap();
    assert_eq!(told, [generation("bbbbbbbbbbbb", 6), generation("aaaaaaaaaaaa", 2)]);
    assert_eq!(database.generations(1).unwrap().len(), 1);
}
