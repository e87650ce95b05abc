//! The intake of reports: each format, each limit, hostile values, floods.

use std::net::IpAddr;
use std::sync::Arc;

use countersign::alert::Alerts;
use countersign::clock::Clock;
use countersign::reports::{Collector, Dropped};
use countersign::store::{EventKind, MemoryStore, Store};
use countersign::telemetry::Metrics;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};

const CSP: &str = r#"{"csp-report":{"document-uri":"https://shop.example/pay?card=4111","blocked-uri":"inline","effective-directive":"script-src-elem"}}"#;

struct Fixture {
    store: Arc<MemoryStore>,
    collector: Collector,
}

impl Fixture {
    fn new() -> Self {
        let store = Arc::new(MemoryStore::new(Clock::System));
        let (kept, metrics) = (Arc::clone(&store) as Arc<dyn Store>, Metrics::new());
        let alerts = Alerts::unheard(Arc::clone(&kept), Clock::System, metrics.clone());
        let collector = Collector::new(kept, Clock::System, metrics, alerts);
        Self { store, collector }
    }

    fn send(&self, content_type: &str, body: &str) -> StatusCode {
        self.send_from(IpAddr::from([192, 0, 2, 1]), content_type, body)
    }

    fn send_from(&self, peer: IpAddr, content_type: &str, body: &str) -> StatusCode {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_str(content_type).unwrap());
        self.collector.intake(peer, None, &headers, Some("g=0123456789ab&p=3"), body.as_bytes())
    }
}

#[test]
fn both_formats_are_taken_and_one_fingerprint_is_one_event() {
    let fixture = Fixture::new();
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
    let rows = fixture.store.violations(10);
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0].count, 5);
    assert_eq!(rows[0].generation.as_deref(), Some("0123456789ab"));
    assert_eq!(rows[0].violation.rule.as_deref(), Some("3"));
    let events = fixture.store.events(10);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].kind, EventKind::BrowserReport);
    assert_eq!(events[0].message, "A browser stopped an inline script on /pay: nobody approved it");
    assert_eq!(fixture.collector.counts().taken, 5);
}

#[test]
fn the_witness_is_told_in_plain_words() {
    let fixture = Fixture::new();
    let body = r#"[{"type":"script-refused","url":"https://shop.example/pay","body":{"blockedURL":"https://cdn.example/chat.js","integrity":"sha384-x"}}]"#;
    assert_eq!(fixture.send("application/reports+json", body), StatusCode::NO_CONTENT);
    assert_eq!(
        fixture.store.events(1)[0].message,
        "A browser on /pay refused chat.js (cdn.example): its bytes are not the approved ones, or it could not be fetched"
    );
}

#[test]
fn what_is_not_a_report_is_refused_and_counted() {
    let fixture = Fixture::new();
    assert_eq!(fixture.send("text/html", CSP), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(fixture.send("application/csp-report", "{}"), StatusCode::BAD_REQUEST);
    let long = format!("{CSP}{}", " ".repeat(Collector::MAX_BODY));
    assert_eq!(fixture.send("application/csp-report", &long), StatusCode::PAYLOAD_TOO_LARGE);
    let mut headers = HeaderMap::new();
    let peer = IpAddr::from([192, 0, 2, 1]);
    assert_eq!(
        fixture.collector.intake(peer, None, &headers, None, CSP.as_bytes()),
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/csp-report"));
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    assert_eq!(
        fixture.collector.intake(peer, None, &headers, None, CSP.as_bytes()),
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    let counts = fixture.collector.counts();
    assert_eq!(counts.taken, 0);
    assert_eq!(counts.of(Dropped::MediaType), 3);
    assert_eq!(counts.of(Dropped::Malformed), 1);
    assert_eq!(counts.of(Dropped::TooLarge), 1);
    assert!(fixture.store.violations(10).is_empty());
}

#[test]
fn the_longest_body_that_fits_is_taken() {
    let fixture = Fixture::new();
    let padding = " ".repeat(Collector::MAX_BODY - CSP.len());
    assert_eq!(fixture.send("application/csp-report", &format!("{CSP}{padding}")), StatusCode::NO_CONTENT);
}

#[test]
fn other_types_and_browser_extensions_are_only_counted() {
    let fixture = Fixture::new();
    let body = r#"[{"type":"deprecation","url":"https://shop.example/","body":{}},
        {"type":"csp-violation","url":"https://shop.example/","body":{"blockedURL":"chrome-extension://abc/x.js","effectiveDirective":"script-src-elem"}}]"#;
    assert_eq!(fixture.send("application/reports+json", body), StatusCode::NO_CONTENT);
    let counts = fixture.collector.counts();
    assert_eq!((counts.taken, counts.of(Dropped::OtherType), counts.of(Dropped::Extension)), (0, 1, 1));
    assert!(fixture.store.violations(10).is_empty() && fixture.store.events(10).is_empty());
}

#[test]
fn a_batch_is_cut_at_fifty() {
    let fixture = Fixture::new();
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
    let fixture = Fixture::new();
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
    let fixture = Fixture::new();
    let mut answers = std::collections::HashMap::new();
    for n in 0..5000_u32 {
        let peer = IpAddr::from((0x0a00_0000 + n % 200).to_be_bytes());
        let body = format!(
            r#"{{"csp-report":{{"document-uri":"https://shop.example/{n}","blocked-uri":"https://evil.example/{n}","effective-directive":"script-src-elem"}}}}"#
        );
        *answers.entry(fixture.send_from(peer, "application/csp-report", &body)).or_insert(0_u64) += 1;
    }
    let counts = fixture.collector.counts();
    assert_eq!(counts.taken, answers[&StatusCode::NO_CONTENT]);
    assert_eq!(counts.of(Dropped::Rate), answers.get(&StatusCode::TOO_MANY_REQUESTS).copied().unwrap_or(0));
    assert_eq!(counts.taken + counts.of(Dropped::Rate), 5000);
    assert!(fixture.store.violations(usize::MAX).len() <= 500);
    assert!(fixture.store.events(usize::MAX).len() <= 500);
}

#[test]
fn one_address_that_floods_is_told_to_stop() {
    let fixture = Fixture::new();
    let refused = (0..400)
        .filter(|_| fixture.send("application/csp-report", CSP) == StatusCode::TOO_MANY_REQUESTS)
        .count();
    assert!(refused >= 200, "{refused}");
    let other = IpAddr::from([198, 51, 100, 1]);
    assert_eq!(fixture.send_from(other, "application/csp-report", CSP), StatusCode::NO_CONTENT);
}
