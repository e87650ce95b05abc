//! Visitors: one that writes raw HTTP/1.1 and says whether a response was whole, one that speaks HTTP/2.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::within;

trait Io: AsyncRead + AsyncWrite + Send {}
impl<T: AsyncRead + AsyncWrite + Send> Io for T {}

/// A raw HTTP/1.1 connection.
pub(crate) struct Client {
    stream: Pin<Box<dyn Io>>,
    local: Option<SocketAddr>,
    read: Vec<u8>,
    at_end: bool,
    reset: bool,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// The body ended as its framing said it would.
    pub(crate) whole: bool,
}

impl Response {
    /// A header's value, lines of one name joined by ` | `.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self
            .head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
            .filter(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect();
        (!values.is_empty()).then(|| values.join(" | "))
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Client {
    /// Over plain TCP.
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let local = stream.local_addr().ok();
        Self { local, ..Self::over(stream) }
    }

    /// Over TLS with HTTP/1.1.
    pub(crate) async fn tls(address: SocketAddr, ca: &Path) -> Self {
        Self::over(tls(address, ca, b"http/1.1").await)
    }

    fn over(stream: impl Io + 'static) -> Self {
        Self { stream: Box::pin(stream), local: None, read: Vec::new(), at_end: false, reset: false }
    }

    /// Its own end's address, as logs have it, where it is plain TCP.
    pub(crate) fn address(&self) -> String {
        self.local.unwrap().to_string()
    }

    /// Sends a request and reads the response.
    pub(crate) async fn ask(&mut self, request: impl AsRef<[u8]>) -> Response {
        let bodyless = request.as_ref().starts_with(b"HEAD ");
        self.send(request).await;
        self.response(bodyless).await
    }

    /// Sends bytes.
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref()).await;
    }

    /// Reads one response. A connection that ends without one gives status 0.
    pub(crate) async fn response(&mut self, bodyless: bool) -> Response {
        within("a response", async {
            let Some((status, head)) = self.head().await else {
                return Response { status: 0, head: String::new(), body: Vec::new(), whole: false };
            };
            let lower = head.to_lowercase();
            let length = lower.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            let (body, whole) = if bodyless || matches!(status, 101 | 204 | 304) {
                (Vec::new(), true)
            } else if lower.contains("transfer-encoding: chunked") {
                self.chunks().await
            } else if let Some(length) = length {
                self.exactly(length).await
            } else {
                while self.more().await {}
                (std::mem::take(&mut self.read), !self.reset)
            };
            Response { status, head, body, whole }
        })
        .await
    }

    /// Status and head of the next response.
    pub(crate) async fn head(&mut self) -> Option<(u16, String)> {
        let end = loop {
            if let Some(end) = find(&self.read, b"\r\n\r\n") {
                break end + 4;
            }
            if !self.more().await {
                return None;
            }
        };
        let head = String::from_utf8_lossy(&self.read.drain(..end).collect::<Vec<_>>()).into_owned();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Some((status, head))
    }

    /// Reads until the bytes that came contain `wanted`, and leaves them.
    pub(crate) async fn until(&mut self, wanted: &[u8]) -> bool {
        within("bytes", async {
            while find(&self.read, wanted).is_none() {
                if !self.more().await {
                    return false;
                }
            }
            true
        })
        .await
    }

    /// The bytes that came and were not read as part of a response.
    pub(crate) fn taken(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.read)
    }

    async fn exactly(&mut self, length: usize) -> (Vec<u8>, bool) {
        while self.read.len() < length {
            if !self.more().await {
                return (std::mem::take(&mut self.read), false);
            }
        }
        (self.read.drain(..length).collect(), true)
    }

    async fn chunks(&mut self) -> (Vec<u8>, bool) {
        let mut body = Vec::new();
        loop {
            let Some(end) = find(&self.read, b"\r\n") else {
                if self.more().await {
                    continue;
                }
                return (body, false);
            };
            let line = String::from_utf8_lossy(&self.read[..end]).into_owned();
            let size = usize::from_str_radix(line.split(';').next().unwrap(), 16).unwrap();
            self.read.drain(..end + 2);
            let (mut chunk, whole) = self.exactly(size + 2).await;
            chunk.truncate(size);
            body.extend(chunk);
            if !whole || size == 0 {
                return (body, whole);
            }
        }
    }

    async fn more(&mut self) -> bool {
        if self.at_end {
            return false;
        }
        let mut buffer = vec![0; 64 * 1024];
        match self.stream.read(&mut buffer).await {
            Ok(0) => self.at_end = true,
            Ok(count) => self.read.extend_from_slice(&buffer[..count]),
            Err(_) => (self.at_end, self.reset) = (true, true),
        }
        !self.at_end
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|here| here == wanted)
}

/// Whether a new connection shows a certificate of this CA.
pub(crate) async fn is_certified_by(address: SocketAddr, ca: &Path) -> bool {
    try_tls(address, ca, b"http/1.1").await.is_ok()
}

/// The same, asked for by another name than `localhost`.
pub(crate) async fn is_certified_for(address: SocketAddr, ca: &Path, name: &str) -> bool {
    try_tls_of(address, ca, b"http/1.1", name).await.is_ok()
}

async fn tls(address: SocketAddr, ca: &Path, protocol: &[u8]) -> tokio_rustls::client::TlsStream<TcpStream> {
    try_tls(address, ca, protocol).await.unwrap()
}

async fn try_tls(
    address: SocketAddr,
    ca: &Path,
    protocol: &[u8],
) -> std::io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
    try_tls_of(address, ca, protocol, "localhost").await
}

async fn try_tls_of(
    address: SocketAddr,
    ca: &Path,
    protocol: &[u8],
    name: &str,
) -> std::io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    for root in CertificateDer::pem_file_iter(ca).unwrap() {
        roots.add(root.unwrap()).unwrap();
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let stream = TcpStream::connect(address).await.unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// An HTTP/2 connection over TLS.
pub(crate) struct H2Client {
    sender: SendRequest<Empty<Bytes>>,
}

impl H2Client {
    /// Connects; the server must agree to HTTP/2 by ALPN.
    pub(crate) async fn connect(address: SocketAddr, ca: &Path) -> Self {
        let stream = tls(address, ca, b"h2").await;
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let (sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self { sender }
    }

    /// The same connection, for one more stream at the same time.
    pub(crate) fn again(&self) -> Self {
        Self { sender: self.sender.clone() }
    }

    /// A GET of a path under `https://shop.test`.
    pub(crate) async fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = Request::get(format!("https://shop.test{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Empty::new()).unwrap()).await
    }

    /// Any request.
    pub(crate) async fn send(&mut self, request: Request<Empty<Bytes>>) -> Response {
        within("a response", async {
            self.sender.ready().await.unwrap();
            let Ok(response) = self.sender.send_request(request).await else {
                return Response { status: 0, head: String::new(), body: Vec::new(), whole: false };
            };
            let (parts, mut incoming) = response.into_parts();
            let mut head = format!("HTTP/2 {}\n", parts.status);
            for (name, value) in &parts.headers {
                writeln!(head, "{name}: {}", String::from_utf8_lossy(value.as_bytes())).unwrap();
            }
            let (mut body, mut whole) = (Vec::new(), true);
            while let Some(frame) = incoming.frame().await {
                match frame {
                    Ok(frame) => body.extend(frame.into_data().unwrap_or_default()),
                    Err(_) => whole = false,
                }
                if !whole {
                    break;
                }
            }
            Response { status: parts.status.as_u16(), head, body, whole }
        })
        .await
    }
}
