//! Pages beside the last ones, counted.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;

use super::series::Series;

/// How pages compared with the last ones. Clones count together.
#[derive(Debug, Clone)]
pub(super) struct Replays {
    outcomes: Series<1>,
    same_bytes: Counter,
}

impl Replays {
    pub(super) fn registered(registry: &mut Registry) -> Self {
        let help = "Pages where verdicts are carried out, by how they compare with the last one";
        let outcomes = Series::registered(registry, "replay", help);
        let same_bytes = Counter::default();
        let help = "Bytes of pages that differ from the last one which are the same, and were not parsed";
        registry.register("replay_same_bytes", help, same_bytes.clone());
        Self { outcomes, same_bytes }
    }

    pub(super) fn page(&self, outcome: &'static str) {
        self.outcomes.inc(&[("outcome", outcome)]);
    }

    pub(super) fn same(&self, bytes: usize) {
        self.same_bytes.inc_by(u64::try_from(bytes).unwrap_or(u64::MAX));
    }
}
