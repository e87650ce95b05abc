//! Source expressions: what a CSP may name.

use std::fmt;
use std::str::FromStr;

use crate::sri::Digest;

/// One entry of a source list that we send. Script source lists are built by us from digests and exact
/// URLs; `Other` carries what an operator's `[csp]` table says for the other directives, checked by
/// [`SourceExpression::from_str`].
/// <https://w3c.github.io/webappsec-csp/#grammardef-source-expression>
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceExpression {
    /// `'none'`
    None,
    /// `'self'`
    SelfOrigin,
    /// hash-source
    Hash(Digest),
    /// A URL, host or scheme, or a keyword that carries no danger.
    Other(String),
}

/// Why a text is not a source expression that we would send.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Characters that would end the directive or the header.
    #[error("a source expression has no spaces, `;` or `,`, and only visible ASCII")]
    Characters,
    /// A known keyword without its quotes.
    #[error("keywords stand in single quotes: write `'{0}'`")]
    Unquoted(String),
    /// In quotes, but not a keyword, nonce or hash.
    #[error("`{0}` is not a keyword that browsers know")]
    UnknownKeyword(String),
}

const KEYWORDS: [&str; 10] = [
    "'self'",
    "'none'",
    "'unsafe-inline'",
    "'unsafe-eval'",
    "'unsafe-hashes'",
    "'strict-dynamic'",
    "'report-sample'",
    "'wasm-unsafe-eval'",
    "'inline-speculation-rules'",
    "'unsafe-allow-redirects'",
];

impl FromStr for SourceExpression {
    type Err = SourceError;

    fn from_str(text: &str) -> Result<Self, SourceError> {
        let visible = |c: char| c.is_ascii_graphic() && c != ';' && c != ',';
        if text.is_empty() || !text.chars().all(visible) {
            return Err(SourceError::Characters);
        }
        let lower = text.to_ascii_lowercase();
        match lower.as_str() {
            "'none'" => return Ok(Self::None),
            "'self'" => return Ok(Self::SelfOrigin),
            _ => {}
        }
        if KEYWORDS.contains(&lower.as_str()) {
            return Ok(Self::Other(lower));
        }
        if KEYWORDS.iter().any(|keyword| keyword.trim_matches('\'') == lower) {
            return Err(SourceError::Unquoted(lower));
        }
        if text.starts_with('\'') || text.ends_with('\'') {
            return match text.trim_matches('\'').parse::<Digest>() {
                Ok(digest) => Ok(Self::Hash(digest)),
                Err(_) => Err(SourceError::UnknownKeyword(text.to_owned())),
            };
        }
        Ok(Self::Other(text.to_owned()))
    }
}

impl fmt::Display for SourceExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("'none'"),
            Self::SelfOrigin => f.write_str("'self'"),
            Self::Hash(digest) => write!(f, "'{digest}'"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_break_out_of_the_header_is_refused() {
        for bad in ["", "a b", "a;b", "a,b", "a\nb", "é"] {
            assert_eq!(bad.parse::<SourceExpression>(), Err(SourceError::Characters), "{bad:?}");
        }
    }

    #[test]
    fn keywords_need_their_quotes() {
        assert_eq!("self".parse::<SourceExpression>(), Err(SourceError::Unquoted("self".into())));
        assert_eq!("'SELF'".parse::<SourceExpression>(), Ok(SourceExpression::SelfOrigin));
        assert!(matches!("'selfie'".parse::<SourceExpression>(), Err(SourceError::UnknownKeyword(_))));
    }
}
