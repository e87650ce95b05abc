//! The intake of reports: each format, each limit, hostile values, floods, and what a report is made of.

mod fixture;
mod classes;
mod samples;

use std::net::IpAddr;

use countersign::reports::{Collector, Dropped, Sent};
use countersign::settings::ReportLimits;
use countersign::store::{Class, EventKind, Store};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};

use fixture::Fixture;

const CSP: &str = r#"{"csp-report":{"document-uri":"https://shop.example/pay?card=4111","blocked-uri":"inline","effective-directive":"script-src-elem"}}"#;

#[test]
fn both_formats_are_taken_and_one_fingerprint_is_one_event() {
    let fixture = Fixture::in_front();
    let api = r#"[{"type":"csp-violation","url":"https://shop.example/pay","body":{"blockedURL":"inline","effectiveDirective":"script-src-elem"}}]"#;
    for (content_type, body) in [
        ("application/csp-report", CSP),
        ("application/csp-report; charset=utf-8", CSP),
        ("application/reports+json", api),
        ("application/json", CSP),
        ("text/json", api),
    ] {
        assert_eq!(fixture.send(content_type, body), StatusCode::NO_CONTENT, "{content_type}");
    }
    let row = fixture.only();
    assert_eq!(row.count, 5);
    assert_eq!(row.generation.as_deref(), Some(fixture.generation()));
    assert_eq!(row.violation.rule.as_deref(), Some("/*"));
    assert_eq!((row.browsers[0].name.as_str(), row.networks), ("Chromium 156", 1));
    let events = fixture.store.events(10);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].kind, EventKind::BrowserReport);
    assert_eq!(
        events[0].message,
        "A browser stopped an inline script on /pay: the page did not have it: something in the browser put it there"
    );
    assert_eq!(fixture.collector.counts().taken, 5);
}

#[test]
fn the_witness_is_told_in_plain_words() {
    let fixture = Fixture::in_front();
    let body = r#"[{"type":"script-refused","url":"https://shop.example/pay","body":{"blockedURL":"https://cdn.example/chat.js?v=3","integrity":"sha384-x"}}]"#;
    assert_eq!(fixture.send("application/reports+json", body), StatusCode::NO_CONTENT);
    assert_eq!(
        fixture.store.events(1)[0].message,
        "A browser on /pay refused chat.js (cdn.example): its bytes are not the approved ones, or it could not be fetched"
    );
}

#[test]
fn what_is_not_a_report_is_refused_and_counted() {
    let fixture = Fixture::in_front();
    assert_eq!(fixture.send("text/html", CSP), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(fixture.send("application/csp-report", "{}"), StatusCode::BAD_REQUEST);
    let long = format!("{CSP}{}", " ".repeat(Collector::MAX_BODY));
    assert_eq!(fixture.send("application/csp-report", &long), StatusCode::PAYLOAD_TOO_LARGE);
    let mut headers = HeaderMap::new();
    let bare = |headers: &HeaderMap| {
        let (peer, body) = (IpAddr::from([192, 0, 2, 1]), CSP.as_bytes());
        fixture.collector.intake(&Sent {
            collected: None,
            peer,
            host: "shop.example",
            policies: None,
            headers,
            query: None,
            body,
        })
    };
    assert_eq!(bare(&headers), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/csp-report"));
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    assert_eq!(bare(&headers), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let counts = fixture.collector.counts();
    assert_eq!(counts.taken, 0);
    assert_eq!(counts.of(Dropped::MediaType), 3);
    assert_eq!(counts.of(Dropped::Malformed), 1);
    assert_eq!(counts.of(Dropped::TooLarge), 1);
    assert!(fixture.store.violations(10).is_empty());
}

#[test]
fn the_longest_body_that_fits_is_taken() {
    let fixture = Fixture::in_front();
    let padding = " ".repeat(Collector::MAX_BODY - CSP.len());
    assert_eq!(fixture.send("application/csp-report", &format!("{CSP}{padding}")), StatusCode::NO_CONTENT);
}

#[test]
fn what_is_no_news_is_kept_and_told_to_nobody() {
    let fixture = Fixture::in_front();
    let body = r#"[{"type":"expect-ct-report","url":"https://shop.example/","body":{}},
        {"type":"deprecation","url":"https://shop.example/","body":{"id":"UnloadHandler"}},
        {"type":"csp-violation","url":"https://shop.example/","body":{"blockedURL":"chrome-extension://abc/x.js","effectiveDirective":"script-src-elem"}}]"#;
    assert_eq!(fixture.send("application/reports+json", body), StatusCode::NO_CONTENT);
    let counts = fixture.collector.counts();
    assert_eq!((counts.taken, counts.of(Dropped::OtherType)), (2, 1));
    let mut classes: Vec<Class> =
        fixture.store.violations(10).into_iter().map(|row| row.violation.class).collect();
    classes.sort();
    assert_eq!(classes, [Class::NeverServed, Class::Notice]);
    assert!(fixture.store.events(10).is_empty());
}

#[test]
fn metrics_count_by_class_and_directive_and_never_by_a_strangers_word() {
    let fixture = Fixture::in_front();
    fixture.send("application/csp-report", CSP);
    let made_up = CSP.replace("script-src-elem", "evil-directive");
    fixture.send("application/csp-report", &made_up);
    let text = fixture.metrics.encode();
    for counted in [
        "{class=\"never-served\",directive=\"script-src-elem\"} 1",
        "{class=\"unjoined\",directive=\"other\"} 1",
    ] {
        assert!(text.contains(&format!("countersign_report_classes_total{counted}")), "{text}");
    }
    assert!(!text.contains("evil"), "{text}");
}

#[test]
fn a_batch_is_cut_at_fifty() {
    let fixture = Fixture::in_front();
    let entry = |n: usize| {
        format!(
            r#"{{"type":"csp-violation","url":"https://shop.example/{n}","body":{{"blockedURL":"inline"}}}}"#
        )
    };
    let body = format!("[{}]", (0..80).map(entry).collect::<Vec<_>>().join(","));
    assert_eq!(fixture.send("application/reports+json", &body), StatusCode::NO_CONTENT);
    assert_eq!(fixture.collector.counts().taken, 50);
    assert_eq!(fixture.collector.counts().of(Dropped::Batch), 30);
}

#[test]
fn hostile_values_are_kept_short_and_printable_and_without_secrets() {
    let fixture = Fixture::in_front();
    let body = serde_json::json!({"csp-report": {
        "document-uri": "https://alice:pw@shop.example/pay\u{1b}[2J\r\n?token=secret#frag",
        "blocked-uri": format!("https://evil.example/{}\u{202e}<script>", "a".repeat(5000)),
        "effective-directive": "script-src-elem\u{1b}[31m; <img onerror=alert(1)>",
        "disposition": {"a": 1}
    }});
    assert_eq!(fixture.send("application/csp-report", &body.to_string()), StatusCode::NO_CONTENT);
    let row = &fixture.store.violations(1)[0];
    for text in [row.page(), &row.violation.blocked, &row.violation.directive, &row.violation.disposition] {
        assert!(text.len() <= 512, "{} characters", text.len());
        assert!(text.chars().all(|c| c.is_ascii_graphic() && c != '<'), "{text:?}");
        assert!(!text.contains("secret") && !text.contains("alice") && !text.contains("frag"), "{text:?}");
    }
    let message = &fixture.store.events(1)[0].message;
    assert!(!message.contains(char::is_control) && !message.contains('<'), "{message:?}");
}

#[test]
fn a_flood_stays_bounded_and_every_report_is_counted() {
    let fixture = Fixture::in_front();
    let mut answers = std::collections::HashMap::new();
    for n in 0..5000_u32 {
        let peer = IpAddr::from((0x0a00_0000 + n % 200).to_be_bytes());
        let body = format!(
            r#"{{"csp-report":{{"document-uri":"https://shop.example/{n}","blocked-uri":"https://evil.example/{n}","effective-directive":"script-src-elem"}}}}"#
        );
        *answers.entry(fixture.send_from(peer, "application/csp-report", &body)).or_insert(0_u64) += 1;
    }
    let counts = fixture.collector.counts();
    let limited = answers.get(&StatusCode::TOO_MANY_REQUESTS).copied().unwrap_or(0);
    assert_eq!(counts.taken + counts.of(Dropped::NewFindings), answers[&StatusCode::NO_CONTENT]);
    assert_eq!(counts.of(Dropped::Rate), limited);
    assert_eq!(counts.taken + counts.of(Dropped::NewFindings) + limited, 5000);
    assert!(fixture.store.violations(usize::MAX).len() <= 500);
    assert!(fixture.store.events(usize::MAX).len() <= 500);
}

#[test]
fn a_network_that_makes_findings_up_keeps_nobody_elses_out() {
    let limits =
        ReportLimits { requests_per_address: 10_000, new_per_address: 20, ..ReportLimits::default() };
    let fixture = Fixture::limited(&limits);
    let (forger, visitor) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([198, 51, 100, 1]));
    let report = |path: &str| {
        format!(
            r#"{{"csp-report":{{"document-uri":"https://shop.example/","blocked-uri":"https://evil.example/{path}","effective-directive":"script-src-elem"}}}}"#
        )
    };
    fixture.send_from(visitor, "application/csp-report", &report("real"));
    for n in 0..1000 {
        assert_eq!(fixture.send_from(forger, "application/csp-report", &report(&n.to_string())), 204);
    }
    let counts = fixture.collector.counts();
    assert!((20..25).contains(&(counts.taken - 1)), "{counts:?}");
    assert_eq!(counts.taken + counts.of(Dropped::NewFindings), 1001);
    // What is known already counts, whoever reports it; and another network may bring what is new.
    fixture.send_from(forger, "application/csp-report", &report("real"));
    fixture.send_from(visitor, "application/csp-report", &report("another"));
    assert_eq!(fixture.collector.counts().taken, counts.taken + 2);
    let rows = fixture.store.violations(usize::MAX);
    let real = rows.iter().find(|row| row.violation.blocked.ends_with("/real")).unwrap();
    assert_eq!((real.count, real.networks), (2, 2));
}

#[test]
fn twenty_thousand_reports_come_through_in_batches() {
    let fixture = Fixture::in_front();
    let entry = r#"{"type":"csp-violation","url":"https://shop.example/","body":{"blockedURL":"inline","effectiveDirective":"script-src-elem"}}"#;
    let body = format!("[{}]", vec![entry; 50].join(","));
    for n in 0..400_u32 {
        let peer = IpAddr::from((0x0a00_0000 + n).to_be_bytes());
        assert_eq!(fixture.send_from(peer, "application/reports+json", &body), 204);
    }
    let counts = fixture.collector.counts();
    assert_eq!((counts.taken, counts.of(Dropped::Rate)), (20_000, 0));
}

#[test]
fn more_reports_than_are_allowed_altogether_are_counted_and_let_go() {
    let limits = ReportLimits { reports: 10, ..ReportLimits::default() };
    let fixture = Fixture::limited(&limits);
    let entry = r#"{"type":"csp-violation","url":"https://shop.example/","body":{"blockedURL":"inline"}}"#;
    let body = format!("[{}]", vec![entry; 50].join(","));
    assert_eq!(fixture.send("application/reports+json", &body), 204);
    let counts = fixture.collector.counts();
    assert!((10..15).contains(&counts.taken), "{counts:?}");
    assert_eq!(counts.taken + counts.of(Dropped::Rate), 50);
}

#[test]
fn one_address_that_floods_is_told_to_stop() {
    let fixture = Fixture::in_front();
    let refused = (0..400)
        .filter(|_| fixture.send("application/csp-report", CSP) == StatusCode::TOO_MANY_REQUESTS)
        .count();
    assert!(refused >= 200, "{refused}");
    let other = IpAddr::from([198, 51, 100, 1]);
    assert_eq!(fixture.send_from(other, "application/csp-report", CSP), StatusCode::NO_CONTENT);
}
