//! Delivers alerts: each channel one after the other, again and again until each is taken.

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

/// From one attempt to the next, at first.
const PAUSE: Duration = Duration::from_secs(1);
/// And at last.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);
/// After so long nobody will take it any more.
const GIVEN_UP: Duration = Duration::from_hours(72);
/// How often it is looked whether something was gathered long enough.
const TICK: Duration = Duration::from_millis(500);

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
    pub(super) async fn attempt(&self, alert: &Alert, clock: Clock) -> Result<String, String> {
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
                loop {
                    let alert = alerts.next_of(channel.name()).await;
                    deliver(&channel, &alert, clock, &metrics).await;
                    alerts.settled(channel.name(), &alert);
                }
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

async fn deliver(channel: &Channel, alert: &Alert, clock: Clock, metrics: &Metrics) {
    let mut pause = PAUSE;
    let name = channel.name();
    loop {
        let Err(why) = channel.attempt(alert, clock).await else { return metrics.alert("delivered") };
        let age = clock.now().duration_since(alert.at);
        if age.unsigned_abs() > GIVEN_UP {
            metrics.alert("lost");
            tracing::error!("{name}: alert {} was not taken, and is given up: {why}", alert.id);
            return;
        }
        metrics.alert("failed");
        tracing::warn!("{name}: alert {} was not taken, and is sent again: {why}", alert.id);
        sleep(pause).await;
        pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
    }
}
