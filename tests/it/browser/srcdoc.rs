//! Documents in `iframe srcdoc`: what is approved runs in them, and nothing else does.

use super::front::{Policies, policy};
use super::{Reply, Session, Setup, Stub, in_browser};

/// A script that leaves a mark on the page around it.
fn marks(name: &str) -> String {
    format!("top.document.documentElement.dataset.{name}='ran'")
}

async fn ran(browser: &Session, name: &str) -> bool {
    browser.holds(&format!("document.documentElement.dataset.{name}")).await
}

/// A text as a double-quoted attribute has it.
fn quoted(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;")
}

/// The page: scripts one and two levels deep, approved and not, inline and external.
fn page(vendor: &Stub) -> String {
    let at = |path: &str| vendor.url_at("vendor.example", path);
    let deeper = format!(
        "<script>{}</script><script>{}</script><script src=\"{}\"></script><p title=\"{}\">é日</p>",
        marks("deepApproved"),
        marks("deepInjected"),
        at("/deep.js"),
        quoted("a \"b\" & c"),
    );
    let inner = format!(
        "<!doctype html><title>inner</title><script>{}</script><script>{}</script>\
         <script src=\"{}\"></script><script src=\"{}\"></script><script src=\"{}\"></script><script src=\"own.js\"></script>\
         <img src=x onerror=\"{}\"><iframe srcdoc=\"{}\"></iframe><p>é日",
        marks("approved"),
        marks("injected"),
        at("/known.js"),
        at("/unknown.js"),
        at("/changed.js"),
        marks("handler"),
        quoted(&deeper),
    );
    format!("<!doctype html><title>t</title><iframe srcdoc=\"{}\"></iframe><p>text", quoted(&inner))
}

fn in_charset(charset: &'static encoding_rs::Encoding) {
    in_browser(Setup::default(), async move |browser| {
        let (shop, vendor) = (Stub::http().await, Stub::http().await);
        for name in ["known", "unknown", "deep", "changed"] {
            vendor.set(&format!("/{name}.js"), Reply::script(marks(name)));
        }
        shop.set("/a/own.js", Reply::script(marks("own")));
        let page = page(&vendor);
        let (markup, _, _) = charset.encode(&page);
        let media_type = format!("text/html; charset={}", charset.name());
        shop.set("/a/", Reply::of(&media_type, markup.into_owned()));
        let at = |path: &str| vendor.url_at("vendor.example", path);
        let (known, deep, changed) = (at("/known.js"), at("/deep.js"), at("/changed.js"));
        let scripts = [
            ("known", known.as_str(), "pin", "/*"),
            ("deep", deep.as_str(), "mirror", "/*"),
            ("own", "/a/own.js", "pin", "/*"),
            ("changed", changed.as_str(), "pin", "/*"),
        ];
        let inline = [("approved", "/*"), ("deep-approved", "/*")];
        let policies = Policies::new(&policy(&shop.url(""), &scripts, &inline));
        for name in ["known", "deep", "own"] {
            policies.approve(name, marks(name));
        }
        policies.approve("changed", "as it was before");
        policies.approve_inline("approved", &marks("approved"));
        policies.approve_inline("deep-approved", &marks("deepApproved"));
        let front = policies.start(|_| {});

        let approved = ["approved", "known", "own", "deepApproved", "deep"];
        let others = ["changed", "injected", "unknown", "handler", "deepInjected"];
        browser.open_page(&shop.url_at("shop.example", "/a/")).await;
        for name in approved.into_iter().chain(others) {
            browser.until(&format!("document.documentElement.dataset.{name}")).await;
        }
        let texts = "JSON.stringify([0, 1].reduce((found, _) => { \
                     let page = found.page.querySelector('iframe').contentDocument; \
                     let p = page.querySelector('p'); \
                     return { page, all: [...found.all, p.title, p.textContent] } \
                     }, { page: document, all: [] }).all)";
        let direct = browser.value(texts).await;

        browser.open_page(&front.url_at("shop.example", "/a/")).await;
        for name in approved {
            browser.until(&format!("document.documentElement.dataset.{name}")).await;
        }
        // The handler's report shows that the browser came to the end of the inner document.
        front.report("csp-violation", "inline").await;
        // No browser tells of refused bytes; the witness in the frame does.
        front.report("script-refused", "/changed.js").await;
        for name in others {
            assert!(!ran(&browser, name).await, "{name} ran");
        }
        assert_eq!(browser.value(texts).await, direct, "the texts in the frames");
    });
}

#[test]
fn in_a_srcdoc_the_approved_scripts_run_and_no_others() {
    in_charset(encoding_rs::UTF_8);
}

#[test]
fn in_a_srcdoc_of_a_page_in_windows_1252_too() {
    in_charset(encoding_rs::WINDOWS_1252);
}
