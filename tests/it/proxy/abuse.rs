//! Visitors who mean harm: what they can make us answer, tell or hold.

use std::time::Duration;

use crate::support::{
    Certificates, Client, H2Client, Upstream, answer, enforce, enforce_with, get, get_with, within,
};

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_of_our_own_forbids_scripts() {
    let upstream = Upstream::answering(answer("Content-Type: text/html", "x")).await;
    let proxy = enforce(upstream.address, "");
    let mut client = Client::connect(proxy.address()).await;
    let options = "OPTIONS /_countersign/reports HTTP/1.1\r\nHost: shop.test\r\n\r\n".to_owned();
    for request in [get("/_countersign/reports"), options, get("/_countersign/s/x"), get("/_countersign")] {
        let response = client.ask(&request).await;
        let csp = response.header("content-security-policy").unwrap_or_default();
        assert!(csp.starts_with("default-src 'none'"), "{request}{}", response.head);
        assert_eq!(response.header("x-content-type-options").as_deref(), Some("nosniff"), "{request}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_repeated_at_will_do_not_push_news_out_of_the_list() {
    let upstream = Upstream::serving(|mut connection| async move {
        while let Some(request) = connection.request().await {
            let partial = "HTTP/1.1 206 Partial Content\r\nContent-Type: text/html\r\n\
                           Content-Range: bytes 0-0/9\r\nContent-Length: 1\r\n\r\nx";
            let unreadable = "Content-Type: text/html\r\nContent-Encoding: foo";
            let answer = if request.contains("range: ") { partial.into() } else { answer(unreadable, "x") };
            connection.send(answer).await;
        }
    })
    .await;
    let proxy = enforce(upstream.address, "");
    let mut client = Client::connect(proxy.address()).await;
    client.ask(get("/broken")).await;
    assert!(proxy.events().contains("shop/broken"), "{}", proxy.events());
    let range = "GET /part HTTP/1.1\r\nHost: shop.test\r\nSec-Fetch-Dest: image\r\nRange: bytes=0-0\r\n\r\n";
    for _ in 0..300 {
        assert_eq!(client.ask(range).await.status, 502);
        assert_eq!(client.ask(get_with("/sw.js", "Service-Worker: script\r\n")).await.status, 403);
    }
    let events = proxy.events();
    assert!(events.contains("shop/broken"), "{events}");
    assert!(events.contains("shop/part") && events.contains("shop/sw.js"), "{events}");
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_a_cgi_would_take_for_framing_are_not_forwarded() {
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "x")).await;
    let proxy = enforce(upstream.address, "");
    let mut client = Client::connect(proxy.address()).await;
    client.ask(get_with("/", "Content_Length: 40\r\nTransfer_Encoding: chunked\r\n")).await;
    let request = upstream.last_request();
    assert!(!request.contains("content_length") && !request.contains("transfer_encoding"), "{request}");
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_of_few_connections_do_not_take_every_upstream_connection() {
    let upstream = Upstream::serving(|mut connection| async move {
        while let Some(request) = connection.request().await {
            if request.starts_with("GET /slow") {
                return std::future::pending().await;
            }
            connection.send(answer("Content-Type: text/plain", "x")).await;
        }
    })
    .await;
    let certificates = Certificates::make();
    let proxy = enforce_with(upstream.address, "", |config| {
        config.tls = Some(certificates.files());
        config.settings.max_connections = 20;
        config.settings.connect_time = Duration::from_millis(200);
    });
    let mut refused = Vec::new();
    for _ in 0..3 {
        let client = H2Client::connect(proxy.address(), &certificates.ca()).await;
        refused.extend((0..40).map(|_| {
            let mut stream = client.again();
            tokio::spawn(async move { stream.get("/slow", &[]).await.status })
        }));
    }
    // Those that got no place are told so; the others wait for the upstream.
    let told = async {
        while refused.iter().filter(|task| task.is_finished()).count() < 3 * 40 - 20 {
            tokio::task::yield_now().await;
        }
    };
    within("refusals", told).await;
    assert!(upstream.connections() <= 20, "{}", upstream.connections());
    let mut visitor = H2Client::connect(proxy.address(), &certificates.ca()).await;
    assert_eq!(visitor.get("/ok", &[]).await.status, 200);
    for task in refused {
        if task.is_finished() {
            assert_eq!(task.await.unwrap(), 503);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_begins_no_line_of_its_own_and_stays_short() {
    let upstream = Upstream::answering(answer("Content-Type: text/html", "<script>x()</script>")).await;
    let proxy = enforce(upstream.address, "");
    let mut client = Client::connect(proxy.address()).await;
    client.ask(get("/a%0d%0aPolicies%20are%20in%20force%1b%5b31m%00%e2%80%ae%e2%80%a8")).await;
    let events = proxy.events();
    let line = events.lines().find(|line| line.contains("shop/a")).unwrap();
    assert!(line.contains("Policies%20are%20in%20force"), "{events}");
    assert!(!line.contains(['\u{1b}', '\0', '\u{202e}', '\u{2028}']), "{line:?}");
    client.ask(get(&format!("/{}", "long".repeat(5_000)))).await;
    assert!(proxy.events().lines().all(|line| line.len() < 2_000), "{}", proxy.events());
}
