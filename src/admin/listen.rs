//! The admin address's connections: bounded in number, altogether and for each address, and none of them silent for
//! ever, so that nobody can use up the process's open files there or keep the operators out.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::http::{Request, StatusCode};
use axum::response::IntoResponse;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::access::{Access, Peer};
use crate::proxy::{AddressPlace, Addresses};
use crate::transport::Networks;
use crate::transport::tls::PublishedTls;

/// Connections at once; more wait in the kernel's backlog.
const CONNECTIONS: usize = 64;
/// How many of them one address may have, where strangers reach it; further ones are closed.
const OF_ONE_ADDRESS: usize = 16;
/// Without a byte from the other side, or taken by it, for so long, a connection ends.
const SILENCE: Duration = Duration::from_mins(1);
/// A TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// A request's head.
const HEAD: Duration = Duration::from_secs(10);
/// From a request's head to its answer, its body in between.
const ANSWER: Duration = Duration::from_mins(1);
/// How long what is in flight may go on after a stop.
const DRAIN: Duration = Duration::from_secs(10);
/// Bytes of a request's head, and of buffers.
const BUFFER: usize = 64 << 10;
/// After an accept failed for want of file descriptors or memory: until some may be free again.
const BACK_OFF: Duration = Duration::from_millis(100);

/// Who is let in, before anything is said.
pub(super) struct Limits {
    places: Arc<Semaphore>,
    of_address: Option<Arc<Addresses>>,
    believed: Networks,
    silence: Duration,
}

impl Limits {
    pub(super) fn of(address: SocketAddr, access: &Access) -> Self {
        let is_loopback = address.ip().to_canonical().is_loopback();
        Self {
            places: Arc::new(Semaphore::new(CONNECTIONS)),
            of_address: (!is_loopback).then(|| Arc::new(Addresses::new(OF_ONE_ADDRESS))),
            believed: access.believed().clone(),
            silence: SILENCE,
        }
    }

    /// The next connection that has a place.
    async fn accept(&self, listener: &TcpListener) -> (Connection, SocketAddr) {
        loop {
            // The semaphore is never closed; were it, the place would only not be counted.
            let place = Arc::clone(&self.places).acquire_owned().await.ok();
            let (stream, address) = match listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    if !is_of_one_connection(&error) {
                        tracing::warn!(%error, "the admin address can't accept connections; trying again");
                        sleep(BACK_OFF).await;
                    }
                    continue;
                }
            };
            // What stands in front brings many; what runs on this machine is the operator's.
            let peer = address.ip().to_canonical();
            let counted =
                self.of_address.as_ref().filter(|_| !peer.is_loopback() && !self.believed.contain(peer));
            let of_address = match counted.map(|addresses| addresses.take(peer)).transpose() {
                Ok(of_address) => of_address,
                Err(_full) => continue,
            };
            let until = Box::pin(sleep(self.silence));
            let held = (place, of_address);
            return (Connection { stream, until, limit: self.silence, _held: held }, address);
        }
    }
}

/// Whether an error of accept is about the one connection that it was to bring.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Serves until `shutdown` resolves; what is in flight may end.
pub(super) async fn serve(
    listener: TcpListener,
    tls: Option<PublishedTls>,
    limits: Limits,
    router: Router,
    shutdown: impl Future<Output = ()>,
) {
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    let mut shutdown = pin!(shutdown);
    loop {
        let (connection, peer) = tokio::select! {
            biased;
            () = &mut shutdown => break,
            accepted = limits.accept(&listener) => accepted,
        };
        let (tls, router, stop) = (tls.clone(), router.clone(), stop.clone());
        tasks.spawn(async move {
            let Some(tls) = tls else { return speak(connection, peer, router, stop).await };
            let handshake = TlsAcceptor::from(tls.load_full()).accept(connection);
            match timeout(HANDSHAKE, handshake).await {
                Ok(Ok(stream)) => speak(stream, peer, router, stop).await,
                Ok(Err(error)) => tracing::debug!(%peer, %error, "no TLS at the admin address"),
                Err(_elapsed) => tracing::debug!(%peer, "TLS at the admin address took too long"),
            }
        });
    }
    drop(listener);
    stop.cancel();
    tasks.close();
    let _ = timeout(DRAIN, tasks.wait()).await;
}

/// Answers what comes on a connection.
async fn speak<S>(stream: S, peer: SocketAddr, router: Router, stop: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let router = TowerToHyperService::new(router);
    let answering = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer.ip()));
        let answer = timeout(ANSWER, router.call(request));
        async move {
            Ok::<_, Infallible>(match answer.await {
                Ok(Ok(answer)) => answer,
                Ok(Err(never)) => match never {},
                Err(_elapsed) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            })
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(BUFFER);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), answering));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a connection to the admin address ended");
    }
}

/// A connection that ends when the other side is silent, or takes nothing, for too long.
struct Connection {
    stream: TcpStream,
    until: Pin<Box<Sleep>>,
    limit: Duration,
    _held: (Option<OwnedSemaphorePermit>, Option<AddressPlace>),
}

impl Connection {
    /// What came, from now on with time again; or an error where time is up.
    fn in_time<T>(&mut self, polled: Poll<io::Result<T>>, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        match polled {
            Poll::Ready(done) => {
                let limit = self.limit;
                self.until.as_mut().reset(Instant::now() + limit);
                Poll::Ready(done)
            }
            Poll::Pending => self.until.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into())),
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
        self.in_time(polled, cx)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.in_time(polled, cx)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;

    fn limits(places: usize, of_one: Option<usize>, silence: Duration) -> Limits {
        Limits {
            places: Arc::new(Semaphore::new(places)),
            of_address: of_one.map(|most| Arc::new(Addresses::new(most))),
            believed: Networks::default(),
            silence,
        }
    }

    async fn listener() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        (listener, address)
    }

    #[tokio::test]
    async fn no_more_are_let_in_than_there_are_places() {
        let (listener, address) = listener().await;
        let limits = limits(1, None, SILENCE);
        let _waiting =
            [TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap()];
        let (first, _) = limits.accept(&listener).await;
        assert_eq!(limits.places.available_permits(), 0);
        drop(first);
        let (_second, _) = limits.accept(&listener).await;
        assert_eq!(limits.places.available_permits(), 0);
    }

    #[tokio::test]
    async fn a_silent_connection_ends() {
        let (listener, address) = listener().await;
        let _silent = TcpStream::connect(address).await.unwrap();
        let (mut connection, _) = limits(1, None, Duration::from_millis(1)).accept(&listener).await;
        let read = connection.read(&mut [0; 1]).await;
        assert_eq!(read.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
