//! The attack of 2018, by the demo's own parts: a vendor's script is changed, and card numbers go to a
//! drop box. Direct it works; through Countersign it doesn't.

use countersign::demo::{self, Demo, Options};
use serde_json::Value;

use super::{Session, Setup, eventually, in_browser};

/// Typed by hand, so that the skimmer sees what it would see from a visitor.
const CARD: &str = "4111 1111 1111 1111";
/// The card of the control: paid direct after the attempt under test, it must arrive.
const CONTROL: &str = "5500 0000 0000 0004";

/// Tampered with from the start.
fn attacked_demo() -> Demo {
    demo::start(&Options { tampered: true, ..Options::default() }).unwrap()
}

async fn pay(browser: &Session, page: &str, card: &str) {
    browser.open_page(page).await;
    browser.type_into("input[name=card]", card).await;
    browser.click("button[type=submit]").await;
    browser.until("location.pathname === '/paid'").await;
}

async fn cards_stolen(demo: &Demo, at_least: usize) -> Vec<String> {
    eventually("the drop box receives a card", async || {
        let stolen = demo.stolen();
        (stolen.len() >= at_least).then(|| stolen.into_iter().map(|loot| loot.card).collect())
    })
    .await
}

/// Pays through Countersign, then direct: only the second card may arrive, and when it has, the first
/// would have too.
async fn only_the_control_is_stolen(browser: &Session, demo: &Demo, path: &str) {
    pay(browser, &format!("{}{path}", demo.addresses().shop()), CARD).await;
    pay(browser, &format!("{}{path}", demo.addresses().direct()), CONTROL).await;
    assert_eq!(cards_stolen(demo, 1).await, [CONTROL]);
}

/// A mark that a script of the demo leaves on the page.
async fn mark(browser: &Session, name: &str) -> Value {
    browser.value(&format!("document.documentElement.dataset.{name} || ''")).await
}

#[test]
fn direct_to_the_shop_the_card_number_reaches_the_drop_box() {
    in_browser(Setup::default(), async |browser| {
        let demo = attacked_demo();
        let page = format!("{}/pay/pin", demo.addresses().direct());
        browser.open_page(&page).await;
        assert_eq!(mark(&browser, "skimmer").await, "ran");
        pay(&browser, &page, CARD).await;
        assert_eq!(cards_stolen(&demo, 1).await, [CARD]);
    });
}

#[test]
fn with_tier_pin_the_changed_chat_is_refused_and_reported_and_nothing_is_stolen() {
    in_browser(Setup::default(), async |browser| {
        let demo = attacked_demo();
        browser.open_page(&format!("{}/pay/pin", demo.addresses().shop())).await;
        assert_eq!(mark(&browser, "shop").await, "ran", "the shop's own script runs");
        assert_eq!(mark(&browser, "inline").await, "ran", "so does its inline script");
        assert_eq!(mark(&browser, "chat").await, "", "the chat does not");
        assert_eq!(mark(&browser, "skimmer").await, "", "nor the skimmer in it");
        only_the_control_is_stolen(&browser, &demo, "/pay/pin").await;

        let reports = format!("{}/api/reports", demo.addresses().admin());
        let report = eventually("the admin API shows the report", async || {
            browser.open_page(&reports).await;
            let shown = browser.value("document.body.textContent").await;
            let answer: Value = serde_json::from_str(shown.as_str().unwrap()).unwrap();
            let rows = answer["rows"].as_array().unwrap().clone();
            rows.into_iter().find(|row| row["kind"] == "script-refused")
        })
        .await;
        assert!(report["blocked"].as_str().unwrap().ends_with("/chat.js"), "{report}");
        assert!(report["pages"][0]["name"].as_str().unwrap().ends_with("/pay/pin"), "{report}");

        browser.open_page(&demo.addresses().admin()).await;
        let shown = browser.value("document.body.textContent").await;
        assert!(shown.as_str().unwrap().contains("chat.js"), "the operator's page tells it: {shown}");
    });
}

#[test]
fn with_tier_mirror_the_approved_chat_works_and_nothing_is_stolen() {
    in_browser(Setup::default(), async |browser| {
        let demo = attacked_demo();
        browser.open_page(&format!("{}/pay/mirror", demo.addresses().shop())).await;
        assert_eq!(mark(&browser, "chat").await, "3.4.1", "the approved chat works");
        assert_eq!(mark(&browser, "skimmer").await, "");
        only_the_control_is_stolen(&browser, &demo, "/pay/mirror").await;
    });
}

#[test]
fn before_the_attack_the_chat_works_either_way() {
    in_browser(Setup::default(), async |browser| {
        let demo = demo::start(&Options::default()).unwrap();
        for path in ["/pay/pin", "/pay/mirror"] {
            browser.open_page(&format!("{}{path}", demo.addresses().shop())).await;
            assert_eq!(mark(&browser, "chat").await, "3.4.1", "{path}");
            browser.until("document.getElementById('chat-bubble')").await;
        }
    });
}

#[test]
fn scripts_injected_into_a_page_run_direct_and_do_not_run_through_countersign() {
    in_browser(Setup::default(), async |browser| {
        let demo = demo::start(&Options::default()).unwrap();
        for (origin, expected) in [(demo.addresses().direct(), "ran"), (demo.addresses().shop(), "")] {
            browser.open_page(&format!("{origin}/attacked")).await;
            assert_eq!(mark(&browser, "injected").await, expected, "the inline one, {origin}");
            assert_eq!(mark(&browser, "foreign").await, expected, "the external one, {origin}");
            assert_eq!(mark(&browser, "shop").await, "ran", "the shop's file, {origin}");
            assert_eq!(mark(&browser, "inline").await, "ran", "the shop's inline script, {origin}");
        }
    });
}
