//! The whole way once, by the demo: an attack, seen in the console, its difference read, not approved, acknowledged;
//! the evidence of it written, verified, and a changed byte found.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use countersign::demo::{self, Demo, Options};

use super::{Session, Setup, eventually, in_browser};

fn countersign(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_countersign")).args(arguments).env_clear().output().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Waits for a page of the console to say this.
async fn until_said(browser: &Session, page: &str, what: &str) {
    eventually(&format!("{page} says: {what}"), async || {
        browser.open_page(page).await;
        let shown = browser.value("document.querySelector('main').textContent.replace(/\\s+/g, ' ')").await;
        shown.as_str().unwrap().contains(what).then_some(())
    })
    .await;
}

/// Attack: the vendor's script changes, and a visitor opens the payment page.
async fn attack(browser: &Session, demo: &Demo) {
    let pay = format!("{}/pay/pin", demo.addresses().shop());
    browser.open_page(&pay).await;
    browser.until("document.getElementById('chat-bubble')").await;
    demo.tamper(true);
    browser.open_page(&pay).await;
    assert!(browser.holds("!document.documentElement.dataset.skimmer").await, "the changed one does not");
}

#[test]
fn an_attack_is_seen_read_acknowledged_and_proved() {
    in_browser(Setup::default(), async |browser| {
        let demo = demo::start(&Options::default()).unwrap();
        let admin = demo.addresses().admin();
        let overview = format!("{admin}/");
        attack(&browser, &demo).await;

        // Seen: the overview tells of it, and leads to what is open.
        until_said(&browser, &overview, "open alerts").await;
        eventually("the overview counts an alert", async || {
            browser.open_page(&overview).await;
            browser
                .holds("document.querySelector('#glance .tile.problem a[href^=\"/alerts\"]')")
                .await
                .then_some(())
        })
        .await;
        browser.click("#glance .tile.problem a[href^='/alerts']").await;
        browser.until("location.pathname === '/alerts'").await;
        let script = "#drift a[href*='id=chat-pinned']";
        browser.click(script).await;

        // Read: what the changed bytes newly reach, and the lines that are new.
        browser.until("location.pathname === '/script'").await;
        until_said(
            &browser,
            &format!("{admin}/script?site=demo&id=chat-pinned"),
            "Bytes that nobody has approved",
        )
        .await;
        browser.click("#quarantine a").await;
        browser.until("document.querySelector('#review ins')").await;
        let review = browser.value("document.querySelector('#review').textContent").await;
        let review = review.as_str().unwrap();
        assert!(
            review.contains("It reaches what the earlier code did not") && review.contains("input"),
            "{review}"
        );
        let drop_box = demo.addresses().drop_box();
        assert!(review.contains(drop_box.trim_start_matches("http://")), "where it sends to: {review}");
        let command = browser.value("document.querySelector('#approve-reviewed')?.textContent ?? ''").await;
        assert!(command.as_str().unwrap().starts_with("countersign approve"), "{command}");

        // Not approved, but seen.
        browser.open_page(&format!("{admin}/alerts")).await;
        browser.type_into("#open form.act input[name=by]", "alice@shop.example").await;
        browser.type_into("#open form.act input[name=because]", "skimmer in the chat: vendor called").await;
        browser.click("#open form.act button").await;
        until_said(&browser, &format!("{admin}/alerts"), "skimmer in the chat: vendor called").await;

        // Proved.
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("evidence");
        let store = demo.store_file();
        let written = eventually("the evidence has the acknowledgement", async || {
            let _ = fs::remove_dir_all(&out);
            let place = ["--policies", text(demo.policies()), "--store", text(&store), "--out", text(&out)];
            let written = countersign(&[&["evidence", "--from", "1h"], &place[..]].concat());
            assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
            let page = fs::read_to_string(out.join("evidence.html")).unwrap();
            (page.contains("vendor called") && page.contains("chat-pinned")).then_some(page)
        })
        .await;
        assert!(written.contains("changed"), "what was found");
        let verified = countersign(&["evidence", "--verify", text(&out)]);
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
        let rows = out.join("rows.jsonl");
        let forged = fs::read_to_string(&rows).unwrap().replacen("alice@shop", "mallory@sho", 1);
        fs::write(&rows, forged).unwrap();
        let verified = countersign(&["evidence", "--verify", text(&out)]);
        assert_eq!(verified.status.code(), Some(1), "{}", String::from_utf8_lossy(&verified.stdout));
    });
}
