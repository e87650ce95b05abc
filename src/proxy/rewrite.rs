//! A page on its way through the rewriter: pull-based, bounded, and never ended cleanly unless the
//! upstream ended it cleanly.

use std::fmt;
use std::rc::Rc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::Frame;

use super::error::{Kind, ProxyError};
use super::exchange::Exchange;
use super::plain::{PIECE, Plain};
use crate::html::{Coding, Encoder, HtmlError, Rewriter};
use crate::policy::FailMode;

/// When this much output waits, nothing more is read.
const WAITING: usize = 32 * 1024;

/// Room for what is added to a page with a few scripts.
const ADDED: usize = 1024;

/// The body of a rewritten page.
pub(super) struct RewriteBody {
    plain: Plain,
    stage: Stage,
    /// What is needed to go on after a failure, where the page rule wants that.
    trail: Option<Trail>,
    encoder: Option<Encoder>,
    /// Rewritten, not yet encoded; unused where there is no coding.
    rewritten: Vec<u8>,
    /// Waiting to be taken.
    out: Vec<u8>,
    unflushed: bool,
    exchange: Rc<Exchange>,
}

/// The last input, and how much there was altogether.
#[derive(Default)]
struct Trail {
    before: Bytes,
    last: Bytes,
    read: usize,
}

enum Stage {
    Rewriting(Box<Rewriter>),
    /// The rewriter failed where the page rule says that the page goes on under its CSP alone.
    Raw,
    Ended,
}

impl RewriteBody {
    /// A page whose charset is known.
    pub(super) fn new(
        exchange: &Rc<Exchange>,
        plain: Plain,
        rewriter: Rewriter,
        coding: Coding,
    ) -> Result<Self, ProxyError> {
        // Nothing where there is no coding, so that bytes need not be copied.
        let encoder = (coding != Coding::Identity).then(|| Encoder::new(coding)).transpose();
        let encoder = encoder.map_err(broken_coding)?;
        let trail = (exchange.grants.fail == FailMode::HeadersOnly).then(Trail::default);
        let stage = Stage::Rewriting(Box::new(rewriter));
        let (rewritten, out) = (Vec::new(), Vec::new());
        Ok(Self {
            plain,
            stage,
            trail,
            encoder,
            rewritten,
            out,
            unflushed: false,
            exchange: Rc::clone(exchange),
        })
    }

    /// Rewrites what has already come, so that a failure there can still be an error page.
    pub(super) fn poll_begin(&mut self, cx: &mut Context<'_>) -> Result<(), ProxyError> {
        match self.fill(cx) {
            Poll::Ready(result) => result,
            Poll::Pending => Ok(()),
        }
    }

    /// The whole output, where it is complete already; its length is known then.
    pub(super) fn take_whole(&mut self) -> Option<Bytes> {
        matches!(self.stage, Stage::Ended).then(|| Bytes::from(std::mem::take(&mut self.out)))
    }

    /// Whether nothing is left.
    pub(super) fn is_ended(&self) -> bool {
        matches!(self.stage, Stage::Ended) && self.out.is_empty()
    }

    /// The next frame of output.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, ProxyError>>> {
        let filled = self.fill(cx);
        if let Poll::Ready(Err(error)) = filled {
            self.stage = Stage::Ended;
            self.out.clear();
            return Poll::Ready(Some(Err(error)));
        }
        if !self.out.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.out).into()))));
        }
        // Nothing waits: either all has gone, or the upstream has nothing yet.
        filled.map(|_ended| None)
    }

    /// Rewrites until enough waits (ready), all is done (ready), or the upstream has nothing (pending;
    /// then everything that was read is in `out`).
    fn fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), ProxyError>> {
        while self.out.len() < WAITING {
            if matches!(self.stage, Stage::Ended) {
                return Poll::Ready(Ok(()));
            }
            let piece = match self.plain.poll_piece(cx) {
                Poll::Ready(piece) => piece.transpose()?,
                Poll::Pending => {
                    self.flush()?;
                    return Poll::Pending;
                }
            };
            match piece {
                Some(piece) => self.rewrite(&piece)?,
                None => self.end()?,
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Where rewritten bytes go: to the encoder, or out.
    fn target<'b>(
        encoder: Option<&Encoder>,
        rewritten: &'b mut Vec<u8>,
        out: &'b mut Vec<u8>,
    ) -> &'b mut Vec<u8> {
        if encoder.is_some() { rewritten } else { out }
    }

    fn rewrite(&mut self, piece: &Bytes) -> Result<(), ProxyError> {
        let target = Self::target(self.encoder.as_ref(), &mut self.rewritten, &mut self.out);
        if target.is_empty() {
            // Once for all that is here already, with room for what is added; growing little by little costs more
            // than the rest of this.
            let here = piece.len().saturating_add(self.plain.ready()).min(WAITING.saturating_add(PIECE));
            target.reserve(here.saturating_add(here / 8).saturating_add(ADDED));
        }
        match &mut self.stage {
            Stage::Rewriting(rewriter) => {
                if let Some(trail) = self.trail.as_mut() {
                    trail.read(piece);
                }
                let written = rewriter.write(piece, target);
                self.survive(written)?;
            }
            Stage::Raw => target.extend_from_slice(piece),
            Stage::Ended => {}
        }
        self.encode()
    }

    fn end(&mut self) -> Result<(), ProxyError> {
        if let Stage::Rewriting(rewriter) = &mut self.stage {
            let target = Self::target(self.encoder.as_ref(), &mut self.rewritten, &mut self.out);
            let ended = rewriter.end(target);
            let outcome = rewriter.outcome().filter(|_| ended.is_ok());
            self.survive(ended)?;
            self.exchange.second_opinion(outcome);
            if matches!(self.stage, Stage::Rewriting(_)) {
                self.exchange.page_judged();
            }
        }
        self.stage = Stage::Ended;
        self.encode()?;
        if let Some(encoder) = self.encoder.as_mut() {
            encoder.finish(&mut self.out).map_err(broken_coding)?;
        }
        Ok(())
    }

    /// What a failure of the rewriter means is the page rule's choice. Where the page may go on, it
    /// does so right behind what has left, or not at all.
    fn survive(&mut self, result: Result<(), HtmlError>) -> Result<(), ProxyError> {
        let Err(error) = result else { return Ok(()) };
        let dealt_with = match &self.stage {
            Stage::Rewriting(rewriter) => {
                self.exchange.second_opinion(rewriter.outcome());
                rewriter.dealt_with().filter(|_| error.page_may_go_on())
            }
            Stage::Raw | Stage::Ended => None,
        };
        let error = ProxyError::of_rewriter(&error);
        let rest = self.trail.as_ref().zip(dealt_with).and_then(|(trail, place)| trail.behind(place));
        let Some(rest) = rest else { return Err(error) };
        self.exchange.rewriting_stopped(&error);
        Self::target(self.encoder.as_ref(), &mut self.rewritten, &mut self.out).extend_from_slice(&rest);
        self.stage = Stage::Raw;
        Ok(())
    }

    fn encode(&mut self) -> Result<(), ProxyError> {
        match self.encoder.as_mut() {
            None => {}
            Some(_) if self.rewritten.is_empty() => {}
            Some(encoder) => {
                encoder.write(&self.rewritten, &mut self.out).map_err(broken_coding)?;
                self.rewritten.clear();
                self.unflushed = true;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), ProxyError> {
        if let Some(encoder) = self.encoder.as_mut()
            && self.unflushed
        {
            self.unflushed = false;
            encoder.flush(&mut self.out).map_err(broken_coding)?;
        }
        Ok(())
    }
}

impl Trail {
    fn read(&mut self, piece: &Bytes) {
        self.before = std::mem::replace(&mut self.last, piece.clone());
        self.read = self.read.saturating_add(piece.len());
    }

    /// What went in behind this place, if it is still there.
    fn behind(&self, place: usize) -> Option<Vec<u8>> {
        let input = [&self.before[..], &self.last[..]].concat();
        let gone = self.read.checked_sub(input.len())?;
        input.get(place.checked_sub(gone)?..).map(<[u8]>::to_vec)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn broken_coding(error: HtmlError) -> ProxyError {
    ProxyError::of_document(Kind::Internal, &error)
}

impl fmt::Debug for RewriteBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RewriteBody").field("waiting", &self.out.len()).finish_non_exhaustive()
    }
}
