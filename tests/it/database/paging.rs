//! A long answer, a part at a time: to its end, also while others write.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use countersign::store::{
    Batch, Cursor, Database, Event, EventKind, Filter, Order, Paging, ScriptFilter, ViolationRow,
};

use super::{Node, Place, at, on_both, script, sum};

on_both!(
    each_order_is_paged_to_its_end,
    equal_values_are_paged_by_row,
    nothing_is_lost_or_told_twice_while_others_write,
    scripts_and_events_are_paged_to_their_end,
    no_part_is_longer_than_the_most,
    a_part_looks_at_so_many_and_says_where_to_go_on,
);

/// All parts of this length, one after the other.
fn all_parts(database: &mut dyn Database, filter: &Filter, order: Order, limit: usize) -> Vec<ViolationRow> {
    let (mut all, mut paging) = (Vec::new(), Paging::first(limit));
    loop {
        let part = database.violations(filter, order, &paging).unwrap();
        assert!(part.rows.len() <= limit);
        all.extend(part.rows);
        let Some(next) = part.next else { return all };
        // As programs that ask over HTTP pass it.
        paging = Paging { after: Some(Cursor::parse(&next.to_string()).unwrap()), limit };
    }
}

fn each_order_is_paged_to_its_end(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let sums = (0_i64..50)
        .map(|n| sum(&format!("https://{n}.example/"), 1 + n.unsigned_abs() % 7, n % 11))
        .collect();
    database.write(&node.reports(sums)).unwrap();
    for filter in [Filter::default(), Filter { since: Some(at(0)), ..Filter::default() }] {
        for order in Order::ALL {
            let whole = all_parts(database.as_mut(), &filter, order, 1000);
            assert_eq!(whole.len(), 50);
            for limit in [1, 7, 49, 50, 51] {
                assert_eq!(
                    all_parts(database.as_mut(), &filter, order, limit),
                    whole,
                    "{order:?} by {limit}"
                );
            }
        }
    }
}

fn a_part_looks_at_so_many_and_says_where_to_go_on(place: &Place) {
    const MANY: i64 = 12_000;
    const ALL: usize = 12_000;
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    for first in (0..MANY).step_by(4_000) {
        // The larger the number, the later and the more often; what is looked for came first.
        let group = |n: i64| sum(&format!("https://{n}.example/"), 1 + n.unsigned_abs(), n);
        database.write(&node.reports((first..first + 4_000).map(group).collect())).unwrap();
    }
    let scripts = (0..MANY).map(|n| script(&format!("https://cdn.example/{n}.js"), 1, n)).collect();
    database.write(&Batch { scripts, ..node.batch() }).unwrap();
    let database = database.as_mut();
    let filter = Filter { text: Some("//7.example".into()), ..Filter::default() };
    for order in Order::ALL {
        let (mut paging, mut parts) = (Paging::first(50), 0);
        let found = loop {
            parts += 1;
            let part = database.violations(&filter, order, &paging).unwrap();
            match part.next {
                Some(_) if part.rows.is_empty() => paging.after = part.next,
                _ => break part.rows.len(),
            }
        };
        assert!(found == 1 && parts > 1, "{order:?}: {found} in {parts}");
        // Where all that is asked stands in an index, nothing is looked at for nothing.
        assert_eq!(all_parts(database, &Filter::default(), order, 1000).len(), ALL);
    }
    // Of some hours: of those that were reported most often at all.
    let since = Filter { since: Some(at(0)), ..Filter::default() };
    let top = database.violations(&since, Order::Top, &Paging::first(3)).unwrap();
    assert_eq!(top.rows[0].count, MANY.unsigned_abs());
    let asked = ScriptFilter { text: Some("/7.js".into()), ..ScriptFilter::default() };
    let part = database.scripts(&asked, &Paging::first(50)).unwrap();
    assert!(part.rows.is_empty() && part.next.is_some(), "{part:?}");
    let part = database.scripts(&asked, &Paging { after: part.next, limit: 50 }).unwrap();
    assert_eq!((part.rows.len(), part.next), (1, None));
    let exactly = ScriptFilter { script: Some("https://cdn.example/7.js".into()), ..ScriptFilter::default() };
    assert_eq!(database.scripts(&exactly, &Paging::first(50)).unwrap().rows.len(), 1);
}

fn equal_values_are_paged_by_row(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    database.write(&node.reports((0..25).map(|n| sum(&n.to_string(), 1, 0)).collect())).unwrap();
    for order in Order::ALL {
        let rows = all_parts(database.as_mut(), &Filter::default(), order, 4);
        let different: HashSet<_> = rows.iter().map(|row| row.id).collect();
        assert_eq!((rows.len(), different.len()), (25, 25));
    }
}

fn nothing_is_lost_or_told_twice_while_others_write(place: &Place) {
    const OLD: usize = 300;
    let mut writer = place.write();
    let mut node = Node::new("edge-1");
    writer.write(&node.reports((0..OLD).map(|n| sum(&format!("old {n}"), 2, 0)).collect())).unwrap();
    let mut reader = place.read();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut round = 0;
            while !done.load(Ordering::Relaxed) {
                round += 1;
                // New ones, and more of some that are there.
                let new = (0..5).map(|n| sum(&format!("new {round} {n}"), 1, round));
                let again = (0..OLD / 3).step_by(10).map(|n| sum(&format!("old {n}"), 1, round));
                let batch = node.reports(new.chain(again).collect());
                while let Err(error) = writer.write(&batch) {
                    assert!(error.is_for_now(), "{error}");
                }
            }
        });
        for order in [Order::New, Order::Recent, Order::Top] {
            let rows = all_parts(reader.as_mut(), &Filter::default(), order, 20);
            let different: HashSet<_> = rows.iter().map(|row| row.id).collect();
            assert_eq!(different.len(), rows.len(), "{order:?}: some were told twice");
            let old = |rows: &[ViolationRow], first: usize| {
                let number = |row: &ViolationRow| row.violation.blocked.strip_prefix("old ")?.parse().ok();
                rows.iter().filter_map(number).filter(|n: &usize| *n >= first).count()
            };
            // By the first report, where they stand never changes; otherwise that of those that nobody reports.
            let first = if order == Order::New { 0 } else { OLD / 3 };
            assert_eq!(old(&rows, first), OLD - first, "{order:?}: some were lost");
        }
        done.store(true, Ordering::Relaxed);
    });
}

fn scripts_and_events_are_paged_to_their_end(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let scripts = (0..23).map(|n| script(&n.to_string(), 1, n % 3)).collect();
    let event =
        |n: i64| Event { at: at(n % 3), kind: EventKind::Alert, message: n.to_string(), exchange: None };
    database.write(&Batch { scripts, events: (0..23).map(event).collect(), ..node.batch() }).unwrap();
    let (mut scripts, mut events) = (HashSet::new(), HashSet::new());
    let (mut paging, mut rows) = (Paging::first(4), 0);
    loop {
        let part = database.scripts(&ScriptFilter::default(), &paging).unwrap();
        rows += part.rows.len();
        scripts.extend(part.rows.into_iter().map(|row| row.seen.script));
        let Some(next) = part.next else { break };
        paging.after = Some(next);
    }
    assert_eq!((scripts.len(), rows), (23, 23));
    (paging, rows) = (Paging::first(4), 0);
    loop {
        let part = database.events(Some(EventKind::Alert), &paging).unwrap();
        rows += part.rows.len();
        events.extend(part.rows.into_iter().map(|event| event.message));
        let Some(next) = part.next else { break };
        paging.after = Some(next);
    }
    assert_eq!((events.len(), rows), (23, 23));
}

fn no_part_is_longer_than_the_most(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let many = Paging::MOST + 5;
    database.write(&node.reports((0..many).map(|n| sum(&n.to_string(), 1, 0)).collect())).unwrap();
    let part = database.violations(&Filter::default(), Order::Recent, &Paging::first(usize::MAX)).unwrap();
    assert_eq!((part.rows.len(), part.next.is_some()), (Paging::MOST, true));
    let rest = Paging { after: part.next, limit: usize::MAX };
    let rest = database.violations(&Filter::default(), Order::Recent, &rest).unwrap();
    assert_eq!((rest.rows.len(), rest.next), (5, None));
}
