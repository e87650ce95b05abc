//! One approved URL in many spellings, and what only looks like it: what the rewriter takes each for is
//! compared with Node's URL parser and with what Chromium asks for. A script is approved only where all
//! three say that it is the approved URL.

use std::cell::RefCell;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::Arc;

use countersign::html::{Judged, Limits, Rewriter};
use countersign::inventory::SeenKind;
use countersign::inventory::{ScriptAddress, ScriptId, Tier};
use countersign::judge::{Action, Reason};
use countersign::policy::{ApprovedScript, Mode, PageGrants, PageScripts};
use countersign::sri::{Algorithm, Digest};
use encoding_rs::{Encoding, SHIFT_JIS, UTF_8, WINDOWS_1252};
use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use super::dump_dom::load_all;
use super::{Reply, Stub};

/// Approved, of another origin. `A` in the tables.
const AWAY: &str = "https://cdn.example/dir/app.js?v=1";
/// Approved, on the site itself. `O` in the tables.
const OWN: &str = "/dir/own.js";

/// Spellings of [`AWAY`]; written between double quotes in a page.
const AS_AWAY: [&str; 50] = [
    "https://cdn.example/dir/app.js?v=1",
    "HTTPS://CDN.EXAMPLE/dir/app.js?v=1",
    "https://cdn.example:443/dir/app.js?v=1",
    "https://cdn.example:0443/dir/app.js?v=1",
    "https://cdn.example:/dir/app.js?v=1",
    "https:cdn.example/dir/app.js?v=1",
    "https:/cdn.example/dir/app.js?v=1",
    "https:///cdn.example/dir/app.js?v=1",
    "https://///cdn.example/dir/app.js?v=1",
    "https:\\\\cdn.example\\dir\\app.js?v=1",
    "https:/\\cdn.example/dir/app.js?v=1",
    "https://cdn.example\\dir\\app.js?v=1",
    "https://cdn.example/dir\\app.js?v=1",
    "  https://cdn.example/dir/app.js?v=1 ",
    "\t\nhttps://cdn.example/dir/app.js?v=1\n",
    "ht\ntps://cdn.example/dir/app.js?v=1",
    "https:/\t/cdn.exa\tmple/di\nr/app.js?v=\n1",
    "https&#58;//cdn.example/dir/app.js?v=1",
    "https&colon;//cdn&period;example&sol;dir&sol;app.js&quest;v&equals;1",
    "https:&bsol;&bsol;cdn.example/dir/app.js?v=1",
    "&#104;ttps://cdn.example/dir/app.js?v=1",
    "&#x68;ttps://cdn.example/dir/app.js?v=1",
    "&#x68ttps://cdn.example/dir/app.js?v=1",
    "&#X0000068;ttps://cdn.example/dir/app.js?v=1",
    "http&#115://cdn.example/dir/app.js?v=1",
    "&#1;https://cdn.example/dir/app.js?v=1",
    "&#31;&#32;https://cdn.example/dir/app.js?v=1",
    "&Tab;https://cdn.example/dir/app.js?v=1&NewLine;",
    "ht&Tab;tps&NewLine;://cdn.example/dir/app.js?v=1",
    "ht&#13;tps://cdn.example/dir/app.js?v=1",
    "https://cdn.example/dir/./app.js?v=1",
    "https://cdn.example/dir/x/../app.js?v=1",
    "https://cdn.example/dir/%2e/app.js?v=1",
    "https://cdn.example/x/%2e%2e/dir/app.js?v=1",
    "https://cdn.example/x/.%2E/dir/app.js?v=1",
    "https://cdn.example/../../dir/app.js?v=1",
    "https://cdn.example/x/&#46;&#46;/dir/app.js?v=1",
    "https://cdn.example/dir/app.js?v=1#fragment",
    "https://cdn.example/dir/app.js?v=1#",
    "https://cdn.example/dir/app.js?v=1&num;x",
    "https://user@cdn.example/dir/app.js?v=1",
    "https://user:pw@cdn.example/dir/app.js?v=1",
    "https://@cdn.example/dir/app.js?v=1",
    "https://:@cdn.example/dir/app.js?v=1",
    "https://cdn\u{3002}example/dir/app.js?v=1",
    "https://\u{ff43}\u{ff44}\u{ff4e}.example/dir/app.js?v=1",
    "https://cd\u{ad}n.example/dir/app.js?v=1",
    "https://cdn%2Eexample/dir/app.js?v=1",
    "https://%63dn.example/dir/app.js?v=1",
    "https://cdn.exam&shy;ple/dir/app.js?v=1",
];

/// Not [`AWAY`], however near.
const NOT_AWAY: [&str; 70] = [
    "http://cdn.example/dir/app.js?v=1",
    "//cdn.example/dir/app.js?v=1",
    "\\\\cdn.example/dir/app.js?v=1",
    "https://cdn.example:444/dir/app.js?v=1",
    "https://cdn.example:80/dir/app.js?v=1",
    "https://cdn.example./dir/app.js?v=1",
    "https://cdn.example../dir/app.js?v=1",
    "https://cdn..example/dir/app.js?v=1",
    "https://www.cdn.example/dir/app.js?v=1",
    "https://cdn.example.evil.example/dir/app.js?v=1",
    "https://cdn-example/dir/app.js?v=1",
    "https://cdn_example/dir/app.js?v=1",
    "https://cdn.example/dir/app.js",
    "https://cdn.example/dir/app.js?",
    "https://cdn.example/dir/app.js?v=1&amp;",
    "https://cdn.example/dir/app.js?v=1&w=2",
    "https://cdn.example/dir/app.js?v=1&copy=2",
    "https://cdn.example/dir/app.js?v=1&copy",
    "https://cdn.example/dir/app.js?v=1&lt",
    "https://cdn.example/dir/app.js?v=1&ampx",
    "https://cdn.example/dir/app.js?v=2",
    "https://cdn.example/dir/app.js?V=1",
    "https://cdn.example/dir/app.js?v=%31",
    "https://cdn.example/dir/app.js?v%3D1",
    "https://cdn.example/dir/app.js%3Fv=1",
    "https://cdn.example/dir/app.js??v=1",
    "https://cdn.example/dir/app.js?v=1%20",
    "https://cdn.example/dir/app.js?v=1+",
    "https://cdn.example/dir/app.js?v=1 x",
    "https://cdn.example/dir/app.js/?v=1",
    "https://cdn.example/dir/app.js;x?v=1",
    "https://cdn.example/dir/app%2Ejs?v=1",
    "https://cdn.example/dir/%61pp.js?v=1",
    "https://cdn.example/dir%2Fapp.js?v=1",
    "https://cdn.example/dir%5Capp.js?v=1",
    "https://cdn.example/DIR/app.js?v=1",
    "https://cdn.example/dir//app.js?v=1",
    "https://cdn.example//dir/app.js?v=1",
    "https://cdn.example/dir/%252e/app.js?v=1",
    "https://cdn.example/dir/.../app.js?v=1",
    "https://cdn.example/dir/app.js&#0;?v=1",
    "https://cdn.example/dir/app.js\u{feff}?v=1",
    "https://cdn.example/dir/app.j\u{17f}?v=1",
    "https://cdn.example@evil.example/dir/app.js?v=1",
    "https://cdn.example:443@evil.example/dir/app.js?v=1",
    "https://cdn.example%40evil.example/dir/app.js?v=1",
    "https://evil.example\\@cdn.example/dir/app.js?v=1",
    "https://evil.example/@cdn.example/dir/app.js?v=1",
    "https://evil.example#@cdn.example/dir/app.js?v=1",
    "https://evil.example?@cdn.example/dir/app.js?v=1",
    "https://evil.example/https://cdn.example/dir/app.js?v=1",
    "https://cdn.example%00.evil.example/dir/app.js?v=1",
    "https://cdn.example%2Fdir/app.js?v=1",
    "https://cdn.example%23.evil.example/dir/app.js?v=1",
    "https://cdn.ex\u{430}mple/dir/app.js?v=1",
    "https://cdn.ex\u{e4}mple/dir/app.js?v=1",
    "https://xn--cdn.example/dir/app.js?v=1",
    "https://cdn\u{2024}example/dir/app.js?v=2",
    "https://cdn example/dir/app.js?v=1",
    "https://cdn.example:65536/dir/app.js?v=1",
    "https://cdn.example:x/dir/app.js?v=1",
    "https://[cdn.example]/dir/app.js?v=1",
    "https://0x7f.1/dir/app.js?v=1",
    "https&colon//cdn.example/dir/app.js?v=1",
    "https&amp;colon;//cdn.example/dir/app.js?v=1",
    "&amp;#104;ttps://cdn.example/dir/app.js?v=1",
    "&nbsp;https://cdn.example/dir/app.js?v=1",
    "\u{200b}https://cdn.example/dir/app.js?v=1",
    "https\u{ff1a}//cdn.example/dir/app.js?v=1",
    "cdn.example/dir/app.js?v=1",
];

/// No http URL at all, or none that is asked for.
const NO_URL: [&str; 24] = [
    "data:text/javascript,1",
    "&#100;ata:text/javascript,1",
    "javascript:1",
    "java&Tab;script&colon;1",
    "blob:https://cdn.example/dir/app.js?v=1",
    "filesystem:https://cdn.example/dir/app.js?v=1",
    "about:blank",
    "about:srcdoc",
    "ftp://cdn.example/dir/app.js?v=1",
    "file:///dir/app.js?v=1",
    "ws://cdn.example/dir/app.js?v=1",
    "wss://cdn.example/dir/app.js?v=1",
    "mailto:a@cdn.example",
    "view-source:https://cdn.example/dir/app.js?v=1",
    "x-https://cdn.example/dir/app.js?v=1",
    "httpss://cdn.example/dir/app.js?v=1",
    "https://",
    "https:",
    "https://?",
    "https://#",
    "//",
    "https://[",
    "http://[::1",
    "",
];

/// Spellings of [`OWN`] in `/a/b/page`, `HERE` for host and port.
const AS_OWN: [&str; 18] = [
    "/dir/own.js",
    "../../dir/own.js",
    "../../../../../dir/own.js",
    ".././../dir/own.js",
    "..\\..\\dir\\own.js",
    "\\dir\\own.js",
    "/./dir/own.js",
    "/a/../dir/own.js",
    "/a/%2e%2e/dir/own.js",
    "/dir/own.js#x",
    " /dir/own.js",
    "&sol;dir&sol;own&period;js",
    "http:/dir/own.js",
    "http:../../dir/own.js",
    "//HERE/dir/own.js",
    "\\\\HERE\\dir\\own.js",
    "http://HERE/dir/own.js",
    "HTTP://user@HERE/dir/own.js",
];

const NOT_OWN: [&str; 13] = [
    "/dir/own.js?",
    "/dir/own.js?x",
    "/dir/own%2ejs",
    "/Dir/own.js",
    "/dir/own.js/",
    "/dir/own.js%23",
    "//dir/own.js",
    "dir/own.js",
    "./dir/own.js",
    ";/dir/own.js",
    "?/dir/own.js",
    "#/dir/own.js",
    "https:/dir/own.js",
];

/// Markup before a script, its address, and the base that counts. Not here: an invalid base, under which
/// Chromium asks for nothing at all, while it has no address any more in what we send.
const BASES: [(&str, &str, &str, bool); 19] = [
    ("<base href=\"/dir/\">", "own.js", "/dir/", true),
    ("<base href=\"/dir\">", "own.js", "/dir", false),
    ("<base href=\"/dir\">", "dir/own.js", "/dir", true),
    ("<base href=\"../../dir/x\">", "own.js", "/dir/x", true),
    ("<base href=\"/x/y/\">", "../../dir/own.js", "/x/y/", true),
    ("<base href=\"/dir/\"><base href=\"/other/\">", "own.js", "/dir/", true),
    ("<base href=\"/other/\"><base href=\"/dir/\">", "own.js", "/other/", false),
    ("<base target=x><base href=\"/dir/\">", "own.js", "/dir/", true),
    ("<base href=\"\"><base href=\"/dir/\">", "own.js", "", false),
    ("<svg><base href=\"/x/\"></base></svg><base href=\"/dir/\">", "own.js", "/dir/", true),
    ("<base href=\"&#47;dir&sol;\">", "own.js", "/dir/", true),
    ("<base href=\" /d\nir/ \">", "own.js", "/dir/", true),
    ("<base href=\"\\dir\\\">", "own.js", "/dir/", true),
    ("<base href=\"//HERE/dir/\">", "own.js", "/dir/", true),
    ("<base href=\"http:/dir/\">", "own.js", "/dir/", true),
    ("<base href=\"data:text/html,x\">", "../../dir/own.js", "", true),
    ("<base href=\"javascript:x\">", "/dir/own.js", "", true),
    ("<base href=\"?x\">", "../../dir/own.js", "", true),
    ("<!-- <base href=\"/dir/\"> --><title><base href=\"/dir/\"></title>", "own.js", "", false),
];

/// Not ASCII in pages of other charsets, which decides how a query is asked for.
const IN_CHARSETS: [(&Encoding, &str); 8] = [
    (WINDOWS_1252, "https://cdn.example/dir/app.js?v=\u{e9}"),
    (WINDOWS_1252, "https://cdn.example/dir/app.js?v=\u{20ac}&#26085;"),
    (WINDOWS_1252, "https://cdn.example/dir/\u{e9}.js?v=1"),
    (WINDOWS_1252, "https://b\u{fc}cher.example/dir/app.js?v=1"),
    (SHIFT_JIS, "https://cdn.example/dir/app.js?v=\u{65e5}"),
    (SHIFT_JIS, "https://cdn.example/dir/app.js?v=&yen;"),
    (SHIFT_JIS, "https://cdn.example/dir/app.js?v=&#233;&amp;w=&#x1f600;"),
    (UTF_8, "https://cdn.example/dir/app.js?v=\u{e9}&#x1f600;"),
];

#[derive(Debug, Clone)]
struct Case {
    before: String,
    raw: String,
    /// What counts as base: a path, or nothing for the page.
    base: String,
    in_srcdoc: bool,
    charset: &'static Encoding,
    approved: bool,
}

fn cases(here: &str) -> Vec<Case> {
    let case = |raw: &str, approved| Case {
        before: String::new(),
        raw: raw.replace("HERE", here),
        base: String::new(),
        in_srcdoc: false,
        charset: UTF_8,
        approved,
    };
    let approved = AS_AWAY.into_iter().chain(AS_OWN).map(|raw| case(raw, true));
    let others = NOT_AWAY.into_iter().chain(NOT_OWN).chain(NO_URL).map(|raw| case(raw, false));
    let mut cases: Vec<Case> = approved.chain(others).collect();
    cases.extend(BASES.into_iter().map(|(before, raw, base, approved)| Case {
        before: before.replace("HERE", here),
        base: base.to_owned(),
        ..case(raw, approved)
    }));
    cases.extend(IN_CHARSETS.into_iter().map(|(charset, raw)| Case { charset, ..case(raw, false) }));
    let in_srcdoc: Vec<Case> = cases
        .iter()
        .filter(|case| case.charset == UTF_8)
        .step_by(7)
        .chain(cases.iter().filter(|case| !case.before.is_empty()))
        .map(|case| Case { in_srcdoc: true, ..case.clone() })
        .collect();
    cases.extend(in_srcdoc);
    cases
}

const TELLS: &str = "<script>top.postMessage(JSON.stringify({ \
    src: document.querySelector('script[data-case]').src, \
    asked: performance.getEntriesByType('resource').map(entry => entry.name) }), '*')</script>";

impl Case {
    fn page(&self) -> Vec<u8> {
        let document = format!("{}<script data-case src=\"{}\"></script>{TELLS}", self.before, self.raw);
        let page = if self.in_srcdoc {
            let value = document.replace('&', "&amp;").replace('"', "&quot;");
            format!("<!doctype html><title>t</title><iframe srcdoc=\"{value}\"></iframe>")
        } else {
            format!("<!doctype html><title>t</title>{document}")
        };
        let (bytes, _, _) = self.charset.encode(&page);
        bytes.into_owned()
    }

    /// What the rewriter takes it for, and whether it approves it.
    fn judged(&self, page: &Url, grants: &Arc<PageGrants>) -> (Option<String>, bool) {
        let seen = Rc::<RefCell<Vec<Judged>>>::default();
        let kept = Rc::clone(&seen);
        let observer = Box::new(move |judged| kept.borrow_mut().push(judged));
        let grants = Arc::clone(grants);
        let limits = Limits::default();
        let mut rewriter = Rewriter::new(grants, page.clone(), self.charset, limits, observer).unwrap();
        let mut out = Vec::new();
        rewriter.write(&self.page(), &mut out).unwrap();
        rewriter.end(&mut out).unwrap();
        let seen = seen.take();
        let judged = seen.iter().find(|judged| judged.kind == SeenKind::External).unwrap();
        let url = (judged.verdict.reason() != Reason::NoUrl).then(|| judged.script.clone());
        (url, matches!(judged.verdict.action(), Action::Pin(_)))
    }
}

fn grants() -> Arc<PageGrants> {
    let digest = Digest::of(Algorithm::Sha384, b"x");
    let mut scripts = PageScripts::default();
    for (id, address) in [
        ("away", ScriptAddress::Absolute(Url::parse(AWAY).unwrap())),
        ("own", ScriptAddress::OnSite(OWN.to_owned())),
    ] {
        let script = ApprovedScript {
            id: ScriptId::new(id).unwrap(),
            address,
            tier: Tier::Pin,
            digests: vec![digest.clone()],
            integrity: digest.to_string(),
            mirror_path: None,
            module: false,
            expires: None,
        };
        scripts.insert(&Arc::new(script), Timestamp::UNIX_EPOCH);
    }
    Arc::new(PageGrants { scripts, ..PageGrants::nothing(Mode::Enforce) })
}

/// What Node makes of each value against its base; `null` for what is no URL.
fn by_node(pairs: &[(String, String)]) -> Vec<Option<String>> {
    const PROGRAM: &str = "const pairs = JSON.parse(require('fs').readFileSync(0, 'utf8')); \
        const read = ([value, base]) => { try { return new URL(value, base).href } catch { return null } }; \
        console.log(JSON.stringify(pairs.map(read)))";
    let mut node = Command::new("node")
        .args(["-e", PROGRAM])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is not installed; tests/run installs what is missing");
    node.stdin.take().unwrap().write_all(&serde_json::to_vec(pairs).unwrap()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Without what chooses no bytes; `None` for what is no http URL.
fn canonical(url: &str) -> Option<String> {
    let mut url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    url.set_fragment(None);
    url.set_username("").unwrap();
    url.set_password(None).unwrap();
    Some(url.to_string())
}

#[derive(Debug, Deserialize)]
struct Told {
    /// As a property: resolved, or as it stands where that is impossible.
    src: String,
    /// What was asked for.
    asked: Vec<String>,
}

#[test]
fn a_url_is_approved_only_where_the_rewriter_node_and_chromium_take_it_for_the_approved_one() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let shop = Stub::http().await;
        let here = shop.url("").trim_start_matches("http://").to_owned();
        let cases = cases(&here);
        assert!(cases.len() >= 230, "{}", cases.len());
        let own = shop.url(OWN);
        shop.set(OWN, Reply::script("1"));
        let mut urls = Vec::new();
        for (number, case) in cases.iter().enumerate() {
            let path = format!("/a/b/page{number}");
            let media_type = format!("text/html; charset={}", case.charset.name());
            shop.set(&path, Reply::of(&media_type, case.page()));
            urls.push(shop.url(&path));
        }
        let outcomes = load_all(&shop, &urls).await;
        let pairs: Vec<(String, String)> = cases
            .iter()
            .zip(&urls)
            .map(|(case, url)| {
                let base = Url::parse(url).unwrap().join(&case.base).unwrap();
                (crate::html::attribute_value(&case.raw), base.to_string())
            })
            .collect();
        let by_node = by_node(&pairs);
        let grants = grants();
        let mut wrong = Vec::new();
        let mut count = 0;
        for (((case, url), outcome), node) in cases.iter().zip(&urls).zip(&outcomes).zip(&by_node) {
            let page = Url::parse(url).unwrap();
            let told: Vec<Told> =
                outcome.ran.iter().filter_map(|said| serde_json::from_str(said).ok()).collect();
            let [told] = told.as_slice() else {
                wrong.push(format!("{:?}: told {:?}", case.raw, outcome.ran));
                continue;
            };
            let (ours, approves) = case.judged(&page, &grants);
            let chromium = if case.raw.is_empty() { None } else { canonical(&told.src) };
            let node = if case.raw.is_empty() { None } else { node.as_deref().and_then(canonical) };
            // Node knows no charsets.
            let node_agrees = case.charset != UTF_8 || node == ours;
            let asked: Vec<Option<String>> = told.asked.iter().map(|asked| canonical(asked)).collect();
            let asks_for_another = asked.iter().any(|asked| *asked != ours);
            let is_approved = ours.as_deref() == Some(AWAY) || ours.as_deref() == Some(own.as_str());
            if chromium != ours
                || !node_agrees
                || asks_for_another
                || approves != is_approved
                || approves != case.approved
            {
                wrong.push(format!(
                    "{:?} behind {:?} ({}, srcdoc: {}): ours {ours:?}, node {node:?}, chromium {chromium:?}, \
                     asked {asked:?}, approved {approves}, expected {}",
                    case.raw,
                    case.before,
                    case.charset.name(),
                    case.in_srcdoc,
                    case.approved
                ));
            }
            count += usize::from(approves);
        }
        assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
        assert!(count >= 80, "{count}");
    });
}
