//! Sends a request to one of a site's upstreams and waits for the response's head.

use std::cell::Cell;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use tokio::time::{Instant, sleep_until, timeout};

use super::balance::{Balancer, Budget, Chosen, Load, Roster};
use super::body::{RequestBody, UpstreamBody};
use super::error::{Kind, ProxyError};
use super::pool::{Lease, Pool, Pooled, Sender};
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
    balancer: Balancer,
    budget: Budget,
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
    pub(super) fn new(
        dialer: Dialer,
        settings: Arc<Settings>,
        metrics: Metrics,
        roster: Arc<Roster>,
    ) -> Self {
        let pool = Rc::new(Pool::new(settings.pool_size, settings.pool_time));
        Self { pool, dialer, settings, metrics, balancer: Balancer::new(roster), budget: Budget::new() }
    }

    /// The pool, to be swept from time to time.
    pub(super) fn pool(&self) -> &Pool {
        &self.pool
    }

    /// Sends a request to the upstream that the site's strategy chooses. One that could be repeated without
    /// harm (idempotent, no body) may go over a connection that was used before; should that have died
    /// meanwhile, it is sent once more over a new one. Where an upstream fails, such a request may go to
    /// another one, within a budget; a request that never left may always. All others are sent once, over
    /// a new connection: nobody can tell whether the upstream acted on a request that died with its
    /// connection.
    pub(super) async fn send(
        &self,
        site: &Site,
        visitor: IpAddr,
        request: Request<RequestBody>,
    ) -> Result<Response<UpstreamBody>, ProxyError> {
        let result = self.send_somewhere(site, visitor, request).await;
        self.count_failure(result.as_ref().err());
        result
    }

    async fn send_somewhere(
        &self,
        site: &Site,
        visitor: IpAddr,
        mut request: Request<RequestBody>,
    ) -> Result<Response<UpstreamBody>, ProxyError> {
        let repeatable = request.method().is_idempotent() && request.body().is_empty();
        self.budget.earn();
        let (mut tried, mut repeated) = (Vec::new(), 0);
        loop {
            let chosen = self.balancer.choose(site, visitor, &tried)?;
            let spare = repeatable.then(|| copy_of(&request));
            let failed = match self.send_to(&chosen, repeatable, request).await {
                Ok((response, connection)) => {
                    chosen.load.succeeded();
                    return Ok(self.leased(response, connection, chosen.load));
                }
                Err(failed) => failed,
            };
            self.blame(&chosen, &failed.error);
            tried.push(chosen.place);
            let others = tried.len() < site.upstreams.len();
            let may_repeat = others && failed.died && repeated < site.balance.retries;
            request = match (failed.unsent, spare) {
                (Some(unsent), _) if others => unsent,
                (_, Some(spare)) if may_repeat && self.budget.spend() => {
                    repeated += 1;
                    spare
                }
                _ => return Err(failed.error),
            };
            self.metrics.upstream_retry();
        }
    }

    /// Sends a request to one upstream.
    async fn send_to(
        &self,
        chosen: &Chosen<'_>,
        repeatable: bool,
        mut request: Request<RequestBody>,
    ) -> Result<(Response<Incoming>, Pooled), Failed> {
        let address = chosen.address;
        if repeatable && let Some(mut used) = self.pool.take(address) {
            let spare = copy_of(&request);
            match self.send_over(&mut used.sender, request).await {
                Ok(response) => return Ok((response, used)),
                Err(Failed { unsent: Some(unsent), .. }) => request = unsent,
                Err(Failed { died: true, .. }) => request = spare,
                Err(failed) => return Err(failed),
            }
        }
        let sender = match self.connect(address).await {
            Ok(sender) => sender,
            Err(error) => return Err(Failed { error, died: true, unsent: Some(request) }),
        };
        let mut connection = Pooled::new(address.clone(), sender);
        let response = self.send_over(&mut connection.sender, request).await?;
        Ok((response, connection))
    }

    /// Sends a request that asks for an upgrade, over a connection of its own. The connection is
    /// not reused whatever the answer is.
    pub(super) async fn send_upgrade(
        &self,
        site: &Site,
        visitor: IpAddr,
        request: Request<RequestBody>,
    ) -> Result<(Response<Incoming>, Load), ProxyError> {
        let result = self.upgrade_somewhere(site, visitor, request).await;
        self.count_failure(result.as_ref().err());
        result
    }

    async fn upgrade_somewhere(
        &self,
        site: &Site,
        visitor: IpAddr,
        mut request: Request<RequestBody>,
    ) -> Result<(Response<Incoming>, Load), ProxyError> {
        let mut tried = Vec::new();
        loop {
            let chosen = self.balancer.choose(site, visitor, &tried)?;
            let failed = match self.send_to(&chosen, false, request).await {
                Ok((response, _)) => {
                    chosen.load.succeeded();
                    return Ok((response, chosen.load));
                }
                Err(failed) => failed,
            };
            self.blame(&chosen, &failed.error);
            tried.push(chosen.place);
            // Only one that never left: what an upgrade began can't be begun twice.
            request = match failed.unsent {
                Some(unsent) if tried.len() < site.upstreams.len() => unsent,
                _ => return Err(failed.error),
            };
            self.metrics.upstream_retry();
        }
    }

    #[expect(clippy::unused_self, reason = "it is one of the three that follow a failure")]
    fn blame(&self, chosen: &Chosen<'_>, error: &ProxyError) {
        if error.kind().blames_upstream() {
            chosen.load.failed();
        }
        tracing::debug!(upstream = %chosen.address, %error, "the upstream gave no answer");
    }

    fn count_failure(&self, error: Option<&ProxyError>) {
        // That all are full is nothing that an upstream did.
        if let Some(error) = error.filter(|error| error.kind() != Kind::UpstreamsFull) {
            self.metrics.upstream_error(error.kind().code());
        }
    }

    /// Wraps a body whose connection is not reused (the answer to a refused upgrade).
    pub(super) fn unpooled(&self, frames: Incoming, load: Load) -> UpstreamBody {
        UpstreamBody::unpooled(frames, load, self.settings.idle_time)
    }

    fn leased(&self, response: Response<Incoming>, connection: Pooled, load: Load) -> Response<UpstreamBody> {
        let lease = Lease::new(&self.pool, connection, load);
        let limit = self.settings.idle_time;
        response.map(|frames| UpstreamBody::new(frames, lease, limit))
    }

    async fn connect(&self, address: &UpstreamAddress) -> Result<Sender, ProxyError> {
        let dialling = async {
            match address {
                UpstreamAddress::Tcp { tls, host, port } => self.dialer.connect(host, *port, *tls).await,
                UpstreamAddress::Unix(path) => self.dialer.connect_unix(path).await,
            }
        };
        let error = match timeout(self.settings.connect_time, dialling).await {
            Ok(Ok(sender)) => return Ok(sender),
            Ok(Err(error)) => ProxyError::because(Kind::Unreachable, &error),
            Err(elapsed) => ProxyError::new(Kind::ConnectTimeout, format!("{address}: {elapsed}")),
        };
        tracing::debug!(%address, %error, "no connection");
        Err(error)
    }

    async fn send_over(
        &self,
        sender: &mut Sender,
        request: Request<RequestBody>,
    ) -> Result<Response<Incoming>, Failed> {
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
            Ok(response) => Ok(response),
            Err(mut failed) => {
                let unsent = failed.take_message();
                Err(failure(failed.error(), unsent))
            }
        }
    }
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
