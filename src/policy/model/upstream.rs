//! Where a site's application listens.

use std::fmt;

use url::{Host, Url};

/// Where a site's application listens: scheme, host and port only.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UpstreamAddress {
    /// TLS to the upstream.
    pub tls: bool,
    /// Host name or address literal (IPv6 without brackets).
    pub host: String,
    /// Port.
    pub port: u16,
}

impl UpstreamAddress {
    /// The upstream that an `http` or `https` URL of nothing but scheme, host and port names. The error
    /// says what is wrong with the URL.
    pub fn of_url(url: &Url) -> Result<Self, &'static str> {
        let tls = match url.scheme() {
            "http" => false,
            "https" => true,
            _ => return Err("its scheme is neither http nor https"),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it contains a user name or a password");
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err("it has a path, and requests keep their own");
        }
        let host = match url.host() {
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(host) => host.to_string(),
            None => return Err("it has no host"),
        };
        let port = url.port_or_known_default().ok_or("it has no port")?;
        Ok(Self { tls, host, port })
    }
}

impl fmt::Display for UpstreamAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        if self.host.contains(':') {
            write!(f, "{scheme}://[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{scheme}://{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_has_a_port_and_no_brackets() {
        let address = |text: &str| UpstreamAddress::of_url(&Url::parse(text).unwrap());
        assert_eq!(address("http://127.0.0.1:3000").unwrap().to_string(), "http://127.0.0.1:3000");
        assert_eq!(address("https://[::1]/").unwrap().to_string(), "https://[::1]:443");
        assert_eq!(address("https://[::1]/").unwrap().host, "::1");
        for bad in ["ftp://a", "http://a/x", "http://u@a/", "http://:pw@a/", "http://a?x", "http://a#x"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
