//! Where a site's application listens, and how requests are spread over its upstreams.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use url::{Host, Url};

/// Where a site's application listens: nothing but that.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum UpstreamAddress {
    /// A host and a port.
    Tcp {
        /// What is spoken there.
        scheme: UpstreamScheme,
        /// Host name or address literal (IPv6 without brackets).
        host: String,
        /// Port.
        port: u16,
        /// The name that its certificate must carry, where that is not `host`.
        name: Option<String>,
    },
    /// A socket in the file system.
    Unix(PathBuf),
}

/// What is spoken to an upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UpstreamScheme {
    /// HTTP/1.1.
    Http,
    /// HTTP/2 without TLS, known beforehand.
    H2c,
    /// TLS and HTTP/1.1.
    Https,
    /// TLS, and HTTP/2 or HTTP/1.1 as the upstream chooses.
    H2,
}

/// How requests are spread over a site's upstreams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// Which upstream is next.
    pub strategy: Strategy,
    /// The share of each upstream, in their order; missing ones are 1.
    pub weights: Vec<u32>,
    /// Exchanges of one upstream at once, in the whole process; where all are full, further ones are
    /// refused at once.
    pub max_in_flight: Option<usize>,
    /// How often a request that may be repeated is sent to another upstream.
    pub retries: u8,
    /// How upstreams are asked whether they are well, if they are.
    pub health: Option<HealthCheck>,
}

/// Which upstream is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// The less loaded of two that are drawn.
    LeastLoaded,
    /// One after the other.
    RoundRobin,
    /// A visitor's address always leads to the same one, as long as that one is well.
    Sticky,
}

/// A question to an upstream, asked again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthCheck {
    /// The path asked for; a status from 200 to 399 says that the upstream is well.
    pub path: String,
    /// From one question to the next.
    pub interval: Duration,
}

impl Default for Balance {
    fn default() -> Self {
        Self {
            strategy: Strategy::LeastLoaded,
            weights: Vec::new(),
            max_in_flight: None,
            retries: 1,
            health: None,
        }
    }
}

impl Balance {
    /// The share of the upstream at a place.
    pub fn weight(&self, place: usize) -> u32 {
        self.weights.get(place).copied().unwrap_or(1)
    }
}

impl UpstreamAddress {
    /// A host and a port, with TLS or without.
    pub fn tcp(tls: bool, host: impl Into<String>, port: u16) -> Self {
        let scheme = if tls { UpstreamScheme::Https } else { UpstreamScheme::Http };
        Self::Tcp { scheme, host: host.into(), port, name: None }
    }

    /// The upstream that an `http`, `https`, `h2` or `h2c` URL of nothing but scheme, host and port names, or
    /// a `unix` one with an absolute path. The error says what is wrong with the URL.
    pub fn of_url(url: &Url) -> Result<Self, &'static str> {
        let scheme = match url.scheme() {
            "http" => UpstreamScheme::Http,
            "h2c" => UpstreamScheme::H2c,
            "https" => UpstreamScheme::Https,
            "h2" => UpstreamScheme::H2,
            "unix" => return unix(url),
            _ => return Err("its scheme is none of http, https, h2, h2c and unix"),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it contains a user name or a password");
        }
        if !matches!(url.path(), "/" | "") || url.query().is_some() || url.fragment().is_some() {
            return Err("it has a path, and requests keep their own");
        }
        let host = match url.host() {
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(host) => host.to_string(),
            None => return Err("it has no host"),
        };
        let port = url.port_or_known_default().ok_or("it has no port")?;
        Ok(Self::Tcp { scheme, host, port, name: None })
    }

    /// Whether it is spoken to with TLS.
    pub fn is_secure(&self) -> bool {
        matches!(self, Self::Tcp { scheme: UpstreamScheme::Https | UpstreamScheme::H2, .. })
    }

    /// The same upstream, whose certificate is for another name. Without TLS there is none.
    #[must_use]
    pub fn named(mut self, certified: &str) -> Self {
        if let Self::Tcp { scheme: UpstreamScheme::Https | UpstreamScheme::H2, name, .. } = &mut self {
            *name = Some(certified.to_owned());
        }
        self
    }
}

fn unix(url: &Url) -> Result<UpstreamAddress, &'static str> {
    let path = percent_encoding::percent_decode_str(url.path()).decode_utf8();
    match path {
        Ok(path)
            if path.starts_with('/')
                && !url.has_host()
                && url.query().is_none()
                && url.fragment().is_none() =>
        {
            Ok(UpstreamAddress::Unix(PathBuf::from(path.into_owned())))
        }
        _ => Err("a socket has an absolute path and nothing else"),
    }
}

impl fmt::Display for UpstreamAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { scheme, host, port, name: _ } => {
                let scheme = match scheme {
                    UpstreamScheme::Http => "http",
                    UpstreamScheme::H2c => "h2c",
                    UpstreamScheme::Https => "https",
                    UpstreamScheme::H2 => "h2",
                };
                if host.contains(':') {
                    write!(f, "{scheme}://[{host}]:{port}")
                } else {
                    write!(f, "{scheme}://{host}:{port}")
                }
            }
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_has_a_port_and_no_brackets_or_is_a_socket() {
        let address = |text: &str| UpstreamAddress::of_url(&Url::parse(text).unwrap());
        assert_eq!(address("http://127.0.0.1:3000").unwrap().to_string(), "http://127.0.0.1:3000");
        assert_eq!(address("https://[::1]/").unwrap().to_string(), "https://[::1]:443");
        assert_eq!(address("https://[::1]/").unwrap(), UpstreamAddress::tcp(true, "::1", 443));
        assert_eq!(address("h2c://127.0.0.1:50051").unwrap().to_string(), "h2c://127.0.0.1:50051");
        assert_eq!(address("h2://[::1]:443").unwrap().to_string(), "h2://[::1]:443");
        assert!(address("h2://a:443").unwrap().is_secure());
        assert_ne!(address("h2://a:443").unwrap(), address("https://a").unwrap());
        assert_eq!(address("unix:/run/a%20b.sock").unwrap(), UpstreamAddress::Unix("/run/a b.sock".into()));
        for bad in [
            "ftp://a",
            "http://a/x",
            "h2c://a",
            "h2://a",
            "h2c://a:1/x",
            "h2c:a:1",
            "http://u@a/",
            "http://:pw@a/",
            "http://a?x",
            "http://a#x",
            "unix:run/app.sock",
            "unix://host/run/app.sock",
            "unix:/run/app.sock?x",
            "unix:/run/app.sock#x",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
