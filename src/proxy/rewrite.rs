//! A page on its way through the rewriter, or beside the last one: pull-based, bounded, and never ended cleanly
//! unless the upstream ended it cleanly.

use std::fmt;
use std::rc::Rc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::Frame;

use super::error::{Kind, ProxyError};
use super::exchange::Exchange;
use super::plain::{PIECE, Plain};
use super::reading::Reading;
use super::replay::{Alongside, CatchingUp, Entry, Owed, Replaying};
use super::trail::Trail;
use crate::html::{Coding, Encoder, HtmlError, Rewriter};
use crate::policy::FailMode;

/// When this much output waits, nothing more is read.
const WAITING: usize = 32 * 1024;

/// How often the body is asked in vain before whoever brings the page has had a turn for sure: hyper's connection of
/// HTTP/1 asks for a body twice in each of its own, before and after it writes.
const ASKED_A_TURN: u8 = 2;
/// How often it may be asked in vain since something left, when a little more comes each time.
const ASKED_AT_MOST: u8 = 32;

/// Room for what is added to a page with a few scripts.
const ADDED: usize = 1024;

/// The body of a rewritten page.
pub(super) struct RewriteBody {
    plain: Plain,
    stage: Stage,
    /// What is needed to go on after a failure, where the page rule wants that.
    trail: Option<Trail>,
    /// What goes along with the rewriter.
    alongside: Alongside,
    /// What the rewriter still has to write again.
    owed: Owed,
    coding: Coding,
    encoder: Option<Encoder>,
    /// Rewritten, not yet encoded; unused where there is no coding.
    rewritten: Vec<u8>,
    /// Waiting to be taken.
    out: Vec<u8>,
    unflushed: bool,
    /// Something was taken.
    begun: bool,
    /// How often it was asked in vain since something came, and since something left.
    asked_since_more: u8,
    asked_since_left: u8,
    exchange: Rc<Exchange>,
}

/// Why a body doesn't fill any more.
#[derive(Debug, PartialEq, Eq)]
enum Filled {
    /// Enough waits, or all is done.
    Enough,
    /// Others have their turn first. The task is woken behind them.
    Turn,
    /// The upstream has nothing yet. What may leave of what was read is in `out`; of a page that is compared a little
    /// later.
    Nothing,
}

/// A page whose charset is known.
pub(super) enum Page {
    /// It may be the same as this one, or else be read like this.
    Same(Rc<Entry>, Reading),
    /// It is rewritten by this, and that goes along.
    Other(Box<Rewriter>, Alongside),
}

enum Stage {
    /// It is what it was the last time, so far.
    Replaying(Box<Replaying>, Reading),
    /// It was, and the rewriter reads again what has come.
    CatchingUp(Box<CatchingUp>),
    Rewriting(Box<Rewriter>),
    /// The rewriter failed where the page rule says that the page goes on under its CSP alone.
    Raw,
    Ended,
}

impl RewriteBody {
    /// A page of which nothing was read but what was put back.
    pub(super) fn new(
        exchange: &Rc<Exchange>,
        plain: Plain,
        page: Page,
        coding: Coding,
    ) -> Result<Self, ProxyError> {
        // Nothing where there is no coding, so that bytes need not be copied.
        let encoder = (coding != Coding::Identity).then(|| Encoder::new(coding)).transpose();
        let encoder = encoder.map_err(broken_coding)?;
        let trail = (exchange.grants.fail == FailMode::HeadersOnly).then(Trail::default);
        let (stage, alongside) = match page {
            Page::Same(entry, reading) => {
                let replaying = Replaying::new(entry, reading.looks);
                (Stage::Replaying(Box::new(replaying), reading), Alongside::Nobody)
            }
            Page::Other(rewriter, alongside) => (Stage::Rewriting(rewriter), alongside),
        };
        let (rewritten, out) = (Vec::new(), Vec::new());
        Ok(Self {
            plain,
            stage,
            trail,
            alongside,
            owed: Owed::default(),
            coding,
            encoder,
            rewritten,
            out,
            unflushed: false,
            begun: false,
            // Nothing came yet, so nothing is waited for.
            asked_since_more: ASKED_A_TURN,
            asked_since_left: 0,
            exchange: Rc::clone(exchange),
        })
    }

    /// Rewrites what has already come, so that a failure there can still be an error page.
    pub(super) fn poll_begin(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), ProxyError>> {
        match self.fill(cx) {
            Ok(Filled::Turn) => Poll::Pending,
            Ok(Filled::Enough | Filled::Nothing) => Poll::Ready(Ok(())),
            Err(error) => Poll::Ready(Err(error)),
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
        let filled = match self.fill(cx) {
            Ok(filled) => filled,
            Err(error) => {
                self.stage = Stage::Ended;
                self.out.clear();
                return Poll::Ready(Some(Err(error)));
            }
        };
        // The first piece isn't held back: it shares a write with the head of the response.
        let waits = filled == Filled::Turn && self.begun;
        if !self.out.is_empty() && !waits {
            self.begun = true;
            self.asked_since_left = 0;
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.out).into()))));
        }
        // Enough and nothing of it is left: all has gone.
        if filled == Filled::Enough { Poll::Ready(None) } else { Poll::Pending }
    }

    /// Rewrites until enough waits, all is done, or nothing more can be done now.
    fn fill(&mut self, cx: &mut Context<'_>) -> Result<Filled, ProxyError> {
        while self.out.len() < WAITING {
            match self.stage {
                Stage::Ended => return Ok(Filled::Enough),
                Stage::CatchingUp(_) => {
                    if !self.catch_up()? {
                        cx.waker().wake_by_ref();
                        return Ok(Filled::Turn);
                    }
                }
                Stage::Replaying(..) | Stage::Rewriting(_) | Stage::Raw => {}
            }
            let piece = match self.plain.poll_piece(cx) {
                Poll::Ready(piece) => piece.transpose()?,
                Poll::Pending => {
                    if let Stage::Replaying(replaying, _) = &mut self.stage
                        && replaying.is_impatient(cx)
                    {
                        self.part("paused")?;
                        continue;
                    }
                    return self.pause(cx);
                }
            };
            self.asked_since_more = 0;
            match piece {
                Some(piece) if matches!(self.stage, Stage::Replaying(..)) => self.compare(piece)?,
                Some(piece) => self.rewrite(&piece)?,
                None => self.end()?,
            }
        }
        Ok(Filled::Enough)
    }

    /// Nothing more is there. Whoever brings the page hands it over piece by piece, and has more of it, or its end,
    /// in its next turn if that has come: what waits leaves with it then, in one write.
    fn pause(&mut self, cx: &mut Context<'_>) -> Result<Filled, ProxyError> {
        if self.asked_since_more < ASKED_A_TURN && self.asked_since_left < ASKED_AT_MOST {
            self.asked_since_more = self.asked_since_more.saturating_add(1);
            self.asked_since_left = self.asked_since_left.saturating_add(1);
            cx.waker().wake_by_ref();
            return Ok(Filled::Turn);
        }
        self.read_withheld()?;
        self.flush()?;
        Ok(Filled::Nothing)
    }

    /// Has the rewriter read what it was kept from reading.
    fn read_withheld(&mut self) -> Result<(), ProxyError> {
        let target = Self::target(self.encoder.as_ref(), &mut self.rewritten, &mut self.out);
        let Stage::Rewriting(rewriter) = &mut self.stage else { return Ok(()) };
        let before = target.len();
        let written = self.alongside.read_withheld(rewriter, target);
        self.settle(before)?;
        self.survive(written)?;
        self.encode()
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
                let before = target.len();
                let written = self.alongside.write(rewriter, piece, target);
                self.settle(before)?;
                self.survive(written)?;
            }
            Stage::Raw => target.extend_from_slice(piece),
            Stage::Replaying(..) | Stage::CatchingUp(_) | Stage::Ended => {}
        }
        self.encode()
    }

    /// The next piece of a page that is the last one so far: its output, or the rewriter has to read it.
    fn compare(&mut self, piece: Bytes) -> Result<(), ProxyError> {
        let Stage::Replaying(replaying, _) = &mut self.stage else { return Ok(()) };
        let target = Self::target(self.encoder.as_ref(), &mut self.rewritten, &mut self.out);
        let exchange = &self.exchange;
        if let Some(output) = replaying.next(&piece, |judged| exchange.judged(judged)) {
            target.extend_from_slice(output);
            return self.encode();
        }
        self.plain.put_back(piece);
        self.part("different")
    }

    /// From here on the page is not what it was the last time, or nobody knows.
    fn part(&mut self, told: &'static str) -> Result<(), ProxyError> {
        match std::mem::replace(&mut self.stage, Stage::Ended) {
            Stage::Replaying(replaying, reading) => {
                let exchange = &self.exchange;
                exchange.page_parsed(told);
                self.alongside = exchange.replay.differs(replaying.entry(), replaying.looks());
                let rewriter =
                    reading.rewriter(exchange, self.alongside.recording(), replaying.told(), None)?;
                self.stage = Stage::CatchingUp(Box::new(CatchingUp::new(Box::new(rewriter), &replaying)));
            }
            stage @ (Stage::CatchingUp(_) | Stage::Rewriting(_) | Stage::Raw | Stage::Ended) => {
                self.stage = stage;
            }
        }
        Ok(())
    }

    /// Has the rewriter read what has come, of which the output has left, but not all of it at once. `false`: there
    /// is more.
    fn catch_up(&mut self) -> Result<bool, ProxyError> {
        for _ in 0..WAITING / PIECE {
            self.read_again()?;
            if !matches!(self.stage, Stage::CatchingUp(_)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Has the rewriter read a piece of it, and write the same again.
    fn read_again(&mut self) -> Result<(), ProxyError> {
        let Stage::CatchingUp(catching) = &mut self.stage else { return Ok(()) };
        let mut written = Ok(());
        let piece = catching.next(PIECE);
        if let Some(piece) = &piece {
            if let Some(trail) = self.trail.as_mut() {
                trail.read(piece);
            }
            let mut again = Vec::with_capacity(piece.len().saturating_add(ADDED));
            written = self.alongside.write(&mut catching.rewriter, piece, &mut again);
            let rest = catching.check(&again).ok_or_else(otherwise)?;
            Self::target(self.encoder.as_ref(), &mut self.rewritten, &mut self.out).extend_from_slice(rest);
        }
        if piece.is_some() && written.is_ok() {
            return self.encode();
        }
        self.owed = catching.owed();
        if catching.has_more() {
            // The rewriter failed, and what it has not read is in no trail: the page can't go on without it.
            self.trail = None;
        }
        if let Stage::CatchingUp(catching) = std::mem::replace(&mut self.stage, Stage::Ended) {
            self.stage = Stage::Rewriting(catching.rewriter);
        }
        self.survive(written)?;
        self.encode()
    }

    fn end(&mut self) -> Result<(), ProxyError> {
        let target = Self::target(self.encoder.as_ref(), &mut self.rewritten, &mut self.out);
        match &mut self.stage {
            Stage::Replaying(replaying, _) => {
                let exchange = &self.exchange;
                let Some(output) = replaying.end(|judged| exchange.judged(judged)) else {
                    return self.part("different");
                };
                target.extend_from_slice(output);
                exchange.page_replayed(replaying.entry());
            }
            Stage::Rewriting(rewriter) => {
                let before = target.len();
                let ended = self.alongside.end(rewriter, target);
                let outcome = rewriter.outcome().filter(|_| ended.is_ok());
                self.settle(before)?;
                self.survive(ended)?;
                if !self.owed.is_settled() {
                    return Err(otherwise());
                }
                self.exchange.second_opinion(outcome);
                if matches!(self.stage, Stage::Rewriting(_)) {
                    self.exchange.page_judged();
                    self.finish()?;
                    // Coded as it goes out at once.
                    let coded = (self.encoder.is_some() && !self.begun).then_some((self.coding, &*self.out));
                    std::mem::take(&mut self.alongside).finish(outcome, coded, self.exchange.began);
                    self.exchange.pages_were_alike();
                    return Ok(());
                }
            }
            Stage::CatchingUp(_) | Stage::Raw | Stage::Ended => {}
        }
        self.finish()
    }

    /// Of what was written from `before` on, takes off what has left already.
    fn settle(&mut self, before: usize) -> Result<(), ProxyError> {
        let target = Self::target(self.encoder.as_ref(), &mut self.rewritten, &mut self.out);
        if self.owed.settle(target, before) { Ok(()) } else { Err(otherwise()) }
    }

    /// All was written.
    fn finish(&mut self) -> Result<(), ProxyError> {
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
        self.alongside = Alongside::Nobody;
        let dealt_with = match &self.stage {
            Stage::Rewriting(rewriter) => {
                self.exchange.second_opinion(rewriter.outcome());
                // Behind what has left, a page can't go on with what comes before its end.
                rewriter.dealt_with().filter(|_| error.page_may_go_on() && self.owed.is_settled())
            }
            Stage::Replaying(..) | Stage::CatchingUp(_) | Stage::Raw | Stage::Ended => None,
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

/// A page that came out otherwise than the last time, where that has left already.
fn otherwise() -> ProxyError {
    ProxyError::new(
        Kind::Internal,
        "a page that began like the last one was rewritten in another way: please report it; \
         limits.replay-bytes = 0 avoids it",
    )
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
