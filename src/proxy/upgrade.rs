//! WebSockets: the one upgrade that passes, by `Upgrade` in HTTP/1.1 or by CONNECT in HTTP/2. Upstreams are
//! asked with HTTP/1.1. After the switch bytes go both ways, unread.

use std::rc::Rc;

use aws_lc_rs::{digest, rand};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{
    CONNECTION, CONTENT_LENGTH, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper::ext::Protocol;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;

use super::balance::Load;
use super::body::{Body, UpstreamBody};
use super::decide::Treatment;
use super::error::{Kind, ProxyError};
use super::exchange::{Exchange, Peer};
use super::hop_by_hop::{connection_names, strip_response, tokens};
use super::names::Names;
use super::tunnel::{Over, carry};
use super::upstream::Outgoing;
use super::worker::Worker;
use crate::traces::Trace;

/// A request for an upgrade that may pass.
#[derive(Debug)]
pub(super) struct Upgrade {
    downstream: OnUpgrade,
    /// Asked for by CONNECT.
    extended: bool,
}

/// What the upstream said.
#[derive(Debug)]
pub(super) enum Answer {
    /// Switched; the tunnel runs.
    Switched(Response<Body>),
    /// Not upgraded.
    Declined(Response<UpstreamBody>),
}

/// Takes the upgrade out of a request that asks for WebSocket over HTTP/1.1, or over HTTP/2 by an extended
/// CONNECT, which becomes a GET; any other `Upgrade` is forwarded without it (h2c would let requests pass
/// unseen).
/// <https://www.rfc-editor.org/rfc/rfc6455#section-4.1>
pub(super) fn asked_for(request: &mut Request<Incoming>, names: Names) -> Option<Upgrade> {
    let extended = is_extended_connect(request);
    if extended {
        *request.method_mut() = Method::GET;
    }
    let asks = names.have(Names::OTHER_HOP)
        && request.version() == Version::HTTP_11
        && *request.method() == Method::GET
        && is_websocket(request.headers());
    (asks || extended).then(|| Upgrade { downstream: hyper::upgrade::on(request), extended })
}

/// Whether a request asks for a WebSocket within HTTP/2.
/// <https://www.rfc-editor.org/rfc/rfc8441#section-4>
pub(super) fn is_extended_connect<B>(request: &Request<B>) -> bool {
    let protocol = request.extensions().get::<Protocol>();
    *request.method() == Method::CONNECT && protocol.is_some_and(|protocol| protocol.as_str() == "websocket")
}

fn is_websocket(headers: &HeaderMap) -> bool {
    let mut asked = tokens(headers, &UPGRADE);
    let first = asked.next().is_some_and(|token| token.eq_ignore_ascii_case("websocket"));
    first && asked.next().is_none() && connection_names(headers, "upgrade")
}

impl Upgrade {
    /// Asks the upstream, and joins both connections if it switches.
    pub(super) async fn run(
        self,
        worker: &Rc<Worker>,
        peer: &Rc<Peer>,
        exchange: &Rc<Exchange>,
        trace: &Trace,
        mut request: Outgoing,
    ) -> Result<Answer, ProxyError> {
        request.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
        request.headers_mut().insert(CONNECTION, HeaderValue::from_static("upgrade"));
        let key = self.extended.then(new_key).transpose()?;
        if let Some(key) = &key {
            request.headers_mut().insert(SEC_WEBSOCKET_KEY, key.clone());
        }
        let (mut response, load) =
            worker.upstreams.send_upgrade(&exchange.site, exchange.client, trace, request).await?;
        if self.extended && response.status().is_success() {
            // Passed on, it would say that the WebSocket has begun.
            return Err(ProxyError::new(Kind::UpgradeIgnored, "an answer without the switch asked for"));
        }
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Ok(Answer::Declined(response.map(|frames| worker.upstreams.unpooled(frames, load))));
        }
        if !is_websocket(response.headers()) {
            return Err(ProxyError::new(Kind::UnrequestedUpgrade, "101 to something other than websocket"));
        }
        if key.is_some_and(|key| !accepts(response.headers(), &key)) {
            return Err(ProxyError::new(
                Kind::UnrequestedUpgrade,
                "101 without the right Sec-WebSocket-Accept",
            ));
        }
        let upstream = hyper::upgrade::on(&mut response);
        let switched = switched(response, exchange, self.extended);
        self.join(worker, peer, exchange, upstream, load);
        Ok(Answer::Switched(switched))
    }

    fn join(
        self,
        worker: &Rc<Worker>,
        peer: &Rc<Peer>,
        exchange: &Rc<Exchange>,
        upstream: OnUpgrade,
        load: Load,
    ) {
        // The connection keeps its place, and the exchange its snapshot, until both ends are done.
        let (peer, exchange, stop) = (Rc::clone(peer), Rc::clone(exchange), worker.stop.clone());
        let limit = worker.shared.settings.tunnel_idle_time;
        tokio::task::spawn_local(async move {
            let tunnel = async {
                let (downstream, upstream) = tokio::try_join!(self.downstream, upstream)?;
                Ok::<Over, hyper::Error>(carry(TokioIo::new(downstream), TokioIo::new(upstream), limit).await)
            };
            tokio::select! {
                result = tunnel => match result {
                    Ok(Over::Ended) => {}
                    Ok(Over::Idle) => exchange.record.tunnel_idle(&exchange),
                    Err(error) => tracing::debug!(exchange = %exchange.id, %error, "upgrade failed"),
                },
                // Browsers reconnect; waiting for the end of a chat would hold up every restart.
                () = stop.cancelled() => {}
            }
            drop((peer, exchange, load));
        });
    }
}

/// A key for a handshake that HTTP/2 does without.
fn new_key() -> Result<HeaderValue, ProxyError> {
    let mut bytes = [0; 16];
    let failed = |error: &dyn std::fmt::Display| ProxyError::new(Kind::Internal, error);
    rand::fill(&mut bytes).map_err(|error| failed(&error))?;
    HeaderValue::from_str(&STANDARD.encode(bytes)).map_err(|error| failed(&error))
}

/// Whether a server has read the key, and so knows that it speaks WebSocket.
/// <https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2>
fn accepts(headers: &HeaderMap, key: &HeaderValue) -> bool {
    const OF_WEBSOCKET: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    let both = [key.as_bytes(), OF_WEBSOCKET].concat();
    let expected = STANDARD.encode(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &both));
    headers.get(SEC_WEBSOCKET_ACCEPT).is_some_and(|said| said.as_bytes() == expected.as_bytes())
}

fn switched(response: Response<Incoming>, exchange: &Exchange, extended: bool) -> Response<Body> {
    let (mut parts, _) = response.into_parts();
    strip_response(&mut parts.headers, Names::HOP);
    if extended {
        parts.status = StatusCode::OK;
        parts.version = Version::default();
        for name in [SEC_WEBSOCKET_ACCEPT, CONTENT_LENGTH, TRANSFER_ENCODING] {
            parts.headers.remove(name);
        }
    } else {
        parts.headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        parts.headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    }
    exchange.count(Treatment::UPGRADE, parts.status);
    Response::from_parts(parts, Body::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_has_not_read_the_key_does_not_speak_websocket() {
        // The example of RFC 6455, section 1.3.
        let key = HeaderValue::from_static("dGhlIHNhbXBsZSBub25jZQ==");
        let mut headers = HeaderMap::new();
        assert!(!accepts(&headers, &key));
        headers.insert(SEC_WEBSOCKET_ACCEPT, HeaderValue::from_static("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        assert!(accepts(&headers, &key));
        assert!(!accepts(&headers, &new_key().unwrap()));
    }

    #[test]
    fn only_websocket_alone_is_an_upgrade() {
        for (upgrade, connection, passes) in [
            ("websocket", "Upgrade", true),
            ("WebSocket", "keep-alive, upgrade", true),
            ("h2c", "upgrade, http2-settings", false),
            ("websocket, h2c", "upgrade", false),
            ("websocket", "close", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(UPGRADE, HeaderValue::from_static(upgrade));
            headers.insert(CONNECTION, HeaderValue::from_static(connection));
            assert_eq!(is_websocket(&headers), passes, "{upgrade} {connection}");
        }
    }
}
