//! Delivers alerts, one after the other, again and again until each is taken.

use std::collections::VecDeque;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::mpsc::Receiver;
use tokio::time::sleep;

use super::outbox::Outbox;
use super::{Alert, Webhook};
use crate::clock::Clock;
use crate::telemetry::Metrics;
use crate::transport::post::{PostError, Poster};
use crate::transport::tls::TlsError;

/// The longest time for one attempt.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);
/// From one attempt to the next, at first.
const PAUSE: Duration = Duration::from_secs(1);
/// And at last.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);
/// After so long nobody will take it any more.
const GIVEN_UP: Duration = Duration::from_hours(72);

/// The delivering end.
pub struct Deliveries {
    webhook: Webhook,
    poster: Poster,
    receiver: Receiver<Alert>,
    outbox: Outbox,
    /// What an earlier process left, read before this one can add to it.
    left: Vec<Alert>,
    clock: Clock,
    metrics: Metrics,
}

impl Deliveries {
    pub(super) fn new(
        webhook: Webhook,
        receiver: Receiver<Alert>,
        outbox: Outbox,
        clock: Clock,
        metrics: Metrics,
        patience: Duration,
    ) -> Result<Self, TlsError> {
        let (poster, left) = (Poster::new(patience)?, outbox.left());
        Ok(Self { webhook, poster, receiver, outbox, left, clock, metrics })
    }

    /// Goes on until `stop` resolves; what is not taken then waits in the outbox. Needs a `LocalSet`.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut waiting: VecDeque<Alert> = std::mem::take(&mut self.left).into();
        loop {
            let next = async {
                if let Some(alert) = waiting.pop_front() { Some(alert) } else { self.receiver.recv().await }
            };
            let alert = tokio::select! {
                () = &mut stop => return,
                next = next => next,
            };
            // Nobody is left who could send one; the thread ends with the process all the same.
            let Some(alert) = alert else { return stop.await };
            tokio::select! {
                () = &mut stop => return,
                () = self.deliver(&alert) => {}
            }
        }
    }

    async fn deliver(&self, alert: &Alert) {
        let mut pause = PAUSE;
        loop {
            let why = match attempt(&self.poster, &self.webhook, alert, self.clock).await {
                Ok(status) if (200..300).contains(&status) => {
                    self.metrics.alert("delivered");
                    return self.outbox.remove(alert);
                }
                Ok(status) => format!("it answered {status}"),
                Err(error) => error.to_string(),
            };
            let age = self.clock.now().duration_since(alert.at);
            if age.unsigned_abs() > GIVEN_UP {
                self.metrics.alert("lost");
                tracing::error!("the webhook did not take alert {}, which is given up: {why}", alert.id);
                return self.outbox.remove(alert);
            }
            self.metrics.alert("failed");
            tracing::warn!("the webhook did not take alert {}, which is sent again: {why}", alert.id);
            sleep(pause).await;
            pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
        }
    }
}

/// Sends an alert once and returns the status of the answer. Needs a `LocalSet`.
pub(super) async fn attempt(
    poster: &Poster,
    webhook: &Webhook,
    alert: &Alert,
    clock: Clock,
) -> Result<u16, PostError> {
    let body = serde_json::to_vec(alert).map_err(|error| PostError::Request(error.to_string()))?;
    let seconds = clock.now().as_second();
    let signature = webhook.secret.signature(&alert.id, seconds, &body);
    let mut fields = HeaderMap::new();
    fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, text) in [
        ("webhook-id", alert.id.clone()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", signature),
    ] {
        let value = HeaderValue::from_str(&text).map_err(|error| PostError::Request(error.to_string()))?;
        fields.insert(HeaderName::from_static(name), value);
    }
    poster.post(&webhook.url, &fields, Bytes::from(body)).await
}

/// Sends one alert, once, and returns the status of the answer. Blocks.
pub fn send_once(webhook: &Webhook, alert: &Alert, clock: Clock) -> Result<u16, String> {
    let poster = Poster::new(PATIENCE).map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let sent = tokio::task::LocalSet::new().block_on(&runtime, attempt(&poster, webhook, alert, clock));
    sent.map_err(|error| error.to_string())
}
