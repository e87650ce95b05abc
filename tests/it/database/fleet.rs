//! What only PostgreSQL must do: nodes that start at once, servers that die, roles, TLS.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use countersign::store::{
    Access, Batch, Database, DatabaseError, Filter, Order, Paging, PostgresTarget, Shed, StoreTarget, open,
};

use super::{Node, Place, all_violations, at, evidence, names, script, sum, violation_of};
use crate::support::{PASSWORD, Postgres};

pub(super) fn target(url: &str) -> StoreTarget {
    StoreTarget::parse(url).unwrap()
}

/// A database's name, from its URL.
pub(super) fn name_of(url: &str) -> &str {
    let (_, name) = url.rsplit_once('/').unwrap();
    name.split('?').next().unwrap()
}

#[test]
fn nodes_that_start_at_once_make_the_tables_once() {
    let place = Place::postgres();
    let start = Barrier::new(6);
    thread::scope(|scope| {
        for number in 0..6 {
            let (place, start) = (&place, &start);
            scope.spawn(move || {
                start.wait();
                // No panic before the barrier: the others would wait for ever.
                let mut node = Node::new(&number.to_string());
                place.write().write(&node.reports(vec![sum("inline", 1, 0)])).unwrap();
            });
        }
    });
    assert_eq!(all_violations(place.read().as_mut(), &Filter::default())[0].count, 6);
}

/// As the thread that keeps a store does: the same batch until it is written.
fn write_until_done(database: &mut dyn Database, batch: &Batch) -> u64 {
    let mut attempts = 1;
    while let Err(error) = database.write(batch) {
        assert!(error.is_for_now(), "{error}");
        attempts += 1;
        thread::yield_now();
    }
    attempts
}

#[test]
fn a_server_that_dies_again_and_again_loses_nothing_and_counts_nothing_twice() {
    const BATCHES: u64 = 60;
    let server = Postgres::new(&[]);
    let url = server.database();
    let (done, failed) = (AtomicU64::new(0), AtomicU64::new(0));
    thread::scope(|scope| {
        for name in ["edge-1", "edge-2"] {
            let (url, done, failed) = (&url, &done, &failed);
            scope.spawn(move || {
                let (mut database, mut node) = (Place::at(url).write(), Node::new(name));
                for _ in 0..BATCHES {
                    let violations = (0..50).map(|n| sum(&format!("https://{n}.example/"), 2, 0)).collect();
                    let scripts = vec![script("https://cdn.example/a.js", 1, 0)];
                    let evidence = vec![evidence::of("alert", 0)];
                    let batch = Batch { violations, scripts, evidence, ..node.batch() };
                    let attempts = write_until_done(database.as_mut(), &batch);
                    failed.fetch_add(attempts - 1, Ordering::Relaxed);
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for death in 1..=3 {
            while done.load(Ordering::Relaxed) < death * BATCHES / 2 {
                thread::yield_now();
            }
            server.end();
            server.start();
        }
    });
    assert!(failed.load(Ordering::Relaxed) > 0, "no write met a dead server");
    let mut database = Place::at(&url).read();
    let rows = all_violations(database.as_mut(), &Filter::default());
    assert_eq!(rows.len(), 50);
    for row in rows {
        assert_eq!((row.count, row.pages[0].count), (2 * 2 * BATCHES, 2 * 2 * BATCHES));
    }
    assert_eq!(database.hours(&Filter::default()).unwrap()[0].count, 2 * 2 * 50 * BATCHES);
    let evidence = evidence::all(database.as_mut());
    assert_eq!(evidence.len() as u64, 2 * BATCHES);
    assert!(evidence.iter().all(countersign::store::EvidenceRow::is_whole));
}

/// Between nodes and a server: passes everything on, until a commit has been done that nobody shall hear of.
fn deaf_at_commit(server: &Postgres, armed: &'static AtomicBool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let socket = server.socket();
    thread::spawn(move || {
        for node in listener.incoming() {
            let (Ok(node), Ok(there)) = (node, UnixStream::connect(&socket)) else { return };
            pass(node, there, armed);
        }
    });
    port
}

fn pass(mut node: TcpStream, mut there: UnixStream, armed: &'static AtomicBool) {
    static CUT: AtomicBool = AtomicBool::new(false);
    let (mut to_node, mut from_there) = (node.try_clone().unwrap(), there.try_clone().unwrap());
    thread::spawn(move || {
        let mut bytes = [0; 8192];
        while let Ok(read @ 1..) = from_there.read(&mut bytes) {
            // The commit is done: whoever waits for it hears nothing more.
            if CUT.swap(false, Ordering::SeqCst) || to_node.write_all(&bytes[..read]).is_err() {
                break;
            }
        }
        let _ = to_node.shutdown(Shutdown::Both);
        let _ = from_there.shutdown(Shutdown::Both);
    });
    thread::spawn(move || {
        let mut bytes = [0; 8192];
        while let Ok(read @ 1..) = node.read(&mut bytes) {
            let commits = bytes[..read].windows(6).any(|word| word == b"COMMIT");
            if commits && armed.swap(false, Ordering::SeqCst) {
                CUT.store(true, Ordering::SeqCst);
            }
            if there.write_all(&bytes[..read]).is_err() {
                break;
            }
        }
        let _ = there.shutdown(Shutdown::Both);
    });
}

#[test]
fn a_commit_that_nobody_heard_of_is_not_done_twice() {
    static ARMED: AtomicBool = AtomicBool::new(false);
    let server = Postgres::shared();
    let database = server.empty_database();
    let port = deaf_at_commit(server, &ARMED);
    // The relay comes to the server over its socket, where no password is needed.
    let place = Place::at(&format!("postgres://node@127.0.0.1:{port}/{database}"));
    let (mut database, mut node) = (place.write(), Node::new("edge-1"));
    database.write(&node.reports(vec![sum("inline", 1, 0)])).unwrap();
    ARMED.store(true, Ordering::SeqCst);
    let batch = Batch { evidence: vec![evidence::of("alert", 0)], ..node.reports(vec![sum("inline", 2, 0)]) };
    let written = database.write(&batch).unwrap();
    assert!(!ARMED.load(Ordering::SeqCst), "the commit never passed");
    assert!(written.again, "the second attempt has to find what the first has done");
    assert_eq!(all_violations(database.as_mut(), &Filter::default())[0].count, 3);
    assert_eq!(evidence::all(database.as_mut()).len(), 1);
}

#[test]
fn a_server_that_is_not_there_is_away_until_it_is_back() {
    let server = Postgres::new(&[]);
    let url = server.database();
    let mut node = Node::new("edge-1");
    let mut database = open(&target(&url), Access::Write).unwrap();
    server.end();
    let batch = node.reports(vec![sum("inline", 2, 0)]);
    for _ in 0..3 {
        let error = database.write(&batch).unwrap_err();
        assert!(error.is_for_now(), "{error}");
    }
    for access in [Access::Read, Access::Write] {
        let error = open(&target(&url), access).err().unwrap();
        assert!(error.is_for_now() && error.to_string().contains("no connection to PostgreSQL"), "{error}");
    }
    server.start();
    write_until_done(database.as_mut(), &batch);
    assert_eq!(all_violations(database.as_mut(), &Filter::default())[0].count, 2);
}

#[test]
fn what_cannot_work_says_what_to_do_and_never_the_password() {
    let server = Postgres::shared();
    let url = server.database_over_tcp();
    assert!(open(&target(&url), Access::Write).is_ok());
    let name = name_of(&url);
    let wrong = |url: &str| match open(&target(url), Access::Write) {
        Err(error @ DatabaseError::Unusable { .. }) => error.to_string(),
        Err(error) => panic!("{url}: {error}"),
        Ok(_) => panic!("{url} was opened"),
    };
    let at = format!("@localhost:{}", server.port());
    let said = [
        wrong(&format!("postgres://node:hunter2{at}/{name}?sslmode=disable")),
        wrong(&format!("postgres://node{at}/{name}?sslmode=disable")),
        wrong(&url.replace(name, "no_such_database")),
    ];
    assert!(said[0].contains("password authentication failed for user \"node\""), "{said:?}");
    assert!(said[1].contains("password"), "{said:?}");
    assert!(said[2].contains("database \"no_such_database\" does not exist"), "{said:?}");
    assert!(said.iter().all(|said| !said.contains("hunter2") && !said.contains(PASSWORD)), "{said:?}");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    fs::write(&file, format!("{PASSWORD}\n")).unwrap();
    let without = PostgresTarget::parse(&format!("postgres://node{at}/{name}")).unwrap();
    let with_file = StoreTarget::Postgres(Box::new(without.with_password_file(Some(file))));
    assert!(open(&with_file, Access::Write).is_ok());
}

#[test]
fn tables_that_are_missing_or_newer_are_said_to_be_so() {
    let server = Postgres::shared();
    let url = server.database();
    let said = |access| open(&target(&url), access).err().unwrap();
    let error = said(Access::Read);
    assert!(!error.is_for_now() && error.to_string().contains("countersign run"), "{error}");
    assert!(open(&target(&url), Access::Write).is_ok());
    server.as_admin(name_of(&url), "UPDATE countersign.version SET number = 99");
    for access in [Access::Read, Access::Write] {
        let error = said(access);
        assert!(!error.is_for_now() && error.to_string().contains("version 99"), "{error}");
    }
}

#[test]
fn evidence_is_refused_to_be_changed_even_for_the_owner_of_the_server() {
    let server = Postgres::shared();
    let url = server.database();
    let (mut database, mut node) = (Place::at(&url).write(), Node::new("edge-1"));
    database
        .write(&Batch { evidence: vec![evidence::of("alert", 0), evidence::of("alert", 1)], ..node.batch() })
        .unwrap();
    for change in [
        "UPDATE countersign.evidence SET body = '{}'",
        "DELETE FROM countersign.evidence",
        "DELETE FROM countersign.evidence WHERE number = 2",
        "TRUNCATE countersign.evidence",
        "TRUNCATE countersign.nodes CASCADE",
        "DELETE FROM countersign.nodes",
    ] {
        let tried = server.with_admin(name_of(&url), |client| client.batch_execute(change));
        assert!(tried.is_err(), "{change}");
    }
    assert_eq!(evidence::all(database.as_mut()).len(), 2);
}

#[test]
fn a_node_needs_no_right_to_make_tables_where_they_are_made() {
    let server = Postgres::shared();
    let url = server.database();
    drop(Place::at(&url).write());
    let name = name_of(&url);
    let (writer, reader) = (format!("writer_{name}"), format!("reader_{name}"));
    // As docs/operations.md has it.
    server.as_admin(
        name,
        &format!(
            "CREATE ROLE {writer} LOGIN; CREATE ROLE {reader} LOGIN; \
             GRANT USAGE ON SCHEMA countersign TO {writer}, {reader}; \
             GRANT SELECT ON ALL TABLES IN SCHEMA countersign TO {writer}, {reader}; \
             GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA countersign TO {writer}; \
             GRANT USAGE ON ALL SEQUENCES IN SCHEMA countersign TO {writer}; \
             REVOKE INSERT, UPDATE, DELETE ON countersign.version FROM {writer}"
        ),
    );
    let mut node = Node::new("edge-1");
    let batch = Batch {
        scripts: vec![script("https://cdn.example/a.js", 1, 0)],
        evidence: vec![evidence::of("alert", 0)],
        shed: vec![Shed { site: "shop".into(), class: violation_of("").class, count: 1 }],
        ..node.reports(vec![sum("inline", 1, 0)])
    };
    let mut database = Place::at(&url.replace("//node@", &format!("//{writer}@"))).write();
    database.write(&batch).unwrap();
    database.tidy(at(0), &countersign::store::Retention::default()).unwrap();
    let mut database = Place::at(&url.replace("//node@", &format!("//{reader}@"))).read();
    assert_eq!(names(&all_violations(database.as_mut(), &Filter::default())), ["inline"]);
    let error = database.write(&Batch { id: node.batch().id, ..batch }).unwrap_err();
    assert!(error.to_string().contains("read-only"), "{error}");
}

#[tokio::test]
async fn a_store_is_opened_and_closed_within_a_runtime_too() {
    let place = Place::postgres();
    let mut database = place.write();
    database.write(&Node::new("edge-1").reports(vec![sum("inline", 1, 0)])).unwrap();
    let part = database.violations(&Filter::default(), Order::Recent, &Paging::first(9)).unwrap();
    assert_eq!(part.rows.len(), 1);
}

/// A server that speaks TLS, with a certificate for these names that it signed itself; and where that is.
fn with_tls(names: &[&str]) -> (Postgres, tempfile::TempDir) {
    let certified =
        rcgen::generate_simple_self_signed(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    let certified = certified.unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        // PostgreSQL refuses a key that others may read.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    };
    let certificate = write("server.pem", &certified.cert.pem());
    let key = write("server.key", &certified.signing_key.serialize_pem());
    for path in [&certificate, &key] {
        // Where the tests are not root, the server is their user.
        let _ = chown(path, Some(crate::support::NOBODY), None);
    }
    let setting = |name: &str, path: &Path| format!("{name}={}", path.display());
    let settings = [setting("ssl_cert_file", &certificate), setting("ssl_key_file", &key)];
    (Postgres::new(&["ssl=on", &settings[0], &settings[1]]), folder)
}

#[test]
fn tls_is_spoken_with_whom_the_authority_vouches_for_and_nobody_else() {
    let (server, folder) = with_tls(&["localhost"]);
    let ca = folder.path().join("server.pem");
    let plain = server.database_over_tcp();
    let url = |mode: &str, ca: &Path| plain.replace("disable", mode) + "&sslrootcert=" + ca.to_str().unwrap();
    for mode in ["verify-full", "require"] {
        let mut database = Place::at(&url(mode, &ca)).write();
        database.write(&Node::new("edge-1").reports(vec![sum("inline", 1, 0)])).unwrap();
    }
    let encrypted = server.with_admin(name_of(&plain), |client| {
        let ask = "SELECT count(*) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE ssl AND usename = 'node'";
        client.query_one(ask, &[]).unwrap().get::<_, i64>(0)
    });
    // Both are closed by now; what counts is that none was open without TLS, which the next lines say.
    assert_eq!(encrypted, 0);
    let refused = |url: &str| match open(&target(url), Access::Write) {
        Err(error @ DatabaseError::Unusable { .. }) => error.to_string(),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("{url} was opened"),
    };
    // Nobody vouches for it.
    let said = refused(&plain.replace("disable", "verify-full"));
    assert!(said.contains("certificate") && !said.contains(PASSWORD), "{said}");
    // Another name.
    let said = refused(&url("verify-full", &ca).replace("@localhost:", "@127.0.0.1:"));
    assert!(said.contains("certificate"), "{said}");
    // A server without TLS.
    let without = Postgres::shared().database_over_tcp().replace("disable", "require");
    let said = refused(&without);
    assert!(said.contains("TLS"), "{said}");
}
