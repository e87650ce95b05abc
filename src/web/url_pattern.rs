//! Patterns of script URLs: one script under many addresses, of which the version is a part.
//!
//! Scheme, host and port are fixed; the path, and a query where one is written, are patterns of WHATWG
//! URLPattern. Whose script it is never depends on what a pattern happens to match.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use url::{Origin, Url};
use urlpattern::{UrlPattern, UrlPatternInit, UrlPatternOptions};

/// A pattern such as `https://cdn.example/chat/v:major/chat.js`, or `/app.:build.js` on the site itself.
/// <https://urlpattern.spec.whatwg.org/>
#[derive(Debug, Clone)]
pub struct ScriptUrlPattern {
    text: String,
    /// `None`: the site's own.
    origin: Option<Origin>,
    /// What every matching path begins with, to the last `/` before anything that varies.
    prefix: String,
    compiled: Arc<Compiled>,
}

#[derive(Debug)]
struct Compiled {
    pattern: UrlPattern,
    /// A query was written; otherwise matching URLs have none.
    query: bool,
}

/// Why a text is not such a pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScriptUrlPatternError {
    /// The library refused it.
    #[error("not a URLPattern: {0}")]
    Syntax(String),
    /// Scheme, host or port vary, or are missing.
    #[error("scheme, host and port of a pattern must be fixed, and http or https")]
    Origin,
    /// User name, password or fragment.
    #[error("a pattern has no user name, password or fragment")]
    Parts,
    /// Nothing varies.
    #[error("nothing in this pattern varies")]
    Fixed,
    /// Every path matches.
    #[error("this pattern matches every script of the host")]
    Everything,
}

/// Characters that mean something in patterns.
const SPECIAL: &str = "*:(){}+?\\";

impl ScriptUrlPattern {
    /// Parses a pattern: a whole URL, or one that begins with a single `/`.
    pub fn parse(text: &str) -> Result<Self, ScriptUrlPatternError> {
        let syntax = |error: urlpattern::Error| ScriptUrlPatternError::Syntax(error.to_string());
        let on_site = text.starts_with('/') && !text.starts_with("//");
        let whole = if on_site { format!("https://site.invalid{text}") } else { text.to_owned() };
        let init = UrlPatternInit::parse_constructor_string::<regex::Regex>(&whole, None).map_err(syntax)?;
        if [&init.username, &init.password, &init.hash].into_iter().flatten().any(|part| !is_open(part)) {
            return Err(ScriptUrlPatternError::Parts);
        }
        let origin = origin(&init).ok_or(ScriptUrlPatternError::Origin)?;
        let path = init.pathname.clone().unwrap_or_default();
        let search = init.search.clone().unwrap_or_default();
        let varies = |part: &str| part.contains(|c| SPECIAL.contains(c));
        if !varies(&path) && !varies(&search) {
            return Err(ScriptUrlPatternError::Fixed);
        }
        let fixed = path.split(|c| SPECIAL.contains(c)).next().unwrap_or_default();
        let prefix = fixed.get(..=fixed.rfind('/').unwrap_or_default()).unwrap_or("/").to_owned();
        let query = !search.is_empty() && whole.contains('?');
        let init = UrlPatternInit {
            pathname: Some(path),
            search: query.then_some(search),
            ..UrlPatternInit::default()
        };
        let pattern = <UrlPattern>::parse(init, UrlPatternOptions::default()).map_err(syntax)?;
        let compiled = Arc::new(Compiled { pattern, query });
        let parsed = Self { text: text.to_owned(), origin: (!on_site).then_some(origin), prefix, compiled };
        // Two paths that no pattern of a script has in common with anything else.
        if ["/1f0e8c4d/2b.js", "/9a7d3e5c.txt"].into_iter().all(|path| parsed.matches_path(path, None)) {
            return Err(ScriptUrlPatternError::Everything);
        }
        Ok(parsed)
    }

    /// Whether a canonical URL matches. `document` is the URL of the page, which is where the site's own
    /// scripts come from.
    pub fn matches(&self, url: &Url, document: &Url) -> bool {
        let same_origin = match &self.origin {
            Some(origin) => url.origin() == *origin,
            // As for exact paths: behind a load balancer the scheme may differ.
            None => url.host() == document.host() && url.port() == document.port(),
        };
        same_origin && self.matches_path(url.path(), url.query())
    }

    fn matches_path(&self, path: &str, query: Option<&str>) -> bool {
        let pattern = &self.compiled.pattern;
        let query = query.unwrap_or_default();
        let query_fits = if self.compiled.query {
            pattern.search.regexp.as_ref().is_ok_and(|expression| expression.is_match(query))
        } else {
            query.is_empty()
        };
        query_fits && pattern.pathname.regexp.as_ref().is_ok_and(|expression| expression.is_match(path))
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port; `None` for scripts of the site itself.
    pub fn origin(&self) -> Option<String> {
        self.origin.as_ref().map(Origin::ascii_serialization)
    }

    /// The folder that all matching paths lie in.
    pub fn folder(&self) -> &str {
        &self.prefix
    }
}

/// What the parser puts for a part that was not written.
fn is_open(part: &str) -> bool {
    part.is_empty() || part == "*"
}

fn origin(init: &UrlPatternInit) -> Option<Origin> {
    let fixed = |part: &Option<String>| {
        let part = part.as_deref().unwrap_or_default();
        (!part.contains(|c| "*(){}+?\\".contains(c) || c == ':')).then(|| part.to_owned())
    };
    let (scheme, host, port) = (fixed(&init.protocol)?, fixed(&init.hostname)?, fixed(&init.port)?);
    if !matches!(scheme.as_str(), "http" | "https") || host.is_empty() {
        return None;
    }
    let colon = if port.is_empty() { "" } else { ":" };
    Some(Url::parse(&format!("{scheme}://{host}{colon}{port}/")).ok()?.origin())
}

impl PartialEq for ScriptUrlPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for ScriptUrlPattern {}

impl Hash for ScriptUrlPattern {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn matches(pattern: &str, address: &str) -> bool {
        let pattern = ScriptUrlPattern::parse(pattern).unwrap();
        pattern.matches(&url(address), &url("https://shop.example/checkout"))
    }

    #[test]
    fn a_version_in_path_or_query_is_any_version() {
        let chat = "https://cdn.example/chat/v:major/chat.js";
        assert!(matches(chat, "https://cdn.example/chat/v3/chat.js"));
        assert!(matches(chat, "https://cdn.example/chat/v12.1/chat.js"));
        assert!(!matches(chat, "https://cdn.example/chat/v3/evil/chat.js"));
        assert!(!matches(chat, "https://cdn.example/chat/v3/chat.js?callback=x"), "no query was written");
        assert!(!matches(chat, "https://evil.example/chat/v3/chat.js"));
        assert!(!matches(chat, "http://cdn.example/chat/v3/chat.js"));
        assert!(!matches(chat, "https://cdn.example:8443/chat/v3/chat.js"));
        let built = "https://cdn.example/app.js?v=*";
        assert!(matches(built, "https://cdn.example/app.js?v=8a7b"));
        assert!(!matches(built, "https://cdn.example/app.js?w=8a7b"));
        assert!(!matches(built, "https://cdn.example/app.js"));
    }

    #[test]
    fn the_sites_own_scripts_come_from_where_the_page_came_from() {
        let app = "/assets/app.:build.js";
        assert!(matches(app, "https://shop.example/assets/app.8a7b.js"));
        assert!(matches(app, "http://shop.example/assets/app.8a7b.js"));
        assert!(!matches(app, "https://evil.example/assets/app.8a7b.js"));
        let pattern = ScriptUrlPattern::parse(app).unwrap();
        assert_eq!((pattern.origin(), pattern.folder()), (None, "/assets/"));
    }

    #[test]
    fn whose_script_it_is_never_varies() {
        use ScriptUrlPatternError as E;
        let error = |text: &str| ScriptUrlPattern::parse(text).unwrap_err();
        for text in [
            "https://*.example/v:major/x.js",
            "https://:host/v1/x.js",
            "http{s}?://cdn.example/v:major/x.js",
            "https://cdn.example:*/v:major/x.js",
            "data\\:text/javascript,*",
            "//cdn.example/v:major/x.js",
        ] {
            assert!(matches!(error(text), E::Origin | E::Syntax(_)), "{text}: {:?}", error(text));
        }
        assert_eq!(error("https://cdn.example/x.js"), E::Fixed);
        assert_eq!(error("https://cdn.example/*"), E::Everything);
        assert_eq!(error("https://u@cdn.example/v:major/x.js"), E::Parts);
        assert!(matches!(error("https://cdn.example/("), E::Syntax(_)));
    }
}
