//! A script's identity and how it is delivered.

use std::fmt;

use url::Url;

use crate::web::{ScriptUrlPattern, ScriptUrlPatternError};

/// The operator's name for a script: unique within a policy file, used in logs, the lock, the mirror's
/// URLs and file names. Lower-case letters, digits, `-`, `_` and `.`, at most 64, not beginning with a dot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScriptId(String);

impl ScriptId {
    /// Parses an id; `None` when it has other characters, is empty, too long, or begins with a dot.
    pub fn new(text: &str) -> Option<Self> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
        let fits = !text.is_empty() && text.len() <= 64 && !text.starts_with('.');
        (fits && text.chars().all(allowed)).then(|| Self(text.to_owned()))
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ScriptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How an approved external script reaches the page (design: "How an approved script is delivered").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tier {
    /// The vendor's URL with `integrity`: changed bytes are refused by the browser.
    Pin,
    /// The approved bytes from us: changed bytes at the vendor don't matter.
    Mirror,
    /// The vendor's URL with whatever it serves, until a day comes. Nothing checks the bytes.
    Evergreen,
}

impl Tier {
    /// As policies write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pin => "pin",
            Self::Mirror => "mirror",
            Self::Evergreen => "evergreen",
        }
    }
}

/// Where an external script is fetched from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ScriptAddress {
    /// A canonical URL: no fragment, no credentials.
    Absolute(Url),
    /// Path and query on the site itself, whatever scheme, host and port a visitor reached it by.
    OnSite(String),
    /// Every URL that matches: the version is a part of it.
    Pattern(ScriptUrlPattern),
}

/// Why a text is no address of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScriptAddressError {
    /// The URL parser refused it, or it is relative to a page.
    #[error("not an absolute URL, and not a path on the site")]
    Invalid,
    /// `data:`, `blob:`, `javascript:` and the like.
    #[error("a script can only be approved by an http or https URL")]
    Scheme,
    /// User name or password.
    #[error("the URL contains a user name or a password")]
    Credentials,
    /// Begins like a path but leads to another host.
    #[error("an address that begins with `//` leads to another host")]
    OtherHost,
}

impl ScriptAddress {
    /// Parses an absolute http(s) URL, or a path (and query) that begins with `/`. A fragment is
    /// dropped: it doesn't choose bytes.
    /// <https://url.spec.whatwg.org/#concept-basic-url-parser>
    pub fn parse(text: &str) -> Result<Self, ScriptAddressError> {
        if text.starts_with(['/', '\\']) {
            // Any host will do: only whether it stays and what the path becomes is of interest.
            let site = Url::parse("https://site.invalid/").ok().ok_or(ScriptAddressError::Invalid)?;
            let url = site.join(text).ok().ok_or(ScriptAddressError::Invalid)?;
            if url.host() != site.host() || url.port().is_some() {
                return Err(ScriptAddressError::OtherHost);
            }
            return Ok(Self::OnSite(on_site(&url)));
        }
        let mut url = Url::parse(text).ok().ok_or(ScriptAddressError::Invalid)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(ScriptAddressError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ScriptAddressError::Credentials);
        }
        url.set_fragment(None);
        Ok(Self::Absolute(url))
    }

    /// Parses a pattern of URLs.
    pub fn parse_pattern(text: &str) -> Result<Self, ScriptUrlPatternError> {
        ScriptUrlPattern::parse(text).map(Self::Pattern)
    }

    /// The key under which a page's scripts are found. An absolute URL and a path can't collide. A page
    /// that names a pattern's text as a URL gets the pattern's digests, as for any URL that matches.
    pub fn key(&self) -> &str {
        match self {
            Self::Absolute(url) => url.as_str(),
            Self::OnSite(path) => path,
            Self::Pattern(pattern) => pattern.as_str(),
        }
    }

    /// The key of a script on the site itself: for a URL on the origin of `document`, its path and
    /// query. Scheme and port may differ only as `http` and `https` on their usual ports do: behind a
    /// load balancer that ends TLS we don't see which of the two the visitor used.
    pub fn on_site_key(url: &Url, document: &Url) -> Option<String> {
        let same = url.host() == document.host() && url.port() == document.port();
        same.then(|| on_site(url))
    }
}

fn on_site(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

impl fmt::Display for ScriptAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_absolute_or_on_the_site() {
        let key = |text: &str| ScriptAddress::parse(text).map(|address| address.key().to_owned());
        assert_eq!(key("HTTPS://CDN.example:443/a/../x.js#f"), Ok("https://cdn.example/x.js".into()));
        assert_eq!(key("/a/./x.js?v=1#f"), Ok("/a/x.js?v=1".into()));
        assert_eq!(key("//evil.example/x.js"), Err(ScriptAddressError::OtherHost));
        assert_eq!(key("/\\evil.example/x.js"), Err(ScriptAddressError::OtherHost));
        assert_eq!(key("x.js"), Err(ScriptAddressError::Invalid));
        assert_eq!(key("data:text/javascript,1"), Err(ScriptAddressError::Scheme));
        assert_eq!(key("https://u:p@cdn.example/x.js"), Err(ScriptAddressError::Credentials));
    }

    #[test]
    fn the_site_itself_is_where_the_document_came_from() {
        let key = |url: &str, document: &str| {
            ScriptAddress::on_site_key(&Url::parse(url).unwrap(), &Url::parse(document).unwrap())
        };
        assert_eq!(key("http://localhost:7600/x.js?a", "http://localhost:7600/p"), Some("/x.js?a".into()));
        assert_eq!(key("https://shop.example/x.js", "http://shop.example/"), Some("/x.js".into()));
        assert_eq!(key("http://localhost:7602/x.js", "http://localhost:7600/p"), None);
        assert_eq!(key("https://cdn.example/x.js", "https://shop.example/"), None);
    }

    #[test]
    fn an_id_is_safe_in_a_file_name_and_a_url() {
        assert!(ScriptId::new("inbenta-chat_3.4").is_some());
        for bad in ["", ".", "..", "a/b", "A", "a b", "é", &"x".repeat(65)] {
            assert!(ScriptId::new(bad).is_none(), "{bad:?} was accepted");
        }
    }
}
