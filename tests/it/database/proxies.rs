//! Proxies that run, with one PostgreSQL behind them.

use std::net::SocketAddr;

use countersign::app::AppConfig;
use countersign::store::{
    Access, EventKind, Filter, Order, Paging, ScriptFilter, StoreTarget, ViolationRow, open,
};

use crate::support::{Client, Enforced, Postgres, Upstream, enforce_with, get, page, within};

const PAGE: &str = "<!doctype html><p>shop</p><script src=https://evil.test/x.js></script>";
const REPORT: &str = r#"{"csp-report":{"document-uri":"http://shop.test/","blocked-uri":"http://evil.test/x.js","violated-directive":"script-src-elem","effective-directive":"script-src-elem","disposition":"enforce"}}"#;

fn keeps_in(url: &str, node: &str) -> impl FnOnce(&mut AppConfig) {
    let (target, node) = (StoreTarget::parse(url).unwrap(), node.to_owned());
    move |config| {
        config.store.target = target;
        config.store.node = node;
    }
}

async fn report(address: SocketAddr, count: usize) {
    let mut client = Client::connect(address).await;
    for _ in 0..count {
        let head = "POST /_countersign/reports HTTP/1.1\r\nHost: shop.test\r\nContent-Type: application/csp-report\r\n";
        let taken = client.ask(format!("{head}Content-Length: {}\r\n\r\n{REPORT}", REPORT.len())).await;
        assert_eq!(taken.status, 204);
    }
}

async fn visit(address: SocketAddr, count: usize) {
    let mut client = Client::connect(address).await;
    for _ in 0..count {
        let response = client.ask(get("/")).await;
        assert_eq!((response.status, response.whole), (200, true));
    }
}

/// What a proxy answers about violations and scripts; what it has observed is written before. Asked until there is a
/// database that answers.
async fn told(proxy: &Enforced) -> (Vec<ViolationRow>, Vec<(String, u64)>) {
    let archive = proxy.running.archive();
    within("the store", async {
        loop {
            let asked = archive.ask(|database| {
                let violations = database.violations(&Filter::default(), Order::Top, &Paging::first(9))?.rows;
                let scripts = database.scripts(&ScriptFilter::default(), &Paging::first(9))?.rows;
                Ok((violations, scripts.into_iter().map(|row| (row.seen.script, row.count)).collect()))
            });
            match asked.await {
                Ok(told) => return told,
                Err(error) => assert!(error.is_for_now(), "{error}"),
            }
            tokio::task::yield_now().await;
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_proxies_that_share_a_database_show_one_inventory() {
    let url = Postgres::shared().database();
    let upstream = Upstream::answering(page(PAGE)).await;
    let one = enforce_with(upstream.address, "", keeps_in(&url, "edge-1"));
    let two = enforce_with(upstream.address, "", keeps_in(&url, "edge-2"));
    tokio::join!(visit(one.address(), 10), visit(two.address(), 15));
    tokio::join!(report(one.address(), 20), report(two.address(), 30));
    // Each writes what it has before it answers.
    told(&one).await;
    let (violations, scripts) = told(&two).await;
    assert_eq!((violations.len(), violations[0].count), (1, 50));
    assert_eq!(scripts, [("https://evil.test/x.js".to_owned(), 25)]);
    assert_eq!(told(&one).await, (violations.clone(), scripts));
    // And so it is asked from anywhere, and by a node that comes later.
    let mut database = open(&StoreTarget::parse(&url).unwrap(), Access::Read).unwrap();
    let row = tokio::task::block_in_place(|| database.violation(violations[0].id)).unwrap();
    assert_eq!(row.as_ref(), Some(&violations[0]));
    let three = enforce_with(upstream.address, "", keeps_in(&url, "edge-3"));
    assert_eq!(three.running.store.scripts()[0].count, 25);
    let mut nodes: Vec<String> =
        super::evidence::all(database.as_mut()).into_iter().map(|row| row.node).collect();
    nodes.sort_unstable();
    nodes.dedup();
    assert!(nodes.starts_with(&["edge-1".to_owned(), "edge-2".to_owned()]), "{nodes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_dies_in_a_flood_costs_neither_pages_nor_counts() {
    let server = Postgres::new(&[]);
    let url = server.database();
    let upstream = Upstream::answering(page(PAGE)).await;
    let proxy = enforce_with(upstream.address, "", keeps_in(&url, "edge-1"));
    let address = proxy.address();
    for death in 1..=2 {
        report(address, 10).await;
        tokio::task::block_in_place(|| server.end());
        tokio::join!(report(address, 10), visit(address, 20));
        let is_told = || {
            let alerts =
                proxy.running.store.events(100).into_iter().filter(|event| event.kind == EventKind::Alert);
            alerts.filter(|event| event.message.contains("can't be written")).count() >= death
        };
        within("that it is said", async {
            while !is_told() {
                tokio::task::yield_now().await;
            }
        })
        .await;
        tokio::join!(report(address, 10), visit(address, 20));
        tokio::task::block_in_place(|| server.start());
        until_told(&proxy, 30 * death as u64, 40 * death as u64).await;
    }
    assert!(proxy.events().contains("is written again"), "{}", proxy.events());
}

/// Waits until so many reports and sights of the script are written; never are there more.
async fn until_told(proxy: &Enforced, reports: u64, seen: u64) {
    within("what was observed meanwhile", async {
        loop {
            let (violations, scripts) = told(proxy).await;
            let violations: u64 = violations.iter().map(|row| row.count).sum();
            let scripts: u64 = scripts.iter().map(|(_, count)| count).sum();
            assert!(
                violations <= reports && scripts <= seen,
                "{violations} of {reports}, {scripts} of {seen}"
            );
            if (violations, scripts) == (reports, seen) {
                return;
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_starts_without_its_database_and_serves_pages() {
    let server = Postgres::new(&[]);
    let url = server.database();
    server.end();
    let upstream = Upstream::answering(page(PAGE)).await;
    let proxy = enforce_with(upstream.address, "", keeps_in(&url, "edge-1"));
    visit(proxy.address(), 5).await;
    report(proxy.address(), 5).await;
    tokio::task::block_in_place(|| server.start());
    until_told(&proxy, 5, 5).await;
}
