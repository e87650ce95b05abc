//! Who is told what of a report: the first of a kind becomes an event, and some become news for somebody
//! outside. Neither is more than a claim: anybody can send a report.

use std::sync::Arc;

use super::parse::Report;
use super::reason::Reason;
use super::words::in_words;
use crate::alert::{Alerts, Kind as AlertKind, Newcomer, Severity};
use crate::clock::Clock;
use crate::store::{Class, Event, EventKind, Store, Violation};

/// Where it goes.
pub(super) struct Telling {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Clock,
    pub(super) alerts: Alerts,
}

impl Telling {
    /// A finding that nobody reported before.
    pub(super) fn first(&self, violation: &Violation, reason: Reason, document: &str) {
        // What visitors' own programs do, and what is not about these policies, is in the lists; it is no news.
        let is_news = match violation.class {
            Class::PolicyFault | Class::StoppedAsMeant | Class::Unjoined => true,
            Class::NeverServed => !matches!(reason, Reason::Extension | Reason::KnownInjector),
            Class::Notice => reason == Reason::UnknownBytes,
            Class::ForgedOrStale => false,
        };
        if is_news {
            let message = in_words(violation, document);
            self.store.event(Event {
                at: self.clock.now(),
                kind: EventKind::BrowserReport,
                message,
                exchange: None,
            });
        }
    }

    /// What somebody outside may want to know.
    pub(super) fn outside(&self, violation: &Violation, reason: Reason, report: &Report, payment: bool) {
        match (violation.class, reason) {
            (_, Reason::UnknownBytes) => self.unknown_bytes(violation, &report.document.kept, payment),
            (Class::PolicyFault | Class::StoppedAsMeant | Class::Unjoined, _)
            | (Class::NeverServed, Reason::NotSeen | Reason::InsertedByScript) => {
                self.new_host(violation, report);
            }
            _ => {}
        }
    }

    /// A host that no report has named.
    fn new_host(&self, violation: &Violation, report: &Report) {
        let Some(host) = report.blocked.url.as_ref().and_then(|url| url.host_str()) else { return };
        let newcomer = Newcomer {
            kind: AlertKind::NewHost,
            site: &violation.site,
            rule: "reports",
            sort: "host",
            payment: false,
            thing: host,
            severity: Severity::Low,
        };
        self.alerts.seen(&newcomer, || format!("{host}: {}", in_words(violation, &report.document.kept)));
    }

    /// Browsers ran bytes of an approved script that are not in the lock. It is as grave as drift, but a claim: so it
    /// is told as low, and somebody looks whether it is true (`countersign drift`) before it is more.
    fn unknown_bytes(&self, violation: &Violation, document: &str, payment: bool) {
        let thing = format!("{} {}", violation.blocked, violation.digest.as_deref().unwrap_or_default());
        let newcomer = Newcomer {
            kind: AlertKind::UnknownBytes,
            site: &violation.site,
            rule: violation.rule.as_deref().unwrap_or("reports"),
            sort: "digest",
            payment,
            thing: &thing,
            severity: Severity::Low,
        };
        self.alerts.seen(&newcomer, || in_words(violation, document));
    }
}
