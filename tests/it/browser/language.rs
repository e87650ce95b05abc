//! Evergreen scripts, event handlers and `javascript:` URLs in a real browser.

use countersign::inventory::{Decision, ScriptAddress, SeenKind, evergreen_statement};

use super::front::{Policies, policy};
use super::{Reply, Session, Setup, Stub, in_browser};

/// A script that leaves a mark.
fn marks(name: &str) -> String {
    format!("document.documentElement.dataset.{name} = 'ran';")
}

async fn ran(browser: &Session, name: &str) -> bool {
    browser.holds(&format!("document.documentElement.dataset.{name}")).await
}

#[test]
fn evergreen_scripts_and_approved_handlers_run_and_nothing_beside_them() {
    in_browser(Setup::default(), async |browser| {
        let (shop, vendor) = (Stub::http().await, Stub::http().await);
        vendor.set("/fields.js", Reply::script(marks("evergreen")));
        vendor.set("/other.js", Reply::script(marks("other")));
        // Evergreen scripts need TLS, but from the machine itself.
        let fields = vendor.url("/fields.js");
        let other = vendor.url("/other.js");
        let url = format!("javascript:{}void 0", marks("url"));
        shop.set(
            "/",
            Reply::html(format!(
                "<!doctype html><title>t</title><link rel=icon href=data:,>\
                 <script src='{fields}'></script><script src='{other}'></script>\
                 <button id=good onclick=\"{}\">a</button><button id=evil onclick=\"{}\">b</button>\
                 <a id=link href=\"{url}\">c</a><a id=evil-link href=\"javascript:{}void 0\">d</a>\
                 <script>{}</script>",
                marks("handler"),
                marks("evilHandler"),
                marks("evilUrl"),
                // The text of the approved handler, as a script.
                marks("handler"),
            )),
        );
        let day = "2099-12-31";
        let text = policy(&shop.url(""), &[], &[]);
        let policies = Policies::new(&format!(
            "{text}\n[[script]]\nid = \"fields\"\nurl = {fields:?}\ntier = \"evergreen\"\nwhy = \"a test\"\n\
             justification = \"a test\"\nexpires = {day}\n\
             [[inline]]\nid = \"handler\"\nkind = \"handler\"\nwhy = \"a test\"\n\
             [[inline]]\nid = \"link\"\nkind = \"url\"\nwhy = \"a test\"\n"
        ));
        let address = ScriptAddress::parse(&fields).unwrap();
        policies.approve("fields", evergreen_statement(&address, day.parse().unwrap()));
        policies.approve_inline("handler", &marks("handler"));
        policies.approve_inline("link", &url);
        let front = policies.start(|_| {});

        browser.open_page(&front.url_at("shop.example", "/")).await;
        assert!(ran(&browser, "evergreen").await, "whatever the vendor serves");
        assert!(!ran(&browser, "other").await, "another script of the same vendor");
        assert!(!ran(&browser, "handler").await, "a handler's text is no approved script");
        browser.click("#evil").await;
        browser.click("#evil-link").await;
        browser.click("#good").await;
        browser.click("#link").await;
        assert!(ran(&browser, "handler").await, "the approved handler");
        assert!(ran(&browser, "url").await, "the approved javascript: URL");
        // Its report shows that the browser came to it.
        front.report("csp-violation", "inline").await;
        assert!(!ran(&browser, "evilHandler").await && !ran(&browser, "evilUrl").await);

        vendor.set("/fields.js", Reply::script(marks("changed")));
        browser.reload().await;
        assert!(ran(&browser, "changed").await, "changed bytes run too: that is what evergreen means");
    });
}

#[test]
fn code_in_attributes_is_stopped_reported_and_listed_with_the_digest_that_browsers_compare() {
    in_browser(Setup::default(), async |browser| {
        let shop = Stub::http().await;
        let quoted = |name: &str| marks(name).replace('\'', "&apos;");
        let page = format!(
            "<!doctype html><title>t</title><link rel=icon href=data:,>\
             <p id=a onclick=\"{}/*\r\n&#13;&amp;&quot;&eacute;*/\">a</p><img src=/none onerror='{}'>\
             <iframe src='JavaScript:parent.{}//%C3%A9 &quot;x'></iframe>",
            quoted("clicked"),
            quoted("failed"),
            quoted("framed"),
        );
        let run = async |url: &str| {
            browser.open_page(url).await;
            browser.click("#a").await;
            let mut all = Vec::new();
            for mark in ["clicked", "failed", "framed"] {
                all.push(ran(&browser, mark).await);
            }
            all
        };
        shop.set("/", Reply::html(page.clone()));
        assert_eq!(run(&shop.url_at("shop.example", "/")).await, [true; 3], "direct");

        let front = Policies::new(&policy(&shop.url(""), &[], &[])).start(|_| {});
        assert_eq!(run(&front.url_at("shop.example", "/")).await, [false; 3], "through us");
        for directive in ["script-src-attr", "script-src-elem"] {
            let report = front.report_on("csp-violation", directive).await;
            assert_eq!((&*report.violation.blocked, &*report.violation.disposition), ("inline", "enforce"));
        }
        let seen = front.scripts();
        assert!(seen.iter().all(|seen| seen.verdict == Decision::Block), "{seen:?}");
        let digests = |kind: SeenKind| {
            let of_kind = seen.iter().filter(|seen| seen.kind == kind);
            of_kind.map(|seen| format!("'{}'", seen.script)).collect::<Vec<_>>()
        };
        let (handlers, urls) = (digests(SeenKind::Handler), digests(SeenKind::JavascriptUrl));
        assert_eq!((handlers.len(), urls.len()), (2, 1), "{seen:?}");
        // A CSP that names exactly these digests lets exactly this code run.
        let csp = format!(
            "script-src-attr 'unsafe-hashes' {}; script-src-elem 'unsafe-hashes' {}",
            handlers.join(" "),
            urls.join(" ")
        );
        shop.set("/listed", Reply::html(page).with("content-security-policy", &csp));
        assert_eq!(run(&shop.url_at("shop.example", "/listed")).await, [true; 3], "{csp}");
    });
}
