//! Approved bytes from us: `/_countersign/s/<digest>/<id>.js`. What is under a name never changes, because
//! its digest is a part of the name.

mod coded;

use std::num::NonZeroUsize;

use bytes::Bytes;
use http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use http_range_header::parse_range_header_with_max_ranges;

use super::body::Body;
use super::codings::Codings;
use super::error::{Kind, ProxyError};
use super::hop_by_hop::tokens;
use crate::html::Coding;
use crate::policy::{MIRROR_PREFIX, Snapshot};

/// Parts in one request.
const ONE: NonZeroUsize = NonZeroUsize::MIN;
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Answers a request for mirrored bytes.
pub(super) fn answer(
    snapshot: &Snapshot,
    (host, path): (&str, &str),
    method: &Method,
    asked: &HeaderMap,
) -> Result<Response<Body>, ProxyError> {
    let nothing = || ProxyError::new(Kind::NoSuchOwnPath, path);
    let name = path.strip_prefix(MIRROR_PREFIX).ok_or_else(nothing)?;
    let site = snapshot.site(host).ok_or_else(nothing)?;
    let bytes = site.mirror.get(name).ok_or_else(nothing)?;
    if !matches!(*method, Method::GET | Method::HEAD) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return Ok(response);
    }
    Ok(served(name, bytes, asked))
}

/// The bytes, in a coding that the visitor reads, as a whole or the part that is asked for.
fn served(name: &str, bytes: &Bytes, asked: &HeaderMap) -> Response<Body> {
    let digest = name.split('/').next().unwrap_or(name);
    let tag = |coding: Coding| {
        if coding == Coding::Identity {
            return format!("\"{digest}\"");
        }
        format!("\"{digest}-{}\"", coding.name())
    };
    // A part is one of the bytes as they are: what is stored of them can be put together with it.
    let part = asked.get(RANGE).filter(|_| may_be_part(asked, &tag(Coding::Identity)));
    let coded = if part.is_some() { None } else { coded::choose(Codings::accepted(asked), name, bytes) };
    let (coding, body) = coded.unwrap_or_else(|| (Coding::Identity, bytes.clone()));
    let chosen = tag(coding);
    // Whichever of them is stored, it is the same script.
    let any = [Coding::Identity, Coding::Brotli, Coding::Zstd, Coding::Gzip].map(tag);
    let is_known = |given: &str| any.iter().any(|tag| given.trim_start_matches("W/") == tag);
    let known = tokens(asked, &IF_NONE_MATCH).any(is_known);
    let mut response = if known {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        whole_or_part(&body, part)
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if coding != Coding::Identity && !known {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    }
    if let Ok(value) = HeaderValue::from_str(&chosen) {
        headers.insert(ETAG, value);
    }
    response
}

/// Whether a part may be sent to somebody who holds the rest: `If-Range` must name these very bytes.
/// <https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5>
fn may_be_part(asked: &HeaderMap, tag: &str) -> bool {
    asked.get(IF_RANGE).is_none_or(|given| given.as_bytes() == tag.as_bytes())
}

/// One part, or all: several at once are for nobody who runs scripts.
/// <https://www.rfc-editor.org/rfc/rfc9110#section-14.2>
fn whole_or_part(body: &Bytes, range: Option<&HeaderValue>) -> Response<Body> {
    let length = body.len();
    let parsed =
        range.and_then(|range| range.to_str().ok()).map(|text| parse_range_header_with_max_ranges(text, ONE));
    let wanted = match parsed {
        Some(Ok(parsed)) => Some(parsed.validate(u64::try_from(length).unwrap_or(u64::MAX))),
        // What is no range is as if nothing was said.
        Some(Err(_)) | None => None,
    };
    let part = match wanted {
        None => return with_length(Response::new(Body::whole(body.clone())), length),
        Some(Err(_unsatisfiable)) => None,
        Some(Ok(parts)) => parts.first().and_then(|part| {
            let (start, end) = (usize::try_from(*part.start()).ok()?, usize::try_from(*part.end()).ok()?);
            // It was held against the length.
            (start <= end && end < length).then(|| (start, end, body.slice(start..=end)))
        }),
    };
    let Some((start, end, bytes)) = part else {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
        return with_range(response, &format!("bytes */{length}"));
    };
    let count = bytes.len();
    let mut response = with_length(Response::new(Body::whole(bytes)), count);
    *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    with_range(response, &format!("bytes {start}-{end}/{length}"))
}

fn with_length(mut response: Response<Body>, length: usize) -> Response<Body> {
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}

fn with_range(mut response: Response<Body>, range: &str) -> Response<Body> {
    if let Ok(value) = HeaderValue::from_str(range) {
        response.headers_mut().insert(CONTENT_RANGE, value);
    }
    response
}
