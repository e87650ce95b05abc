//! Every limit of a document, met through the whole proxy: what the visitor gets, and the counter that
//! says so.

use std::io::Write as _;
use std::time::Duration;

use countersign::settings::Settings;

use crate::support::{Client, Response, Upstream, answer, enforce_with, get, page, paragraphs};

const PAYMENT: &str = "[[page]]\npath = \"/*\"\npayment = true";

/// What a visitor gets under other settings, and how often each limit was met by then.
async fn under(
    upstream: &Upstream,
    rules: &str,
    adjust: impl FnOnce(&mut Settings),
) -> (Response, Vec<(String, u64)>) {
    let proxy = enforce_with(upstream.address, rules, |config| adjust(&mut config.settings));
    let response = Client::connect(proxy.address()).await.ask(get("/")).await;
    let metrics = proxy.running.metrics.encode();
    let met = metrics.lines().filter_map(|line| {
        let (key, count) = line.strip_prefix("countersign_limits_total{limit=\"")?.split_once("\"} ")?;
        Some((key.to_owned(), count.parse().unwrap()))
    });
    (response, met.collect())
}

fn once(key: &str) -> Vec<(String, u64)> {
    vec![(key.to_owned(), 1)]
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    let headers = "Content-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip";
    answer(headers, encoder.finish().unwrap())
}

/// Neither whole nor with what stands at its end.
fn assert_refused_or_cut(response: &Response, what: &str) {
    assert!(response.status == 502 || !response.whole, "{what}: {}", response.status);
    assert!(!response.text().contains("steal()"), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_limit_takes_one_thing_away_the_page_goes_on() {
    let long = format!("<p>before<script>{}</script>after", "x".repeat(2000));
    let frame = "<p>before<iframe srcdoc='<script>steal()</script>'></iframe>after".to_owned();
    for (key, body, adjust) in [
        ("inline-script-bytes", &long, (|s| s.document.inline_script = 1024) as fn(&mut Settings)),
        ("srcdoc-depth", &frame, |s| s.document.srcdoc_depth = 0),
        ("srcdoc-bytes", &frame, |s| s.document.srcdoc_bytes = 10),
    ] {
        let upstream = Upstream::answering(page(body)).await;
        let (response, met) = under(&upstream, "", adjust).await;
        assert_eq!((response.status, response.whole, met), (200, true, once(key)));
        let text = response.text();
        assert!(text.starts_with("<p>before") && text.ends_with("after"), "{key}: {text}");
        assert!(!text.contains("steal()") && !text.contains("xxx"), "{key}: {text}");
        let (response, met) = under(&upstream, "mode = \"observe\"", adjust).await;
        assert_eq!((response.text(), met), (body.clone(), once(key)), "while observing");
        let (_, met) = under(&upstream, "", |_| {}).await;
        assert_eq!(met, [], "{key}: as shipped");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_markup_is_too_much_a_closed_page_ends_and_another_goes_on_unedited() {
    let attributes: String = (0..40).flat_map(|number| [" a".to_owned(), number.to_string()]).collect();
    let end = "<script>steal()</script>the end";
    // Where the rest begins is only known while what came last is still there.
    let tag = format!("<p>before<script title=\"{}\"></script>{end}", "x".repeat(100_000));
    let many = format!("<p>before<script type=x{attributes}></script>{end}");
    for (key, body, goes_on, adjust) in [
        ("parser-bytes", &tag, false, (|s| s.document.parser_memory = 64 << 10) as fn(&mut Settings)),
        ("max-attributes", &many, true, |s| s.document.attributes = 16),
    ] {
        let upstream = Upstream::answering(page(body)).await;
        let (response, met) = under(&upstream, "fail = \"closed\"", adjust).await;
        assert_refused_or_cut(&response, key);
        assert_eq!(met, once(key));
        let (response, met) = under(&upstream, "", adjust).await;
        assert_eq!(met, once(key));
        if goes_on {
            assert_eq!((response.whole, response.text() == *body), (true, true));
            assert!(response.header("content-security-policy").unwrap().starts_with("script-src 'none'"));
        } else {
            assert_refused_or_cut(&response, key);
        }
        let (response, met) = under(&upstream, "mode = \"observe\"", adjust).await;
        assert_eq!((response.text() == *body, met), (true, once(key)), "while observing");
        let (_, met) = under(&upstream, "", |_| {}).await;
        assert_eq!(met, [], "{key}: as shipped");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_page_that_keeps_the_second_parser_busy_ends() {
    let nested = format!("{}{}the end", "<div>".repeat(400), "</p>".repeat(400));
    let upstream = Upstream::answering(page(&nested)).await;
    let (response, met) = under(&upstream, PAYMENT, |settings| {
        settings.document.steps_floor = 0;
        settings.document.steps_per_byte = 1;
    })
    .await;
    assert_refused_or_cut(&response, "steps");
    assert_eq!(met, once("second-parser-steps"));
    let (response, met) = under(&upstream, PAYMENT, |_| {}).await;
    assert_eq!((response.text(), met), (nested, Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_grows_too_much_is_never_whole() {
    let text = format!("<p>{}<script>steal()</script>", "x".repeat(200_000));
    let upstream = Upstream::answering(gzip(&text)).await;
    for (key, adjust) in [
        ("decoded-bytes", (|s| s.document.decoded = 100_000) as fn(&mut Settings)),
        ("decoded-ratio", |s| s.document.ratio_floor = 1000),
    ] {
        for rules in ["", "fail = \"closed\""] {
            let (response, met) = under(&upstream, rules, adjust).await;
            assert_refused_or_cut(&response, key);
            assert_eq!(met, once(key), "{rules}");
        }
        let (response, met) = under(&upstream, "mode = \"observe\"", adjust).await;
        assert_eq!((response.whole, met), (true, once(key)), "while observing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_stops_coming_is_cut() {
    let started = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 9999999\r\n\r\n{}",
        paragraphs(20_000)
    );
    for (key, started) in [("idle-time", started), ("head-time", String::new())] {
        let upstream = Upstream::serving(move |mut connection| {
            let started = started.clone();
            async move {
                while connection.request().await.is_some() {
                    connection.send(&started).await;
                }
            }
        })
        .await;
        let (response, met) = under(&upstream, "", |settings| {
            // The other one stays long: a busy machine must not come upon it first.
            let limit = if key == "idle-time" { &mut settings.idle_time } else { &mut settings.head_time };
            *limit = Duration::from_millis(200);
        })
        .await;
        assert!(response.status == 504 || !response.whole, "{key}: {}", response.status);
        assert_eq!(met, once(key));
    }
}
