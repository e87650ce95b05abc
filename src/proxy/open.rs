//! Opens a page: reads as much as its charset needs, and begins to rewrite. Everything that goes wrong
//! here can still become an error page, because no byte has left yet.

use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;

use encoding_rs::Encoding;
use url::Url;

use super::body::UpstreamBody;
use super::error::{Kind, ProxyError};
use super::exchange::Exchange;
use super::plain::Plain;
use super::prefix::Prefix;
use super::rewrite::RewriteBody;
use crate::html::{Coding, Rewriter};

/// A page that has begun.
pub(super) struct Opened {
    /// What it is read as, and what the head must say.
    pub charset: &'static Encoding,
    /// The rest.
    pub body: RewriteBody,
}

/// Opens a page. `declared` is the charset of its `Content-Type`.
pub(super) async fn open(
    exchange: &Rc<Exchange>,
    upstream: UpstreamBody,
    coding: Coding,
    declared: Option<&str>,
    url: Url,
) -> Result<Opened, ProxyError> {
    let limits = &exchange.settings.document;
    let mut plain = Plain::new(upstream, coding, limits)
        .map_err(|error| ProxyError::of_document(Kind::Internal, &error))?;
    let charset = read_charset(&mut plain, declared, exchange.site.default_charset).await?;
    let observer = {
        let exchange = Rc::clone(exchange);
        Box::new(move |judged| exchange.judged(&judged))
    };
    let grants = Arc::clone(&exchange.grants);
    let looks = grants.looks_for_code();
    let limits = limits.clone();
    let rewriter = match plain.whole() {
        Some(markup) => Rewriter::of_whole(grants, url, charset, limits, observer, markup),
        None => Rewriter::new(grants, url, charset, limits, observer),
    };
    let rewriter = rewriter
        .and_then(|rewriter| if looks { rewriter.with_code() } else { Ok(rewriter) })
        .map_err(|error| ProxyError::of_document(Kind::UnreadableCharset, &error))?;
    let mut body = RewriteBody::new(exchange, plain, rewriter, coding)?;
    poll_fn(|cx| Poll::Ready(body.poll_begin(cx))).await?;
    Ok(Opened { charset, body })
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
