//! What a second parser may find wrong with the output.

use super::read_along::OpinionOutcome;

/// Characters of a document that are shown beside a difference.
const SHOWN: usize = 80;

/// Why the second opinion differs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Difference {
    /// An external script without the integrity of an approved one.
    #[error("a script with src `{0}` would be fetched without approved integrity")]
    External(String),
    /// An inline script whose text is not approved.
    #[error("an inline script with the unapproved text {0} would run")]
    Inline(String),
    /// A script in SVG that is not inert.
    #[error("a script in SVG would run")]
    Foreign,
    /// A document in `srcdoc` deeper than [`Limits::srcdoc_depth`](crate::html::Limits::srcdoc_depth).
    #[error("a document in `srcdoc` that is nested deeper than the limit")]
    Srcdoc,
    /// Markup that takes too much work to be followed.
    #[error("markup that takes too much work to be followed (nested too deep)")]
    TooMuchWork,
    /// A tag with more attributes than [`Limits::attributes`](crate::html::Limits::attributes).
    #[error("a tag with more attributes than the limit")]
    TooManyAttributes,
    /// A sign of markup that parsers read differently, where the second one can't be asked any more.
    #[error("{0}, which parsers read differently, too far into the page to be looked at again")]
    LateSign(&'static str),
    /// A comment or tag too long to be followed.
    #[error("a comment or tag too long to be followed")]
    TokenTooLong,
    /// The parser wants to read on in another way than it is fed. Never happens.
    #[error("markup in which the second parser lost its place")]
    Lost,
}

impl Difference {
    /// The setting whose limit was met, if that is why.
    pub(in crate::html) fn limit(&self) -> Option<&'static str> {
        match self {
            Self::TooManyAttributes => Some("max-attributes"),
            Self::TooMuchWork => Some("second-parser-steps"),
            Self::LateSign(_) => Some("second-parser-bytes"),
            Self::Srcdoc => Some("srcdoc-depth"),
            Self::External(_) | Self::Inline(_) | Self::Foreign | Self::TokenTooLong | Self::Lost => None,
        }
    }

    /// Whether it is a script, or markup that can't be followed.
    pub(super) fn outcome(&self) -> OpinionOutcome {
        match self {
            Self::External(_) | Self::Inline(_) | Self::Foreign | Self::Srcdoc => OpinionOutcome::Differed,
            Self::LateSign(_)
            | Self::TooMuchWork
            | Self::TooManyAttributes
            | Self::TokenTooLong
            | Self::Lost => OpinionOutcome::GaveUp,
        }
    }
}

/// The end of a text, escaped, for people who look for the place in a page.
pub(super) fn end_of(text: &str) -> String {
    let skipped = text.chars().count().saturating_sub(SHOWN);
    text.chars().skip(skipped).flat_map(char::escape_debug).collect()
}

/// The last bytes of a text that may be needed for [`end_of`].
pub(super) fn tail(text: &str) -> &str {
    let from = text.len().saturating_sub(SHOWN.saturating_mul(4));
    let from = (from..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    text.get(from..).unwrap_or_default()
}
