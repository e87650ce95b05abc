//! The ways in which a script might come to run, tried through the whole proxy in a real browser. Each
//! is tried direct as well: there most of them do run, or the test would prove nothing.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use countersign::sri::{Algorithm, Digest};

use super::dump_dom::load_all;
use super::front::{Front, Policies, policy};
use super::{Reply, Session, Setup, Stub, in_browser};
use crate::support::{Client, get};

/// Markup from looking for differences between parsers: one JSON string each, `H(1)` where a script is.
const MARKUP: &str = include_str!("../../attacks/markup.json");
/// What `H(1)` stands for: without quotes, so that it fits everywhere.
const HIT: &str = "top.postMessage(1,String.fromCharCode(42))";
/// Approved on every page, so that there are grants to be stolen.
const OK: &str = "window.ok = 1;";
const APPROVED: &str = "window.approved = 1;";

pub(super) fn armed(markup: &str) -> String {
    markup.replace("H(1)", HIT).replace("H(2)", HIT)
}

/// A document, and what comes with it.
pub(super) struct Vector {
    pub(super) name: String,
    pub(super) reply: Reply,
}

pub(super) fn vector(name: impl Into<String>, reply: Reply) -> Vector {
    Vector { name: name.into(), reply }
}

fn markup() -> Vec<Vector> {
    let cases: Vec<String> = serde_json::from_str(MARKUP).unwrap();
    let page = |case: &String| {
        Reply::html(format!(
            "<!doctype html><title>t</title><script>{APPROVED}</script><script src=/ok.js></script><body>{}",
            armed(case)
        ))
    };
    cases.iter().map(|case| vector(case, page(case))).collect()
}

/// The same small attack under every label that browsers might take for a document.
fn types() -> Vec<Vector> {
    let html = armed("<!doctype html><script>H(1)</script><img src=/none onerror=H(1)>");
    let xml = |root: &str| armed(&format!("<?xml version=\"1.0\"?>{root}"));
    let xhtml = xml("<html xmlns=\"http://www.w3.org/1999/xhtml\"><body><script>H(1)</script></body></html>");
    let svg = xml("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"H(1)\"><script>H(1)</script>\
                   <script href=\"/evil.js\"/></svg>");
    let xslt = |href: &str| {
        xml(&format!(
            "<?xml-stylesheet type=\"text/xsl\" href=\"{href}\"?><x xmlns=\"http://x.example/\">x</x>"
        ))
    };
    let mixed = format!("--b\r\nContent-Type: text/html\r\n\r\n{html}\r\n--b--\r\n");
    let mut vectors = Vec::new();
    for media_type in [
        "text/html",
        "TEXT/HTML",
        "text/html;charset=utf-8;x=y",
        "text/html,",
        "text/html(xxx",
        "text/html\txxx",
        "text/plain; x=x, text/html, foobar",
        "text/html, text/plain",
        "text/plain, text/html",
        "text/html;",
        "text/html ;charset=utf-8",
        " text/html",
        "\"text/html\"",
        "text /html",
        "text/xsl",
        "",
        "*/*",
        "unknown/unknown",
        "application/unknown",
        "foo",
        "text/plain",
        "text/css",
        "text/javascript",
        "application/json",
        "text/event-stream",
        "text/x-foo",
        "text/richtext",
        "application/x-www-form-urlencoded",
        "image/png",
    ] {
        vectors.push(vector(format!("html as {media_type:?}"), Reply::of(media_type, html.clone())));
    }
    vectors.push(vector("html without a type", Reply::bare(html.clone())));
    vectors.push(vector("html after spaces, without a type", Reply::bare(format!(" \n\t{html}"))));
    for media_type in
        ["application/xhtml+xml", "text/xml", "application/xml", "application/rss+xml", "text/html"]
    {
        vectors.push(vector(format!("xhtml as {media_type}"), Reply::of(media_type, xhtml.clone())));
    }
    for media_type in ["image/svg+xml", "text/xml", "application/xml", "text/html"] {
        vectors.push(vector(format!("svg as {media_type}"), Reply::of(media_type, svg.clone())));
    }
    for href in ["/evil.xsl", "data:text/xml,<x/>"] {
        vectors.push(vector(format!("xslt {href}"), Reply::of("text/xml", xslt(href))));
    }
    for (types, name) in
        [(["text/plain", "text/html"], "plain, html"), (["text/html", "text/plain"], "html, plain")]
    {
        let reply = Reply::bare(html.clone()).with("content-type", types[0]).with("content-type", types[1]);
        vectors.push(vector(format!("two types: {name}"), reply));
    }
    vectors.push(vector("multipart", Reply::of("multipart/x-mixed-replace; boundary=b", mixed)));
    let sniffable = Reply::of("text/html", html.clone()).with("x-content-type-options", "sniff");
    vectors.push(vector("another word for nosniff", sniffable));
    vectors
}

/// The same in charsets that the header, a mark or the page itself names, and in content codings.
fn bytes() -> Vec<Vector> {
    let script = armed("<script>H(1)</script>");
    let utf16 = |text: &str, big: bool| -> Vec<u8> {
        let unit = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        text.encode_utf16().flat_map(unit).collect()
    };
    let marked = |mark: &[u8], body: Vec<u8>| [mark, &body[..]].concat();
    let mut vectors = Vec::new();
    for header in ["text/html", "text/html; charset=utf-8", "text/html; charset=utf-16le"] {
        for (name, body) in [
            ("UTF-16LE with mark", marked(b"\xff\xfe", utf16(&script, false))),
            ("UTF-16BE with mark", marked(b"\xfe\xff", utf16(&script, true))),
            ("UTF-16LE", utf16(&script, false)),
            ("UTF-16BE", utf16(&script, true)),
            ("UTF-8 with mark", marked(b"\xef\xbb\xbf", script.clone().into_bytes())),
            (
                "UTF-7",
                b"<meta charset=utf-7>+ADw-script+AD4-top.postMessage(1,'*')+ADw-/script+AD4-".to_vec(),
            ),
            ("ISO-2022-JP", marked(b"<meta charset=iso-2022-jp>\x1b(B", script.clone().into_bytes())),
            (
                "ISO-2022-JP hidden",
                [b"<meta charset=iso-2022-jp><i title=\"\x1b$@\x1b(B\">", script.as_bytes()].concat(),
            ),
            (
                "Shift_JIS",
                [b"<meta charset=shift_jis><i title=\"\x83\">", script.as_bytes(), b"\">"].concat(),
            ),
            ("GBK", [b"<meta charset=gbk><i title='\x81'>", script.as_bytes(), b"'>"].concat()),
            (
                "late meta",
                [" ".repeat(1100).as_bytes(), b"<meta charset=utf-16be>", script.as_bytes()].concat(),
            ),
        ] {
            vectors.push(vector(format!("{name} as {header}"), Reply::of(header, body)));
        }
    }
    for coding in ["gzip", "br", "foo", "gzip, gzip", "identity", ""] {
        let reply = Reply::html(script.clone()).with("content-encoding", coding);
        vectors.push(vector(format!("not really {coding:?}"), reply));
    }
    vectors
}

/// Other ways to a script than its element.
pub(super) fn ways() -> Vec<Vector> {
    let evil = armed("H(1)");
    let encoded = STANDARD.encode(&evil);
    let data = format!("data:text/javascript;base64,{encoded}");
    let approved = Digest::of(Algorithm::Sha384, OK.as_bytes()).to_string();
    let page = |body: String| {
        let body = armed(&body).replace("INTEGRITY", &approved);
        Reply::html(format!("<!doctype html><title>t</title>{body}"))
    };
    let mut vectors: Vec<Vector> = [
        ("external", "<script src=/evil.js></script>".to_owned()),
        ("module", "<script type=module src=/evil.js></script>".to_owned()),
        ("inline module", "<script type=module>H(1)</script>".to_owned()),
        ("import in a module", "<script type=module>import '/evil.js'</script>".to_owned()),
        ("data:", format!("<script src=\"{data}\"></script>")),
        ("nomodule", "<script nomodule src=/evil.js></script><script defer src=/evil.js></script>".to_owned()),
        ("import map over an approved script", format!(
            "<script type=importmap>{{\"imports\":{{\"/ok.js\":\"{data}\"}}}}</script>\
             <script type=module>import '/ok.js'</script><script type=module src=/ok.js></script>"
        )),
        ("srcdoc", "<iframe srcdoc=\"<script>H(1)</script><img src=x onerror=H(1)>\"></iframe>".to_owned()),
        ("srcdoc in srcdoc", "<iframe srcdoc=\"<iframe srcdoc='&amp;lt;script&amp;gt;H(1)&amp;lt;/script&amp;gt;'></iframe>\"></iframe>".to_owned()),
        ("srcdoc with a laxer CSP", "<iframe srcdoc=\"<meta http-equiv=content-security-policy content='script-src * &quot;unsafe-inline&quot;'><script>H(1)</script>\"></iframe>".to_owned()),
        ("javascript: frame", "<iframe src=\"javascript:H(1)\"></iframe><iframe src=\"java&Tab;script&colon;H(1)\"></iframe>".to_owned()),
        ("object and embed", "<object data=/evil.svg></object><embed src=/evil.svg><object data=\"javascript:H(1)\"></object>".to_owned()),
        ("same-origin documents in frames", "<iframe src=/evil.svg></iframe><iframe src=/evil.js></iframe><iframe src=/evil.txt></iframe><iframe src=/evil.xml></iframe>".to_owned()),
        ("a report address in a frame", "<iframe src=/_countersign/reports name=x></iframe><a href=\"javascript:H(1)\" target=x id=a>a</a>".to_owned()),
        ("base before an approved path", format!("<base href=\"{data}\"><base href=//evil.example/><script src=ok.js></script><script src=/evil.js></script>")),
        ("integrity of other bytes", "<script src=/evil.js integrity=\"sha384-AAAA\"></script><script src=/evil.js integrity></script>".to_owned()),
        ("approved integrity on other bytes", "<script src=/evil.js integrity=\"INTEGRITY\" crossorigin></script>".to_owned()),
        ("two src", "<script src=/evil.js src=/ok.js></script><script src=/evil.js\nx='' src='/ok.js'></script>".to_owned()),
        ("dangling", "<script src=/evil.js title='<script src=/ok.js></script>".to_owned()),
        ("link", "<link rel=preload as=script href=/evil.js onload=H(1)><link rel=modulepreload href=/evil.js onload=H(1)><link rel=stylesheet href=/evil.css onload=H(1)>".to_owned()),
        ("meta refresh", format!("<meta http-equiv=refresh content=\"0;url=javascript:{evil}\">")),
        ("meta set-cookie and link", "<meta http-equiv=link content='</evil.js>; rel=preload; as=script'>".to_owned()),
        ("template and noscript", "<template><script>H(1)</script></template><noscript><p title=\"</noscript><img src=x onerror=H(1)>\"></noscript>".to_owned()),
        ("declarative shadow root", "<div><template shadowrootmode=open><script>H(1)</script><img src=x onerror=H(1)></template></div>".to_owned()),
        ("speculation rules", "<script type=speculationrules>{\"prerender\":[{\"urls\":[\"/evil.html\"]}]}</script>".to_owned()),
        ("SVG in HTML", "<svg><script>H(1)</script><script href=/evil.js /><script xlink:href=\"/evil.js\"/><animate onbegin=H(1) attributeName=x dur=1s></svg>".to_owned()),
        ("use of a foreign SVG", "<svg><use href=\"/evil.svg#x\"/></svg>".to_owned()),
        ("MathML", "<math><mtext><script>H(1)</script></mtext><mi xlink:href=\"javascript:H(1)\">x</mi></math>".to_owned()),
        ("frameset", "</head><frameset onload=H(1)><frame src=\"javascript:H(1)\"></frameset>".to_owned()),
        ("approved text with other type", format!("<script type=module>{APPROVED}</script><script>{APPROVED}H(1)</script><script>{APPROVED} </script>")),
        ("popover, details, autofocus", "<details open ontoggle=H(1)>x</details><input autofocus onfocus=H(1)><video><source onerror=H(1)></video><audio src=x onerror=H(1)></audio><body onpageshow=H(1)>".to_owned()),
        ("style", "<style>@import 'javascript:H(1)';</style><div style=\"background:url(javascript:H(1))\">x</div><style onload=H(1)></style>".to_owned()),
    ]
    .into_iter()
    .map(|(name, body)| vector(name, page(body)))
    .collect();
    let inline = page("<script>H(1)</script><script src=/evil.js></script>".to_owned());
    for (name, header, value) in [
        ("a laxer CSP", "content-security-policy", "script-src * 'unsafe-inline'"),
        ("a CSP report-only", "content-security-policy-report-only", "script-src 'unsafe-inline'"),
        ("an old CSP", "x-content-security-policy", "script-src * 'unsafe-inline'"),
        ("broken CSP", "content-security-policy", ";;;,,, script-src 'unsafe-inline'; script-src"),
        ("another Integrity-Policy", "integrity-policy", "blocked-destinations=()"),
        ("broken Integrity-Policy", "integrity-policy", "((("),
        ("Link", "link", "</evil.js>; rel=modulepreload, </evil.js>; rel=\"pre\\load\"; as=\"scr\\ipt\""),
        ("Refresh", "refresh", "0; url=javascript:top.postMessage(1,'*')"),
        ("Speculation-Rules", "speculation-rules", "\"/rules.json\""),
        ("SourceMap", "sourcemap", "/evil.js"),
        ("Connection that names our headers", "connection", "content-security-policy, integrity-policy"),
        ("Trailer", "trailer", "content-security-policy"),
        ("Origin-Agent-Cluster", "origin-agent-cluster", "?0"),
        ("Document-Policy", "document-policy", "force-load-at-top"),
        ("Reporting-Endpoints", "reporting-endpoints", "countersign=\"https://evil.example/\", ((("),
        ("X-XSS-Protection", "x-xss-protection", "0"),
        ("Content-Disposition", "content-disposition", "inline; filename=\"a.html\""),
        ("Content-Location", "content-location", "http://evil.example/"),
        ("Content-Range", "content-range", "bytes 0-10/20"),
        ("Content-Type-Options", "x-content-type-options", "nosniff, sniff"),
    ] {
        vectors.push(vector(format!("header: {name}"), inline.clone().with(header, value)));
    }
    vectors
}

/// All of them.
pub(super) fn all() -> Vec<Vector> {
    [markup(), types(), bytes(), ways()].into_iter().flatten().collect()
}

/// A site with some of them, and Countersign before it.
pub(super) struct Range {
    pub(super) shop: Stub,
    pub(super) front: Front,
    /// Paths and names.
    pub(super) paths: Vec<(String, String)>,
}

impl Range {
    pub(super) async fn with(vectors: Vec<Vector>, rule: &str) -> Self {
        let shop = Stub::http().await;
        let evil = armed("H(1)");
        shop.set("/ok.js", Reply::script(OK));
        shop.set("/evil.js", Reply::script(evil.clone()));
        shop.set("/evil.css", Reply::of("text/css", "a{}"));
        shop.set("/evil.txt", Reply::of("text/plain", format!("<script>{evil}</script>")));
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><g id=\"x\"><script>{evil}</script></g></svg>"
        );
        shop.set("/evil.svg", Reply::of("image/svg+xml", svg.clone()));
        shop.set("/evil.xml", Reply::of("text/xml", svg));
        shop.set("/evil.html", Reply::html(format!("<script>{evil}</script>")));
        shop.set("/rules.json", Reply::of("application/speculationrules+json", "{}"));
        let xsl = format!(
            "<xsl:stylesheet version=\"1.0\" xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\"><xsl:template \
             match=\"/\"><html><script>{evil}</script></html></xsl:template></xsl:stylesheet>"
        );
        shop.set("/evil.xsl", Reply::of("text/xsl", xsl));
        let mut paths = Vec::new();
        for (number, vector) in vectors.into_iter().enumerate() {
            let path = format!("/v/{number}");
            shop.set(&path, vector.reply);
            paths.push((path, vector.name));
        }
        let base = policy(&shop.url(""), &[("ok", "/ok.js", "pin", "/*")], &[("approved", "/*")]);
        let policies = Policies::new(&format!("{base}\n{rule}\n[csp]\nframe-ancestors = [\"*\"]\n"));
        policies.approve("ok", OK);
        policies.approve_inline("approved", APPROVED);
        let front = policies.start(|_| {});
        Self { shop, front, paths }
    }

    /// The names of those that ran.
    pub(super) async fn ran(&self, url: impl Fn(&str) -> String) -> BTreeSet<&str> {
        let urls: Vec<String> = self.paths.iter().map(|(path, _)| url(path)).collect();
        let outcomes = load_all(&self.shop, &urls).await;
        assert_eq!(outcomes.len(), self.paths.len());
        let names = self.paths.iter().map(|(_, name)| name.as_str());
        names.zip(outcomes).filter(|(_, outcome)| !outcome.ran.is_empty()).map(|(name, _)| name).collect()
    }
}

pub(super) const PAYMENT: &str = "[[page]]\npath = \"/*\"\npayment = true\n";

pub(super) fn on_a_runtime(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(test);
}

async fn none_runs(vectors: impl Fn() -> Vec<Vector>, at_least_direct: usize) {
    for rule in ["", PAYMENT] {
        let range = Range::with(vectors(), rule).await;
        if rule.is_empty() {
            let direct = range.ran(|path| range.shop.url(path)).await;
            let counted = format!("{} of {} ran direct: {direct:?}", direct.len(), range.paths.len());
            assert!(direct.len() >= at_least_direct, "{counted}");
        }
        let through = range.ran(|path| range.front.url(path)).await;
        assert!(through.is_empty(), "ran through Countersign {rule}: {through:#?}");
    }
}

#[test]
fn no_markup_that_parsers_read_differently_runs() {
    on_a_runtime(none_runs(markup, 100));
}

#[test]
fn no_document_of_any_type_runs() {
    on_a_runtime(none_runs(types, 20));
}

#[test]
fn no_document_in_any_charset_or_coding_runs() {
    on_a_runtime(none_runs(bytes, 10));
}

#[test]
fn no_other_way_to_a_script_works() {
    on_a_runtime(none_runs(ways, 30));
}

/// The rewriter and the second parser alone: what a browser without CSP would run of a payment page.
#[test]
fn on_payment_pages_no_script_element_survives_even_without_the_csp() {
    on_a_runtime(async {
        let range = Range::with(markup(), PAYMENT).await;
        let address = range.front.url("").trim_start_matches("http://").parse().unwrap();
        // Handlers, URLs and documents in attributes are the CSP's part.
        let by_element = |name: &str| {
            let lower = name.to_lowercase();
            lower.contains("<script")
                && !["javascript:", "data:", "srcdoc", "on"].iter().any(|other| lower.contains(other))
        };
        let kept: Vec<&(String, String)> = range.paths.iter().filter(|(_, name)| by_element(name)).collect();
        assert!(kept.len() > 80, "{}", kept.len());
        let mut urls = Vec::new();
        for (path, _) in &kept {
            let host = get(path).replace("shop.test", "127.0.0.1");
            let response = Client::connect(address).await.ask(host).await;
            let bare = format!("/bare{path}");
            range.shop.set(&bare, Reply::html(response.body));
            urls.push(range.shop.url(&bare));
        }
        let outcomes = load_all(&range.shop, &urls).await;
        let ran: Vec<&str> = kept
            .iter()
            .zip(&outcomes)
            .filter(|(_, outcome)| !outcome.ran.is_empty())
            .map(|((_, name), _)| name.as_str())
            .collect();
        assert!(ran.is_empty(), "{ran:#?}");
    });
}

/// What becomes of `new Worker("/w.js")` in an approved script: the worker's word, or `error`.
async fn worker(browser: &Session, csp: &str) -> Value {
    let starts = "let w = new Worker('/w.js'); w.onmessage = e => { window.told = e.data }; \
                  w.onerror = () => { window.told = 'error' };";
    let shop = Stub::http().await;
    shop.set("/", Reply::html(format!("<!doctype html><title>t</title><script>{starts}</script>")));
    shop.set("/more.js", Reply::script("self.more = 1"));
    shop.set(
        "/w.js",
        Reply::script(
            "let told = 'began'; try { importScripts('/more.js'); told += ', imported' } catch { } \
             try { eval('1'); told += ', evaluated' } catch { } postMessage(told)",
        ),
    );
    let policies = Policies::new(&format!("{}\n{csp}", policy(&shop.url(""), &[], &[("starts", "/*")])));
    policies.approve_inline("starts", starts);
    let front = policies.start(|_| {});
    browser.open_page(&shop.url("/")).await;
    browser.until("window.told === 'began, imported, evaluated'").await;
    browser.open_page(&front.url("/")).await;
    browser.until("window.told").await;
    browser.value("window.told").await
}

#[test]
fn a_worker_begins_only_where_the_policy_says_so_and_loads_nothing_more() {
    in_browser(Setup::default(), async |browser| {
        assert_eq!(worker(&browser, "").await, "error");
        assert_eq!(worker(&browser, "[csp]\nworker-src = [\"'self'\"]").await, "began");
    });
}
