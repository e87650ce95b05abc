//! What a visitor's browser does under a policy: unapproved scripts, approval while pages are reloaded,
//! TLS all the way.

use countersign::app::TlsFiles;
use http::Version;

use super::front::{Policies, policy};
use super::{Certificate, Reply, Session, Setup, Stub, eventually, in_browser};

/// A script that leaves a mark.
fn marks(name: &str) -> String {
    format!("document.documentElement.dataset.{name} = 'ran';")
}

async fn ran(browser: &Session, name: &str) -> bool {
    browser.holds(&format!("document.documentElement.dataset.{name}")).await
}

fn page(scripts: &str) -> Reply {
    Reply::html(format!("<!doctype html><title>t</title><link rel=icon href=data:,>{scripts}<p>text"))
}

#[test]
fn only_what_is_approved_runs_and_the_rest_of_the_page_stays() {
    in_browser(Setup::default(), async |browser| {
        let (shop, vendor) = (Stub::http().await, Stub::http().await);
        vendor.set("/known.js", Reply::script(marks("known")));
        vendor.set("/unknown.js", Reply::script(marks("unknown")));
        vendor.set("/named.js", Reply::script(marks("named")));
        let at = |path: &str| vendor.url_at("vendor.example", path);
        shop.set(
            "/",
            page(&format!(
                "<script>{}</script><script>{}</script>\
                 <script src='{}'></script><script src='{}'></script><script src='{}'></script>\
                 <img src=x onerror=\"{}\"><a href=\"javascript:{}void 0\">a</a>",
                marks("approvedInline"),
                marks("injectedInline"),
                at("/known.js"),
                at("/unknown.js"),
                at("/named.js"),
                marks("handler"),
                marks("link"),
            )),
        );
        let (known, named) = (at("/known.js"), at("/named.js"));
        let scripts = [("known", known.as_str(), "pin", "/*"), ("named", named.as_str(), "pin", "/*")];
        let policies = Policies::new(&policy(&shop.url(""), &scripts, &[("approved", "/*")]));
        policies.approve("known", marks("known"));
        policies.approve_inline("approved", &marks("approvedInline"));
        let front = policies.start(|_| {});

        browser.open_page(&shop.url_at("shop.example", "/")).await;
        browser.click("a").await;
        for name in ["approvedInline", "injectedInline", "known", "unknown", "named", "handler", "link"] {
            browser.until(&format!("document.documentElement.dataset.{name}")).await;
        }

        browser.open_page(&front.url_at("shop.example", "/")).await;
        browser.click("a").await;
        assert!(ran(&browser, "approvedInline").await && ran(&browser, "known").await);
        // The handler's report shows that the browser came to it.
        front.report("csp-violation", "inline").await;
        for name in ["injectedInline", "unknown", "named", "handler", "link"] {
            assert!(!ran(&browser, name).await, "{name} ran");
        }
        assert!(browser.holds("document.querySelector('p').textContent === 'text'").await);
    });
}

#[test]
fn approving_one_more_script_takes_effect_while_the_page_is_being_reloaded() {
    in_browser(Setup::default(), async |browser| {
        let shop = Stub::http().await;
        shop.set("/old.js", Reply::script(marks("old")));
        shop.set("/new.js", Reply::script(marks("new")));
        shop.set("/", page("<script src=/old.js></script><script src=/new.js></script>"));
        let scripts = [("old", "/old.js", "pin", "/*"), ("new", "/new.js", "pin", "/*")];
        let policies = Policies::new(&policy(&shop.url(""), &scripts, &[]));
        policies.approve("old", marks("old"));
        let front = policies.start(|_| {});

        browser.open_page(&front.url("/")).await;
        assert!(ran(&browser, "old").await && !ran(&browser, "new").await);
        front.policies().approve("new", marks("new"));
        let mut reloads = 0;
        eventually("the new script runs", async || {
            browser.reload().await;
            reloads += 1;
            assert!(ran(&browser, "old").await, "the old one runs at every moment");
            ran(&browser, "new").await.then_some(())
        })
        .await;
        println!("in force after {reloads} reloads");
    });
}

#[test]
fn a_policy_with_a_mistake_changes_nothing_for_visitors() {
    in_browser(Setup::default(), async |browser| {
        let shop = Stub::http().await;
        shop.set("/a.js", Reply::script(marks("first")));
        shop.set("/b.js", Reply::script(marks("second")));
        shop.set("/", page("<script src=/a.js></script><script src=/b.js></script>"));
        let good = policy(&shop.url(""), &[("a", "/a.js", "pin", "/*"), ("b", "/b.js", "pin", "/*")], &[]);
        let policies = Policies::new(&good);
        policies.approve("a", marks("first"));
        let front = policies.start(|_| {});
        browser.open_page(&front.url("/")).await;
        assert!(ran(&browser, "first").await && !ran(&browser, "second").await);

        front.policies().write("mode = \"enforce\"\nunknown-key = 1\n");
        front.event("unknown-key").await;
        browser.reload().await;
        assert!(ran(&browser, "first").await && !ran(&browser, "second").await);

        front.policies().write(&good);
        front.policies().approve("b", marks("second"));
        eventually("the repaired policy is in force", async || {
            browser.reload().await;
            ran(&browser, "second").await.then_some(())
        })
        .await;
    });
}

#[test]
fn over_tls_and_http2_between_browser_countersign_and_vendor() {
    let certificate = Certificate::for_names(&["shop.example", "vendor.example"]);
    let setup = Setup { trusted_keys: vec![certificate.pin()] };
    in_browser(setup, async move |browser| {
        let (shop, vendor) = (Stub::https(&certificate).await, Stub::https(&certificate).await);
        vendor.set("/chat.js", Reply::script(marks("chat")));
        let chat = vendor.url_at("vendor.example", "/chat.js");
        let injected =
            format!("<script>{}</script><img src=x onerror=\"{}\">", marks("injected"), marks("handler"));
        shop.set("/", page(&format!("<script src='{chat}'></script>{injected}")));
        let policies = Policies::new(&policy(&shop.url(""), &[("chat", chat.as_str(), "pin", "/*")], &[]));
        policies.approve("chat", marks("chat"));
        let front = policies.start(|config| {
            config.tls = Some(TlsFiles { certificate: certificate.chain(), key: certificate.key() });
            config.upstream_ca = Some(certificate.ca());
        });

        browser.open_page(&front.url_at("shop.example", "/")).await;
        assert!(ran(&browser, "chat").await, "the approved script runs");
        assert!(!ran(&browser, "injected").await, "the injected one does not");
        let protocol = "performance.getEntriesByType('navigation')[0].nextHopProtocol";
        assert_eq!(browser.value(protocol).await, "h2", "between browser and Countersign");
        assert!(vendor.received().iter().all(|request| request.version == Version::HTTP_2));
        assert!(!shop.received().is_empty(), "the page came from the upstream");
        // Over TLS browsers use the Reporting API. The handler is what only the browser stops.
        front.report("csp-violation", "inline").await;
        assert!(!ran(&browser, "handler").await, "the handler does not");

        vendor.set("/chat.js", Reply::script(format!("{}//", marks("chat"))));
        browser.reload().await;
        assert!(!ran(&browser, "chat").await, "changed bytes are refused");
        front.report("script-refused", "/chat.js").await;
    });
}

#[test]
fn the_upstream_cannot_silence_reports() {
    let certificate = Certificate::for_names(&["shop.example"]);
    let setup = Setup { trusted_keys: vec![certificate.pin()] };
    in_browser(setup, async move |browser| {
        let shop = Stub::https(&certificate).await;
        let policies = Policies::new(&policy(&shop.url(""), &[], &[]));
        let front = policies.start(|config| {
            config.tls = Some(TlsFiles { certificate: certificate.chain(), key: certificate.key() });
            config.upstream_ca = Some(certificate.ca());
        });
        for (number, theirs) in ["(((", "countersign=\"/elsewhere\", a", "a=\"/b\" c"].iter().enumerate() {
            let path = format!("/page{number}");
            let reply = page("<img src=x onerror=\"injected()\">").with("reporting-endpoints", theirs);
            shop.set(&path, reply);
            browser.open_page(&front.url_at("shop.example", &path)).await;
            front.report_of("csp-violation", &path).await;
        }
        assert!(shop.posted("/elsewhere").is_empty());
    });
}
