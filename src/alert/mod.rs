//! News for somebody outside, of whatever kind: told once, tried again until it is taken, and known by an id
//! that stays the same, so that a receiver can tell a repetition.
//!
//! ```text
//!  raise, over (who found something) ──────────────┐
//!  seen (the data path) ─► newcomers (gathered) ─► board (what stands, what waits: one file) ─► log, store
//!                                                    └─► Deliveries ─► webhook, signed · e-mail
//! ```
//! The webhook's form is that of Standard Webhooks. <https://github.com/standard-webhooks/standard-webhooks>

mod kind;
#[expect(clippy::module_inception, reason = "it holds the type of that name")]
mod alert;
mod pace;
mod queue;
mod board;
mod newcomers;
mod hub;
mod sign;
mod webhook;
mod mail;
mod deliver;

use std::path::PathBuf;
use std::sync::Arc;

pub use alert::{Alert, News, fingerprint};
pub use board::{Acknowledged, Outcome, Standing};
pub use deliver::Deliveries;
pub use hub::Alerts;
pub use kind::{Kind, Severity};
pub use mail::{MailAddress, MailConfig, MailError, MailServer};
pub use newcomers::{Gathering, Newcomer};
pub use sign::{Secret, SecretError};
pub use webhook::Webhook;

use board::Audience;
use deliver::Channel;
use mail::Mail;
use webhook::Post;

use crate::clock::Clock;
use crate::store::Store;
use crate::telemetry::Metrics;
use crate::transport::tls::TlsError;

/// Who is told, and of what.
#[derive(Debug, Clone, Default)]
pub struct AlertConfig {
    /// A webhook.
    pub webhook: Option<Webhook>,
    /// People with mail.
    pub mail: Option<MailConfig>,
    /// Of which kinds webhook and people are told; `None`: every kind.
    pub kinds: Option<Vec<Kind>>,
    /// And of nothing less grave than this.
    pub least: Option<Severity>,
    /// Where everything is kept, so that nothing is lost with the process, and nothing told again.
    pub folder: Option<PathBuf>,
    /// How long things that come in passing are gathered.
    pub gathering: Gathering,
}

/// Why nobody can be told.
#[derive(Debug, thiserror::Error)]
pub enum AlertError {
    /// The system's certificates can't be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The mail server can't be.
    #[error(transparent)]
    Mail(#[from] MailError),
}

/// The two ends: one for whoever has news, one that delivers.
pub fn alerts(
    config: AlertConfig,
    store: Arc<dyn Store>,
    clock: Clock,
    metrics: &Metrics,
) -> Result<(Alerts, Deliveries), AlertError> {
    let AlertConfig { webhook, mail, kinds, least, folder, gathering } = config;
    let channels = channels(webhook, mail)?;
    let audience =
        Audience { channels: channels.iter().map(|channel| channel.name()).collect(), kinds, least };
    let alerts = Alerts::open(audience, gathering, folder.as_deref(), store, clock, metrics.clone());
    let deliveries = Deliveries::new(alerts.clone(), channels, clock, metrics.clone());
    Ok((alerts, deliveries))
}

/// Sends one alert, once, to everybody who is named, and returns what came of it. Blocks.
pub fn send_once(
    config: AlertConfig,
    alert: &Alert,
    clock: Clock,
) -> Result<Vec<Result<String, String>>, String> {
    let channels = channels(config.webhook, config.mail).map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let attempts = async {
        let mut outcomes = Vec::new();
        for channel in &channels {
            outcomes.push(channel.attempt(alert, clock).await.map_err(|why| why.to_string()));
        }
        outcomes
    };
    Ok(tokio::task::LocalSet::new().block_on(&runtime, attempts))
}

fn channels(webhook: Option<Webhook>, mail: Option<MailConfig>) -> Result<Vec<Arc<Channel>>, AlertError> {
    let webhook = webhook.map(Post::new).transpose()?.map(|post| Channel::Post(Box::new(post)));
    let mail = mail.map(Mail::new).transpose()?.map(|mail| Channel::Mail(Box::new(mail)));
    Ok(webhook.into_iter().chain(mail).map(Arc::new).collect())
}
