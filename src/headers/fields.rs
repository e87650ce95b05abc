//! The eleven header fields that protect a page, as the application sends them.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hash, Hasher};

use http::{HeaderMap, HeaderName};
use serde::{Deserialize, Serialize};

/// Those that are watched. PCI DSS 11.6.1 asks for the HTTP headers that affect the security of payment pages.
pub(super) const NAMES: [&str; 11] = [
    "strict-transport-security",
    "content-security-policy",
    "content-security-policy-report-only",
    "x-frame-options",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
    "cross-origin-embedder-policy",
    "cross-origin-resource-policy",
    "access-control-allow-origin",
];

/// Bytes of one value that are kept and compared.
const LENGTH: usize = 16 * 1024;

/// Their values; several of one name with commas between, as browsers read them. What is not there was not sent.
/// <https://fetch.spec.whatwg.org/#concept-header-list-get>
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    /// Those of a response.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut fields = BTreeMap::new();
        for name in NAMES {
            let mut values = headers.get_all(HeaderName::from_static(name)).iter().peekable();
            if values.peek().is_none() {
                continue;
            }
            let text: Vec<String> =
                values.map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned()).collect();
            let text: String = text.join(", ").chars().take(LENGTH).collect();
            fields.insert(name.to_owned(), text);
        }
        Self(fields)
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Without what differs in each response: nonces.
    pub(super) fn lasting(&self) -> Self {
        let lasting = |(name, value): (&String, &String)| {
            let mut text = String::with_capacity(value.len());
            for (place, part) in value.split("'nonce-").enumerate() {
                if place == 0 {
                    text.push_str(part);
                } else {
                    text.push_str("'nonce-…");
                    text.push_str(part.find('\'').and_then(|end| part.get(end..)).unwrap_or_default());
                }
            }
            (name.clone(), text)
        };
        Self(self.0.iter().map(lasting).collect())
    }

    /// What was sent under a name.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// What a response's fields hash to: the same fields the same.
pub(super) fn hash(hashing: &impl BuildHasher, headers: &HeaderMap) -> u64 {
    let mut hasher = hashing.build_hasher();
    for (place, name) in NAMES.into_iter().enumerate() {
        for value in headers.get_all(HeaderName::from_static(name)) {
            (place, value.as_bytes()).hash(&mut hasher);
        }
    }
    hasher.finish()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use http::HeaderValue;
    use std::hash::RandomState;

    /// These fields, as `name: value`.
    pub(in crate::headers) fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    #[test]
    fn other_fields_hash_to_something_else_and_fields_that_are_not_watched_to_the_same() {
        let hashing = RandomState::new();
        let hash = |lines: &[(&'static str, &str)]| hash(&hashing, &headers(lines));
        let one = hash(&[("x-frame-options", "DENY"), ("date", "now")]);
        assert_eq!(one, hash(&[("x-frame-options", "DENY"), ("date", "later"), ("etag", "x")]));
        assert_ne!(one, hash(&[("x-frame-options", "SAMEORIGIN")]));
        assert_ne!(one, hash(&[]));
        assert_ne!(hash(&[("referrer-policy", "x")]), hash(&[("permissions-policy", "x")]));
    }

    #[test]
    fn several_fields_of_one_name_are_one_value() {
        let fields = Fields::of(&headers(&[
            ("content-security-policy", "a 'self'"),
            ("content-security-policy", " b 'none' "),
        ]));
        assert_eq!(fields.value("content-security-policy"), Some("a 'self', b 'none'"));
        assert_eq!(fields.value("x-frame-options"), None);
    }
}
