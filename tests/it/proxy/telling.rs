//! What the operator is told: what happened and no more often than needed, whatever strangers write.

use std::sync::Arc;

use countersign::store::{Event, EventKind};

use super::command::Child;
use crate::support::{Client, Enforced, Upstream, answer, enforce, get, get_with, page, snapshot_of};

const WORKER: &str = "Service-Worker: script\r\n";

fn messages(proxy: &Enforced) -> Vec<String> {
    proxy.running.store.events(usize::MAX).into_iter().map(|event| event.message).collect()
}

fn harmless(text: &str) -> bool {
    text.chars().all(|c| !c.is_control() && !('\u{202a}'..='\u{202e}').contains(&c))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_forges_no_event_and_moves_no_cursor() {
    let upstream = Upstream::answering(page("<script>x</script>")).await;
    let proxy = enforce(upstream.address, "");
    let mut client = Client::connect(proxy.address()).await;
    for path in ["/x%0a2026%20INFO%20forged%1b[2J", "/%e2%80%ae", "/\u{202e}\u{9b}2J"] {
        client.ask(get_with(path, WORKER)).await;
        client.ask(get(path)).await;
    }
    let messages = messages(&proxy);
    assert!(messages.iter().any(|message| message.contains("/x%0a2026%20INFO")), "{messages:?}");
    for message in messages {
        assert!(harmless(&message), "{message:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_forges_no_line_of_the_log() {
    let upstream = Upstream::answering(page("<script>x</script>")).await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("shop.toml"), "hosts = [\"shop.test\"]\n").unwrap();
    let child = Child::run(&[
        "--upstream",
        &format!("http://{}", upstream.address),
        "--policies",
        folder.path().to_str().unwrap(),
    ]);
    let mut client = Client::connect(child.address()).await;
    client.ask(get_with("/a%0aforged%1b[2J", WORKER)).await;
    client.ask(get("/b%0aforged%1b[2J\u{202e}")).await;
    drop(client);
    child.terminate();
    let (_, said) = child.end();
    assert!(said.contains("/b%0aforged"), "{said}");
    for line in said.lines() {
        assert!(harmless(line) && !line.starts_with("forged"), "{line:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_refusals_pushes_no_other_news_out() {
    let upstream = Upstream::answering(answer("Content-Type: text/html\r\nContent-Encoding: foo", "x")).await;
    let proxy = enforce(upstream.address, "");
    let mut client = Client::connect(proxy.address()).await;
    assert_eq!(client.ask(get("/page")).await.status, 502);
    for number in 0..600 {
        client.ask(get_with(&format!("/{number}"), WORKER)).await;
    }
    let messages = messages(&proxy);
    let about_workers = messages.iter().filter(|message| message.contains("service-workers")).count();
    assert!((1..300).contains(&about_workers), "{about_workers}");
    assert!(messages.iter().any(|message| message.contains("content coding")), "{messages:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_again_is_told_once_and_briefly() {
    let upstream = Upstream::answering(page("<p>")).await;
    let proxy = enforce(upstream.address, "");
    let mut client = Client::connect(proxy.address()).await;
    let long = format!("/{}", "a".repeat(40_000));
    for _ in 0..3 {
        assert_eq!(client.ask(get_with(&long, WORKER)).await.status, 403);
    }
    let refused: Vec<Event> = proxy.running.store.events(usize::MAX);
    let refused: Vec<&Event> =
        refused.iter().filter(|event| event.kind == EventKind::ResponseRefused).collect();
    assert_eq!(refused.len(), 1);
    assert!(refused[0].message.len() < 2000, "{}", refused[0].message.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_stopped_under_other_policies_is_told_anew() {
    let upstream = Upstream::answering(page("<script src=https://evil.test/x.js></script>")).await;
    let rule = "[[page]]\npath = \"/b/*\"\n";
    let proxy = enforce(upstream.address, rule);
    let mut client = Client::connect(proxy.address()).await;
    let told = || proxy.events().matches("https://evil.test/x.js").count();
    for _ in 0..2 {
        client.ask(get("/b/x")).await;
    }
    assert_eq!(told(), 1);
    // The rule before it takes its place among the rules.
    let other = snapshot_of(upstream.address, &format!("[[page]]\npath = \"/a/*\"\n{rule}"), 2);
    proxy.running.published.store(Arc::new(other));
    for _ in 0..2 {
        client.ask(get("/a/x")).await;
    }
    assert_eq!(told(), 2, "{}", proxy.events());
    client.ask(get("/b/x")).await;
    assert_eq!(told(), 3, "{}", proxy.events());
}

fn would_fail(proxy: &Enforced) -> Vec<String> {
    let metrics = proxy.running.metrics.encode();
    metrics
        .lines()
        .filter(|line| line.starts_with("countersign_would_fail_total"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn observing_tells_what_enforcing_would_break() {
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain("<p>".bytes().flat_map(|b| [b, 0])).collect();
    let html = "Content-Type: text/html; charset=utf-8";
    for (kind, response) in [
        ("unknown-coding", answer("Content-Type: text/html\r\nContent-Encoding: dcb", "x")),
        ("unreadable-charset", answer(html, utf16)),
        ("coding-broken", answer(&format!("{html}\r\nContent-Encoding: gzip"), "this is not gzip")),
        ("rewrite-failed", page("<!doctype html><select><title></select>")),
        ("second-opinion", page("<svg/><style><!--</style><script>evil()</script>-->")),
        ("headers-only", answer("Content-Type: application/xhtml+xml", "<html/>")),
    ] {
        let upstream = Upstream::answering(response.clone()).await;
        let opinion = if kind == "rewrite-failed" { "off" } else { "suspects" };
        let rules = format!("mode = \"observe\"\nsecond-opinion = \"{opinion}\"");
        let proxy = enforce(upstream.address, &rules);
        let mut client = Client::connect(proxy.address()).await;
        for _ in 0..2 {
            let passed = client.ask(get("/a")).await;
            assert!(passed.status == 200 && passed.whole, "{kind}");
            assert!(response.ends_with(&passed.body), "{kind}");
        }
        let told = proxy.running.store.events(usize::MAX);
        let told: Vec<&Event> = told.iter().filter(|event| event.kind != EventKind::PolicyLoaded).collect();
        assert_eq!(told.len(), 1, "{kind}: {told:?}");
        assert!(told[0].message.contains("where verdicts are carried out"), "{kind}: {told:?}");
        assert_eq!(would_fail(&proxy), [format!("countersign_would_fail_total{{kind=\"{kind}\"}} 2")]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn observing_tells_nothing_of_what_enforcing_would_not_break() {
    let partial = "HTTP/1.1 206 Partial Content\r\nContent-Type: text/html\r\nContent-Range: bytes 0-1/9\r\n\
                   Content-Length: 2\r\n\r\n<p";
    let cut = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n<p";
    for response in [
        page("<script>x</script>"),
        answer("Content-Type: image/png", "x"),
        partial.into(),
        answer("Content-Type: application/xml\r\nContent-Disposition: attachment", "x"),
        cut.into(),
    ] {
        let upstream = Upstream::closing_after(response).await;
        let proxy = enforce(upstream.address, "mode = \"observe\"");
        Client::connect(proxy.address()).await.ask(get("/a")).await;
        assert!(would_fail(&proxy).is_empty(), "{:?}", would_fail(&proxy));
        let told = proxy.running.store.events(usize::MAX);
        assert!(told.iter().all(|event| event.kind != EventKind::ResponseNotRewritten), "{told:?}");
    }
}
