//! The operator's own proxy towards the world, by the variables that curl heeds: `HTTPS_PROXY`, `HTTP_PROXY`,
//! `ALL_PROXY`, `NO_PROXY`. Behind it nobody here sees which address is asked, so it is used only where that
//! is allowed.

use bytes::Bytes;
use http::header::{HOST, PROXY_AUTHORIZATION};
use http::{Request, Response, Uri};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use tokio::net::lookup_host;
use url::{Position, Url};

use super::error::{FetchError, network, refused};
use crate::transport::dial::{DialError, Dialer};

/// What is said where a proxy is named and not used.
pub(super) const UNUSED: &str = "; the environment names a proxy, which is used only with --through-proxy \
(drift.through-proxy), because through it nobody here can see whether a public address is asked";

/// The proxy that the environment names for a URL.
pub(super) fn named_for(url: &Url) -> Option<Intercept> {
    Matcher::from_env().intercept(&url.as_str().parse::<Uri>().ok()?)
}

/// Sends a request for `url` through a proxy: by a tunnel where the server is to be seen by its certificate, else by
/// the proxy's own asking.
pub(super) async fn ask(
    dialer: &Dialer,
    proxy: &Intercept,
    url: &Url,
    mut request: Request<Empty<Bytes>>,
) -> Result<Response<Incoming>, FetchError> {
    let failed = |error: &dyn std::error::Error| network(url, error);
    let mut sender = reach(dialer, proxy, url).await?;
    if url.scheme() == "https" {
        let mut sender = tunnel(dialer, proxy, url, sender).await?;
        return sender.send_request(request).await.map_err(|error| failed(&error));
    }
    *request.uri_mut() =
        url[..Position::AfterQuery].parse().map_err(|error: http::uri::InvalidUri| failed(&error))?;
    if let Some(authorization) = proxy.basic_auth() {
        request.headers_mut().insert(PROXY_AUTHORIZATION, authorization.clone());
    }
    sender.send_request(request).await.map_err(|error| failed(&error))
}

/// A connection to the proxy itself.
async fn reach(
    dialer: &Dialer,
    proxy: &Intercept,
    url: &Url,
) -> Result<SendRequest<Empty<Bytes>>, FetchError> {
    let tls = match proxy.uri().scheme_str() {
        Some("http") => false,
        Some("https") => true,
        _ => return Err(refused(url, "the environment names a proxy that is neither http nor https")),
    };
    let host = proxy.uri().host().unwrap_or_default().trim_matches(['[', ']']);
    let port = proxy.uri().port_u16().unwrap_or(if tls { 443 } else { 80 });
    // Its own words may hold a password.
    let failed = |error: &dyn std::error::Error| FetchError::Unreached {
        url: url.to_string(),
        cause: format!("the proxy {host}:{port}: {error}"),
    };
    let mut last = DialError::Name(host.to_owned());
    for address in lookup_host((host, port)).await.map_err(|error| failed(&error))? {
        match dialer.connect_to(address, host, tls).await {
            Ok(sender) => return Ok(sender),
            Err(error) => last = error,
        }
    }
    Err(failed(&last))
}

/// A connection to the server of `url`, through one to the proxy.
/// <https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6>
async fn tunnel(
    dialer: &Dialer,
    proxy: &Intercept,
    url: &Url,
    mut sender: SendRequest<Empty<Bytes>>,
) -> Result<SendRequest<Empty<Bytes>>, FetchError> {
    let failed = |error: &dyn std::error::Error| network(url, error);
    let host = url.host_str().unwrap_or_default();
    let authority = format!("{host}:{}", url.port_or_known_default().unwrap_or(443));
    let mut request = Request::connect(&authority).header(HOST, &authority);
    if let Some(authorization) = proxy.basic_auth() {
        request = request.header(PROXY_AUTHORIZATION, authorization);
    }
    let request = request.body(Empty::new()).map_err(|error| failed(&error))?;
    let response = sender.send_request(request).await.map_err(|error| failed(&error))?;
    if !response.status().is_success() {
        let cause = format!("the proxy answered {}", response.status());
        return Err(FetchError::Network { url: url.to_string(), cause });
    }
    let stream = hyper::upgrade::on(response).await.map_err(|error| failed(&error))?;
    let begun = dialer.begin_secure(TokioIo::new(stream), host.trim_matches(['[', ']'])).await;
    begun.map_err(|error| failed(&error))
}
