//! Values that are written the same way on the command line, in the environment and in the file. Errors
//! are for people: they name the text and show a right one.

use std::net::{SocketAddr, ToSocketAddrs};

use url::Url;

use super::choices::{AccessLog, CertificateFiles};
use crate::inventory::Approver;
use crate::telemetry::AccessTarget;

/// A socket address, or a host name with a port.
pub fn address(text: &str) -> Result<SocketAddr, String> {
    let wrong = || format!("`{text}` is not HOST:PORT, for example 127.0.0.1:8080");
    text.to_socket_addrs().ok().and_then(|mut found| found.next()).ok_or_else(wrong)
}

/// An upstream: scheme, host and port, or a socket; nothing else.
pub fn upstream(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("{error}; write http://127.0.0.1:3000"))?;
    if url.scheme() == "unix" {
        let plain = url.path().starts_with('/')
            && !url.has_host()
            && url.query().is_none()
            && url.fragment().is_none();
        return if plain {
            Ok(url)
        } else {
            Err("a socket has an absolute path; write unix:/run/app.sock".to_owned())
        };
    }
    if !matches!(url.scheme(), "http" | "https" | "h2" | "h2c") {
        return Err(format!(
            "`{}` is not http, https, h2, h2c or unix; write http://127.0.0.1:3000",
            url.scheme()
        ));
    }
    let more = !matches!(url.path(), "/" | "") || url.query().is_some() || url.fragment().is_some();
    if more || !url.username().is_empty() || url.password().is_some() {
        return Err("an upstream has no path, query or user name; write http://127.0.0.1:3000".to_owned());
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err("no host in it; write http://127.0.0.1:3000".to_owned());
    }
    if url.port_or_known_default().is_none() {
        return Err(format!("no port in it; write {}://127.0.0.1:50051", url.scheme()));
    }
    Ok(url)
}

/// Where the access log goes. Of a file the folder must be named too where it is called like one of the
/// two words.
#[expect(clippy::unnecessary_wraps, reason = "the parsers of values have one shape")]
pub(super) fn access_target(text: &str) -> Result<AccessLog, String> {
    Ok(AccessLog(match text {
        "off" => None,
        "stdout" => Some(AccessTarget::Stdout),
        file => Some(AccessTarget::File(file.into())),
    }))
}

/// The URL of an authority's directory.
pub(super) fn directory(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(|url| url.scheme() == "https");
    url.ok_or_else(|| format!("`{text}` is no https URL; write https://acme.example/directory"))
}

/// Two files: a chain and its key.
pub(super) fn certificate(text: &str) -> Result<CertificateFiles, String> {
    let files = text.split_once('=').filter(|(cert, key)| !cert.is_empty() && !key.is_empty());
    let (cert, key) = files.ok_or_else(|| format!("`{text}` is not CHAIN=KEY: two files"))?;
    Ok(CertificateFiles { cert: cert.into(), key: key.into() })
}

/// An approver: name and public key.
pub(super) fn approver(text: &str) -> Result<Approver, String> {
    let (name, key) = text.split_once('=').ok_or_else(|| format!("`{text}` is not NAME=ed25519:…"))?;
    if name.trim().is_empty() {
        return Err(format!("`{text}` names nobody; write NAME=ed25519:…"));
    }
    let key = key.trim().parse().map_err(|error| format!("`{key}`: {error}"))?;
    Ok(Approver { name: name.trim().to_owned(), key })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_is_scheme_host_and_port() {
        assert_eq!(upstream("http://127.0.0.1:3000").unwrap().as_str(), "http://127.0.0.1:3000/");
        assert!(upstream("https://[::1]/").is_ok() && upstream("h2c://127.0.0.1:1").is_ok());
        assert!(upstream("h2://127.0.0.1:1").is_ok());
        for bad in [
            "127.0.0.1:3000",
            "h2c://a",
            "h2://a",
            "ftp://a",
            "http://a/x",
            "http://u@a/",
            "http://:p@a/",
            "http://a?x",
            "",
        ] {
            assert!(upstream(bad).is_err(), "{bad}");
        }
    }
}
