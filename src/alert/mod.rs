//! Tells somebody outside: a webhook, signed, tried again until it is taken, and known by an id that stays
//! the same, so that a receiver can tell a repetition.
//!
//! ```text
//!  Alerts::send ─► outbox (a file each, where there is a folder) ─► Deliveries ─► POST, signed
//! ```
//! The form is that of Standard Webhooks. <https://github.com/standard-webhooks/standard-webhooks>

mod sign;
mod outbox;
mod deliver;

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{self, Sender};
use url::Url;

use crate::clock::Clock;
use crate::telemetry::Metrics;
use crate::transport::tls::TlsError;
use deliver::PATIENCE;
pub use deliver::{Deliveries, send_once};
use outbox::Outbox;
pub use sign::{Secret, SecretError};

/// Alerts that wait; more are lost, which is told in log and metrics.
const WAITING: usize = 1000;

/// Something that somebody should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// The same at every attempt.
    pub id: String,
    /// When it happened.
    pub at: Timestamp,
    /// What kind of thing: `drift-found`, `drift-ended`, `test`.
    pub kind: String,
    /// Of what: `shop/chat`.
    pub subject: String,
    /// `high`, `medium`, `low` or `none`.
    pub severity: String,
    /// In plain words.
    pub message: String,
}

impl Alert {
    /// A new one, with an id of its own.
    pub fn new(at: Timestamp, kind: &str, subject: &str, severity: &str, message: &str) -> Self {
        Self {
            id: format!("msg_{}", uuid::Uuid::now_v7().simple()),
            at,
            kind: kind.to_owned(),
            subject: subject.to_owned(),
            severity: severity.to_owned(),
            message: message.to_owned(),
        }
    }
}

/// Where alerts go.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Who takes them.
    pub url: Url,
    /// What they are signed with.
    pub secret: Secret,
    /// Where those wait that nobody has taken yet, so that none is lost with the process.
    pub outbox: Option<PathBuf>,
}

/// For sending alerts, from anywhere. Never waits for the network.
#[derive(Debug, Clone)]
pub struct Alerts {
    sender: Sender<Alert>,
    outbox: Outbox,
    metrics: Metrics,
}

/// The two ends: one for whoever has news, one that delivers.
pub fn alerts(webhook: Webhook, clock: Clock, metrics: Metrics) -> Result<(Alerts, Deliveries), TlsError> {
    let (sender, receiver) = mpsc::channel(WAITING);
    let outbox = Outbox::new(webhook.outbox.clone());
    let deliveries = Deliveries::new(webhook, receiver, outbox.clone(), clock, metrics.clone(), PATIENCE)?;
    Ok((Alerts { sender, outbox, metrics }, deliveries))
}

impl Alerts {
    /// Sends one.
    pub fn send(&self, alert: Alert) {
        if let Err(error) = self.outbox.put(&alert) {
            tracing::error!(%error, "an alert can't be kept on disk: it is lost if the process ends before it is taken");
        }
        if let Err(error) = self.sender.try_send(alert) {
            self.metrics.alert("lost");
            tracing::error!(%error, "an alert was lost: too many wait to be taken");
        }
    }
}
