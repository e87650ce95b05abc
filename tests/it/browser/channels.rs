//! One page for each channel by which a script may come, and for each type of document: what runs direct
//! is told apart from what browsers have given up, so that a channel which opens again is noticed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Reply;
use super::vectors::{PAYMENT, Range, Vector, armed, on_a_runtime, vector};
use crate::support::{Client, get};

/// Markup, and whether a script runs by it direct. `DATA` is a document in a `data:` URL with a script.
const CHANNELS: &[(&str, &str, bool)] = &[
    ("script in svg", "<svg><script>H(1)</script></svg>", true),
    ("script in svg by href", "<svg><script href=/evil.js></script></svg>", true),
    ("script in svg by xlink:href", "<svg><script xlink:href=/evil.js /></svg>", true),
    ("script in math", "<math><script>H(1)</script></math>", false),
    ("script in math by href", "<math><script href=/evil.js></script></math>", false),
    ("html in svg", "<svg><foreignObject><script>H(1)</script></foreignObject></svg>", true),
    ("html in math", "<math><mtext><script>H(1)</script></mtext></math>", true),
    ("animation in svg", "<svg><animate onbegin=H(1) attributeName=x dur=1s></svg>", true),
    (
        "use in svg",
        "<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg><script>H(1)</script></svg>#x'/></svg>",
        false,
    ),
    ("noscript", "<noscript><script>H(1)</script></noscript>", false),
    ("behind noscript", "<noscript><p title=\"</noscript><script>H(1)</script>\">", true),
    ("template", "<template><script>H(1)</script></template>", false),
    ("shadow root", "<div><template shadowrootmode=open><script>H(1)</script></template></div>", true),
    (
        "closed shadow root",
        "<div><template shadowrootmode=closed shadowrootclonable><script>H(1)</script></template></div>",
        true,
    ),
    (
        "handler in a shadow root",
        "<div><template shadowrootmode=open><img src=x onerror=H(1)></template></div>",
        true,
    ),
    (
        "shadow root by its old name",
        "<div><template shadowroot=open><script>H(1)</script></template></div>",
        false,
    ),
    (
        "shadow root in a template",
        "<template><div><template shadowrootmode=open><script>H(1)</script></template></div></template>",
        false,
    ),
    ("srcdoc", "<iframe srcdoc='<script>H(1)</script>'></iframe>", true),
    ("srcdoc with a handler", "<iframe srcdoc='<img src=x onerror=H(1)>'></iframe>", true),
    ("srcdoc with an external script", "<iframe srcdoc='<script src=/evil.js></script>'></iframe>", true),
    (
        "srcdoc in svg in srcdoc",
        "<iframe srcdoc='<svg><foreignObject><iframe srcdoc=\"&lt;script>H(1)&lt;/script>\">'></iframe>",
        true,
    ),
    ("the second srcdoc", "<iframe srcdoc='' srcdoc='<script>H(1)</script>'></iframe>", false),
    ("the first srcdoc", "<iframe srcdoc='<script>H(1)</script>' srcdoc=''></iframe>", true),
    ("javascript: frame", "<iframe src=javascript:H(1)></iframe>", true),
    ("javascript: frame in pieces", "<iframe src=' java&Tab;scr&#10;ipt&colon;H(1)'></iframe>", true),
    ("javascript: in a frameset", "</head><frameset><frame src=javascript:H(1)></frameset>", true),
    ("javascript: object", "<object data=javascript:H(1)></object>", false),
    ("javascript: embed", "<embed src=javascript:H(1)>", false),
    ("data: frame", "<iframe src=\"DATA\"></iframe>", true),
    ("data: object", "<object type=text/html data=\"DATA\"></object>", true),
    ("data: embed", "<embed type=text/html src=\"DATA\">", true),
    ("object", "<object data=/evil.svg></object>", true),
    ("object of html", "<object data=/evil.html></object>", true),
    (
        "object with parameters",
        "<object type=image/svg+xml><param name=src value=/evil.svg><param name=data value=/evil.svg></object>",
        false,
    ),
    ("embed", "<embed src=/evil.svg>", true),
    ("embed of html", "<embed src=/evil.html>", true),
    ("applet", "<applet code=/evil.js><param name=src value=/evil.js></applet>", false),
    ("portal", "<portal src=/evil.html></portal>", false),
    ("fenced frame", "<fencedframe src=/evil.html></fencedframe>", false),
    ("frame of svg", "<iframe src=/evil.svg></iframe>", true),
    ("frame of xml", "<iframe src=/evil.xml></iframe>", true),
    ("frame of text", "<iframe src=/evil.txt></iframe>", false),
    ("frame of a script", "<iframe src=/evil.js></iframe>", false),
    ("html import", "<link rel=import href=/evil.html>", false),
    ("preload", "<link rel=preload as=script href=/evil.js>", false),
    ("preload with a handler", "<link rel=preload as=script href=/evil.js onload=H(1)>", true),
    ("modulepreload", "<link rel=modulepreload href=/evil.js>", false),
    ("modulepreload with a handler", "<link rel=modulepreload href=/evil.js onload=H(1)>", true),
    ("style sheet with a handler", "<link rel=stylesheet href=/evil.css onload=H(1)>", true),
    ("style with a handler", "<style onload=H(1)>a{}</style>", true),
    (
        "javascript: in style",
        "<style>@import 'javascript:H(1)';p{background:url(javascript:H(1));behavior:url(/evil.js)}</style><p>",
        false,
    ),
    ("refresh to javascript:", "<meta http-equiv=refresh content='0;url=javascript:H(1)'>", false),
    ("refresh to data:", "<meta http-equiv=refresh content='0;url=DATA'>", true),
    (
        "import map",
        "<script type=importmap>{\"imports\":{\"x\":\"/evil.js\"}}</script><script type=module>import 'x'</script>",
        true,
    ),
    ("module", "<script type=module src=/evil.js></script>", true),
    ("base", "<base href=/evil.js/><script src=../evil.js></script>", true),
    ("autofocus", "<input autofocus onfocus=H(1)>", false),
    ("toggle", "<details open ontoggle=H(1)>x</details>", true),
    ("body", "<body onpageshow=H(1)>", true),
    ("media", "<video><source onerror=H(1)></video>", true),
    ("select", "<select><option><script>H(1)</script></select>", true),
    ("late charset", "<meta charset=utf-16be><script>H(1)</script>", true),
    (
        "lying charset",
        "<meta http-equiv=content-type content='text/html; charset=iso-2022-jp'>\u{1b}$@<script>H(1)</script>",
        true,
    ),
];

fn markup() -> Vec<(Vector, bool)> {
    let inner = armed("<script>H(1)</script>");
    let data = format!("data:text/html;base64,{}", STANDARD.encode(inner));
    let page = |markup: &str| {
        Reply::html(format!("<!doctype html><title>t</title>{}", armed(&markup.replace("DATA", &data))))
    };
    let mut found: Vec<(Vector, bool)> =
        CHANNELS.iter().map(|(name, markup, runs)| (vector(*name, page(markup)), *runs)).collect();
    let plain = Reply::html("<!doctype html><title>t</title>");
    for (name, header, value, runs) in [
        ("Link", "link", "</evil.js>; rel=preload; as=script", false),
        ("Link of a module", "link", "</evil.js>; rel=modulepreload", false),
        ("Refresh to javascript:", "refresh", "0;url=javascript:top.postMessage(1,'*')", false),
        ("Refresh to data:", "refresh", &format!("0;url={data}"), true),
        ("Speculation-Rules", "speculation-rules", "\"/rules.json\"", false),
    ] {
        found.push((vector(format!("header {name}"), plain.clone().with(header, value)), runs));
    }
    found
}

/// Documents of other types with a script in them.
fn types() -> Vec<(Vector, bool)> {
    let html = armed("<!doctype html><script>H(1)</script>");
    let xml = |root: &str| armed(&format!("<?xml version=\"1.0\"?>{root}"));
    let sheet =
        |href: &str, root: &str| xml(&format!("<?xml-stylesheet type=\"text/xsl\" href=\"{href}\"?>{root}"));
    let xhtml =
        "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><script>H(1)</script></head><body/></html>";
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>H(1)</script></svg>";
    let mathml = "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><script>H(1)</script><mtext>\
                  <script xmlns=\"http://www.w3.org/1999/xhtml\">H(1)</script></mtext></math>";
    let related = format!(
        "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/html\r\n\r\n{html}\r\n--b--\r\n"
    );
    let mixed = format!("--b\r\nContent-Type: text/html\r\n\r\n{html}\r\n--b--\r\n");
    let pdf =
        "%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>endobj\n%%EOF";
    let of = |media_type: &str, body: &str| Reply::of(media_type, body.to_owned());
    let twice = |first: &str, second: &str| {
        Reply::bare(html.clone()).with("content-type", first).with("content-type", second)
    };
    let cases = [
        ("xhtml", of("application/xhtml+xml", &xml(xhtml)), true),
        ("xhtml as xml", of("application/xml", &xml(xhtml)), true),
        ("xhtml as text/xml", of("text/xml", &xml(xhtml)), true),
        ("xhtml as some xml", of("application/vnd.x+xml", &xml(xhtml)), false),
        ("xhtml in utf-16", of("application/xhtml+xml; charset=utf-16le", &xml(xhtml)), false),
        ("xml with a style sheet", of("text/xml", &sheet("/evil.xsl", "<x/>")), true),
        ("xml with a style sheet in it", of("application/xml", &sheet("#s", "<x/>")), false),
        ("xhtml with a style sheet", of("application/xhtml+xml", &sheet("/evil.xsl", xhtml)), true),
        ("svg", of("image/svg+xml", &xml(svg)), true),
        ("svg as xml", of("text/xml", &xml(svg)), true),
        ("svg as html", of("text/html", &armed(svg)), true),
        ("mathml", of("application/mathml+xml", &xml(mathml)), false),
        ("mathml as xml", of("text/xml", &xml(mathml)), true),
        ("rss", of("application/rss+xml", &xml(xhtml)), false),
        ("atom", of("application/atom+xml", &xml(xhtml)), false),
        ("pdf", of("application/pdf", pdf), false),
        ("html as pdf", of("application/pdf", &html), false),
        ("no type", Reply::bare(html.clone()), true),
        ("no type, spaces before", Reply::bare(format!(" \n\t{html}")), true),
        ("empty type", of("", &html), true),
        ("*/*", of("*/*", &html), true),
        ("unknown/unknown", of("unknown/unknown", &html), true),
        ("application/unknown", of("application/unknown", &html), true),
        ("no type at all but words", of("html", &html), true),
        ("plain, html in one field", of("text/plain, text/html", &html), true),
        ("html, plain in one field", of("text/html, text/plain", &html), false),
        ("plain, html in two fields", twice("text/plain", "text/html"), true),
        ("html, plain in two fields", twice("text/html", "text/plain"), false),
        ("html, svg in two fields", twice("text/html", "image/svg+xml"), false),
        ("multipart/x-mixed-replace", of("multipart/x-mixed-replace; boundary=b", &mixed), false),
        ("multipart/related", of("multipart/related; boundary=b; type=\"text/html\"", &mixed), false),
        ("multipart/mixed", of("multipart/mixed; boundary=b", &mixed), false),
        ("message/rfc822", of("message/rfc822", &related), false),
        ("mhtml", of("application/x-mimearchive", &related), false),
        ("web bundle", of("application/webbundle", &html), false),
        ("signed exchange", of("application/signed-exchange;v=b3", &html), false),
        ("cache manifest", of("text/cache-manifest", &html), false),
        ("plain text", of("text/plain", &html), false),
        ("json", of("application/json", &html), false),
        ("octets", of("application/octet-stream", &html), false),
    ];
    cases.into_iter().map(|(name, reply, runs)| (vector(name, reply), runs)).collect()
}

/// Whether these run direct is chance: of the windows of a batch one may have the focus.
const BY_CHANCE: [&str; 1] = ["autofocus"];

/// What runs direct is what is said to; through Countersign nothing does, and every response says why.
async fn as_said(cases: impl Fn() -> Vec<(Vector, bool)>) {
    let mut wrong = Vec::new();
    for rule in ["", PAYMENT] {
        let said: Vec<bool> = cases().into_iter().map(|(_, runs)| runs).collect();
        let vectors = cases().into_iter().map(|(vector, _)| vector).collect();
        let range = Range::with(vectors, rule).await;
        if rule.is_empty() {
            let mut direct = range.ran(|path| range.shop.url(path)).await;
            // A busy machine may end a batch before the last page of it has fetched its script: what didn't run
            // gets a second and a third chance, which changes nothing for what can't.
            for _ in 0..2 {
                let alive = range.paths.iter().zip(&said).filter(|(_, runs)| **runs);
                if alive.clone().any(|((_, name), _)| !direct.contains(name.as_str())) {
                    direct.extend(range.ran(|path| range.shop.url(path)).await);
                }
            }
            for ((_, name), runs) in range.paths.iter().zip(said) {
                if BY_CHANCE.contains(&name.as_str()) {
                    continue;
                }
                if direct.contains(name.as_str()) != runs {
                    wrong.push(format!("{name}: direct {}", if runs { "dead" } else { "alive" }));
                }
            }
        }
        let through = range.ran(|path| range.front.url(path)).await;
        wrong.extend(through.iter().map(|name| format!("{name}: ran through Countersign {rule}")));
        let address = range.front.url("").trim_start_matches("http://").parse().unwrap();
        let mut client = Client::connect(address).await;
        for (path, name) in &range.paths {
            let response = client.ask(get(path).replace("shop.test", "127.0.0.1")).await;
            let csp = response.header("content-security-policy").unwrap_or_default();
            let nosniff = response.header("x-content-type-options");
            if !csp.starts_with("script-src '") && response.status != 502 {
                wrong.push(format!("{name}: {} {csp:?}", response.status));
            }
            if nosniff.as_deref() != Some("nosniff") || csp.contains("unsafe") {
                wrong.push(format!("{name}: {nosniff:?} {csp:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_channel_of_markup_and_headers_is_closed() {
    on_a_runtime(as_said(markup));
}

#[test]
fn each_type_of_document_is_closed() {
    on_a_runtime(as_said(types));
}
