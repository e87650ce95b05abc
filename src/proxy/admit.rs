//! Which requests are let in: those with one meaning. But for the host of the last request, everything here is pure.

use std::rc::Rc;

use http::header::{HOST, TRANSFER_ENCODING};
use http::uri::Authority;
use http::{HeaderMap, HeaderName, Method, Uri, Version};

use super::error::{Kind, ProxyError};
use super::forward::SEC_FETCH_DEST;
use super::hop_by_hop::{has_one_length, tokens};
use super::last_host::LastHost;
use super::names::Names;

const SERVICE_WORKER: HeaderName = HeaderName::from_static("service-worker");

/// The host of a request that has one, and one path.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Admitted {
    /// Host and port as the visitor wrote them; what the upstream gets as `Host`.
    pub authority: String,
    /// Lower case, without port, brackets and trailing dot; what chooses the site.
    pub host: String,
}

/// Admits a request or says why not. `names` are those of its fields, `last` is what its connection knows.
pub(super) fn admit(
    method: &Method,
    uri: &Uri,
    version: Version,
    (headers, names): (&HeaderMap, Names),
    last: &LastHost,
) -> Result<Rc<Admitted>, ProxyError> {
    if matches!(*method, Method::CONNECT | Method::TRACE) {
        return Err(ProxyError::new(Kind::MethodRefused, method));
    }
    if names.have(Names::OTHER_HOP) {
        check_transfer_encoding(headers)?;
    }
    if names.have(Names::LENGTH) && !has_one_length(headers) {
        return Err(bad("a Content-Length with two readings"));
    }
    if let Some(scheme) = uri.scheme_str()
        && !matches!(scheme, "http" | "https")
    {
        return Err(bad("a scheme other than http and https"));
    }
    let admitted = last.or_read(only_authority(uri, version, headers), || host(uri, version, headers))?;
    let path = uri.path();
    let of_server = path == "*" && *method == Method::OPTIONS;
    if !path.starts_with('/') && !of_server {
        return Err(bad("the target is not a path"));
    }
    Ok(admitted)
}

/// The authority of a request that names one in one place only, as it stands there, unread.
fn only_authority<'r>(uri: &'r Uri, version: Version, headers: &'r HeaderMap) -> Option<&'r [u8]> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next(), uri.authority()) {
        (Some(host), None, None) => Some(host.as_bytes()),
        (None, _, Some(target)) if version >= Version::HTTP_2 => Some(target.as_str().as_bytes()),
        _ => None,
    }
}

/// The host of a request, read.
fn host(uri: &Uri, version: Version, headers: &HeaderMap) -> Result<Admitted, ProxyError> {
    let authority = authority(uri, version, headers)?;
    let name = authority.host().trim_start_matches('[').trim_end_matches(']');
    let host = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    if host.is_empty() {
        return Err(bad("an empty host"));
    }
    Ok(Admitted { authority: authority.as_str().to_owned(), host })
}

/// Whether a browser asks for the script of a service worker. Scripts can't set either header.
/// <https://w3c.github.io/ServiceWorker/#update-algorithm>
pub(super) fn is_for_service_worker(headers: &HeaderMap) -> bool {
    headers.contains_key(SERVICE_WORKER)
        || headers.get_all(SEC_FETCH_DEST).iter().any(|value| value.as_bytes() == b"serviceworker")
}

fn bad(cause: &str) -> ProxyError {
    ProxyError::new(Kind::BadRequest, cause)
}

/// hyper decodes any list that ends in `chunked` and would leave the rest of the codings on a body
/// whose field is gone.
fn check_transfer_encoding(headers: &HeaderMap) -> Result<(), ProxyError> {
    let mut values = headers.get_all(TRANSFER_ENCODING).iter();
    let Some(first) = values.next() else { return Ok(()) };
    let only_chunked = values.next().is_none()
        && first.as_bytes().eq_ignore_ascii_case(b"chunked")
        && tokens(headers, &TRANSFER_ENCODING).count() == 1;
    if only_chunked {
        Ok(())
    } else {
        Err(ProxyError::new(Kind::TransferEncodingRefused, "transfer-encoding other than chunked"))
    }
}

/// The one authority of a request: `Host`, absolute-form and `:authority` must agree.
/// <https://www.rfc-editor.org/rfc/rfc9112#section-3.2>
fn authority(uri: &Uri, version: Version, headers: &HeaderMap) -> Result<Authority, ProxyError> {
    let mut hosts = headers.get_all(HOST).iter();
    let first = hosts.next();
    if hosts.next().is_some() {
        return Err(bad("more than one Host"));
    }
    let target = uri.authority();
    let authority = match (first, target) {
        (Some(value), target) => {
            let parsed = Authority::try_from(value.as_bytes()).ok().ok_or_else(|| bad("an invalid Host"))?;
            // Authority compares without regard to case.
            if target.is_some_and(|target| *target != parsed) {
                return Err(bad("Host and target disagree"));
            }
            parsed
        }
        // Without Host only where the protocol says that the target carries it.
        (None, Some(target)) if version >= Version::HTTP_2 => target.clone(),
        (None, _) => return Err(bad("no Host")),
    };
    let port_is_a_number = match authority.as_str().rsplit_once(':') {
        Some((_, after)) if !after.ends_with(']') => after.parse::<u16>().is_ok(),
        _ => true,
    };
    if authority.as_str().contains('@') || !port_is_a_number {
        return Err(bad("an invalid Host"));
    }
    Ok(authority)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;
    use http::request::Parts;

    fn parts(method: &str, uri: &str, version: Version, headers: &[(&str, &str)]) -> Parts {
        let mut builder = Request::builder().method(method).uri(uri).version(version);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        builder.body(()).unwrap().into_parts().0
    }

    fn admitted(parts: &Parts) -> Result<Rc<Admitted>, ProxyError> {
        over(&LastHost::default(), parts)
    }

    fn over(last: &LastHost, parts: &Parts) -> Result<Rc<Admitted>, ProxyError> {
        let names = Names::of(&parts.headers);
        admit(&parts.method, &parts.uri, parts.version, (&parts.headers, names), last)
    }

    fn kind(result: Result<Rc<Admitted>, ProxyError>) -> Option<Kind> {
        result.err().map(|error| error.kind())
    }

    #[test]
    fn a_plain_request_is_admitted_with_its_host() {
        let request =
            parts("GET", "/help/%2e%2e/Checkout?q", Version::HTTP_11, &[("host", "Shop.Example.:8080")]);
        assert_eq!(
            *admitted(&request).unwrap(),
            Admitted { authority: "Shop.Example.:8080".into(), host: "shop.example".into() }
        );
    }

    #[test]
    fn a_request_with_two_meanings_is_refused() {
        use Version as V;
        for (uri, version, headers) in [
            ("/", V::HTTP_11, &[][..]),
            ("/", V::HTTP_10, &[]),
            ("/", V::HTTP_11, &[("host", "a"), ("host", "a")]),
            ("/", V::HTTP_11, &[("host", "")]),
            ("/", V::HTTP_11, &[("host", "a b")]),
            ("/", V::HTTP_11, &[("host", "a@b")]),
            ("/", V::HTTP_11, &[("host", "a/b")]),
            ("/", V::HTTP_11, &[("host", "a, b")]),
            ("/", V::HTTP_11, &[("host", "a:99999")]),
            ("/", V::HTTP_11, &[("host", ".")]),
            ("http://b/", V::HTTP_11, &[("host", "a")]),
            ("http://a/", V::HTTP_11, &[]),
            ("ftp://a/", V::HTTP_11, &[("host", "a")]),
            ("https://b/", V::HTTP_2, &[("host", "a")]),
            ("*", V::HTTP_11, &[("host", "a")]),
        ] {
            let result = admitted(&parts("GET", uri, version, headers));
            assert_eq!(kind(result), Some(Kind::BadRequest), "{uri} {headers:?}");
        }
    }

    #[test]
    fn each_request_of_a_connection_has_the_host_that_it_names_whatever_the_last_one_named() {
        use Version as V;
        let last = LastHost::default();
        for _ in 0..2 {
            for (uri, version, headers, expected) in [
                ("/", V::HTTP_11, &[("host", "a.example")][..], Ok("a.example")),
                ("/", V::HTTP_11, &[("host", "A.Example.:80")], Ok("a.example")),
                ("/", V::HTTP_11, &[("host", "a.example")], Ok("a.example")),
                ("/", V::HTTP_11, &[("host", "a.example"), ("host", "b.example")], Err(Kind::BadRequest)),
                ("/", V::HTTP_11, &[], Err(Kind::BadRequest)),
                ("http://a.example/", V::HTTP_11, &[], Err(Kind::BadRequest)),
                ("http://b.example/", V::HTTP_11, &[("host", "a.example")], Err(Kind::BadRequest)),
                ("http://b.example/", V::HTTP_11, &[("host", "b.example")], Ok("b.example")),
                ("/", V::HTTP_11, &[("host", "b.example ")], Err(Kind::BadRequest)),
                ("*", V::HTTP_11, &[("host", "a.example")], Err(Kind::BadRequest)),
                ("https://c.example/", V::HTTP_2, &[], Ok("c.example")),
                ("ftp://c.example/", V::HTTP_2, &[], Err(Kind::BadRequest)),
                ("https://c.example/", V::HTTP_2, &[("host", "a.example")], Err(Kind::BadRequest)),
                ("/", V::HTTP_11, &[("host", "[2001:DB8::1]:8443")], Ok("2001:db8::1")),
                ("/", V::HTTP_11, &[("host", "[2001:DB8::1]:99999")], Err(Kind::BadRequest)),
            ] {
                let result = over(&last, &parts("GET", uri, version, headers));
                let result = result.map(|admitted| admitted.host.clone()).map_err(|error| error.kind());
                assert_eq!(result, expected.map(ToOwned::to_owned), "{uri} {headers:?}");
            }
        }
    }

    #[test]
    fn forms_that_agree_are_admitted() {
        assert!(admitted(&parts("GET", "http://A/x", Version::HTTP_11, &[("host", "a")])).is_ok());
        assert!(admitted(&parts("GET", "https://a/x", Version::HTTP_2, &[])).is_ok());
        assert!(admitted(&parts("OPTIONS", "*", Version::HTTP_11, &[("host", "a")])).is_ok());
        let v6 = admitted(&parts("GET", "/", Version::HTTP_11, &[("host", "[::1]:80")])).unwrap();
        assert_eq!(v6.host, "::1");
    }

    #[test]
    fn methods_and_codings_that_open_tunnels_or_smuggle_are_refused() {
        for method in ["CONNECT", "TRACE"] {
            let uri = if method == "CONNECT" { "a:80" } else { "/" };
            let result = admitted(&parts(method, uri, Version::HTTP_11, &[("host", "a")]));
            assert_eq!(kind(result), Some(Kind::MethodRefused));
        }
        for coding in ["gzip, chunked", "chunked, chunked", ", chunked", "xchunked", "identity", ""] {
            let request =
                parts("POST", "/", Version::HTTP_11, &[("host", "a"), ("transfer-encoding", coding)]);
            assert_eq!(kind(admitted(&request)), Some(Kind::TransferEncodingRefused), "{coding}");
        }
        let twice = [("host", "a"), ("transfer-encoding", "chunked"), ("transfer-encoding", "chunked")];
        let result = admitted(&parts("POST", "/", Version::HTTP_11, &twice));
        assert_eq!(kind(result), Some(Kind::TransferEncodingRefused));
        let once = [("host", "a"), ("transfer-encoding", "Chunked")];
        assert!(admitted(&parts("POST", "/", Version::HTTP_11, &once)).is_ok());
    }

    #[test]
    fn a_length_that_is_said_twice_is_refused_even_where_both_are_alike() {
        for lengths in [vec!["5", "5"], vec!["5", "6"], vec!["5,5"]] {
            let mut headers = vec![("host", "a")];
            headers.extend(lengths.iter().map(|length| ("content-length", *length)));
            let request = parts("POST", "/", Version::HTTP_2, &headers);
            assert_eq!(kind(admitted(&request)), Some(Kind::BadRequest), "{lengths:?}");
        }
        assert!(
            admitted(&parts("POST", "/", Version::HTTP_2, &[("host", "a"), ("content-length", "5")])).is_ok()
        );
    }
}
