//! What a second parser may find wrong with the output.

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
    /// Markup that takes too much work to be followed.
    #[error("markup that takes too much work to be followed (nested too deep)")]
    TooMuchWork,
    /// A tag with more attributes than [`Limits::attributes`](crate::html::Limits::attributes).
    #[error("a tag with more attributes than the limit")]
    TooManyAttributes,
    /// A comment or tag too long to be followed.
    #[error("a comment or tag too long to be followed")]
    TokenTooLong,
}
