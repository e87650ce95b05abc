//! The response's head as the visitor gets it. Pure.

use encoding_rs::Encoding;
use http::header::{
    ACCEPT_RANGES, ALT_SVC, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY,
    CONTENT_TYPE, LAST_MODIFIED, LINK, STRICT_TRANSPORT_SECURITY, TRAILER, TRANSFER_ENCODING,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::error::{Kind, ProxyError};
use super::hop_by_hop::{has_one_length, strip_response};
use super::names::Names;
use super::{conditional, endpoints};
use crate::csp::{ScriptDirectives, merge_upstream};
use crate::policy::{PageGrants, PageHeaders, UpstreamCsp};
use crate::web::MediaType;

const INTEGRITY_POLICY: HeaderName = HeaderName::from_static("integrity-policy");
const INTEGRITY_POLICY_REPORT_ONLY: HeaderName = HeaderName::from_static("integrity-policy-report-only");
const SPECULATION_RULES: HeaderName = HeaderName::from_static("speculation-rules");
/// CSPs of the upstream that are merged in one response.
const MERGED: usize = 32;
/// For what is no document, where a report would say nothing.
pub(super) const NOTHING_RUNS: HeaderValue = HeaderValue::from_static("script-src 'none'");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// Fields that describe the upstream's bytes and would be wrong for ours.
const OF_OTHER_BYTES: [HeaderName; 8] = [
    CONTENT_LENGTH,
    LAST_MODIFIED,
    ACCEPT_RANGES,
    TRAILER,
    HeaderName::from_static("content-md5"),
    HeaderName::from_static("digest"),
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("repr-digest"),
];

/// Makes a response's fields those of one hop, and refuses framings with two meanings. Returns which there are.
pub(super) fn receive(headers: &mut HeaderMap) -> Result<Names, ProxyError> {
    let names = Names::of(headers);
    if names.have(Names::OTHER_HOP) && headers.contains_key(TRANSFER_ENCODING) {
        let mut values = headers.get_all(TRANSFER_ENCODING).iter();
        let only = values.next().is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"chunked"));
        if !only || values.next().is_some() {
            return Err(ProxyError::new(Kind::Malformed, "transfer-encoding other than chunked"));
        }
        // hyper read the chunks; the length, if there was one, is not theirs.
        headers.remove(CONTENT_LENGTH);
    }
    if names.have(Names::LENGTH) && !has_one_length(headers) {
        return Err(ProxyError::new(Kind::Malformed, "a content-length with two readings"));
    }
    if names.have(Names::HOP) {
        strip_response(headers, names);
    }
    Ok(names)
}

/// The head of a rewritten page. `charset` is what its bytes were read as, where that is known.
pub(super) fn enforce_page(
    headers: &mut HeaderMap,
    names: Names,
    grants: &PageGrants,
    upstream_csp: UpstreamCsp,
    fingerprint: &str,
    secure: bool,
    charset: Option<&'static Encoding>,
) {
    for name in &OF_OTHER_BYTES {
        headers.remove(name);
    }
    conditional::mark(headers, fingerprint);
    if let Some(charset) = charset {
        set_charset(headers, charset);
    }
    set_operators(headers, &grants.headers, secure);
    // What the policy sets counts too.
    let names = if grants.headers.fields.is_empty() { names } else { Names::of(headers) };
    let theirs = upstream_csps(headers, upstream_csp, &grants.script_directives);
    let ours = if secure { &grants.csp_secure } else { &grants.csp_plain };
    headers.insert(CONTENT_SECURITY_POLICY, ours.clone());
    for csp in theirs {
        headers.append(CONTENT_SECURITY_POLICY, csp);
    }
    headers.remove(INTEGRITY_POLICY);
    // An evergreen script has no integrity, and would be stopped by the enforced form.
    let form = if grants.evergreen.is_empty() { INTEGRITY_POLICY } else { INTEGRITY_POLICY_REPORT_ONLY };
    headers.insert(form, grants.integrity_policy.clone());
    if secure {
        endpoints::add(headers, &grants.reporting_endpoints);
    }
    enforce_any(headers, names);
}

/// The head of any other response where verdicts are carried out: nothing in it may run.
pub(super) fn enforce_other(headers: &mut HeaderMap, names: Names, csp: HeaderValue) {
    // Beside the upstream's own: browsers enforce every CSP.
    headers.append(CONTENT_SECURITY_POLICY, csp);
    enforce_any(headers, names);
}

/// The head of a page while observing: a CSP that only reports, and only where there is a policy.
pub(super) fn observe_page(headers: &mut HeaderMap, grants: &PageGrants, secure: bool) {
    let ours = if secure { &grants.csp_secure } else { &grants.csp_plain };
    headers.append(CONTENT_SECURITY_POLICY_REPORT_ONLY, ours.clone());
    if secure {
        endpoints::add(headers, &grants.reporting_endpoints);
    }
}

/// What the policy sets or removes. None of it is ours; `check` sees to that.
fn set_operators(headers: &mut HeaderMap, fields: &PageHeaders, secure: bool) {
    for (name, value) in &fields.fields {
        match value {
            None => drop(headers.remove(name)),
            // <https://www.rfc-editor.org/rfc/rfc6797#section-7.2>
            Some(_) if *name == STRICT_TRANSPORT_SECURITY && !secure => {}
            Some(value) => drop(headers.insert(name.clone(), value.clone())),
        }
    }
}

/// Leaves of a type that browsers may read in another way than we the one reading that was judged; of one that
/// has no reading nothing, so that `nosniff` keeps it from being run.
pub(super) fn settle_type(headers: &mut HeaderMap, media: Option<&MediaType>) {
    if media.is_some_and(|media| media.plain) {
        return;
    }
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(first), more) = (values.next(), values.next()) else { return };
    let Some(media) = media else {
        headers.remove(CONTENT_TYPE);
        return;
    };
    let plain = more.is_none()
        && first.to_str().is_ok_and(|text| {
            let essence = text.split(';').next().unwrap_or(text);
            essence.trim_matches([' ', '\t']).eq_ignore_ascii_case(&media.essence) && !text.contains(',')
        });
    if plain {
        return;
    }
    let named =
        |charset: &str| charset.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
    let text = match media.charset.as_deref().filter(|charset| !charset.is_empty() && named(charset)) {
        Some(charset) => format!("{}; charset={charset}", media.essence),
        None => media.essence.to_string(),
    };
    match HeaderValue::from_str(&text) {
        Ok(value) => drop(headers.insert(CONTENT_TYPE, value)),
        Err(_) => drop(headers.remove(CONTENT_TYPE)),
    }
}

/// Takes off what leads browsers to scripts, or around us, by another way than the page.
fn enforce_any(headers: &mut HeaderMap, names: Names) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    if !names.have(Names::LEADING) {
        return;
    }
    headers.remove(SPECULATION_RULES);
    // The upstream's other addresses: there nobody judges.
    headers.remove(ALT_SVC);
    if headers.contains_key(LINK) {
        let kept: Vec<HeaderValue> =
            headers.get_all(LINK).iter().filter(|value| !preloads_scripts(value)).cloned().collect();
        headers.remove(LINK);
        for value in kept {
            headers.append(LINK, value);
        }
    }
}

/// Whether a `Link` value may name a script to preload. It errs on the side of yes.
fn preloads_scripts(value: &HeaderValue) -> bool {
    let text = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
    text.contains("modulepreload") || (text.contains("preload") && text.contains("script"))
}

fn set_charset(headers: &mut HeaderMap, charset: &'static Encoding) {
    // Encoding names are ASCII. One value, so that no second one can change its meaning.
    if let Ok(value) = HeaderValue::from_str(&format!("text/html; charset={}", charset.name())) {
        headers.insert(CONTENT_TYPE, value);
    }
}

/// How many CSPs a value holds, at most.
fn csps(value: &HeaderValue) -> usize {
    value.as_bytes().split(|byte| *byte == b',').count()
}

/// The upstream's own CSPs as they go out beside ours.
fn upstream_csps(headers: &HeaderMap, what: UpstreamCsp, ours: &ScriptDirectives) -> Vec<HeaderValue> {
    let values = headers.get_all(CONTENT_SECURITY_POLICY);
    let count: usize = values.iter().map(csps).sum();
    let values = values.iter();
    match what {
        UpstreamCsp::Replace => Vec::new(),
        UpstreamCsp::Append => values.cloned().collect(),
        // Ours is written into each of them, so many small ones would make a head of megabytes. As they
        // came they may stop our scripts, but nothing else.
        UpstreamCsp::Merge if count > MERGED => values.cloned().collect(),
        UpstreamCsp::Merge => values
            .flat_map(|value| merge_upstream(&String::from_utf8_lossy(value.as_bytes()), ours))
            .filter_map(|csp| HeaderValue::from_bytes(csp.as_bytes()).ok())
            .collect(),
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
    fn many_csps_of_the_upstream_are_not_multiplied_by_ours() {
        let many = "default-src a,".repeat(4000);
        let mut map = HeaderMap::new();
        map.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_str(&many).unwrap());
        let ours = ScriptDirectives { elements: "'sha384-x' ".repeat(100), attributes: None };
        let sent: usize = upstream_csps(&map, UpstreamCsp::Merge, &ours).iter().map(HeaderValue::len).sum();
        assert_eq!(sent, many.len());
    }

    #[test]
    fn a_length_beside_chunks_is_not_believed() {
        let mut map = headers(&[("transfer-encoding", "chunked"), ("content-length", "5")]);
        receive(&mut map).unwrap();
        assert!(map.is_empty());
    }

    #[test]
    fn a_framing_with_two_meanings_is_refused() {
        for value in ["gzip, chunked", "gzip", "chunked, chunked", ""] {
            let mut map = headers(&[("transfer-encoding", value)]);
            assert_eq!(receive(&mut map).unwrap_err().kind(), Kind::Malformed, "{value}");
        }
    }

    #[test]
    fn a_type_that_is_passed_on_has_one_reading() {
        for (came, goes) in [
            (vec!["text/javascript; charset=utf-8"], Some("text/javascript; charset=utf-8")),
            (vec!["TEXT/Plain"], Some("TEXT/Plain")),
            (vec!["multipart/mixed; boundary=\"a;b\""], Some("multipart/mixed; boundary=\"a;b\"")),
            (vec!["text/javascript(x"], None),
            (vec!["text/javascript x"], None),
            (vec!["text/javascript, image/png"], Some("image/png")),
            (vec!["image/png", "text/css; charset=\"utf-8\""], Some("text/css; charset=utf-8")),
        ] {
            let pairs: Vec<_> = came.iter().map(|value| ("content-type", *value)).collect();
            let mut map = headers(&pairs);
            let media = crate::web::extract_media_type(&map);
            settle_type(&mut map, media.as_ref());
            let left: Vec<_> =
                map.get_all("content-type").iter().map(|value| value.to_str().unwrap()).collect();
            assert_eq!(left, goes.into_iter().collect::<Vec<_>>(), "{came:?}");
        }
    }

    #[test]
    fn a_length_is_said_once_and_is_a_number() {
        for lengths in [vec!["5", "5"], vec!["5", "6"], vec!["5, 5"], vec!["+5"], vec![""]] {
            let pairs: Vec<_> = lengths.iter().map(|length| ("content-length", *length)).collect();
            assert_eq!(receive(&mut headers(&pairs)).unwrap_err().kind(), Kind::Malformed, "{lengths:?}");
        }
        receive(&mut headers(&[("content-length", "5")])).unwrap();
    }

    #[test]
    fn other_responses_keep_their_csp_and_get_ours_beside_it() {
        let mut map = headers(&[
            ("content-security-policy", "default-src 'self'"),
            ("link", "</a.css>; rel=preload; as=style"),
            ("link", "</a.js>; rel=PRELOAD; as=\"Script\""),
            ("link", "</m.js>; rel=modulepreload, </b.css>; rel=stylesheet"),
            ("alt-svc", "h3=\":443\""),
            ("speculation-rules", "\"/rules.json\""),
            ("last-modified", "x"),
        ]);
        let names = Names::of(&map);
        enforce_other(&mut map, names, NOTHING_RUNS);
        let csps: Vec<_> = map.get_all("content-security-policy").iter().collect();
        assert_eq!(csps, ["default-src 'self'", "script-src 'none'"]);
        let links: Vec<_> = map.get_all("link").iter().collect();
        assert_eq!(links, ["</a.css>; rel=preload; as=style"]);
        assert_eq!(map["x-content-type-options"], "nosniff");
        assert!(!map.contains_key("alt-svc") && !map.contains_key("speculation-rules"));
        assert!(map.contains_key("last-modified"), "its body is not changed");
    }
}
