//! Header fields that are for one connection only, in both directions.
//! <https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1>

use http::header::{
    CONNECTION, CONTENT_LENGTH, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::names::Names;

static FIXED: [HeaderName; 10] = [
    CONNECTION,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("http2-settings"),
    HeaderName::from_static("proxy-authentication-info"),
];

/// Fields that a peer may not have us drop by naming them in `Connection`: the upstream decides by
/// these who is asking, for what, and from where.
const PROTECTED: [&str; 17] = [
    "host",
    "cookie",
    "authorization",
    "origin",
    "referer",
    "content-type",
    "content-length",
    "content-encoding",
    "accept-encoding",
    "sec-fetch-site",
    "sec-fetch-mode",
    "sec-fetch-dest",
    "sec-fetch-user",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-forwarded-host",
    "x-request-id",
];

/// Names under which applications look for what a proxy says about the visitor. A visitor's own are
/// dropped, and the spelling with underscores always: CGI-like upstreams can't tell the two apart. So is
/// `Forwarded`, which most proxies pass on as the visitor wrote it; what we know stands in the others.
const SAID_BY_PROXIES: [&str; 8] = [
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-prefix",
    "x-real-ip",
    "x-request-id",
    "forwarded",
];

/// Whether it is one of these names, in whichever spelling.
pub(super) fn is_said_by_proxies(name: &str) -> bool {
    // Of most names the first letter is enough.
    name.starts_with(['x', 'f']) && SAID_BY_PROXIES.contains(&name.replace('_', "-").as_str())
}

/// What protects a page on its way to the browser.
const PROTECTED_BELOW: [&str; 8] = [
    "content-type",
    "content-length",
    "content-encoding",
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "cache-control",
    "set-cookie",
];

/// Whether `Connection` names `token`.
pub(super) fn connection_names(headers: &HeaderMap, token: &str) -> bool {
    tokens(headers, &CONNECTION).any(|name| name.eq_ignore_ascii_case(token))
}

/// Stands for a token that is not ASCII. It means nothing anywhere, and in `X-Forwarded-For` just that.
/// <https://www.rfc-editor.org/rfc/rfc7239#section-6.2>
const UNKNOWN: &str = "unknown";

/// The comma-separated tokens of a field. One that can't be read keeps its place: were it, or its whole field,
/// left out, a visitor could take out what a proxy wrote behind it.
pub(super) fn tokens<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> impl Iterator<Item = &'a str> + use<'a> {
    let values = headers.get_all(name).iter().map(HeaderValue::as_bytes);
    let tokens = values.flat_map(|value| value.split(|byte| *byte == b','));
    let readable = |token: &'a [u8]| std::str::from_utf8(token).ok().filter(|text| text.is_ascii());
    tokens.map(move |token| readable(token).unwrap_or(UNKNOWN).trim()).filter(|token| !token.is_empty())
}

/// Whether a message's length has one reading: no field, or one that is a number. Over HTTP/2 a length that is
/// said twice alike arrives as two fields, and would be written as two.
/// <https://www.rfc-editor.org/rfc/rfc9110#section-8.6>
pub(super) fn has_one_length(headers: &HeaderMap) -> bool {
    let mut lengths = headers.get_all(CONTENT_LENGTH).iter().map(HeaderValue::as_bytes);
    let first_is_number =
        lengths.next().is_none_or(|length| !length.is_empty() && length.iter().all(u8::is_ascii_digit));
    first_is_number && lengths.next().is_none()
}

/// Prepares a request's fields for the upstream connection. A wish for trailers is renewed as ours.
pub(super) fn strip_request(headers: &mut HeaderMap, names: Names) {
    // CGI-like upstreams take these for the fields that frame a message.
    if names.have(Names::UNDERSCORE) {
        headers.remove("content_length");
        headers.remove("transfer_encoding");
    }
    if !names.have(Names::HOP) {
        return;
    }
    let trailers = names.have(Names::OTHER_HOP)
        && tokens(headers, &TE).any(|coding| coding.eq_ignore_ascii_case("trailers"));
    strip(headers, names, &PROTECTED);
    if trailers {
        headers.insert(TE, HeaderValue::from_static("trailers"));
        headers.insert(CONNECTION, HeaderValue::from_static("te"));
    }
}

/// Prepares a response's fields for the downstream connection. Here and in requests `Trailer` stays: with
/// HTTP/1.1 hyper sends only the trailers that it names.
pub(super) fn strip_response(headers: &mut HeaderMap, names: Names) {
    strip(headers, names, &PROTECTED_BELOW);
}

/// Leaves of a request's trailers what an upstream may take for part of the head without harm: nothing by
/// which it decides who is asking, for what, and from where.
pub(super) fn strip_request_trailers(trailers: &mut HeaderMap) {
    keep_trailers(trailers, |name| !PROTECTED.contains(&name) && !is_said_by_proxies(name));
}

/// The same of a response's: nothing that protects a page.
pub(super) fn strip_response_trailers(trailers: &mut HeaderMap) {
    keep_trailers(trailers, |name| !PROTECTED_BELOW.contains(&name));
}

fn keep_trailers(trailers: &mut HeaderMap, keep: impl Fn(&str) -> bool) {
    strip(trailers, Names::HOP, &[]);
    let unwanted: Vec<HeaderName> = trailers.keys().filter(|name| !keep(name.as_str())).cloned().collect();
    for name in unwanted {
        trailers.remove(name);
    }
}

/// Whether `Connection` says what nearly all of them say: that names a field which goes anyway, or none.
fn says_nothing_more(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CONNECTION).iter().map(HeaderValue::as_bytes);
    let usual =
        |value: &[u8]| value.eq_ignore_ascii_case(b"keep-alive") || value.eq_ignore_ascii_case(b"close");
    values.next().is_some_and(usual) && values.next().is_none()
}

/// `names` may say of more than there is.
fn strip(headers: &mut HeaderMap, names: Names, protected: &[&str]) {
    if names.have(Names::CONNECTION) {
        if !says_nothing_more(headers) {
            let going: Vec<HeaderName> = tokens(headers, &CONNECTION)
                .filter_map(|token| HeaderName::from_bytes(token.as_bytes()).ok())
                .filter(|name| !protected.contains(&name.as_str()))
                .collect();
            for name in going {
                headers.remove(name);
            }
        }
        headers.remove(CONNECTION);
    }
    if !names.have(Names::OTHER_HOP) {
        return;
    }
    // Nearly always there is none of them, and comparing names is cheaper than looking for each.
    let fixed: Vec<&HeaderName> =
        FIXED.iter().filter(|fixed| headers.keys().any(|name| name == *fixed)).collect();
    for name in fixed {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(*name, HeaderValue::from_static(value));
        }
        map
    }

    #[test]
    fn what_connection_names_goes_but_not_what_the_upstream_trusts() {
        let mut map = headers(&[
            ("connection", "close, X-Hop, Cookie, authorization, X-Forwarded-For"),
            ("x-hop", "1"),
            ("cookie", "a=b"),
            ("authorization", "Basic x"),
            ("x-forwarded-for", "1.2.3.4"),
            ("keep-alive", "timeout=5"),
            ("upgrade", "h2c"),
            ("http2-settings", "x"),
            ("proxy-connection", "keep-alive"),
        ]);
        let names = Names::of(&map);
        strip_request(&mut map, names);
        let mut left: Vec<&str> = map.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["authorization", "cookie", "x-forwarded-for"]);
    }

    #[test]
    fn every_field_of_one_connection_is_known_by_its_name() {
        for name in &FIXED {
            let mut map = HeaderMap::new();
            map.insert(name.clone(), HeaderValue::from_static("x"));
            assert!(Names::of(&map).have(Names::HOP), "{name}");
        }
        for name in SAID_BY_PROXIES {
            let map = headers(&[(name, "x")]);
            assert!(Names::of(&map).have(Names::SAID_BY_PROXIES), "{name}");
        }
    }

    #[test]
    fn an_upstream_cannot_have_its_csp_dropped_by_naming_it() {
        let mut map = headers(&[
            ("connection", "content-security-policy, x-a"),
            ("content-security-policy", "script-src 'none'"),
            ("x-a", "1"),
        ]);
        let names = Names::of(&map);
        strip_response(&mut map, names);
        assert!(map.contains_key("content-security-policy"));
        assert!(!map.contains_key("x-a"));
    }

    #[test]
    fn trailers_say_nothing_that_only_a_head_may_say() {
        let mut map = headers(&[
            ("grpc-status", "0"),
            ("x-forwarded-for", "6.6.6.6"),
            ("x_real_ip", "6.6.6.6"),
            ("content-length", "7"),
            ("connection", "close"),
            ("set-cookie", "a=b"),
        ]);
        let mut response = map.clone();
        strip_request_trailers(&mut map);
        let left: Vec<&str> = map.keys().map(HeaderName::as_str).collect();
        assert_eq!(left, ["grpc-status", "set-cookie"]);
        strip_response_trailers(&mut response);
        assert!(response.contains_key("grpc-status") && !response.contains_key("set-cookie"));
    }

    #[test]
    fn a_wish_for_trailers_is_renewed() {
        let mut map = headers(&[("te", "gzip, Trailers"), ("connection", "te")]);
        let names = Names::of(&map);
        strip_request(&mut map, names);
        assert_eq!(map["te"], "trailers");
        assert_eq!(map["connection"], "te");
    }
}
