//! Requests that are not let in, and what lies under our own path.

use std::fs;
use std::sync::Arc;

use countersign::policy::{UpstreamAddress, load_folder};
use countersign::transport::Networks;
use http::Request;

use crate::support::{
    Client, H2Visitor, Upstream, answer, enforce, enforce_with, fed, get, get_with, page, rest, within,
};

async fn status_of(request: &str) -> (u16, Vec<String>) {
    let upstream = Upstream::answering(page("<p>")).await;
    let proxy = enforce(upstream.address, "");
    let response = Client::connect(proxy.address()).await.ask(request).await;
    (response.status, upstream.requests())
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_with_more_than_one_meaning_never_reach_the_upstream() {
    for (request, status) in [
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.0\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: shop.test\r\nHost: shop.test\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: shop.test, evil.test\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: shop.test@evil.test\r\n\r\n", 400),
        ("GET http://evil.test/ HTTP/1.1\r\nHost: shop.test\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n", 421),
        ("CONNECT shop.test:80 HTTP/1.1\r\nHost: shop.test:80\r\n\r\n", 405),
        ("TRACE / HTTP/1.1\r\nHost: shop.test\r\n\r\n", 405),
        ("POST / HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (
            "POST / HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            501,
        ),
        ("POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        ("GET / HTTP/1.1\r\nHost : shop.test\r\n\r\n", 400),
    ] {
        let (answered, forwarded) = status_of(request).await;
        assert_eq!(answered, status, "{request}");
        assert!(forwarded.is_empty(), "{request} was forwarded: {forwarded:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_of_a_request_that_agree_are_forwarded_in_one_form() {
    for request in [
        "GET http://shop.test/x HTTP/1.1\r\nHost: shop.test\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost: SHOP.test.\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: shop.test\r\n\r\n",
    ] {
        let (status, forwarded) = status_of(request).await;
        assert_eq!(status, 200, "{request}");
        assert!(!forwarded[0].contains("http://"), "{forwarded:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_page_names_the_exchange_and_runs_nothing() {
    let upstream = Upstream::answering(page("<p>")).await;
    let proxy = enforce(upstream.address, "");
    let request = "GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n";
    let response = Client::connect(proxy.address()).await.ask(request).await;
    let id = response.header("x-request-id").unwrap();
    assert!(response.text().contains(&id), "{}", response.text());
    assert!(!response.text().contains("evil.test"));
    assert!(response.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    assert_eq!(response.header("cache-control").as_deref(), Some("no-store"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_below_our_path_is_forwarded_in_any_spelling() {
    for path in [
        "/_countersign/x",
        "/_countersign",
        "/%5fcountersign/x",
        "//_countersign/x",
        "/a/../_countersign/x",
        "/_countersign/s/sha384-x/a.js",
        "/a/%2e%2e/_countersign%2freports2",
        "/_countersign;x/reports",
        "/_CounterSign/reports",
    ] {
        let (status, forwarded) = status_of(&get(path)).await;
        assert_eq!(status, 404, "{path}");
        assert!(forwarded.is_empty(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_taken_bounded_and_from_everywhere() {
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "x")).await;
    let proxy = enforce(upstream.address, "");
    let mut client = Client::connect(proxy.address()).await;
    let report = r#"{"csp-report":{"document-uri":"http://shop.test/","blocked-uri":"http://evil.test/x.js","violated-directive":"script-src-elem","effective-directive":"script-src-elem","disposition":"enforce"}}"#;
    let post = |length: usize, body: &str| {
        format!(
            "POST /_countersign/reports?g=0&p=0 HTTP/1.1\r\nHost: shop.test\r\nContent-Type: application/csp-report\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        )
    };
    let taken = client.ask(post(report.len(), report)).await;
    assert_eq!(taken.status, 204);
    assert_eq!(taken.header("access-control-allow-origin").as_deref(), Some("*"));
    let violations = proxy.running.store.violations(10);
    assert_eq!(violations.len(), 1);
    assert!(violations[0].violation.blocked.contains("evil.test"), "{violations:?}");
    let asked = client.ask("OPTIONS /_countersign/reports HTTP/1.1\r\nHost: shop.test\r\n\r\n").await;
    assert_eq!(asked.status, 204);
    let large = "x".repeat(70_000);
    let refused = Client::connect(proxy.address()).await.ask(post(large.len(), &large)).await;
    assert_eq!(refused.status, 413);
    let metrics = proxy.running.metrics.encode();
    for counted in ["taken\"} 1", "too-large\"} 1", "rate\"} 0"] {
        assert!(metrics.contains(&format!("countersign_reports_total{{outcome=\"{counted}")), "{metrics}");
    }
    assert_eq!(client.ask("GET /_countersign/reports HTTP/1.1\r\nHost: shop.test\r\n\r\n").await.status, 405);
    assert!(upstream.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_of_the_operator_each_visitor_has_a_limit_of_their_own() {
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "x")).await;
    let proxy = enforce_with(upstream.address, "", |config| config.settings.trust_forwarded = true);
    let mut client = Client::connect(proxy.address()).await;
    let report = |visitor: &str| {
        format!(
            "POST /_countersign/reports HTTP/1.1\r\nHost: shop.test\r\nContent-Type: application/csp-report\r\n\
             X-Forwarded-For: {visitor}\r\nContent-Length: 2\r\n\r\n{{}}"
        )
    };
    let mut refused = 0;
    // Whatever stands before the entry of the operator's proxy the visitor wrote.
    for number in 0..400 {
        let answer = client.ask(report(&format!("192.0.2.{}, 198.51.100.1", number % 250))).await;
        refused += u32::from(answer.status == 429);
    }
    assert!(refused > 0, "a visitor is limited, whatever they write");
    assert_ne!(client.ask(report("198.51.100.2")).await.status, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_balancer_that_is_named_says_who_the_visitor_is_and_must() {
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "x")).await;
    let proxy = enforce_with(upstream.address, "", |config| {
        config.settings.proxy_protocol_from = Networks(vec!["127.0.0.0/8".parse().unwrap()]);
        config.settings.forwarded_from = Networks(vec!["198.51.100.1".parse().unwrap()]);
    });
    for (visitor, forwarded) in [("198.51.100.1", "9.9.9.9, 198.51.100.1"), ("198.51.100.2", "198.51.100.2")]
    {
        let mut client = Client::connect(proxy.address()).await;
        client.send(format!("PROXY TCP4 {visitor} 192.0.2.1 4711 80\r\n")).await;
        let response = client.ask(get_with("/", "X-Forwarded-For: 9.9.9.9\r\n")).await;
        assert_eq!(response.status, 200);
        let request = upstream.last_request().to_ascii_lowercase();
        assert!(request.contains(&format!("x-forwarded-for: {forwarded}\r\n")), "{request}");
    }
    // Without the header nobody can be named, so nothing is answered.
    let mut client = Client::connect(proxy.address()).await;
    client.send(get("/")).await;
    assert_eq!(client.head().await, None);
    assert_eq!(upstream.requests().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_of_a_balancer_that_nobody_named_is_a_bad_request() {
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "x")).await;
    let proxy = enforce(upstream.address, "");
    let mut client = Client::connect(proxy.address()).await;
    client.send(format!("PROXY TCP4 198.51.100.1 192.0.2.1 4711 80\r\n{}", get("/"))).await;
    assert_eq!(client.head().await.map(|(status, _)| status), Some(400));
    assert!(upstream.requests().is_empty());
}

/// Two sites, each with a policy file of its own.
const SITES: [(&str, &str); 2] =
    [("shop.toml", "hosts = [\"shop.test\"]\n"), ("blog.toml", "hosts = [\"blog.test\"]\n")];

#[tokio::test(flavor = "multi_thread")]
async fn each_request_of_a_connection_is_for_the_host_that_it_names() {
    let upstream = Upstream::answering(page("<p>hi</p>")).await;
    let proxy = enforce(upstream.address, "");
    for (name, text) in SITES {
        let mode = if name == "shop.toml" { "enforce" } else { "observe" };
        fs::write(proxy.folder.path().join(name), format!("{text}mode = \"{mode}\"\n")).unwrap();
    }
    let at = UpstreamAddress::tcp(false, "127.0.0.1", upstream.address.port());
    let load =
        |number| Arc::new(load_folder(proxy.folder.path(), Some(at.clone()), number).unwrap().snapshot);
    proxy.running.published.store(load(2));
    let mut client = Client::connect(proxy.address()).await;
    for _ in 0..2 {
        for (host, status, enforced) in [
            ("shop.test", 200, true),
            ("shop.test", 200, true),
            ("blog.test", 200, false),
            ("SHOP.TEST", 200, true),
            ("shop.test.", 200, true),
            ("shop.test:8443", 200, true),
            ("blog.test:8443", 200, false),
            ("[::1]:8443", 421, true),
            ("other.test", 421, true),
            ("shop.test", 200, true),
        ] {
            let response = client.ask(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")).await;
            assert_eq!(response.status, status, "{host}");
            assert_eq!(response.header("content-security-policy").is_some(), enforced, "{host}");
            if status == 200 {
                assert!(
                    upstream.last_request().contains(&format!("host: {}\r\n", host.to_lowercase())),
                    "{host}"
                );
            }
        }
    }
    // What is published between two requests holds for the second.
    fs::write(proxy.folder.path().join("shop.toml"), "hosts = [\"shop.test\"]\nmode = \"observe\"\n")
        .unwrap();
    proxy.running.published.store(load(3));
    let response = client.ask(get("/")).await;
    assert_eq!((response.status, response.header("content-security-policy")), (200, None));
    fs::write(proxy.folder.path().join("shop.toml"), "hosts = [\"new.test\"]\nmode = \"observe\"\n").unwrap();
    proxy.running.published.store(load(4));
    assert_eq!(client.ask(get("/")).await.status, 421);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_sent_at_once_are_answered_in_their_order_each_for_its_host() {
    let upstream = Upstream::answering(page("<p>hi</p>")).await;
    let proxy = enforce(upstream.address, "");
    let hosts = ["shop.test", "other.test", "shop.test", "SHOP.test", "other.test", "shop.test"];
    let all = hosts.map(|host| format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")).concat();
    let mut client = Client::connect(proxy.address()).await;
    client.send(all).await;
    for host in hosts {
        let expected = if host == "other.test" { 421 } else { 200 };
        assert_eq!(client.response(false).await.status, expected, "{host}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_stream_of_a_connection_is_for_the_authority_that_it_names() {
    let upstream = Upstream::answering(page("<p>hi</p>")).await;
    let proxy = enforce(upstream.address, "");
    let mut visitor = H2Visitor::connect(proxy.address()).await;
    let mut asked = Vec::new();
    for host in ["shop.test", "other.test", "SHOP.test:8443", "shop.test", "other.test:80"] {
        let request = Request::builder().uri(format!("http://{host}/")).body(fed().1).unwrap();
        asked.push((host, visitor.begin(request)));
    }
    for (host, response) in asked {
        let response = within("a response", response).await.unwrap();
        let expected = if host.starts_with("other") { 421 } else { 200 };
        assert_eq!(response.status(), expected, "{host}");
        rest(response.into_body()).await.unwrap();
    }
}
