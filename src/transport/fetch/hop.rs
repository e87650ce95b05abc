//! One request of a fetch: to an address that was looked at first.

use std::cell::Cell;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, COOKIE, HOST, ORIGIN, USER_AGENT};
use http::{Request, Response};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use percent_encoding::percent_decode_str;
use tokio::net::lookup_host;
use url::{Host, Position, Url};

use super::error::{FetchError, network, refused};
use super::{FetchOptions, Through, Wanted, proxy};
use crate::transport::address::is_public;
use crate::transport::dial::{DialError, Dialer};

/// Whom we ask for: nobody. A vendor that allows this origin allows any.
pub(super) const ASKED_BY: &str = "https://countersign.invalid";

/// How far a fetch has come, for those that come no further.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stage {
    /// To the first host.
    Connecting,
    /// To one that a redirect leads to.
    ConnectingOn,
    Asked,
    Reading(usize),
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connecting | Self::ConnectingOn => f.write_str("there was no connection yet"),
            Self::Asked => f.write_str("no head has come"),
            Self::Reading(count) => write!(f, "its body has not ended after {count} bytes"),
        }
    }
}

/// Where a request goes.
struct Target<'u> {
    /// What its name leads to, one of which must answer.
    addresses: Vec<SocketAddr>,
    /// In their place: a socket in the file system.
    socket: Option<PathBuf>,
    /// Whether all of them are of private networks.
    private: bool,
    /// The name that the certificate must carry.
    host: &'u str,
    tls: bool,
}

/// Asks once. `began_private` says whether what was asked first was at a private address, once that is known;
/// the same of this one comes with the answer.
pub(super) async fn ask(
    dialer: &Dialer,
    url: &Url,
    options: &FetchOptions,
    (stage, began_private): (&Cell<Stage>, Option<bool>),
) -> Result<(Response<Incoming>, bool), FetchError> {
    let first = matches!(stage.get(), Stage::Connecting);
    if !first {
        stage.set(Stage::ConnectingOn);
    }
    let named = if is_through(url, options).is_none() { proxy::named_for(url) } else { None };
    if let Some(proxy) = named.as_ref().filter(|_| options.through_proxy) {
        refuse_address(url, options, began_private)?;
        stage.set(Stage::Asked);
        let response = proxy::ask(dialer, proxy, url, request(url, options)?).await;
        return Ok((response.map_err(|error| unreached(first, error))?, false));
    }
    let hint = if named.is_some() { proxy::UNUSED } else { "" };
    let unreached = |error| unreached(first, hinted(error, hint));
    let target = target(url, options, began_private).await.map_err(unreached)?;
    let connected = connect(dialer, &target).await;
    let mut sender = connected.map_err(|error| unreached(network(url, &error)))?;
    stage.set(Stage::Asked);
    let response = sender.send_request(request(url, options)?).await.map_err(|error| network(url, &error))?;
    Ok((response, target.private))
}

/// What failed before anybody was asked: at the `first` host whatever we ask for, and as whom.
fn unreached(first: bool, error: FetchError) -> FetchError {
    if let (true, FetchError::Network { url, cause }) = (first, &error) {
        return FetchError::Unreached { url: url.clone(), cause: cause.clone() };
    }
    error
}

/// What failed, and what might help.
fn hinted(error: FetchError, hint: &str) -> FetchError {
    if let FetchError::Network { url, cause } = &error {
        return FetchError::Network { url: url.clone(), cause: format!("{cause}{hint}") };
    }
    error
}

/// An address that stands in the URL itself can be seen through a proxy too.
fn refuse_address(url: &Url, options: &FetchOptions, began_private: Option<bool>) -> Result<(), FetchError> {
    let address: IpAddr = match url.host() {
        Some(Host::Ipv4(address)) => address.into(),
        Some(Host::Ipv6(address)) => address.into(),
        Some(Host::Domain(_)) | None => return Ok(()),
    };
    if may_ask(began_private, options.allow_private, address) {
        return Ok(());
    }
    Err(refused(
        url,
        "its address is not a public one. If that is meant, allow private addresses (--allow-private)",
    ))
}

/// Connects to the first address that answers. Those that were checked are the ones connected to: a second
/// look-up could lead elsewhere.
async fn connect(dialer: &Dialer, target: &Target<'_>) -> Result<SendRequest<Empty<Bytes>>, DialError> {
    if let Some(socket) = &target.socket {
        return dialer.connect_unix(socket).await;
    }
    let mut failed = DialError::Name(target.host.to_owned());
    for address in &target.addresses {
        match dialer.connect_to(*address, target.host, target.tls).await {
            Ok(sender) => return Ok(sender),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

fn request(url: &Url, options: &FetchOptions) -> Result<Request<Empty<Bytes>>, FetchError> {
    let ourselves = concat!("countersign/", env!("CARGO_PKG_VERSION"));
    let mut request = Request::get(&url[Position::BeforePath..Position::AfterQuery])
        .header(HOST, &url[Position::BeforeHost..Position::AfterPort])
        .header(USER_AGENT, options.user_agent.unwrap_or(ourselves))
        .header(ACCEPT_ENCODING, "gzip, br, zstd, deflate");
    request = match options.wanted {
        Wanted::Script => request.header(ACCEPT, "*/*").header(ORIGIN, ASKED_BY),
        Wanted::PlainScript => request.header(ACCEPT, "*/*"),
        Wanted::Page => request
            .header(ACCEPT, "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")
            .header("sec-fetch-dest", "document")
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-site", "none"),
    };
    if let Some(cookie) = options.cookie {
        request = request.header(COOKIE, cookie);
    }
    if is_through(url, options).is_some() {
        // As the proxy that stands there in production says it.
        request = request.header("x-forwarded-proto", url.scheme());
    }
    let mut request = request.body(Empty::new()).map_err(|error| network(url, &error))?;
    for (name, value) in &options.fields {
        request.headers_mut().insert(name, value.clone());
    }
    Ok(request)
}

/// The other address of the URL's site, if it has one.
pub(super) fn is_through<'o>(url: &Url, options: &'o FetchOptions) -> Option<&'o Through> {
    options.through.as_ref().filter(|through| url.origin() == through.site.origin())
}

/// Whether an address may be asked. Private ones only where they are allowed, and by a redirect only where
/// what was asked first was private too: else every vendor could aim requests into the operator's network.
fn may_ask(began_private: Option<bool>, allow_private: bool, address: IpAddr) -> bool {
    is_public(address) || (allow_private && began_private.unwrap_or(true))
}

async fn target<'u>(
    url: &'u Url,
    options: &'u FetchOptions,
    began_private: Option<bool>,
) -> Result<Target<'u>, FetchError> {
    let other = is_through(url, options);
    let at = other.map_or(url, |through| &through.at);
    if other.is_some() && at.scheme() == "unix" {
        let path = percent_decode_str(at.path()).decode_utf8_lossy().into_owned();
        let socket = Some(path.into());
        return Ok(Target { addresses: Vec::new(), private: true, socket, host: "", tls: false });
    }
    let tls = match at.scheme() {
        "https" => true,
        "http" => false,
        _ => return Err(refused(at, "only http and https can be fetched")),
    };
    let host = at.host_str().ok_or_else(|| refused(at, "no host in it"))?.trim_matches(['[', ']']);
    let port = at.port_or_known_default().unwrap_or(443);
    let found: Vec<SocketAddr> =
        lookup_host((host, port)).await.map_err(|error| network(at, &error))?.collect();
    if other.is_none()
        && let Some(private) =
            found.iter().find(|address| !may_ask(began_private, options.allow_private, address.ip()))
    {
        let way_out = if options.allow_private {
            "A redirect may lead there only from a private address: name the URL itself"
        } else {
            "If that is meant, allow private addresses (--allow-private)"
        };
        let why = format!("it leads to {}, which is not a public address. {way_out}", private.ip());
        return Err(refused(url, why));
    }
    if found.is_empty() {
        return Err(refused(at, "its name has no address"));
    }
    let name = other.and_then(|through| through.name.as_deref());
    let private = found.iter().all(|address| !is_public(address.ip()));
    Ok(Target { addresses: found, private, socket: None, host: name.unwrap_or(host), tls })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vendor_in_public_leads_nobody_into_private_networks() {
        let (public, private): (IpAddr, IpAddr) = ([93, 184, 215, 14].into(), [10, 0, 0, 5].into());
        for (began_private, allowed, address, may) in [
            (None, false, public, true),
            (None, false, private, false),
            (None, true, private, true),
            (Some(true), true, private, true),
            (Some(false), true, private, false),
            (Some(false), true, public, true),
            (Some(true), false, private, false),
            (Some(false), true, IpAddr::from([169, 254, 169, 254]), false),
        ] {
            assert_eq!(
                may_ask(began_private, allowed, address),
                may,
                "{began_private:?} {allowed} {address}"
            );
        }
    }
}
