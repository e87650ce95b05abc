//! Traces: what a request says of the trace that it belongs to is passed on, and where a collector is named,
//! spans go there: one for each exchange, and one for each try at an upstream. No query, no cookie and no other
//! field of a request is in them. A collector that is down or slow costs spans, which are counted, and nothing
//! else.

mod context;
mod span;
mod export;

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use opentelemetry_sdk::trace::SpanData;
use url::Url;

pub use context::Trace;
pub use export::TracesError;
pub use span::{Called, Try};

use crate::clock::Clock;
use crate::telemetry::Metrics;
use export::Exporter;

/// Spans that wait for the collector, at most.
const WAITING: usize = 4096;
/// How long the last spans may take when the process ends.
const LAST_SPANS: Duration = Duration::from_secs(2);

/// Where spans go, and of which exchanges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracesConfig {
    /// The collector, without the path of the protocol: `http://127.0.0.1:4318`.
    pub endpoint: Url,
    /// One of so many exchanges, where no proxy of the operator's has decided.
    pub sample: u64,
}

/// Takes spans from all workers. Dropping the last handle sends what waits and ends the thread.
#[derive(Debug)]
pub struct Traces {
    sample: u64,
    clock: Clock,
    metrics: Metrics,
    /// Gone while it ends.
    spans: Option<SyncSender<SpanData>>,
    thread: Option<JoinHandle<()>>,
    /// Its other end is dropped when the thread ends.
    done: std::sync::Mutex<std::sync::mpsc::Receiver<()>>,
}

impl Traces {
    /// Begins to send spans.
    pub fn begin(config: &TracesConfig, clock: Clock, metrics: Metrics) -> Result<Arc<Self>, TracesError> {
        let (spans, waiting) = sync_channel(WAITING);
        let exporter = Exporter::new(&config.endpoint, metrics.clone())?;
        let (ends, done) = sync_channel(0);
        let thread = thread::Builder::new().name("traces".to_owned()).spawn(move || {
            let _ends: SyncSender<()> = ends;
            exporter.run(&waiting);
        })?;
        Ok(Arc::new(Self {
            sample: config.sample.max(1),
            clock,
            metrics,
            spans: Some(spans),
            thread: Some(thread),
            done: std::sync::Mutex::new(done),
        }))
    }

    fn send(&self, span: SpanData) {
        let sent = self.spans.as_ref().is_some_and(|spans| spans.try_send(span).is_ok());
        if !sent {
            self.metrics.spans("too-many", 1);
        }
    }

    /// Whether the exchange that begins now is one of those.
    fn wants_next(&self) -> bool {
        fastrand::u64(..self.sample) == 0
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        drop(self.spans.take());
        let done = self.done.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Nothing is ever sent: it ends, or has ended, or takes too long.
        let ended = done.recv_timeout(LAST_SPANS) == Err(std::sync::mpsc::RecvTimeoutError::Disconnected);
        if let Some(thread) = self.thread.take().filter(|_| ended) {
            // One that panicked has said so already.
            let _ = thread.join();
        }
    }
}
