//! Many pages in one start of Chromium, without a driver: `--dump-dom` of a page that loads each of them
//! in a frame. For suites of hundreds of small documents, where only what ran matters.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::driver::MISSING;
use super::session::{FLAGS, chromium};
use super::{Reply, Stub};

/// Virtual milliseconds that the batch may take: time stands still while a page loads.
const BUDGET: u32 = 600_000;

/// What became of one page.
#[derive(Debug, Deserialize)]
pub(crate) struct Outcome {
    /// Its URL, as asked for.
    pub(crate) url: String,
    /// What its scripts told by `parent.postMessage(text, "*")`, in order; those of frames in it by
    /// `top.postMessage`.
    pub(crate) ran: Vec<String>,
    /// The document at its `load` event; none if it has another origin than the batch.
    pub(crate) dom: Option<String>,
}

const BATCH: &str = r#"<!doctype html><meta charset=utf-8><title>batch</title><body><script>
(async urls => {
    const outcomes = [];
    let ran, frame;
    addEventListener("message", event => ran.push(String(event.data)));
    for (const url of urls) {
        frame = document.createElement("iframe");
        ran = [];
        const loaded = new Promise(resolve => frame.onload = resolve);
        frame.src = url;
        document.body.append(frame);
        // Some never load: what the browser offers to save, say.
        await Promise.race([loaded, new Promise(resolve => setTimeout(resolve, 3000))]);
        // Messages sent before `load` are behind us in the queue; some events come a little later.
        await new Promise(resolve => setTimeout(resolve, 20));
        const page = frame.contentDocument;
        outcomes.push({ url, ran, dom: page && page.documentElement ? page.documentElement.outerHTML : null });
        frame.remove();
    }
    const text = new TextEncoder().encode(JSON.stringify(outcomes));
    const outcome = document.createElement("pre");
    outcome.id = "outcome";
    outcome.textContent = btoa(Array.from(text, byte => String.fromCharCode(byte)).join(""));
    document.body.replaceChildren(outcome);
})(URLS)
</script>"#;

/// Loads pages one after another; blocks its thread until all are done. `stub` serves the batch itself,
/// under `/batch`. Pages must let themselves be framed.
pub(crate) async fn load_all(stub: &Stub, urls: &[String]) -> Vec<Outcome> {
    // `<` is written as an escape: the list stands in a script.
    let list = serde_json::to_string(urls).unwrap().replace('<', "\\u003c");
    stub.set("/batch", Reply::html(BATCH.replace("URLS", &list)));
    let batch = stub.url("/batch");
    let dump = tokio::task::spawn_blocking(move || dump_dom(&batch)).await.unwrap();
    let found = dump.split_once("<pre id=\"outcome\">").and_then(|(_, rest)| rest.split_once("</pre>"));
    let (outcome, _) = found.unwrap_or_else(|| panic!("the batch did not come to its end: {dump}"));
    serde_json::from_slice(&STANDARD.decode(outcome).unwrap()).unwrap()
}

fn dump_dom(url: &str) -> String {
    let profile = tempfile::tempdir().unwrap();
    // Bounded from outside: a browser that hangs must not hang the tests.
    let run = Command::new("timeout")
        .args(["-k", "5", "120", chromium()])
        .args(FLAGS)
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--virtual-time-budget={BUDGET}"))
        .args(["--dump-dom", url])
        .output();
    let output = run.unwrap_or_else(|_| panic!("timeout (Debian: coreutils) {MISSING}"));
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "chromium {}: {talk}", output.status);
    String::from_utf8_lossy(&output.stdout).into_owned()
}
