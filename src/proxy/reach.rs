//! What is spoken to an upstream.

use super::request_body::RequestBody;
use crate::policy::{UpstreamAddress, UpstreamScheme};
use crate::transport::dial::{DialError, Dialer, Over};
use crate::transport::sender::Sender;

/// Whether every connection to it speaks HTTP/2.
pub(super) fn always_http2(address: &UpstreamAddress) -> bool {
    matches!(address, UpstreamAddress::Tcp { scheme: UpstreamScheme::H2c, .. })
}

/// Connects to an upstream. With `http1` it must speak HTTP/1.1, which is what a switch to another protocol
/// begins with.
pub(super) async fn reach(
    dialer: &Dialer,
    address: &UpstreamAddress,
    http1: bool,
) -> Result<Sender<RequestBody>, DialError> {
    match address {
        UpstreamAddress::Tcp { scheme, host, port, name } => {
            let name = name.as_ref().unwrap_or(host);
            let over = match scheme {
                UpstreamScheme::H2c if !http1 => Over::PriorKnowledge,
                UpstreamScheme::Http | UpstreamScheme::H2c => Over::Plain,
                UpstreamScheme::H2 if !http1 => Over::Tls(name),
                UpstreamScheme::Https | UpstreamScheme::H2 => Over::TlsHttp1(name),
            };
            dialer.reach(host, *port, over).await
        }
        UpstreamAddress::Unix(path) => dialer.reach_unix(path).await,
    }
}
