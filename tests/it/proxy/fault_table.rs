//! The table of `docs/operations.md`: what goes wrong, what the visitor sees, what the operator sees. Each row
//! is made to happen.

use std::fs;
use std::path::Path;
use std::time::Duration;

use countersign::app::AppConfig;
use countersign::telemetry::AccessTarget;
use proxy_header::{ProxiedAddress, ProxyHeader};

use crate::support::{
    Certificates, Client, Connection, Enforced, H2Upstream, H2Visitor, Response, Upstream, answer,
    enforce_with, fed, get, get_with, upstream_at, whole, within,
};

/// The row of the table that has all of these words.
fn row(words: &[&str]) -> String {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operations.md")).unwrap();
    let (_, table) = text.split_once("## When something fails").unwrap();
    let table = table.split("\n## ").next().unwrap();
    let found =
        table.lines().find(|line| line.starts_with('|') && words.iter().all(|word| line.contains(word)));
    found.unwrap_or_else(|| panic!("no row with {words:?}")).to_owned()
}

/// Whether the counter has this value.
fn counted(proxy: &Enforced, counter: &str, count: u64) {
    let metrics = proxy.running.metrics.encode();
    assert!(metrics.contains(&format!("\ncountersign_{counter} {count}\n")), "{counter}: {metrics}");
}

fn impatient(config: &mut AppConfig) {
    config.settings.idle_time = Duration::from_millis(200);
    config.settings.head_time = Duration::from_millis(200);
    config.settings.connect_time = Duration::from_millis(200);
}

async fn ask(proxy: &Enforced, path: &str) -> Response {
    Client::connect(proxy.address()).await.ask(get(path)).await
}

/// Does what the path says.
async fn misbehave(mut connection: Connection) {
    let Some(request) = connection.request().await else { return };
    let half = "HTTP/1.1 200 OK\r\nContent-Type: text/css\r\nContent-Length: 100000\r\n\r\nhalf";
    match request.split(['/', ' ']).nth(2).unwrap() {
        "closes" => {}
        "silent" => while !connection.receive().await.is_empty() {},
        "garbage" => connection.send("\0\x01 garbage\r\n\r\n").await,
        "resets" => {
            connection.send(half).await;
            connection.reset();
        }
        "stalls" => {
            connection.send(half).await;
            while !connection.receive().await.is_empty() {}
        }
        "more" => {
            let more =
                [answer("Content-Type: text/css", "ok"), b"HTTP/1.1 200 OK\r\n\r\nmore".to_vec()].concat();
            connection.send(more).await;
            while !connection.receive().await.is_empty() {}
        }
        other => panic!("no fault of the name {other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_an_upstream_before_its_head_are_error_pages_and_counted() {
    let upstream = Upstream::serving(misbehave).await;
    for (path, status, kind, limit) in [
        ("/closes", 502, "closed-early", None),
        ("/silent", 504, "head-timeout", Some("head-time")),
        ("/garbage", 502, "malformed", None),
    ] {
        let proxy = enforce_with(upstream.address, "", impatient);
        let response = ask(&proxy, path).await;
        assert_eq!((response.status, response.whole), (status, true), "{path}");
        let id = response.header("x-request-id").unwrap();
        assert!(response.text().contains(&id), "{path}");
        counted(&proxy, &format!("refusals_total{{kind=\"{kind}\"}}"), 1);
        counted(&proxy, &format!("upstream_errors_total{{kind=\"{kind}\"}}"), 1);
        if let Some(limit) = limit {
            counted(&proxy, &format!("limits_total{{limit=\"{limit}\"}}"), 1);
        }
        row(&[&status.to_string(), &format!("`{kind}`")]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_an_upstream_in_its_body_are_cut_and_counted() {
    let upstream = Upstream::serving(misbehave).await;
    for (path, kind) in [("/resets", "body-broken"), ("/stalls", "body-stalled")] {
        let proxy = enforce_with(upstream.address, "", impatient);
        let response = ask(&proxy, path).await;
        assert_eq!((response.status, response.whole), (200, false), "{path}");
        counted(&proxy, &format!("bodies_cut_total{{kind=\"{kind}\"}}"), 1);
        assert!(proxy.events().contains("The response was cut"), "{}", proxy.events());
        row(&["in the middle of a body", &format!("`{kind}`")]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_upstream_says_behind_its_answer_reaches_nobody() {
    let upstream = Upstream::serving(misbehave).await;
    let proxy = enforce_with(upstream.address, "", impatient);
    let mut client = Client::connect(proxy.address()).await;
    for number in 1..=3 {
        let response = client.ask(get("/more")).await;
        assert_eq!((response.whole, response.text().as_str()), (true, "ok"));
        assert_eq!(upstream.connections(), number, "such a connection is not used again");
    }
    row(&["more than it announced"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_is_gone_and_comes_back_is_an_error_page_meanwhile() {
    let upstream = Upstream::closing_after(answer("Content-Type: text/css", "ok")).await;
    let address = upstream.address;
    let proxy = enforce_with(address, "", |_| {});
    assert_eq!(ask(&proxy, "/a").await.status, 200);
    drop(upstream);
    within("the end of the upstream", async {
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let response = ask(&proxy, "/a").await;
    assert_eq!((response.status, response.whole), (502, true));
    counted(&proxy, "refusals_total{kind=\"unreachable\"}", 1);
    counted(&proxy, "upstream_errors_total{kind=\"unreachable\"}", 1);
    let again = Upstream::answering_at(address, answer("Content-Type: text/css", "back")).await;
    assert_eq!(ask(&proxy, "/a").await.text(), "back");
    drop(again);
    row(&["502", "`unreachable`"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_takes_a_connection_and_never_begins_tls_is_given_up() {
    let upstream =
        Upstream::serving(|mut connection| async move { while !connection.receive().await.is_empty() {} })
            .await;
    let proxy = enforce_with(upstream.address, "", |config| {
        impatient(config);
        config.upstream = Some(upstream_at(&format!("https://localhost:{}", upstream.address.port())));
    });
    assert_eq!(ask(&proxy, "/a").await.status, 504);
    counted(&proxy, "refusals_total{kind=\"connect-timeout\"}", 1);
    counted(&proxy, "limits_total{limit=\"connect-time\"}", 1);
    row(&["504", "`connect-timeout`"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_whose_certificate_has_ended_is_not_believed() {
    let ended = Certificates::self_signed("serverAuth", -1);
    let upstream = H2Upstream::secure(&ended.files(), |_| async { http::Response::new(whole("ok")) }).await;
    let proxy = enforce_with(upstream.address, "", |config| {
        config.upstream = Some(upstream_at(&format!("h2://localhost:{}", upstream.address.port())));
        config.upstream_ca = Some(ended.ca());
    });
    assert_eq!(ask(&proxy, "/a").await.status, 502);
    counted(&proxy, "refusals_total{kind=\"unreachable\"}", 1);
    row(&["certificate of the upstream", "`unreachable`"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_ours_that_has_ended_fails_handshakes_that_are_counted() {
    let ended = Certificates::self_signed("serverAuth", -1);
    let upstream = Upstream::answering(answer("Content-Type: text/css", "ok")).await;
    let proxy = enforce_with(upstream.address, "", |config| config.tls = Some(ended.files()));
    assert!(!crate::support::is_certified_by(proxy.address(), &ended.ca()).await);
    within("the count", async {
        while !proxy.running.metrics.encode().contains("connections_refused_total{reason=\"handshake\"} 1") {
            tokio::task::yield_now().await;
        }
    })
    .await;
    row(&["certificate towards visitors", "`handshake`", "`countersign_certificate_ends_timestamp_seconds`"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_who_leaves_ends_the_work_of_the_upstream() {
    let (told, left) = tokio::sync::oneshot::channel();
    let told = std::sync::Arc::new(tokio::sync::Mutex::new(Some(told)));
    let upstream = Upstream::serving(move |mut connection| {
        let told = std::sync::Arc::clone(&told);
        async move {
            connection.request().await;
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/css\r\n\r\nbegun").await;
            // Until the proxy hangs up.
            while !connection.receive().await.is_empty() {}
            let _ = told.lock().await.take().unwrap().send(());
        }
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("access.log");
    let proxy = enforce_with(upstream.address, "", |config| {
        config.access_log = Some(AccessTarget::File(log.clone()));
    });
    let mut client = Client::connect(proxy.address()).await;
    client.send(get("/long")).await;
    assert!(client.until(b"begun").await);
    drop(client);
    within("the end upstream", left).await.unwrap();
    within("the line", async {
        while !fs::read_to_string(&log).unwrap_or_default().contains("\"end\":\"left\"") {
            tokio::task::yield_now().await;
        }
    })
    .await;
    row(&["visitor goes away", "`left`"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_not_for_us_or_do_not_come_are_told_so() {
    let upstream = Upstream::answering(answer("Content-Type: text/css", "ok")).await;
    for (request, status, kind) in [
        ("GET / HTTP/1.1\r\nHost: other.test\r\n\r\n", 421, "unknown-host"),
        ("POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 9\r\n\r\n", 408, "request-stalled"),
        (
            "POST / HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
            400,
            "request-broken",
        ),
    ] {
        let proxy = enforce_with(upstream.address, "", impatient);
        let response = Client::connect(proxy.address()).await.ask(request).await;
        assert_eq!(response.status, status, "{kind}");
        counted(&proxy, &format!("refusals_total{{kind=\"{kind}\"}}"), 1);
        row(&[&status.to_string(), &format!("`{kind}`")]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_frames_that_ask_for_nothing_ends_the_connection_and_no_other() {
    let upstream = Upstream::answering(answer("Content-Type: text/css", "ok")).await;
    let proxy = enforce_with(upstream.address, "", |_| {});
    let mut good = H2Visitor::connect(proxy.address()).await;
    let ping = [&[0, 0, 8, 6, 0, 0, 0, 0, 0][..], &[7; 8]].concat();
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0].to_vec();
    for frame in [ping, settings.clone()] {
        let mut bad = Client::connect(proxy.address()).await;
        bad.send([&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], &settings, &frame.repeat(5000)].concat()).await;
        assert!(!bad.until(b"never").await);
        // Each answer is as long as its frame at most, and there were a thousand.
        assert!(bad.taken().len() < 40_000);
    }
    within("the count", async {
        while !proxy.running.metrics.encode().contains("connections_refused_total{reason=\"flood\"} 2") {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let request = http::Request::get("http://shop.test/a").body(fed().1).unwrap();
    assert_eq!(good.ask(request).await.unwrap().status(), 200);
    row(&["PING", "`flood`"]);
}

/// A connection that a balancer of the operator's makes for a visitor.
async fn connection_of(proxy: &Enforced, visitor: &str) -> Client {
    let address = ProxiedAddress::stream(visitor.parse().unwrap(), "192.0.2.1:80".parse().unwrap());
    let mut header = Vec::new();
    ProxyHeader::with_address(address).encode_v2(&mut header).unwrap();
    let mut client = Client::connect(proxy.address()).await;
    client.send(header).await;
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_does_not_take_the_place_of_others() {
    let upstream = Upstream::answering(answer("Content-Type: text/css", "ok")).await;
    let proxy = enforce_with(upstream.address, "", |config| {
        config.settings.max_connections_per_address = Some(2);
        config.settings.proxy_protocol_from =
            countersign::transport::Networks(vec!["127.0.0.1".parse().unwrap()]);
    });
    let mut held = Vec::new();
    for port in 1..=2 {
        let mut client = connection_of(&proxy, &format!("198.51.100.1:{port}")).await;
        assert_eq!(client.ask(get("/a")).await.status, 200);
        held.push(client);
    }
    assert_eq!(connection_of(&proxy, "198.51.100.1:3").await.ask(get("/a")).await.status, 0);
    counted(&proxy, "connections_refused_total{reason=\"address\"}", 1);
    counted(&proxy, "limits_total{limit=\"max-connections-per-address\"}", 1);
    assert_eq!(connection_of(&proxy, "198.51.100.2:1").await.ask(get("/a")).await.status, 200);
    // One that ends makes room.
    drop(held.pop());
    within("room", async {
        while connection_of(&proxy, "198.51.100.1:4").await.ask(get("/a")).await.status != 200 {}
    })
    .await;
    row(&["one address", "`address`", "`max-connections-per-address`"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn exchanges_of_one_address_do_not_take_the_place_of_others() {
    let upstream = Upstream::serving(|mut connection| async move {
        while let Some(request) = connection.request().await {
            if request.starts_with("GET /events") {
                connection
                    .send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n")
                    .await;
                while !connection.receive().await.is_empty() {}
                return;
            }
            connection.send(answer("Content-Type: text/css", "ok")).await;
        }
    })
    .await;
    let proxy = enforce_with(upstream.address, "", |config| {
        impatient(config);
        config.settings.max_exchanges_per_address = Some(2);
        config.settings.forwarded_from = countersign::transport::Networks(vec!["127.0.0.1".parse().unwrap()]);
    });
    let asked = |path: &str, visitor: &str| get_with(path, &format!("X-Forwarded-For: {visitor}\r\n"));
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut client = Client::connect(proxy.address()).await;
        client.send(asked("/events", "2001:db8::1")).await;
        assert!(client.until(b"data: 1").await);
        held.push(client);
    }
    let mut client = Client::connect(proxy.address()).await;
    let refused = client.ask(asked("/a", "2001:db8::2")).await;
    assert_eq!((refused.status, refused.whole), (429, true), "a network of 64 bits is one");
    counted(&proxy, "refusals_total{kind=\"address-busy\"}", 1);
    counted(&proxy, "limits_total{limit=\"max-exchanges-per-address\"}", 1);
    assert_eq!(client.ask(asked("/a", "2001:db8:0:1::1")).await.status, 200);
    // The proxy that names them speaks for itself where it names nobody.
    assert_eq!(client.ask(get("/a")).await.status, 200);
    drop(held.pop());
    within("room", async { while client.ask(asked("/a", "2001:db8::2")).await.status != 200 {} }).await;
    row(&["one address", "429", "`address-busy`", "`max-exchanges-per-address`"]);
}
