//! Who may ask, and the headers on every answer.

use std::net::{IpAddr, SocketAddr};
use std::sync::LazyLock;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::console::Asset;

/// Nothing runs but the console's script, in these bytes; nothing is sent anywhere else, and nobody frames it. The
/// script can't make markup of text either.
static CSP: LazyLock<HeaderValue> = LazyLock::new(|| {
    let script = &Asset::script().integrity;
    let csp = format!(
        "default-src 'none'; script-src '{script}'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
         trusted-types 'none'"
    );
    // A digest is printable; were it not, nothing would run.
    HeaderValue::try_from(csp).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// Which `Host` values are answered.
#[derive(Debug, Clone, Copy)]
pub(super) enum Access {
    /// Names and addresses of this machine: what a page from elsewhere can't claim (DNS rebinding).
    Loopback,
    /// Any: the operator chose an address that others reach.
    Any,
}

impl Access {
    pub(super) fn of(address: SocketAddr) -> Self {
        if address.ip().to_canonical().is_loopback() { Self::Loopback } else { Self::Any }
    }

    fn allows(self, headers: &HeaderMap) -> bool {
        match self {
            Self::Any => true,
            Self::Loopback => {
                let mut hosts = headers.get_all(HOST).iter();
                match (hosts.next(), hosts.next()) {
                    (Some(host), None) => host.to_str().is_ok_and(is_loopback),
                    _ => false,
                }
            }
        }
    }
}

fn is_loopback(host: &str) -> bool {
    fits(host, |address| address.is_loopback())
}

/// Whether a request names this machine by an address or as `localhost`. A page of a stranger, whose name leads
/// here (DNS rebinding), is of the same origin for a browser; it can't have an address for its name.
fn names_an_address(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().is_ok_and(|host| fits(host, |_| true)),
        _ => false,
    }
}

/// Whether a `Host` is `localhost`, or an address of a kind.
fn fits(host: &str, kind: impl Fn(IpAddr) -> bool) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    if host.contains('@') {
        return false;
    }
    let name = authority.host().trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(kind)
}

/// Whether a request that asks for something to happen may come from a page of another site, which any
/// page can make a browser send. Browsers say where a request comes from in at least one of two headers;
/// programs send neither.
fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let site = headers.get_all("sec-fetch-site").iter();
    if site.into_iter().any(|site| site != "same-origin" && site != "none") {
        return true;
    }
    let host = headers.get(HOST).map(HeaderValue::as_bytes);
    let ours = |origin: &HeaderValue| {
        let authority =
            [&b"http://"[..], b"https://"].iter().find_map(|s| origin.as_bytes().strip_prefix(*s));
        authority.is_some() && authority == host
    };
    !headers.get_all(ORIGIN).iter().all(ours)
}

/// Refuses requests for other hosts and from other sites' pages, and puts the headers on.
pub(super) async fn guard(State(access): State<Access>, request: Request, next: Next) -> Response {
    let mut response = if !access.allows(request.headers()) {
        let advice = "This address answers only to names of its own machine, such as localhost.\n";
        (StatusCode::MISDIRECTED_REQUEST, advice).into_response()
    } else if !request.method().is_safe() && !names_an_address(request.headers()) {
        let advice = "What changes something is asked for by an address, such as http://10.0.0.5:9180: a name \
                      could be a stranger's who pointed it here.\n";
        (StatusCode::MISDIRECTED_REQUEST, advice).into_response()
    } else if !request.method().is_safe() && is_from_elsewhere(request.headers()) {
        (StatusCode::FORBIDDEN, "A page of another site may not ask for this.\n").into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, CSP.clone());
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Not `no-referrer`: then a form of ours would be sent with `Origin: null`, as a stranger's.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    // Files that are named by their digest say themselves that they may be kept.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    for name in ["cross-origin-resource-policy", "cross-origin-opener-policy"] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static("same-origin"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_something_is_asked_for_by_address_so_that_no_name_of_a_stranger_can() {
        let asked = |hosts: &[&str]| {
            let mut headers = HeaderMap::new();
            for host in hosts {
                headers.append(HOST, HeaderValue::from_str(host).unwrap());
            }
            names_an_address(&headers)
        };
        for host in ["10.0.0.5:9180", "[fd00::5]:9180", "localhost:9180", "192.168.0.1"] {
            assert!(asked(&[host]), "{host}");
        }
        for host in ["evil.example:9180", "10.0.0.5.evil.example", "10.0.0.5@evil.example", "1e1:9180", ""] {
            assert!(!asked(&[host]), "{host}");
        }
        assert!(!asked(&["10.0.0.5", "evil.example"]) && !asked(&[]));
    }

    #[test]
    fn only_names_of_this_machine_are_answered_on_loopback() {
        for host in ["localhost", "LOCALHOST:7604", "127.0.0.1", "127.0.0.1:7604", "[::1]:7604", "127.8.8.8"]
        {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:7604",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "evil.example@localhost",
            "localhost@evil.example",
            "192.0.2.1",
            "0.0.0.0",
            "",
            "[::1",
            "::1",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn what_another_sites_page_sends_is_told_from_what_programs_and_the_console_send() {
        for (name, value, elsewhere) in [
            ("accept", "*/*", false),
            ("origin", "http://localhost:9180", false),
            ("origin", "https://localhost:9180", false),
            ("origin", "http://localhost:9181", true),
            ("origin", "http://evil.example", true),
            ("origin", "null", true),
            ("origin", "localhost:9180", true),
            ("sec-fetch-site", "same-origin", false),
            ("sec-fetch-site", "none", false),
            ("sec-fetch-site", "cross-site", true),
            ("sec-fetch-site", "same-site", true),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("localhost:9180"));
            headers.insert(name, HeaderValue::from_static(value));
            assert_eq!(is_from_elsewhere(&headers), elsewhere, "{name}: {value}");
        }
    }

    #[test]
    fn two_hosts_or_none_are_refused() {
        let mut headers = HeaderMap::new();
        assert!(!Access::Loopback.allows(&headers));
        headers.append(HOST, HeaderValue::from_static("localhost"));
        assert!(Access::Loopback.allows(&headers));
        headers.append(HOST, HeaderValue::from_static("localhost"));
        assert!(!Access::Loopback.allows(&headers));
    }
}
