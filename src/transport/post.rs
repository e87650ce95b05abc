//! Posts something to an address that the operator named: a webhook. Redirects aren't followed.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::SendRequest;
use tokio::net::lookup_host;
use tokio::time::timeout;
use url::{Position, Url};

use super::dial::{DialError, Dialer};
use super::tls::{self, PublishedClient, TlsError};

/// The longest answer that is read.
const LONGEST: usize = 64 << 20;

/// Why nothing was posted, or it isn't known whether it was.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// The host's name leads nowhere, or nobody answers there.
    #[error("can't connect: {0}")]
    Connect(String),
    /// The connection failed after it was made.
    #[error("{0}")]
    Sent(#[from] hyper::Error),
    /// Too long.
    #[error("no answer within {0:?}")]
    Time(Duration),
    /// The answer broke off, or is too long.
    #[error("the answer can't be read: {0}")]
    Answer(String),
    /// The URL or a field can't be written.
    #[error("the request can't be made: {0}")]
    Request(String),
}

/// Posts, from a runtime that is there already.
#[derive(Debug, Clone)]
pub struct Poster {
    tls: PublishedClient,
    patience: Duration,
}

impl Poster {
    /// With the system's certificates.
    pub fn new(patience: Duration) -> Result<Self, TlsError> {
        Self::trusting(patience, None)
    }

    /// The same, and with those of a CA (PEM).
    pub fn trusting(patience: Duration, ca: Option<&Path>) -> Result<Self, TlsError> {
        Ok(Self { tls: Arc::new(ArcSwap::new(tls::client(ca, None)?)), patience })
    }

    /// Posts `body` and returns the status of the answer. Needs a `LocalSet`.
    pub async fn post(&self, url: &Url, fields: &HeaderMap, body: Bytes) -> Result<u16, PostError> {
        timeout(self.patience, self.send(url, fields, body))
            .await
            .unwrap_or(Err(PostError::Time(self.patience)))
    }

    async fn send(&self, url: &Url, fields: &HeaderMap, body: Bytes) -> Result<u16, PostError> {
        let request = |error: http::Error| PostError::Request(error.to_string());
        let mut posted = Request::post(&url[Position::BeforePath..Position::AfterQuery])
            .header(HOST, &url[Position::BeforeHost..Position::AfterPort])
            .header(USER_AGENT, concat!("countersign/", env!("CARGO_PKG_VERSION")))
            .header(CONTENT_LENGTH, HeaderValue::from(body.len()))
            .body(Full::new(body))
            .map_err(request)?;
        posted.headers_mut().extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
        let mut sender = self.connect(url).await?;
        Ok(sender.send_request(posted).await?.status().as_u16())
    }

    /// Asks for something, or has something done, and returns the answer's status and body. Needs a `LocalSet`.
    pub async fn ask(
        &self,
        method: Method,
        url: &Url,
        fields: &HeaderMap,
        body: Option<Bytes>,
    ) -> Result<(u16, Bytes), PostError> {
        let asking = async {
            let request = |error: http::Error| PostError::Request(error.to_string());
            let mut asked = Request::builder()
                .method(method)
                .uri(&url[Position::BeforePath..Position::AfterQuery])
                .header(HOST, &url[Position::BeforeHost..Position::AfterPort])
                .header(USER_AGENT, concat!("countersign/", env!("CARGO_PKG_VERSION")));
            if let Some(body) = &body {
                asked = asked.header(CONTENT_TYPE, "application/json").header(CONTENT_LENGTH, body.len());
            }
            let mut asked = asked.body(Full::new(body.unwrap_or_default())).map_err(request)?;
            asked.headers_mut().extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
            let answer = self.connect(url).await?.send_request(asked).await?;
            let status = answer.status().as_u16();
            let body = Limited::new(answer.into_body(), LONGEST).collect().await;
            let body = body.map_err(|error| PostError::Answer(error.to_string()))?;
            Ok((status, body.to_bytes()))
        };
        timeout(self.patience, asking).await.unwrap_or(Err(PostError::Time(self.patience)))
    }

    async fn connect(&self, url: &Url) -> Result<SendRequest<Full<Bytes>>, PostError> {
        let failed = |error: &dyn std::error::Error| PostError::Connect(error.to_string());
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let port = url.port_or_known_default().unwrap_or(443);
        let tls = Arc::clone(&self.tls);
        let dialer =
            Dialer { tls, max_headers: 256, buffer_bytes: 64 << 10, max_streams: 1, patience: self.patience };
        let mut last = DialError::Name(host.to_owned());
        for address in lookup_host((host, port)).await.map_err(|error| failed(&error))? {
            match dialer.connect_to(address, host, url.scheme() == "https").await {
                Ok(sender) => return Ok(sender),
                Err(error) => last = error,
            }
        }
        Err(failed(&last))
    }
}
