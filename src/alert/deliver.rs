//! Delivers alerts: each again and again until it is taken, and none behind one that nobody takes.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::alert::Alert;
use super::hub::Alerts;
use super::mail::Mail;
use super::webhook::Post;
use crate::clock::Clock;
use crate::telemetry::Metrics;

/// How long a channel rests when an attempt failed, so that a receiver that is down isn't asked for each alert in
/// turn.
const REST: Duration = Duration::from_secs(1);
/// And at most, after many.
const LONGEST_REST: Duration = Duration::from_secs(10);
/// After so long nobody will take it any more.
const GIVEN_UP: Duration = Duration::from_hours(72);
/// How often it is looked whether something was gathered long enough.
const TICK: Duration = Duration::from_millis(500);

/// Why an alert was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotTaken {
    /// Another time it may be.
    #[error("{0}")]
    ForNow(String),
    /// It never will: whoever answered doesn't like what is written in it.
    #[error("{0}")]
    ForGood(String),
}

/// A way to somebody outside.
#[derive(Debug)]
pub(super) enum Channel {
    /// A webhook.
    Post(Box<Post>),
    /// A mail server.
    Mail(Box<Mail>),
}

impl Channel {
    /// In files, logs and metrics.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Post(_) => "webhook",
            Self::Mail(_) => "email",
        }
    }

    /// Sends an alert once. The error says why it was not taken. Needs a `LocalSet`.
    pub(super) async fn attempt(&self, alert: &Alert, clock: Clock) -> Result<String, NotTaken> {
        match self {
            Self::Post(post) => post.attempt(alert, clock).await,
            Self::Mail(mail) => mail.attempt(alert).await,
        }
    }
}

/// The delivering end.
pub struct Deliveries {
    alerts: Alerts,
    channels: Vec<Arc<Channel>>,
    clock: Clock,
    metrics: Metrics,
}

impl Deliveries {
    pub(super) fn new(alerts: Alerts, channels: Vec<Arc<Channel>>, clock: Clock, metrics: Metrics) -> Self {
        Self { alerts, channels, clock, metrics }
    }

    /// Goes on until `stop` resolves; what is not taken then waits on disk. Needs a `LocalSet`.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut deliveries = JoinSet::new();
        for channel in &self.channels {
            let (alerts, channel) = (self.alerts.clone(), Arc::clone(channel));
            let (clock, metrics) = (self.clock, self.metrics.clone());
            deliveries.spawn_local(async move {
                deliver(&channel, &alerts, clock, &metrics).await;
            });
        }
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = &mut stop => return,
                _ = ticks.tick() => self.alerts.tell_gathered(),
            }
        }
    }
}

/// Goes on for ever.
async fn deliver(channel: &Channel, alerts: &Alerts, clock: Clock, metrics: &Metrics) {
    let name = channel.name();
    let mut failures: u32 = 0;
    loop {
        let alert = alerts.next_of(name).await;
        let id = alert.id.as_str();
        let Err(why) = channel.attempt(&alert, clock).await else {
            failures = 0;
            metrics.alert("delivered");
            alerts.settled(name, &alert);
            continue;
        };
        let age = clock.now().duration_since(alert.at);
        if age.unsigned_abs() > GIVEN_UP {
            metrics.alert("lost");
            tracing::error!("{name}: alert {id} was not taken, and is given up: {why}");
            alerts.settled(name, &alert);
        } else {
            metrics.alert("failed");
            if alerts.put_off(name, &alert, matches!(why, NotTaken::ForGood(_))) {
                metrics.alert("refused");
                tracing::error!(
                    "{name}: alert {id} is refused as it is: another goes in its place, which only names it: {why}"
                );
            } else {
                tracing::warn!("{name}: alert {id} was not taken, and is sent again: {why}");
            }
        }
        failures = failures.saturating_add(1);
        sleep(REST.saturating_mul(failures).min(LONGEST_REST)).await;
    }
}
