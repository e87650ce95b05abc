//! Hosts that a text names by a URL.

use url::Url;

/// Schemes that lead to other machines.
const SCHEMES: [&str; 4] = ["https", "http", "wss", "ws"];

/// `scheme://host:port` for every URL in a text, with its place; `//host` for a text that begins like a
/// URL without scheme.
pub(super) fn named_in(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("://") {
        let before = text.get(..at).unwrap_or_default();
        let Some(scheme) = SCHEMES.iter().find(|scheme| ends_with(before, scheme)) else { continue };
        let start = at.saturating_sub(scheme.len());
        if let Some(host) = host_of(text.get(start..).unwrap_or_default()) {
            found.push((format!("{scheme}://{host}"), start));
        }
    }
    if text.starts_with("//")
        && let Some(host) = host_of(&format!("https:{}", upto_path(text)))
        && host.contains('.')
    {
        found.push((format!("//{host}"), 0));
    }
    found
}

fn ends_with(text: &str, scheme: &str) -> bool {
    let start = text.len().saturating_sub(scheme.len());
    text.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(scheme))
        && !text.get(..start).unwrap_or_default().ends_with(|c: char| c.is_ascii_alphabetic())
}

/// Host and port of the URL with which a text begins.
fn host_of(text: &str) -> Option<String> {
    let url = Url::parse(upto_path(text)).ok()?;
    let host = url.host_str().filter(|host| !host.is_empty())?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// A URL's text as far as its authority goes; what follows may be anything.
fn upto_path(text: &str) -> &str {
    let authority = text.find("//").map_or(0, |at| at.saturating_add(2));
    let ends = |c: char| {
        matches!(c, '/' | '?' | '#' | '\\' | '"' | '\'' | '`' | '<' | '>' | ')' | ',' | ';' | '$' | '{')
            || c.is_whitespace()
    };
    let rest = text.get(authority..).unwrap_or_default();
    let end = rest.find(ends).map_or(text.len(), |at| at.saturating_add(authority));
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found_wherever_a_url_stands() {
        let found = |text: &str| named_in(text).into_iter().map(|(host, _)| host).collect::<Vec<_>>();
        assert_eq!(
            found("see https://a.example/x, HTTP://B.example:81?"),
            ["https://a.example", "http://b.example:81"]
        );
        assert_eq!(found("//cdn.example/x.js"), ["//cdn.example"]);
        assert_eq!(found("https://user:pw@a.example/"), ["https://a.example"]);
        assert_eq!(found("https://${host}/"), [""; 0]);
        assert_eq!(found("// a comment"), [""; 0]);
        assert_eq!(found("xhttps://a.example ftp://b.example"), [""; 0]);
    }
}
