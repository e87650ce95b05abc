//! The site's own scripts on their way through: their bytes are digested as they pass and held against
//! what is approved under their path. Imports and workers have no integrity in the page, so this is the
//! only place where their bytes are looked at.
//!
//! ```text
//!  head ─► is it a script? ─► own-scripts = observe, alert: passes; verdict at its end
//!                          └► stop: held until its end, then it goes or 502 comes in its place
//!                                   too long to be held: passes but for its last piece
//! ```

mod digesting;
mod passing;
mod stopping;

use std::rc::Rc;
use std::sync::Arc;

use http::{HeaderMap, Method, StatusCode};
use url::Url;

use super::body::{Content, UpstreamBody};
use super::error::{Kind, ProxyError};
use super::exchange::Exchange;
use super::forward::Asked;
use crate::html::content_coding;
use crate::inventory::Decision;
use crate::judge::{OwnVerdict, is_javascript, judge_own, judge_unseen};
use crate::policy::{ApprovedScript, Mode, OwnScripts};
use crate::sri::{Algorithm, Digest};
use crate::web::MediaType;
use digesting::Digesting;
pub(super) use passing::PassingScript;
pub(super) use stopping::StoppedScript;

/// A script on its way, and who must be told what is thought of it.
struct Transit {
    exchange: Rc<Exchange>,
    url: Url,
}

/// Whether browsers may run a response as code. By its type; and by what the request was for, where nothing
/// of ours keeps them from running other types.
/// <https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-mime-type>
pub(super) fn may_run(
    method: &Method,
    status: StatusCode,
    mode: Mode,
    asked: Asked,
    media: Option<&MediaType>,
) -> bool {
    if *method != Method::GET || !status.is_success() || is_empty(status) {
        return false;
    }
    let Some(media) = media else { return asked.script };
    let essence = media.essence.as_str();
    if is_javascript(essence) {
        return true;
    }
    let family = essence.split('/').next().unwrap_or(essence);
    // Modules of JSON and CSS are no code. Without `nosniff` a classic script may have any of these types.
    let is_no_code = matches!(family, "image" | "audio" | "video" | "font")
        || matches!(essence, "text/csv" | "text/event-stream")
        || (mode == Mode::Enforce && (essence.ends_with("json") || essence == "text/css"));
    asked.script && !is_no_code
}

fn is_empty(status: StatusCode) -> bool {
    matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT)
}

/// The body of a script, watched as the page rule wants it.
pub(super) async fn watch(
    exchange: &Rc<Exchange>,
    status: StatusCode,
    headers: &HeaderMap,
    url: Url,
    upstream: UpstreamBody,
) -> Result<Content, ProxyError> {
    let stops = exchange.grants.stops_own_scripts();
    let transit = Transit { exchange: Rc::clone(exchange), url };
    if exchange.grants.own_scripts == OwnScripts::Off {
        return Ok(Content::Pass(upstream));
    }
    if let Some(verdict) = judge_unseen(&transit.named(), exchange.grants.at) {
        transit.tell(verdict, None);
        return Ok(Content::Pass(upstream));
    }
    let readable = if status == StatusCode::PARTIAL_CONTENT {
        Err(ProxyError::new(Kind::PartialScript, "a part of a script"))
    } else {
        content_coding(headers)
            .and_then(|coding| Digesting::new(coding, &exchange.settings.document, &transit.algorithms()))
            .map_err(|error| ProxyError::of_document(Kind::UnknownCoding, &error))
    };
    match readable {
        Ok(digesting) if stops => stopping::open(transit, digesting, upstream).await,
        Ok(digesting) => Ok(Content::Passing(Box::new(PassingScript::new(transit, digesting, upstream)))),
        Err(error) => {
            transit.tell(judge_own(&transit.named(), None, exchange.grants.at), None);
            if stops { Err(error) } else { Ok(Content::Pass(upstream)) }
        }
    }
}

impl Transit {
    /// What the policy names for this path.
    fn named(&self) -> Vec<&Arc<ApprovedScript>> {
        self.exchange.site.own_bytes.at(&self.url)
    }

    /// By which algorithms its approved bytes are known.
    fn algorithms(&self) -> Vec<Algorithm> {
        let named = self.named();
        let digests = named.iter().flat_map(|script| &script.digests);
        let mut algorithms: Vec<Algorithm> = digests.map(Digest::algorithm).collect();
        algorithms.sort_unstable();
        algorithms.dedup();
        if algorithms.is_empty() { vec![Algorithm::Sha384] } else { algorithms }
    }

    /// Judges the whole script and tells what came of it. Whether it passes.
    fn judge(&self, digests: Option<&[Digest]>) -> bool {
        let verdict = judge_own(&self.named(), digests, self.exchange.grants.at);
        // Nothing came: nothing runs.
        if digests.is_some_and(<[Digest]>::is_empty) {
            return true;
        }
        self.tell(verdict, digests.and_then(<[Digest]>::last));
        verdict.decision() == Decision::Pass
    }

    fn tell(&self, verdict: OwnVerdict, digest: Option<&Digest>) {
        let mut url = self.url.clone();
        // A visitor writes the query, and may write what nobody should read.
        url.set_query(None);
        self.exchange.record.own_script(&self.exchange, &url, digest, verdict);
    }

    fn refusal(&self) -> ProxyError {
        ProxyError::new(Kind::OwnScript, format!("nobody approved these bytes of {}", self.url.path()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::extract_media_type;
    use http::header::CONTENT_TYPE;

    fn runs(mode: Mode, script: bool, status: u16, media: Option<&'static str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.extend(media.map(|media| (CONTENT_TYPE, http::HeaderValue::from_static(media))));
        let asked = Asked { script, ..Asked::default() };
        let status = StatusCode::from_u16(status).unwrap();
        may_run(&Method::GET, status, mode, asked, extract_media_type(&headers).as_ref())
    }

    #[test]
    fn javascript_is_a_script_whatever_it_was_asked_for_by() {
        for media in ["text/javascript; charset=utf-8", "application/javascript", "text/plain, text/jscript"]
        {
            assert!(runs(Mode::Enforce, false, 200, Some(media)), "{media}");
            assert!(runs(Mode::Observe, false, 203, Some(media)), "{media}");
            for status in [204, 205, 302, 304, 404, 500] {
                assert!(!runs(Mode::Enforce, true, status, Some(media)), "{media} {status}");
            }
        }
        assert!(!runs(Mode::Enforce, false, 200, Some("application/json")));
    }

    #[test]
    fn what_a_script_element_asked_for_is_one_where_browsers_would_run_it() {
        for (media, observed, enforced) in [
            (None, true, true),
            (Some("text/plain"), true, true),
            (Some("application/octet-stream"), true, true),
            (Some("application/json"), true, false),
            (Some("text/css"), true, false),
            (Some("image/png"), false, false),
            (Some("text/csv"), false, false),
        ] {
            assert_eq!(runs(Mode::Observe, true, 200, media), observed, "{media:?}");
            assert_eq!(runs(Mode::Enforce, true, 200, media), enforced, "{media:?}");
            assert!(!runs(Mode::Observe, false, 200, media), "{media:?}");
        }
    }
}
