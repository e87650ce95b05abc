//! `meta` elements that act like headers, and the `Refresh` header.

use super::front::{Front, Policies, policy};
use super::{Reply, Session, Setup, Stub, in_browser};

fn marks(name: &str) -> String {
    format!("document.documentElement.dataset.{name}='ran'")
}

async fn ran(browser: &Session, name: &str) -> bool {
    browser.holds(&format!("document.documentElement.dataset.{name}")).await
}

/// An application with a CSP of its own in a `meta`, whose scripts carry its nonce.
async fn with_meta_csp(vendor: &Stub, upstream_csp: &str) -> (Stub, Front) {
    let shop = Stub::http().await;
    vendor.set("/chat.js", Reply::script(marks("chat")));
    let chat = vendor.url_at("vendor.example", "/chat.js");
    shop.set("/pixel.png", Reply::of("image/png", "x"));
    shop.set(
        "/",
        Reply::html(format!(
            "<!doctype html><head><meta http-equiv=\"Content-Security&#45;Policy\" \
             content=\"script-src 'self' 'nonce-abc'; img-src 'none'; sandbox\"><title>t</title></head>\
             <script nonce=abc src=\"{chat}\"></script><script nonce=abc>{}</script>\
             <script nonce=abc>{}</script><img src=/pixel.png onerror=\"\"><p>text",
            marks("approved"),
            marks("injected"),
        )),
    );
    let scripts = [("chat", chat.as_str(), "pin", "/*")];
    let policies = Policies::new(&format!(
        "upstream-csp = \"{upstream_csp}\"\n{}",
        policy(&shop.url(""), &scripts, &[("approved", "/*")])
    ));
    policies.approve("chat", marks("chat"));
    policies.approve_inline("approved", &marks("approved"));
    (shop, policies.start(|_| {}))
}

/// Whether the chat, the approved and the injected script ran, and whether the picture was asked for.
async fn outcome(browser: &Session, shop: &Stub, url: &str) -> [bool; 4] {
    let asked = || shop.received().iter().filter(|request| request.target == "/pixel.png").count();
    let before = asked();
    browser.open_page(url).await;
    let mut ran_all = [false; 4];
    for (place, name) in ["chat", "approved", "injected"].into_iter().enumerate() {
        ran_all[place] = ran(browser, name).await;
    }
    ran_all[3] = asked() > before;
    ran_all
}

#[test]
fn a_csp_in_a_meta_is_merged_replaced_or_left_like_that_of_the_header() {
    in_browser(Setup::default(), async |browser| {
        let vendor = Stub::http().await;
        for (upstream_csp, expected) in [
            // Approved scripts run; its word on pictures stays.
            ("merge", [true, true, false, false]),
            ("replace", [true, true, false, true]),
            // As it is it stops the pinned script, whose nonce we took; that is what was asked for.
            ("append", [false, true, false, false]),
        ] {
            let (shop, front) = with_meta_csp(&vendor, upstream_csp).await;
            let direct = outcome(&browser, &shop, &shop.url_at("shop.example", "/")).await;
            assert_eq!(direct, [true, true, true, false], "direct");
            let through = outcome(&browser, &shop, &front.url_at("shop.example", "/")).await;
            assert_eq!(through, expected, "{upstream_csp}");
        }
    });
}

/// Ways to send a browser elsewhere, `AWAY` for a page of another site.
const REFRESHES: [&str; 7] = [
    "0;url=AWAY",
    " 0 , 'AWAY' x",
    "0;URL = \"AWAY\"",
    "0 AWAY",
    ".5;uRl=AWAY",
    "&#48;&semi;u&#114;l=AWAY",
    "0;AWAY",
];

#[test]
fn on_a_page_that_keeps_its_visitors_no_refresh_leads_away() {
    in_browser(Setup::default(), async |browser| {
        let (shop, other) = (Stub::http().await, Stub::http().await);
        other.set("/away", Reply::html("<title>away</title>"));
        let away = other.url_at("evil.example", "/away");
        shop.set("/next", Reply::html("<title>next</title>"));
        let mut paths = Vec::new();
        for (number, refresh) in REFRESHES.into_iter().enumerate() {
            let content = refresh.replace("AWAY", &away);
            let page = format!(
                "<!doctype html><title>stays</title><meta HTTP-EQUIV=Refresh content='{}'>",
                content.replace('\'', "&#39;")
            );
            shop.set(&format!("/pay/meta{number}"), Reply::html(page));
            paths.push(format!("/pay/meta{number}"));
            if !content.contains('&') {
                let reply = Reply::html("<!doctype html><title>stays</title>").with("refresh", &content);
                shop.set(&format!("/pay/header{number}"), reply);
                paths.push(format!("/pay/header{number}"));
            }
        }
        for (name, reply) in [
            ("meta", Reply::html("<title>stays</title><meta http-equiv=refresh content='0;/next'>")),
            ("header", Reply::html("<title>stays</title>").with("refresh", "0; url=/next")),
        ] {
            shop.set(&format!("/pay/own-{name}"), reply);
        }
        let policies = Policies::new(&format!(
            "{}\n[[page]]\npath = \"/pay/*\"\npayment = true\n",
            policy(&shop.url(""), &[], &[])
        ));
        let front = policies.start(|_| {});
        // To the first quote this is the site itself; Chromium reads to the last one, and goes to the other.
        let own = front.url_at("shop.example", "");
        let host = away.trim_start_matches("http://");
        let content = format!("0;url='{own}'@{host}'");
        shop.set("/pay/quotes", Reply::html("<!doctype html><title>stays</title>").with("refresh", &content));
        paths.push("/pay/quotes".to_owned());
        for path in &paths {
            browser.open_page(&shop.url_at("shop.example", path)).await;
            browser.until("document.title === 'away'").await;
        }
        for path in &paths {
            browser.open_page(&front.url_at("shop.example", path)).await;
            assert!(browser.holds("document.title === 'stays'").await, "{path}");
        }
        // Were one of them under way, it would be here before these are.
        for name in ["meta", "header"] {
            browser.open_page(&front.url_at("shop.example", &format!("/pay/own-{name}"))).await;
            browser.until("document.title === 'next'").await;
        }
        let away = other.received().iter().filter(|request| request.target == "/away").count();
        assert_eq!(away, paths.len(), "nobody went there through Countersign");
        front.event("leads away from the site").await;
    });
}
