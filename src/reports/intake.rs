//! The intake: one request with reports becomes a status code, rows in the store, and an event for what
//! was not seen before. Work is bounded before any of it is done.

use std::net::IpAddr;
use std::sync::Arc;

use http::header::CONTENT_ENCODING;
use http::{HeaderMap, StatusCode};

use super::browser::browser;
use super::classify::classify;
use super::collected::CollectedHosts;
use super::counts::{Counters, Counts, Dropped};
use super::facts::{Origin, Page, Place};
use super::findings::Findings;
use super::hosts::Hosts;
use super::kind::Kind;
use super::parse::{self, Report};
use super::rate::Limits;
use super::reason::Reason;
use super::scrub::Scrub;
use super::telling::Telling;
use crate::alert::Alerts;
use crate::clock::Clock;
use crate::policy::Snapshot;
use crate::settings::ReportLimits;
use crate::store::{Reported, Store, Violation};
use crate::telemetry::Metrics;
use crate::web::extract_media_type;

/// Reports looked at in one request; browsers send a handful.
const BATCH: usize = 50;

/// Takes reports.
pub struct Collector {
    store: Arc<dyn Store>,
    clock: Clock,
    telling: Telling,
    limits: Limits,
    scrub: Scrub,
    findings: Findings,
    hosts: Hosts,
    strangers: Hosts,
    counters: Counters,
}

/// A request with reports, as it came.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    /// Who sent it, for the limits.
    pub peer: IpAddr,
    /// The host that it was sent to, in lower case and without port.
    pub host: &'a str,
    /// The policies in force, where there are any: reports are joined with what they approve.
    pub policies: Option<&'a Snapshot>,
    /// Of whose pages reports are taken where no policies are in force: those of these host names.
    pub collected: Option<&'a CollectedHosts>,
    /// Its header fields.
    pub headers: &'a HeaderMap,
    /// The request target's query, where our report URLs carry generation and page rule.
    pub query: Option<&'a str>,
    /// Its body, or of one that is too long one byte more than [`Collector::MAX_BODY`].
    pub body: &'a [u8],
}

impl Collector {
    /// Longest body, in bytes. Callers need not read further than one byte more, which is enough for the
    /// body to be refused and counted.
    pub const MAX_BODY: usize = 64 * 1024;

    /// A collector that hands what it takes to `store`, and counts in `metrics`.
    pub fn new(
        store: Arc<dyn Store>,
        clock: Clock,
        metrics: Metrics,
        alerts: Alerts,
        limits: &ReportLimits,
    ) -> Self {
        Self {
            telling: Telling { store: Arc::clone(&store), clock, alerts },
            store,
            clock,
            limits: Limits::new(limits),
            scrub: Scrub { page_segments: limits.page_segments },
            findings: Findings::default(),
            hosts: Hosts::default(),
            strangers: Hosts::default(),
            counters: Counters::new(metrics),
        }
    }

    /// Takes one request's reports: 204 when they were taken, else 413, 415, 400 or 429.
    pub fn intake(&self, sent: &Sent<'_>) -> StatusCode {
        let Some(network) = self.limits.allows(sent.peer) else {
            return self.refuse(Dropped::Rate, StatusCode::TOO_MANY_REQUESTS);
        };
        if sent.body.len() > Self::MAX_BODY {
            return self.refuse(Dropped::TooLarge, StatusCode::PAYLOAD_TOO_LARGE);
        }
        if !is_report(sent.headers) {
            return self.refuse(Dropped::MediaType, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        let Some(batch) = parse::read(sent.body, BATCH, self.scrub) else {
            return self.refuse(Dropped::Malformed, StatusCode::BAD_REQUEST);
        };
        self.counters.dropped(Dropped::Malformed, count(batch.malformed));
        self.counters.dropped(Dropped::Batch, count(batch.beyond));
        let origin = Origin::from_query(sent.query);
        for report in batch.reports {
            self.take(&report, sent, &origin, network);
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

    fn take(&self, report: &Report, sent: &Sent<'_>, origin: &Origin, network: u64) {
        if report.kind == Kind::Other {
            return self.counters.dropped(Dropped::OtherType, 1);
        }
        if !self.limits.allows_report() {
            return self.counters.dropped(Dropped::Rate, 1);
        }
        let site = sent.policies.and_then(|snapshot| Some((snapshot, snapshot.site(sent.host)?)));
        let place = site.filter(|(_, site)| site.has_policy());
        let place = place.map(|(snapshot, site)| Place { snapshot, site, host: sent.host });
        let now = self.clock.now();
        let page = place.and_then(|place| Page::of(report, origin, place, &*self.store, now));
        let facts = page.as_ref().map(|page| page.facts(report, &*self.store));
        let mut reason = classify(report, facts.as_ref());
        let site = match (place, sent.collected) {
            (Some(place), _) => place.site.name.to_string(),
            (None, None) => self.hosts.named(sent.host, || self.limits.allows_new(network)),
            (None, Some(collected)) => {
                let about = collected.about(report.document.url.as_ref());
                if about.is_stranger {
                    reason = Reason::OtherSite;
                    // With places of their own: they would take those of others.
                    self.strangers.named(&about.host, || self.limits.allows_new(network))
                } else if about.is_named {
                    about.host
                } else {
                    self.hosts.named(&about.host, || self.limits.allows_new(network))
                }
            }
        };
        let rule = page.as_ref().map(|page| page.rule.clone()).filter(|rule| !rule.is_empty());
        let violation = violation(report, reason, &site, rule);
        if !self.findings.admits(&violation, || self.limits.allows_new(network)) {
            return self.counters.dropped(Dropped::NewFindings, 1);
        }
        self.counters.took(violation.class, &report.directive);
        let payment = page.as_ref().is_some_and(Page::is_payment);
        if place.is_some() {
            self.telling.outside(&violation, reason, report, payment);
        }
        let reported = Reported {
            document: report.document.kept.clone(),
            browser: browser(sent.headers, report.agent.as_deref()),
            generation: origin.generation.clone(),
            network,
            violation: violation.clone(),
        };
        if self.store.reported(reported) == 1 {
            self.telling.first(&violation, reason, &report.document.kept);
        }
    }
}

fn violation(report: &Report, reason: Reason, site: &str, rule: Option<String>) -> Violation {
    let source = Some(report.source.kept.clone()).filter(|source| !source.is_empty());
    Violation {
        site: site.to_owned(),
        kind: report.kind.name().to_owned(),
        class: reason.class(),
        reason: reason.code().to_owned(),
        rule,
        directive: report.directive.clone(),
        blocked: report.blocked.kept.clone(),
        // That the page itself asked says what its URL would say again, on each page anew.
        source: if report.asked_by_page() { Some("page".to_owned()) } else { source },
        digest: report.digest.as_ref().map(ToString::to_string),
        disposition: if report.enforced { "enforce" } else { "report" }.to_owned(),
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
            &*media_type.essence,
            "application/csp-report" | "application/reports+json" | "application/json" | "text/json"
        )
    })
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
