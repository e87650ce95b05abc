//! The counters of the store: what was written, what was not, and why.

use jiff::Timestamp;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

type Labels = [(&'static str, &'static str); 1];

/// How the store does. Cheap to clone.
#[derive(Debug, Clone)]
pub struct StoreCounters {
    rows: Family<Labels, Counter>,
    bytes: Gauge,
    flush_failures: Counter,
    last_flush: Gauge,
    away: Gauge,
    shed: Family<Labels, Counter>,
    lost: Family<Labels, Counter>,
}

impl StoreCounters {
    pub(super) fn registered(registry: &mut Registry) -> Self {
        let counters = Self {
            rows: Family::default(),
            bytes: Gauge::default(),
            flush_failures: Counter::default(),
            last_flush: Gauge::default(),
            away: Gauge::default(),
            shed: Family::default(),
            lost: Family::default(),
        };
        let registry = registry.sub_registry_with_prefix("store");
        registry.register("rows", "Rows written or added to, by kind", counters.rows.clone());
        registry.register("bytes", "Bytes that the database takes, at the last look", counters.bytes.clone());
        let failures = "Batches that could not be written; they are kept and tried again";
        registry.register("flush_failures", failures, counters.flush_failures.clone());
        let last = "When a batch was last written; 0: never";
        registry.register("last_flush_timestamp_seconds", last, counters.last_flush.clone());
        registry.register("away", "1 while nothing can be written", counters.away.clone());
        let shed = "Reports counted together, because too many differed, by class";
        registry.register("shed", shed, counters.shed.clone());
        registry.register("lost", "What was not kept, because there was too much", counters.lost.clone());
        counters
    }

    /// So many rows of a kind were written.
    pub fn rows(&self, kind: &'static str, rows: u64) {
        self.rows.get_or_create(&[("kind", kind)]).inc_by(rows);
    }

    /// So many bytes are taken.
    pub fn bytes(&self, bytes: u64) {
        self.bytes.set(i64::try_from(bytes).unwrap_or(i64::MAX));
    }

    /// A batch could not be written.
    pub fn failed(&self) {
        self.flush_failures.inc();
    }

    /// A batch was written.
    pub fn flushed(&self, at: Timestamp) {
        self.last_flush.set(at.as_second());
    }

    /// Whether nothing can be written.
    pub fn away(&self, away: bool) {
        self.away.set(i64::from(away));
    }

    /// So many reports of a class were counted together.
    pub fn shed(&self, class: &'static str, reports: u64) {
        self.shed.get_or_create(&[("class", class)]).inc_by(reports);
    }

    /// So many `event`s, rows of `evidence` or of a `batch`, or `script`s were not kept.
    pub fn lost(&self, what: &'static str, count: u64) {
        self.lost.get_or_create(&[("what", what)]).inc_by(count);
    }
}
