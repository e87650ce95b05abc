//! Every page of the console, found by following its links: on a desk and on a phone, light and dark. Nothing that
//! keeps people out (axe-core), nothing that moves while they read, nothing that is wider than the window, nothing in
//! the browser's log. The same pages are the pictures of the README.

use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign::demo::{self, Demo, Options};
use serde_json::{Value, json};
use url::Url;

use super::devtools::{DevTools, Tab, with_devtools};
use super::eventually;
use crate::support::installed;

/// Pages of the console that must be among those found.
const MUST: &[&str] =
    &["/", "/scripts", "/script", "/violations", "/alerts", "/headers", "/policy", "/explain"];
/// What links of the console lead to that is no page, or ends what is looked at.
const NO_PAGE: &[&str] = &["/api/", "/metrics", "/logout", "/assets/", "/live", "/ready"];

/// A window's width and height, and whether it is a phone's.
const WINDOWS: [(u32, u32, bool); 2] = [(1280, 900, false), (360, 740, true)];

/// The demo, attacked: pages were visited, browsers have reported.
async fn attacked(tab: &Tab) -> Demo {
    let demo = demo::start(&Options { tampered: true, ..Options::default() }).unwrap();
    for path in ["/pay/pin", "/pay/mirror", "/attacked"] {
        tab.open_page(&format!("{}{path}", demo.addresses().shop())).await;
    }
    let reports = format!("{}/api/reports", demo.addresses().admin());
    eventually("a browser has reported", async || {
        tab.open_page(&reports).await;
        tab.try_value("document.body.textContent.includes('script-refused')").await?.as_bool()?.then_some(())
    })
    .await;
    demo
}

/// Every page that links lead to, one for each path that has a page of its own.
pub(super) async fn pages(tab: &Tab, start: &str) -> Vec<Url> {
    let start = Url::parse(start).unwrap();
    let mut told: BTreeSet<String> = BTreeSet::new();
    let (mut found, mut next) = (Vec::new(), VecDeque::from([start.clone()]));
    while let Some(page) = next.pop_front() {
        // One script is looked at, one group of reports, one generation: the path's first part tells which page it is.
        let kind =
            page.path_segments().map(|mut parts| (parts.next().map(str::to_owned), parts.next().is_some()));
        if !told.insert(format!("{kind:?}")) {
            continue;
        }
        tab.open_page(page.as_str()).await;
        let links = links(tab).await;
        let ours = |url: &Url| {
            url.origin() == start.origin() && !NO_PAGE.iter().any(|no| url.path().starts_with(no))
        };
        let is_page = |url: &Url| ours(url) && !url.path().contains('.') && url.path() != page.path();
        next.extend(links.into_iter().filter(is_page));
        found.push(page);
    }
    found.sort();
    found
}

/// The part of a window that may move while a page loads, as a page that is drawn in two pieces does on a busy machine.
/// Browsers' makers call up to 0.1 good: <https://web.dev/articles/cls>.
const MOVES: f64 = 0.1;

/// Where the links of the page that is open lead.
pub(super) async fn links(tab: &Tab) -> Vec<Url> {
    let links =
        tab.try_value("Array.from(document.querySelectorAll('a[href]'), link => link.href)").await.unwrap();
    links.as_array().unwrap().iter().filter_map(|link| Url::parse(link.as_str()?).ok()).collect()
}

/// Opens a page in such a window.
async fn open(tab: &Tab, page: &Url, (width, height, phone): (u32, u32, bool), scheme: &str) {
    let window = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone });
    tab.ask("Emulation.setDeviceMetricsOverride", window).await;
    let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
    tab.ask("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    tab.open_page(page.as_str()).await;
}

/// What is wrong with the page that is open.
async fn wrong(tab: &Tab, axe: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    tab.try_value(&format!("{axe}; null")).await.expect("axe-core is read");
    let run = "axe.run(document, { resultTypes: ['violations'] }).then(found => found.violations.map(one => \
               `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map(node => node.target + ' ' + node.html).join(' | ')}`))";
    let violations = tab.try_value(run).await.expect("axe-core runs");
    wrong.extend(violations.as_array().unwrap().iter().map(Value::to_string));
    let wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    if tab.try_value(wide).await != Some(json!(0)) {
        wrong.push("the page is wider than its window".to_owned());
    }
    let shifts = "new Promise(done => { new PerformanceObserver(list => done(list.getEntries().reduce(\
                  (sum, shift) => sum + shift.value, 0)))\
                  .observe({ type: 'layout-shift', buffered: true }); setTimeout(() => done(0), 200) })";
    let moved = tab.try_value(shifts).await.and_then(|sum| sum.as_f64());
    if moved.is_none_or(|sum| sum > MOVES) {
        wrong.push(format!("{moved:?} moves while the page loads"));
    }
    let told = tab.take_told().into_iter();
    wrong.extend(
        told.filter(|told| matches!(told.method.as_str(), "Log.entryAdded" | "Runtime.exceptionThrown"))
            .map(|told| told.params.to_string()),
    );
    wrong
}

#[test]
fn no_page_of_the_console_keeps_anybody_out() {
    let axe =
        fs::read_to_string(installed("axe-core", &[]).join("node_modules/axe-core/axe.min.js")).unwrap();
    with_devtools(async || {
        let browser = DevTools::start(&[]);
        let tab = browser.tab().await;
        let demo = attacked(&tab).await;
        let pages = pages(&tab, &demo.addresses().admin()).await;
        let paths: Vec<&str> = pages.iter().map(Url::path).collect();
        assert!(MUST.iter().all(|must| paths.contains(must)), "{paths:?}");
        let mut found = Vec::new();
        for page in &pages {
            for window in WINDOWS {
                for scheme in ["light", "dark"] {
                    open(&tab, page, window, scheme).await;
                    let wrong = wrong(&tab, &axe).await;
                    found.extend(wrong.into_iter().map(|what| format!("{page} {window:?} {scheme}: {what}")));
                }
            }
        }
        assert!(found.is_empty(), "{} pages\n{}", pages.len(), found.join("\n"));
    });
}

/// Pictures for README and docs: `tests/pictures` runs it and keeps what it makes.
#[test]
#[ignore = "makes docs/pictures anew: tests/pictures"]
fn pictures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures");
    fs::create_dir_all(&folder).unwrap();
    with_devtools(async || {
        let browser = DevTools::start(&[]);
        let tab = browser.tab().await;
        let demo = attacked(&tab).await;
        for page in pages(&tab, &demo.addresses().admin()).await {
            let name = page
                .path()
                .split('/')
                .nth(1)
                .filter(|name| !name.is_empty())
                .unwrap_or("overview")
                .to_owned();
            let name = if page.path().matches('/').count() > 1 { format!("{name}-one") } else { name };
            for (window, scheme, kind) in [(WINDOWS[0], "light", "desk"), (WINDOWS[1], "dark", "phone")] {
                open(&tab, &page, window, scheme).await;
                let shot =
                    tab.ask("Page.captureScreenshot", json!({ "format": "webp", "quality": 80 })).await;
                let picture = STANDARD.decode(shot["data"].as_str().unwrap()).unwrap();
                fs::write(folder.join(format!("{name}-{kind}.webp")), picture).unwrap();
            }
        }
    });
}
