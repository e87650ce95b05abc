//! Code in attributes of the page as it was sent. Only the browser judges it, by the CSP that was sent
//! with the page; so that is what is read here.

use http::HeaderMap;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY};

use crate::html::{Charset, Handler, Limits, charset_of, survey};
use crate::inventory::{ScriptId, SeenKind};
use crate::policy::{Mode, PageGrants, PolicyPlaces, Site};
use crate::store::ScriptSeen;
use crate::transport::fetch::Fetched;
use crate::web::{MediaType, extract_media_type};

/// Where browsers look for what they say of handlers, and of `javascript:` URLs.
/// <https://w3c.github.io/webappsec-csp/#directive-fallback-list>
const OF_HANDLERS: [&str; 3] = ["script-src-attr", "script-src", "default-src"];
const OF_URLS: [&str; 3] = ["script-src-elem", "script-src", "default-src"];

/// Code in an attribute.
#[derive(Debug)]
pub struct InAttribute {
    /// The code.
    pub handler: Handler,
    /// Whether the CSP that was sent allows it.
    pub allowed: bool,
    /// The verdict that fell, where one did.
    pub verdict: Option<ScriptSeen>,
    /// Whom the policy names by it.
    pub id: Option<ScriptId>,
    /// Where.
    pub line: Option<usize>,
}

impl InAttribute {
    /// Why it runs or not, where `enforces` says whether verdicts are carried out on the page.
    pub fn words(&self, enforces: bool) -> &'static str {
        match (self.allowed, self.id.is_some()) {
            (true, _) => "the CSP names its digest",
            (false, true) => "approved, but another CSP on the page does not allow it",
            (false, false) if enforces => {
                "code in an attribute, which the CSP does not allow: the browser stops it"
            }
            (false, false) => "code in an attribute, which the CSP would not allow",
        }
    }
}

/// All code in attributes of an answer that is a page.
pub(super) fn of(
    answer: &Fetched,
    site: &Site,
    grants: &PageGrants,
    places: &PolicyPlaces,
    fallen: &[ScriptSeen],
) -> Vec<InAttribute> {
    let media = extract_media_type(&answer.headers);
    let Some(media) = media.filter(MediaType::is_html) else { return Vec::new() };
    let Charset::Known(charset) =
        charset_of(&answer.bytes, true, media.charset.as_deref(), site.default_charset)
    else {
        return Vec::new();
    };
    let Ok(survey) = survey(&answer.bytes, charset, &Limits::default()) else { return Vec::new() };
    let csps = csps(&answer.headers, grants.mode);
    let judge = |handler: Handler| {
        let kind = if handler.is_url { SeenKind::JavascriptUrl } else { SeenKind::Handler };
        let digest = handler.digest.to_string();
        let verdict = fallen.iter().find(|seen| seen.kind == kind && seen.script == digest).cloned();
        let id = grants.code_id(handler.is_url, &handler.digest).cloned();
        let line = id.as_ref().and_then(|id| places.script(id));
        InAttribute { allowed: csps.iter().all(|csp| allows(csp, &handler)), verdict, id, line, handler }
    };
    survey.handlers.into_iter().map(judge).collect()
}

/// Every CSP that counts: while observing, what would be stopped.
fn csps(headers: &HeaderMap, mode: Mode) -> Vec<String> {
    let observed = headers.get_all(CONTENT_SECURITY_POLICY_REPORT_ONLY).iter();
    let observed = observed.filter(|_| mode == Mode::Observe);
    let values = headers.get_all(CONTENT_SECURITY_POLICY).iter().chain(observed);
    values
        .flat_map(|value| {
            let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
            text.split(',').map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

/// Whether one CSP lets code in an attribute run.
/// <https://w3c.github.io/webappsec-csp/#match-element-to-source-list>
fn allows(csp: &str, handler: &Handler) -> bool {
    let names = if handler.is_url { OF_URLS } else { OF_HANDLERS };
    let directive = |name: &&str| {
        csp.split(';').find_map(|directive| {
            let mut words = directive.split_ascii_whitespace();
            let found = words.next()?.eq_ignore_ascii_case(name);
            found.then(|| words.collect::<Vec<_>>())
        })
    };
    let Some(sources) = names.iter().find_map(directive) else { return true };
    let has = |wanted: &str| sources.iter().any(|source| source.eq_ignore_ascii_case(wanted));
    let hashes = sources.iter().any(|source| source.starts_with("'sha") || source.starts_with("'nonce-"));
    let digest = format!("'{}'", handler.digest);
    // A digest is compared by case.
    (has("'unsafe-hashes'") && sources.contains(&digest.as_str())) || (has("'unsafe-inline'") && !hashes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sri::{Algorithm, Digest};

    #[test]
    fn the_directive_that_browsers_take_decides() {
        let digest = Digest::of(Algorithm::Sha256, b"a()");
        let handler = |is_url| Handler {
            element: "p".to_owned(),
            attribute: "onclick".to_owned(),
            written: "a()".to_owned(),
            code: "a()".to_owned(),
            digest: digest.clone(),
            is_url,
        };
        for (csp, of_handler, of_url) in [
            ("img-src 'self'", true, true),
            ("script-src 'none'", false, false),
            ("script-src 'unsafe-inline'", true, true),
            ("script-src 'unsafe-inline' 'nonce-a'", false, false),
            (&format!("script-src '{digest}'"), false, false),
            (&format!("script-src 'unsafe-hashes' '{digest}'"), true, true),
            (&format!("script-src 'none'; script-src-attr 'unsafe-hashes' '{digest}'"), true, false),
            (&format!("default-src 'none'; script-src-elem 'unsafe-hashes' '{digest}'"), false, true),
        ] {
            assert_eq!(
                (allows(csp, &handler(false)), allows(csp, &handler(true))),
                (of_handler, of_url),
                "{csp}"
            );
        }
    }
}
