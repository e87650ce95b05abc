//! Who may ask, and the headers on every answer.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, LazyLock};

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::access::Access;
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

/// Which `Host` values are answered. A page of a stranger, whose name leads here (DNS rebinding), is of the same
/// origin for a browser; it can't have an address for its name, nor one that the operator chose.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    is_loopback: bool,
    is_secure: bool,
    is_behind: bool,
    names: Arc<[String]>,
}

/// What proxies put on: ours on every request, most others if they are told to.
const PROXIED: [&str; 5] = ["x-forwarded-for", "forwarded", "via", "x-real-ip", "x-forwarded-host"];

impl Guard {
    pub(super) fn of(address: SocketAddr, access: &Access) -> Self {
        Self {
            is_loopback: address.ip().to_canonical().is_loopback(),
            is_secure: access.is_secure(),
            is_behind: access.is_behind(),
            names: access.hosts().iter().map(|name| name.to_ascii_lowercase()).collect(),
        }
    }

    fn allows(&self, headers: &HeaderMap) -> bool {
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
        let Ok(host) = host.to_str() else { return false };
        self.is_ours(host)
    }

    /// Whether a proxy brings it though none stands in front: then what strangers ask for comes from an address that
    /// is believed. An upstream or a proxy's target that is this address by mistake opens nothing.
    fn comes_by_surprise(&self, headers: &HeaderMap) -> bool {
        !self.is_behind && PROXIED.iter().any(|name| headers.contains_key(*name))
    }

    fn is_ours(&self, host: &str) -> bool {
        fits(host, |address| !self.is_loopback || address.is_loopback())
            || host_of(host).is_some_and(|name| self.names.contains(&name.to_ascii_lowercase()))
    }

    const fn advice(&self) -> &'static str {
        if self.is_loopback {
            "This address answers to names of its own machine, such as localhost, and to those of `admin.hosts`.\n"
        } else {
            "This address answers to addresses, such as 10.0.0.5:9180, and to the names of `admin.hosts`: any other \
             could be a stranger's who pointed it here.\n"
        }
    }
}

/// The host in a `Host`, without port.
fn host_of(host: &str) -> Option<String> {
    let authority = host.parse::<Authority>().ok().filter(|_| !host.contains('@'))?;
    Some(authority.host().trim_start_matches('[').trim_end_matches(']').to_owned())
}

/// Whether a `Host` is `localhost`, or an address of a kind.
fn fits(host: &str, kind: impl Fn(IpAddr) -> bool) -> bool {
    let Some(name) = host_of(host) else { return false };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(kind)
}

/// Whether a request that asks for something to happen may come from a page of another site, which any
/// page can make a browser send. Browsers say where a request comes from in at least one of two headers;
/// programs send neither. Where browsers come with TLS, a page without (which whoever is between could have made) is
/// from elsewhere too.
pub(super) fn is_from_elsewhere(headers: &HeaderMap, is_secure: bool) -> bool {
    let site = headers.get_all("sec-fetch-site").iter();
    if site.into_iter().any(|site| site != "same-origin" && site != "none") {
        return true;
    }
    let host = headers.get(HOST).map(HeaderValue::as_bytes);
    let ours = |origin: &HeaderValue| {
        let plain = origin.as_bytes().strip_prefix(b"http://").filter(|_| !is_secure);
        let authority = plain.or_else(|| origin.as_bytes().strip_prefix(b"https://"));
        authority.is_some() && authority == host
    };
    !headers.get_all(ORIGIN).iter().all(ours)
}

/// Whether a page of another site fetches it in passing, as an image or a script: it can't read the answer, but
/// would make us work. Following a link is no such thing.
/// <https://w3c.github.io/webappsec-fetch-metadata/>
fn is_fetched_elsewhere(headers: &HeaderMap) -> bool {
    let said = |name: &str| headers.get(name).map(HeaderValue::as_bytes).unwrap_or_default();
    let elsewhere = matches!(said("sec-fetch-site"), b"cross-site" | b"same-site");
    elsewhere && !(said("sec-fetch-mode") == b"navigate" && said("sec-fetch-dest") == b"document")
}

/// Refuses requests for other hosts and from other sites' pages, and puts the headers on.
pub(super) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let mut response = if !guard.allows(request.headers()) {
        (StatusCode::MISDIRECTED_REQUEST, guard.advice()).into_response()
    } else if guard.comes_by_surprise(request.headers()) {
        let advice = "This came through a proxy, and none is meant to stand in front of this address: see \
                      `admin.behind-tls`.\n";
        (StatusCode::MISDIRECTED_REQUEST, advice).into_response()
    } else if is_fetched_elsewhere(request.headers()) {
        (StatusCode::FORBIDDEN, "A page of another site may lead here, and no more.\n").into_response()
    } else if !request.method().is_safe() && is_from_elsewhere(request.headers(), guard.is_secure) {
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
    use crate::admin::access::AccessConfig;

    fn guard(address: &str, names: &[&str]) -> Guard {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let access = Access::new(AccessConfig { hosts: names, ..AccessConfig::default() });
        Guard::of(address.parse().unwrap(), &access)
    }

    #[test]
    fn elsewhere_than_on_loopback_it_answers_to_addresses_and_to_names_that_were_chosen() {
        let guard = guard("10.0.0.5:9180", &["admin.shop.example"]);
        for host in [
            "10.0.0.5:9180",
            "[fd00::5]:9180",
            "192.168.0.1",
            "Admin.Shop.Example:9180",
            "admin.shop.example",
        ] {
            assert!(guard.is_ours(host), "{host}");
        }
        for host in [
            "evil.example:9180",
            "10.0.0.5.evil.example",
            "10.0.0.5@evil.example",
            "admin.shop.example.evil.example",
            "admin.shop.example@evil.example",
            "evil.example@admin.shop.example",
            "xadmin.shop.example",
            "1e1:9180",
            "",
        ] {
            assert!(!guard.is_ours(host), "{host}");
        }
    }

    #[test]
    fn a_page_of_another_site_may_lead_here_and_fetches_nothing_in_passing() {
        let fetched = |site: &'static str, mode: &'static str, dest: &'static str| {
            let mut headers = HeaderMap::new();
            for (name, value) in
                [("sec-fetch-site", site), ("sec-fetch-mode", mode), ("sec-fetch-dest", dest)]
            {
                headers.insert(name, HeaderValue::from_static(value));
            }
            is_fetched_elsewhere(&headers)
        };
        for site in ["cross-site", "same-site"] {
            assert!(!fetched(site, "navigate", "document"), "{site}: a link");
            assert!(fetched(site, "no-cors", "image") && fetched(site, "navigate", "iframe"), "{site}");
        }
        assert!(!fetched("same-origin", "cors", "empty") && !fetched("none", "navigate", "document"));
        assert!(!is_fetched_elsewhere(&HeaderMap::new()), "a program");
    }

    #[test]
    fn only_names_of_this_machine_are_answered_on_loopback() {
        let guard = guard("127.0.0.1:9180", &[]);
        for host in ["localhost", "LOCALHOST:7604", "127.0.0.1", "127.0.0.1:7604", "[::1]:7604", "127.8.8.8"]
        {
            assert!(guard.is_ours(host), "{host}");
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
            assert!(!guard.is_ours(host), "{host}");
        }
    }

    #[test]
    fn what_another_sites_page_sends_is_told_from_what_programs_and_the_console_send() {
        for (name, value, elsewhere, with_tls) in [
            ("accept", "*/*", false, false),
            ("origin", "http://localhost:9180", false, true),
            ("origin", "https://localhost:9180", false, false),
            ("origin", "http://localhost:9181", true, true),
            ("origin", "http://evil.example", true, true),
            ("origin", "null", true, true),
            ("origin", "localhost:9180", true, true),
            ("sec-fetch-site", "same-origin", false, false),
            ("sec-fetch-site", "none", false, false),
            ("sec-fetch-site", "cross-site", true, true),
            ("sec-fetch-site", "same-site", true, true),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("localhost:9180"));
            headers.insert(name, HeaderValue::from_static(value));
            assert_eq!(is_from_elsewhere(&headers, false), elsewhere, "{name}: {value}");
            assert_eq!(is_from_elsewhere(&headers, true), with_tls, "{name}: {value}, with TLS");
        }
    }

    #[test]
    fn what_a_proxy_brings_is_refused_where_none_stands_in_front() {
        for name in PROXIED {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static("192.0.2.1"));
            assert!(guard("127.0.0.1:9180", &[]).comes_by_surprise(&headers), "{name}");
            let behind = Guard { is_behind: true, ..guard("127.0.0.1:9180", &[]) };
            assert!(!behind.comes_by_surprise(&headers), "{name}");
        }
        assert!(!guard("127.0.0.1:9180", &[]).comes_by_surprise(&HeaderMap::new()));
    }

    #[test]
    fn two_hosts_or_none_are_refused() {
        let (guard, mut headers) = (guard("127.0.0.1:9180", &[]), HeaderMap::new());
        assert!(!guard.allows(&headers));
        headers.append(HOST, HeaderValue::from_static("localhost"));
        assert!(guard.allows(&headers));
        headers.append(HOST, HeaderValue::from_static("localhost"));
        assert!(!guard.allows(&headers));
    }
}
