//! Which of the fields that are dealt with a head has, told by one look at its names. Nearly always there are few
//! of them, and to look for each one by itself takes longer than everything else that is done with a head.

use http::HeaderMap;

/// Kinds of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Names(u16);

impl Names {
    /// Those for one connection only; most heads have only the first of them.
    pub(super) const HOP: Self = Self::CONNECTION.and(Self::OTHER_HOP);
    /// `Connection`.
    pub(super) const CONNECTION: Self = Self(1);
    /// The others for one connection only.
    pub(super) const OTHER_HOP: Self = Self(1 << 10);
    /// Those by which proxies say who asks.
    pub(super) const SAID_BY_PROXIES: Self = Self(1 << 1);
    /// Those with an underscore in them.
    pub(super) const UNDERSCORE: Self = Self(1 << 2);
    /// `Cookie`.
    pub(super) const COOKIE: Self = Self(1 << 3);
    /// `Expect`.
    pub(super) const EXPECT: Self = Self(1 << 4);
    /// Those that ask for a part, or by a date.
    pub(super) const PARTIAL: Self = Self(1 << 5);
    /// Those that ask by a tag.
    pub(super) const TAGS: Self = Self(1 << 6);
    /// `Accept-Encoding`.
    pub(super) const CODINGS: Self = Self(1 << 7);
    /// `Refresh`.
    pub(super) const REFRESH: Self = Self(1 << 8);
    /// Those that lead browsers to scripts, or around us, by another way than the page.
    pub(super) const LEADING: Self = Self(1 << 9);
    /// `Content-Length`.
    pub(super) const LENGTH: Self = Self(1 << 11);
    /// Those by which browsers say what they fetch something for.
    pub(super) const PURPOSE: Self = Self(1 << 12);
    /// Those that say of which trace a request is.
    pub(super) const TRACE: Self = Self(1 << 13);

    /// Those of a head.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        headers.keys().fold(Self(0), |all, name| Self(all.0 | Self::named(name.as_str()).0))
    }

    /// Whether some of a kind are there.
    pub(super) const fn have(self, kind: Self) -> bool {
        self.0 & kind.0 != 0
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn named(name: &str) -> Self {
        // By the first letter, because most names are none of them, and most of those begin otherwise.
        let kind = match name.as_bytes().first() {
            Some(b'a') => match name {
                "accept-encoding" => Self::CODINGS,
                "alt-svc" => Self::LEADING,
                _ => Self(0),
            },
            Some(b'c') => match name {
                "connection" => Self::CONNECTION,
                "content-length" => Self::LENGTH,
                "cookie" => Self::COOKIE,
                _ => Self(0),
            },
            Some(b'i') => match name {
                "if-none-match" | "if-match" => Self::TAGS,
                "if-range" | "if-modified-since" => Self::PARTIAL,
                _ => Self(0),
            },
            Some(b's') => match name {
                "sec-fetch-dest" | "service-worker" => Self::PURPOSE,
                "speculation-rules" => Self::LEADING,
                _ => Self(0),
            },
            Some(b't') => match name {
                "te" | "transfer-encoding" => Self::OTHER_HOP,
                "traceparent" | "tracestate" => Self::TRACE,
                _ => Self(0),
            },
            Some(b'x' | b'f') => Self::SAID_BY_PROXIES,
            Some(b'e' | b'h' | b'k' | b'l' | b'p' | b'r' | b'u') => match name {
                "keep-alive"
                | "upgrade"
                | "http2-settings"
                | "proxy-authenticate"
                | "proxy-authorization"
                | "proxy-connection"
                | "proxy-authentication-info" => Self::OTHER_HOP,
                "expect" => Self::EXPECT,
                "range" => Self::PARTIAL,
                "refresh" => Self::REFRESH,
                "link" => Self::LEADING,
                _ => Self(0),
            },
            _ => Self(0),
        };
        // Nearly all names are shorter than it takes to look for more.
        if name.as_bytes().contains(&b'_') { kind.and(Self::UNDERSCORE) } else { kind }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};

    #[test]
    fn each_field_that_is_dealt_with_is_of_its_kind_and_others_are_of_none() {
        let of = |name: &str| {
            let mut headers = HeaderMap::new();
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.insert(name, HeaderValue::from_static("x"));
            Names::of(&headers)
        };
        for (name, kind) in [
            ("Connection", Names::HOP),
            ("x-forwarded-for", Names::SAID_BY_PROXIES),
            ("Forwarded", Names::SAID_BY_PROXIES),
            ("x_real_ip", Names::UNDERSCORE),
            ("x_real_ip", Names::SAID_BY_PROXIES),
            ("content_length", Names::UNDERSCORE),
            ("Cookie", Names::COOKIE),
            ("Expect", Names::EXPECT),
            ("If-Range", Names::PARTIAL),
            ("If-Match", Names::TAGS),
            ("Accept-Encoding", Names::CODINGS),
            ("Refresh", Names::REFRESH),
            ("Alt-Svc", Names::LEADING),
            ("Transfer-Encoding", Names::OTHER_HOP),
            ("Content-Length", Names::LENGTH),
            ("Sec-Fetch-Dest", Names::PURPOSE),
            ("Service-Worker", Names::PURPOSE),
            ("Traceparent", Names::TRACE),
            ("Tracestate", Names::TRACE),
        ] {
            assert!(of(name).have(kind), "{name}");
        }
        for name in ["host", "accept", "user-agent", "content-type", "etag", "date"] {
            assert_eq!(of(name), Names(0), "{name}");
        }
    }
}
