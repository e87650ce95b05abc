//! A family of counters whose labels are words of ours: a counter that was asked for before is found again by where
//! its words lie, which is quicker than to hash them for each request.

use std::sync::Arc;

use arc_swap::ArcSwap;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

/// Names and values of labels.
pub(super) type Labels<const N: usize> = [(&'static str, &'static str); N];

/// As many are found again. There are fewer places in the code that count.
const KEPT: usize = 256;

/// A family of counters.
#[derive(Debug, Clone)]
pub(super) struct Series<const N: usize> {
    pub(super) family: Family<Labels<N>, Counter>,
    known: Arc<ArcSwap<Vec<(Labels<N>, Counter)>>>,
}

impl<const N: usize> Default for Series<N> {
    fn default() -> Self {
        Self { family: Family::default(), known: Arc::default() }
    }
}

impl<const N: usize> Series<N> {
    /// None so far.
    pub(super) fn registered(registry: &mut Registry, name: &str, help: &str) -> Self {
        let series = Self::default();
        registry.register(name, help, series.family.clone());
        series
    }

    /// One more.
    pub(super) fn inc(&self, labels: &Labels<N>) {
        let known = self.known.load();
        if let Some((_, counter)) = known.iter().find(|(known, _)| same(known, labels)) {
            counter.inc();
            return;
        }
        let counter = self.family.get_or_create_owned(labels);
        counter.inc();
        if known.len() < KEPT {
            // Should two do this at once, one of them is kept, and the other next time.
            let more = known.iter().cloned().chain([(*labels, counter)]).collect();
            self.known.store(Arc::new(more));
        }
    }
}

/// Whether these are the same words in the same places.
fn same<const N: usize>(one: &Labels<N>, other: &Labels<N>) -> bool {
    one.iter().zip(other).all(|((_, one), (_, other))| std::ptr::eq(*one, *other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_together_wherever_they_lie() {
        let series = Series::default();
        let elsewhere: &'static str = String::from("pass").leak();
        for word in ["pass", elsewhere, "pass", "rewrite"] {
            series.inc(&[("treatment", word)]);
        }
        assert_eq!(series.family.get_or_create(&[("treatment", "pass")]).get(), 3);
        assert_eq!(series.family.get_or_create(&[("treatment", "rewrite")]).get(), 1);
        assert_eq!(series.known.load().len(), 3);
    }
}
