//! What a page looks like to its visitor, and what went wrong in it.

use serde_json::{Value, json};

use crate::browser::devtools::{Tab, Told};
use crate::browser::eventually;

/// What a page became.
#[derive(Debug, PartialEq)]
pub(super) struct Appearance {
    /// The document, as text.
    pub(super) dom: String,
    /// Errors of its scripts and of its loading, each once, sorted.
    pub(super) errors: Vec<String>,
}

/// Before all pages, on both sides of a comparison: no chance, a clock that stands, nothing that moves by
/// itself.
pub(super) const FROZEN: &str = "(() => {
    const now = () => 1767225600000;
    window.Date = new Proxy(Date, {
        construct: (real, given, target) => Reflect.construct(real, given.length ? given : [now()], target),
        apply: real => new real(now()).toString(),
        get: (real, name) => name === 'now' ? now : Reflect.get(real, name),
    });
    let seed = 1;
    Math.random = () => (seed = seed * 16807 % 2147483647) / 2147483647;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('*, ::before, ::after { animation: none !important; transition: none !important; caret-color: transparent !important }');
    document.adoptedStyleSheets = [sheet];
})()";

/// The document when it has come to rest (four looks in a row show the same), without what Countersign is
/// meant to change: integrity, crossorigin and charset on scripts and links, import maps, the witness, and
/// the ports of the sites.
const AT_REST: &str = "(witness => new Promise(resolve => {
    const serialise = page => {
        const copy = page.documentElement.cloneNode(true);
        // The documents in attributes, as they are shown.
        const frames = [...page.querySelectorAll('iframe')];
        for (const [place, frame] of copy.querySelectorAll('iframe').entries()) {
            if (frame.srcdoc) frame.srcdoc = frames[place]?.contentDocument ? serialise(frames[place].contentDocument) : '';
        }
        // Added when the browser has nothing else to do, whenever that is.
        for (const hint of copy.querySelectorAll('link[rel=prefetch]')) hint.remove();
        for (const element of copy.querySelectorAll('script, link')) {
            for (const name of ['integrity', 'crossorigin', 'charset']) element.removeAttribute(name);
            const src = element.getAttribute('src');
            if (src && src.startsWith('/_countersign/s/')) element.setAttribute('src', 'mirrored');
            if (element.type === 'importmap' || element.text === witness) element.remove();
        }
        return copy.outerHTML.replaceAll(location.host, 'site');
    };
    let seen, looks = 0;
    const look = () => {
        const now = serialise(document);
        looks = now === seen ? looks + 1 : 0;
        seen = now;
        if (looks >= 4) resolve(seen); else setTimeout(look, 25);
    };
    look();
}))";

/// Loads a page and waits until it has come to rest.
pub(super) async fn appearance(tab: &Tab, url: &str) -> Appearance {
    tab.open_page(url).await;
    let witness = Value::from(countersign::policy::WITNESS);
    let expression = format!("{AT_REST}({witness})");
    // A page that replaces itself is looked at again.
    let dom = eventually(&format!("{url} comes to rest"), async || tab.try_value(&expression).await).await;
    let host = url.split('/').nth(2).unwrap();
    let mut errors: Vec<String> = tab.take_told().iter().filter_map(|told| error(told, host)).collect();
    errors.sort();
    errors.dedup();
    Appearance { dom: dom.as_str().unwrap().to_owned(), errors }
}

/// An error of a page, in words that don't depend on where the site is.
fn error(told: &Told, host: &str) -> Option<String> {
    let text = match told.method.as_str() {
        "Log.entryAdded" if told.params["entry"]["level"] == "error" => {
            let entry = &told.params["entry"];
            // Pictures and fonts that were left out are found missing at moments of their own.
            if entry["source"] == "network" && !entry["url"].as_str()?.contains(".js") {
                return None;
            }
            format!("{} {}", entry["text"].as_str()?, entry["url"].as_str().unwrap_or_default())
        }
        "Runtime.exceptionThrown" => {
            let thrown = &told.params["exceptionDetails"];
            let said = thrown["exception"]["description"].as_str().or_else(|| thrown["text"].as_str())?;
            // Where it happened moves with the length of tags.
            // Where a script is fetched with CORS, which integrity needs, more is told of its errors.
            format!("thrown: {}", said.lines().next()?.trim_start_matches("Uncaught "))
        }
        "Runtime.consoleAPICalled" if told.params["type"] == "error" => {
            let said = told.params["args"].as_array()?;
            let said: Vec<String> = said
                .iter()
                .filter_map(|arg| arg["description"].as_str().or_else(|| arg["value"].as_str()))
                .map(|text| text.lines().next().unwrap_or_default().to_owned())
                .collect();
            format!("console: {}", said.join(" "))
        }
        _ => return None,
    };
    Some(text.replace(host, "site"))
}

/// Waits until a tab shows this picture; else what it shows instead.
pub(super) async fn shows(tab: &Tab, picture: &str) -> bool {
    for _ in 0..10 {
        if tab.picture().await == picture {
            return true;
        }
        // One frame further.
        tab.ask(
            "Runtime.evaluate",
            json!({ "expression": "new Promise(done => setTimeout(done, 100))", "awaitPromise": true }),
        )
        .await;
    }
    false
}
