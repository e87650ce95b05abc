//! Evergreen scripts, event handlers and `javascript:` URLs in a real browser.

use super::front::{Policies, policy};
use super::{Reply, Session, Setup, Stub, in_browser};
use countersign::inventory::{ScriptAddress, evergreen_statement};

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
