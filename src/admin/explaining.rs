//! Explains pages under the policies in force: one at a time for the whole process, because each asks the application.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use url::Url;

use crate::clock::Clock;
use crate::explain::{ExplainError, Explained, Question, explain_under};
use crate::inventory::{Approvers, Trust};
use crate::policy::Snapshot;

/// The longest time for an answer of the application.
const PATIENCE: Duration = Duration::from_secs(15);

/// Cheap to clone; clones are one.
#[derive(Debug, Clone)]
pub struct Explaining {
    policies: PathBuf,
    approvers: Approvers,
    upstream_ca: Option<PathBuf>,
    clock: Clock,
    place: Arc<Semaphore>,
}

/// Why nothing was explained.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotExplained {
    /// Somebody else asks.
    #[error("another page is being explained; try again in a moment")]
    Busy,
    /// As the explanation says.
    #[error(transparent)]
    Failed(#[from] ExplainError),
    /// It panicked; that has been logged.
    #[error("the explanation ended without a result; the log has more")]
    Ended,
}

impl Explaining {
    /// With the folder of the policies (for the lines in their files), and how the application is reached.
    pub fn new(policies: PathBuf, approvers: Approvers, upstream_ca: Option<PathBuf>, clock: Clock) -> Self {
        Self { policies, approvers, upstream_ca, clock, place: Arc::new(Semaphore::new(1)) }
    }

    /// Asks the application for a page, and tells what fell. Whoever goes away meanwhile changes nothing.
    pub(super) async fn explain(&self, url: Url, snapshot: Snapshot) -> Result<Explained, NotExplained> {
        let place = Arc::clone(&self.place).try_acquire_owned().ok().ok_or(NotExplained::Busy)?;
        let question = Question {
            url,
            policies: self.policies.clone(),
            trust: Trust::new(self.approvers.clone(), self.clock),
            upstream: None,
            default_upstream: None,
            upstream_ca: self.upstream_ca.clone(),
            patience: PATIENCE,
            clock: self.clock,
        };
        let asking = tokio::task::spawn_blocking(move || {
            let explained = explain_under(&question, snapshot, Vec::new());
            drop(place);
            explained
        });
        asking.await.ok().ok_or(NotExplained::Ended)?.map_err(NotExplained::Failed)
    }
}
