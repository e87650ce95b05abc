//! The HTTP client that carries WebDriver commands: one connection a command.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use thirtyfour::error::{WebDriverError, WebDriverResult};
use thirtyfour::session::http::{Body, HttpClient};
use tokio::net::TcpStream;

/// Longer than chromedriver's own limit for loading a page.
const COMMAND_LIMIT: Duration = Duration::from_mins(2);

/// Sends commands to chromedriver.
pub(crate) struct DriverClient;

#[async_trait::async_trait]
impl HttpClient for DriverClient {
    async fn send(&self, request: Request<Body<'_>>) -> WebDriverResult<Response<Bytes>> {
        let (parts, body) = request.into_parts();
        let body = match body {
            Body::Empty => Bytes::new(),
            Body::Json(json) => Bytes::from(json.to_string()),
        };
        let request = Request::from_parts(parts, Full::new(body));
        let answer = tokio::time::timeout(COMMAND_LIMIT, exchange(request)).await;
        let failed = |error: String| WebDriverError::RequestFailed(error);
        answer
            .map_err(|limit| failed(format!("chromedriver did not answer: {limit}")))?
            .map_err(|e| failed(e.to_string()))
    }

    async fn new(&self) -> Arc<dyn HttpClient> {
        Arc::new(Self)
    }
}

async fn exchange(
    mut request: Request<Full<Bytes>>,
) -> Result<Response<Bytes>, Box<dyn std::error::Error + Send + Sync>> {
    let authority = request.uri().authority().ok_or("no authority")?.clone();
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    *request.uri_mut() = Uri::try_from(target)?;
    request.headers_mut().insert(header::HOST, HeaderValue::from_str(authority.as_str())?);
    request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let stream = TcpStream::connect(authority.as_str()).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let (parts, body) = sender.send_request(request).await?.into_parts();
    Ok(Response::from_parts(parts, body.collect().await?.to_bytes()))
}
