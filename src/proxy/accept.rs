//! Connections as they come, before anything is said on them.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::addresses::AddressPlace;
use super::worker::Shared;
use crate::settings::Settings;
use crate::telemetry::OpenConnection;
use crate::transport::listen::tune;
use crate::transport::proxy_protocol::visitor_behind;

/// After an accept failed for want of file descriptors or memory: until some may be free again.
const BACK_OFF: Duration = Duration::from_millis(100);

/// A connection's place among those allowed.
#[derive(Debug)]
pub(super) struct Slot {
    _permit: OwnedSemaphorePermit,
    _counted: OpenConnection,
    /// Its place among those of one address, where that is bounded.
    of_address: Option<AddressPlace>,
}

/// The next connection, or `None` when it is time to stop. A place first: connections beyond the limit wait
/// in the kernel's backlog.
pub(super) async fn next_connection(
    shared: &Shared,
    stop: &CancellationToken,
    listener: &TcpListener,
) -> Option<(TcpStream, SocketAddr, Slot)> {
    let accepting = async {
        loop {
            // The semaphore is never closed.
            let Ok(permit) = Arc::clone(&shared.slots).acquire_owned().await else { return None };
            match listener.accept().await {
                Ok((stream, address)) => {
                    let counted = shared.record.metrics().connection();
                    let slot = Slot { _permit: permit, _counted: counted, of_address: None };
                    return Some((stream, address, slot));
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    shared.record.metrics().connection_refused("accept");
                    tracing::warn!(%error, "can't accept connections; trying again");
                    sleep(BACK_OFF).await;
                }
            }
        }
    };
    tokio::select! {
        biased;
        () = stop.cancelled() => None,
        accepted = accepting => accepted,
    }
}

/// Whether an accept error says only that the one connection is gone.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionReset | Interrupted)
}

/// Makes a connection ready, and finds out who connects: whoever the operator's balancer names, where it is
/// one. `None`: it is not to be served.
pub(super) async fn begin(
    shared: &Shared,
    stream: &mut TcpStream,
    address: SocketAddr,
    slot: &mut Slot,
) -> Option<SocketAddr> {
    if let Err(error) = tune(stream, shared.settings.idle_time) {
        tracing::debug!(%error, "the connection was gone before it began");
        return None;
    }
    let address = who_connects(shared, stream, address).await?;
    if !stands_for_many(&shared.settings, address.ip()) {
        let Ok(place) = shared.addresses.take(address.ip()) else {
            shared.record.too_many_of(address.ip(), shared.addresses.is_news(address.ip()));
            return None;
        };
        slot.of_address = Some(place);
    }
    Some(address)
}

async fn who_connects(shared: &Shared, stream: &mut TcpStream, address: SocketAddr) -> Option<SocketAddr> {
    if !shared.settings.proxy_protocol_from.contain(address.ip()) {
        return Some(address);
    }
    match timeout(shared.settings.handshake_time, visitor_behind(stream)).await {
        // Without a visitor the balancer speaks for itself.
        Ok(Ok(visitor)) => return Some(visitor.unwrap_or(address)),
        Ok(Err(error)) => tracing::debug!(%address, %error, "no PROXY header"),
        Err(_elapsed) => tracing::debug!(%address, "the PROXY header took too long"),
    }
    shared.record.metrics().connection_refused("proxy-header");
    None
}

/// Whether what comes from here may be that of many visitors: the operator's own proxies, and whatever
/// runs on this machine.
fn stands_for_many(settings: &Settings, peer: IpAddr) -> bool {
    settings.trust_forwarded || is_own(settings, peer)
}

/// Whether an address is that of a proxy of the operator's own, or of this machine.
pub(super) fn is_own(settings: &Settings, address: IpAddr) -> bool {
    settings.forwarded_from.contain(address)
        || settings.proxy_protocol_from.contain(address)
        || address.to_canonical().is_loopback()
}
