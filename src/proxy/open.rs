//! Opens a page: reads as much as its charset needs, and begins to rewrite, or to compare it with the last one.
//! Everything that goes wrong here can still become an error page, because no byte has left yet.

use std::future::poll_fn;
use std::rc::Rc;

use bytes::Bytes;
use encoding_rs::Encoding;
use url::Url;

use super::body::{Content, UpstreamBody};
use super::error::{Kind, ProxyError};
use super::exchange::Exchange;
use super::plain::Plain;
use super::prefix::Prefix;
use super::reading::Reading;
use super::replay::{Alongside, Entry, Told, Turn};
use super::rewrite::{Page, RewriteBody};
use crate::html::Coding;

/// A page that has begun.
pub(super) struct Opened {
    /// What it is read as, and what the head must say.
    pub charset: &'static Encoding,
    /// Its bytes.
    pub content: Content,
}

/// Opens a page. `declared` is the charset of its `Content-Type`.
pub(super) async fn open(
    exchange: &Rc<Exchange>,
    upstream: UpstreamBody,
    coding: Coding,
    declared: Option<&str>,
    url: Url,
) -> Result<Opened, ProxyError> {
    let mut plain = Plain::new(upstream, coding, &exchange.settings.document)
        .map_err(|error| ProxyError::of_document(Kind::Internal, &error))?;
    let charset = read_charset(&mut plain, declared, exchange.site.default_charset).await?;
    let looks = exchange.grants.looks_for_code(exchange.began);
    let reading = Reading { url, charset, looks };
    let turn = exchange.replay.turn(&reading.asked(exchange));
    let (alongside, told) = match (turn, plain.whole()) {
        (Turn::Compare(entry), Some(markup)) if entry.is(markup) => {
            let content = of_bytes(replay(exchange, &entry, looks, coding)?);
            return Ok(Opened { charset, content });
        }
        (Turn::Compare(entry), None) => {
            let page = Page::Same(entry, reading);
            return begin(RewriteBody::new(exchange, plain, page, coding)?, charset).await;
        }
        (Turn::Compare(entry), Some(_)) => (exchange.replay.differs(&entry, looks), "different"),
        (Turn::Record(recording), _) => (Alongside::Recording(recording), "new"),
        (Turn::Pass, _) => (Alongside::Nobody, "new"),
    };
    exchange.page_parsed(told);
    let rewriter = reading.rewriter(exchange, alongside.recording(), Told::default(), plain.whole())?;
    let page = Page::Other(Box::new(rewriter), alongside);
    begin(RewriteBody::new(exchange, plain, page, coding)?, charset).await
}

/// Rewrites what has come.
async fn begin(mut body: RewriteBody, charset: &'static Encoding) -> Result<Opened, ProxyError> {
    poll_fn(|cx| body.poll_begin(cx)).await?;
    let content = match body.take_whole() {
        Some(whole) => of_bytes(whole),
        None => Content::Rewrite(Box::new(body)),
    };
    Ok(Opened { charset, content })
}

fn of_bytes(whole: Bytes) -> Content {
    if whole.is_empty() { Content::Empty } else { Content::Whole(whole) }
}

/// The output for a page that has come whole and is this one, told of as if it had been parsed.
fn replay(exchange: &Exchange, entry: &Rc<Entry>, looks: bool, coding: Coding) -> Result<Bytes, ProxyError> {
    let whole = entry.whole(coding, &exchange.replay);
    let whole = whole.map_err(|error| ProxyError::of_document(Kind::Internal, &error))?;
    for judged in entry.verdicts(looks) {
        exchange.judged(judged);
    }
    exchange.page_replayed(entry);
    Ok(whole)
}

/// Reads until the charset is known, and puts back what was read.
async fn read_charset(
    plain: &mut Plain,
    declared: Option<&str>,
    default: &'static Encoding,
) -> Result<&'static Encoding, ProxyError> {
    let mut prefix = Prefix::default();
    let mut at_end = false;
    loop {
        if let Some(charset) = prefix.charset(at_end, declared, default)? {
            plain.put_back(prefix.into_bytes());
            return Ok(charset);
        }
        match poll_fn(|cx| plain.poll_piece(cx)).await.transpose()? {
            None => at_end = true,
            Some(piece) => prefix.add(piece),
        }
    }
}
