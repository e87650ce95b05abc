//! Connecting to a server: TCP, and TLS where asked for. The caller sets the time limit.

use std::cell::Cell;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use http::uri::Scheme;
use hyper::body::Body;
use hyper::client::conn::http1::SendRequest;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::empties::EmptiesCounted;
use super::listen::tune;
use super::local::LocalExecutor;
use super::paced::Paced;
use super::sender::{Http1Sender, Http2Sender, Sender};
use super::tls::PublishedClient;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

const HTTP1: &[u8] = b"http/1.1";
const HTTP2: &[u8] = b"h2";
/// The largest window that HTTP/2 knows.
const LARGEST_WINDOW: u32 = (1 << 31) - 1;
/// The smallest that it lets us ask for.
const SMALLEST_WINDOW: u32 = (1 << 16) - 1;

/// The window of a connection is so many times that of all its streams.
const ROOM: u32 = 4;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// Name resolution, TCP or TLS failed.
    #[error("could not connect: {0}")]
    Connect(#[from] io::Error),
    /// The host is not a name that a certificate could be checked against.
    #[error("`{0}` is not a host name")]
    Name(String),
    /// hyper could not begin.
    #[error("could not begin HTTP: {0}")]
    Handshake(#[from] hyper::Error),
}

/// What is spoken over a connection.
#[derive(Debug, Clone, Copy)]
pub enum Over<'n> {
    /// HTTP/1.1.
    Plain,
    /// HTTP/2 from the first byte, because it is known that the server speaks it.
    PriorKnowledge,
    /// TLS, and what the server chooses of HTTP/2 and HTTP/1.1. Its certificate must be for this name.
    Tls(&'n str),
    /// TLS and HTTP/1.1.
    TlsHttp1(&'n str),
}

/// Header fields in one message, if nobody says otherwise: as many as hyper reads without making tables for them
/// with each message, and as many as other proxies let through.
pub const USUAL_HEADERS: usize = 100;

/// What a connection needs to know.
#[derive(Debug, Clone)]
pub struct Dialer {
    /// For TLS.
    pub tls: PublishedClient,
    /// Header fields in one response.
    pub max_headers: usize,
    /// Bytes of a response's head, and the size of hyper's buffers.
    pub buffer_bytes: usize,
    /// HTTP/2 streams open at once on one connection: what is kept for all of them is what is kept for one,
    /// so many times.
    pub max_streams: u32,
    /// After which a silent peer is given up.
    pub patience: Duration,
}

impl Dialer {
    /// Connects to a host by name and begins HTTP. The connection is driven by a task of the current
    /// thread and ends when the sender is dropped.
    pub async fn reach<B>(&self, host: &str, port: u16, over: Over<'_>) -> Result<Sender<B>, DialError>
    where
        B: Body + Unpin + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let stream = TcpStream::connect((host, port)).await?;
        tune(&stream, self.patience)?;
        let (name, offer): (_, &[&[u8]]) = match over {
            Over::Plain => return Ok(Sender::Http1(self.begin_http1(stream).await?)),
            Over::PriorKnowledge => {
                return Ok(Sender::Http2(self.begin_http2(stream, Scheme::HTTP).await?));
            }
            Over::Tls(name) => (name, &[HTTP2, HTTP1]),
            Over::TlsHttp1(name) => (name, &[HTTP1]),
        };
        let stream = self.secure(stream, name, offer).await?;
        if stream.get_ref().1.alpn_protocol() == Some(HTTP2) {
            return Ok(Sender::Http2(self.begin_http2(stream, Scheme::HTTPS).await?));
        }
        Ok(Sender::Http1(self.begin_http1(stream).await?))
    }

    /// The same with HTTP/1.1, to an address that was resolved and checked by the caller; `host` is the name
    /// that the certificate must carry.
    pub async fn connect_to<B>(
        &self,
        address: SocketAddr,
        host: &str,
        tls: bool,
    ) -> Result<SendRequest<B>, DialError>
    where
        B: Body + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let stream = TcpStream::connect(address).await?;
        tune(&stream, self.patience)?;
        if !tls {
            return Ok(self.begin_http1(stream).await?.sender);
        }
        Ok(self.begin_http1(self.secure(stream, host, &[HTTP1]).await?).await?.sender)
    }

    /// The same through a socket in the file system.
    pub async fn reach_unix<B>(&self, path: &Path) -> Result<Sender<B>, DialError>
    where
        B: Body + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        Ok(Sender::Http1(self.begin_http1(UnixStream::connect(path).await?).await?))
    }

    /// The same, where it is known that only HTTP/1.1 is spoken.
    pub async fn connect_unix<B>(&self, path: &Path) -> Result<SendRequest<B>, DialError>
    where
        B: Body + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        Ok(self.begin_http1(UnixStream::connect(path).await?).await?.sender)
    }

    /// Begins TLS and HTTP/1.1 over a stream that is there already, such as a tunnel.
    pub async fn begin_secure<S, B>(&self, stream: S, host: &str) -> Result<SendRequest<B>, DialError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        B: Body + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        Ok(self.begin_http1(self.secure(stream, host, &[HTTP1]).await?).await?.sender)
    }

    async fn secure<S>(&self, stream: S, name: &str, offer: &[&[u8]]) -> Result<TlsStream<S>, DialError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let server =
            ServerName::try_from(name.to_owned()).map_err(|_not_a_name| DialError::Name(name.to_owned()))?;
        let connector = TlsConnector::from(self.tls.load_full());
        let offer = offer.iter().map(|protocol| protocol.to_vec()).collect();
        Ok(connector.with_alpn(offer).connect(server, stream).await?)
    }

    async fn begin_http1<S, B>(&self, stream: S) -> Result<Http1Sender<B>, DialError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        B: Body + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let mut builder = http1::Builder::new();
        builder.max_buf_size(self.buffer_bytes);
        if self.max_headers != USUAL_HEADERS {
            builder.max_headers(self.max_headers);
        }
        let (stream, pace) = Paced::new(stream);
        let (sender, connection) = builder.handshake(TokioIo::new(stream)).await?;
        tokio::task::spawn_local(async move {
            // The exchange that uses it is told too; here it is only worth a line when debugging.
            if let Err(error) = connection.with_upgrades().await {
                tracing::debug!(%error, "upstream connection ended");
            }
        });
        Ok(Http1Sender { sender, pace })
    }

    async fn begin_http2<S, B>(&self, stream: S, scheme: Scheme) -> Result<Http2Sender<B>, DialError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        B: Body + Unpin + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let window = u32::try_from(self.buffer_bytes).unwrap_or(LARGEST_WINDOW).max(SMALLEST_WINDOW);
        let all = window.saturating_mul(self.max_streams).saturating_mul(ROOM).min(LARGEST_WINDOW);
        let stream = EmptiesCounted::new(stream);
        let empty = stream.empty_pieces();
        let (sender, mut connection) = http2::Builder::new(LocalExecutor)
            .timer(TokioTimer::new())
            .max_header_list_size(window)
            .max_send_buf_size(self.buffer_bytes)
            .initial_stream_window_size(window)
            // Room for every stream: one that a visitor doesn't read must not hold up the others. And more than
            // that: h2 lets small pieces cost half of it before it ends the connection.
            .initial_connection_window_size(all)
            .keep_alive_interval(self.patience / 2)
            .keep_alive_timeout(self.patience / 2)
            .handshake(TokioIo::new(stream))
            .await?;
        let (window, small_budget) = (usize_of(window), usize_of(all) / 2);
        let most = Rc::new(Cell::new(connection.current_max_send_streams()));
        let told = Rc::clone(&most);
        tokio::task::spawn_local(async move {
            let ended = poll_fn(|cx| {
                let polled = std::pin::Pin::new(&mut connection).poll(cx);
                told.set(connection.current_max_send_streams());
                polled
            });
            if let Err(error) = ended.await {
                tracing::debug!(%error, "upstream connection ended");
            }
        });
        Ok(Http2Sender { sender, scheme, most, empty, window, small_budget })
    }
}

fn usize_of(window: u32) -> usize {
    usize::try_from(window).unwrap_or(usize::MAX)
}
