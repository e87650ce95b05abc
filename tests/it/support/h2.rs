//! Both ends of HTTP/2 with bodies that the test feeds piece by piece: an application, and a visitor.

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming};
use hyper::client::conn::http2::SendRequest;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::crypto::aws_lc_rs;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::within;
use countersign::app::TlsFiles;

/// Pieces that may wait to be sent.
const PIECES: usize = 64;

/// A body that the test feeds; it ends when the feeder is dropped, and breaks where it is told to.
#[derive(Debug)]
pub(crate) struct Fed(Receiver<io::Result<Frame<Bytes>>>);

/// Feeds it.
#[derive(Debug, Clone)]
pub(crate) struct Feeder(Sender<io::Result<Frame<Bytes>>>);

/// A body, and what feeds it.
pub(crate) fn fed() -> (Feeder, Fed) {
    let (send, receive) = channel(PIECES);
    (Feeder(send), Fed(receive))
}

/// A body that is all there.
pub(crate) fn whole(text: impl Into<Bytes>) -> Fed {
    let (feeder, body) = fed();
    feeder.send(text);
    body
}

impl Feeder {
    pub(crate) fn send(&self, text: impl Into<Bytes>) {
        let _ = self.0.try_send(Ok(Frame::data(text.into())));
    }

    /// Sends a piece once there is room for it; false where nobody reads the body any more.
    pub(crate) async fn push(&self, text: &'static str) -> bool {
        within("room for a piece", self.0.send(Ok(Frame::data(text.into())))).await.is_ok()
    }

    pub(crate) fn trailers(&self, fields: &[(&'static str, &'static str)]) {
        let mut trailers = HeaderMap::new();
        for (name, value) in fields {
            trailers.append(*name, value.parse().unwrap());
        }
        let _ = self.0.try_send(Ok(Frame::trailers(trailers)));
    }

    /// The body breaks here.
    pub(crate) fn fail(&self) {
        let _ = self.0.try_send(Err(io::Error::other("told to break")));
    }

    /// Whether nobody reads the body any more.
    pub(crate) fn is_left(&self) -> bool {
        self.0.is_closed()
    }

    /// Waits until nobody reads the body any more.
    pub(crate) async fn left(&self) {
        within("the reader to go away", self.0.closed()).await;
    }
}

impl Body for Fed {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.0.poll_recv(cx)
    }
}

/// An application that speaks HTTP/2.
pub(crate) struct H2Upstream {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl H2Upstream {
    /// Without TLS, from the first byte.
    pub(crate) async fn plain<F, W>(answer: F) -> Self
    where
        F: Fn(Request<Incoming>) -> W + Clone + Send + Sync + 'static,
        W: Future<Output = Response<Fed>> + Send + 'static,
    {
        Self::begin(None, answer).await
    }

    /// With TLS, chosen by ALPN; HTTP/1.1 is not spoken.
    pub(crate) async fn secure<F, W>(files: &TlsFiles, answer: F) -> Self
    where
        F: Fn(Request<Incoming>) -> W + Clone + Send + Sync + 'static,
        W: Future<Output = Response<Fed>> + Send + 'static,
    {
        Self::demanding(files, None, &["h2"], answer).await
    }

    /// With TLS and these protocols, only for whoever shows a certificate of this CA.
    pub(crate) async fn demanding<F, W>(
        files: &TlsFiles,
        of_ca: Option<&Path>,
        offered: &[&str],
        answer: F,
    ) -> Self
    where
        F: Fn(Request<Incoming>) -> W + Clone + Send + Sync + 'static,
        W: Future<Output = Response<Fed>> + Send + 'static,
    {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = match of_ca {
            Some(ca) => {
                let mut roots = RootCertStore::empty();
                roots.add(CertificateDer::from_pem_file(ca).unwrap()).unwrap();
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
                verifier.build().unwrap()
            }
            None => WebPkiClientVerifier::no_client_auth(),
        };
        let chain = CertificateDer::pem_file_iter(&files.certificate).unwrap().map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_file(&files.key).unwrap();
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_single_cert(chain, key)
            .unwrap();
        config.alpn_protocols = offered.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        Self::begin(Some(TlsAcceptor::from(Arc::new(config))), answer).await
    }

    async fn begin<F, W>(tls: Option<TlsAcceptor>, answer: F) -> Self
    where
        F: Fn(Request<Incoming>) -> W + Clone + Send + Sync + 'static,
        W: Future<Output = Response<Fed>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::<AtomicUsize>::default();
        let counted = Arc::clone(&connections);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let (answer, tls) = (answer.clone(), tls.clone());
                tokio::spawn(async move {
                    let service = service_fn(move |request| {
                        let answer = answer(request);
                        async move { Ok::<_, io::Error>(answer.await) }
                    });
                    let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                    let _ = match tls {
                        Some(tls) => {
                            let Ok(stream) = tls.accept(stream).await else { return };
                            if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
                                let builder = hyper::server::conn::http1::Builder::new();
                                let _ = builder.serve_connection(TokioIo::new(stream), service).await;
                                return;
                            }
                            builder.serve_connection(TokioIo::new(stream), service).await
                        }
                        None => builder.serve_connection(TokioIo::new(stream), service).await,
                    };
                });
            }
        });
        Self { address, connections, task }
    }

    /// How many connections there were.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for H2Upstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A visitor that speaks HTTP/2 without TLS.
#[derive(Clone)]
pub(crate) struct H2Visitor(SendRequest<Fed>);

impl H2Visitor {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self(sender)
    }

    /// One that takes so many bytes of a response before it reads any.
    pub(crate) async fn with_window(address: SocketAddr, bytes: u32) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let (sender, connection) = hyper::client::conn::http2::Builder::new(TokioExecutor::new())
            .initial_stream_window_size(bytes)
            .handshake(TokioIo::new(stream))
            .await
            .unwrap();
        tokio::spawn(connection);
        Self(sender)
    }

    /// Sends a request and waits for the response's head.
    pub(crate) async fn ask(&mut self, request: Request<Fed>) -> hyper::Result<Response<Incoming>> {
        within("a response", self.0.send_request(request)).await
    }

    /// Begins a request; the response is waited for elsewhere.
    pub(crate) fn begin(
        &mut self,
        request: Request<Fed>,
    ) -> impl Future<Output = hyper::Result<Response<Incoming>>> + use<> {
        self.0.send_request(request)
    }
}

/// The next piece of data; `None` at the end, or where trailers come instead.
pub(crate) async fn next_data(body: &mut Incoming) -> Option<Bytes> {
    let frame = within("a piece", body.frame()).await?;
    frame.unwrap().into_data().ok()
}

/// The rest of the data, and the trailers. The error is how the body broke.
pub(crate) async fn rest(mut body: Incoming) -> hyper::Result<(Vec<u8>, HeaderMap)> {
    let (mut data, mut trailers) = (Vec::new(), HeaderMap::new());
    while let Some(frame) = within("a piece", poll_fn(|cx| Pin::new(&mut body).poll_frame(cx))).await {
        match frame?.into_data() {
            Ok(piece) => data.extend(piece),
            Err(frame) => trailers.extend(frame.into_trailers().unwrap()),
        }
    }
    Ok((data, trailers))
}
