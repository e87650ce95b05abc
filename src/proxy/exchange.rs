//! One exchange: a request and its response, from the first byte to the last. Read [`serve`].

use std::cell::{Cell, OnceCell};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body::Body as _;
use hyper::body::Incoming;
use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use super::accept::{Slot, is_own};
use super::access::{Asker, Logged};
use super::admit::{Admitted, admit, is_for_service_worker};
use super::body::Body;
use super::decide::Treatment;
use super::error::{Kind, ProxyError};
use super::forward::{self, Asked, X_REQUEST_ID, client_address};
use super::guard::guarded;
use super::ids::ExchangeId;
use super::judgements::Judgements;
use super::last_host::LastHost;
use super::names::Names;
use super::places::Place;
use super::record::Record;
use super::replay::Replay;
use super::request_body::RequestBody;
use super::share::Seat;
use super::treat::treat;
use super::upstream::Outgoing;
use super::worker::{Shared, Worker};
use super::{own, upgrade};
use crate::html::{Judged, KnownTags, OpinionOutcome};
use crate::policy::{PageGrants, Site, Snapshot, Visit};
use crate::settings::Settings;
use crate::telemetry::shown;
use crate::traces::Trace;
use crate::web::PathReadings;

/// Characters of a path that are told.
const PATH_LEN: usize = 200;

/// The visitor's end of a connection.
#[derive(Debug)]
pub(super) struct Peer {
    /// Whoever connected: a browser, or a proxy before us.
    pub address: SocketAddr,
    /// The same, as upstreams are told it.
    pub told: HeaderValue,
    /// TLS on this connection.
    pub tls: bool,
    /// Whether it is a proxy of the operator's own, whose word on the visitor is believed.
    pub trusted: bool,
    /// Whether the last response ends with the connection (HTTP/1.0): there a cut body must reset it.
    pub ends_with_connection: Cell<bool>,
    /// Whether a request has come, and who waits for the first.
    begun: Cell<bool>,
    first: Notify,
    /// When the last request came.
    last: Cell<Instant>,
    /// Exchanges in flight.
    pub exchanges: Rc<Cell<usize>>,
    /// What the last request was for.
    host: LastHost,
    /// The connection's place among those allowed, held to its end; upgraded connections hold it on.
    _slot: Slot,
}

impl Peer {
    /// The visitor's end of a connection that was just accepted.
    pub(super) fn new(address: SocketAddr, tls: bool, trusted: bool, slot: Slot) -> Self {
        Self {
            address,
            told: forward::told(address.ip()),
            tls,
            trusted,
            ends_with_connection: Cell::new(false),
            begun: Cell::new(false),
            first: Notify::new(),
            last: Cell::new(Instant::now()),
            exchanges: Rc::default(),
            host: LastHost::default(),
            _slot: slot,
        }
    }

    /// A request has come.
    fn begin(&self) {
        self.last.set(Instant::now());
        if !self.begun.replace(true) {
            self.first.notify_one();
        }
    }

    /// Whether a request has come.
    pub(super) fn has_begun(&self) -> bool {
        self.begun.get()
    }

    /// Waits until no request has come for so long, and none is in flight.
    pub(super) async fn idle(&self, limit: Duration) {
        loop {
            sleep(limit).await;
            if self.exchanges.get() == 0 && self.last.get().elapsed() >= limit {
                return;
            }
        }
    }

    /// Waits until the first request has come.
    pub(super) async fn first_request(&self) {
        if !self.begun.get() {
            self.first.notified().await;
        }
    }
}

/// What an exchange holds to its last byte: one snapshot, whatever is published meanwhile.
#[derive(Debug)]
pub(super) struct Exchange {
    /// In logs, events, error pages and `X-Request-Id`.
    pub id: ExchangeId,
    /// The policies.
    pub snapshot: Arc<Snapshot>,
    /// The site.
    pub site: Arc<Site>,
    /// What holds for the page.
    pub grants: Arc<PageGrants>,
    /// The path as it came, percent-encoding and all, fit to be told; cut after 200 characters.
    pub path: String,
    /// Whether the browser's connection is TLS.
    pub secure: bool,
    /// Who asks, as far as that is known.
    pub client: IpAddr,
    /// The visitor's place, where the page rule is enforced for a part of them.
    pub(super) seat: Seat,
    /// Limits.
    pub(super) settings: Arc<Settings>,
    /// Whether something of the page was, or would have been, stopped.
    pub(super) stopped: Cell<bool>,
    /// What the operator is told.
    pub(super) record: Arc<Record>,
    /// What need not be told again.
    pub(super) judgements: Rc<Judgements>,
    /// What pages were the last time, and became.
    pub(super) replay: Rc<Replay>,
    /// What became of scripts' tags in other pages.
    pub(super) known_tags: Rc<KnownTags>,
    /// When it began.
    pub(super) began: Timestamp,
    /// Its place among those in flight.
    pub(super) _place: Place,
}

impl Exchange {
    /// A script was judged.
    pub(super) fn judged(&self, judged: &Judged) {
        if self.judgements.again(self, judged) {
            self.record.judged_again(self, judged);
        } else if let Some(sighting) = self.record.judged(self, judged) {
            self.judgements.keep(self, judged, sighting);
        }
    }

    /// The page was judged to its end.
    pub(super) fn page_judged(&self) {
        self.record.page_judged(self);
    }

    /// What came of a second opinion on a page, where one was wanted.
    pub(super) fn second_opinion(&self, outcome: Option<OpinionOutcome>) {
        if let Some(outcome) = outcome {
            self.record.metrics().second_opinion(outcome.name());
        }
    }

    /// The response ended with an error after it had begun.
    pub(super) fn body_cut(&self, error: &ProxyError) {
        self.record.body_cut(self, error);
    }

    /// Counts the exchange once its head is decided.
    pub(super) fn count(&self, treatment: &'static str, status: StatusCode) {
        self.record.metrics().exchange(treatment, status.as_u16());
    }

    /// The page rule's pattern, for people.
    pub(super) fn rule(&self) -> &str {
        let place = usize::from(self.grants.page.0);
        self.site.pages.get(place).map_or("/*", |rule| rule.path.as_str())
    }

    /// Site and path, for people.
    pub(super) fn place(&self) -> String {
        format!("{}{}", self.site.name, self.path)
    }

    /// The rewriter failed, and the page goes on under its CSP alone.
    pub(super) fn rewriting_stopped(&self, error: &ProxyError) {
        self.record.unedited(self, error);
    }

    /// A page can't be judged further while observing; it passes all the same.
    pub(super) fn judging_stopped(&self, error: &ProxyError) {
        self.record.would_fail(self, error);
    }
}

/// Answers one request. Never fails: what goes wrong becomes an error page.
pub(super) async fn serve(
    worker: Rc<Worker>,
    peer: Rc<Peer>,
    mut request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    peer.begin();
    peer.ends_with_connection.set(request.version() < http::Version::HTTP_11);
    let now = worker.shared.clock.now();
    let id = exchange_id(&worker, &peer, &request, now);
    let names = Names::of(request.headers());
    let traces = worker.shared.traces.as_ref();
    let trace = if names.have(Names::TRACE) || traces.is_some() {
        Trace::of(request.headers_mut(), peer.trusted, traces)
    } else {
        Trace::none()
    };
    let logged = logged(&worker, &peer, (&id, now), &trace, &request);
    let (method, target) = (request.method().clone(), request.uri().path_and_query().cloned());
    let known = OnceCell::new();
    let mut failed = None;
    let work = pin!(answer(&worker, &peer, (&id, now, &trace), (request, names), &known));
    let mut response = match guarded(work).await {
        Ok(response) => response,
        Err(error) => {
            let shared = &worker.shared;
            let what = format!(
                "{} {}",
                shown(method.as_str(), 20),
                shown(target.as_ref().map_or("", PathAndQuery::path), PATH_LEN)
            );
            shared.record.refused(id.as_str(), &what, &error);
            failed = Some(error.kind());
            let page = error.page(id.as_str());
            shared.record.metrics().exchange(Treatment::REFUSED, page.status().as_u16());
            page.map(|text| Body::refusing(text, known.get()))
        }
    };
    if method == Method::HEAD {
        response.body_mut().clear();
    }
    if let Some(mut logged) = logged {
        logged.head(response.status());
        if let Some(kind) = failed {
            logged.failed(kind);
        }
        response.body_mut().log(logged);
    }
    response.headers_mut().insert(X_REQUEST_ID, id.value().clone());
    Ok(response)
}

/// The exchange's line in the access log, or its span, if it gets one.
fn logged(
    worker: &Worker,
    peer: &Peer,
    (id, now): (&ExchangeId, Timestamp),
    trace: &Trace,
    request: &Request<Incoming>,
) -> Option<Logged> {
    let log = worker.shared.access.as_ref().filter(|log| log.wants_next());
    if log.is_none() && !trace.is_recorded() {
        return None;
    }
    let asker = Asker {
        id: id.as_str(),
        client: client_address(request.headers(), peer.address.ip(), peer.trusted),
        secure: is_secure(peer, request),
        at: now,
    };
    Some(Logged::begin(log, trace, &asker, request))
}

/// The steps of an exchange, in order.
async fn answer(
    worker: &Rc<Worker>,
    peer: &Rc<Peer>,
    (id, now, trace): (&ExchangeId, Timestamp, &Trace),
    (mut request, names): (Request<Incoming>, Names),
    known: &OnceCell<Rc<Exchange>>,
) -> Result<Response<Body>, ProxyError> {
    let shared = &worker.shared;
    // Before anything is looked up: a request with two meanings would be looked up by one and served
    // by the other.
    let admitted = admit_request(peer, &request, names)?;
    let snapshot = shared.published.load_full();
    if shared.collected.is_some() {
        return Box::pin(own::collect(shared, &snapshot, peer, &admitted, request)).await;
    }
    // Before routing to the upstream, in every reading: nothing under our path is ever forwarded.
    let path = PathReadings::of(request.uri().path());
    if own::is_own(&path) {
        return Box::pin(own::answer(shared, &snapshot, peer, &admitted, request)).await;
    }
    let site = peer.host.site(&snapshot, &admitted).ok_or_else(|| unknown_host(&admitted))?;
    // By the path as it came: the upstream may read it in another way than we do.
    let secure = is_secure(peer, &request);
    let seat = seat(peer, &site, secure, request.headers());
    let visit = Visit { at: now, place: seat.place };
    let grants = site.grants_as_read(&path, visit);
    let client = client_address(request.headers(), peer.address.ip(), peer.trusted);
    let place = take_place(shared, peer, client).await?;
    let exchange = Rc::new(Exchange {
        id: id.clone(),
        secure,
        client,
        seat,
        path: shown(request.uri().path(), PATH_LEN),
        snapshot,
        site,
        grants,
        settings: Arc::clone(&shared.settings),
        record: Arc::clone(&shared.record),
        judgements: Rc::clone(&worker.judgements),
        replay: Rc::clone(&worker.replay),
        known_tags: Rc::clone(&worker.known_tags),
        began: visit.at,
        stopped: Cell::new(false),
        _place: place,
    });
    // For whoever logs what becomes of it, whatever that is. It is the first.
    let _ = known.set(Rc::clone(&exchange));
    if names.have(Names::PURPOSE)
        && is_for_service_worker(request.headers())
        && exchange.site.refuses_service_workers()
    {
        let error =
            ProxyError::new(Kind::ServiceWorker, "a browser asked for the script of a service worker");
        exchange.record.unjudged(&exchange, &error);
        return Err(error);
    }
    let url = worker.origins.page(exchange.secure, &admitted.authority, request.uri())?;
    let upgrade = upgrade::asked_for(&mut request, names);
    let method = request.method().clone();
    let (mut forwarded, asked) = forwarded(worker, peer, &exchange, &admitted.authority, (request, names))?;
    trace.pass_on(forwarded.headers_mut());
    if let Some(upgrade) = upgrade {
        match Box::pin(upgrade.run(worker, peer, &exchange, trace, forwarded)).await? {
            upgrade::Answer::Switched(response) => return Ok(response),
            // Not upgraded: an answer like any other.
            upgrade::Answer::Declined(response) => {
                return treat(&exchange, &method, asked, url, response).await;
            }
        }
    }
    let response = worker.upstreams.send(&exchange.site, exchange.client, trace, forwarded).await?;
    treat(&exchange, &method, asked, url, response).await
}

/// A place among the exchanges in flight, and among those of the visitor's address where that is known.
async fn take_place(shared: &Shared, peer: &Peer, client: IpAddr) -> Result<Place, ProxyError> {
    // A proxy of the operator's that says nothing of the visitor speaks for all of them.
    let unknown = peer.trusted && client == peer.address.ip().to_canonical();
    let bounded = (!unknown && !is_own(&shared.settings, client)).then_some(client);
    let patience = shared.settings.connect_time;
    let taken = shared.places.take(&peer.exchanges, peer.trusted, bounded, patience).await;
    if taken.as_ref().is_err_and(|error| error.kind() == Kind::AddressBusy) && shared.places.is_news(client) {
        shared.record.too_many_exchanges_of(client);
    }
    taken
}

fn admit_request(peer: &Peer, request: &Request<Incoming>, names: Names) -> Result<Rc<Admitted>, ProxyError> {
    // Asked for in HTTP/2 by CONNECT, a WebSocket is a GET all the same.
    let method = if upgrade::is_extended_connect(request) { &Method::GET } else { request.method() };
    admit(method, request.uri(), request.version(), (request.headers(), names), &peer.host)
}

fn unknown_host(admitted: &Admitted) -> ProxyError {
    ProxyError::new(Kind::UnknownHost, format!("no site for host {}", admitted.host))
}

/// An id of ours, or that of the operator's own proxy before us.
fn exchange_id(worker: &Worker, peer: &Peer, request: &Request<Incoming>, now: Timestamp) -> ExchangeId {
    let fits = |id: &&HeaderValue| {
        let id = id.as_bytes();
        (1..=128).contains(&id.len()) && id.iter().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
    };
    let theirs = || request.headers().get(X_REQUEST_ID).filter(fits);
    match peer.trusted.then(theirs).flatten() {
        Some(id) => ExchangeId::of(id.clone()),
        None => worker.ids.next(now),
    }
}

/// Whether the browser's connection is TLS: ours, or that of the operator's own proxy before us.
fn is_secure(peer: &Peer, request: &Request<Incoming>) -> bool {
    let said = || forward::says_secure(request.headers());
    if peer.trusted { said().unwrap_or(peer.tls) } else { peer.tls }
}

/// The visitor's place among a hundred, where any page of the site asks for it.
fn seat(peer: &Peer, site: &Site, secure: bool, headers: &HeaderMap) -> Seat {
    if !site.shared_out {
        return Seat::FIRST;
    }
    let address = client_address(headers, peer.address.ip(), peer.trusted);
    Seat::of(headers, address, &site.name.0, secure)
}

/// The request as the upstream gets it.
fn forwarded(
    worker: &Worker,
    peer: &Peer,
    exchange: &Exchange,
    authority: &str,
    (request, names): (Request<Incoming>, Names),
) -> Result<(Outgoing, Asked), ProxyError> {
    let (mut parts, incoming) = request.into_parts();
    let settings = &worker.shared.settings;
    let context = forward::Context {
        mode: exchange.grants.mode,
        stops_scripts: exchange.grants.stops_own_scripts(),
        fingerprint: &exchange.grants.fingerprint,
        peer: &peer.told,
        secure: exchange.secure,
        authority,
        exchange: exchange.id.value(),
        trusted: peer.trusted,
    };
    let asked = forward::prepare(&mut parts, names, &context);
    // Origin-form, as it came: absolute-form and h2 carry scheme and authority too.
    let target = parts.uri.path_and_query().cloned();
    let target = target.ok_or_else(|| ProxyError::new(Kind::BadRequest, "no target"))?;
    let body = if incoming.is_end_stream() {
        RequestBody::empty()
    } else {
        RequestBody::streaming(incoming, settings.idle_time)
    };
    let mut request = Request::new(body);
    *request.method_mut() = parts.method;
    *request.uri_mut() = Uri::from(target);
    *request.headers_mut() = parts.headers;
    Ok((Box::new(request), asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size_of_future<F>(_: impl FnOnce(Rc<Worker>, Rc<Peer>, Request<Incoming>) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn an_exchange_is_no_larger_than_it_must_be() {
        // hyper moves it, with every byte that it could need: what few exchanges come to is boxed.
        let size = size_of_future(serve);
        assert!(size <= 4_800, "{size} bytes");
    }
}
