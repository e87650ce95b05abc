//! A page of the site, asked for and explained: each verdict with its reason, and the headers that went out.

use askama::Template;
use axum::extract::{Query, State as FromState};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use url::Url;

use super::frame::{Frame, Place, show};
use super::rows::{explanation, kind};
use crate::admin::State;
use crate::admin::access::{About, Act, Caller, doing};
use crate::analysis::one_line;
use crate::explain::{Explained, Fallen, InAttribute};
use crate::policy::Snapshot;

/// As it is written down.
const EXPLAIN: Act = Act { name: "explain", is_told: false };
/// Characters of an address.
const URL: usize = 4096;
/// Verdicts, code in attributes and events on the page; the command has all.
const ROWS: usize = 300;
/// Characters of code, of a script's name, and of a header's value.
const CODE: usize = 300;
const VALUE: usize = 16 * 1024;
/// Host names that are given as a hint.
const HOSTS: usize = 10;

#[derive(Template)]
#[template(path = "explain.html")]
struct Page {
    frame: Frame,
    url: String,
    hosts: Vec<String>,
    /// There are policies.
    possible: bool,
    /// The question came from elsewhere, and was not asked.
    unasked: bool,
    error: Option<String>,
    answer: Option<Answer>,
}

/// What came.
struct Answer {
    status: u16,
    site: String,
    generation: String,
    file: String,
    rule: Rule,
    verdicts: Vec<VerdictView>,
    more: usize,
    stopped: usize,
    events: Vec<String>,
    headers: Vec<(String, String)>,
}

struct Rule {
    path: String,
    line: Option<usize>,
    mode: &'static str,
    /// What that comes to here.
    means: &'static str,
    tone: &'static str,
    payment: bool,
    unapproved: &'static str,
    fail: &'static str,
    second_opinion: &'static str,
    own_scripts: &'static str,
}

struct VerdictView {
    verdict: String,
    tone: &'static str,
    kind: String,
    script: String,
    digest: Option<String>,
    id: Option<String>,
    line: Option<usize>,
    reason: String,
    explanation: &'static str,
}

/// What the address asks for.
#[derive(Deserialize)]
pub(in crate::admin) struct Asked {
    url: Option<String>,
}

/// `GET /explain?url=`.
pub(in crate::admin) async fn page(
    caller: Caller,
    FromState(state): FromState<State>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let snapshot = Snapshot::clone(&state.published.load_full());
    let hosts = snapshot.sites.iter().flat_map(|site| site.hosts.iter().cloned()).take(HOSTS).collect();
    let url: String = asked.url.unwrap_or_default().trim().chars().take(URL).collect();
    let mut page = Page {
        frame: Frame::of(&state, Place::Explain, &caller),
        hosts,
        possible: state.explaining.is_some(),
        unasked: !url.is_empty() && is_led_here(&headers),
        error: None,
        answer: None,
        url,
    };
    if !page.url.is_empty() && !page.unasked {
        // Without its query, which may have secrets of a visitor.
        let about = About(page.url.split(['?', '#']).next().unwrap_or_default().to_owned());
        let asked = doing(&state, &caller, EXPLAIN, about, ask(&state, &page.url, snapshot)).await;
        let asked = asked.unwrap_or_else(|| Err("you ask too often; try again in a minute".to_owned()));
        match asked {
            Ok(answer) => page.answer = Some(answer),
            Err(why) => page.error = Some(why),
        }
    }
    show(&page)
}

/// Whether a page of somebody else led the browser here. Then nothing is asked: the application would get a request
/// that nobody here wanted.
fn is_led_here(headers: &HeaderMap) -> bool {
    let site = headers.get_all("sec-fetch-site").iter();
    site.into_iter().any(|site| site != "same-origin" && site != "none")
}

async fn ask(state: &State, url: &str, snapshot: Snapshot) -> Result<Answer, String> {
    let explaining =
        state.explaining.as_ref().ok_or("there are no policies, so there is nothing to explain")?;
    let url = page_url(url)?;
    let explained = explaining.explain(url, snapshot).await;
    explained.map(|explained| answer(&explained)).map_err(|why| why.to_string())
}

/// An address of a page.
fn page_url(text: &str) -> Result<Url, String> {
    let wrong = || "write the whole address, such as https://shop.example/pay".to_owned();
    let url = Url::parse(text).map_err(|_error| wrong())?;
    let plain = url.username().is_empty() && url.password().is_none();
    if matches!(url.scheme(), "http" | "https") && plain { Ok(url) } else { Err(wrong()) }
}

fn answer(explained: &Explained) -> Answer {
    let rule = &explained.rule;
    let (mode, means, tone) = match (rule.enforces, rule.percent) {
        (true, 100..) => ("enforced", "", "good"),
        (true, _) => ("enforced for a part", "here for a visitor of that part", "stopped"),
        (false, _) => ("observed only", "nothing is stopped, and verdicts say what would be", "problem"),
    };
    let scripts = explained.scripts.iter().map(|fallen| of_script(fallen, rule.enforces));
    let attributes = explained.attributes.iter().map(|code| of_attribute(code, rule.enforces));
    let all = explained.scripts.len().saturating_add(explained.attributes.len());
    let stopped = explained.scripts.iter().filter(|fallen| !fallen.passes()).count();
    let in_attributes = explained.attributes.iter().filter(|code| !code.allowed).count();
    let cut = |(name, value): &(String, String)| (name.clone(), one_line(value, VALUE));
    Answer {
        status: explained.status,
        site: explained.site.clone(),
        generation: explained.generation.clone(),
        file: explained.file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        rule: Rule {
            path: rule.path.clone(),
            line: rule.line,
            mode,
            means,
            tone,
            payment: rule.payment,
            unapproved: rule.unapproved,
            fail: rule.fail,
            second_opinion: rule.second_opinion,
            own_scripts: rule.own_scripts,
        },
        verdicts: scripts.chain(attributes).take(ROWS).collect(),
        more: all.saturating_sub(ROWS).saturating_add(explained.left_out),
        stopped: stopped.saturating_add(in_attributes),
        events: explained.events.iter().take(ROWS).map(|event| event.message.clone()).collect(),
        headers: explained.headers.iter().take(ROWS).map(cut).collect(),
    }
}

fn of_script(fallen: &Fallen, enforces: bool) -> VerdictView {
    let seen = &fallen.seen;
    VerdictView {
        verdict: if enforces { seen.verdict.to_string() } else { format!("would {}", seen.verdict) },
        tone: if fallen.passes() { "good" } else { "stopped" },
        kind: kind(seen),
        script: one_line(&seen.script, CODE),
        digest: seen.digest.clone(),
        id: fallen.id.as_ref().map(ToString::to_string),
        line: fallen.line,
        reason: seen.reason.to_string(),
        explanation: explanation(&seen.reason),
    }
}

fn of_attribute(code: &InAttribute, enforces: bool) -> VerdictView {
    let handler = &code.handler;
    let (verdict, tone) = match (code.allowed, enforces) {
        (true, _) => ("allowed", "good"),
        (false, true) => ("stopped", "stopped"),
        (false, false) => ("would be stopped", "stopped"),
    };
    VerdictView {
        verdict: verdict.to_owned(),
        tone,
        kind: format!("{} {}", handler.element, handler.attribute),
        script: one_line(&handler.code, CODE),
        digest: Some(handler.digest.to_string()),
        id: code.id.as_ref().map(ToString::to_string),
        line: code.line,
        reason: code.verdict.as_ref().map_or_else(String::new, |seen| seen.reason.to_string()),
        explanation: code.words(enforces),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_whole_addresses_of_pages_are_asked_for() {
        assert!(page_url("https://shop.example/pay?a=1").is_ok() && page_url("http://[::1]:8080/").is_ok());
        for bad in [
            "",
            "shop.example",
            "/pay",
            "ftp://shop.example/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://a:b@shop.example/",
        ] {
            assert!(page_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_page_of_somebody_else_that_leads_here_asks_for_nothing() {
        for (value, led) in
            [("cross-site", true), ("same-site", true), ("same-origin", false), ("none", false)]
        {
            let mut headers = HeaderMap::new();
            headers.insert("sec-fetch-site", HeaderValue::from_static(value));
            assert_eq!(is_led_here(&headers), led, "{value}");
        }
        assert!(!is_led_here(&HeaderMap::new()), "a program");
    }
}
