//! What SQLite must do that another database would do otherwise: files, versions, locks.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::Sqlite;
use crate::store::{
    Batch, BatchId, Counted, Database, DatabaseError, Event, EventKind, Evidence, Filter, Order, PAGES,
    Paging, Retention, Violation, ViolationSum,
};

fn now() -> Timestamp {
    "2026-11-26T10:20:30.123456Z".parse().unwrap()
}

fn batch(number: u64) -> Batch {
    Batch {
        id: BatchId { process: Uuid::from_u128(7), number },
        node: "edge-1".into(),
        at: now(),
        violations: Vec::new(),
        shed: Vec::new(),
        scripts: Vec::new(),
        pages: Vec::new(),
        generations: Vec::new(),
        policies: Vec::new(),
        events: Vec::new(),
        drifts: Vec::new(),
        evidence: Vec::new(),
    }
}

fn sum(blocked: &str, count: u64) -> ViolationSum {
    ViolationSum {
        violation: Violation::sample(blocked),
        count,
        first_seen: now(),
        last_seen: now(),
        generation: None,
        networks: 1,
        hours: vec![("2026-11-26T10:00:00Z".parse().unwrap(), count)],
        pages: vec![Counted { name: "https://shop.example/".into(), count }],
        browsers: Vec::new(),
    }
}

fn evidence(at: Timestamp) -> Evidence {
    Evidence { at, kind: "policy-loaded".into(), body: "{}".into() }
}

fn rows(database: &mut Sqlite) -> Vec<(String, u64)> {
    let part = database.violations(&Filter::default(), Order::Top, &Paging::first(1000)).unwrap();
    part.rows.into_iter().map(|row| (row.violation.blocked, row.count)).collect()
}

#[test]
fn a_batch_is_written_once() {
    let mut database = Sqlite::in_memory().unwrap();
    let first = Batch { violations: vec![sum("inline", 3)], ..batch(1) };
    let written = database.write(&first).unwrap();
    assert!(!written.again && written.added == 1);
    assert!(database.write(&first).unwrap().again);
    assert_eq!(rows(&mut database), [("inline".to_owned(), 3)]);
    database.write(&Batch { id: batch(2).id, ..first }).unwrap();
    assert_eq!(rows(&mut database), [("inline".to_owned(), 6)]);
}

#[test]
fn pages_beyond_the_bound_are_counted_together() {
    let mut database = Sqlite::in_memory().unwrap();
    for n in 0..30 {
        let pages = vec![Counted { name: format!("https://shop.example/{n}"), count: 1 }];
        let violations = vec![ViolationSum { pages, ..sum("inline", 1) }];
        database.write(&Batch { violations, ..batch(n) }).unwrap();
    }
    let row = database.violation(sum("inline", 1).violation.fingerprint()).unwrap().unwrap();
    assert_eq!((row.count, row.pages.len()), (30, PAGES + 1));
    assert_eq!(row.pages[0], Counted { name: String::new(), count: 10 });
}

#[test]
fn one_process_reads_while_another_writes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let mut writer = Sqlite::write(&path).unwrap();
    let mut reader = Sqlite::read(&path).unwrap();
    for file in ["a.db", "a.db-wal", "a.db-shm"] {
        let mode = fs::metadata(folder.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    writer.write(&Batch { violations: vec![sum("inline", 1)], ..batch(1) }).unwrap();
    let transaction =
        writer.connection.transaction_with_behavior(super::TransactionBehavior::Immediate).unwrap();
    assert_eq!(rows(&mut reader), [("inline".to_owned(), 1)]);
    let error = reader.write(&batch(2)).unwrap_err();
    assert!(error.is_for_now(), "{error:?}");
    drop(transaction);
}

#[test]
fn files_that_are_not_ours_are_refused_and_stay_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    for bytes in [vec![b'x'; 5000], b"# my notes\n".to_vec()] {
        fs::write(&path, &bytes).unwrap();
        for error in [Sqlite::write(&path).err(), Sqlite::read(&path).err()] {
            assert!(matches!(error, Some(DatabaseError::Unusable { .. })), "{error:?}");
        }
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
    fs::remove_file(&path).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE a (b)").unwrap();
    drop(other);
    let before = fs::read(&path).unwrap();
    let error = Sqlite::write(&path).err().unwrap().to_string();
    assert!(error.contains("another program"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_newer_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let database = Sqlite::write(&path).unwrap();
    database.connection.pragma_update(None, "user_version", 99).unwrap();
    drop(database);
    for error in [Sqlite::write(&path).err(), Sqlite::read(&path).err()] {
        let error = error.unwrap();
        assert!(!error.is_for_now() && error.to_string().contains("newer Countersign"), "{error}");
    }
}

#[test]
fn evidence_is_added_to_and_never_changed() {
    let mut database = Sqlite::in_memory().unwrap();
    database.write(&Batch { evidence: vec![evidence(now()), evidence(now())], ..batch(1) }).unwrap();
    database.write(&Batch { evidence: vec![evidence(now())], ..batch(2) }).unwrap();
    for change in ["UPDATE evidence SET body = 'x'", "DELETE FROM evidence", "DELETE FROM nodes"] {
        assert!(database.connection.execute(change, []).is_err(), "{change}");
    }
    let part = database.evidence(Timestamp::UNIX_EPOCH, Timestamp::MAX, &Paging::first(2)).unwrap();
    let rest = Paging { after: part.next, limit: 2 };
    let rest = database.evidence(Timestamp::UNIX_EPOCH, Timestamp::MAX, &rest).unwrap();
    let all: Vec<_> = part.rows.iter().chain(&rest.rows).collect();
    assert_eq!(all.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(all.iter().all(|row| row.is_whole()));
    assert!(all.windows(2).all(|two| two[1].previous == two[0].digest));
}

#[test]
fn old_evidence_goes_and_a_row_says_so() {
    let mut database = Sqlite::in_memory().unwrap();
    let later = now() + SignedDuration::from_hours(24 * 402);
    database
        .write(&Batch { evidence: vec![evidence(now()), evidence(now()), evidence(later)], ..batch(1) })
        .unwrap();
    let retention = Retention::default();
    assert_eq!(database.tidy(now() + retention.evidence, &retention).unwrap().evidence, 0);
    assert_eq!(database.tidy(later, &retention).unwrap().evidence, 2);
    assert_eq!(database.tidy(later, &retention).unwrap().evidence, 0);
    let rows = database.evidence(Timestamp::UNIX_EPOCH, Timestamp::MAX, &Paging::first(10)).unwrap().rows;
    let [kept, told] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((kept.number, told.number, told.kind.as_str()), (3, 4, "evidence-removed"));
    let body: serde_json::Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!((&body["number"], body["digest"].as_str()), (&2.into(), Some(kept.previous.as_str())));
    assert!(database.connection.execute("DELETE FROM evidence WHERE number = 3", []).is_err());
}

#[test]
fn what_was_not_seen_for_long_goes_and_what_few_told_of_where_there_is_too_much() {
    let mut database = Sqlite::in_memory().unwrap();
    let violations =
        (0..10).map(|n| sum(&format!("https://{n}.example/"), 1)).chain([sum("real", 5)]).collect();
    let event = Event { at: now(), kind: EventKind::Alert, message: "m".into(), exchange: None };
    database.write(&Batch { violations, events: vec![event], ..batch(1) }).unwrap();
    let retention = Retention { groups: 3, ..Retention::default() };
    let tidied = database.tidy(now(), &retention).unwrap();
    assert_eq!((tidied.violations, tidied.more), (8, false));
    assert_eq!(rows(&mut database)[0], ("real".to_owned(), 5));
    let shed = database.shed().unwrap();
    assert_eq!((shed.len(), shed[0].count), (1, 8));
    let later = now() + retention.observations + SignedDuration::from_secs(1);
    let tidied = database.tidy(later, &retention).unwrap();
    assert_eq!((tidied.violations, tidied.events), (3, 1));
    assert_eq!(database.hours(&Filter::default()).unwrap(), []);
}

#[test]
fn a_database_that_is_too_big_loses_its_oldest_observations_and_no_evidence() {
    let mut database = Sqlite::in_memory().unwrap();
    for n in 0..20_u64 {
        let violations = (0..100)
            .map(|m| ViolationSum {
                last_seen: now() + SignedDuration::from_secs(n.cast_signed()),
                ..sum(&format!("https://{n}.example/{m}"), 1)
            })
            .collect();
        database.write(&Batch { violations, evidence: vec![evidence(now())], ..batch(n) }).unwrap();
    }
    let full = database.tidy(now(), &Retention::default()).unwrap().bytes;
    let retention = Retention { bytes: full / 2, ..Retention::default() };
    let mut rounds = 0;
    while database.tidy(now(), &retention).unwrap().more {
        rounds += 1;
        assert!(rounds < 50);
    }
    let tidied = database.tidy(now(), &retention).unwrap();
    assert!(tidied.bytes <= full / 2 && tidied.bytes > full / 4, "{tidied:?}");
    let kept = rows(&mut database);
    assert!(kept.iter().any(|(blocked, _)| blocked == "https://19.example/99"));
    assert!(!kept.iter().any(|(blocked, _)| blocked == "https://0.example/0"));
    let evidence = database.evidence(Timestamp::UNIX_EPOCH, Timestamp::MAX, &Paging::first(100)).unwrap();
    assert_eq!(evidence.rows.len(), 20);
}

#[test]
fn a_full_disk_is_for_now_and_writing_goes_on_once_there_is_room() {
    let mut database = Sqlite::in_memory().unwrap();
    let pages: i64 = database.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    database.connection.pragma_update(None, "max_page_count", pages).unwrap();
    let violations = (0..200).map(|n| sum(&format!("https://{n}.example/"), 1)).collect();
    let full = Batch { violations, ..batch(1) };
    let error = database.write(&full).unwrap_err();
    assert!(error.is_for_now(), "{error:?}");
    assert_eq!(rows(&mut database), []);
    database.connection.pragma_update(None, "max_page_count", 100_000).unwrap();
    assert!(!database.write(&full).unwrap().again);
    assert_eq!(rows(&mut database).len(), 200);
}

#[test]
fn a_file_that_is_locked_is_away_and_one_that_was_cut_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let mut database = Sqlite::write(&path).unwrap();
    let violations = (0..500).map(|n| sum(&format!("https://{n}.example/"), 1)).collect();
    database.write(&Batch { violations, ..batch(1) }).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    database.connection.busy_timeout(std::time::Duration::ZERO).unwrap();
    let error = database.write(&batch(2)).unwrap_err();
    assert!(error.is_for_now(), "{error:?}");
    other.execute_batch("ROLLBACK").unwrap();
    drop(other);
    drop(database);
    let length = fs::metadata(&path).unwrap().len();
    fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(length / 3).unwrap();
    let damaged = Sqlite::write(&path).and_then(|mut database| {
        database.violations(&Filter::default(), Order::Top, &Paging::first(1000)).map(drop)
    });
    let error = damaged.unwrap_err();
    assert!(matches!(error, DatabaseError::Unusable { .. }), "{error:?}");
}

#[test]
fn a_folder_that_is_not_there_is_said_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let error = Sqlite::write(&folder.path().join("none/a.db")).err().unwrap();
    assert!(!error.is_for_now() && error.to_string().contains("is its folder there"), "{error}");
}
