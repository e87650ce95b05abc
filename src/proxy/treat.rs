//! What becomes of the upstream's response: decides, and does it.

use std::rc::Rc;

use http::header::{ACCEPT_RANGES, CONTENT_LENGTH, LAST_MODIFIED};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

use super::body::{Body, Content, UpstreamBody};
use super::decide::{Treatment, decide, is_saved};
use super::error::{ProxyError, Side};
use super::exchange::Exchange;
use super::forward::Asked;
use super::names::Names;
use super::observe::ObserveBody;
use super::page_url::PageUrl;
use super::{conditional, open, refresh, respond, scripts};
use crate::html::Coding;
use crate::judge::is_javascript;
use crate::policy::{Mode, OwnScripts};
use crate::telemetry::shown;
use crate::web::{MediaType, extract_media_type};

/// Characters of a media type that are told.
const TYPE_LEN: usize = 100;

/// Decides what becomes of the upstream's response, and does it.
pub(super) async fn treat(
    exchange: &Rc<Exchange>,
    method: &Method,
    asked: Asked,
    url: PageUrl,
    response: Response<UpstreamBody>,
) -> Result<Response<Body>, ProxyError> {
    let (mut parts, mut upstream) = response.into_parts();
    // Ours, not the upstream's: hyper writes the status line by it.
    parts.version = http::Version::default();
    let names = respond::receive(&mut parts.headers)?;
    if names.have(Names::REFRESH) {
        refresh::settle(exchange, &url, &mut parts.headers);
    }
    let media = extract_media_type(&parts.headers);
    if parts.status.is_success()
        && media.as_ref().is_some_and(MediaType::is_html)
        && !is_saved(&parts.headers)
    {
        exchange.record.page_came(exchange, &parts.headers);
    }
    let mode = exchange.grants.mode;
    let mut treatment = decide(mode, method, parts.status, &parts.headers, media.as_ref(), asked);
    let runs = scripts::may_run(method, parts.status, mode, asked, (&parts.headers, media.as_ref()));
    let observed =
        matches!(treatment, Treatment::Observe(_) | Treatment::ObserveHead | Treatment::ObserveUnread(_));
    if observed && asked.script && runs {
        // A page by its type, which a script element runs all the same where nothing says `nosniff`.
        treatment = Treatment::Pass;
    }
    let headers = &mut parts.headers;
    let content = match treatment {
        Treatment::Refuse(kind) => {
            let error = ProxyError::new(kind, format!("{} {}", parts.status, describe(media.as_ref())));
            exchange.record.unjudged(exchange, &error);
            return Err(error);
        }
        // Boxed: an exchange's future has room for it, whatever becomes of the response.
        Treatment::Rewrite(coding) => {
            Box::pin(rewrite(exchange, upstream, coding, media, url.url(), (headers, names))).await?
        }
        Treatment::RewriteHead => {
            enforce_page(exchange, headers, names, media.as_ref().and_then(declared_encoding));
            Content::Empty
        }
        Treatment::Observe(coding) => {
            observe_head(exchange, headers);
            let declared = media.and_then(|media| media.charset);
            let body = ObserveBody::new(exchange, upstream, coding, declared, url.url());
            Content::Observe(Box::new(body))
        }
        Treatment::ObserveHead => {
            observe_head(exchange, headers);
            Content::Pass(upstream)
        }
        Treatment::ObserveUnread(kind) => {
            let error = ProxyError::new(kind, format!("{} {}", parts.status, describe(media.as_ref())));
            exchange.record.would_fail(exchange, &error);
            observe_head(exchange, headers);
            Content::Pass(upstream)
        }
        Treatment::HeadersOnly | Treatment::Pass => {
            let page = asked.document && parts.status.is_success() && parts.status != StatusCode::NO_CONTENT;
            if treatment == Treatment::HeadersOnly && page && !is_saved(headers) {
                exchange.record.scriptless(exchange, &describe(media.as_ref()));
            }
            // What confirms a stored script has no type, and its headers take the place of the stored ones.
            let confirms = parts.status == StatusCode::NOT_MODIFIED && asked.script;
            if exchange.grants.mode == Mode::Enforce {
                let is_script = media.as_ref().map_or(confirms, |media| is_javascript(&media.essence));
                respond::enforce_other(headers, names, csp_of_other(exchange, treatment, is_script));
                respond::settle_type(headers, media.as_ref());
            }
            if media.as_ref().is_some_and(|media| may_be_silent(&media.essence)) {
                upstream.without_time_limit();
            }
            if runs && exchange.grants.own_scripts != OwnScripts::Off {
                mark_script(exchange, headers);
                Box::pin(scripts::watch(exchange, (parts.status, asked), headers, url.url(), upstream))
                    .await?
            } else {
                if runs || confirms {
                    mark_script(exchange, headers);
                }
                Content::Pass(upstream)
            }
        }
    };
    // These have none, whatever the upstream sends: over HTTP/2 a browser would take it.
    // <https://www.rfc-editor.org/rfc/rfc9110#section-15.3.6>
    let content = if matches!(parts.status.as_u16(), 204 | 205 | 304) {
        if parts.status != StatusCode::NOT_MODIFIED {
            parts.headers.remove(CONTENT_LENGTH);
        }
        Content::Empty
    } else {
        content
    };
    if exchange.grants.shared_out && treatment != Treatment::Pass {
        exchange.seat.mark(&mut parts.headers, exchange.secure);
    }
    exchange.count(treatment.name(), parts.status);
    Ok(Response::from_parts(parts, Body::of(exchange, content)))
}

/// Opens a page and writes its head, which names the charset that the page was read as.
async fn rewrite(
    exchange: &Rc<Exchange>,
    upstream: UpstreamBody,
    coding: Coding,
    media: Option<MediaType>,
    url: url::Url,
    (headers, names): (&mut HeaderMap, Names),
) -> Result<Content, ProxyError> {
    let declared = media.and_then(|media| media.charset);
    let pace = upstream.pace();
    let opened = match open::open(exchange, upstream, coding, declared.as_deref(), url).await {
        Ok(opened) => opened,
        Err(error) => {
            if error.kind().side() == Side::Upstream {
                exchange.record.unjudged(exchange, &error);
            }
            return Err(error);
        }
    };
    enforce_page(exchange, headers, names, Some(opened.charset));
    if let Some(length) = opened.content.length() {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    } else if let Some(pace) = pace {
        // From here on it is taken in small pieces, and large ones would lie there while it waits.
        pace.set_little(true);
    }
    Ok(opened.content)
}

fn enforce_page(
    exchange: &Exchange,
    headers: &mut HeaderMap,
    names: Names,
    charset: Option<&'static encoding_rs::Encoding>,
) {
    let fingerprint = &exchange.grants.fingerprint;
    let upstream_csp = exchange.site.upstream_csp;
    let secure = exchange.secure;
    respond::enforce_page(headers, names, &exchange.grants, upstream_csp, fingerprint, secure, charset);
}

/// The CSP of what is no page. A worker has that of its own script, not that of the page which begins it:
/// so a file of JavaScript carries what a page of its path would, and a worker can do as much and no more.
/// Whatever else fetches the file doesn't heed it.
/// <https://html.spec.whatwg.org/#run-a-worker>
fn csp_of_other(exchange: &Exchange, treatment: Treatment, is_script: bool) -> HeaderValue {
    if is_script {
        exchange.grants.csp_plain.clone()
    } else if treatment == Treatment::HeadersOnly {
        exchange.grants.csp_scriptless.clone()
    } else {
        respond::NOTHING_RUNS
    }
}

/// Where a script passes only with approved bytes, what is stored of it must not be confirmed under other
/// policies, nor be put together from parts.
fn mark_script(exchange: &Exchange, headers: &mut HeaderMap) {
    if exchange.grants.stops_own_scripts() {
        headers.remove(LAST_MODIFIED);
        headers.remove(ACCEPT_RANGES);
        conditional::mark(headers, &exchange.grants.fingerprint);
    }
}

/// Whether a body of this type is a conversation, in which nothing may be said for a while.
fn may_be_silent(essence: &str) -> bool {
    essence == "text/event-stream"
        || essence == "application/grpc"
        || essence.starts_with("application/grpc+")
}

fn observe_head(exchange: &Exchange, headers: &mut HeaderMap) {
    // Without a policy observing changes nothing at all.
    if exchange.site.has_policy() {
        respond::observe_page(headers, &exchange.grants, exchange.secure);
    }
}

fn declared_encoding(media: &MediaType) -> Option<&'static encoding_rs::Encoding> {
    encoding_rs::Encoding::for_label(media.charset.as_deref()?.as_bytes())
}

fn describe(media: Option<&MediaType>) -> String {
    media.map_or_else(|| "without a type".to_owned(), |media| shown(&media.essence, TYPE_LEN))
}
