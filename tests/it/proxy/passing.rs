//! What goes through unchanged, and what each side gets to know about the other.

use crate::support::{Client, Upstream, answer, enforce, get, get_with, observe, page};

const PLAIN: &str =
    "<!doctype html><title>t</title>\r\n<p CLASS='x'>caf\u{e9} &amp; \u{2713}</p><!-- c --><br/>";

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_scripts_comes_out_byte_for_byte() {
    let upstream = Upstream::answering(page(PLAIN)).await;
    let enforced = enforce(upstream.address, "");
    let observing = observe(upstream.address);
    for address in [enforced.address(), observing.address] {
        let response = Client::connect(address).await.ask(get("/")).await;
        assert_eq!((response.status, response.whole), (200, true));
        assert_eq!(response.text(), PLAIN);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_observing_nothing_at_all_is_changed() {
    let body = "<script>evil()</script><script src=/a.js></script>";
    let headers = "Content-Type: text/html\r\nETag: \"v1\"\r\nLast-Modified: Tue, 24 Nov 2026 08:00:00 GMT\r\n\
                   Accept-Ranges: bytes\r\nContent-Security-Policy: default-src *\r\nLink: </a.js>; rel=preload; as=script";
    let upstream = Upstream::answering(answer(headers, body)).await;
    let proxy = observe(upstream.address);
    let response = Client::connect(proxy.address).await.ask(get("/")).await;
    assert_eq!(response.text(), body);
    for line in headers.lines() {
        let (name, value) = line.trim().split_once(": ").unwrap();
        assert_eq!(response.header(name).as_deref(), Some(value));
    }
    assert_eq!(response.header("content-security-policy-report-only"), None);
    let seen: Vec<_> =
        proxy.store.scripts().into_iter().map(|row| (row.seen.kind.name(), row.seen.enforced)).collect();
    assert!(seen.contains(&("inline", false)) && seen.contains(&("external", false)), "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_observes_adds_a_csp_that_only_reports() {
    let body = "<script>evil()</script>";
    let upstream = Upstream::answering(page(body)).await;
    let proxy = enforce(upstream.address, "mode = \"observe\"");
    let response = Client::connect(proxy.address()).await.ask(get("/")).await;
    assert_eq!(response.text(), body);
    assert!(response.header("content-security-policy-report-only").unwrap().starts_with("script-src "));
    for name in ["content-security-policy", "integrity-policy", "x-content-type-options"] {
        assert_eq!(response.header(name), None, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_observed_page_in_a_coding_that_cannot_be_read_passes() {
    let upstream =
        Upstream::answering(answer("Content-Type: text/html\r\nContent-Encoding: foo", "<script>")).await;
    let proxy = observe(upstream.address);
    let response = Client::connect(proxy.address).await.ask(get("/")).await;
    assert_eq!((response.status, response.text().as_str()), (200, "<script>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_upstream_learns_who_asks_and_nothing_of_one_hop() {
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "x")).await;
    let proxy = enforce(upstream.address, "");
    let request = "GET /a%2fb?q=1 HTTP/1.1\r\nHost: Shop.Test:8080\r\nConnection: keep-alive, X-Hop, Cookie\r\n\
                   X-Hop: 1\r\nCookie: a=b\r\nKeep-Alive: x\r\nX-Forwarded-For: 6.6.6.6\r\nX_Forwarded_For: 6.6.6.6\r\n\
                   Expect: 100-continue\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\nProxy-Authorization: x\r\n\
                   Accept-Encoding: gzip, foo\r\n\r\n";
    let response = Client::connect(proxy.address()).await.ask(request).await;
    assert_eq!(response.status, 200);
    let seen = upstream.last_request();
    assert!(seen.starts_with("get /a%2fb?q=1 http/1.1\r\n"), "the target goes on as it came: {seen}");
    for expected in [
        "\r\nhost: shop.test:8080\r\n",
        "\r\ncookie: a=b\r\n",
        "\r\nx-forwarded-for: 127.0.0.1\r\n",
        "\r\nx-forwarded-proto: http\r\n",
        "\r\nx-forwarded-host: shop.test:8080\r\n",
        "\r\naccept-encoding: gzip\r\n",
    ] {
        assert!(seen.contains(expected), "{expected:?} in {seen}");
    }
    for gone in ["x-hop", "keep-alive", "6.6.6.6", "expect", "upgrade", "http2-settings", "proxy-auth"] {
        assert!(!seen.contains(gone), "{gone} in {seen}");
    }
    let id = response.header("x-request-id").unwrap();
    assert!(seen.contains(&format!("\r\nx-request-id: {id}\r\n")), "both sides know the exchange by {id}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_reaches_the_upstream_whole() {
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "ok")).await;
    let proxy = enforce(upstream.address, "");
    let mut client = Client::connect(proxy.address()).await;
    let with_length = "POST /a HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 5\r\n\r\nhello";
    assert_eq!(client.ask(with_length).await.text(), "ok");
    assert!(
        upstream.last_request().ends_with("content-length: 5\r\n\r\nhello")
            || upstream.last_request().ends_with("hello")
    );
    let chunked =
        "POST /a HTTP/1.1\r\nHost: shop.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    assert_eq!(client.ask(chunked).await.text(), "ok");
    assert!(upstream.last_request().contains("\r\nhello\r\n"), "{}", upstream.last_request());
}

#[tokio::test(flavor = "multi_thread")]
async fn head_has_the_headers_of_get_and_no_body() {
    let upstream = Upstream::serving(|mut connection| async move {
        while let Some(request) = connection.request().await {
            let whole = answer("Content-Type: text/html; charset=utf-8\r\nETag: \"v1\"", "<p>hi</p>");
            let end = if request.starts_with("HEAD") { whole.len() - 9 } else { whole.len() };
            connection.send(&whole[..end]).await;
        }
    })
    .await;
    let proxy = enforce(upstream.address, "");
    let mut client = Client::connect(proxy.address()).await;
    let head = client.ask(get("/").replacen("GET", "HEAD", 1)).await;
    let full = client.ask(get("/")).await;
    assert_eq!((head.status, full.status), (200, 200));
    for name in
        ["content-security-policy", "integrity-policy", "etag", "content-type", "x-content-type-options"]
    {
        assert_eq!(head.header(name), full.header(name), "{name}");
        assert!(head.header(name).is_some(), "{name}");
    }
    assert_eq!(full.text(), "<p>hi</p>");
}

#[tokio::test(flavor = "multi_thread")]
async fn early_hints_do_not_reach_the_browser() {
    let hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.js>; rel=preload; as=script\r\n\r\n";
    let upstream = Upstream::answering([&hints[..], &page("<p>")].concat()).await;
    let proxy = enforce(upstream.address, "");
    let response = Client::connect(proxy.address()).await.ask(get("/")).await;
    assert_eq!(response.status, 200);
    assert!(!response.head.contains("a.js"), "{}", response.head);
}

#[tokio::test(flavor = "multi_thread")]
async fn assets_keep_ranges_and_validators() {
    let partial = "HTTP/1.1 206 Partial Content\r\nContent-Type: image/png\r\nContent-Range: bytes 0-1/9\r\n\
                   ETag: \"v1\"\r\nContent-Length: 2\r\n\r\nab";
    let upstream = Upstream::answering(partial).await;
    let proxy = enforce(upstream.address, "");
    let request = get_with("/a.png", "Range: bytes=0-1\r\nIf-Range: \"v1\"\r\n").replace("document", "image");
    let response = Client::connect(proxy.address()).await.ask(request).await;
    assert_eq!((response.status, response.text().as_str()), (206, "ab"));
    assert_eq!(response.header("etag").as_deref(), Some("\"v1\""));
    assert!(upstream.last_request().contains("\r\nrange: bytes=0-1\r\nif-range: \"v1\""));
    assert_eq!(response.header("content-security-policy").as_deref(), Some("script-src 'none'"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_stream_is_passed_on_as_it_comes() {
    let (go, wait) = tokio::sync::oneshot::channel::<()>();
    let wait = std::sync::Arc::new(tokio::sync::Mutex::new(Some(wait)));
    let upstream = Upstream::serving(move |mut connection| {
        let wait = std::sync::Arc::clone(&wait);
        async move {
            connection.request().await;
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n").await;
            wait.lock().await.take().unwrap().await.unwrap();
            connection.send("data: 2\n\n").await;
        }
    })
    .await;
    let proxy = enforce(upstream.address, "");
    let mut client = Client::connect(proxy.address()).await;
    client.send(get("/events")).await;
    assert!(client.until(b"data: 1\n\n").await);
    go.send(()).unwrap();
    assert!(client.until(b"data: 2\n\n").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_javascript_carries_the_csp_that_a_worker_made_of_it_is_held_to() {
    let upstream = Upstream::answering(answer("Content-Type: text/javascript", "x()")).await;
    let proxy = enforce(upstream.address, "[csp]\nworker-src = [\"'self'\"]\nconnect-src = [\"'self'\"]");
    for destination in ["worker", "sharedworker", "script"] {
        let request = get("/worker.js").replace("document", destination);
        let response = Client::connect(proxy.address()).await.ask(request).await;
        assert_eq!(response.text(), "x()");
        let csp = response.header("content-security-policy").unwrap();
        assert!(csp.starts_with("script-src 'none'; "), "{csp}");
        assert!(csp.contains("connect-src 'self'") && csp.contains("report-uri "), "{csp}");
    }
}
