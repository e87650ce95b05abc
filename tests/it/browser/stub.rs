//! A small site for tests: fixed replies by path, changeable while it runs; it remembers what it got.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, Version, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use super::Certificate;

/// A reply to every GET of a path.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

impl Reply {
    /// A body of a media type.
    pub(crate) fn of(media_type: &str, body: impl Into<Bytes>) -> Self {
        Self { headers: Vec::new(), body: body.into() }.with("content-type", media_type)
    }

    /// A body without a media type.
    pub(crate) fn bare(body: impl Into<Bytes>) -> Self {
        Self { headers: Vec::new(), body: body.into() }
    }

    /// An HTML page in UTF-8.
    pub(crate) fn html(body: impl Into<Bytes>) -> Self {
        Self::of("text/html; charset=utf-8", body)
    }

    /// A script that other origins may fetch with CORS, as a vendor's.
    pub(crate) fn script(body: impl Into<Bytes>) -> Self {
        Self::of("text/javascript", body).with("access-control-allow-origin", "*")
    }

    /// Its body.
    pub(crate) fn body(&self) -> &Bytes {
        &self.body
    }

    /// One header more.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.parse().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap()));
        self
    }
}

/// A request that a stub got.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// Its method.
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) target: String,
    /// `content-type`, or empty.
    pub(crate) media_type: String,
    /// HTTP/1.1 or HTTP/2.
    pub(crate) version: Version,
    /// The body, as text.
    pub(crate) body: String,
}

#[derive(Default)]
struct State {
    replies: Mutex<HashMap<String, Reply>>,
    received: Mutex<Vec<Received>>,
}

/// A running stub; it stops when dropped. Unknown paths get 404, every POST gets 204.
pub(crate) struct Stub {
    state: Arc<State>,
    address: SocketAddr,
    scheme: &'static str,
    accepting: JoinHandle<()>,
}

impl Stub {
    /// Plain HTTP/1.1 on a free port.
    pub(crate) async fn http() -> Self {
        Self::start(None).await
    }

    /// TLS, HTTP/2 or HTTP/1.1 by ALPN, on a free port.
    pub(crate) async fn https(certificate: &Certificate) -> Self {
        let chain = CertificateDer::pem_file_iter(certificate.chain()).unwrap().map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_file(certificate.key()).unwrap();
        let mut config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Self::start(Some(TlsAcceptor::from(Arc::new(config)))).await
    }

    async fn start(tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let state = Arc::new(State::default());
        let accepting = tokio::spawn(accept(listener, tls, Arc::clone(&state)));
        Self { state, address, scheme, accepting }
    }

    /// Answers `path` so from now on.
    pub(crate) fn set(&self, path: &str, reply: Reply) {
        self.state.replies.lock().unwrap().insert(path.to_owned(), reply);
    }

    /// The URL of a path under a host name (`localhost`, or any under `.example`).
    pub(crate) fn url_at(&self, host: &str, path: &str) -> String {
        format!("{}://{host}:{}{path}", self.scheme, self.address.port())
    }

    /// The URL of a path under 127.0.0.1.
    pub(crate) fn url(&self, path: &str) -> String {
        self.url_at("127.0.0.1", path)
    }

    /// Every request so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.state.received.lock().unwrap().clone()
    }

    /// The POSTs so far to targets that begin with `path`.
    pub(crate) fn posted(&self, path: &str) -> Vec<Received> {
        let wanted = |r: &Received| r.method == Method::POST && r.target.starts_with(path);
        self.received().into_iter().filter(wanted).collect()
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, state: Arc<State>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (tls, state) = (tls.clone(), Arc::clone(&state));
        tokio::spawn(async move {
            match tls {
                None => serve(stream, false, state).await,
                Some(tls) => {
                    // A browser that mistrusts the certificate hangs up here; its test sees that itself.
                    let Ok(stream) = tls.accept(stream).await else { return };
                    let h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                    serve(stream, h2, state).await;
                }
            }
        });
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, h2: bool, state: Arc<State>) {
    let service = service_fn(move |request| {
        let state = Arc::clone(&state);
        async move { Ok::<_, Infallible>(answer(&state, request).await) }
    });
    let stream = TokioIo::new(stream);
    // Browsers break connections off as they like.
    let _ = if h2 {
        http2::Builder::new(TokioExecutor::new()).serve_connection(stream, service).await
    } else {
        http1::Builder::new().serve_connection(stream, service).await
    };
}

async fn answer(state: &State, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, 1 << 20).collect().await.map(http_body_util::Collected::to_bytes);
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    state.received.lock().unwrap().push(Received {
        method: parts.method.clone(),
        target: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
        media_type: parts.headers.get(header::CONTENT_TYPE).map_or_else(String::new, text),
        version: parts.version,
        body: String::from_utf8_lossy(&body.unwrap_or_default()).into_owned(),
    });
    if parts.method == Method::POST {
        return empty(204);
    }
    let Some(reply) = state.replies.lock().unwrap().get(parts.uri.path()).cloned() else { return empty(404) };
    let mut response = Response::new(Full::new(reply.body));
    for (name, value) in reply.headers {
        response.headers_mut().append(name, value);
    }
    response
}

/// As servers answer: an error is a page. Reports to another origin come with a CORS preflight, so all
/// is allowed.
fn empty(status: u16) -> Response<Full<Bytes>> {
    let allow = "access-control-allow-";
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
        .header(format!("{allow}origin"), "*")
        .header(format!("{allow}headers"), "*")
        .body(Full::default())
        .unwrap()
}
