//! A response's body as plain text: pieces of bounded size, content coding removed.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::Body as _;

use super::body::UpstreamBody;
use super::error::{Kind, ProxyError};
use crate::html::{Coding, Decoder, HtmlError, Limits};

/// How much goes to the rewriter at once.
pub(super) const PIECE: usize = 16 * 1024;
/// How much goes to a decoder at once: what comes out may be much more.
pub(super) const CODED_PIECE: usize = 4 * 1024;

/// What undoes a coding; nothing where there is none, so that bytes need not be copied.
pub(super) fn decoder(coding: Coding, limits: &Limits) -> Result<Option<Decoder>, HtmlError> {
    (coding != Coding::Identity).then(|| Decoder::new(coding, limits)).transpose()
}

/// Pulls frames and decodes them.
pub(super) struct Plain {
    upstream: UpstreamBody,
    decoder: Option<Decoder>,
    raw: Bytes,
    returned: Bytes,
    /// Decoded, not yet taken.
    ready: Bytes,
    ended: bool,
}

impl Plain {
    /// The plain text of `upstream`.
    pub(super) fn new(upstream: UpstreamBody, coding: Coding, limits: &Limits) -> Result<Self, HtmlError> {
        Ok(Self {
            upstream,
            decoder: decoder(coding, limits)?,
            raw: Bytes::new(),
            returned: Bytes::new(),
            ready: Bytes::new(),
            ended: false,
        })
    }

    /// Puts bytes back that were looked at; they come out again first, in one piece.
    pub(super) fn put_back(&mut self, bytes: Bytes) {
        self.returned = bytes;
    }

    /// Everything, in two pieces, where it has come already and nothing was taken of it but what was put back.
    pub(super) fn whole(&self) -> Option<[&[u8]; 2]> {
        let ended = self.ended || (self.decoder.is_none() && self.upstream.is_end_stream());
        (ended && self.raw.is_empty()).then_some([&self.returned, &self.ready])
    }

    /// How many bytes could be taken at once, besides those that were put back.
    pub(super) fn ready(&self) -> usize {
        self.ready.len()
    }

    /// The next piece, never empty; `None` after the last.
    pub(super) fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, ProxyError>>> {
        if !self.returned.is_empty() {
            return Poll::Ready(Some(Ok(std::mem::take(&mut self.returned))));
        }
        loop {
            if !self.ready.is_empty() {
                return Poll::Ready(Some(Ok(self.ready.split_to(PIECE.min(self.ready.len())))));
            }
            if !self.raw.is_empty() {
                if let Err(error) = self.decode() {
                    return Poll::Ready(Some(Err(error)));
                }
                continue;
            }
            if self.ended {
                return Poll::Ready(None);
            }
            match ready!(Pin::new(&mut self.upstream).poll_frame(cx)) {
                // Trailers of a document can't be kept: its bytes are others now.
                Some(Ok(frame)) => self.raw = frame.into_data().unwrap_or_default(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => {
                    if let Err(error) = self.finish() {
                        return Poll::Ready(Some(Err(error)));
                    }
                }
            }
            // Known without another poll where the length was announced.
            if !self.ended
                && self.raw.is_empty()
                && self.upstream.is_end_stream()
                && let Err(error) = self.finish()
            {
                return Poll::Ready(Some(Err(error)));
            }
        }
    }

    fn decode(&mut self) -> Result<(), ProxyError> {
        let Some(decoder) = self.decoder.as_mut() else {
            self.ready = std::mem::take(&mut self.raw);
            return Ok(());
        };
        let piece = self.raw.split_to(CODED_PIECE.min(self.raw.len()));
        let mut text = Vec::new();
        decoder
            .write(&piece, &mut text)
            .map_err(|error| ProxyError::of_document(Kind::CodingBroken, &error))?;
        self.ready = text.into();
        Ok(())
    }

    fn finish(&mut self) -> Result<(), ProxyError> {
        self.ended = true;
        if let Some(decoder) = self.decoder.as_mut() {
            let mut text = Vec::new();
            decoder.finish(&mut text).map_err(|error| ProxyError::of_document(Kind::CodingBroken, &error))?;
            self.ready = text.into();
        }
        Ok(())
    }
}
