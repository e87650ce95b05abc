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
    enforce_with, fed, get, get_with, logged, until_logged, upstream_at, whole, within,
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

/// The log has a line of the level that the row names, with these words.
async fn said(row: &str, words: &[&str]) {
    let level = ["WARN", "ERROR", "DEBUG", "INFO"].into_iter().find(|level| row.contains(level));
    let level = level.unwrap_or_else(|| panic!("no level in {row}"));
    until_logged(&[&[level][..], words].concat()).await;
}

/// Waits until the counter has this value.
async fn until_counted(proxy: &Enforced, counter: &str, count: u64) {
    within(counter, async {
        let line = format!("\ncountersign_{counter} {count}\n");
        while !proxy.running.metrics.encode().contains(&line) {
            tokio::task::yield_now().await;
        }
    })
    .await;
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
        let row = row(&[&status.to_string(), &format!("`{kind}`")]);
        said(&row, &[&id, "side=\"upstream\"", kind, "with an error page"]).await;
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
        let row = row(&["in the middle of a body", &format!("`{kind}`")]);
        let id = response.header("x-request-id").unwrap();
        said(&row, &[&id, "side=\"upstream\"", kind, "cut the response to"]).await;
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
    said(&row(&["502", "`unreachable`"]), &[&response.header("x-request-id").unwrap(), "unreachable"]).await;
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
    let response = ask(&proxy, "/a").await;
    assert_eq!(response.status, 504);
    counted(&proxy, "refusals_total{kind=\"connect-timeout\"}", 1);
    counted(&proxy, "limits_total{limit=\"connect-time\"}", 1);
    let id = response.header("x-request-id").unwrap();
    said(&row(&["504", "`connect-timeout`"]), &[&id, "connect-timeout"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_whose_certificate_has_ended_is_not_believed() {
    let ended = Certificates::self_signed("serverAuth", -1);
    let upstream = H2Upstream::secure(&ended.files(), |_| async { http::Response::new(whole("ok")) }).await;
    let proxy = enforce_with(upstream.address, "", |config| {
        config.upstream = Some(upstream_at(&format!("h2://localhost:{}", upstream.address.port())));
        config.upstream_ca = Some(ended.ca());
    });
    let response = ask(&proxy, "/a").await;
    assert_eq!(response.status, 502);
    counted(&proxy, "refusals_total{kind=\"unreachable\"}", 1);
    let id = response.header("x-request-id").unwrap();
    said(&row(&["certificate of the upstream", "`unreachable`"]), &[&id, "invalid peer certificate"]).await;
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
    let row = row(&[
        "certificate towards visitors",
        "`handshake`",
        "`countersign_certificate_ends_timestamp_seconds`",
    ]);
    said(&row, &["A certificate towards visitors has ended"]).await;
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
        let id = response.header("x-request-id").unwrap();
        said(&row(&[&status.to_string(), &format!("`{kind}`")]), &[&id, kind]).await;
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
    said(&row(&["PING", "`flood`"]), &["connection ended", "too many frames that ask for nothing"]).await;
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
    let row = row(&["one address", "`address`", "`max-connections-per-address`"]);
    said(&row, &["198.51.100.1", "more connections from one address"]).await;
    assert_eq!(logged(&["198.51.100.1", "more connections from one address"]).len(), 1, "once");
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
    let row = row(&["one address", "429", "`address-busy`", "`max-exchanges-per-address`"]);
    said(&row, &["2001:db8::2", "more exchanges in flight from one address"]).await;
    until_logged(&["DEBUG", &refused.header("x-request-id").unwrap(), "address-busy"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_that_are_too_much_or_no_http_end_their_connection_and_no_other() {
    let upstream = Upstream::answering(answer("Content-Type: text/css", "ok")).await;
    let proxy = enforce_with(upstream.address, "", |_| {});
    let mut good = Client::connect(proxy.address()).await;
    let large = get_with("/", &format!("X-A: {}\r\n", "a".repeat(200_000)));
    let many = get_with("/", &"X-A: a\r\n".repeat(1_000));
    for (count, (head, status)) in
        (1..).zip([(large, 431), (many, 431), ("\0\x01 no HTTP\r\n\r\n".to_owned(), 400)])
    {
        let mut client = Client::connect(proxy.address()).await;
        assert_eq!(client.ask(&head).await.status, status);
        until_counted(&proxy, "connections_refused_total{reason=\"unreadable\"}", count).await;
        let row = row(&["431", "`max-headers`", "`unreadable`"]);
        said(&row, &["connection ended", &client.address()]).await;
        assert_eq!(good.ask(get("/a")).await.status, 200);
    }
    assert_eq!(upstream.requests().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn visitors_who_send_their_heads_slowly_hold_up_nobody_and_are_let_go() {
    const SLOW: u64 = 300;
    let upstream = Upstream::answering(answer("Content-Type: text/css", "ok")).await;
    let proxy = enforce_with(upstream.address, "", |config| {
        config.settings.header_time = Duration::from_secs(2);
    });
    let mut slow = Vec::new();
    for _ in 0..SLOW {
        let mut client = Client::connect(proxy.address()).await;
        client.send("GET / HTTP/1.1\r\nHost: shop").await;
        slow.push(client);
    }
    // Meanwhile others are served.
    let mut good = Client::connect(proxy.address()).await;
    for _ in 0..20 {
        assert_eq!(good.ask(get("/a")).await.status, 200);
    }
    until_counted(&proxy, "connections_refused_total{reason=\"slow\"}", SLOW).await;
    let row = row(&["slowly", "`header-time`", "`slow`"]);
    for mut client in slow {
        // Nothing but perhaps an answer without a body.
        assert!(!client.until(b"\r\n\r\nok").await);
        said(&row, &["connection ended", "timeout", &client.address()]).await;
    }
    assert_eq!(upstream.requests().len(), 20);
}

/// A frame of HTTP/2.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn rapid_resets_and_endless_heads_end_their_connection_and_no_other() {
    const HEADERS: u8 = 1;
    const RESET: u8 = 3;
    const SETTINGS: u8 = 4;
    const CONTINUATION: u8 = 9;
    let upstream = Upstream::answering(answer("Content-Type: text/css", "ok")).await;
    let proxy = enforce_with(upstream.address, "", |_| {});
    let mut good = H2Visitor::connect(proxy.address()).await;
    // GET http://shop.test/ in HPACK.
    let head = [&[0x82, 0x86, 0x84, 0x41, 9][..], b"shop.test"].concat();
    let resets: Vec<u8> = (0..5_000_u32)
        .flat_map(|number| {
            let stream = number * 2 + 1;
            [frame(HEADERS, 5, stream, &head), frame(RESET, 0, stream, &[0, 0, 0, 8])].concat()
        })
        .collect();
    let endless = [
        frame(HEADERS, 1, 1, &head),
        // `x: y`, without an end.
        frame(CONTINUATION, 0, 1, &[0, 1, b'x', 1, b'y'].repeat(3_000)).repeat(100),
    ]
    .concat();
    for (count, flood) in (1..).zip([resets, endless]) {
        let mut bad = Client::connect(proxy.address()).await;
        bad.send([&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], &frame(SETTINGS, 0, 0, &[]), &flood].concat())
            .await;
        assert!(!bad.until(b"never").await);
        until_counted(&proxy, "connections_refused_total{reason=\"flood\"}", count).await;
        said(&row(&["CONTINUATION", "`flood`"]), &["connection ended", &bad.address()]).await;
    }
    assert!(upstream.requests().len() < 1_000, "{}", upstream.requests().len());
    let request = http::Request::get("http://shop.test/a").body(fed().1).unwrap();
    assert_eq!(good.ask(request).await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_is_half_written_changes_nothing_and_is_said() {
    let upstream = Upstream::answering(answer("Content-Type: text/css", "ok")).await;
    let proxy = enforce_with(upstream.address, "", |_| {});
    let file = proxy.folder.path().join("shop.toml");
    let good = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{good}\nhalf-of-0815 = [\"")).unwrap();
    until_counted(&proxy, "policy_reloads_total{outcome=\"refused\"}", 1).await;
    counted(&proxy, "policy_last_reload_good", 0);
    assert_eq!(ask(&proxy, "/a").await.status, 200);
    said(
        &row(&["half written", "`countersign_policy_last_reload_good`"]),
        &["Changed policies were refused"],
    )
    .await;
    assert!(proxy.events().contains("Changed policies were refused"), "{}", proxy.events());
    fs::write(&file, format!("{good}\n# whole\n")).unwrap();
    until_counted(&proxy, "policy_last_reload_good", 1).await;
}
