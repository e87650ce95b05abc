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

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, Method, StatusCode};
use memchr::memchr2_iter;
use url::Url;

use super::body::{Content, UpstreamBody};
use super::error::{Kind, ProxyError};
use super::exchange::Exchange;
use super::forward::Asked;
use crate::html::{HtmlError, content_coding};
use crate::inventory::Decision;
use crate::judge::{OwnVerdict, is_javascript, judge_own, judge_unseen};
use crate::policy::{ApprovedScript, Mode};
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
    (headers, media): (&HeaderMap, Option<&MediaType>),
) -> bool {
    // A redirect that leads nowhere is run as it stands.
    let comes = match status.as_u16() {
        204 | 205 | 304 => false,
        301 | 302 | 303 | 307 | 308 => !headers.contains_key(LOCATION),
        status => (200..400).contains(&status),
    };
    if *method != Method::GET || !comes {
        return false;
    }
    // A type that is none for us may be one for a browser.
    let Some(media) = media else { return asked.script || says_javascript(headers) };
    let essence = &*media.essence;
    // Of a plain one the rest is the name of a charset.
    let whole = media.plain && media.charset.is_none();
    if is_javascript(essence) || (!whole || essence.contains("script")) && says_javascript(headers) {
        return true;
    }
    if !asked.script {
        return false;
    }
    // Modules of JSON and CSS are no code.
    let never = essence.starts_with("image/") || media.is_sound_or_film() || essence == "text/csv";
    // With `nosniff` only JavaScript is run; other types are looked at where that is in doubt.
    let is_no_code = media.is_font()
        || essence.ends_with("json")
        || matches!(essence, "text/css" | "text/event-stream" | "text/html");
    !(never || mode == Mode::Enforce && is_no_code)
}

/// Whether a type, however odd, has a name of JavaScript in it.
fn says_javascript(headers: &HeaderMap) -> bool {
    let names = ["javascript", "ecmascript", "jscript", "livescript"];
    headers.get_all(CONTENT_TYPE).iter().any(|value| {
        // All of them are.
        let value = value.as_bytes();
        let is_there =
            |at: usize| value.get(at..at + 6).is_some_and(|part| part.eq_ignore_ascii_case(b"script"));
        if !memchr2_iter(b's', b'S', value).any(is_there) {
            return false;
        }
        let text = String::from_utf8_lossy(value).to_ascii_lowercase();
        names.iter().any(|name| text.contains(name))
    })
}

/// The body of a script, watched as a page rule wants it that has scripts watched.
pub(super) async fn watch(
    exchange: &Rc<Exchange>,
    (status, asked): (StatusCode, Asked),
    headers: &mut HeaderMap,
    url: Url,
    upstream: UpstreamBody,
) -> Result<Content, ProxyError> {
    let stops = exchange.grants.stops_own_scripts();
    let transit = Transit { exchange: Rc::clone(exchange), url };
    if let Some(verdict) = judge_unseen(&transit.named(), exchange.grants.at) {
        transit.tell(verdict, None);
        return Ok(Content::Pass(upstream));
    }
    let readable = if status == StatusCode::PARTIAL_CONTENT {
        Err(ProxyError::new(Kind::PartialScript, "a part of a script"))
    } else {
        content_coding(headers)
            .and_then(|coding| {
                // Who can't read it takes the bytes as they are.
                if !asked.codings.have(coding) {
                    return Err(HtmlError::UnknownCoding(coding.name().to_owned()));
                }
                Digesting::new(coding, &exchange.settings.document, &transit.algorithms())
            })
            .map_err(|error| ProxyError::of_document(Kind::UnknownCoding, &error))
    };
    match readable {
        Ok(digesting) if stops => {
            let script = stopping::open(transit, digesting, upstream).await?;
            if !script.is_ended() {
                // A browser may take a coded body that is short of its length for whole; one without its last
                // chunk it does not.
                headers.remove(CONTENT_LENGTH);
            }
            Ok(Content::Stopped(Box::new(script)))
        }
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

    fn runs(mode: Mode, script: bool, status: u16, media: Option<&'static str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.extend(media.map(|media| (CONTENT_TYPE, http::HeaderValue::from_static(media))));
        let asked = Asked { script, ..Asked::default() };
        let status = StatusCode::from_u16(status).unwrap();
        may_run(&Method::GET, status, mode, asked, (&headers, extract_media_type(&headers).as_ref()))
    }

    #[test]
    fn javascript_is_a_script_whatever_it_was_asked_for_by() {
        for media in ["text/javascript; charset=utf-8", "application/javascript", "text/plain, text/jscript"]
        {
            assert!(runs(Mode::Enforce, false, 200, Some(media)), "{media}");
            assert!(runs(Mode::Observe, false, 203, Some(media)), "{media}");
            for status in [300, 302, 399] {
                assert!(
                    runs(Mode::Enforce, false, status, Some(media)),
                    "{media} {status}, without Location"
                );
            }
            for status in [204, 205, 304, 404, 500] {
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
            (Some("text/html"), true, false),
            (Some("font/woff2"), true, false),
            (Some("text/event-stream"), true, false),
            (Some("image/png"), false, false),
            (Some("text/csv"), false, false),
        ] {
            assert_eq!(runs(Mode::Observe, true, 200, media), observed, "{media:?}");
            assert_eq!(runs(Mode::Enforce, true, 200, media), enforced, "{media:?}");
            assert!(!runs(Mode::Observe, false, 200, media), "{media:?}");
        }
    }

    #[test]
    fn a_type_that_only_a_browser_makes_sense_of_is_a_script_whatever_asked_for_it() {
        for odd in ["text/javascript(x", "text/javascript x", "text/javascript\t;x", "x, text/JavaScript("] {
            assert!(runs(Mode::Enforce, false, 200, Some(odd)), "{odd}");
        }
    }

    #[test]
    fn a_redirect_is_not_run() {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, http::HeaderValue::from_static("/elsewhere"));
        headers.insert(CONTENT_TYPE, http::HeaderValue::from_static("text/javascript"));
        let media = extract_media_type(&headers);
        for (status, run) in [(302, false), (308, false), (300, true), (305, true)] {
            let status = StatusCode::from_u16(status).unwrap();
            let asked = Asked::default();
            let told = may_run(&Method::GET, status, Mode::Enforce, asked, (&headers, media.as_ref()));
            assert_eq!(told, run, "{status}");
        }
    }
}
