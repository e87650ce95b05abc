//! The access log: a line for each exchange, of which nothing private is part.

use std::fs;
use std::path::Path;

use countersign::telemetry::AccessTarget;
use serde_json::Value;

use crate::support::{Client, Upstream, answer, enforce_with, get, get_with, page, within};

fn lines(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Waits for so many lines.
async fn until(file: &Path, count: usize) -> Vec<Value> {
    within("lines in the access log", async {
        loop {
            let found = lines(file);
            if found.len() >= count {
                return found;
            }
            tokio::task::yield_now().await;
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_exchange_has_a_line_that_says_how_it_ended_and_nothing_private() {
    let upstream = Upstream::serving(|mut connection| async move {
        while let Some(request) = connection.request().await {
            if request.starts_with("GET /cut") {
                let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nabc";
                connection.send(head).await;
                return connection.reset();
            }
            if request.starts_with("GET /coded") {
                connection.send(answer("Content-Type: text/html\r\nContent-Encoding: odd", "x")).await;
                continue;
            }
            connection.send(page("<p>hello</p>")).await;
        }
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("access.log");
    let proxy = enforce_with(upstream.address, "[[page]]\npath = \"/pay\"\npayment = true", |config| {
        config.access_log = Some(AccessTarget::File(file.clone()));
    });
    let private = "Cookie: secret=1\r\nAuthorization: secret\r\nUser-Agent: Test/1\r\n\
                   Referer: https://user:secret@a.example/from?secret#secret\r\n";
    let mut client = Client::connect(proxy.address()).await;
    let response = client.ask(get_with("/pay?card=secret", private)).await;
    assert_eq!(response.status, 200);
    let unknown = client.ask("GET /x\x01 HTTP/1.1\r\nHost: shop.test\r\n\r\n").await;
    assert_eq!(unknown.status, 400);
    let mut client = Client::connect(proxy.address()).await;
    let other = client.ask("GET /elsewhere HTTP/1.1\r\nHost: other.test\r\n\r\n").await;
    assert_eq!(other.status, 421);
    assert!(!client.ask(get("/cut")).await.whole);
    // Refused, but of a site: those lines are looked for.
    let coded = Client::connect(proxy.address()).await.ask(get("/coded")).await;
    assert_eq!(coded.status, 502);
    let text = until(&file, 4).await;
    assert!(!fs::read_to_string(&file).unwrap().contains("secret"));
    let [pay, elsewhere, cut, coded] = &text[..] else { panic!("{text:#?}") };
    for (key, value) in [
        ("path", "/pay"),
        ("method", "GET"),
        ("host", "shop.test"),
        ("protocol", "HTTP/1.1"),
        ("scheme", "http"),
        ("client", "127.0.0.1"),
        ("site", "shop"),
        ("rule", "/pay"),
        ("mode", "enforce"),
        ("end", "whole"),
        ("agent", "Test/1"),
        ("referrer", "https://a.example/from"),
    ] {
        assert_eq!(pay[key], value, "{key}");
    }
    assert_eq!(pay["exchange"], response.header("x-request-id").unwrap());
    assert_eq!(pay["sent"], response.body.len());
    assert!(pay["took_ms"].as_f64().unwrap() >= pay["head_ms"].as_f64().unwrap());
    assert_eq!((&elsewhere["status"], &elsewhere["site"]), (&Value::from(421), &Value::Null));
    assert_eq!((&coded["status"], &coded["site"]), (&502.into(), &"shop".into()));
    assert_eq!((&cut["end"], &cut["sent"], &cut["status"]), (&"cut".into(), &3.into(), &200.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_who_goes_away_is_told_from_one_who_stayed() {
    let big = answer("Content-Type: application/octet-stream", vec![b'x'; 64 << 20]);
    let upstream = Upstream::answering(big).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("access.log");
    let proxy = enforce_with(upstream.address, "", |config| {
        config.access_log = Some(AccessTarget::File(file.clone()));
    });
    let mut client = Client::connect(proxy.address()).await;
    client.send(get("/big")).await;
    assert!(client.until(b"xxxx").await);
    drop(client);
    let line = &until(&file, 1).await[0];
    assert_eq!(line["end"], "left");
    assert!(line["sent"].as_u64().unwrap() < 64 << 20, "{line}");
    let head =
        Client::connect(proxy.address()).await.ask("HEAD /h HTTP/1.1\r\nHost: shop.test\r\n\r\n").await;
    assert_eq!(head.status, 200);
    let line = &until(&file, 2).await[1];
    assert_eq!((&line["end"], &line["sent"], &line["method"]), (&"whole".into(), &0.into(), &"HEAD".into()));
}
