//! The URL that a browser would fetch for an attribute's value, in the one form in which URLs are
//! compared.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};
use htmlize::unescape_attribute;
use url::Url;

/// Why an attribute's value leads to no URL that could be approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// The URL parser refused it; a browser would not fetch it either.
    #[error("not a valid URL")]
    Invalid,
    /// `data:`, `blob:`, `javascript:` and the like: never approved by URL.
    #[error("not an http or https URL")]
    Scheme,
}

/// The canonical URL for a raw attribute value (as it stands in the markup, entities undecoded):
/// entities decoded by the attribute rules, then parsed against `base` as the URL standard says
/// (which strips tabs, newlines and surrounding control characters, folds backslashes, dot segments,
/// case, default ports and IDN). The fragment and any credentials are dropped: they don't choose bytes.
/// <https://html.spec.whatwg.org/#attribute-value-(double-quoted)-state>
/// <https://url.spec.whatwg.org/#concept-basic-url-parser>
pub fn resolve_attribute(raw: &str, base: &Url) -> Result<Url, UrlError> {
    resolve_in_charset(raw, base, UTF_8)
}

/// The same in a document of this charset, in which browsers send a query's characters.
/// <https://html.spec.whatwg.org/#encoding-parsing-a-url>
pub fn resolve_in_charset(raw: &str, base: &Url, charset: &'static Encoding) -> Result<Url, UrlError> {
    let mut decoded = unescape_attribute(raw);
    if decoded.contains('\0') {
        // The tokenizer has replaced it before the URL parser sees it.
        decoded = Cow::Owned(decoded.replace('\0', "\u{fffd}"));
    }
    let parsed = if charset == UTF_8 {
        base.join(&decoded)
    } else {
        let parser = Url::options().base_url(Some(base));
        parser.encoding_override(Some(&|query| Cow::Owned(encoded_query(query, charset)))).parse(&decoded)
    };
    let mut url = parsed.ok().ok_or(UrlError::Invalid)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(UrlError::Scheme);
    }
    if url.fragment().is_some() {
        url.set_fragment(None);
    }
    if url.as_str().contains('@') {
        // Both fail only on URLs that can't have credentials, which http URLs can.
        let _ = url.set_username("");
        let _ = url.set_password(None);
    }
    Ok(url)
}

/// A query's bytes in a charset. What that lacks is sent as a character reference, percent-encoded.
/// <https://url.spec.whatwg.org/#string-percent-encode-after-encoding>
fn encoded_query(query: &str, charset: &'static Encoding) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(query.len());
    let mut buffer = [0; 4];
    for c in query.chars() {
        let (encoded, _, unmappable) = charset.encode(c.encode_utf8(&mut buffer));
        if unmappable {
            bytes.extend_from_slice(format!("%26%23{}%3B", u32::from(c)).as_bytes());
        } else {
            bytes.extend_from_slice(&encoded);
        }
    }
    bytes
}

/// The document's own URL from what the request said. `None` when the authority or the target is not
/// part of a valid URL.
pub fn document_url(scheme: &str, authority: &str, path_and_query: &str) -> Option<Url> {
    Some(document_at(&document_origin(scheme, authority)?, path_and_query))
}

/// The URL of a site's root. `None` when the authority is not part of a valid URL.
pub fn document_origin(scheme: &str, authority: &str) -> Option<Url> {
    Url::parse(&format!("{scheme}://{authority}/")).ok()
}

/// The URL of the document at this target under `origin`, so that a path such as `//evil.example/` stays a path.
pub fn document_at(origin: &Url, path_and_query: &str) -> Url {
    let (path, query) = match path_and_query.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (path_and_query, None),
    };
    let mut url = origin.clone();
    url.set_path(path);
    url.set_query(query);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Url {
        Url::parse("https://shop.example/a/b?c").unwrap()
    }

    #[test]
    fn odd_spellings_lead_to_the_url_that_the_browser_fetches() {
        for (raw, expected) in [
            ("/x.js", "https://shop.example/x.js"),
            ("x.js", "https://shop.example/a/x.js"),
            (" \t\n/x.js\n", "https://shop.example/x.js"),
            ("/x&#46;js", "https://shop.example/x.js"),
            ("/x&period;js", "https://shop.example/x.js"),
            ("//cdn.example/x.js", "https://cdn.example/x.js"),
            ("\\\\cdn.example\\x.js", "https://cdn.example/x.js"),
            ("https:x.js", "https://shop.example/a/x.js"),
            ("HTTPS://CDN.Example:443/./y/../x.js#f", "https://cdn.example/x.js"),
            ("https://user:pw@cdn.example/x.js", "https://cdn.example/x.js"),
            ("ht\ntps://cdn.example/x.js", "https://cdn.example/x.js"),
            ("https://cdn.example/x.js?v=1", "https://cdn.example/x.js?v=1"),
            ("https://bücher.example/x.js", "https://xn--bcher-kva.example/x.js"),
        ] {
            assert_eq!(resolve_attribute(raw, &base()).unwrap().as_str(), expected, "{raw:?}");
        }
    }

    #[test]
    fn a_query_is_sent_in_the_charset_of_its_page() {
        for (raw, charset, expected) in [
            ("/x?v=\u{e9}", encoding_rs::WINDOWS_1252, "https://shop.example/x?v=%E9"),
            ("/\u{e9}?v=\u{65e5}", encoding_rs::WINDOWS_1252, "https://shop.example/%C3%A9?v=%26%2326085%3B"),
            ("/x?v=\u{65e5}", encoding_rs::SHIFT_JIS, "https://shop.example/x?v=%93%FA"),
            ("/x?v=\u{e9}", UTF_8, "https://shop.example/x?v=%C3%A9"),
            ("/x\0?v=1", UTF_8, "https://shop.example/x%EF%BF%BD?v=1"),
        ] {
            assert_eq!(resolve_in_charset(raw, &base(), charset).unwrap().as_str(), expected);
        }
    }

    #[test]
    fn what_has_no_http_url_is_refused() {
        for raw in ["data:text/javascript,1", "javascript:1", "java&Tab;script&colon;1", "blob:x"] {
            assert_eq!(resolve_attribute(raw, &base()), Err(UrlError::Scheme), "{raw:?}");
        }
        assert_eq!(resolve_attribute("https://[", &base()), Err(UrlError::Invalid));
    }

    #[test]
    fn a_path_of_two_slashes_stays_on_the_site() {
        let url = document_url("https", "shop.example", "//evil.example/x?q").unwrap();
        assert_eq!(url.host_str(), Some("shop.example"));
        assert_eq!(url.path(), "//evil.example/x");
    }
}
