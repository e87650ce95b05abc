//! The request as the upstream gets it. Pure.

use std::net::{IpAddr, SocketAddr};

use http::header::{
    ACCEPT, ACCEPT_ENCODING, COOKIE, EXPECT, FORWARDED, HOST, IF_MODIFIED_SINCE, IF_RANGE, RANGE,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use memchr::memmem;

use super::codings::Codings;
use super::conditional;
use super::hop_by_hop::{is_said_by_proxies, strip_request, tokens};
use super::names::Names;
use crate::policy::Mode;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// Passed on to the upstream and answered to the visitor.
pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
pub(super) const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Content codings that can be judged.
const CODINGS: [&str; 6] = ["gzip", "x-gzip", "br", "zstd", "deflate", "identity"];

/// What a request is for whose response is shown as a document.
const DOCUMENT_LIKE: [&[u8]; 5] = [b"document", b"iframe", b"frame", b"embed", b"object"];
/// What paths of scripts end with.
const SCRIPT_ENDINGS: [&[u8]; 3] = [b".js", b".mjs", b".cjs"];
/// What a request is for whose response runs as code.
/// <https://fetch.spec.whatwg.org/#request-destination-script-like>
const SCRIPT_LIKE: [&[u8]; 6] =
    [b"script", b"worker", b"sharedworker", b"serviceworker", b"audioworklet", b"paintworklet"];

/// What is known about the exchange before anything is forwarded.
#[derive(Debug)]
pub(super) struct Context<'a> {
    /// Whether verdicts are carried out on this page.
    pub mode: Mode,
    /// Whether the site's own scripts pass only with approved bytes.
    pub stops_scripts: bool,
    /// What pages written under the exchange's grants are known by.
    pub fingerprint: &'a str,
    /// The peer's address, as it is told.
    pub peer: &'a HeaderValue,
    /// Whether the visitor's side is TLS.
    pub secure: bool,
    /// Host and port as the visitor wrote them.
    pub authority: &'a str,
    /// The exchange id.
    pub exchange: &'a HeaderValue,
    /// Whether the peer is a proxy of the operator's own.
    pub trusted: bool,
}

/// What the response's treatment depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an answer of its own")]
pub(super) struct Asked {
    /// The browser may take the response for a document.
    pub document: bool,
    /// The browser may run it as a script.
    pub script: bool,
    /// The upstream was asked for the whole of it, but for what was judged under this generation.
    pub whole: bool,
    /// `If-None-Match` held a tag of a page rewritten under this generation.
    pub rewritten_before: bool,
    /// The upstream was asked something conditional.
    pub conditional: bool,
    /// The codings that the visitor can read.
    pub codings: Codings,
}

/// Changes a request's fields, of which these are the names, into those for the upstream.
pub(super) fn prepare(parts: &mut Parts, names: Names, context: &Context<'_>) -> Asked {
    let (document, script) = asks_for(parts, names);
    let enforced = context.mode == Mode::Enforce;
    // A part of a page or of a script can't be judged, and a date can't say under which policies it was
    // stored.
    let whole = (enforced && document) || (context.stops_scripts && script);
    let headers = &mut parts.headers;
    strip_request(headers, names);
    if names.have(Names::EXPECT) {
        // hyper answers 100 itself when the body is first read.
        headers.remove(EXPECT);
    }
    if names.have(Names::COOKIE) {
        join_cookies(headers);
        drop_operators_cookies(headers);
    }
    say_who_asks(headers, names, context);
    let mut codings = Codings::default();
    if names.have(Names::CODINGS) {
        codings = Codings::accepted(headers);
        if enforced || document {
            limit_codings(headers);
        }
    }
    if whole && names.have(Names::PARTIAL) {
        headers.remove(RANGE);
        headers.remove(IF_RANGE);
        headers.remove(IF_MODIFIED_SINCE);
    }
    let tags = names.have(Names::TAGS);
    let rewritten_before = tags && conditional::unmark(headers, context.fingerprint, whole);
    let conditional = (tags && headers.contains_key(http::header::IF_NONE_MATCH))
        || (names.have(Names::PARTIAL) && headers.contains_key(IF_MODIFIED_SINCE));
    Asked { document, script, whole, rewritten_before, conditional, codings }
}

/// What a browser may take the response for: a document, a script.
fn asks_for(parts: &Parts, names: Names) -> (bool, bool) {
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        // The response to a form's POST is a document too, but has no validators or ranges.
        return (false, false);
    }
    let destination = if names.have(Names::PURPOSE) { parts.headers.get(SEC_FETCH_DEST) } else { None };
    match destination.map(HeaderValue::as_bytes) {
        Some(destination) => (DOCUMENT_LIKE.contains(&destination), SCRIPT_LIKE.contains(&destination)),
        // Of those that don't say what for they ask.
        None => (accepts_documents(&parts.headers), is_named_like_script(parts.uri.path())),
    }
}

/// Browsers that don't send `Sec-Fetch-Dest` name text/html in `Accept` when they navigate; who sends neither may
/// be anything.
fn accepts_documents(headers: &HeaderMap) -> bool {
    !headers.contains_key(ACCEPT)
        || tokens(headers, &ACCEPT)
            .filter_map(|token| token.split(';').next())
            .any(|essence| essence.trim().eq_ignore_ascii_case("text/html"))
}

fn is_named_like_script(path: &str) -> bool {
    let path = path.as_bytes();
    let ends = |ending: &&[u8]| {
        path.len()
            .checked_sub(ending.len())
            .and_then(|start| path.get(start..))
            .is_some_and(|end| end.eq_ignore_ascii_case(ending))
    };
    SCRIPT_ENDINGS.iter().any(ends)
}

/// HTTP/2 may send a cookie in pieces; HTTP/1.1 has one field.
/// <https://www.rfc-editor.org/rfc/rfc9113#section-8.2.3>
fn join_cookies(headers: &mut HeaderMap) {
    if headers.get_all(COOKIE).iter().nth(1).is_none() {
        return;
    }
    let crumbs: Vec<&[u8]> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    // Joined from valid values by valid characters, so it is one.
    if let Ok(joined) = HeaderValue::from_bytes(&crumbs.join(&b"; "[..])) {
        headers.insert(COOKIE, joined);
    }
}

/// The cookies of sessions at the admin address, with TLS and without.
pub const OPERATORS_COOKIES: [&str; 2] = ["__Host-countersign", "countersign-admin"];

/// Cookies know no ports: where the admin address has a name that a site has too, browsers send the session of an
/// operator to the site. It is not for the application.
fn drop_operators_cookies(headers: &mut HeaderMap) {
    let Some(value) = headers.get(COOKIE).map(HeaderValue::as_bytes) else { return };
    if OPERATORS_COOKIES.iter().all(|name| memmem::find(value, name.as_bytes()).is_none()) {
        return;
    }
    let is_ours = |pair: &&[u8]| {
        let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default().trim_ascii();
        OPERATORS_COOKIES.iter().any(|ours| ours.as_bytes() == name)
    };
    let pairs = value.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
    let others: Vec<&[u8]> = pairs.filter(|pair| !is_ours(pair)).collect();
    // Made of valid values and valid characters, so it is one.
    match HeaderValue::from_bytes(&others.join(&b"; "[..])) {
        Ok(left) if !left.is_empty() => drop(headers.insert(COOKIE, left)),
        Ok(_) | Err(_) => drop(headers.remove(COOKIE)),
    }
}

/// Who asks, as far as that is known: the peer, or whom the operator's own proxy before us saw. Its entry
/// is the last one; those before it anybody could have written.
pub fn client_address(headers: &HeaderMap, peer: IpAddr, trusted: bool) -> IpAddr {
    let said = || {
        let last = tokens(headers, &X_FORWARDED_FOR).last()?;
        let address =
            last.parse::<IpAddr>().or_else(|_| last.parse().map(|address: SocketAddr| address.ip()));
        address.ok()
    };
    let address = if trusted { said().unwrap_or(peer) } else { peer };
    address.to_canonical()
}

/// Whether the operator's own proxy before us says that the browser's connection to it is TLS; `None`
/// where it says nothing. Of several entries the first is the one next to the browser.
pub(super) fn says_secure(headers: &HeaderMap) -> Option<bool> {
    Some(tokens(headers, &X_FORWARDED_PROTO).next()?.eq_ignore_ascii_case("https"))
}

/// An address as upstreams are told it. An IPv4 address is one on a socket for both kinds too.
pub(super) fn told(address: IpAddr) -> HeaderValue {
    // An address is written in characters that a field may have.
    HeaderValue::try_from(address.to_canonical().to_string()).unwrap_or(HeaderValue::from_static("unknown"))
}

fn say_who_asks(headers: &mut HeaderMap, names: Names, context: &Context<'_>) {
    let said = names.have(Names::SAID_BY_PROXIES);
    if said {
        let forged: Vec<HeaderName> = headers
            .keys()
            .filter(|name| {
                let name = name.as_str();
                let believed = context.trusted && !name.contains('_') && name != FORWARDED.as_str();
                is_said_by_proxies(name) && !believed
            })
            .cloned()
            .collect();
        for name in forged {
            headers.remove(name);
        }
    }
    // A proxy may add a field of its own to that of the visitor: all count, in their order.
    if said && headers.contains_key(X_FORWARDED_FOR) {
        let mut chain: Vec<&str> = tokens(headers, &X_FORWARDED_FOR).collect();
        chain.extend(context.peer.to_str().ok());
        let chain = chain.join(", ");
        set(headers, X_FORWARDED_FOR, &chain);
    } else {
        headers.insert(X_FORWARDED_FOR, context.peer.clone());
    }
    if !said || !headers.contains_key(X_FORWARDED_PROTO) {
        let scheme = if context.secure { "https" } else { "http" };
        headers.insert(X_FORWARDED_PROTO, HeaderValue::from_static(scheme));
    }
    // With HTTP/2 it may have stood in the target alone.
    let mut host = headers.get(HOST).filter(|host| *host == context.authority).cloned();
    if host.is_none() {
        set(headers, HOST, context.authority);
        host = headers.get(HOST).cloned();
    }
    if let Some(host) = host.filter(|_| !said || !headers.contains_key(X_FORWARDED_HOST)) {
        headers.insert(X_FORWARDED_HOST, host);
    }
    headers.insert(X_REQUEST_ID, context.exchange.clone());
}

/// Everything set here is made of characters that were checked before.
fn set(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(name, value);
    }
}

/// Leaves of `Accept-Encoding` what both the visitor and we can read. Pages could be asked for as they are
/// instead, which would save decoding them: a small part of what rewriting and encoding cost, for which
/// some ten times the bytes would come from the upstream (`benches/rewriting.rs` measures it).
fn limit_codings(headers: &mut HeaderMap) {
    let known: Vec<&str> = tokens(headers, &ACCEPT_ENCODING)
        .filter(|token| {
            let coding = token.split(';').next().unwrap_or(token).trim();
            CODINGS.iter().any(|known| coding.eq_ignore_ascii_case(known))
        })
        .collect();
    let text = if known.is_empty() { "identity".to_owned() } else { known.join(", ") };
    set(headers, ACCEPT_ENCODING, &text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;
    use http::header::IF_NONE_MATCH;

    fn prepared(parts: &mut Parts, context: &Context<'_>) -> Asked {
        let names = Names::of(&parts.headers);
        prepare(parts, names, context)
    }

    fn request(method: &str, headers: &[(&str, &str)]) -> Parts {
        let mut builder = Request::builder().method(method).uri("/");
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        builder.body(()).unwrap().into_parts().0
    }

    static PEER: HeaderValue = HeaderValue::from_static("192.0.2.7");
    static EXCHANGE: HeaderValue = HeaderValue::from_static("0193");

    fn context(mode: Mode, trusted: bool) -> Context<'static> {
        Context {
            mode,
            stops_scripts: false,
            fingerprint: "0123456789ab",
            peer: &PEER,
            secure: true,
            authority: "shop.example",
            exchange: &EXCHANGE,
            trusted,
        }
    }

    #[test]
    fn a_visitor_cannot_speak_for_a_proxy() {
        let mut parts = request(
            "GET",
            &[
                ("x-forwarded-for", "10.0.0.1"),
                ("x_forwarded_for", "10.0.0.1"),
                ("x-real-ip", "10.0.0.1"),
                ("forwarded", "for=10.0.0.1"),
                ("x-forwarded-proto", "http"),
            ],
        );
        prepared(&mut parts, &context(Mode::Enforce, false));
        assert_eq!(parts.headers["x-forwarded-for"], "192.0.2.7");
        assert_eq!(parts.headers["x-forwarded-proto"], "https");
        assert_eq!(parts.headers["x-forwarded-host"], "shop.example");
        for gone in ["x_forwarded_for", "x-real-ip", "forwarded"] {
            assert!(!parts.headers.contains_key(gone), "{gone}");
        }
    }

    #[test]
    fn a_proxy_of_the_operator_is_believed_and_added_to() {
        let mut parts = request("GET", &[("x-forwarded-for", "198.51.100.1"), ("x-forwarded-proto", "http")]);
        prepared(&mut parts, &context(Mode::Enforce, true));
        assert_eq!(parts.headers["x-forwarded-for"], "198.51.100.1, 192.0.2.7");
        assert_eq!(parts.headers["x-forwarded-proto"], "http");
    }

    #[test]
    fn each_field_that_a_proxy_added_counts_and_the_visitors_forms_of_them_do_not() {
        let mut parts = request(
            "GET",
            &[
                ("x-forwarded-for", "6.6.6.6"),
                ("x-forwarded-for", "198.51.100.1"),
                ("x_forwarded_for", "6.6.6.6"),
                ("forwarded", "for=6.6.6.6"),
            ],
        );
        prepared(&mut parts, &context(Mode::Enforce, true));
        assert_eq!(parts.headers["x-forwarded-for"], "6.6.6.6, 198.51.100.1, 192.0.2.7");
        assert_eq!(parts.headers.get_all("x-forwarded-for").iter().count(), 1);
        assert!(!parts.headers.contains_key("x_forwarded_for") && !parts.headers.contains_key("forwarded"));
    }

    #[test]
    fn an_ipv4_address_is_told_as_one() {
        let mut parts = request("GET", &[]);
        let peer = told("::ffff:192.0.2.7".parse().unwrap());
        prepared(&mut parts, &Context { peer: &peer, ..context(Mode::Enforce, false) });
        assert_eq!(parts.headers["x-forwarded-for"], "192.0.2.7");
    }

    #[test]
    fn the_client_is_whom_the_proxy_before_us_saw() {
        let peer = IpAddr::from([192, 0, 2, 7]);
        for (fields, trusted, client) in [
            (&[][..], true, "192.0.2.7"),
            (&[("x-forwarded-for", "198.51.100.1")], false, "192.0.2.7"),
            (&[("x-forwarded-for", "198.51.100.1")], true, "198.51.100.1"),
            (&[("x-forwarded-for", "6.6.6.6, 198.51.100.1:4711")], true, "198.51.100.1"),
            (
                &[("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "[2001:db8::1]:4711")],
                true,
                "2001:db8::1",
            ),
            (&[("x-forwarded-for", "unknown")], true, "192.0.2.7"),
        ] {
            let parts = request("GET", fields);
            let found = client_address(&parts.headers, peer, trusted);
            assert_eq!(found, client.parse::<IpAddr>().unwrap(), "{fields:?}");
        }
    }

    #[test]
    fn nobody_takes_out_what_a_proxy_wrote_by_letters_that_can_not_be_read() {
        let mut parts = request("GET", &[("x-forwarded-for", "127.0.0.1")]);
        let said = HeaderValue::from_bytes(b"\xe9, 198.51.100.1").unwrap();
        parts.headers.append(X_FORWARDED_FOR, said);
        let peer = IpAddr::from([192, 0, 2, 7]);
        assert_eq!(client_address(&parts.headers, peer, true), IpAddr::from([198, 51, 100, 1]));
        prepared(&mut parts, &context(Mode::Enforce, true));
        assert_eq!(parts.headers["x-forwarded-for"], "127.0.0.1, unknown, 198.51.100.1, 192.0.2.7");
        // Where nothing of it can be read, the peer is all that is known, and no earlier entry counts.
        let mut parts = request("GET", &[("x-forwarded-for", "127.0.0.1")]);
        parts.headers.append(X_FORWARDED_FOR, HeaderValue::from_bytes(b"\xe9").unwrap());
        assert_eq!(client_address(&parts.headers, peer, true), peer);
    }

    #[test]
    fn the_browsers_side_is_the_first_that_is_named() {
        for (fields, secure) in [
            (&[][..], None),
            (&[("x-forwarded-proto", "https")], Some(true)),
            (&[("x-forwarded-proto", "HTTPS, http")], Some(true)),
            (&[("x-forwarded-proto", "http"), ("x-forwarded-proto", "https")], Some(false)),
        ] {
            assert_eq!(says_secure(&request("GET", fields).headers), secure, "{fields:?}");
        }
    }

    #[test]
    fn only_codings_that_both_sides_read_are_asked_for() {
        for (accepted, forwarded) in [
            ("gzip, deflate, br, zstd", "gzip, deflate, br, zstd"),
            ("gzip;q=0.5, dcb, compress, *", "gzip;q=0.5"),
            ("dcz", "identity"),
            ("", "identity"),
        ] {
            let mut parts = request("GET", &[("accept-encoding", accepted)]);
            prepared(&mut parts, &context(Mode::Enforce, false));
            assert_eq!(parts.headers[ACCEPT_ENCODING], forwarded, "{accepted}");
        }
        let mut parts = request("GET", &[]);
        prepared(&mut parts, &context(Mode::Enforce, false));
        assert!(!parts.headers.contains_key(ACCEPT_ENCODING));
    }

    #[test]
    fn a_document_is_never_asked_for_in_part_or_by_date() {
        let conditions = [
            ("range", "bytes=0-1"),
            ("if-range", "\"a\""),
            ("if-modified-since", "x"),
            ("if-none-match", "\"a\""),
        ];
        for (headers, document) in [
            (&[][..], true),
            (&[("sec-fetch-dest", "document")], true),
            (&[("sec-fetch-dest", "iframe"), ("accept", "*/*")], true),
            (&[("accept", "text/html;q=0.9, */*")], true),
            (&[("sec-fetch-dest", "script")], false),
            (&[("sec-fetch-dest", "empty"), ("accept", "text/html")], false),
            (&[("accept", "*/*")], false),
        ] {
            let all: Vec<(&str, &str)> = headers.iter().chain(&conditions).copied().collect();
            let mut parts = request("GET", &all);
            let asked = prepared(&mut parts, &context(Mode::Enforce, false));
            assert_eq!(asked.document, document, "{headers:?}");
            assert_eq!(asked.conditional, !document, "{headers:?}");
            for name in ["range", "if-range", "if-modified-since", "if-none-match"] {
                assert_eq!(parts.headers.contains_key(name), !document, "{headers:?} {name}");
            }
        }
    }

    #[test]
    fn while_observing_conditions_pass() {
        let mut parts = request("GET", &[("range", "bytes=0-1"), ("if-none-match", "\"a\"")]);
        prepared(&mut parts, &context(Mode::Observe, false));
        assert!(parts.headers.contains_key(RANGE));
        assert_eq!(parts.headers[IF_NONE_MATCH], "\"a\"");
    }

    #[test]
    fn a_session_of_the_admin_address_does_not_reach_the_application() {
        for (cookie, left) in [
            ("a=1; __Host-countersign=secret; b=2", Some("a=1; b=2")),
            ("__Host-countersign=secret", None),
            ("countersign-admin=secret;a=1", Some("a=1")),
            ("a=1; b=__Host-countersign", Some("a=1; b=__Host-countersign")),
            ("x__Host-countersign=1; a=2", Some("x__Host-countersign=1; a=2")),
            ("__Host-countersign = secret; a=1", Some("a=1")),
            ("a=1;b=2", Some("a=1;b=2")),
        ] {
            let mut parts = request("GET", &[("cookie", cookie)]);
            prepared(&mut parts, &context(Mode::Enforce, false));
            let sent = parts.headers.get(COOKIE).map(|value| value.to_str().unwrap());
            assert_eq!(sent, left, "{cookie}");
        }
        let mut parts = request("GET", &[("cookie", "a=1"), ("cookie", "__Host-countersign=secret")]);
        prepared(&mut parts, &context(Mode::Enforce, false));
        assert_eq!(parts.headers[COOKIE], "a=1");
    }

    #[test]
    fn cookie_crumbs_become_one_field() {
        let mut parts = request("GET", &[("cookie", "a=1"), ("cookie", "b=2"), ("expect", "100-continue")]);
        prepared(&mut parts, &context(Mode::Enforce, false));
        assert_eq!(parts.headers.get_all(COOKIE).iter().count(), 1);
        assert_eq!(parts.headers[COOKIE], "a=1; b=2");
        assert!(!parts.headers.contains_key(EXPECT));
    }
}
