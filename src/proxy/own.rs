//! What we answer ourselves, under `/_countersign/` on every site: reports in, mirrored scripts out.
//! Nothing below that path, in any of the ways in which a server might read it, is ever forwarded.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::timeout;

use super::admit::Admitted;
use super::body::Body;
use super::decide::Treatment;
use super::error::{Kind, ProxyError};
use super::exchange::Peer;
use super::forward::client_address;
use super::mirror;
use super::worker::Shared;
use crate::policy::{OWN_PREFIX, REPORT_PATH, Snapshot};
use crate::reports::{Collector, Sent};
use crate::web::{PathReadings, canonical_path};

/// A whole report, from its first byte to its last.
const REPORT_TIME: Duration = Duration::from_secs(10);

/// Characters of a short path's name.
const SHORT: usize = 64;

/// Whether a path is ours in any of the ways in which a server might read it.
pub(super) fn is_own(path: &PathReadings) -> bool {
    let ours = |reading: &str| {
        let Some((start, rest)) = reading.split_at_checked(OWN_PREFIX.len()) else { return false };
        start.eq_ignore_ascii_case(OWN_PREFIX) && (rest.is_empty() || rest.starts_with('/'))
    };
    path.for_rules().any(ours)
}

/// Answers a request under our path.
pub(super) async fn answer(
    shared: &Shared,
    snapshot: &Snapshot,
    peer: &Peer,
    admitted: &Admitted,
    request: Request<Incoming>,
) -> Result<Response<Body>, ProxyError> {
    let path = canonical_path(request.uri().path());
    let response = if path == REPORT_PATH {
        report(shared, snapshot, peer, &admitted.host, request).await?
    } else {
        mirror::answer(snapshot, (&admitted.host, &path), request.method(), request.headers())?
    };
    shared.record.metrics().exchange(Treatment::OWN, response.status().as_u16());
    Ok(inert(response))
}

/// Answers a request where nothing but reports is taken.
pub(super) async fn collect(
    shared: &Shared,
    snapshot: &Snapshot,
    peer: &Peer,
    admitted: &Admitted,
    request: Request<Incoming>,
) -> Result<Response<Body>, ProxyError> {
    let path = canonical_path(request.uri().path());
    if path != REPORT_PATH && !is_short(&path) {
        return Err(ProxyError::new(Kind::NoSuchOwnPath, path));
    }
    let response = report(shared, snapshot, peer, &admitted.host, request).await?;
    shared.record.metrics().exchange(Treatment::OWN, response.status().as_u16());
    Ok(inert(response))
}

/// Whether it is one of the short paths, which may say where a CSP is sent: `/r/shop-2`.
fn is_short(path: &str) -> bool {
    path.strip_prefix("/r/").is_some_and(|name| {
        (1..=SHORT).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    })
}

/// Opened as documents they are of the site's origin, where a frame without a CSP would be a place for
/// scripts that the page around it may not run.
fn inert(mut response: Response<Body>) -> Response<Body> {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn with_status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

async fn report(
    shared: &Shared,
    snapshot: &Snapshot,
    peer: &Peer,
    host: &str,
    request: Request<Incoming>,
) -> Result<Response<Body>, ProxyError> {
    let mut response = match *request.method() {
        Method::OPTIONS => with_status(StatusCode::NO_CONTENT),
        Method::POST => {
            let (parts, incoming) = request.into_parts();
            let body = timeout(REPORT_TIME, read(incoming)).await;
            let body = body.map_err(|elapsed| ProxyError::new(Kind::RequestStalled, elapsed))??;
            let client = client_address(&parts.headers, peer.address.ip(), peer.trusted);
            let (headers, query) = (&parts.headers, parts.uri.query());
            let collected = shared.collected.as_ref();
            let policies = Some(snapshot).filter(|_| collected.is_none());
            with_status(shared.collector.intake(&Sent {
                peer: client,
                host,
                policies,
                collected,
                headers,
                query,
                body: &body,
            }))
        }
        _ => {
            let mut response = with_status(StatusCode::METHOD_NOT_ALLOWED);
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST, OPTIONS"));
            response
        }
    };
    // Other origins' pages may be told to report here; there is nothing to read.
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// A report, and of one that is too long only as much as shows that it is.
async fn read(mut incoming: Incoming) -> Result<Bytes, ProxyError> {
    let mut body = BytesMut::new();
    while let Some(frame) = incoming.frame().await {
        let frame = frame.map_err(|error| ProxyError::because(Kind::RequestBroken, &error))?;
        let Ok(data) = frame.into_data() else { continue };
        let room = (Collector::MAX_BODY + 1).saturating_sub(body.len());
        body.extend_from_slice(data.get(..room).unwrap_or(&data));
        if body.len() > Collector::MAX_BODY {
            break;
        }
    }
    Ok(body.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_path_is_one_name() {
        let long = format!("/r/{}", "a".repeat(64));
        for path in ["/r/shop", "/r/shop-2", &long] {
            assert!(is_short(path), "{path}");
        }
        let longer = format!("{long}a");
        for path in ["/r/", "/r", "/r/a/b", "/r/A", "/r/a?b", "/r/é", "/R/a", &longer] {
            assert!(!is_short(path), "{path}");
        }
    }

    #[test]
    fn only_paths_below_ours_are_ours() {
        for (path, own) in [
            ("/_countersign", true),
            ("/_countersign/", true),
            ("/_countersign/reports", true),
            ("/_countersign;x/reports", true),
            ("/_Countersign/reports", true),
            ("/x/%2e%2e/_countersign", true),
            ("/_countersignature", false),
            ("/x/_countersign/reports", false),
        ] {
            assert_eq!(is_own(&PathReadings::of(path)), own, "{path}");
        }
    }
}
