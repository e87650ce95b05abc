//! Upstreams that refuse, reset, stall, lie and cut: whatever they do, the visitor gets an error page or
//! a response that is plainly not whole, over HTTP/1.1 and HTTP/2.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use countersign::app::AppConfig;

use crate::support::{
    Certificates, Client, Connection, Enforced, H2Client, Response, Upstream, answer, enforce, enforce_with,
    get, observe, page,
};

/// A page long enough that its beginning has left when something happens to it.
fn body() -> String {
    format!("<!doctype html><body>{}</body>", "<p>hello world</p>".repeat(4000))
}

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n";
const STYLES: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/css\r\n";

/// What the upstream does with a request for the path of this name; with `/styles` behind it the same
/// happens to something that passes.
async fn misbehave(mut connection: Connection) {
    let Some(request) = connection.request().await else { return };
    let name = request.split(['/', ' ']).nth(2).unwrap().to_owned();
    let head = if request.contains("/styles ") { STYLES } else { HEAD };
    let body = body();
    let half = &body[..60_000];
    let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n");
    match name.as_str() {
        "reset-before" => connection.reset(),
        "end-before" => {}
        "garbage" => connection.send("\0\x01garbage\r\n\r\n").await,
        "half-a-head" => connection.send(format!("{head}Content-Le")).await,
        "short" => connection.send(format!("{head}Content-Length: {}\r\n\r\n{half}", body.len())).await,
        "short-reset" => {
            connection.send(format!("{head}Content-Length: {}\r\n\r\n{half}", body.len())).await;
            connection.reset();
        }
        "chunk-end" => connection.send(format!("{chunked}ea60\r\n{half}\r\n")).await,
        "chunk-cut" => connection.send(format!("{chunked}ffff\r\n{half}")).await,
        "chunk-bad" => connection.send(format!("{chunked}ea60\r\n{half}\r\nZZ\r\nxx\r\n0\r\n\r\n")).await,
        "to-the-end-reset" => {
            connection.send(format!("{head}Connection: close\r\n\r\n{half}")).await;
            connection.reset();
        }
        "two-lengths" => {
            connection
                .send(format!("{head}Content-Length: {}\r\nContent-Length: 10\r\n\r\n{body}", body.len()))
                .await;
        }
        "odd-coding" => {
            connection
                .send(format!("{head}Transfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"))
                .await;
        }
        "huge-head" => connection.send(format!("{head}X: {}\r\n\r\n", "a".repeat(300_000))).await,
        "null-in-head" => connection.send(format!("{head}X: a\0b\r\nContent-Length: 2\r\n\r\nok")).await,
        "stall" => {
            connection.send(format!("{head}Content-Length: {}\r\n\r\n{half}", body.len())).await;
            // Until the proxy gives up.
            while !connection.receive().await.is_empty() {}
        }
        "stall-before" => while !connection.receive().await.is_empty() {},
        "gzip-cut" => {
            let cut = gzip(&body);
            let head = format!("{head}Content-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", cut.len() - 20);
            connection.send([head.as_bytes(), &cut[..cut.len() - 20]].concat()).await;
        }
        "gzip-with-more" => {
            let more = [gzip(&body), b"<script>steal()</script>".to_vec()].concat();
            let head = format!("{head}Content-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", more.len());
            connection.send([head.as_bytes(), &more].concat()).await;
        }
        other => panic!("no fault of the name {other}"),
    }
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

const OF_ANY_BODY: [&str; 16] = [
    "reset-before",
    "end-before",
    "garbage",
    "half-a-head",
    "short",
    "short-reset",
    "chunk-end",
    "chunk-cut",
    "chunk-bad",
    "to-the-end-reset",
    "two-lengths",
    "odd-coding",
    "huge-head",
    "null-in-head",
    "stall",
    "stall-before",
];
/// Damage to the coding, which only matters where the page is decoded.
const OF_CODINGS: [&str; 2] = ["gzip-cut", "gzip-with-more"];

fn impatient(config: &mut AppConfig) {
    config.settings.idle_time = Duration::from_millis(300);
    config.settings.head_time = Duration::from_millis(300);
}

/// Faults that show before a byte of the body must leave.
const AT_ONCE: [&str; 9] = [
    "reset-before",
    "end-before",
    "garbage",
    "half-a-head",
    "two-lengths",
    "odd-coding",
    "huge-head",
    "null-in-head",
    "stall-before",
];

fn assert_not_taken_for_whole(name: &str, how: &str, response: &Response) {
    let error_page = matches!(response.status, 502 | 504) && response.whole;
    let cut = response.status == 200 && !response.whole && !AT_ONCE.contains(&name);
    assert!(error_page || cut, "{name} over {how}: {}, whole: {}", response.status, response.whole);
    assert!(!response.text().contains("steal()"), "{name} over {how}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_fault_of_an_upstream_ends_cleanly() {
    let certificates = Certificates::make();
    let upstream = Upstream::serving(misbehave).await;
    let plain = enforce_with(upstream.address, "", impatient);
    let secure = enforce_with(upstream.address, "", |config| {
        impatient(config);
        config.tls = Some(certificates.files());
    });
    for name in OF_ANY_BODY.into_iter().chain(OF_CODINGS) {
        let path = format!("/{name}");
        let first = Client::connect(plain.address()).await.ask(get(&path)).await;
        assert_not_taken_for_whole(name, "HTTP/1.1", &first);
        let second = H2Client::connect(secure.address(), &certificates.ca()).await.get(&path, &[]).await;
        assert_not_taken_for_whole(name, "HTTP/2", &second);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_while_observing_and_for_what_is_not_rewritten() {
    let upstream = Upstream::serving(misbehave).await;
    let observing = crate::support::observe_with(upstream.address, impatient);
    for name in OF_ANY_BODY {
        if name == "odd-coding" {
            continue;
        }
        let response = Client::connect(observing.address).await.ask(get(&format!("/{name}"))).await;
        assert_not_taken_for_whole(name, "HTTP/1.1, observing", &response);
    }
    let enforcing = enforce_with(upstream.address, "", impatient);
    for name in OF_ANY_BODY {
        let request =
            format!("GET /{name}/styles HTTP/1.1\r\nHost: shop.test\r\nSec-Fetch-Dest: style\r\n\r\n");
        let response = Client::connect(enforcing.address()).await.ask(request).await;
        assert_not_taken_for_whole(name, "HTTP/1.1, a style sheet", &response);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_of_http_1_0_sees_a_reset_where_a_page_is_cut() {
    let upstream = Upstream::serving(misbehave).await;
    let proxy = enforce_with(upstream.address, "", impatient);
    let request = "GET /short HTTP/1.0\r\nHost: shop.test\r\nSec-Fetch-Dest: document\r\n\r\n";
    let response = Client::connect(proxy.address()).await.ask(request).await;
    assert_eq!(response.status, 200);
    assert_eq!(response.header("transfer-encoding"), None, "HTTP/1.0 has no chunks");
    assert!(!response.whole, "closing would have said that the page is complete");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_is_not_there_is_said_in_an_error_page() {
    let gone = Upstream::answering("").await;
    let address = gone.address;
    drop(gone);
    // The port is free now; nothing listens.
    let proxy: Enforced = enforce(address, "");
    let response = Client::connect(proxy.address()).await.ask(get("/")).await;
    assert!(matches!(response.status, 502 | 504), "{}", response.status);
    assert!(response.text().contains(&response.header("x-request-id").unwrap()));
    assert!(!response.text().contains("127.0.0.1"), "nothing internal: {}", response.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_length_beside_chunks_is_dropped() {
    let body =
        format!("{HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n<p>hello!\r\n0\r\n\r\n");
    let upstream = Upstream::closing_after(body.clone()).await;
    for address in [enforce(upstream.address, "").running, observe(upstream.address)] {
        let response = Client::connect(address.address).await.ask(get("/")).await;
        assert!(response.whole || response.status == 502, "{response:?}");
        if response.status == 200 {
            assert_eq!(response.text(), "<p>hello!");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_a_response_is_not_part_of_the_next() {
    let upstream =
        Upstream::answering([page("<p>ok"), b"HTTP/1.1 200 OK\r\n\r\nsmuggled".to_vec()].concat()).await;
    let proxy = enforce(upstream.address, "");
    let mut client = Client::connect(proxy.address()).await;
    for _ in 0..3 {
        assert_eq!(client.ask(get("/")).await.text(), "<p>ok");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_die_idle_cost_no_request() {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let upstream = Upstream::serving(move |mut connection| {
        let counter = Arc::clone(&counter);
        async move {
            while connection.request().await.is_some() {
                connection.send(answer("Content-Type: text/plain", "ok")).await;
                // Every other time it closes, without having said so.
                if counter.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) {
                    return;
                }
            }
        }
    })
    .await;
    let proxy = observe(upstream.address);
    let mut client = Client::connect(proxy.address).await;
    for number in 0..200 {
        let response = client.ask(get("/")).await;
        assert_eq!((response.status, response.whole), (200, true), "request {number}");
    }
    assert!(upstream.connections() < 200, "connections are used again: {}", upstream.connections());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_used_again_and_only_after_its_response_ended() {
    let upstream = Upstream::answering(page("<p>ok")).await;
    let proxy = enforce(upstream.address, "");
    let mut client = Client::connect(proxy.address()).await;
    for _ in 0..20 {
        assert_eq!(client.ask(get("/")).await.status, 200);
    }
    assert_eq!(upstream.connections(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_been_done_is_not_done_twice() {
    let upstream = Upstream::serving(|mut connection| async move {
        if connection.request().await.is_some_and(|request| request.starts_with("GET")) {
            connection.send(answer("Content-Type: text/plain", "ok")).await;
            connection.request().await;
        }
    })
    .await;
    let proxy = observe(upstream.address);
    let mut client = Client::connect(proxy.address).await;
    assert_eq!(client.ask(get("/")).await.status, 200);
    let post = "POST /order HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 2\r\n\r\nhi";
    assert_eq!(client.ask(post).await.status, 502);
    let posts = upstream.requests().iter().filter(|request| request.starts_with("POST")).count();
    assert_eq!(posts, 1);
}
