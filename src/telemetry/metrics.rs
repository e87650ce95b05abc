//! The counters, in the words of Prometheus. Label values come from small fixed sets of ours, never
//! from a stranger, so the number of series is bounded.

use std::sync::Arc;

use jiff::Timestamp;
use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::reloads::{AdminReloads, Reloads};
use super::replays::Replays;
use super::series::{Labels, Series};
use super::store::StoreCounters;

/// All counters of the process; cheap to clone.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    exchanges: Series<2>,
    verdicts: Series<3>,
    refusals: Family<Labels<1>, Counter>,
    cut: Family<Labels<1>, Counter>,
    would_fail: Family<Labels<1>, Counter>,
    second_opinion: Series<1>,
    replays: Replays,
    limits: Family<Labels<1>, Counter>,
    reports: Family<Labels<1>, Counter>,
    report_classes: Family<Labels<2>, Counter>,
    policies: Reloads,
    policy_generation: Gauge,
    certificate: Reloads,
    certificate_ends: Gauge,
    upstream_certificate: Reloads,
    upstream_certificate_ends: Gauge,
    admin: AdminReloads,
    acme_orders: Family<Labels<1>, Counter>,
    upstream_errors: Family<Labels<1>, Counter>,
    upstream_retries: Counter,
    open_connections: Gauge,
    connections_refused: Family<Labels<1>, Counter>,
    access_lines_dropped: Counter,
    drift_scripts: Family<Labels<1>, Gauge>,
    drift_looks: Family<Labels<1>, Counter>,
    drift_last_look: Gauge,
    alerts: Family<Labels<1>, Counter>,
    spans: Family<Labels<1>, Counter>,
    store: StoreCounters,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Counters at zero, registered.
    pub fn new() -> Self {
        let refusals = Family::<Labels<1>, Counter>::default();
        let cut = Family::<Labels<1>, Counter>::default();
        let would_fail = Family::<Labels<1>, Counter>::default();
        let limits = Family::<Labels<1>, Counter>::default();
        let reports = Family::<Labels<1>, Counter>::default();
        let report_classes = Family::<Labels<2>, Counter>::default();
        let upstream_errors = Family::<Labels<1>, Counter>::default();
        let upstream_retries = Counter::default();
        let open_connections = Gauge::default();
        let connections_refused = Family::<Labels<1>, Counter>::default();
        let access_lines_dropped = Counter::default();
        let mut registry = Registry::with_prefix("countersign");
        let help = "Responses by treatment and status class";
        let exchanges = Series::registered(&mut registry, "exchanges", help);
        let help = "Scripts judged, by action, reason, and whether it was carried out";
        let verdicts = Series::registered(&mut registry, "verdicts", help);
        registry.register("refusals", "Exchanges answered by an error page of ours", refusals.clone());
        registry.register("bodies_cut", "Bodies that ended with an error after they had begun", cut.clone());
        let help = "Responses passed while observing that enforcing would refuse, cut or leave scriptless";
        registry.register("would_fail", help, would_fail.clone());
        let help = "Pages by what came of a second parser's reading";
        let second_opinion = Series::registered(&mut registry, "second_opinion", help);
        registry.register("limits", "Times that a limit of the settings was met, by its key", limits.clone());
        registry.register("reports", "Browsers' reports by outcome", reports.clone());
        let by_class = "Browsers' reports that were taken, by what they mean and the CSP's directive";
        registry.register("report_classes", by_class, report_classes.clone());
        let policies = Reloads::registered(&mut registry, "policy");
        let policy_generation = Gauge::default();
        let number = "The snapshot of the policies in force, counted from 1";
        registry.register("policy_generation", number, policy_generation.clone());
        let certificate = Reloads::registered(&mut registry, "certificate");
        let certificate_ends = Gauge::default();
        let ends = "When the first of the certificates in force ends";
        registry.register("certificate_ends_timestamp_seconds", ends, certificate_ends.clone());
        let upstream_certificate = Reloads::registered(&mut registry, "upstream_certificate");
        let upstream_certificate_ends = Gauge::default();
        registry.register(
            "upstream_certificate_ends_timestamp_seconds",
            "When the certificate that upstreams are shown ends",
            upstream_certificate_ends.clone(),
        );
        let acme_orders = Family::<Labels<1>, Counter>::default();
        let orders = "Certificates asked for by ACME, by what came of it";
        registry.register("acme_orders", orders, acme_orders.clone());
        registry.register("upstream_errors", "What upstreams did wrong", upstream_errors.clone());
        let retries = "Requests sent to another upstream because one did not answer";
        registry.register("upstream_retries", retries, upstream_retries.clone());
        registry.register("open_connections", "Downstream connections now", open_connections.clone());
        let refused = "Downstream connections that were not served, or not any further, by reason";
        registry.register("connections_refused", refused, connections_refused.clone());
        let dropped = "Lines of the access log that were lost: too many waited, or the disk took none";
        registry.register("access_lines_dropped", dropped, access_lines_dropped.clone());
        let drift_scripts = Family::<Labels<1>, Gauge>::default();
        let standing = "Approved external scripts by what their vendor serves";
        registry.register("drift_scripts", standing, drift_scripts.clone());
        let drift_looks = Family::<Labels<1>, Counter>::default();
        registry.register("drift_looks", "Looks at vendors' scripts by what they found", drift_looks.clone());
        let drift_last_look = Gauge::default();
        let last = "When a vendor's script was last looked at; 0: never";
        registry.register("drift_last_look_timestamp_seconds", last, drift_last_look.clone());
        let spans = Family::<Labels<1>, Counter>::default();
        registry.register("spans", "Spans for the collector, by what became of them", spans.clone());
        let alerts = Family::<Labels<1>, Counter>::default();
        registry.register("alerts", "Attempts to have an alert taken, by outcome", alerts.clone());
        Self {
            replays: Replays::registered(&mut registry),
            admin: AdminReloads::registered(&mut registry),
            store: StoreCounters::registered(&mut registry),
            registry: Arc::new(registry),
            exchanges,
            verdicts,
            refusals,
            cut,
            would_fail,
            second_opinion,
            limits,
            reports,
            report_classes,
            policies,
            policy_generation,
            certificate,
            certificate_ends,
            upstream_certificate,
            upstream_certificate_ends,
            acme_orders,
            upstream_errors,
            upstream_retries,
            open_connections,
            connections_refused,
            access_lines_dropped,
            drift_scripts,
            drift_looks,
            drift_last_look,
            alerts,
            spans,
        }
    }

    /// How the store does.
    pub fn store(&self) -> &StoreCounters {
        &self.store
    }

    /// A response's head was decided.
    pub fn exchange(&self, treatment: &'static str, status: u16) {
        let class = match status / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            5 => "5xx",
            _ => "other",
        };
        self.exchanges.inc(&[("treatment", treatment), ("status", class)]);
    }

    /// A script was judged; `enforced` says that the verdict was carried out.
    pub fn verdict(&self, action: &'static str, reason: &'static str, enforced: bool) {
        let enforced = if enforced { "true" } else { "false" };
        self.verdicts.inc(&[("action", action), ("reason", reason), ("enforced", enforced)]);
    }

    /// An exchange was answered by an error page of ours.
    pub fn refusal(&self, kind: &'static str) {
        self.refusals.get_or_create(&[("kind", kind)]).inc();
    }

    /// A body that had begun ended with an error.
    pub fn body_cut(&self, kind: &'static str) {
        self.cut.get_or_create(&[("kind", kind)]).inc();
    }

    /// A response passed while observing that would not have passed like that were verdicts carried out.
    pub fn would_fail(&self, kind: &'static str) {
        self.would_fail.get_or_create(&[("kind", kind)]).inc();
    }

    /// This came of a second opinion on a page.
    pub fn second_opinion(&self, outcome: &'static str) {
        self.second_opinion.inc(&[("outcome", outcome)]);
    }

    /// A page was `equal` to the last one and was not parsed; or it was parsed: `new`, `different`, or `paused` where
    /// the last one did not.
    pub fn replay(&self, outcome: &'static str) {
        self.replays.page(outcome);
    }

    /// So many bytes of a page were the same as in the last one, although it was another, and were not parsed.
    pub fn replay_same(&self, bytes: usize) {
        self.replays.same(bytes);
    }

    /// A limit of the settings was met.
    pub fn limit(&self, key: &'static str) {
        self.limits.get_or_create(&[("limit", key)]).inc();
    }

    /// So many reports of browsers had this outcome.
    pub fn reports(&self, outcome: &'static str, count: u64) {
        self.reports.get_or_create(&[("outcome", outcome)]).inc_by(count);
    }

    /// A report was taken; of types that no directive is about, `directive` is `none`.
    pub fn report_class(&self, class: &'static str, directive: &'static str) {
        self.report_classes.get_or_create(&[("class", class), ("directive", directive)]).inc();
    }

    /// How many reports had this outcome so far.
    pub fn reports_so_far(&self, outcome: &'static str) -> u64 {
        self.reports.get_or_create(&[("outcome", outcome)]).get()
    }

    /// How the policies stand.
    pub fn policies(&self) -> &Reloads {
        &self.policies
    }

    /// Policies of this number are in force.
    pub fn generation(&self, number: u64) {
        self.policy_generation.set(i64::try_from(number).unwrap_or(i64::MAX));
    }

    /// How the certificate towards visitors stands.
    pub fn certificate(&self) -> &Reloads {
        &self.certificate
    }

    /// When the first of the certificates in force ends, in seconds since 1970.
    pub fn certificate_ends(&self, at: i64) {
        self.certificate_ends.set(at);
    }

    /// How the certificate that upstreams are shown stands.
    pub fn upstream_certificate(&self) -> &Reloads {
        &self.upstream_certificate
    }

    /// When it ends, in seconds since 1970.
    pub fn upstream_certificate_ends(&self, at: i64) {
        self.upstream_certificate_ends.set(at);
    }

    /// How certificate and tokens of the admin address stand.
    pub fn admin(&self) -> &AdminReloads {
        &self.admin
    }

    /// A certificate was asked for by ACME.
    pub fn acme_order(&self, outcome: &'static str) {
        self.acme_orders.get_or_create(&[("outcome", outcome)]).inc();
    }

    /// An upstream failed us.
    pub fn upstream_error(&self, kind: &'static str) {
        self.upstream_errors.get_or_create(&[("kind", kind)]).inc();
    }

    /// So many spans: `taken`, `not-taken` (the collector gave no good answer), `too-many` (waited).
    pub fn spans(&self, outcome: &'static str, count: u64) {
        self.spans.get_or_create(&[("outcome", outcome)]).inc_by(count);
    }

    /// So many lines of the access log were lost.
    pub fn access_lines_dropped(&self, lines: u64) {
        self.access_lines_dropped.inc_by(lines);
    }

    /// A look at a vendor's script found this, at that moment.
    pub fn drift_look(&self, finding: &'static str, at: Timestamp) {
        self.drift_looks.get_or_create(&[("finding", finding)]).inc();
        self.drift_last_look.set(at.as_second());
    }

    /// An alert was `delivered`, `failed` to be for now, was `refused` for good, `hushed`, or was `lost`.
    pub fn alert(&self, outcome: &'static str) {
        self.alerts.get_or_create(&[("outcome", outcome)]).inc();
    }

    /// So many scripts stand like this.
    pub fn drift_scripts(&self, finding: &'static str, count: usize) {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        self.drift_scripts.get_or_create(&[("finding", finding)]).set(count);
    }

    /// A request went to another upstream.
    pub fn upstream_retry(&self) {
        self.upstream_retries.inc();
    }

    /// A downstream connection was not served, or not any further.
    pub fn connection_refused(&self, reason: &'static str) {
        self.connections_refused.get_or_create(&[("reason", reason)]).inc();
    }

    /// Counts a downstream connection until the value is dropped.
    pub fn connection(&self) -> OpenConnection {
        self.open_connections.inc();
        OpenConnection(self.open_connections.clone())
    }

    /// The text that Prometheus scrapes (`OpenMetrics`).
    pub fn encode(&self) -> String {
        let mut out = String::new();
        // Writing to a string doesn't fail.
        let _ = text::encode(&mut out, &self.registry);
        out
    }
}

/// A downstream connection that is counted as open.
#[derive(Debug)]
pub struct OpenConnection(Gauge);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_in_the_text_that_is_scraped() {
        let metrics = Metrics::new();
        metrics.exchange("rewrite", 200);
        metrics.verdict("quarantine", "unknown-url", true);
        let open = metrics.connection();
        let text = metrics.encode();
        assert!(
            text.contains("countersign_exchanges_total{treatment=\"rewrite\",status=\"2xx\"} 1"),
            "{text}"
        );
        assert!(text.contains("countersign_open_connections 1"), "{text}");
        drop(open);
        assert!(metrics.encode().contains("countersign_open_connections 0"));
    }
}
