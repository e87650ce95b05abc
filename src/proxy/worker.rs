//! One worker: a thread that accepts connections and serves them, all by itself.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::accept::{Slot, begin, next_connection};
use super::addresses::Addresses;
use super::balance::Roster;
use super::challenges::Challenges;
use super::error::chain;
use super::exchange::{Peer, serve};
use super::ids::Ids;
use super::judgements::Judgements;
use super::page_url::Origins;
use super::places::Places;
use super::record::Record;
use super::replay::Replay;
use super::until_stopped::until_stopped;
use super::upstream::Upstreams;
use crate::clock::Clock;
use crate::html::KnownTags;
use crate::policy::PublishedSnapshot;
use crate::reports::{CollectedHosts, Collector};
use crate::settings::Settings;
use crate::telemetry::AccessLog;
use crate::traces::Traces;
use crate::transport::dial::{Dialer, USUAL_HEADERS};
use crate::transport::frames::Counted;
use crate::transport::gathered::{Gathered, Turns};
use crate::transport::local::LocalExecutor;
use crate::transport::sender::was_flooded;
use crate::transport::timers::Timers;
use crate::transport::tls::PublishedTls;

/// How long a connection without a request is kept after a stop was asked for: browsers and balancers that
/// were just let in would otherwise see their first request fail.
const FIRST_REQUEST: Duration = Duration::from_millis(500);
/// Between two looks at a connection of which a byte or two have come.
const NEXT_BYTE: Duration = Duration::from_millis(10);
/// Bytes of requests that a connection with HTTP/2 may have sent without being read. h2 ends it where its small
/// pieces cost half as much.
const WINDOW: u32 = 1 << 20;
/// The same of a proxy of the operator's, behind which are many visitors.
const WINDOW_OF_MANY: u32 = 1 << 24;
/// How often idle upstream connections are looked through.
const SWEEP: Duration = Duration::from_secs(5);
/// Every so many times what is known of tags is looked through too: once a minute.
const TAGS_GROW_OLDER: u32 = 12;

/// What all workers share.
pub struct Shared {
    /// The snapshot in force.
    pub published: PublishedSnapshot,
    /// What the operator is told.
    pub record: Arc<Record>,
    /// Where browsers' reports go.
    pub collector: Arc<Collector>,
    /// Nothing but reports is taken, and those of these sites.
    pub collected: Option<CollectedHosts>,
    /// Limits.
    pub settings: Arc<Settings>,
    /// Certificate and key in force, where the visitor's side is TLS.
    pub tls: Option<PublishedTls>,
    /// Places for connections.
    pub slots: Arc<Semaphore>,
    /// Connections of each address.
    pub addresses: Arc<Addresses>,
    /// Proofs for an authority that gives certificates.
    pub challenges: Arc<Challenges>,
    /// Places for exchanges.
    pub places: Places,
    /// What is known of upstreams.
    pub roster: Arc<Roster>,
    /// The access log, if there is one.
    pub access: Option<Arc<AccessLog>>,
    /// Where spans go, if any are made.
    pub traces: Option<Arc<Traces>>,
    /// How upstreams are reached.
    pub dialer: Dialer,
    /// Bytes of pages that each worker may remember.
    pub replay_bytes: usize,
    /// The time.
    pub clock: Clock,
}

/// What one worker has for itself.
pub(super) struct Worker {
    /// With the others.
    pub shared: Arc<Shared>,
    /// Connections to upstreams.
    pub upstreams: Upstreams,
    /// Exchange ids.
    pub ids: Ids,
    /// The origins of its sites.
    pub origins: Origins,
    /// Cancelled when the process is to end.
    pub stop: CancellationToken,
    /// Of waits for a request's head.
    pub timers: Timers,
    /// What was judged lately.
    pub judgements: Rc<Judgements>,
    /// What pages were the last time, and became.
    pub replay: Rc<Replay>,
    /// What became of scripts' tags.
    pub known_tags: Rc<KnownTags>,
}

/// Accepts and serves until asked to stop; then ends what is in flight, within the limit. Must run in
/// a runtime whose tasks stay on their thread.
pub async fn work(shared: Arc<Shared>, listener: TcpListener, stop: CancellationToken) {
    let metrics = shared.record.metrics().clone();
    let upstreams = Upstreams::new(
        shared.dialer.clone(),
        Arc::clone(&shared.settings),
        metrics,
        Arc::clone(&shared.roster),
    );
    let (ids, origins, timers) = (Ids::default(), Origins::default(), Timers::default());
    let (judgements, replay) = (Rc::default(), Replay::new(shared.replay_bytes));
    let known_tags = Rc::default();
    let worker =
        Rc::new(Worker { shared, upstreams, ids, origins, stop, timers, judgements, replay, known_tags });
    worker.run(listener).await;
}

impl Worker {
    async fn run(self: &Rc<Self>, listener: TcpListener) {
        let worker = self;
        let connections = TaskTracker::new();
        let sweeping = tokio::task::spawn_local(sweep(Rc::clone(worker)));
        loop {
            // A place first: connections beyond the limit wait in the kernel's backlog.
            let Some((stream, address, slot)) =
                next_connection(&worker.shared, &worker.stop, &listener).await
            else {
                break;
            };
            connections.spawn_local(connection(Rc::clone(worker), stream, address, slot));
        }
        drop(listener);
        sweeping.abort();
        connections.close();
        if timeout(worker.shared.settings.drain_time, connections.wait()).await.is_err() {
            tracing::warn!(open = connections.len(), "gave up on exchanges in flight");
        }
    }
}

async fn sweep(worker: Rc<Worker>) {
    let mut ticks = interval(SWEEP);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for number in 1_u32.. {
        ticks.tick().await;
        worker.upstreams.sweep();
        let shared = &worker.shared;
        worker.replay.sweep(shared.published.load().generation.number, shared.clock.now());
        if number.is_multiple_of(TAGS_GROW_OLDER) {
            worker.known_tags.sweep();
        }
    }
}

async fn connection(worker: Rc<Worker>, mut stream: TcpStream, address: SocketAddr, mut slot: Slot) {
    let settings = &worker.shared.settings;
    let Some(address) = begin(&worker.shared, &mut stream, address, &mut slot).await else { return };
    let trusted = settings.trust_forwarded || settings.forwarded_from.contain(address.ip());
    let peer = Rc::new(Peer::new(address, worker.shared.tls.is_some(), trusted, slot));
    let Some(tls) = worker.shared.tls.as_ref().map(|tls| tls.load_full()) else {
        return match begins_with(&worker, &stream).await {
            Some(Begins::Http1) => serve_http1(&worker, &peer, stream, |stream| stream).await,
            Some(Begins::Http2) => serve_http2(&worker, &peer, stream).await,
            None => tracing::debug!(%address, "the connection ended before it began"),
        };
    };
    let shaking = TlsAcceptor::from(tls).accept(stream);
    let shaken = timeout(settings.handshake_time, shaking).await;
    let stream: TlsStream<TcpStream> = match shaken {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            worker.shared.record.metrics().connection_refused("handshake");
            return tracing::debug!(%address, %error, "TLS handshake failed");
        }
        Err(_elapsed) => {
            worker.shared.record.metrics().connection_refused("handshake");
            return tracing::debug!(%address, "TLS handshake took too long");
        }
    };
    // By ALPN only: sniffing would let HTTP/2 begin where HTTP/1.1 was agreed on.
    if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
        serve_http2(&worker, &peer, stream).await;
    } else {
        serve_http1(&worker, &peer, stream, |stream| stream.get_ref().0).await;
    }
}

/// How a connection without TLS begins.
enum Begins {
    Http1,
    Http2,
}

/// What the first bytes say, without taking them. `None`: none came in time.
async fn begins_with(worker: &Worker, stream: &TcpStream) -> Option<Begins> {
    let mut looking = std::pin::pin!(look_at(stream));
    tokio::select! {
        biased;
        looked = timeout(worker.shared.settings.header_time, looking.as_mut()) => looked.ok()?,
        // The request of a connection that was just made may be on its way.
        () = worker.stop.cancelled() => timeout(FIRST_REQUEST, looking).await.ok()?,
    }
}

/// No method of HTTP/1 begins as the preface of HTTP/2 does.
/// <https://www.rfc-editor.org/rfc/rfc9113#section-3.4>
async fn look_at(stream: &TcpStream) -> Option<Begins> {
    const PREFACE: [u8; 3] = *b"PRI";
    // Everybody sends it whole. Somebody who sends a request byte by byte is not watched for ever.
    for _ in 0..10 {
        let mut first = [0; PREFACE.len()];
        let count = stream.peek(&mut first).await.ok()?;
        let seen = first.get(..count)?;
        if seen.is_empty() {
            return None;
        }
        if seen == PREFACE {
            return Some(Begins::Http2);
        }
        if !PREFACE.starts_with(seen) {
            return Some(Begins::Http1);
        }
        sleep(NEXT_BYTE).await;
    }
    Some(Begins::Http1)
}

async fn serve_http1<S>(worker: &Rc<Worker>, peer: &Rc<Peer>, stream: S, tcp: impl Fn(&S) -> &TcpStream)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let settings = &worker.shared.settings;
    let service = service_fn(|request| serve(Rc::clone(worker), Rc::clone(peer), request));
    let mut builder = http1::Builder::new();
    builder.timer(worker.timers.clone()).header_read_timeout(settings.header_time);
    builder.max_buf_size(settings.buffer_bytes);
    if settings.max_headers != USUAL_HEADERS {
        builder.max_headers(settings.max_headers);
    }
    let mut connection = builder.serve_connection(TokioIo::new(stream), service).with_upgrades();
    let mut ended = until_stopped(&worker.stop, &mut connection).await;
    if ended.is_none() {
        // The request of a connection that was just made may be on its way.
        ended = tokio::select! {
            biased;
            result = &mut connection => Some(result),
            _ = timeout(FIRST_REQUEST, peer.first_request()) => None,
        };
    }
    let result = if let Some(result) = ended {
        result
    } else {
        Pin::new(&mut connection).graceful_shutdown();
        (&mut connection).await
    };
    let Err(error) = result else { return };
    if error.is_parse() {
        worker.shared.record.metrics().connection_refused("unreadable");
    } else if error.is_timeout() && !peer.has_begun() {
        worker.shared.record.metrics().connection_refused("slow");
    }
    tracing::debug!(address = %peer.address, error = chain(&error), "connection ended");
    // Where the end of the connection is the end of the body, closing it would say "complete".
    if peer.ends_with_connection.get()
        && error.is_user()
        && let Some(parts) = connection.into_parts()
    {
        let _ = tcp(parts.io.inner()).set_zero_linger();
    }
}

/// Polls a connection, and writes what it has to write after each time.
async fn in_turns<S, C>(mut connection: Pin<&mut C>, turns: &Turns<S>) -> C::Output
where
    S: AsyncWrite + Unpin,
    C: Future,
{
    poll_fn(|cx| {
        let polled = connection.as_mut().poll(cx);
        turns.end(cx);
        polled
    })
    .await
}

async fn serve_http2<S>(worker: &Rc<Worker>, peer: &Rc<Peer>, stream: S)
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let settings = &worker.shared.settings;
    let (stream, turns) = Gathered::new(stream);
    let service = {
        let (worker, peer) = (Rc::clone(worker), Rc::clone(peer));
        // Boxed: it becomes a task, which is moved several times on the way.
        service_fn(move |request| Box::pin(serve(Rc::clone(&worker), Rc::clone(&peer), request)))
    };
    let stream = if peer.trusted { Counted::unbounded(stream) } else { Counted::new(stream) };
    let flooded = stream.flooded();
    let connection = http2::Builder::new(LocalExecutor)
        .timer(TokioTimer::new())
        .max_concurrent_streams(settings.max_streams)
        .max_header_list_size(u32::try_from(settings.buffer_bytes).unwrap_or(u32::MAX))
        .max_send_buf_size(settings.buffer_bytes)
        .initial_connection_window_size(if peer.trusted { WINDOW_OF_MANY } else { WINDOW })
        .keep_alive_interval(settings.header_time)
        .keep_alive_timeout(settings.handshake_time)
        .enable_connect_protocol()
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let result = tokio::select! {
        biased;
        result = in_turns(connection.as_mut(), &turns) => result,
        () = worker.stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            in_turns(connection, &turns).await
        }
        () = peer.idle(settings.header_time) => {
            connection.as_mut().graceful_shutdown();
            match timeout(settings.handshake_time, in_turns(connection, &turns)).await {
                Ok(result) => result,
                Err(_elapsed) => return tracing::debug!(address = %peer.address, "an idle connection didn't end"),
            }
        }
    };
    if flooded.is_so() || result.as_ref().is_err_and(was_flooded) {
        worker.shared.record.metrics().connection_refused("flood");
    }
    if let Err(error) = result {
        tracing::debug!(address = %peer.address, error = chain(&error), "connection ended");
    }
}
