//! What ran, told by the debugger: every script that Chromium compiles in a page, whatever brought it there,
//! must be one for which a verdict fell that lets it run.
//!
//! The debugger tells of each script when it is compiled, which is no later than when it runs, and gives its
//! source. A CSP stops a script before that.

use std::collections::BTreeSet;
use std::time::Duration;

use countersign::inventory::Decision;
use countersign::sri::{Algorithm, Digest};

use super::devtools::{DevTools, Tab, Told, with_devtools};
use super::front::{Front, Policies, policy};
use super::vectors::{self, Range};
use super::{Reply, Stub};
use crate::html::{APPROVED_INLINE, inputs_of_golden_cases};

/// Pages made to confuse browsers may never say that they have loaded.
const LONGEST: Duration = Duration::from_secs(2);
/// Ends when the browser has nothing else to do in the page: what runs a little after `load` has run.
/// The debugger knows it by its URL where the page is gone by the time it is asked for the source.
const IDLE: &str =
    "new Promise(done => requestIdleCallback(done, { timeout: 1000 }))\n//# sourceURL=tests:idle";

/// What may run in a page.
pub(super) struct Granted {
    /// URLs of external scripts.
    urls: BTreeSet<String>,
    /// SHA-256 of texts in pages.
    digests: BTreeSet<String>,
}

impl Granted {
    /// What verdicts have let run until now behind `front`, and the texts of handlers and `javascript:` URLs,
    /// on which the CSP decides.
    pub(super) fn by(front: &Front, attributes: &[String]) -> Self {
        let mut granted = Self { urls: BTreeSet::new(), digests: BTreeSet::new() };
        granted.digests.insert(sha256(countersign::policy::WITNESS));
        granted.digests.extend(attributes.iter().cloned());
        for row in front.scripts() {
            let set = match row.verdict {
                Decision::Pin | Decision::Allow => &mut granted.urls,
                Decision::Release => &mut granted.digests,
                Decision::Merge
                | Decision::Keep
                | Decision::Quarantine
                | Decision::Strip
                | Decision::Block
                | Decision::Pass
                | Decision::Refuse => continue,
            };
            set.insert(row.script);
        }
        granted
    }

    /// Lets this URL run too.
    pub(super) fn and(mut self, url: String) -> Self {
        self.urls.insert(url);
        self
    }

    /// The scripts that a tab told of and that nothing granted. `ours` are the tests' own expressions.
    pub(super) async fn unaccounted(&self, tab: &Tab, told: &[Told], ours: &[&str]) -> Vec<String> {
        let mut faults = Vec::new();
        for script in told.iter().filter(|told| told.method == "Debugger.scriptParsed") {
            // What the browser's own pages run lives in a world of its own.
            if script.params["executionContextAuxData"]["isDefault"] == false {
                continue;
            }
            let url = script.params["url"].as_str().unwrap_or_default();
            // The browser's own stands in place of a frame whose host is not there.
            if ["tests:idle", "chrome-error://chromewebdata/"].contains(&url) || self.urls.contains(url) {
                continue;
            }
            let source = tab.source(script).await;
            let known =
                self.digests.contains(&sha256(&source)) || ours.iter().any(|text| source.starts_with(text));
            if !known {
                let start: String = source.chars().take(120).collect();
                faults.push(format!("ran without a verdict: {start:?} of {url:?}"));
            }
        }
        faults
    }
}

fn sha256(text: &str) -> String {
    Digest::of(Algorithm::Sha256, text.as_bytes()).to_string()
}

/// Loads each page, given with its name, and gives how many scripts ran and which of them are unaccounted
/// for. `granted` says what may run by now.
pub(super) async fn hunt(
    tab: &Tab,
    pages: &[(String, String)],
    url: impl Fn(&str) -> String,
    granted: impl Fn() -> Granted,
) -> (usize, Vec<String>) {
    let (mut ran, mut faults) = (0, Vec::new());
    for (path, name) in pages {
        tab.open_for(&url(path), LONGEST).await;
        let _ = tokio::time::timeout(LONGEST, tab.try_value(IDLE)).await;
        let told = tab.take_told();
        ran += told.iter().filter(|told| told.method == "Debugger.scriptParsed").count();
        let found = granted().unaccounted(tab, &told, &[]).await;
        faults.extend(found.into_iter().map(|fault| format!("{name}: {fault}")));
    }
    (ran, faults)
}

async fn hunt_in_two_tabs(front: &Front, pages: &[(String, String)], at_least: usize) {
    let browser = DevTools::start(&[]);
    let (first, second) = (browser.tab().await, browser.tab().await);
    let (left, right) = pages.split_at(pages.len() / 2);
    let url = |path: &str| front.url_at("shop.example", path);
    let granted = || Granted::by(front, &[]);
    let ((some, mut faults), (more, others)) =
        tokio::join!(hunt(&first, left, url, granted), hunt(&second, right, url, granted));
    faults.extend(others);
    assert!(faults.is_empty(), "{} of {} pages: {faults:#?}", faults.len(), pages.len());
    assert!(some + more >= at_least, "the debugger told of {} scripts only", some + more);
}

#[test]
fn in_attacks_nothing_runs_without_a_verdict() {
    with_devtools(async || {
        let range = Range::with(vectors::all(), "").await;
        // The approved scripts of most of them.
        hunt_in_two_tabs(&range.front, &range.paths, range.paths.len() / 4).await;
    });
}

#[test]
fn the_same_hunt_finds_attacks_that_are_served_direct() {
    with_devtools(async || {
        let range = Range::with(vectors::ways(), "").await;
        let browser = DevTools::start(&[]);
        let tab = browser.tab().await;
        let granted = || Granted::by(&range.front, &[]);
        let (_, found) = hunt(&tab, &range.paths, |path| range.shop.url(path), granted).await;
        assert!(found.len() >= 40, "{found:#?}");
    });
}

#[test]
fn in_golden_cases_nothing_runs_without_a_verdict() {
    with_devtools(async || {
        let stub = Stub::http().await;
        let mut pages = Vec::new();
        for (number, (name, bytes, charset)) in inputs_of_golden_cases().into_iter().enumerate() {
            let path = format!("/a/page{number}");
            stub.set(&path, Reply::of(&format!("text/html; charset={charset}"), bytes));
            pages.push((path, name));
        }
        stub.set("/a/own.js", Reply::script("own"));
        let ids: Vec<String> = (0..APPROVED_INLINE.len()).map(|number| format!("inline-{number}")).collect();
        let inline: Vec<(&str, &str)> = ids.iter().map(|id| (id.as_str(), "/*")).collect();
        let policies = Policies::new(&policy(&stub.url(""), &[("own", "/a/own.js", "pin", "/*")], &inline));
        policies.approve("own", "own");
        for (id, text) in ids.iter().zip(APPROVED_INLINE) {
            policies.approve_inline(id, text);
        }
        hunt_in_two_tabs(&policies.start(|_| {}), &pages, 20).await;
    });
}

#[test]
fn the_debugger_tells_of_every_way_to_run_code() {
    with_devtools(async || {
        let stub = Stub::http().await;
        stub.set("/external.js", Reply::script("window.external1 = 1"));
        stub.set("/module.js", Reply::script("window.module1 = 1"));
        stub.set("/worker.js", Reply::script("self.worker1 = 1; postMessage(1)"));
        let srcdoc = "<script>window.srcdoc1 = 1</script>";
        stub.set(
            "/",
            Reply::html(format!(
                "<!doctype html><title>t</title><link rel=icon href=data:,><script>window.inline1 = 1</script>\
                 <script src=/external.js></script><script type=module>import '/module.js'</script>\
                 <body onload='window.handler1 = 1'><iframe srcdoc='{srcdoc}'></iframe>\
                 <iframe src='javascript:window.url1 = 1'></iframe><svg><script>window.svg1 = 1</script></svg>\
                 <iframe src='data:text/html,<script>window.data1 = 1</script>'></iframe>\
                 <script>eval('window.eval1 = 1'); new Worker('/worker.js').onmessage = () => {{ window.told = 1 }}\
                 </script>"
            )),
        );
        let browser = DevTools::start(&[]);
        let tab = browser.tab().await;
        tab.open_page(&stub.url("/")).await;
        super::eventually("the worker answers", async || {
            tab.try_value("window.told").await.filter(|value| *value == 1)
        })
        .await;
        let mut sources = Vec::new();
        for script in tab.take_told().iter().filter(|told| told.method == "Debugger.scriptParsed") {
            sources.push(tab.source(script).await);
        }
        for mark in [
            "inline1",
            "external1",
            "module1",
            "handler1",
            "srcdoc1",
            "url1",
            "svg1",
            "data1",
            "eval1",
            "worker1",
        ] {
            let written = format!("{mark} = 1");
            let told = sources.iter().any(|source| {
                source.starts_with(&format!("window.{written}"))
                    || source.starts_with(&format!("self.{written}"))
            });
            assert!(told, "{mark} was not told of: {sources:#?}");
        }
    });
}
