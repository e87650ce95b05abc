//! Whether vendors are looked at while the process runs, how often, and who is told.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::BoolishValueParser;
use url::Url;

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
}

impl DriftSettings {
    /// By what was said first and, where nothing was said, by the file.
    pub(super) fn settled(said: DriftChoices, file: DriftChoices) -> Self {
        Self {
            interval: said.interval.or(file.interval).unwrap_or(DriftInterval::Every(HOURLY)),
            folder: said.folder.or(file.folder),
            allow_private: said.allow_private.or(file.allow_private).unwrap_or_default(),
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

/// Who is told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Alerts")]
pub struct AlertChoices {
    /// Who is told when a vendor's script drifts: a webhook.
    #[arg(long = "alert-webhook", value_name = "URL", env = "COUNTERSIGN_ALERT_WEBHOOK", value_parser = webhook)]
    #[arg(id = "alert-webhook")]
    pub webhook: Option<Url>,
    /// A file with the secret that alerts are signed with.
    #[arg(long = "alert-secret", value_name = "FILE", env = "COUNTERSIGN_ALERT_SECRET")]
    #[arg(id = "alert-secret")]
    pub secret: Option<PathBuf>,
}

/// The same, settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertSettings {
    /// The webhook.
    pub webhook: Url,
    /// The file with the secret.
    pub secret: PathBuf,
}

/// Who is told, by what was said first and, where nothing was said, by the file.
pub fn settle_alerts(said: AlertChoices, file: AlertChoices) -> Result<Option<AlertSettings>, &'static str> {
    match (said.webhook.or(file.webhook), said.secret.or(file.secret)) {
        (Some(webhook), Some(secret)) => Ok(Some(AlertSettings { webhook, secret })),
        (None, None) => Ok(None),
        (Some(_), None) => Err("a webhook needs the secret that alerts are signed with: --alert-secret FILE"),
        (None, Some(_)) => Err("there is a secret for alerts, but no webhook: --alert-webhook URL"),
    }
}

/// An http or https URL.
pub(super) fn webhook(text: &str) -> Result<Url, String> {
    let help = "write https://alerts.example/countersign";
    let url = Url::parse(text).map_err(|error| format!("{error}; {help}"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
        return Err(format!("a webhook is an http or https URL without a user name; {help}"));
    }
    Ok(url)
}
