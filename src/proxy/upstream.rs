//! Sends a request to one of a site's upstreams and waits for the response's head.

use std::cell::Cell;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use hyper::body::Incoming;
use tokio::time::{Instant, timeout};

use super::balance::{Balancer, Budget, Chosen, Load, Roster};
use super::body::UpstreamBody;
use super::error::{Kind, ProxyError};
use super::pool::{Lease, Line, Pool, Pooled};
use super::reach::{always_http2, reach};
use super::request_body::{Progress, RequestBody};
use super::streams::{Stream, Streams};
use super::tries;
use crate::policy::{Site, UpstreamAddress};
use crate::settings::Settings;
use crate::telemetry::Metrics;
use crate::traces::Trace;
use crate::transport::dial::Dialer;
use crate::transport::sender::{Sender, was_of_one_stream, was_refused};
use crate::transport::timers::Timers;

/// The upstream side of one worker.
#[derive(Debug)]
pub(super) struct Upstreams {
    pool: Rc<Pool>,
    streams: Streams,
    dialer: Dialer,
    settings: Arc<Settings>,
    metrics: Metrics,
    balancer: Balancer,
    budget: Budget,
    /// Of waits for a response's head.
    timers: Timers,
}

/// A request on its way. It is handed through several futures, each of which has room for what it is given.
pub(super) type Outgoing = Box<Request<RequestBody>>;

/// A request that did not get a response, and the request itself where it was never sent.
pub(super) struct Failed {
    pub(super) error: ProxyError,
    /// The connection ended without a byte of a response.
    died: bool,
    /// The upstream said that it did nothing with the request.
    refused: bool,
    unsent: Option<Outgoing>,
    /// Whether the upstream was blamed for the end of the connection, where that was shared.
    blamed: Option<Rc<Cell<bool>>>,
}

impl Failed {
    /// One after which nothing is tried again.
    fn at_last(error: ProxyError) -> Self {
        Self { error, died: false, refused: false, unsent: None, blamed: None }
    }

    /// One that never left, because there was no connection.
    fn unreached(error: ProxyError, unsent: Outgoing) -> Self {
        Self { error, died: true, refused: false, unsent: Some(unsent), blamed: None }
    }
}

/// A response whose body has not been read, with what it comes over.
pub(super) struct Answered {
    pub(super) response: Response<Incoming>,
    line: Line,
    progress: Rc<Progress>,
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
        let streams = Streams::new(settings.max_streams, settings.pool_time);
        let (balancer, budget) = (Balancer::new(roster), Budget::new());
        Self { pool, streams, dialer, settings, metrics, balancer, budget, timers: Timers::default() }
    }

    /// Closes connections that nobody needs, from time to time.
    pub(super) fn sweep(&self) {
        self.pool.sweep();
        self.streams.sweep();
    }

    /// Sends a request to the upstream that the site's strategy chooses. One that could be repeated without
    /// harm (idempotent, no body) may go over a connection that was used before; should that have died
    /// meanwhile, it is sent once more over a new one. Where an upstream fails, such a request may go to
    /// another one, within a budget; a request that never left, or that the upstream says it has not looked
    /// at, may always. All others are sent once, with HTTP/1.1 over a new connection: nobody can tell whether
    /// the upstream acted on a request that died with its connection.
    pub(super) async fn send(
        &self,
        site: &Site,
        visitor: IpAddr,
        trace: &Trace,
        request: Outgoing,
    ) -> Result<Response<UpstreamBody>, ProxyError> {
        let result = self.send_somewhere(site, visitor, trace, request).await;
        self.count_failure(result.as_ref().err());
        result
    }

    async fn send_somewhere(
        &self,
        site: &Site,
        visitor: IpAddr,
        trace: &Trace,
        mut request: Outgoing,
    ) -> Result<Response<UpstreamBody>, ProxyError> {
        let repeatable = request.method().is_idempotent() && request.body().is_empty();
        self.budget.earn();
        let (mut tried, mut repeated) = (Vec::new(), 0);
        loop {
            let chosen = self.balancer.choose(site, visitor, &tried)?;
            let begun = tries::begin(trace, &mut request, chosen.address, tried.len());
            let spare = request.body().is_empty().then(|| Spare::of(&request));
            let result = self.send_to(&chosen, repeatable, request, spare.as_ref()).await;
            tries::end(begun, &result);
            let failed = match result {
                Ok(answered) => {
                    chosen.load.succeeded();
                    return Ok(self.leased(answered, chosen.load));
                }
                Err(failed) => failed,
            };
            self.blame(&chosen, &failed);
            tried.push(chosen.place);
            let others = tried.len() < site.upstreams.len();
            let may_repeat = others && failed.died && repeated < site.balance.retries;
            request = match (failed.unsent, spare) {
                (Some(unsent), _) if others => unsent,
                (_, Some(spare)) if repeatable && may_repeat && self.budget.spend() => {
                    repeated += 1;
                    spare.again()
                }
                _ => return Err(failed.error),
            };
            self.metrics.upstream_retry();
        }
    }

    /// Sends a request to one upstream. `spare` is the same once more, of one without a body: there is nothing of
    /// it that a refusal could have lost.
    async fn send_to(
        &self,
        chosen: &Chosen<'_>,
        repeatable: bool,
        mut request: Outgoing,
        spare: Option<&Spare>,
    ) -> Result<Answered, Failed> {
        let address = chosen.address;
        if let Some(used) = self.used(address, repeatable) {
            match self.send_over(used, request).await {
                Ok(answered) => return Ok(answered),
                Err(Failed { unsent: Some(unsent), .. }) => request = unsent,
                Err(failed) => match spare {
                    Some(spare) if failed.refused || (failed.died && repeatable) => request = spare.again(),
                    _ => return Err(failed),
                },
            }
        }
        // Boxed too, as few exchanges come here.
        let line = match Box::pin(self.open(address)).await {
            Ok(line) => line,
            Err(error) => return Err(Failed::unreached(error, request)),
        };
        Box::pin(self.send_over(line, request)).await.map_err(|failed| {
            let again = || spare.filter(|_| failed.refused).map(Spare::again);
            Failed { unsent: failed.unsent.or_else(again), ..failed }
        })
    }

    /// A connection that is there already. One of HTTP/1.1 only for a request that may be repeated.
    fn used(&self, address: &UpstreamAddress, repeatable: bool) -> Option<Line> {
        let shared = self.streams.take(address).map(Line::Shared);
        shared.or_else(|| self.pool.take(address).filter(|_| repeatable).map(Line::Alone))
    }

    /// Sends a request that asks for an upgrade, over a connection of its own. The connection is
    /// not reused whatever the answer is.
    pub(super) async fn send_upgrade(
        &self,
        site: &Site,
        visitor: IpAddr,
        trace: &Trace,
        request: Outgoing,
    ) -> Result<(Response<Incoming>, Load), ProxyError> {
        let result = self.upgrade_somewhere(site, visitor, trace, request).await;
        self.count_failure(result.as_ref().err());
        result
    }

    async fn upgrade_somewhere(
        &self,
        site: &Site,
        visitor: IpAddr,
        trace: &Trace,
        mut request: Outgoing,
    ) -> Result<(Response<Incoming>, Load), ProxyError> {
        let mut tried = Vec::new();
        loop {
            let chosen = self.balancer.choose(site, visitor, &tried)?;
            let begun = tries::begin(trace, &mut request, chosen.address, tried.len());
            let result = self.send_alone(chosen.address, request).await;
            tries::end(begun, &result);
            let failed = match result {
                Ok(answered) => {
                    chosen.load.succeeded();
                    return Ok((answered.response, chosen.load));
                }
                Err(failed) => failed,
            };
            self.blame(&chosen, &failed);
            tried.push(chosen.place);
            // Only one that never left: what an upgrade began can't be begun twice.
            request = match failed.unsent {
                Some(unsent) if tried.len() < site.upstreams.len() => unsent,
                _ => return Err(failed.error),
            };
            self.metrics.upstream_retry();
        }
    }

    async fn send_alone(&self, address: &UpstreamAddress, request: Outgoing) -> Result<Answered, Failed> {
        match self.connect(address, true).await {
            Ok(sender) => self.send_over(self.line(address, sender), request).await,
            Err(error) => Err(Failed::unreached(error, request)),
        }
    }

    #[expect(clippy::unused_self, reason = "it is one of the three that follow a failure")]
    fn blame(&self, chosen: &Chosen<'_>, failed: &Failed) {
        let error = &failed.error;
        // However many exchanges a connection had, its end is one failure.
        let known = failed.blamed.as_ref().is_some_and(|blamed| blamed.replace(true));
        if error.kind().blames_upstream() && !known {
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

    fn leased(&self, answered: Answered, load: Load) -> Response<UpstreamBody> {
        let Answered { response, line, progress } = answered;
        let lease = Lease::new(&self.pool, line, load);
        let (limit, most) = (self.settings.idle_time, self.settings.buffer_bytes);
        response.map(|frames| UpstreamBody::new(frames, lease, progress, limit, most))
    }

    /// A new connection, or a stream of one that another exchange has just made.
    async fn open(&self, address: &UpstreamAddress) -> Result<Line, ProxyError> {
        let Some(turn) = self.streams.turn(address, always_http2(address)) else {
            return Ok(self.line(address, self.connect(address, false).await?));
        };
        let Ok(_turn) = timeout(self.settings.connect_time, turn.lock()).await else {
            let others = format!("{address}: nobody else got a connection either");
            return Err(ProxyError::new(Kind::ConnectTimeout, others));
        };
        match self.streams.take(address) {
            Some(stream) => Ok(Line::Shared(stream)),
            None => Ok(self.line(address, self.connect(address, false).await?)),
        }
    }

    fn line(&self, address: &UpstreamAddress, sender: Sender<RequestBody>) -> Line {
        match sender {
            Sender::Http1(sender) => Line::Alone(Pooled::new(address.clone(), sender)),
            Sender::Http2(sender) => Line::Shared(self.streams.begin(address, sender)),
        }
    }

    async fn connect(
        &self,
        address: &UpstreamAddress,
        http1: bool,
    ) -> Result<Sender<RequestBody>, ProxyError> {
        // Boxed: it is by far the largest part of an exchange's future, which is moved several times, and most
        // exchanges have a connection already.
        let dialling = Box::pin(reach(&self.dialer, address, http1));
        let error = match timeout(self.settings.connect_time, dialling).await {
            Ok(Ok(sender)) => return Ok(sender),
            Ok(Err(error)) => ProxyError::because(Kind::Unreachable, &error),
            Err(elapsed) => ProxyError::new(Kind::ConnectTimeout, format!("{address}: {elapsed}")),
        };
        tracing::debug!(%address, %error, "no connection");
        Err(error)
    }

    async fn send_over(&self, mut line: Line, request: Outgoing) -> Result<Answered, Failed> {
        let progress = request.body().progress();
        progress.begin(match &line {
            Line::Alone(_) => None,
            Line::Shared(stream) => Some(stream.unread()),
        });
        let upgrade = request.headers().contains_key(http::header::UPGRADE);
        let sending = async {
            match &mut line {
                Line::Alone(Pooled { sender, .. }) => sender.send(*request).await,
                Line::Shared(Stream { sender, .. }) => sender.send(*request).await,
            }
        };
        let Some(result) = within(self.settings.head_time, &self.timers, &progress, sending).await else {
            let error = if progress.waits_for_visitor() {
                ProxyError::new(
                    Kind::RequestStalled,
                    "neither the rest of the request nor a response head came",
                )
            } else {
                ProxyError::new(Kind::HeadTimeout, "no response head in time")
            };
            return Err(Failed::at_last(error));
        };
        match result {
            Ok(response) if response.status() == StatusCode::SWITCHING_PROTOCOLS && !upgrade => {
                let error = ProxyError::new(Kind::UnrequestedUpgrade, "101, but no upgrade was asked for");
                Err(Failed::at_last(error))
            }
            Ok(response) => {
                progress.answered();
                Ok(Answered { response, line, progress })
            }
            Err(mut failed) => {
                let unsent = failed.take_message().map(Box::new);
                let mut failure = failure(failed.error(), &progress, unsent);
                if let Line::Shared(stream) = &line {
                    let ended = !was_of_one_stream(failed.error());
                    if ended || failure.refused {
                        stream.retire();
                    }
                    failure.blamed = ended.then(|| stream.blamed());
                }
                Err(failure)
            }
        }
    }
}

/// What a request without body consists of, kept until it is answered: nearly always it isn't needed again, so
/// it is no more than a list.
struct Spare {
    method: Method,
    uri: Uri,
    fields: Vec<(HeaderName, HeaderValue)>,
}

impl Spare {
    fn of(request: &Outgoing) -> Self {
        let fields = request.headers().iter().map(|(name, value)| (name.clone(), value.clone()));
        Self { method: request.method().clone(), uri: request.uri().clone(), fields: fields.collect() }
    }

    /// The request once more.
    fn again(&self) -> Outgoing {
        let mut request = Request::new(RequestBody::empty());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        for (name, value) in &self.fields {
            request.headers_mut().append(name, value.clone());
        }
        Box::new(request)
    }
}

/// Waits for a response until nothing has moved for `limit`; a long upload may take longer.
async fn within<T>(
    limit: Duration,
    timers: &Timers,
    progress: &Progress,
    work: impl Future<Output = T>,
) -> Option<T> {
    let mut work = std::pin::pin!(work);
    let mut timer = timers.until(progress.moved() + limit);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return Some(done),
            () = &mut timer => {
                let deadline = progress.moved() + limit;
                if deadline <= Instant::now() {
                    return None;
                }
                timer.reset(deadline);
            }
        }
    }
}

/// What hyper's error means. What went wrong with the request's own body is not the upstream's doing.
fn failure(error: &hyper::Error, progress: &Progress, unsent: Option<Outgoing>) -> Failed {
    if let Some(kind) = progress.failed() {
        return Failed::at_last(ProxyError::because(kind, error));
    }
    let kind = if error.is_parse() { Kind::Malformed } else { Kind::ClosedEarly };
    let died = kind == Kind::ClosedEarly;
    let refused = was_refused(error);
    Failed { error: ProxyError::because(kind, error), died, refused, unsent, blamed: None }
}
