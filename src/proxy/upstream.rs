//! Sends a request to one of a site's upstreams and waits for the response's head.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use tokio::time::{Instant, sleep_until, timeout};

use super::body::{RequestBody, UpstreamBody};
use super::error::{Kind, ProxyError};
use super::pool::{Lease, Pool, Sender};
use crate::policy::{Site, UpstreamAddress};
use crate::settings::Settings;
use crate::telemetry::Metrics;
use crate::transport::dial::Dialer;

/// The upstream side of one worker.
#[derive(Debug)]
pub(super) struct Upstreams {
    pool: Rc<Pool>,
    dialer: Dialer,
    settings: Arc<Settings>,
    metrics: Metrics,
    turn: Cell<usize>,
}

/// A request that did not get a response, and the request itself where it was never sent.
struct Failed {
    error: ProxyError,
    /// The connection ended without a byte of a response.
    died: bool,
    unsent: Option<Request<RequestBody>>,
}

impl Upstreams {
    /// With no connection yet.
    pub(super) fn new(dialer: Dialer, settings: Arc<Settings>, metrics: Metrics) -> Self {
        let pool = Rc::new(Pool::new(settings.pool_size, settings.pool_time));
        Self { pool, dialer, settings, metrics, turn: Cell::new(0) }
    }

    /// The pool, to be swept from time to time.
    pub(super) fn pool(&self) -> &Pool {
        &self.pool
    }

    /// Sends a request. One that could be repeated without harm (idempotent, no body) may go over a
    /// connection that was used before; should that have died meanwhile, it is sent once more over a
    /// new one. All others go over a new one at once: nobody can tell whether the upstream acted on
    /// a request that died with its connection.
    pub(super) async fn send(
        &self,
        site: &Site,
        request: Request<RequestBody>,
    ) -> Result<Response<UpstreamBody>, ProxyError> {
        let result = self.send_somehow(site, request).await;
        if let Err(error) = &result {
            self.metrics.upstream_error(error.kind().code());
        }
        result
    }

    async fn send_somehow(
        &self,
        site: &Site,
        mut request: Request<RequestBody>,
    ) -> Result<Response<UpstreamBody>, ProxyError> {
        let turn = self.next_turn();
        let address = upstream_at(site, turn)?;
        let repeatable = request.method().is_idempotent() && request.body().is_empty();
        if repeatable && let Some(sender) = self.pool.take(address) {
            let spare = copy_of(&request);
            match self.send_over(sender, request).await {
                Ok((response, sender)) => return Ok(self.leased(response, address, sender)),
                Err(Failed { unsent: Some(unsent), .. }) => request = unsent,
                Err(Failed { died: true, .. }) => request = spare,
                Err(failed) => return Err(failed.error),
            }
        }
        let (sender, address) = self.connect(site, turn).await?;
        match self.send_over(sender, request).await {
            Ok((response, sender)) => Ok(self.leased(response, address, sender)),
            Err(failed) => Err(failed.error),
        }
    }

    /// Sends a request that asks for an upgrade, over a connection of its own. The connection is
    /// not reused whatever the answer is.
    pub(super) async fn send_upgrade(
        &self,
        site: &Site,
        request: Request<RequestBody>,
    ) -> Result<Response<Incoming>, ProxyError> {
        let result = async {
            let (sender, _) = self.connect(site, self.next_turn()).await?;
            self.send_over(sender, request).await.map(|(response, _)| response).map_err(|failed| failed.error)
        }
        .await;
        if let Err(error) = &result {
            self.metrics.upstream_error(error.kind().code());
        }
        result
    }

    /// Wraps a body whose connection is not reused (the answer to a refused upgrade).
    pub(super) fn unpooled(&self, frames: Incoming) -> UpstreamBody {
        UpstreamBody::unpooled(frames, self.settings.idle_time)
    }

    fn leased(
        &self,
        response: Response<Incoming>,
        address: &UpstreamAddress,
        sender: Sender,
    ) -> Response<UpstreamBody> {
        let lease = Lease::new(&self.pool, address.clone(), sender);
        let limit = self.settings.idle_time;
        response.map(|frames| UpstreamBody::new(frames, lease, limit))
    }

    fn next_turn(&self) -> usize {
        let turn = self.turn.get();
        self.turn.set(turn.wrapping_add(1));
        turn
    }

    /// A new connection to the upstream whose turn it is, or to the next that answers.
    async fn connect<'s>(
        &self,
        site: &'s Site,
        turn: usize,
    ) -> Result<(Sender, &'s UpstreamAddress), ProxyError> {
        let mut last = ProxyError::new(Kind::Internal, "a site without upstreams");
        for attempt in 0..site.upstreams.len() {
            let address = upstream_at(site, turn.wrapping_add(attempt))?;
            let dialling = self.dialer.connect(&address.host, address.port, address.tls);
            last = match timeout(self.settings.connect_time, dialling).await {
                Ok(Ok(sender)) => return Ok((sender, address)),
                Ok(Err(error)) => ProxyError::because(Kind::Unreachable, &error),
                Err(elapsed) => ProxyError::new(Kind::ConnectTimeout, format!("{address}: {elapsed}")),
            };
            tracing::debug!(%address, error = %last, "no connection");
        }
        Err(last)
    }

    async fn send_over(
        &self,
        mut sender: Sender,
        request: Request<RequestBody>,
    ) -> Result<(Response<Incoming>, Sender), Failed> {
        let moved = request.body().moved();
        moved.set(Instant::now());
        let upgrade = request.headers().contains_key(http::header::UPGRADE);
        let sending = sender.try_send_request(request);
        let Some(result) = within(self.settings.head_time, &moved, sending).await else {
            let error = ProxyError::new(Kind::HeadTimeout, "no response head in time");
            return Err(Failed { error, died: false, unsent: None });
        };
        match result {
            Ok(response) if response.status() == StatusCode::SWITCHING_PROTOCOLS && !upgrade => {
                let error = ProxyError::new(Kind::UnrequestedUpgrade, "101, but no upgrade was asked for");
                Err(Failed { error, died: false, unsent: None })
            }
            Ok(response) => Ok((response, sender)),
            Err(mut failed) => {
                let unsent = failed.take_message();
                Err(failure(failed.error(), unsent))
            }
        }
    }
}

fn upstream_at(site: &Site, turn: usize) -> Result<&UpstreamAddress, ProxyError> {
    let place = turn.checked_rem(site.upstreams.len()).unwrap_or(0);
    site.upstreams.get(place).ok_or_else(|| ProxyError::new(Kind::Internal, "a site without upstreams"))
}

/// A request without body, once more.
fn copy_of(request: &Request<RequestBody>) -> Request<RequestBody> {
    let mut copy = Request::new(RequestBody::empty());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy
}

/// Waits for a response until nothing has moved for `limit`; a long upload may take longer.
async fn within<T>(limit: Duration, moved: &Cell<Instant>, work: impl Future<Output = T>) -> Option<T> {
    let mut work = std::pin::pin!(work);
    loop {
        let deadline = moved.get() + limit;
        tokio::select! {
            biased;
            done = &mut work => return Some(done),
            () = sleep_until(deadline) => {
                if moved.get() + limit <= Instant::now() {
                    return None;
                }
            }
        }
    }
}

/// What hyper's error means. An error of the request's own body comes out of it again as it was.
fn failure(error: &hyper::Error, unsent: Option<Request<RequestBody>>) -> Failed {
    let mut below: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(error);
    while let Some(cause) = below {
        if let Some(ours) = cause.downcast_ref::<ProxyError>() {
            let error = ProxyError::new(ours.kind(), ours);
            return Failed { error, died: false, unsent: None };
        }
        below = cause.source();
    }
    let kind = if error.is_parse() { Kind::Malformed } else { Kind::ClosedEarly };
    let died = kind == Kind::ClosedEarly;
    Failed { error: ProxyError::because(kind, error), died, unsent }
}
