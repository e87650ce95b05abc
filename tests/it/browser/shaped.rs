//! Inline scripts approved by their shape, in a browser: their code runs with each page's data, and
//! nothing else does.

use countersign::analysis::shape::shape_of_samples;
use countersign::app::TlsFiles;

use super::front::Policies;
use super::{Certificate, Reply, Session, Setup, Stub, in_browser};

/// What the page's scripts leave, with what the page consists of.
const LEFT: &str = "JSON.stringify([window.state, window.fixed(), window.late(), window.given, document.scripts.length, \
                    [...document.body.children].map(element => element.localName)])";

/// Three scripts whose data differs: with directives and `const`, in functions, and as arguments.
fn scripts(data: [&str; 3]) -> [String; 3] {
    [
        format!("'use strict';\nconst one = 1; window.state = {}; window.fixed = () => one;", data[0]),
        format!(
            "var list = []; function keep(value) {{ list.push(value) }}\nwindow.late = function () {{ keep({}); return list }} // end",
            data[1]
        ),
        format!("(function (w, name, value) {{ w[name] = value }})(window, 'given', {});", data[2]),
    ]
}

fn page(scripts: &[String; 3], more: &str) -> Reply {
    let [a, b, c] = scripts;
    Reply::html(format!(
        "<!doctype html><meta charset=utf-8><title>t</title><link rel=icon href=data:,><body><p>one</p>\
         <script>{a}</script><p>two</p><script>{b}</script><script>{c}</script>{more}<p>end</p>"
    ))
}

fn policies(upstream: &str) -> Policies {
    let entry = |id: &str| format!("[[inline]]\nid = \"{id}\"\nshape = true\nwhy = \"a test\"\n\n");
    let entries: String = ["a", "b", "c"].into_iter().map(entry).collect();
    let policies = Policies::new(&format!(
        "hosts = [\"shop.example\"]\nupstreams = [\"{upstream}\"]\nwitness = false\n\n{entries}"
    ));
    let (one, other) = (scripts(["1", "'x'", "[]"]), scripts(["null", "'y'", "[1]"]));
    for (id, (one, other)) in ["a", "b", "c"].into_iter().zip(one.into_iter().zip(other)) {
        let found = shape_of_samples(&[one, other]).unwrap_or_else(|why| panic!("{id}: {why}"));
        policies.approve_inline(id, &found.code);
    }
    policies
}

/// What is left after a page: the same with and without Countersign.
async fn left(browser: &Session, url: &str) -> String {
    browser.open_page(url).await;
    browser.until("document.querySelectorAll('p').length === 3").await;
    browser.value(LEFT).await.as_str().unwrap().to_owned()
}

const DATA: [[&str; 3]; 3] = [
    ["{\"user\":\"bob\",\"roles\":[\"a\",\"b\"]}", "\"first\"", "[true, -0.5e1]"],
    ["\"<\\/script><script>window.stolen = 1<\\/script><!--\"", "'\\'\\u2028\\n\\\\'", "[]"],
    ["{\"ключ\": \"значение 😀\", \"a\": {\"b\": [[[null]]]}}", "''", "[{a: 'unquoted'}]"],
];

async fn data_runs_and_code_does_not(browser: &Session, shop: &Stub, direct: &str, through: &str) {
    for data in DATA {
        shop.set("/", page(&scripts(data), ""));
        let expected = left(browser, direct).await;
        let seen = left(browser, through).await;
        assert_eq!(seen, expected, "{data:?}");
        assert!(!browser.holds("window.stolen").await);
    }
    for attack in [
        "{\"a\": (window.stolen = 1)}",
        "window.stolen = 1",
        "{get a() { window.stolen = 1 }}",
        "`${window.stolen = 1}`",
        "1; window.stolen = 1",
        "[window.stolen = 1]",
        "1, window.stolen = 1",
        "{[window.stolen = 1]: 1}",
        "(() => { window.stolen = 1 })()",
        "1\u{2028}window.stolen = 1",
        "1\n<!-- x\nwindow.stolen = 1",
    ] {
        shop.set("/", page(&scripts([attack, "'x'", "[]"]), ""));
        browser.open_page(direct).await;
        browser.until("(JSON.stringify(window.state), window.stolen)").await;
        browser.open_page(through).await;
        browser.until("document.querySelectorAll('p').length === 3").await;
        assert!(!browser.holds("window.stolen || window.state").await, "{attack}");
        assert!(browser.holds("window.late").await, "the others still run: {attack}");
    }
}

#[test]
fn each_pages_data_reaches_the_approved_code_and_code_in_its_place_does_not_run() {
    in_browser(Setup::default(), async |browser| {
        let shop = Stub::http().await;
        let front = policies(&shop.url("")).start(|_| {});
        let (direct, through) = (shop.url_at("shop.example", "/"), front.url_at("shop.example", "/"));
        data_runs_and_code_does_not(&browser, &shop, &direct, &through).await;
    });
}

#[test]
fn the_same_over_tls() {
    let certificate = Certificate::for_names(&["shop.example"]);
    let setup = Setup { trusted_keys: vec![certificate.pin()] };
    in_browser(setup, async move |browser| {
        let shop = Stub::https(&certificate).await;
        let front = policies(&shop.url("")).start(|config| {
            config.tls = Some(TlsFiles { certificate: certificate.chain(), key: certificate.key() });
            config.upstream_ca = Some(certificate.ca());
        });
        let (direct, through) = (shop.url_at("shop.example", "/"), front.url_at("shop.example", "/"));
        data_runs_and_code_does_not(&browser, &shop, &direct, &through).await;
    });
}
