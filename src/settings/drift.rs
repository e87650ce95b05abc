//! Whether vendors are looked at while the process runs, and how often.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::BoolishValueParser;

use super::limits;

/// How often vendors are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DriftInterval {
    /// Never.
    Off,
    /// From one look at a script to the next.
    Every(Duration),
}

/// The shipped interval: hourly.
const HOURLY: Duration = Duration::from_hours(1);

/// What was said of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Looking whether vendors still serve what was approved")]
pub struct DriftChoices {
    /// How often each approved external script is fetched again [default: 1h].
    #[arg(long = "drift-interval", value_name = "TIME|off", env = "COUNTERSIGN_DRIFT_INTERVAL", value_parser = interval)]
    #[arg(id = "drift-interval")]
    pub interval: Option<DriftInterval>,
    /// A folder of Countersign's own, for bytes that nobody has approved and for what was found.
    #[arg(long = "drift-folder", value_name = "DIR", env = "COUNTERSIGN_DRIFT_FOLDER")]
    #[arg(id = "drift-folder")]
    pub folder: Option<PathBuf>,
    /// Fetch from this machine and from private networks too [default: false].
    #[arg(long = "drift-allow-private", value_name = "true|false", env = "COUNTERSIGN_DRIFT_ALLOW_PRIVATE", num_args = 0..=1, default_missing_value = "true", value_parser = BoolishValueParser::new())]
    #[arg(id = "drift-allow-private")]
    pub allow_private: Option<bool>,
    /// Fetch through the proxy that `HTTPS_PROXY` and the like name [default: false].
    #[arg(long = "drift-through-proxy", value_name = "true|false", env = "COUNTERSIGN_DRIFT_THROUGH_PROXY", num_args = 0..=1, default_missing_value = "true", value_parser = BoolishValueParser::new())]
    #[arg(id = "drift-through-proxy")]
    pub through_proxy: Option<bool>,
}

/// The same, settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftSettings {
    /// How often.
    pub interval: DriftInterval,
    /// For bytes that nobody has approved, and for what was found.
    pub folder: Option<PathBuf>,
    /// Whether addresses of private networks and of this machine are fetched from.
    pub allow_private: bool,
    /// Whether the proxy is used that the environment names.
    pub through_proxy: bool,
}

impl DriftSettings {
    /// By what was said first and, where nothing was said, by the file.
    pub(super) fn settled(said: DriftChoices, file: DriftChoices) -> Self {
        Self {
            interval: said.interval.or(file.interval).unwrap_or(DriftInterval::Every(HOURLY)),
            folder: said.folder.or(file.folder),
            allow_private: said.allow_private.or(file.allow_private).unwrap_or_default(),
            through_proxy: said.through_proxy.or(file.through_proxy).unwrap_or_default(),
        }
    }
}

/// A time, or `off`.
pub(super) fn interval(text: &str) -> Result<DriftInterval, String> {
    if text == "off" {
        return Ok(DriftInterval::Off);
    }
    limits::INTERVAL.parse(text).map(DriftInterval::Every)
}
