//! Sends spans to the collector, from a thread of its own.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SpanData, SpanExporter as _};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};
use tokio::task::LocalSet;
use url::Url;

use crate::telemetry::Metrics;
use crate::transport::post::{PostError, Poster};
use crate::transport::tls::TlsError;

/// Spans that are sent together, at most.
const BATCH: usize = 512;
/// How long the first of them waits for others.
const GATHER: Duration = Duration::from_secs(1);
/// The longest time for one answer of the collector.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why no spans can be sent.
#[derive(Debug, thiserror::Error)]
pub enum TracesError {
    /// A thread or its runtime can't be made.
    #[error("can't start a thread: {0}")]
    Thread(#[from] io::Error),
    /// TLS can't be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// What the environment says (`OTEL_…`) can't be used.
    #[error("{0}")]
    Exporter(String),
}

/// Sends them.
pub(super) struct Exporter {
    spans: SpanExporter,
    endpoint: Url,
    metrics: Metrics,
    runtime: Runtime,
    posting: Posting,
    /// The operator was told that it fails.
    failing: bool,
}

impl Exporter {
    /// To this collector.
    pub(super) fn new(endpoint: &Url, metrics: Metrics) -> Result<Self, TracesError> {
        let mut traces = endpoint.clone();
        traces.set_path(&format!("{}/v1/traces", endpoint.path().trim_end_matches('/')));
        let (asks, asked) = mpsc::channel(1);
        let mut exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client { asks })
            .with_endpoint(traces.as_str())
            .with_timeout(PATIENCE)
            .build()
            .map_err(|error| TracesError::Exporter(error.to_string()))?;
        exporter.set_resource(
            &Resource::builder()
                .with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
                .with_service_name(
                    std::env::var("OTEL_SERVICE_NAME").unwrap_or_else(|_| "countersign".to_owned()),
                )
                .build(),
        );
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let posting = Posting { poster: Poster::new(PATIENCE)?, asked };
        Ok(Self { spans: exporter, endpoint: endpoint.clone(), metrics, runtime, posting, failing: false })
    }

    /// Sends what comes, until nobody can send any more.
    pub(super) fn run(self, waiting: &Receiver<SpanData>) {
        let Self { spans, endpoint, metrics, runtime, posting, mut failing } = self;
        let local = LocalSet::new();
        local.spawn_local(posting.run());
        while let Some(batch) = gather(waiting) {
            let count = u64::try_from(batch.len()).unwrap_or(u64::MAX);
            match local.block_on(&runtime, spans.export(batch)) {
                Ok(()) => {
                    metrics.spans("taken", count);
                    if std::mem::take(&mut failing) {
                        tracing::info!(%endpoint, "the collector takes spans again");
                    }
                }
                Err(error) => {
                    metrics.spans("not-taken", count);
                    if !std::mem::replace(&mut failing, true) {
                        tracing::warn!(
                            %endpoint,
                            %error,
                            "the collector takes no spans; they are lost, and counted in \
                             countersign_spans_total{{outcome=\"not-taken\"}}, until it does"
                        );
                    }
                }
            }
        }
    }
}

/// The next spans; `None` when there will be none.
fn gather(waiting: &Receiver<SpanData>) -> Option<Vec<SpanData>> {
    let mut batch = vec![waiting.recv().ok()?];
    let until = Instant::now() + GATHER;
    while batch.len() < BATCH {
        match waiting.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(span) => batch.push(span),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    Some(batch)
}

/// What the exporter posts with: hands requests to the task that may do it, because the exporter could move to
/// another thread, and a connection can't.
#[derive(Debug)]
struct Client {
    asks: mpsc::Sender<Ask>,
}

type Ask = (Request<Bytes>, oneshot::Sender<Result<u16, PostError>>);

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (answer, answered) = oneshot::channel();
        self.asks.send((request, answer)).await?;
        let status = answered.await??;
        // Its body could only say that some spans were refused; nothing would be done about it.
        Ok(Response::builder().status(status).body(Bytes::new())?)
    }
}

struct Posting {
    poster: Poster,
    asked: mpsc::Receiver<Ask>,
}

impl Posting {
    async fn run(mut self) {
        while let Some((request, answer)) = self.asked.recv().await {
            let (parts, body) = request.into_parts();
            let posted = match Url::parse(&parts.uri.to_string()) {
                Ok(url) => self.poster.post(&url, &fields(parts.headers), body).await,
                Err(error) => Err(PostError::Request(error.to_string())),
            };
            // Whoever asked may have given up.
            let _ = answer.send(posted);
        }
    }
}

/// Those that the poster doesn't write itself.
fn fields(mut headers: HeaderMap) -> HeaderMap {
    for name in [http::header::HOST, http::header::CONTENT_LENGTH, http::header::USER_AGENT] {
        headers.remove(name);
    }
    headers
}
