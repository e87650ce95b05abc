//! The intake: one request with reports becomes a status code, rows in the store, and an event for what
//! was not seen before. Work is bounded before any of it is done.

use std::net::IpAddr;
use std::sync::Arc;

use http::header::CONTENT_ENCODING;
use http::{HeaderMap, StatusCode};

use super::counts::{Counters, Counts, Dropped};
use super::parse::{self, Kind, Report};
use super::rate::Limits;
use super::words::in_words;
use crate::alert::{Alerts, Kind as AlertKind, Newcomer, Severity};
use crate::clock::Clock;
use crate::store::{Class, Event, EventKind, Reported, Store, Violation};
use crate::telemetry::Metrics;
use crate::web::extract_media_type;

/// Reports looked at in one request; browsers send a handful.
const BATCH: usize = 50;

/// Schemes of pages and scripts that belong to the visitor's browser, not to the site.
const EXTENSIONS: [&str; 5] =
    ["chrome-extension", "moz-extension", "safari-extension", "safari-web-extension", "webkit-masked-url"];

/// Takes reports.
pub struct Collector {
    store: Arc<dyn Store>,
    clock: Clock,
    alerts: Alerts,
    limits: Limits,
    counters: Counters,
}

impl Collector {
    /// Longest body, in bytes. Callers need not read further than one byte more, which is enough for the
    /// body to be refused and counted.
    pub const MAX_BODY: usize = 64 * 1024;

    /// A collector that hands what it takes to `store`, and counts in `metrics`.
    pub fn new(store: Arc<dyn Store>, clock: Clock, metrics: Metrics, alerts: Alerts) -> Self {
        Self { store, clock, alerts, limits: Limits::new(), counters: Counters::new(metrics) }
    }

    /// Takes one request's reports: 204 when they were taken, else 413, 415, 400 or 429. `peer` is who
    /// sent it, for the limits; `query` the request target's, where our report URLs carry generation and
    /// page rule. `site` is the one that it was sent to, where it has a policy.
    pub fn intake(
        &self,
        peer: IpAddr,
        site: Option<&str>,
        headers: &HeaderMap,
        query: Option<&str>,
        body: &[u8],
    ) -> StatusCode {
        let Some(network) = self.limits.allows(peer) else {
            return self.refuse(Dropped::Rate, StatusCode::TOO_MANY_REQUESTS);
        };
        if body.len() > Self::MAX_BODY {
            return self.refuse(Dropped::TooLarge, StatusCode::PAYLOAD_TOO_LARGE);
        }
        if !is_report(headers) {
            return self.refuse(Dropped::MediaType, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        let Some(batch) = parse::read(body, BATCH) else {
            return self.refuse(Dropped::Malformed, StatusCode::BAD_REQUEST);
        };
        self.counters.dropped(Dropped::Malformed, count(batch.malformed));
        self.counters.dropped(Dropped::Batch, count(batch.beyond));
        let origin = Origin::from_query(query);
        for report in batch.reports {
            self.take(report, site, &origin, network);
        }
        StatusCode::NO_CONTENT
    }

    /// The counters.
    pub fn counts(&self) -> Counts {
        self.counters.read()
    }

    fn refuse(&self, reason: Dropped, status: StatusCode) -> StatusCode {
        self.counters.dropped(reason, 1);
        status
    }

    fn take(&self, report: Report, site: Option<&str>, origin: &Origin, network: u64) {
        if report.kind == Kind::Other {
            self.counters.dropped(Dropped::OtherType, 1);
            return;
        }
        if EXTENSIONS.contains(&report.blocked.as_str()) || EXTENSIONS.contains(&report.document.as_str()) {
            self.counters.dropped(Dropped::Extension, 1);
            return;
        }
        self.counters.took();
        let violation = Violation {
            site: site.unwrap_or_default().to_owned(),
            kind: report.kind.name().to_owned(),
            class: Class::Unjoined,
            reason: "not-joined".to_owned(),
            rule: origin.page.map(|page| page.to_string()),
            directive: report.directive,
            blocked: report.blocked,
            source: None,
            digest: None,
            disposition: if report.enforced { "enforce" } else { "report" }.to_owned(),
        };
        let message = in_words(&violation, &report.document);
        if let Some(site) = site {
            self.first_named(site, &violation, &report.document);
        }
        let (document, generation) = (report.document, origin.generation.clone());
        let report = Reported { violation, document, browser: String::new(), generation, network };
        if self.store.reported(report) == 1 {
            let at = self.clock.now();
            self.store.event(Event { at, kind: EventKind::BrowserReport, message, exchange: None });
        }
    }
}

impl Collector {
    /// A host that no report has named is told to somebody outside.
    fn first_named(&self, site: &str, violation: &Violation, document: &str) {
        let Some(host) =
            url::Url::parse(&violation.blocked).ok().and_then(|url| Some(url.host_str()?.to_owned()))
        else {
            return;
        };
        let (kind, severity) = (AlertKind::NewHost, Severity::Low);
        let (rule, sort, payment) = ("reports", "host", false);
        let newcomer = Newcomer { kind, site, rule, sort, payment, thing: &host, severity };
        self.alerts.seen(&newcomer, || format!("{host}: {}", in_words(violation, document)));
    }
}

/// Whether the media type is one that reports come in. The shape of the body decides the rest.
fn is_report(headers: &HeaderMap) -> bool {
    let identity = |value: &http::HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    if !headers.get_all(CONTENT_ENCODING).iter().all(identity) {
        return false;
    }
    extract_media_type(headers).is_some_and(|media_type| {
        matches!(
            media_type.essence.as_str(),
            "application/csp-report" | "application/reports+json" | "application/json" | "text/json"
        )
    })
}

/// What our report URL says about the page that was served. Anybody can write it, so only its form is
/// checked, and nothing but display depends on it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Origin {
    generation: Option<String>,
    page: Option<u16>,
}

impl Origin {
    fn from_query(query: Option<&str>) -> Self {
        let mut origin = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match name.as_ref() {
                "g" if is_fingerprint(&value) => origin.generation = Some(value.into_owned()),
                "p" => origin.page = value.parse().ok(),
                _ => {}
            }
        }
        origin
    }
}

/// The form of a generation's fingerprint: 12 hexadecimal digits in lower case.
fn is_fingerprint(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_url_says_generation_and_page_rule_only_in_their_form() {
        let of = |query| Origin::from_query(Some(query));
        assert_eq!(of("g=0123456789ab&p=7").generation.as_deref(), Some("0123456789ab"));
        assert_eq!(of("g=0123456789ab&p=7").page, Some(7));
        for bad in
            ["g=0123456789AB&p=70000", "g=0123456789abc&p=-1", "g=%3Cscript%3E1234&p=x", "", "g&p", "%"]
        {
            assert_eq!(of(bad), Origin::default(), "{bad}");
        }
        assert_eq!(Origin::from_query(None), Origin::default());
    }
}
