//! WebSockets: the one upgrade that passes. After the switch bytes go both ways, unread.

use std::rc::Rc;

use http::header::{CONNECTION, UPGRADE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;

use super::balance::Load;
use super::body::{Body, RequestBody, UpstreamBody};
use super::decide::Treatment;
use super::error::{Kind, ProxyError};
use super::exchange::{Exchange, Peer};
use super::hop_by_hop::{connection_names, strip_response, tokens};
use super::worker::Worker;

/// A request for an upgrade that may pass.
#[derive(Debug)]
pub(super) struct Upgrade {
    downstream: OnUpgrade,
}

/// What the upstream said.
#[derive(Debug)]
pub(super) enum Answer {
    /// Switched; the tunnel runs.
    Switched(Response<Body>),
    /// Not upgraded.
    Declined(Response<UpstreamBody>),
}

/// Takes the upgrade out of a request that asks for WebSocket over HTTP/1.1; any other `Upgrade` is
/// forwarded without it (h2c would let requests pass unseen).
/// <https://www.rfc-editor.org/rfc/rfc6455#section-4.1>
pub(super) fn asked_for(request: &mut Request<Incoming>) -> Option<Upgrade> {
    let asks = request.version() == Version::HTTP_11
        && *request.method() == Method::GET
        && is_websocket(request.headers());
    asks.then(|| Upgrade { downstream: hyper::upgrade::on(request) })
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
        mut request: Request<RequestBody>,
    ) -> Result<Answer, ProxyError> {
        request.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
        request.headers_mut().insert(CONNECTION, HeaderValue::from_static("upgrade"));
        let (mut response, load) =
            worker.upstreams.send_upgrade(&exchange.site, exchange.client, request).await?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Ok(Answer::Declined(response.map(|frames| worker.upstreams.unpooled(frames, load))));
        }
        if !is_websocket(response.headers()) {
            return Err(ProxyError::new(Kind::UnrequestedUpgrade, "101 to something other than websocket"));
        }
        let upstream = hyper::upgrade::on(&mut response);
        self.join(worker, peer, exchange, upstream, load);
        Ok(Answer::Switched(switched(response, exchange)))
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
        tokio::task::spawn_local(async move {
            let tunnel = async {
                let (downstream, upstream) = tokio::try_join!(self.downstream, upstream)?;
                let (mut downstream, mut upstream) = (TokioIo::new(downstream), TokioIo::new(upstream));
                // An end that resets is an end.
                let _ = copy_bidirectional(&mut downstream, &mut upstream).await;
                Ok::<(), hyper::Error>(())
            };
            tokio::select! {
                result = tunnel => if let Err(error) = result {
                    tracing::debug!(exchange = %exchange.id, %error, "upgrade failed");
                },
                // Browsers reconnect; waiting for the end of a chat would hold up every restart.
                () = stop.cancelled() => {}
            }
            drop((peer, exchange, load));
        });
    }
}

fn switched(response: Response<Incoming>, exchange: &Exchange) -> Response<Body> {
    let (mut parts, _) = response.into_parts();
    strip_response(&mut parts.headers);
    parts.headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    parts.headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    exchange.count(Treatment::UPGRADE, parts.status);
    Response::from_parts(parts, Body::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

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
