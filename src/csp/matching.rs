//! Whether a source list names a URL, as browsers would decide it before a request is made. What a redirect leads
//! to is not asked: reports don't say, and for what it leads to paths don't count.
//! <https://w3c.github.io/webappsec-csp/#match-url-to-source-list>

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use super::directive::{Csp, Directive};
use super::source::SourceExpression;

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matching {
    /// An expression names it.
    Yes,
    /// None does.
    No,
    /// Browsers differ, or it depends on what the URL doesn't tell: this.
    Unknown(&'static str),
}

impl Matching {
    /// The more certain of two: what one expression names is named.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::Unknown(why), _) | (_, Self::Unknown(why)) => Self::Unknown(why),
            (Self::No, Self::No) => Self::No,
        }
    }
}

const ADDRESSES: &str = "browsers differ on whether a CSP can name an address in place of a host name";
const SOCKETS: &str = "browsers differ on whether an expression for http or https names WebSockets too";
const PORTS: &str = "browsers let :80 stand for 443 too, the standard doesn't";

/// Whether one of the expressions names `url`, for a page at `document`.
pub fn names_url(list: &[SourceExpression], url: &Url, document: &Url) -> Matching {
    list.iter()
        .map(|expression| match expression {
            SourceExpression::None | SourceExpression::Hash(_) => Matching::No,
            SourceExpression::SelfOrigin => is_self(url, document),
            SourceExpression::Other(text) => names(text, url, document),
        })
        .fold(Matching::No, Matching::or)
}

impl Csp {
    /// The directive that decides where the effective one is `name`: itself, or the first that is there of those
    /// that stand in for it.
    /// <https://w3c.github.io/webappsec-csp/#directive-fallback-list>
    pub fn deciding(&self, name: &str) -> Option<&Directive> {
        let others: &[&str] = match name {
            "script-src-elem" | "script-src-attr" => &["script-src", "default-src"],
            "style-src-elem" | "style-src-attr" => &["style-src", "default-src"],
            "worker-src" => &["child-src", "script-src", "default-src"],
            "frame-src" => &["child-src", "default-src"],
            "child-src" | "connect-src" | "font-src" | "img-src" | "manifest-src" | "media-src"
            | "object-src" | "prefetch-src" | "script-src" | "style-src" => &["default-src"],
            _ => &[],
        };
        self.directive(name).or_else(|| others.iter().find_map(|other| self.directive(other)))
    }
}

/// <https://w3c.github.io/webappsec-csp/#match-url-to-source-expression>, last step but one.
fn is_self(url: &Url, document: &Url) -> Matching {
    if url.origin() == document.origin() && url.origin().is_tuple() {
        return Matching::Yes;
    }
    let default = |url: &Url| url.port().is_none();
    let ports = url.port() == document.port() || (default(url) && default(document));
    let scheme =
        matches!(url.scheme(), "https" | "wss") || (document.scheme(), url.scheme()) == ("http", "ws");
    let host = url.host().is_some() && url.host() == document.host();
    if host && ports && scheme { Matching::Yes } else { Matching::No }
}

/// An expression taken apart: `scheme://host:port/path`.
struct Parts<'a> {
    scheme: Option<&'a str>,
    /// `None` where the expression is a scheme alone.
    host: Option<&'a str>,
    port: Option<&'a str>,
    path: &'a str,
}

impl<'a> Parts<'a> {
    /// `None` where it is neither scheme-source nor host-source, but a keyword or a nonce.
    fn of(text: &'a str) -> Option<Self> {
        if text.starts_with('\'') {
            return None;
        }
        if let Some(scheme) = text.strip_suffix(':').filter(|scheme| is_scheme(scheme)) {
            return Some(Self { scheme: Some(scheme), host: None, port: None, path: "" });
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
            Some(_) => return None,
            None => (None, text),
        };
        let (place, path) = rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        };
        (!host.is_empty()).then_some(Self { scheme, host: Some(host), port, path })
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// <https://w3c.github.io/webappsec-csp/#match-url-to-source-expression>
fn names(expression: &str, url: &Url, document: &Url) -> Matching {
    if expression == "*" {
        let network = matches!(url.scheme(), "http" | "https" | "ws" | "wss");
        return if network || url.scheme() == document.scheme() { Matching::Yes } else { Matching::No };
    }
    let Some(parts) = Parts::of(expression) else { return Matching::No };
    let scheme = scheme_part(parts.scheme.unwrap_or(document.scheme()), url.scheme());
    if scheme == Matching::No {
        return Matching::No;
    }
    let Some(pattern) = parts.host else { return scheme };
    let host = host_part(pattern, url);
    let port = port_part(parts.port, url);
    let path = if path_part(parts.path, url.path()) { Matching::Yes } else { Matching::No };
    let all = [scheme, host, port, path];
    if all.contains(&Matching::No) {
        return Matching::No;
    }
    all.into_iter().find(|part| *part != Matching::Yes).unwrap_or(Matching::Yes)
}

/// <https://w3c.github.io/webappsec-csp/#match-schemes>
fn scheme_part(pattern: &str, scheme: &str) -> Matching {
    let pattern = pattern.to_ascii_lowercase();
    match (pattern.as_str(), scheme) {
        (pattern, scheme) if pattern == scheme => Matching::Yes,
        ("http" | "wss", "https") | ("ws", "wss" | "http" | "https") => Matching::Yes,
        // Fetch asks for a WebSocket by a URL with http in the place of ws; browsers compare as it was written.
        ("http", "ws" | "wss") | ("https", "wss") => Matching::Unknown(SOCKETS),
        _ => Matching::No,
    }
}

/// <https://w3c.github.io/webappsec-csp/#match-hosts>
fn host_part(pattern: &str, url: &Url) -> Matching {
    let Some(host) = url.host_str() else { return Matching::No };
    let plain = |host: &str| host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let (pattern, host) = (plain(pattern), plain(host));
    if !matches!(url.host(), Some(Host::Domain(_))) {
        let same = pattern == host || pattern == "*";
        return if same { Matching::Unknown(ADDRESSES) } else { Matching::No };
    }
    let matches = match pattern.strip_prefix('*') {
        Some("") => true,
        Some(parent) => parent.starts_with('.') && host.ends_with(parent) && host.len() > parent.len(),
        None => pattern == host,
    };
    if matches { Matching::Yes } else { Matching::No }
}

/// <https://w3c.github.io/webappsec-csp/#match-ports>
fn port_part(pattern: Option<&str>, url: &Url) -> Matching {
    let port = url.port_or_known_default();
    match pattern {
        None if url.port().is_none() => Matching::Yes,
        Some("*") => Matching::Yes,
        Some(pattern) if pattern.parse().ok() == port => Matching::Yes,
        Some("80") if port == Some(443) => Matching::Unknown(PORTS),
        None | Some(_) => Matching::No,
    }
}

/// <https://w3c.github.io/webappsec-csp/#match-paths>
fn path_part(pattern: &str, path: &str) -> bool {
    if pattern.is_empty() || (pattern == "/" && path.is_empty()) {
        return true;
    }
    let (exact, pattern) = match pattern.strip_suffix('/') {
        Some(folder) => (false, folder),
        None => (true, pattern),
    };
    let pieces: Vec<&str> = path.split('/').collect();
    let wanted: Vec<&str> = pattern.split('/').collect();
    let fits = if exact { wanted.len() == pieces.len() } else { wanted.len() < pieces.len() };
    fits && wanted.iter().zip(&pieces).all(|(wanted, piece)| {
        percent_decode_str(wanted).collect::<Vec<u8>>() == percent_decode_str(piece).collect::<Vec<u8>>()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a page at `document` may load by `list`.
    fn asked(list: &str, url: &str, document: &str) -> Matching {
        let list: Vec<SourceExpression> =
            list.split_ascii_whitespace().map(|text| text.parse().unwrap()).collect();
        names_url(&list, &Url::parse(url).unwrap(), &Url::parse(document).unwrap())
    }

    const PAGE: &str = "https://shop.example/cart";
    const PLAIN: &str = "http://shop.example/cart";

    #[test]
    fn hosts_schemes_ports_and_paths_match_as_in_the_standard() {
        for (list, url, document) in [
            ("https://cdn.example", "https://cdn.example/a.js", PAGE),
            ("cdn.example", "https://cdn.example/a.js", PAGE),
            ("cdn.example", "https://cdn.example/a.js", PLAIN),
            ("CDN.Example", "https://cdn.example/a.js", PAGE),
            ("http://cdn.example", "https://cdn.example/a.js", PAGE),
            ("*.cdn.example", "https://a.cdn.example/", PAGE),
            ("*.cdn.example", "https://a.b.cdn.example/", PAGE),
            ("https://*", "https://anything.example/", PAGE),
            ("*", "https://anything.example:81/x", PAGE),
            ("*", "wss://anything.example/", PAGE),
            ("https:", "https://anything.example:81/x", PAGE),
            ("http:", "https://anything.example/", PAGE),
            ("data:", "data:image/png,x", PAGE),
            ("wss:", "wss://live.example/", PAGE),
            ("ws:", "wss://live.example/", PAGE),
            ("wss://live.example", "wss://live.example/feed", PAGE),
            ("cdn.example:*", "https://cdn.example:8443/", PAGE),
            ("cdn.example:443", "https://cdn.example/", PAGE),
            ("cdn.example:8443", "https://cdn.example:8443/", PAGE),
            ("https://cdn.example/js/", "https://cdn.example/js/a/b.js", PAGE),
            ("https://cdn.example/js/", "https://cdn.example/js/", PAGE),
            ("https://cdn.example/js/a.js", "https://cdn.example/js/a.js?v=2", PAGE),
            ("https://cdn.example/j%73/a.js", "https://cdn.example/js/a%2Ejs", PAGE),
            ("https://cdn.example/", "https://cdn.example/any", PAGE),
            ("'self'", "https://shop.example/x", PAGE),
            ("'self'", "https://shop.example/x", PLAIN),
            ("'self'", "wss://shop.example/x", PAGE),
            ("'self'", "ws://shop.example/x", PLAIN),
            ("'self' https://b.example", "https://b.example/", PAGE),
        ] {
            assert_eq!(asked(list, url, document), Matching::Yes, "{list} {url} on {document}");
        }
    }

    #[test]
    fn what_only_looks_alike_does_not_match() {
        for (list, url, document) in [
            ("'none'", "https://shop.example/", PAGE),
            ("https://cdn.example", "http://cdn.example/a.js", PAGE),
            ("cdn.example", "http://cdn.example/a.js", PAGE),
            ("cdn.example", "ftp://cdn.example/a.js", PLAIN),
            ("cdn.example", "https://cdn.example.evil.example/", PAGE),
            ("cdn.example", "https://a.cdn.example/", PAGE),
            ("*.cdn.example", "https://cdn.example/", PAGE),
            ("*.cdn.example", "https://evilcdn.example/", PAGE),
            ("cdn.example", "https://cdn.example:8443/", PAGE),
            ("cdn.example:8443", "https://cdn.example/", PAGE),
            ("https://*:8443", "https://cdn.example/", PAGE),
            ("*", "data:image/png,x", PAGE),
            ("*", "blob:https://shop.example/1", PAGE),
            ("https:", "wss-x:y", PAGE),
            ("data:", "blob:https://shop.example/1", PAGE),
            ("https://cdn.example/js/", "https://cdn.example/js", PAGE),
            ("https://cdn.example/js", "https://cdn.example/js/a.js", PAGE),
            ("https://cdn.example/js/a.js", "https://cdn.example/js/A.js", PAGE),
            ("https://cdn.example/js/a.js", "https://cdn.example/js/a.js/", PAGE),
            ("https://cdn.example/a", "https://cdn.example/%61/b", PAGE),
            ("'self'", "http://shop.example/x", PAGE),
            ("'self'", "https://shop.example:8443/x", PAGE),
            ("'self'", "https://www.shop.example/x", PAGE),
            ("'self'", "data:text/plain,x", PAGE),
            ("'unsafe-inline' 'unsafe-eval'", "https://shop.example/", PAGE),
        ] {
            assert_eq!(asked(list, url, document), Matching::No, "{list} {url} on {document}");
        }
    }

    #[test]
    fn where_browsers_differ_nothing_is_guessed() {
        for (list, url) in [
            ("https://127.0.0.1", "https://127.0.0.1/"),
            ("*:*", "https://[::1]:8443/"),
            ("https:", "wss://live.example/"),
            ("live.example", "wss://live.example/"),
            ("https://cdn.example:80", "https://cdn.example/"),
        ] {
            assert!(matches!(asked(list, url, PAGE), Matching::Unknown(_)), "{list} {url}");
        }
        assert_eq!(asked("https: wss://live.example", "wss://live.example/", PAGE), Matching::Yes);
        assert_eq!(asked("https://127.0.0.2", "https://127.0.0.1/", PAGE), Matching::No);
    }

    #[test]
    fn a_directive_that_is_not_there_is_stood_in_for_as_in_the_standard() {
        let csp = Csp::new()
            .with("default-src", vec![SourceExpression::None])
            .with("child-src", vec![SourceExpression::SelfOrigin])
            .with("script-src", vec![SourceExpression::None]);
        for (name, deciding) in [
            ("connect-src", Some("default-src")),
            ("worker-src", Some("child-src")),
            ("frame-src", Some("child-src")),
            ("script-src-elem", Some("script-src")),
            ("style-src-attr", Some("default-src")),
            ("form-action", None),
            ("base-uri", None),
        ] {
            assert_eq!(csp.deciding(name).map(|directive| directive.name.as_str()), deciding, "{name}");
        }
    }
}
