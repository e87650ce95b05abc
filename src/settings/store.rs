//! Where observations are kept, and for how long.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;

use super::limits;
use crate::store::{Retention, StoreConfig, StoreTarget};

/// Bytes in memory, where no file is named and none are said.
const IN_MEMORY: u64 = 64 << 20;
/// Days that may be said.
const MOST_DAYS: u64 = 36_500;

/// What was said of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "What was observed")]
pub struct StoreChoices {
    /// Keep what was observed in this file [default: in memory, gone with the process].
    #[arg(long = "store", value_name = "FILE", env = "COUNTERSIGN_STORE", value_parser = target)]
    #[arg(id = "store-target")]
    pub target: Option<StoreTarget>,
    /// How long violations, scripts and events are kept that are not seen again [default: 90d].
    #[arg(long = "store-keep", value_name = "TIME", env = "COUNTERSIGN_STORE_KEEP", value_parser = days)]
    #[arg(id = "store-keep")]
    pub keep: Option<SignedDuration>,
    /// How long evidence is kept [default: 400d].
    #[arg(long = "store-keep-evidence", value_name = "TIME", env = "COUNTERSIGN_STORE_KEEP_EVIDENCE", value_parser = days)]
    #[arg(id = "store-keep-evidence")]
    pub keep_evidence: Option<SignedDuration>,
    /// Bytes from which the oldest goes, evidence excepted; in memory, without a word, 67108864
    /// [default: 1073741824].
    #[arg(long = "store-max-bytes", value_name = "BYTES", env = "COUNTERSIGN_STORE_MAX_BYTES", value_parser = |text: &str| limits::STORE_BYTES.parse(text))]
    #[arg(id = "store-max-bytes")]
    pub max_bytes: Option<u64>,
    /// From one write to the next [default: 1s].
    #[arg(long = "store-flush-interval", value_name = "TIME", env = "COUNTERSIGN_STORE_FLUSH_INTERVAL", value_parser = flush_interval)]
    #[arg(id = "store-flush-interval")]
    pub flush_interval: Option<Duration>,
    /// What this node is called in evidence [default: the machine's name].
    #[arg(long = "store-node", value_name = "NAME", env = "COUNTERSIGN_STORE_NODE", value_parser = node)]
    #[arg(id = "store-node")]
    pub node: Option<String>,
}

/// By what was said first and, where nothing was said, by the file.
pub(super) fn settled(said: StoreChoices, file: StoreChoices) -> StoreConfig {
    let target = said.target.or(file.target).unwrap_or_default();
    let shipped = Retention::default();
    let bytes = if target == StoreTarget::Memory { IN_MEMORY } else { shipped.bytes };
    StoreConfig {
        target,
        retention: Retention {
            observations: said.keep.or(file.keep).unwrap_or(shipped.observations),
            evidence: said.keep_evidence.or(file.keep_evidence).unwrap_or(shipped.evidence),
            bytes: said.max_bytes.or(file.max_bytes).unwrap_or(bytes),
            groups: shipped.groups,
        },
        flush_interval: said.flush_interval.or(file.flush_interval).unwrap_or(Duration::from_secs(1)),
        node: said.node.or(file.node).unwrap_or_else(machine),
    }
}

/// Where observations are kept: a file.
pub fn target(text: &str) -> Result<StoreTarget, String> {
    if text.is_empty() {
        return Err("name a file".to_owned());
    }
    Ok(StoreTarget::File(PathBuf::from(text)))
}

/// A time of many days: `90d`; or hours and less.
pub(super) fn days(text: &str) -> Result<SignedDuration, String> {
    let days = text.strip_suffix("days").or_else(|| text.strip_suffix('d')).map(str::trim_end);
    let Some(days) = days else {
        let time =
            text.parse().map_err(|_no_time| format!("`{text}` is no length of time: write 90d or 12h"))?;
        let in_bounds = SignedDuration::ZERO < time && time <= SignedDuration::from_hours(24 * 36_500);
        return if in_bounds {
            Ok(time)
        } else {
            Err(format!("`{text}` is not between 1s and {MOST_DAYS}d"))
        };
    };
    let days = days.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days));
    let hours = days.and_then(|days| i64::try_from(days).ok()).map(|days| days.saturating_mul(24));
    hours
        .map(SignedDuration::from_hours)
        .ok_or_else(|| format!("`{text}` is not between 1d and {MOST_DAYS}d: write 90d"))
}

/// From one write to the next.
pub(super) fn flush_interval(text: &str) -> Result<Duration, String> {
    limits::FLUSH_INTERVAL.parse(text)
}

/// A node's name.
pub(super) fn node(text: &str) -> Result<String, String> {
    let fits = !text.is_empty() && text.chars().count() <= 64 && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned()).ok_or_else(|| "a node's name has 1 to 64 characters".to_owned())
}

/// The machine's name, where the system tells it.
fn machine() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    node(name.trim()).unwrap_or_else(|_none| "countersign".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_may_be_days() {
        assert_eq!(days("90d"), Ok(SignedDuration::from_hours(2160)));
        assert_eq!(days("1 days"), days("24h"));
        for bad in ["", "d", "0d", "-1d", "90", "40000d", "-5h", "9999999999999999999d"] {
            assert!(days(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn memory_is_kept_smaller_than_a_file() {
        let file = StoreChoices { target: target("a.db").ok(), ..StoreChoices::default() };
        let in_file = settled(StoreChoices::default(), file);
        assert_eq!(in_file.retention, Retention::default());
        let in_memory = settled(StoreChoices::default(), StoreChoices::default());
        assert!(in_memory.retention.bytes < in_file.retention.bytes && !in_memory.node.is_empty());
    }
}
