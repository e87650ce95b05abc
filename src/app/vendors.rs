//! Looking at vendors beside the proxy, and telling somebody outside.

use std::sync::Arc;

use super::{AppConfig, Running, StartError, spawn};
use crate::alert;
use crate::drift::{Looker, Telling, Watching};

/// Begins both, as far as they are wanted.
pub(super) fn begin(config: &AppConfig, running: &mut Running) -> Result<(), StartError> {
    let (clock, metrics) = (config.clock, running.metrics.clone());
    let mut alerts = None;
    if let Some(webhook) = config.webhook.clone() {
        let (sender, deliveries) = alert::alerts(webhook, clock, metrics.clone())?;
        let stop = running.stop.clone();
        let thread = spawn("alerts".to_owned(), move || Ok(deliveries.run(stop.cancelled_owned())))?;
        running.threads.push(thread);
        alerts = Some(sender);
    }
    let (Some(drift), Some(policies)) = (&config.drift, &config.policies) else { return Ok(()) };
    let watching = Watching {
        looker: Looker::new(config.upstream_ca.as_deref(), drift.allow_private, drift.patience)?,
        policies: policies.clone(),
        read: Arc::clone(&drift.read),
        published: Arc::clone(&running.published),
        upstream: config.upstream.clone(),
        interval: drift.interval,
        folder: drift.folder.clone(),
        telling: Telling { store: Arc::clone(&running.store), metrics, clock, alerts },
    };
    let stop = running.stop.clone();
    let thread = spawn("drift".to_owned(), move || Ok(watching.run(stop.cancelled_owned())))?;
    running.threads.push(thread);
    Ok(())
}
