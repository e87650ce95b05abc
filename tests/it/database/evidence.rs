//! Evidence: a chain by node, whole, never changed, gone only when its time is over.

use countersign::store::{Batch, Database, Evidence, EvidenceRow, NOTHING_BEFORE, Paging, Retention};
use jiff::{SignedDuration, Timestamp};

use super::{Node, Place, at, on_both};

on_both!(
    each_row_names_the_one_before,
    a_node_goes_on_where_it_was_before_it_was_started_again,
    two_nodes_have_a_chain_each,
    two_processes_of_one_name_make_one_chain,
    evidence_between_two_moments_is_paged,
    a_batch_that_comes_again_adds_no_evidence,
    evidence_whose_time_is_over_goes_and_a_row_says_so,
    what_is_kept_is_what_was_digested,
);

/// A row of this kind, at so many seconds.
pub(crate) fn of(kind: &str, seconds: i64) -> Evidence {
    Evidence { at: at(seconds), kind: kind.into(), body: format!("{{\"seconds\":{seconds}}}") }
}

/// All of it.
pub(crate) fn all(database: &mut dyn Database) -> Vec<EvidenceRow> {
    let part =
        database.evidence(Timestamp::UNIX_EPOCH, Timestamp::MAX, &Paging::first(Paging::MOST)).unwrap();
    assert_eq!(part.next, None);
    part.rows
}

/// That the rows are of one unbroken chain, from its first.
fn assert_whole(rows: &[&EvidenceRow]) {
    let mut previous = NOTHING_BEFORE;
    for (number, row) in (1..).zip(rows) {
        assert!(row.is_whole(), "{row:?}");
        assert_eq!((row.number, row.previous.as_str()), (number, previous));
        previous = &row.digest;
    }
}

fn add(database: &mut dyn Database, node: &mut Node, evidence: Vec<Evidence>) {
    let batch = Batch { evidence, ..node.batch() };
    while let Err(error) = database.write(&batch) {
        assert!(error.is_for_now(), "{error}");
    }
}

fn each_row_names_the_one_before(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    add(database.as_mut(), &mut node, vec![of("policy-loaded", 1), of("drift-check", 2)]);
    add(database.as_mut(), &mut node, vec![of("alert", 3)]);
    let rows = all(database.as_mut());
    assert_whole(&rows.iter().collect::<Vec<_>>());
    let kinds: Vec<&str> = rows.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(kinds, ["policy-loaded", "drift-check", "alert"]);
    assert_eq!((rows[1].body.as_str(), rows[1].at), ("{\"seconds\":2}", at(2)));
}

fn a_node_goes_on_where_it_was_before_it_was_started_again(place: &Place) {
    for _ in 0..3 {
        add(place.write().as_mut(), &mut Node::new("edge-1"), vec![of("policy-loaded", 1)]);
    }
    let rows = all(place.read().as_mut());
    assert_eq!(rows.len(), 3);
    assert_whole(&rows.iter().collect::<Vec<_>>());
}

fn two_nodes_have_a_chain_each(place: &Place) {
    let mut database = place.write();
    let mut nodes = [Node::new("edge-1"), Node::new("edge-2")];
    for seconds in 0..6 {
        add(database.as_mut(), &mut nodes[seconds % 2], vec![of("alert", 0)]);
    }
    let rows = all(database.as_mut());
    for node in ["edge-1", "edge-2"] {
        let chain: Vec<_> = rows.iter().filter(|row| row.node == node).collect();
        assert_eq!(chain.len(), 3);
        assert_whole(&chain);
    }
}

fn two_processes_of_one_name_make_one_chain(place: &Place) {
    place.write();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let (mut database, mut node) = (place.write(), Node::new("edge-1"));
                for seconds in 0..20 {
                    add(database.as_mut(), &mut node, vec![of("alert", seconds), of("alert", seconds)]);
                }
            });
        }
    });
    let rows = all(place.read().as_mut());
    assert_eq!(rows.len(), 80);
    assert_whole(&rows.iter().collect::<Vec<_>>());
}

fn evidence_between_two_moments_is_paged(place: &Place) {
    let mut database = place.write();
    let mut nodes = [Node::new("edge-1"), Node::new("edge-2")];
    for (seconds, node) in (0..30).zip([0, 1].into_iter().cycle()) {
        add(database.as_mut(), &mut nodes[node], vec![of("alert", seconds)]);
    }
    let (mut paging, mut rows) = (Paging::first(4), Vec::new());
    loop {
        let part = database.evidence(at(5), at(25), &paging).unwrap();
        rows.extend(part.rows);
        let Some(next) = part.next else { break };
        paging.after = Some(next);
    }
    let mut told: Vec<Timestamp> = rows.iter().map(|row| row.at).collect();
    told.sort_unstable();
    assert_eq!(told, (5..25).map(at).collect::<Vec<_>>());
    assert!(rows.is_sorted_by_key(|row| (row.node.clone(), row.number)));
}

fn a_batch_that_comes_again_adds_no_evidence(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let batch = Batch { evidence: vec![of("alert", 0)], ..node.batch() };
    for _ in 0..3 {
        database.write(&batch).unwrap();
    }
    assert_eq!(all(database.as_mut()).len(), 1);
}

fn evidence_whose_time_is_over_goes_and_a_row_says_so(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    let day = 24 * 3600;
    add(database.as_mut(), &mut node, vec![of("alert", 0), of("alert", 1), of("alert", 402 * day)]);
    let retention = Retention { evidence: SignedDuration::from_hours(400 * 24), ..Retention::default() };
    assert_eq!(database.tidy(at(400 * day), &retention).unwrap().evidence, 0);
    assert_eq!(database.tidy(at(402 * day), &retention).unwrap().evidence, 2);
    let rows = all(database.as_mut());
    let [kept, told] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((kept.number, told.number, told.kind.as_str()), (3, 4, "evidence-removed"));
    assert!(kept.is_whole() && told.is_whole() && told.previous == kept.digest);
    assert!(told.body.contains(&kept.previous), "{}", told.body);
}

fn what_is_kept_is_what_was_digested(place: &Place) {
    let (mut database, mut node) = (place.write(), Node::new("edge-\"1'"));
    let mut odd = of("alert\0", 0);
    odd.at = "2026-11-26T10:00:00.123456789Z".parse().unwrap();
    odd.body = "{\"text\":\"\\u0000 é \u{10ffff} \0\"}".into();
    add(database.as_mut(), &mut node, vec![odd, of("alert", 1)]);
    assert_whole(&all(database.as_mut()).iter().collect::<Vec<_>>());
}
