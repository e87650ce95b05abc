//! Patterns of request paths in policies, and the one form of a path that they are matched against.
//!
//! The language is the pathname part of WHATWG URLPattern. The three shapes that nearly every policy
//! uses (`/exact`, `/prefix/*`, `/folder{/*}?`) are matched without a regular expression; a test holds them against
//! the library.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use urlpattern::regexp::RegExp;
use urlpattern::{UrlPattern, UrlPatternInit, UrlPatternOptions};

/// A pattern of paths, such as `/checkout/*`. `/checkout/*` does not match `/checkout` itself.
/// <https://urlpattern.spec.whatwg.org/>
#[derive(Debug)]
pub struct PathPattern {
    text: Box<str>,
    shape: Shape,
}

/// What a pattern's text says. Policies may have a hundred thousand: what can be read from the text is not kept.
#[derive(Debug)]
enum Shape {
    /// This path.
    Exact,
    /// [`ALL_BELOW`] something.
    Prefix,
    /// `/folder`, and all below it: [`IT_AND_ALL_BELOW`].
    Folder,
    Full(Box<Full>),
}

/// One of the full language.
#[derive(Debug)]
struct Full {
    pattern: UrlPattern,
    /// A text with which every path begins that matches.
    beginning: String,
}

const ALL_BELOW: &str = "*";
const IT_AND_ALL_BELOW: &str = "{/*}?";

/// Why a text is not a path pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathPatternError {
    /// Relative, or a whole URL.
    #[error("a path pattern begins with `/`")]
    NotAbsolute,
    /// The URLPattern library refused it.
    #[error("not a URLPattern pathname: {0}")]
    Syntax(String),
}

impl PathPattern {
    /// Parses a pattern.
    pub fn parse(text: &str) -> Result<Self, PathPatternError> {
        if !text.starts_with('/') {
            return Err(PathPatternError::NotAbsolute);
        }
        let special = |c: char| "*:(){}?+\\%".contains(c) || !c.is_ascii_graphic();
        let plain = |text: &&str| !text.contains(special);
        let folder =
            text.strip_suffix(IT_AND_ALL_BELOW).filter(plain).filter(|folder| !folder.ends_with('/'));
        let prefix = text.strip_suffix(ALL_BELOW).filter(plain).filter(|prefix| prefix.ends_with('/'));
        let shape = match (folder, prefix) {
            (Some(_), _) => Shape::Folder,
            (_, Some(_)) => Shape::Prefix,
            _ if plain(&text) => Shape::Exact,
            _ => {
                let pattern = compile(text)?;
                // Of what the library made of it: it has resolved dot segments.
                let beginning = literal_beginning(pattern.pathname()).to_owned();
                Shape::Full(Box::new(Full { pattern, beginning }))
            }
        };
        Ok(Self { text: text.into(), shape })
    }

    /// The pattern of exactly this path, whatever characters it has.
    pub fn exactly(path: &str) -> Option<Self> {
        let mut text = String::with_capacity(path.len());
        for c in path.chars() {
            if "*:(){}?+\\".contains(c) {
                text.push('\\');
            }
            text.push(c);
        }
        Self::parse(&text).ok().filter(|pattern| pattern.matches(&canonical_path(path)))
    }

    /// The pattern for paths in lower case; `None` where that is the pattern itself.
    pub fn in_lower_case(&self) -> Option<Self> {
        if !self.text.contains(char::is_uppercase) {
            return None;
        }
        let shape = match &self.shape {
            Shape::Exact => Shape::Exact,
            Shape::Prefix => Shape::Prefix,
            Shape::Folder => Shape::Folder,
            Shape::Full(full) => {
                // In ASCII a capital may be syntax (`\D`), so there the expression folds; it can't fold what
                // has been encoded. (The library has an option for this, which it doesn't obey.)
                let lower = |c: char| if c.is_ascii() { c.to_string() } else { c.to_lowercase().collect() };
                let mut pattern = compile(&self.text.chars().map(lower).collect::<String>()).ok()?;
                let expression = pattern.pathname.regexp.as_ref().ok()?;
                let folding = format!("(?i){}", expression.pattern_string());
                pattern.pathname.regexp = Ok(RegExp::parse(&folding, "", false).ok()?);
                Shape::Full(Box::new(Full { pattern, beginning: full.beginning.to_lowercase() }))
            }
        };
        Some(Self { text: self.text.to_lowercase().into(), shape })
    }

    /// `/*`, which matches every path.
    pub fn every() -> Self {
        Self { text: "/*".into(), shape: Shape::Prefix }
    }

    /// Whether a path matches. `path` must come from [`canonical_path`].
    pub fn matches(&self, path: &str) -> bool {
        match &self.shape {
            Shape::Exact => path == &*self.text,
            Shape::Prefix => path.starts_with(self.beginning()),
            Shape::Folder => is_in(self.beginning(), path),
            Shape::Full(full) => matches_library(&full.pattern, path),
        }
    }

    /// Whether every path that `other` matches is matched by this one too, as far as that can be told
    /// cheaply: `false` may also mean "not known".
    pub fn covers(&self, other: &Self) -> bool {
        match (&self.shape, &other.shape) {
            (_, _) if self.text == other.text => true,
            (Shape::Prefix, Shape::Exact | Shape::Prefix | Shape::Folder) => {
                other.beginning().starts_with(self.beginning())
            }
            (Shape::Folder, Shape::Exact | Shape::Prefix | Shape::Folder) => {
                is_in(self.beginning(), other.beginning())
            }
            (Shape::Full(full), Shape::Exact) => matches_library(&full.pattern, &other.text),
            _ => false,
        }
    }

    /// A text with which every path begins that the pattern matches.
    pub(super) fn beginning(&self) -> &str {
        match &self.shape {
            Shape::Exact => &self.text,
            Shape::Prefix => self.text.strip_suffix(ALL_BELOW).unwrap_or(&self.text),
            Shape::Folder => self.text.strip_suffix(IT_AND_ALL_BELOW).unwrap_or(&self.text),
            Shape::Full(full) => &full.beginning,
        }
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// What a pattern of the full language, in the library's own form, begins with literally: letters and
/// digits that are neither encoded nor syntax, without the slash that belongs to a group behind it
/// (`/a/:b?` matches `/a`).
fn literal_beginning(text: &str) -> &str {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '/');
    let end = text.find(|c| !plain(c)).unwrap_or(text.len());
    let literal = text.get(..end).unwrap_or_default();
    literal.strip_suffix('/').unwrap_or(literal)
}

fn is_in(folder: &str, path: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn compile(text: &str) -> Result<UrlPattern, PathPatternError> {
    let init = UrlPatternInit { pathname: Some(text.to_owned()), ..UrlPatternInit::default() };
    UrlPattern::parse(init, UrlPatternOptions::default())
        .map_err(|error| PathPatternError::Syntax(error.to_string()))
}

/// Matches by the library's regular expression. Its `test` would resolve dot segments first, and with
/// them the readings of a path that differ by them.
fn matches_library(pattern: &UrlPattern, path: &str) -> bool {
    let encoded = utf8_percent_encode(path, PATH_SET).to_string();
    // Where the expression did not compile, `compile` has refused the pattern.
    pattern.pathname.regexp.as_ref().is_ok_and(|expression| expression.is_match(&encoded))
}

/// What patterns have encoded. <https://url.spec.whatwg.org/#path-percent-encode-set>
const PATH_SET: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'}');

/// The one form in which paths are compared: percent-decoded once, backslashes and repeated slashes
/// folded, dot segments resolved, parameters after `;` kept. The upstream gets the path as it came;
/// this is one of the forms that choose page rules (see `PathReadings`).
///
/// A path that decodes to something that is not UTF-8 is compared with replacement characters.
pub fn canonical_path(raw: &str) -> String {
    let decoded = percent_decode_str(raw).decode_utf8_lossy();
    let mut segments: Vec<&str> = Vec::new();
    let mut trailing_slash = true;
    for segment in decoded.split(['/', '\\']) {
        trailing_slash = matches!(segment, "" | "." | "..");
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            other => segments.push(other),
        }
    }
    let mut path = String::with_capacity(decoded.len() + 1);
    for segment in &segments {
        path.push('/');
        path.push_str(segment);
    }
    if trailing_slash || path.is_empty() {
        path.push('/');
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_path_has_one_form() {
        for (raw, canonical) in [
            ("/", "/"),
            ("", "/"),
            ("/checkout/pay", "/checkout/pay"),
            ("/checkout/", "/checkout/"),
            ("//checkout///pay", "/checkout/pay"),
            ("/help/../checkout/pay", "/checkout/pay"),
            ("/help/%2e%2E/checkout/pay", "/checkout/pay"),
            ("/help%2f..%2fcheckout%2fpay", "/checkout/pay"),
            ("\\checkout\\pay", "/checkout/pay"),
            ("/%63heckout/pay", "/checkout/pay"),
            ("/../../checkout/.", "/checkout/"),
            ("/a/..", "/"),
            ("/%ff", "/\u{fffd}"),
        ] {
            assert_eq!(canonical_path(raw), canonical, "{raw}");
        }
    }

    #[test]
    fn the_short_cuts_agree_with_the_library() {
        let paths = ["/", "/a", "/a/", "/a/b", "/a/b/c", "/ab", "/checkout/pay", "/a*"];
        for pattern in ["/", "/a", "/a/", "/a/*", "/a/b/*", "/*", "/checkout/pay", "/a{/*}?", "/a/b{/*}?"] {
            let mine = PathPattern::parse(pattern).unwrap();
            assert!(!matches!(mine.shape, Shape::Full(_)), "{pattern} is a short cut");
            let library = compile(pattern).unwrap();
            for path in paths {
                assert_eq!(mine.matches(path), matches_library(&library, path), "{pattern} on {path}");
            }
        }
    }

    #[test]
    fn the_rest_of_the_language_works_too() {
        let pattern = PathPattern::parse("/shop/:item/pay").unwrap();
        assert!(pattern.matches("/shop/42/pay"));
        assert!(!pattern.matches("/shop/42/43/pay"));
        let optional = PathPattern::parse("/pay{/*}?").unwrap();
        assert!(
            optional.matches("/pay") && optional.matches("/pay/../blog") && !optional.matches("/payment")
        );
        let suffix = PathPattern::parse("/pay{.*}?").unwrap();
        assert!(suffix.matches("/pay") && suffix.matches("/pay.html") && !suffix.matches("/payment"));
        let encoded = PathPattern::parse("/b\u{fc}cher/:id").unwrap();
        assert!(encoded.matches(&canonical_path("/b%C3%BCcher/1")) && encoded.matches("/b\u{fc}cher/a b"));
        assert_eq!(PathPattern::parse("checkout").unwrap_err(), PathPatternError::NotAbsolute);
        assert!(matches!(PathPattern::parse("/a/(").unwrap_err(), PathPatternError::Syntax(_)));
    }

    #[test]
    fn a_pattern_in_lower_case_matches_what_a_server_that_folds_case_takes_for_its_paths() {
        for (pattern, path) in [
            ("/Checkout", "/checkout"),
            ("/Checkout/*", "/checkout/pay"),
            ("/Shop/:Item/Pay", "/shop/1/pay"),
            ("/B\u{dc}cher/:id", "/b\u{fc}cher/1"),
            ("/a/(\\D+)/B", "/a/x/b"),
        ] {
            let lower = PathPattern::parse(pattern).unwrap().in_lower_case().unwrap();
            assert!(lower.matches(path), "{pattern}");
            assert!(path.starts_with(lower.beginning()), "{pattern}: {}", lower.beginning());
        }
        let digits = PathPattern::parse("/a/(\\D+)").unwrap().in_lower_case().unwrap();
        assert!(!digits.matches("/a/1"), "`\\D` has not become `\\d`");
        assert!(PathPattern::parse("/checkout{/*}?").unwrap().in_lower_case().is_none());
    }

    #[test]
    fn a_wider_pattern_covers_a_narrower_one() {
        let covers =
            |a: &str, b: &str| PathPattern::parse(a).unwrap().covers(&PathPattern::parse(b).unwrap());
        assert!(covers("/*", "/checkout/*"));
        assert!(covers("/checkout/*", "/checkout/pay"));
        assert!(!covers("/checkout/*", "/*"));
        assert!(!covers("/checkout/*", "/checkout"));
        assert!(covers("/pay{/*}?", "/pay/*") && covers("/pay{/*}?", "/pay"));
        assert!(covers("/pay{/*}?", "/pay/pin{/*}?") && covers("/pay/*", "/pay/pin{/*}?"));
        assert!(!covers("/pay{/*}?", "/payment") && !covers("/pay/*", "/pay{/*}?"));
        assert!(!covers("/pay/pin", "/pay{/*}?") && !covers("/pay{/*}?", "/payment/*"));
    }
}
