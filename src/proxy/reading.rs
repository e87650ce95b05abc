//! What a page is read as, the rewriter for it, and what is told of a page that needs none.

use std::rc::Rc;
use std::sync::Arc;

use encoding_rs::Encoding;
use url::Url;

use super::error::{Kind, ProxyError};
use super::exchange::Exchange;
use super::replay::{Entry, PageAsked, Recording, Told};
use crate::html::{Judged, Rewriter};

/// All that a page's rewriting depends on beside its bytes and the exchange's grants and limits.
#[derive(Debug)]
pub(super) struct Reading {
    /// The page's own.
    pub url: Url,
    /// What its bytes mean.
    pub charset: &'static Encoding,
    /// Whether code in attributes is looked for.
    pub looks: bool,
}

impl Reading {
    /// The page as it is asked for among those that are remembered.
    pub(super) fn asked<'a>(&'a self, exchange: &'a Exchange) -> PageAsked<'a> {
        PageAsked {
            generation: exchange.snapshot.generation.number,
            grants: &exchange.grants,
            url: &self.url,
            charset: self.charset,
            looks: self.looks,
        }
    }

    /// A rewriter for a page of which nothing was read, or that has come whole. Its verdicts are told, but for
    /// those that were told before, and recorded.
    pub(super) fn rewriter(
        self,
        exchange: &Rc<Exchange>,
        recording: Option<&Recording>,
        told: Told,
        whole: Option<[&[u8]; 2]>,
    ) -> Result<Rewriter, ProxyError> {
        let Self { url, charset, looks } = self;
        let observer = observer(exchange, recording, told);
        let (grants, limits) = (Arc::clone(&exchange.grants), exchange.settings.document.clone());
        let rewriter = match whole {
            Some(markup) => Rewriter::of_whole(grants, url, charset, limits, observer, markup),
            None => Rewriter::new(grants, url, charset, limits, observer),
        };
        rewriter
            .map(|rewriter| exchange.with_known_tags(rewriter))
            .and_then(|rewriter| if looks { rewriter.with_code() } else { Ok(rewriter) })
            .map_err(|error| ProxyError::of_document(Kind::UnreadableCharset, &error))
    }
}

impl Exchange {
    /// A rewriter that uses what was decided on other pages, where anything of pages may be kept.
    pub(super) fn with_known_tags(&self, rewriter: Rewriter) -> Rewriter {
        if self.replay.is_on() { rewriter.with_known(&self.known_tags) } else { rewriter }
    }

    /// A page was the same as this one, whose verdicts were told again.
    pub(super) fn page_replayed(&self, entry: &Rc<Entry>) {
        self.replay.equal(entry, self.began);
        self.second_opinion(entry.outcome());
        self.page_judged();
        self.record.metrics().replay("equal");
    }

    /// Counts what was passed over in pages that are like the last one.
    pub(super) fn pages_were_alike(&self) {
        let bytes = self.replay.take_same();
        if bytes > 0 {
            self.record.metrics().replay_same(bytes);
        }
    }

    /// A page, or parts of it, have to be parsed, because nothing was known of it, or it is another than the last time.
    pub(super) fn page_parsed(&self, why: &'static str) {
        if self.replay.is_on() {
            self.record.metrics().replay(why);
        }
    }
}

fn observer(
    exchange: &Rc<Exchange>,
    recording: Option<&Recording>,
    mut told: Told,
) -> Box<dyn FnMut(Judged)> {
    let exchange = Rc::clone(exchange);
    let Some(verdicts) = recording.map(Recording::verdicts) else {
        return Box::new(move |judged| {
            if !told.again(&judged) {
                exchange.judged(&judged);
            }
        });
    };
    Box::new(move |judged| {
        verdicts.add(&judged);
        if !told.again(&judged) {
            exchange.judged(&judged);
        }
    })
}
