//! What no integrity attribute reaches: a worker. With `own-scripts = "stop"` Chromium runs only approved bytes
//! of it, also where it is too long to be held and its end is missing.

use countersign::app::TlsFiles;

use super::front::{Front, Policies};
use super::{Certificate, Reply, Session, Setup, Stub, eventually, in_browser};

/// Longer ones are not held.
const HELD: usize = 4096;
const START: &str = "const told = name => ({ data }) => { document.documentElement.dataset[name] = data };\n\
    const worker = new Worker('/worker.js'); worker.onmessage = told('worker');\n\
    worker.onerror = event => { event.preventDefault(); told('worker')({ data: 'refused' }) };";

fn worker(version: &str) -> String {
    format!("postMessage('{version}');\n")
}

/// As served: short, longer than is held, and the same without a length.
fn served(code: &str, shape: &str) -> Reply {
    let padding = if shape == "short" { String::new() } else { format!("// {}\n", "x".repeat(40 * HELD)) };
    let reply = Reply::script(format!("{padding}{code}"));
    if shape == "chunked" { reply.with("transfer-encoding", "chunked") } else { reply }
}

async fn says(browser: &Session, front: &Front, wanted: &str) {
    eventually(&format!("the page to say: {wanted}"), async || {
        browser.open_page(&front.url_at("shop.example", "/")).await;
        browser.until("!!document.documentElement.dataset.worker").await;
        browser.holds(&format!("document.documentElement.dataset.worker === '{wanted}'")).await.then_some(())
    })
    .await;
}

async fn only_approved_bytes_run(browser: &Session, certificate: Option<&Certificate>) {
    for shape in ["short", "long", "chunked"] {
        let shop = Stub::http().await;
        let serve = |path: &str, code: &str| shop.set(path, served(code, shape));
        serve("/worker.js", &worker("one"));
        shop.set(
            "/",
            Reply::html(format!(
                "<!doctype html><title>t</title><link rel=icon href=data:,><script>{START}</script>"
            )),
        );
        let text = format!(
            "hosts = [\"shop.example\"]\nupstreams = [{:?}]\nmode = \"enforce\"\nown-scripts = \"stop\"\n\
             [csp]\nworker-src = [\"'self'\"]\n\
             [[inline]]\nid = \"start\"\nwhy = \"x\"\n\
             [[script]]\nid = \"worker\"\nurl = \"/worker.js\"\ntier = \"pin\"\nwhy = \"x\"\n",
            shop.url("")
        );
        let policies = Policies::new(&text);
        policies.approve_inline("start", START);
        policies.approve("worker", served(&worker("one"), shape).body());
        let front = policies.start(|config| {
            config.settings.document.own_script = HELD;
            config.tls = certificate.map(|made| TlsFiles { certificate: made.chain(), key: made.key() });
        });
        says(browser, &front, "one").await;
        serve("/worker.js", &worker("two"));
        says(browser, &front, "refused").await;
        serve("/worker.js", &worker("one"));
        says(browser, &front, "one").await;
    }
}

#[test]
fn a_worker_runs_with_approved_bytes_only() {
    in_browser(Setup::default(), async |browser| only_approved_bytes_run(&browser, None).await);
}

#[test]
fn the_same_over_http2() {
    let certificate = Certificate::for_names(&["shop.example"]);
    let setup = Setup { trusted_keys: vec![certificate.pin()] };
    in_browser(setup, async move |browser| only_approved_bytes_run(&browser, Some(&certificate)).await);
}
