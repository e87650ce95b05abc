//! `countersign collect`: reports of sites whose CSP somebody else sends, and nothing else.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use countersign::app::{self, AppConfig, Running};
use countersign::reports::CollectedHosts;
use countersign::store::{Class, ViolationRow};

use super::observed::Kept;
use crate::proxy::command::Child;
use crate::support::{Client, Response, within};

fn collecting(hosts: &[&str], adjust: impl FnOnce(&mut AppConfig)) -> Running {
    let hosts = CollectedHosts::new(hosts.iter().copied()).unwrap();
    let mut config = AppConfig { collected: Some(hosts), ..AppConfig::on_loopback() };
    config.settings.drain_time = Duration::from_millis(500);
    adjust(&mut config);
    app::start(config).unwrap()
}

fn report(path: &str, page: &str, headers: &str) -> String {
    let body = format!(
        r#"{{"csp-report":{{"document-uri":"{page}","blocked-uri":"https://api.example/x","effective-directive":"connect-src","disposition":"enforce"}}}}"#
    );
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: reports.example\r\nContent-Type: application/csp-report\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )
}

async fn sent(client: &mut Client, request: &str) -> Response {
    within("an answer", client.ask(request)).await
}

fn rows(running: &Running) -> Vec<ViolationRow> {
    let mut rows = running.store.violations(100);
    rows.sort_by(|a, b| a.violation.site.cmp(&b.violation.site));
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_goes_by_the_host_of_its_page_and_other_sites_are_told_apart() {
    let running = collecting(&["shop.example", "*.shop.example"], |_| {});
    let mut client = Client::connect(running.address).await;
    for (path, page) in [
        ("/_countersign/reports", "https://shop.example/pay"),
        ("/r/shop-2", "https://www.shop.example/"),
        ("/r/x", "https://evil.example/"),
    ] {
        let response = sent(&mut client, &report(path, page, "")).await;
        assert_eq!(response.status, 204, "{path}: {}", response.head);
        assert_eq!(response.header("set-cookie"), None);
        assert_eq!(response.header("access-control-allow-origin").as_deref(), Some("*"));
    }
    let known: Vec<(String, Class)> =
        rows(&running).into_iter().map(|row| (row.violation.site, row.violation.class)).collect();
    assert_eq!(
        known,
        [
            ("evil.example".to_owned(), Class::ForgedOrStale),
            ("shop.example".to_owned(), Class::Unjoined),
            ("www.shop.example".to_owned(), Class::Unjoined),
        ]
    );
    running.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_named_sites_every_host_is_taken_and_nothing_else_is_served() {
    let running = collecting(&[], |_| {});
    let mut client = Client::connect(running.address).await;
    assert_eq!(sent(&mut client, &report("/r/a", "https://any.example/", "")).await.status, 204);
    let options = "OPTIONS /r/a HTTP/1.1\r\nHost: reports.example\r\nOrigin: https://any.example\r\n\r\n";
    assert_eq!(sent(&mut client, options).await.status, 204);
    for path in ["/", "/r/", "/r/A", "/r/a/b", "/_countersign", "/_countersign/s/x/y.js", "/anything"] {
        let response = sent(&mut client, &report(path, "https://any.example/", "")).await;
        assert_eq!(response.status, 404, "{path}");
    }
    let get = "GET /r/a HTTP/1.1\r\nHost: reports.example\r\n\r\n";
    assert_eq!(sent(&mut client, get).await.status, 405);
    let known = rows(&running);
    assert_eq!(known.len(), 1);
    assert_eq!((known[0].violation.site.as_str(), known[0].count), ("any.example", 1));
    running.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn forwarded_addresses_count_where_they_are_trusted() {
    for (trusts, networks) in [(true, 2), (false, 1)] {
        let running = collecting(&[], |config| {
            config.settings.trust_forwarded = trusts;
        });
        let mut client = Client::connect(running.address).await;
        for network in [1, 2] {
            let address = IpAddr::V4(Ipv4Addr::new(192, 0, network, 1));
            let headers = format!("X-Forwarded-For: {address}\r\n");
            let response = sent(&mut client, &report("/r/a", "https://shop.example/", &headers)).await;
            assert_eq!(response.status, 204);
        }
        assert_eq!(rows(&running)[0].networks, networks, "{trusts}");
        running.stop();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_listens_takes_and_ends_when_it_is_asked_to() {
    let kept = Kept::new();
    let path = kept.path();
    let child = Child::collect(&["--site", "shop.example", "--store", path.to_str().unwrap()]);
    let mut client = Client::connect(child.address()).await;
    assert_eq!(sent(&mut client, &report("/r/shop", "https://shop.example/", "")).await.status, 204);
    drop(client);
    child.terminate();
    let (code, said) = child.end();
    assert_eq!(code, Some(0), "{said}");
    let row = &kept.json(&["reports", "--json"])["rows"][0];
    assert_eq!((&row["site"], &row["class"]), (&"shop.example".into(), &"unjoined".into()), "{row}");
}

#[test]
fn a_site_that_is_no_host_name_is_refused_with_the_flag() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["collect", "--listen", "127.0.0.1:0", "--site", "https://shop.example"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--site"), "{output:?}");
}
