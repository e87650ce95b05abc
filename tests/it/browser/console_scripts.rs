//! The console's pages of scripts and violations, as people use them: by keyboard, by click, on a phone.

use countersign::inventory::Decision;
use countersign::store::Class;
use serde_json::json;

use super::devtools::{DevTools, with_devtools};
use super::{Session, Setup, in_browser};
use crate::console::fixture::{Console, HOSTILE, SKIMMER};

const CHAT: &str = "https://cdn.example/chat.js";
/// WebDriver's words for keys. <https://www.w3.org/TR/webdriver2/#keyboard-actions>
const ENTER: &str = "\u{e007}";

/// Types a letter of a link's place, and what is focused then.
async fn focused(browser: &Session) -> String {
    browser.value("document.activeElement.textContent").await.as_str().unwrap_or_default().to_owned()
}

#[test]
fn from_a_filter_to_a_script_its_diff_and_a_violation_by_keyboard_and_by_click() {
    in_browser(Setup::default(), async |browser| {
        let console = Console::start();
        console.seen(CHAT, Decision::Pin);
        console.seen("https://evil.example/x.js", Decision::Quarantine);
        console.reported(Class::StoppedAsMeant, "script-src-elem", CHAT, 1);

        browser.open_page(&console.front.admin("/scripts")).await;
        assert!(browser.holds("document.querySelectorAll('tbody tr').length == 4").await);
        // By keyboard: narrow, then open what is left.
        browser.type_into("input[name=text]", &format!("cdn.example{ENTER}")).await;
        browser.until("location.search.includes('text=cdn.example') && document.querySelectorAll('tbody tr').length == 1").await;
        browser.type_into("tbody a", ENTER).await;
        browser.until("location.pathname == '/script'").await;
        assert!(browser.holds("document.querySelector('h1').textContent == 'chat'").await);
        assert!(
            browser
                .holds("document.querySelector('nav a[aria-current]').textContent.trim() == 'Scripts'")
                .await
        );
        // The last two versions are chosen already.
        browser.click("#compare button").await;
        browser.until("!!document.querySelector('.diff ins')").await;
        let lines = browser
            .value("[...document.querySelectorAll('.diff ins, .diff del')].map(e => e.textContent)")
            .await;
        assert_eq!(
            lines,
            json!(["removed: -chat.open(1);", "added: +chat.open(2);", "added: +chat.close();"])
        );
        // To what browsers said of it.
        browser.click("#violations li a").await;
        browser.until("location.pathname.startsWith('/violations/')").await;
        assert!(browser.holds("document.body.textContent.includes('stopped-as-meant')").await);
        browser.click("#meaning a").await;
        browser
            .until("location.pathname == '/scripts' && document.querySelectorAll('tbody tr').length == 1")
            .await;
        // The first stop of the keyboard leads over the navigation.
        browser.type_into("body", "\u{e004}").await;
        assert!(focused(&browser).await.contains("Skip to the content"));
        let console = browser.console().await;
        assert!(console.is_empty(), "{console:?}");
    });
}

#[test]
fn on_a_phone_nothing_hostile_runs_and_no_page_is_wider_than_the_screen() {
    with_devtools(async || {
        let console = Console::start();
        for hostile in HOSTILE {
            let long = format!("{hostile}{}", "x".repeat(400));
            console.seen(&long, Decision::Quarantine);
            console.reported(Class::NeverServed, "script-src-elem", &long, 1);
        }
        let name =
            console.quarantined(&format!("{SKIMMER}//</pre><script>alert(1)</script>{}", "y".repeat(5000)));
        let devtools = DevTools::start(&[]);
        let tab = devtools.tab().await;
        let ran = "window.ran = 0; for (const name of ['alert', 'eval']) window[name] = () => { window.ran += 1; };";
        tab.before_every_page(ran).await;
        let list = console.page("/scripts?text=alert").await;
        let groups = console.page("/violations").await;
        let mut paths = vec![
            "/scripts".to_owned(),
            "/violations".to_owned(),
            "/script?site=site&id=nothing".to_owned(),
            format!("/script?site=site&id=chat&review={name}"),
        ];
        paths.extend(crate::console::fixture::links(&list, "/script?"));
        paths.extend(crate::console::fixture::links(&groups, "/violations/"));
        assert!(paths.len() >= 4 + 4 + 5, "{paths:?}");
        for width in [360, 1200] {
            let size = json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false });
            tab.ask("Emulation.setDeviceMetricsOverride", size).await;
            for path in &paths {
                tab.open_page(&console.front.admin(path)).await;
                let seen = "[document.documentElement.scrollWidth <= innerWidth, window.ran, document.images.length]";
                let seen = tab.try_value(seen).await;
                assert_eq!(seen, Some(json!([true, 0, 0])), "{width}: {path}");
            }
        }
    });
}
