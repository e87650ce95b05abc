//! Looking at vendors beside the proxy, and telling somebody outside.

use std::sync::Arc;

use super::ends::tell_of_ends;
use super::{AppConfig, Running, StartError, spawn};
use crate::alert::{Alerts, Deliveries};
use crate::drift::{Looker, Telling, Watching};

/// Begins both, as far as they are wanted.
pub(super) fn begin(
    config: &AppConfig,
    (alerts, deliveries): (Alerts, Deliveries),
    running: &mut Running,
) -> Result<(), StartError> {
    let (clock, metrics) = (config.clock, running.metrics.clone());
    let (stop, published, telling) = (running.stop.clone(), Arc::clone(&running.published), alerts.clone());
    let thread = spawn("alerts".to_owned(), move || {
        let ends = tell_of_ends(published, telling, clock, stop.clone().cancelled_owned());
        let deliver = deliveries.run(stop.cancelled_owned());
        Ok(async move {
            tokio::join!(deliver, ends);
        })
    })?;
    running.threads.push(thread);
    let (Some(drift), Some(policies)) = (&config.drift, &config.policies) else { return Ok(()) };
    let watching = Watching {
        looker: Looker::new(config.upstream_ca.as_deref(), drift.allow_private, drift.patience)?,
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
