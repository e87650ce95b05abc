//! What strangers may write into the store, in every field, on every page of the console and in every table that it
//! gives away: in a real browser nothing of it runs, nothing becomes markup, nothing leads anywhere, nothing breaks
//! the layout; and a spreadsheet takes nothing for a formula.

use std::io::Read as _;

use countersign::alert::{Kind, News, Severity};
use countersign::clock::Clock;
use countersign::demo::{self, Demo, Options};
use countersign::inventory::{Decision, SeenKind};
use countersign::store::{Class, DriftChange, DriftRow, Event, EventKind, Reported, ScriptSeen, Violation};
use serde_json::{Value, json};
use url::Url;

use super::accessible::{links, pages};
use super::devtools::{DevTools, Tab, with_devtools};

/// Each would set `window.ran`, or change the page, where it is taken for more than a text.
const HOSTILE: &[&str] = &[
    "<script>window.ran=1</script>",
    "</script><script>window.ran=1</script>",
    "\"><img src=x onerror=window.ran=1>",
    "' autofocus onfocus=window.ran=1 x='",
    "\" onmouseover=\"window.ran=1\" style=\"position:fixed;inset:0\" x=\"",
    "</td></tr></table></section></main><h1 id=planted>",
    "</title></textarea></style></noscript><svg onload=window.ran=1>",
    "<svg><animate onbegin=window.ran=1 attributeName=x dur=1s>",
    "<math><mtext></p><img src=x onerror=window.ran=1>",
    "<!--<img src='--><img src=x onerror=window.ran=1>'",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "<base href=https://evil.example/><link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<form action=https://evil.example><button id=planted>",
    "<a href=javascript:window.ran=1>click</a>",
    "javascript:window.ran=1",
    "javascript:/*--></title></style></textarea></script></xmp><svg/onload='+/\"/+/onmouseover=1/+/[*/[]/+window.ran=1//'>",
    "data:text/html,<script>opener.ran=1</script>",
    "{{constructor.constructor('window.ran=1')()}}${window.ran=1}<%= 1 %>{%25 raw %25}",
    "&lt;img src=x onerror=window.ran=1&gt;&#60;script&#62;",
    "\u{202e}gnp.exe\u{2066}\u{200f}",
    "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m",
    "line\r\nSet-Cookie: x=1\r\n\r\n<h1 id=planted>\u{2028}\u{2029}\u{0}",
    "=cmd|' /C calc'!A0",
    "+SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+9)*cmd|' /C calc'!A0",
    "\t=HYPERLINK(\"https://evil.example\",\"x\")",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
];

/// Everything that the store takes, with this in every field.
fn plant(demo: &Demo, text: &str) {
    let (store, now) = (demo.store(), Clock::System.now());
    let whole = || text.to_owned();
    for (site, kind) in [(whole(), SeenKind::External), ("demo".to_owned(), SeenKind::Handler)] {
        store.script_seen(ScriptSeen {
            site,
            page: whole(),
            kind,
            srcdoc: 1,
            script: whole(),
            digest: Some(whole()),
            attribute: Some(whole()),
            verdict: Decision::Quarantine,
            reason: whole().into(),
            enforced: false,
        });
    }
    for (site, class) in [(whole(), Class::NeverServed), ("demo".to_owned(), Class::PolicyFault)] {
        store.reported(Reported {
            violation: Violation {
                site,
                kind: whole(),
                class,
                reason: whole(),
                rule: Some(whole()),
                directive: whole(),
                blocked: whole(),
                source: Some(whole()),
                digest: Some(whole()),
                disposition: whole(),
            },
            document: whole(),
            browser: whole(),
            generation: Some(whole()),
            network: 7,
        });
    }
    for kind in
        [EventKind::PolicyRefused, EventKind::ScriptStopped, EventKind::BrowserReport, EventKind::Alert]
    {
        store.event(Event { at: now, kind, message: format!("{text}\n{text}"), exchange: Some(whole()) });
    }
    let change =
        DriftChange { at: now, drift: whole().into(), severity: whole().into(), unknown: vec![whole()] };
    store.drift(DriftRow {
        site: whole(),
        script: whole(),
        url: whole(),
        tier: whole().into(),
        drift: whole().into(),
        finding: true,
        severity: whole().into(),
        message: whole(),
        because: vec![whole()],
        what_to_do: Some(whole()),
        unknown: vec![whole()],
        mirrored: true,
        since: now,
        looked_at: now,
        history: vec![change],
    });
    demo.alerts().raise(News {
        kind: Kind::NewHost,
        subject: whole(),
        severity: Severity::High,
        since: None,
        message: format!("{text}\n{text}"),
        what_to_do: Some(whole()),
        fingerprint: whole(),
    });
}

/// What in the page that is open is more than it should be.
async fn wrong(tab: &Tab, page: &Url) -> Vec<String> {
    let check = r"
        const wrong = [];
        if (window.ran || document.getElementById('planted')) wrong.push('something ran or was planted');
        const scripts = document.scripts;
        if (scripts.length !== 1 || !scripts[0].integrity || scripts[0].text) wrong.push('scripts: ' + scripts.length);
        for (const element of document.querySelectorAll('*')) {
            for (const { name, value } of element.attributes) {
                if (name.startsWith('on') || name === 'style' || name === 'srcdoc') wrong.push(element.outerHTML.slice(0, 200));
                if (['href', 'src', 'action', 'formaction'].includes(name) && element.namespaceURI.endsWith('xhtml') &&
                    new URL(value, location).origin !== location.origin) wrong.push(name + ' ' + value);
            }
        }
        if (document.querySelector('img, iframe, object, embed, base, math, style, meta[http-equiv]')) wrong.push('an element of a stranger');
        if (document.documentElement.scrollWidth > document.documentElement.clientWidth) {
            const wide = Array.from(document.querySelectorAll('main *')).filter(one => one.getBoundingClientRect().right > innerWidth + 1);
            wrong.push('wider than the window: ' + wide.slice(0, 3).map(one => one.outerHTML.slice(0, 160)).join(' | '));
        }
        if (document.querySelectorAll('main').length !== 1) wrong.push('the frame is broken');
        if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(document.body.textContent))
            wrong.push('an invisible character');
        return wrong;";
    let mut found = Vec::new();
    let window = json!({ "width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": true });
    tab.ask("Emulation.setDeviceMetricsOverride", window).await;
    tab.open_page(page.as_str()).await;
    let answer = tab.try_value(&format!("(() => {{ {check} }})()")).await.expect("the page is looked at");
    found.extend(answer.as_array().unwrap().iter().map(Value::to_string));
    let told = tab.take_told().into_iter();
    let bad = [
        "Log.entryAdded",
        "Runtime.exceptionThrown",
        "Page.javascriptDialogOpening",
        "Page.frameRequestedNavigation",
    ];
    found.extend(told.filter(|told| bad.contains(&told.method.as_str())).map(|told| told.params.to_string()));
    found
}

fn is_table(link: &Url) -> bool {
    link.path().rsplit_once('.').is_some_and(|(_, ending)| ending == "csv")
}

/// Whether a spreadsheet would calculate with a cell of the table.
fn formulas(table: &str) -> Vec<String> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(table.as_bytes());
    let cells =
        reader.records().flat_map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>());
    cells.filter(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\r'])).collect()
}

#[test]
fn what_strangers_write_is_text_on_every_page_and_no_formula_in_any_table() {
    with_devtools(async || {
        let browser = DevTools::start(&[]);
        let tab = browser.tab().await;
        let demo = demo::start(&Options::default()).unwrap();
        for text in HOSTILE {
            plant(&demo, text);
        }
        let pages = pages(&tab, &demo.addresses().admin()).await;
        let (mut found, mut tables) = (Vec::new(), 0);
        for page in &pages {
            found.extend(wrong(&tab, page).await.into_iter().map(|what| format!("{page}: {what}")));
            for table in links(&tab).await.into_iter().filter(is_table) {
                let text = get(&table);
                tables += usize::from(text.contains("window.ran"));
                found.extend(formulas(&text).into_iter().map(|cell| format!("{table}: {cell}")));
            }
        }
        assert!(tables > 0, "a table has what was planted");
        assert!(found.is_empty(), "{} pages, {tables} tables\n{}", pages.len(), found.join("\n"));
    });
}

fn get(url: &Url) -> String {
    use std::io::Write as _;
    let address = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let mut stream = std::net::TcpStream::connect(&address).unwrap();
    let path = &url[url::Position::BeforePath..];
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(" 200 ") && head.contains("text/csv"), "{url}: {head}");
    body.to_owned()
}
