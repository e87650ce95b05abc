//! Why a document can't be rewritten. After any of these nothing more of it may be sent as if it had been
//! judged; whether the rest may go out unedited, under its CSP alone, says
//! [`HtmlError::page_may_go_on`].

use std::io;

use super::second_opinion::Difference;

/// Why decoding, rewriting or encoding stopped.
#[derive(Debug, thiserror::Error)]
pub enum HtmlError {
    /// A content coding that we can't undo, or several stacked. Browsers ignore names they don't know
    /// and would read the bytes as they are, so passing them on unjudged would be a hole.
    #[error("content coding `{0}` is not one of gzip, deflate, br, zstd")]
    UnknownCoding(String),
    /// The bytes aren't what their content coding says, or more bytes follow its end.
    #[error("the body is not valid {coding}")]
    BadEncoding {
        /// The coding's name.
        coding: &'static str,
        /// What the codec said.
        #[source]
        cause: io::Error,
    },
    /// The body ended before its content coding did.
    #[error("the body ends before its content coding does")]
    Truncated,
    /// Longer than [`Limits::decoded`](super::Limits::decoded).
    #[error("the decoded body is longer than the limit")]
    TooLarge,
    /// Grows more than [`Limits::ratio`](super::Limits::ratio) allows.
    #[error("the body grows too much when decoded")]
    Ratio,
    /// A charset whose bytes can't be read as ASCII where markup stands.
    #[error("the charset {0} can't be rewritten")]
    Charset(&'static str),
    /// The parser found markup that could mean two things, or a script inside one that is withheld.
    #[error("the markup can't be followed: {0}")]
    Parser(String),
    /// More than [`Limits::parser_memory`](super::Limits::parser_memory): a tag too long, or elements nested
    /// too deep.
    #[error("a tag is too long, or elements are nested too deep")]
    OutOfMemory,
    /// More than [`Limits::attributes`](super::Limits::attributes).
    #[error("a tag has more attributes than the limit")]
    TooManyAttributes,
    /// The second parser saw a script that would run and was not granted, or can't follow.
    #[error("a second parser reads the markup differently: {difference}, near `{near}`")]
    Difference {
        /// What it saw.
        difference: Difference,
        /// The end of what was read until then, escaped.
        near: String,
    },
    /// A grant that could not be written into markup so that it means the same. Never happens with
    /// grants made from a policy.
    #[error("a grant can't be written as markup: {0}")]
    NotRepresentable(&'static str),
    /// The document in a frame asks for more of ours than there is room for. Only that frame is taken away.
    #[error("the documents in frames ask for too many import maps")]
    TooMuchAdded,
    /// The codec refused to encode.
    #[error("the body can't be encoded")]
    Encode(#[source] io::Error),
    /// Used after its end, or after an error.
    #[error("used after its end or after an error")]
    Spent,
}

impl HtmlError {
    /// The setting whose limit was met, if that is why.
    pub fn limit(&self) -> Option<&'static str> {
        match self {
            Self::TooLarge => Some("decoded-bytes"),
            Self::Ratio => Some("decoded-ratio"),
            Self::OutOfMemory => Some("parser-bytes"),
            Self::TooManyAttributes => Some("max-attributes"),
            Self::Difference { difference, .. } => difference.limit(),
            Self::UnknownCoding(_)
            | Self::BadEncoding { .. }
            | Self::Truncated
            | Self::Charset(_)
            | Self::Parser(_)
            | Self::NotRepresentable(_)
            | Self::TooMuchAdded
            | Self::Encode(_)
            | Self::Spent => None,
        }
    }

    /// Whether the document can still be read and only its markup can't be followed, so that the rest may
    /// go out as it is where the page rule says so. Where two parsers disagree somebody may have wanted
    /// that; but what follows carries no grant, and the CSP that was sent stops it.
    pub fn page_may_go_on(&self) -> bool {
        match self {
            Self::Parser(_) | Self::OutOfMemory | Self::TooManyAttributes | Self::Difference { .. } => true,
            Self::UnknownCoding(_)
            | Self::BadEncoding { .. }
            | Self::Truncated
            | Self::TooLarge
            | Self::Ratio
            | Self::Charset(_)
            | Self::NotRepresentable(_)
            | Self::TooMuchAdded
            | Self::Encode(_)
            | Self::Spent => false,
        }
    }
}
