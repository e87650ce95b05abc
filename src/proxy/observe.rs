//! A page while observing: its bytes pass as they are, whatever judging says; a copy is decoded and
//! judged beside them, and any trouble there only ends the judging.

use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use encoding_rs::Encoding;
use http_body::{Body as _, Frame, SizeHint};
use url::Url;

use super::body::UpstreamBody;
use super::error::{Kind, ProxyError};
use super::exchange::Exchange;
use super::plain::{CODED_PIECE, PIECE, decoder};
use super::prefix::Prefix;
use crate::html::{Coding, Decoder, HtmlError, Rewriter};

/// The body of an observed page.
pub(super) struct ObserveBody {
    upstream: UpstreamBody,
    judging: Option<Judging>,
}

/// The copy.
struct Judging {
    decoder: Option<Decoder>,
    stage: Stage,
    exchange: Rc<Exchange>,
    url: Url,
    declared: Option<String>,
    /// The rewriter's output, which nobody gets.
    discarded: Vec<u8>,
}

enum Stage {
    /// Not enough read to know the charset.
    Prefix(Prefix),
    Judging(Box<Rewriter>),
}

impl ObserveBody {
    /// Passes `upstream` on and judges a copy.
    pub(super) fn new(
        exchange: &Rc<Exchange>,
        upstream: UpstreamBody,
        coding: Coding,
        declared: Option<String>,
        url: Url,
    ) -> Self {
        let judging = match decoder(coding, &exchange.settings.document) {
            Ok(decoder) => Some(Judging {
                decoder,
                stage: Stage::Prefix(Prefix::default()),
                exchange: Rc::clone(exchange),
                url,
                declared,
                discarded: Vec::new(),
            }),
            // Without a decoder there is nothing to judge by; the page passes all the same.
            Err(error) => {
                exchange.judging_stopped(&ProxyError::of_document(Kind::Internal, &error));
                None
            }
        };
        Self { upstream, judging }
    }

    /// Whether nothing is left.
    pub(super) fn is_ended(&self) -> bool {
        // While a copy is judged, the end must be polled for: it is judged too.
        self.judging.is_none() && self.upstream.is_end_stream()
    }

    /// The upstream's.
    pub(super) fn size_hint(&self) -> SizeHint {
        self.upstream.size_hint()
    }

    /// The upstream's next frame.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, ProxyError>>> {
        let polled = Pin::new(&mut self.upstream).poll_frame(cx);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                let ends = self.upstream.is_end_stream();
                if let Some(data) = frame.data_ref() {
                    self.judge(|judging| judging.see(data, ends));
                }
                if ends {
                    self.finish();
                }
            }
            Poll::Ready(None) => self.finish(),
            Poll::Ready(Some(Err(_))) => self.judging = None,
            Poll::Pending => {}
        }
        polled
    }

    fn finish(&mut self) {
        self.judge(Judging::finish);
        self.judging = None;
    }

    fn judge(&mut self, step: impl FnOnce(&mut Judging) -> Result<(), ProxyError>) {
        let Some(judging) = self.judging.as_mut() else { return };
        if let Err(error) = step(judging) {
            judging.exchange.judging_stopped(&error);
            self.judging = None;
        }
    }
}

impl Judging {
    /// The next bytes; `last` says that nothing comes behind them.
    fn see(&mut self, data: &Bytes, last: bool) -> Result<(), ProxyError> {
        let Some(mut decoder) = self.decoder.take() else { return self.see_plain(data.clone(), last) };
        // In pieces, because what comes out may be much more.
        for piece in data.chunks(CODED_PIECE) {
            let mut text = Vec::new();
            decoder.write(piece, &mut text).map_err(broken_coding)?;
            self.see_plain(text.into(), false)?;
        }
        self.decoder = Some(decoder);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), ProxyError> {
        let mut text = Vec::new();
        if let Some(mut decoder) = self.decoder.take() {
            decoder.finish(&mut text).map_err(broken_coding)?;
        }
        self.see_plain(text.into(), true)?;
        if let Stage::Judging(rewriter) = &mut self.stage {
            rewriter.end(&mut self.discarded).map_err(not_followed)?;
            heed_second(&self.exchange, rewriter);
            self.exchange.second_opinion(rewriter.outcome());
            seeing(rewriter)?;
            self.exchange.page_judged();
        }
        Ok(())
    }

    fn see_plain(&mut self, text: Bytes, at_end: bool) -> Result<(), ProxyError> {
        let Stage::Prefix(prefix) = &mut self.stage else { return self.rewrite(&text) };
        prefix.add(text);
        let declared = self.declared.as_deref();
        let default = self.exchange.site.default_charset;
        let Some(charset) = prefix.charset(at_end, declared, default)? else { return Ok(()) };
        let whole = std::mem::take(prefix).into_bytes();
        self.stage = Stage::Judging(Box::new(self.begin(charset, at_end.then_some(&whole))?));
        self.rewrite(&whole)
    }

    /// Begins to judge; the `whole` page, where it is there.
    fn begin(&self, charset: &'static Encoding, whole: Option<&Bytes>) -> Result<Rewriter, ProxyError> {
        let exchange = Rc::clone(&self.exchange);
        let observer = Box::new(move |judged| exchange.judged(&judged));
        let grants = Arc::clone(&self.exchange.grants);
        let limits = self.exchange.settings.document.clone();
        let url = self.url.clone();
        let rewriter = match whole {
            Some(whole) => Rewriter::of_whole(grants, url, charset, limits, observer, [whole, &[]]),
            None => Rewriter::new(grants, url, charset, limits, observer),
        };
        rewriter
            .map(|rewriter| self.exchange.with_known_tags(rewriter))
            .and_then(Rewriter::with_code)
            .map_err(|error| ProxyError::of_document(Kind::UnreadableCharset, &error))
    }

    fn rewrite(&mut self, text: &[u8]) -> Result<(), ProxyError> {
        let Stage::Judging(rewriter) = &mut self.stage else { return Ok(()) };
        for piece in text.chunks(PIECE) {
            rewriter.write(piece, &mut self.discarded).map_err(not_followed)?;
            self.discarded.clear();
            heed_second(&self.exchange, rewriter);
            seeing(rewriter)?;
        }
        Ok(())
    }
}

/// Tells what the second parser saw. The verdicts go on.
fn heed_second(exchange: &Exchange, rewriter: &mut Rewriter) {
    if let Some(difference) = rewriter.take_difference() {
        exchange.judging_stopped(&ProxyError::of_rewriter(&difference));
    }
}

fn seeing(rewriter: &Rewriter) -> Result<(), ProxyError> {
    match rewriter.blind() {
        Some(error) => Err(ProxyError::of_document(Kind::RewriteFailed, error)),
        None => Ok(()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn not_followed(error: HtmlError) -> ProxyError {
    ProxyError::of_document(Kind::RewriteFailed, &error)
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn broken_coding(error: HtmlError) -> ProxyError {
    ProxyError::of_document(Kind::CodingBroken, &error)
}

impl fmt::Debug for ObserveBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObserveBody").field("judging", &self.judging.is_some()).finish_non_exhaustive()
    }
}
