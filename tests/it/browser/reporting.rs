//! What Chromium reports of pages through Countersign, and what is made of it: each kind of violation with its
//! class and its reason.

use countersign::app::TlsFiles;

use super::front::{Front, Policies, policy};
use super::{Certificate, Reply, Session, Setup, Stub, eventually, in_browser};

/// What a report must become: kind, directive, part of what was blocked, class and reason; several where the browser
/// does not always say who asked.
type Expected<'a> = (&'a str, &'a str, &'a str, &'a str);

/// What came, for whoever reads that something did not.
#[derive(Default)]
struct Came(Vec<String>);

impl Drop for Came {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("what came:\n{}", self.0.join("\n"));
        }
    }
}

/// Waits for each of these, whatever else comes.
async fn all_come(front: &Front, path: &str, expected: &[Expected<'_>]) {
    let mut came = Came::default();
    for (kind, directive, blocked, class) in expected {
        let what = format!("{path}: {kind} on {directive} about {blocked:?} as {class}");
        eventually(&what, async || {
            let rows = front.violations();
            let found = rows.iter().find(|row| {
                let violation = &row.violation;
                let is_page = row.pages.iter().any(|page| page.name.ends_with(path));
                let told = format!("{} {}", violation.class, violation.reason);
                is_page
                    && violation.kind == *kind
                    && violation.directive == *directive
                    && violation.blocked.contains(blocked)
                    && class.split(" or ").any(|one| one == told)
            });
            let found = found.map(drop);
            came.0 = rows.iter().map(|row| format!("{:?}", row.violation)).collect();
            found
        })
        .await;
    }
}

fn page(body: &str) -> Reply {
    Reply::html(format!("<!doctype html><title>t</title><link rel=icon href=data:,>{body}"))
}

/// Code of the page that inserts a script element.
fn inserting(url: &str) -> String {
    format!("document.head.appendChild(Object.assign(document.createElement('script'), {{src: '{url}'}}));")
}

#[test]
fn each_kind_of_violation_gets_its_class() {
    let certificate = Certificate::for_names(&["shop.example", "vendor.example", "other.example"]);
    let setup = Setup { trusted_keys: vec![certificate.pin()] };
    in_browser(setup, async move |browser| {
        let (shop, vendor) = (Stub::https(&certificate).await, Stub::https(&certificate).await);
        let at = |path: &str| vendor.url_at("vendor.example", path);
        let other = |path: &str| vendor.url_at("other.example", path);
        for path in ["/served.js", "/inserted.js", "/elsewhere.js", "/worker.js", "/module.js", "/changed.js"]
        {
            vendor.set(path, Reply::script("void 0"));
        }
        vendor.set("/frame", page("in a frame"));
        // The approved script does what scripts do.
        let code = [
            inserting(&at("/inserted.js")),
            inserting(&at("/served.js")),
            inserting(&at("/elsewhere.js")),
            "document.body.appendChild(Object.assign(document.createElement('script'), {text: 'void 1'}));".to_owned(),
            "document.body.setAttribute('onclick', 'void 2'); document.body.click();".to_owned(),
            "try { eval('1') } catch {}".to_owned(),
            "WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).catch(() => 0);".to_owned(),
            format!("fetch('{}').catch(() => 0);", other("/api/v1/people/4711")),
            format!("new Image().src = '{}';", other("/a.png")),
            format!("new FontFace('x', 'url({})').load().catch(() => 0);", other("/x.woff2")),
            format!("document.body.appendChild(Object.assign(document.createElement('iframe'), {{src: '{}'}}));", other("/frame")),
            format!("document.head.appendChild(Object.assign(document.createElement('link'), {{rel: 'stylesheet', href: '{}'}}));", other("/x.css")),
            "try { new Worker('/worker.js') } catch {}".to_owned(),
            format!("import('{}').catch(() => 0);", at("/module.js")),
        ]
        .join("\n");
        vendor.set("/code.js", Reply::script(code.clone()));
        let code_url = at("/code.js");
        let markup = format!(
            "<body><script src='{code_url}'></script><script src='{}'></script><img src='{}'>\
             <object data='{}'></object><p onclick='void 3'>p</p><form action='{}'><button>b</button></form>",
            at("/served.js"),
            other("/in-markup.png"),
            other("/thing"),
            other("/form"),
        );
        shop.set("/all", page(&markup));
        let (elsewhere, changed) = (at("/elsewhere.js"), at("/changed.js"));
        let named = policy(
            &shop.url(""),
            &[
                ("code", code_url.as_str(), "pin", "/*"),
                ("elsewhere", elsewhere.as_str(), "pin", "/pay/*"),
                ("changed", changed.as_str(), "pin", "/*"),
            ],
            &[],
        );
        let csp = "\n[csp]\nconnect-src = [\"'self'\"]\nimg-src = [\"'self'\", \"data:\"]\nstyle-src = [\"'self'\"]\n\
                   font-src = [\"'self'\"]\nframe-src = [\"'self'\"]\nform-action = [\"'self'\"]\n";
        let policies = Policies::new(&format!("{named}{csp}"));
        policies.approve("code", &code);
        policies.approve("elsewhere", "void 0");
        policies.approve("changed", "void 'approved'");
        let front = policies.start(|config| {
            config.tls = Some(TlsFiles { certificate: certificate.chain(), key: certificate.key() });
            config.upstream_ca = Some(certificate.ca());
        });
        shop.set("/changed", page(&format!("<script src='{changed}'></script>")));
        // The page writes what its markup has not: what a document's own, unapproved code would do.
        browser.open_page(&front.url_at("shop.example", "/all")).await;
        browser.click("p").await;
        browser.click("button").await;
        let csp = "csp-violation";
        all_come(
            &front,
            "/all",
            &[
                (csp, "script-src-elem", "/inserted.js", "never-served inserted-by-script"),
                (csp, "script-src-elem", "/served.js", "stopped-as-meant not-approved"),
                (csp, "script-src-elem", "/elsewhere.js", "policy-fault approved-elsewhere"),
                (csp, "script-src-elem", "inline", "never-served inserted-by-script"),
                (csp, "script-src-attr", "inline", "never-served inserted-by-script"),
                (csp, "script-src-attr", "inline", "stopped-as-meant unapproved-handler"),
                (csp, "script-src", "eval", "policy-fault needs-eval"),
                (csp, "script-src", "wasm-eval", "policy-fault needs-wasm-eval"),
                (csp, "connect-src", "/api/v1/", "policy-fault needs-connect-src"),
                // The browser doesn't say that code asked for it.
                (csp, "img-src", "/a.png", "unjoined not-looked-for"),
                (csp, "img-src", "/in-markup.png", "unjoined not-looked-for"),
                (csp, "font-src", "/x.woff2", "policy-fault needs-font-src"),
                (
                    csp,
                    "frame-src",
                    "other.example",
                    "policy-fault needs-frame-src or unjoined not-looked-for",
                ),
                (csp, "style-src-elem", "/x.css", "policy-fault needs-style-src-elem"),
                (csp, "worker-src", "/worker.js", "policy-fault needs-worker-src"),
                (csp, "object-src", "other.example", "unjoined not-looked-for"),
                (csp, "form-action", "/form", "unjoined not-looked-for"),
            ],
        )
        .await;
        browser.open_page(&front.url_at("shop.example", "/changed")).await;
        all_come(
            &front,
            "/changed",
            &[("script-refused", "integrity", "/changed.js", "stopped-as-meant bytes-differ")],
        )
        .await;
        let browsers: Vec<String> =
            front.violations().into_iter().flat_map(|row| row.browsers).map(|browser| browser.name).collect();
        assert!(browsers.iter().all(|name| name.starts_with("Chromium ")), "{browsers:?}");
    });
}

#[test]
fn a_module_that_no_page_names_is_told_as_not_seen() {
    let certificate = Certificate::for_names(&["shop.example", "vendor.example"]);
    let setup = Setup { trusted_keys: vec![certificate.pin()] };
    in_browser(setup, async move |browser| {
        let (shop, vendor) = (Stub::https(&certificate).await, Stub::https(&certificate).await);
        let main = vendor.url_at("vendor.example", "/main.js");
        let code = "import './part.js';";
        vendor.set("/main.js", Reply::script(code));
        vendor.set("/part.js", Reply::script("export {}"));
        shop.set("/modules", page(&format!("<script type=module src='{main}'></script>")));
        let policies = Policies::new(&policy(&shop.url(""), &[("main", main.as_str(), "pin", "/*")], &[]));
        policies.approve("main", code);
        let front = policies.start(|config| {
            config.tls = Some(TlsFiles { certificate: certificate.chain(), key: certificate.key() });
            config.upstream_ca = Some(certificate.ca());
        });
        browser.open_page(&front.url_at("shop.example", "/modules")).await;
        // Chromium says that the page asked, not the module that imports it.
        let class = "never-served not-seen";
        all_come(&front, "/modules", &[("csp-violation", "script-src-elem", "/part.js", class)]).await;
    });
}

#[test]
fn integrity_policy_tells_of_evergreen_scripts() {
    let certificate = Certificate::for_names(&["shop.example", "vendor.example"]);
    let setup = Setup { trusted_keys: vec![certificate.pin()] };
    in_browser(setup, async move |browser| {
        let (shop, vendor) = (Stub::https(&certificate).await, Stub::https(&certificate).await);
        let tag = vendor.url_at("vendor.example", "/tag.js");
        vendor.set("/tag.js", Reply::script("document.documentElement.dataset.tag = 'ran'"));
        shop.set("/tags", page(&format!("<script src='{tag}'></script>")));
        let named = policy(&shop.url(""), &[("tag", tag.as_str(), "evergreen", "/*")], &[]);
        let policies =
            Policies::new(&format!("{named}\njustification = \"no copies\"\nexpires = 2099-01-31\n"));
        policies.approve_evergreen("tag");
        let front = policies.start(|config| {
            config.tls = Some(TlsFiles { certificate: certificate.chain(), key: certificate.key() });
            config.upstream_ca = Some(certificate.ca());
        });
        browser.open_page(&front.url_at("shop.example", "/tags")).await;
        browser.until("document.documentElement.dataset.tag").await;
        let expected = ("integrity-violation", "script", "/tag.js", "notice evergreen-unchecked");
        all_come(&front, "/tags", &[expected]).await;
    });
}

async fn hashes(browser: &Session, certificate: &Certificate, rule: &str) {
    let (shop, vendor) = (Stub::https(certificate).await, Stub::https(certificate).await);
    let chat = vendor.url_at("vendor.example", "/chat.js");
    vendor.set("/chat.js", Reply::script("void 'approved'"));
    vendor.set("/late.js", Reply::script("void 'changed'"));
    let late = vendor.url_at("vendor.example", "/late.js");
    let tags =
        format!("<script crossorigin src='{chat}'></script><script crossorigin src='{late}'></script>");
    let upstream_csp = "default-src 'self' https:; script-src 'self' https:";
    shop.set("/hashes", page(&tags).with("content-security-policy", upstream_csp));
    let named = policy(
        &shop.url(""),
        &[("chat", chat.as_str(), "pin", "/*"), ("late", late.as_str(), "pin", "/*")],
        &[],
    );
    let named = named.replace("mode = \"enforce\"", rule);
    let policies = Policies::new(&format!("report-hashes = true\n{named}"));
    policies.approve("chat", "void 'approved'");
    policies.approve("late", "void 'approved too'");
    let front = policies.start(|config| {
        config.tls = Some(TlsFiles { certificate: certificate.chain(), key: certificate.key() });
        config.upstream_ca = Some(certificate.ca());
    });
    browser.open_page(&front.url_at("shop.example", "/hashes")).await;
    let hash = "csp-hash";
    let mut expected = vec![(hash, "script", "/chat.js", "notice approved-bytes")];
    if rule.contains("observe") {
        expected.push((hash, "script", "/late.js", "notice unknown-bytes"));
    }
    all_come(&front, "/hashes", &expected).await;
    let row = front.report(hash, "/chat.js").await;
    assert!(row.violation.digest.is_some_and(|digest| digest.starts_with("sha384-")));
    if rule.contains("observe") {
        front.event("fetched late.js").await;
    }
}

#[test]
fn digests_that_browsers_ran_are_held_against_the_lock() {
    let certificate = Certificate::for_names(&["shop.example", "vendor.example"]);
    let setup = Setup { trusted_keys: vec![certificate.pin()] };
    in_browser(setup, async move |browser| {
        hashes(&browser, &certificate, "mode = \"enforce\"").await;
        hashes(&browser, &certificate, "mode = \"observe\"").await;
    });
}
