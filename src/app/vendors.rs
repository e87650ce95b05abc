//! Looking at vendors beside the proxy, and telling somebody outside.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::ends::{LOOK, tell_of_ends};
use super::{AppConfig, Running, StartError, spawn};
use crate::alert::{Alerts, Deliveries};
use crate::clock::Clock;
use crate::drift::{Looker, Own, Telling, Watching, reviews};
use crate::headers::Headers;
use crate::policy::PublishedSnapshot;
use crate::transport::tls::PemPair;

/// Begins both, as far as they are wanted.
pub(super) fn begin(
    config: &AppConfig,
    (alerts, deliveries): (Alerts, Deliveries),
    running: &mut Running,
) -> Result<(), StartError> {
    let (clock, metrics) = (config.clock, running.metrics.clone());
    let looking = Looking {
        published: Arc::clone(&running.published),
        alerts: alerts.clone(),
        headers: running.headers.clone(),
        clock,
    };
    let stop = running.stop.clone();
    let thread = spawn("alerts".to_owned(), move || {
        let (look, deliver) =
            (looking.run(stop.clone().cancelled_owned()), deliveries.run(stop.cancelled_owned()));
        Ok(async move {
            tokio::join!(deliver, look);
        })
    })?;
    running.threads.push(thread);
    let (Some(drift), Some(policies)) = (&config.drift, &config.policies) else { return Ok(()) };
    let identity = config.upstream_identity.as_ref();
    let identity = identity.map(|files| PemPair::read(&files.certificate, &files.key)).transpose()?;
    let own = Own { ca: config.upstream_ca.as_deref(), identity: identity.as_ref() };
    let (asking, taken) = reviews();
    running.reviews = Some(asking);
    let watching = Watching {
        reviews: taken,
        looker: Looker::new(&own, drift.allowed, drift.patience)?,
        policies: policies.clone(),
        read: Arc::clone(&drift.read),
        published: Arc::clone(&running.published),
        upstream: config.upstream.clone(),
        interval: drift.interval,
        blind_after: drift.blind_after,
        folder: drift.folder.clone(),
        telling: Telling { store: Arc::clone(&running.store), metrics, clock, alerts },
    };
    let stop = running.stop.clone();
    let thread = spawn("drift".to_owned(), move || Ok(watching.run(stop.cancelled_owned())))?;
    running.threads.push(thread);
    Ok(())
}

/// How often it is told what came of pages' headers.
const SETTLE: Duration = Duration::from_secs(1);

/// What is looked at while the process runs, besides vendors.
struct Looking {
    published: PublishedSnapshot,
    alerts: Alerts,
    headers: Headers,
    clock: Clock,
}

impl Looking {
    async fn run(self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let (mut ends, mut settles) = (interval(LOOK), interval(SETTLE));
        for ticks in [&mut ends, &mut settles] {
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        }
        loop {
            tokio::select! {
                () = &mut stop => break,
                _ = ends.tick() => tell_of_ends(&self.published.load(), &self.alerts, self.clock.now()),
                _ = settles.tick() => self.headers.settle(&self.published.load()),
            }
        }
        // What pages brought in the last moment is not lost.
        self.headers.settle(&self.published.load());
    }
}
