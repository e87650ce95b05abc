//! Stored pages: confirmed under the policies they were written under, and no others.

use std::sync::Arc;

use crate::support::{Client, Upstream, enforce, get, get_with, snapshot_of};

/// An application that confirms `"v1"`.
async fn confirming() -> Upstream {
    Upstream::serving(|mut connection| async move {
        while let Some(request) = connection.request().await {
            let known = request.to_lowercase().contains("if-none-match: \"v1\"");
            let by_date = request.to_lowercase().contains("if-modified-since");
            connection
                .send(if known || by_date {
                    "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n"
                } else {
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: \"v1\"\r\nContent-Length: 3\r\n\r\n<p>"
                })
                .await;
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_page_is_confirmed_until_the_policies_change() {
    let upstream = confirming().await;
    let proxy = enforce(upstream.address, "");
    let mut client = Client::connect(proxy.address()).await;
    let full = client.ask(get("/")).await;
    let tag = full.header("etag").unwrap();
    let again = get_with("/", &format!("If-None-Match: {tag}\r\n"));

    let confirmed = client.ask(&again).await;
    assert_eq!(confirmed.status, 304);
    assert_eq!(confirmed.header("etag").unwrap(), tag);
    assert_eq!(confirmed.header("content-security-policy"), full.header("content-security-policy"));
    assert!(upstream.last_request().contains("if-none-match: \"v1\""), "{}", upstream.last_request());

    let other = snapshot_of(upstream.address, "[[page]]\npath = \"/*\"\nunapproved = \"strip\"", 2);
    proxy.running.published.store(Arc::new(other));
    let changed = client.ask(&again).await;
    assert_eq!(changed.status, 200, "written under other policies, so it comes anew");
    assert_ne!(changed.header("etag").unwrap(), tag);
    assert!(!upstream.last_request().contains("if-none-match"), "{}", upstream.last_request());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_stored_before_there_was_a_proxy_is_not_confirmed() {
    let upstream = confirming().await;
    let proxy = enforce(upstream.address, "");
    for condition in ["If-None-Match: \"v1\"\r\n", "If-Modified-Since: Tue, 24 Nov 2026 08:00:00 GMT\r\n"] {
        let response = Client::connect(proxy.address()).await.ask(get_with("/", condition)).await;
        assert_eq!(response.status, 200, "{condition}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_nobody_asked_for_is_refused() {
    let upstream = Upstream::answering("HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n").await;
    let proxy = enforce(upstream.address, "");
    let response = Client::connect(proxy.address()).await.ask(get("/")).await;
    assert_eq!(response.status, 502);
}
