//! The beginning of a page, kept until it is known which charset the page is read as.

use bytes::{Bytes, BytesMut};
use encoding_rs::Encoding;

use super::error::{Kind, ProxyError};
use crate::html::{CHARSET_SEARCH, Charset, charset_of};

/// What has come so far.
#[derive(Debug, Default)]
pub(super) struct Prefix {
    /// The usual page: its first piece is enough, and is not copied.
    first: Bytes,
    /// All pieces, where there are several.
    all: BytesMut,
}

impl Prefix {
    /// The next piece has come.
    pub(super) fn add(&mut self, piece: Bytes) {
        if self.first.is_empty() && self.all.is_empty() {
            self.first = piece;
            return;
        }
        self.all.extend_from_slice(&std::mem::take(&mut self.first));
        self.all.extend_from_slice(&piece);
    }

    /// The page's charset, as soon as it is known; `declared` is the one of its `Content-Type`.
    pub(super) fn charset(
        &self,
        at_end: bool,
        declared: Option<&str>,
        default: &'static Encoding,
    ) -> Result<Option<&'static Encoding>, ProxyError> {
        let seen: &[u8] = if self.all.is_empty() { &self.first } else { &self.all };
        let enough = at_end || seen.len() >= CHARSET_SEARCH;
        let searched = seen.get(..CHARSET_SEARCH).unwrap_or(seen);
        match charset_of(searched, enough, declared, default) {
            Charset::Known(charset) => Ok(Some(charset)),
            Charset::Refused(why) => Err(ProxyError::new(Kind::UnreadableCharset, why)),
            Charset::NeedMore if enough => Err(ProxyError::new(Kind::Internal, "the charset stayed unknown")),
            Charset::NeedMore => Ok(None),
        }
    }

    /// Everything that came.
    pub(super) fn into_bytes(self) -> Bytes {
        if self.all.is_empty() { self.first } else { self.all.freeze() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_is_given_back_in_one_piece_when_the_charset_is_known() {
        let mut prefix = Prefix::default();
        let mut known = Vec::new();
        for piece in ["<meta ", "charset", "=utf-8><p>text"] {
            prefix.add(Bytes::from_static(piece.as_bytes()));
            known.push(prefix.charset(false, None, encoding_rs::WINDOWS_1252).unwrap());
        }
        assert_eq!(known, [None, None, Some(encoding_rs::UTF_8)]);
        assert_eq!(prefix.into_bytes(), "<meta charset=utf-8><p>text");
    }

    #[test]
    fn a_charset_that_cannot_be_judged_is_refused() {
        let mut prefix = Prefix::default();
        prefix.add(Bytes::from_static(b"\xff\xfe<\0"));
        let refused = prefix.charset(true, Some("utf-8"), encoding_rs::UTF_8).unwrap_err();
        assert_eq!(refused.kind(), Kind::UnreadableCharset);
    }
}
