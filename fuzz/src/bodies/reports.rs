//! Any bytes as a request with browsers' reports: it is answered, what is kept is short, printable and bounded, and
//! none is said to be of something that was served unless the site names it.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use countersign::alert::Alerts;
use countersign::clock::Clock;
use countersign::inventory::{Approvers, Trust};
use countersign::policy::{Snapshot, check_files};
use countersign::reports::{Collector, Sent, in_words, what_to_do};
use countersign::settings::ReportLimits;
use countersign::store::{Class, MemoryStore, Store};
use countersign::telemetry::Metrics;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue};

use super::{choices, one_of};

const POLICY: &str = "hosts = [\"shop.example\"]\nupstreams = [\"http://127.0.0.1:1\"]\nmode = \"enforce\"\n";

static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(|| {
    let files = BTreeMap::from([("shop.toml".to_owned(), Bytes::from_static(POLICY.as_bytes()))]);
    let trust = Trust::new(Approvers::none(), Clock::System);
    check_files(Path::new("policies"), files, &trust).snapshot.expect("a policy")
});

/// See the head of this file.
pub fn reports(input: &[u8]) {
    let ([joined, agent], body) = choices(input);
    let store = Arc::new(MemoryStore::default());
    let (kept, metrics) = (Arc::clone(&store) as Arc<dyn Store>, Metrics::new());
    let alerts = Alerts::unheard(Arc::clone(&kept), Clock::System, metrics.clone());
    let limits =
        ReportLimits { page_segments: one_of(&[None, Some(0), Some(2)], joined), ..ReportLimits::default() };
    let collector = Collector::new(kept, Clock::System, metrics, alerts, &limits);
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/reports+json"));
    let agents = ["", "Mozilla/5.0 Chrome/156.0.0.0 Safari/537.36", "Mozilla/5.0 Firefox/153.0"];
    headers.insert(USER_AGENT, HeaderValue::from_static(one_of(&agents, agent)));
    let query = format!("g={}&p=0", SNAPSHOT.generation.fingerprint);
    let policies = (joined % 2 == 0).then(|| &*SNAPSHOT);
    let peer = IpAddr::from([192, 0, 2, 1]);
    let sent = Sent {
        peer,
        host: "shop.example",
        policies,
        collected: None,
        headers: &headers,
        query: Some(&query),
        body,
    };
    let status = collector.intake(&sent).as_u16();
    assert!([204, 400, 413].contains(&status), "{status}");
    let rows = store.violations(usize::MAX);
    assert!(rows.len() <= 50 && (status == 204 || rows.is_empty()), "{status}: {} rows", rows.len());
    for row in rows {
        let violation = &row.violation;
        let texts = [&violation.kind, &violation.directive, &violation.blocked, &violation.disposition];
        let optional = [&violation.source, &violation.rule, &violation.digest].into_iter().flatten();
        let pages = row.pages.iter().chain(&row.browsers).map(|counted| &counted.name);
        for text in texts.into_iter().chain(optional).chain(pages) {
            assert!(text.len() <= 512, "{text:?}");
            assert!(
                text.chars().all(|c| c == ' ' || c.is_ascii_graphic()) && !text.contains('<'),
                "{text:?}"
            );
            assert!(!text.contains(['#', '?']), "{text:?}");
        }
        let words = in_words(violation, row.page());
        assert!(!words.is_empty() && !words.contains(char::is_control), "{words:?}");
        assert!(what_to_do(violation).is_none_or(|what| !what.is_empty()));
        // The policy names no script, and no page had any: only the page's own code can have asked for something.
        assert_ne!(violation.class, Class::StoppedAsMeant, "nothing was served: {violation:?}");
        if violation.class == Class::PolicyFault {
            assert_eq!(violation.source.as_deref(), Some("page"), "{violation:?}");
        }
    }
}
