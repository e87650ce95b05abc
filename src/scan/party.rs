//! Whose script it is, as far as its URL tells.

use serde::Serialize;
use url::{Host, Url};

/// First or third party, by registrable domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Party {
    /// The site's own domain.
    First,
    /// Another.
    Third,
}

impl Party {
    /// Of a script in a page.
    pub(super) fn of(script: &Url, page: &Url) -> Self {
        if domain(script) == domain(page) { Self::First } else { Self::Third }
    }
}

/// The registrable domain of a URL's host, by the public suffix list; the host itself where it has none.
/// <https://publicsuffix.org>
pub(super) fn domain(url: &Url) -> String {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            psl::domain_str(name).unwrap_or(name).to_owned()
        }
        Some(Host::Ipv4(address)) => address.to_string(),
        Some(Host::Ipv6(address)) => address.to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_party_is_a_registrable_domain() {
        let party = |script: &str| {
            Party::of(&Url::parse(script).unwrap(), &Url::parse("https://www.shop.co.uk/pay").unwrap())
        };
        assert_eq!(party("https://static.shop.co.uk/x.js"), Party::First);
        assert_eq!(party("https://evil.co.uk/x.js"), Party::Third);
        assert_eq!(party("https://shop.co.uk.evil.example/x.js"), Party::Third);
        assert_eq!(domain(&Url::parse("https://alice.github.io/").unwrap()), "alice.github.io");
        assert_eq!(domain(&Url::parse("http://127.0.0.1:81/").unwrap()), "127.0.0.1");
    }
}
