//! Plain HTTP, led to https: a listener of its own, on which nothing else is answered.

use std::convert::Infallible;
use std::rc::Rc;
use std::sync::Arc;

use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, X_CONTENT_TYPE_OPTIONS};
use http::uri::PathAndQuery;
use http::{HeaderValue, Request, Response, StatusCode};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::accept::{begin, next_connection};
use super::admit::admit;
use super::error::{Kind, ProxyError};
use super::ids::Ids;
use super::last_host::LastHost;
use super::names::Names;
use super::worker::Shared;
use crate::web::canonical_path;

/// In metrics: a redirect to https.
const REDIRECT: &str = "redirect";
/// Where an authority looks for proof that a name is ours, before there is a certificate.
/// <https://www.rfc-editor.org/rfc/rfc8555#section-8.3>
const CHALLENGES: &str = "/.well-known/acme-challenge/";

/// Redirects until asked to stop. Must run where tasks stay on their thread.
pub async fn redirect(shared: Arc<Shared>, listener: TcpListener, stop: CancellationToken) {
    let connections = TaskTracker::new();
    let ids = Rc::new(Ids::default());
    while let Some((mut stream, address, mut slot)) = next_connection(&shared, &stop, &listener).await {
        let (shared, ids, stop) = (Arc::clone(&shared), Rc::clone(&ids), stop.clone());
        connections.spawn_local(async move {
            if begin(&shared, &mut stream, address, &mut slot).await.is_none() {
                return;
            }
            let answering = service_fn(|request| {
                let answer = answer(&shared, &ids, &request);
                async move { Ok::<_, Infallible>(answer) }
            });
            let mut connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(shared.settings.header_time)
                .max_headers(shared.settings.max_headers)
                .max_buf_size(shared.settings.buffer_bytes)
                .serve_connection(TokioIo::new(stream), answering);
            let ended = tokio::select! {
                ended = &mut connection => ended,
                () = stop.cancelled() => {
                    std::pin::Pin::new(&mut connection).graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%address, %error, "connection ended");
            }
            drop(slot);
        });
    }
    drop(listener);
    connections.close();
    // Nothing of theirs takes long.
    let _ = timeout(shared.settings.drain_time, connections.wait()).await;
}

fn answer<B>(shared: &Shared, ids: &Ids, request: &Request<B>) -> Response<String> {
    let response = lead(shared, request).unwrap_or_else(|error| {
        let id = ids.next(shared.clock.now());
        shared.record.refused(id.as_str(), "a request for a redirect", &error);
        error.page(id.as_str())
    });
    shared.record.metrics().exchange(REDIRECT, response.status().as_u16());
    response
}

/// The same address with https, at its usual port: only for hosts of ours, because anybody can write a host.
fn lead<B>(shared: &Shared, request: &Request<B>) -> Result<Response<String>, ProxyError> {
    let fields = (request.headers(), Names::of(request.headers()));
    let admitted = admit(request.method(), request.uri(), request.version(), fields, &LastHost::default())?;
    if let Some(token) = canonical_path(request.uri().path()).strip_prefix(CHALLENGES) {
        let answer = shared.challenges.answer(token);
        let answer =
            answer.ok_or_else(|| ProxyError::new(Kind::NoSuchOwnPath, "no such challenge is open"))?;
        let mut response = Response::new(answer);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        return Ok(response);
    }
    if shared.published.load().site(&admitted.host).is_none() {
        return Err(ProxyError::new(Kind::UnknownHost, format!("no site for host {}", admitted.host)));
    }
    let host =
        if admitted.host.contains(':') { format!("[{}]", admitted.host) } else { admitted.host.clone() };
    // As it came; `*` is a path of nothing.
    let target = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
    let target = if target.starts_with('/') { target } else { "/" };
    let location = HeaderValue::from_str(&format!("https://{host}{target}"));
    let location = location.map_err(|error| ProxyError::because(Kind::BadRequest, &error))?;
    let mut response = Response::new(String::new());
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    response.headers_mut().insert(LOCATION, location);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
