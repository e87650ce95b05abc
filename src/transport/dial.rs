//! Connecting to a server: TCP, and TLS where asked for. The caller sets the time limit.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Body;
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;

use super::listen::tune;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

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
    #[error("could not begin HTTP/1.1: {0}")]
    Handshake(#[from] hyper::Error),
}

/// What a connection needs to know.
#[derive(Debug, Clone)]
pub struct Dialer {
    /// For TLS.
    pub tls: Arc<ClientConfig>,
    /// Header fields in one response.
    pub max_headers: usize,
    /// Bytes of a response's head, and the size of hyper's buffers.
    pub buffer_bytes: usize,
    /// After which a silent peer is given up by the kernel.
    pub patience: Duration,
}

impl Dialer {
    /// Connects to a host by name and begins HTTP/1.1. The connection is driven by a task of the
    /// current `LocalSet` and ends when the sender is dropped.
    pub async fn connect<B>(&self, host: &str, port: u16, tls: bool) -> Result<SendRequest<B>, DialError>
    where
        B: Body + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let stream = TcpStream::connect((host, port)).await?;
        self.begin(stream, host, tls).await
    }

    /// The same to an address that was resolved and checked by the caller; `host` is the name that
    /// the certificate must carry.
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
        self.begin(stream, host, tls).await
    }

    /// The same through a socket in the file system.
    pub async fn connect_unix<B>(&self, path: &Path) -> Result<SendRequest<B>, DialError>
    where
        B: Body + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        self.handshake(UnixStream::connect(path).await?).await
    }

    async fn begin<B>(&self, stream: TcpStream, host: &str, tls: bool) -> Result<SendRequest<B>, DialError>
    where
        B: Body + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        tune(&stream, self.patience)?;
        if !tls {
            return self.handshake(stream).await;
        }
        let name =
            ServerName::try_from(host.to_owned()).map_err(|_not_a_name| DialError::Name(host.to_owned()))?;
        let connector = TlsConnector::from(Arc::clone(&self.tls));
        self.handshake(connector.connect(name, stream).await?).await
    }

    async fn handshake<S, B>(&self, stream: S) -> Result<SendRequest<B>, DialError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        B: Body + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let (sender, connection) = Builder::new()
            .max_buf_size(self.buffer_bytes)
            .max_headers(self.max_headers)
            .handshake(TokioIo::new(stream))
            .await?;
        tokio::task::spawn_local(async move {
            // The exchange that uses it is told too; here it is only worth a line when debugging.
            if let Err(error) = connection.with_upgrades().await {
                tracing::debug!(%error, "upstream connection ended");
            }
        });
        Ok(sender)
    }
}
