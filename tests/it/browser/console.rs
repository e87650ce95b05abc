//! The console, by people: with the mouse and with the keyboard alone, kept up to date while they look, without
//! JavaScript, and with values of strangers in every field that tells of them.

use std::fs;

use countersign::clock::Clock;
use countersign::demo::{self, Demo, Options};
use countersign::inventory::{Decision, SeenKind};
use countersign::store::{Event, EventKind, ScriptSeen};
use serde_json::json;
use thirtyfour::Key;

use super::{Session, Setup, in_browser};

/// Pages of this part of the console, by what the navigation calls them, and a word of each.
const PAGES: [(&str, &str, &str); 3] = [
    ("Overview", "/", "What happened"),
    ("Policy", "/policy", "Sites and page rules"),
    ("Explain", "/explain", "as a visitor names it"),
];

/// What strangers send so that it runs where it is shown.
const HOSTILE: [&str; 9] = [
    "<script>window.ran = 1</script>",
    "\"><script>window.ran = 2</script>",
    "'><img src=x onerror='window.ran = 3'>",
    "<svg/onload=window.ran=4>",
    "</title></style></textarea></pre></svg><script>window.ran = 5</script>",
    "javascript:window.ran=6",
    "<iframe srcdoc='<script>parent.ran = 7</script>'>",
    "{{ 7 * 7 }}<details open ontoggle=window.ran=8>",
    "--><script>window.ran = 9</script><!--\u{202e}\u{0}\u{1b}[2J",
];

fn demo() -> Demo {
    demo::start(&Options { tampered: true, ..Options::default() }).unwrap()
}

/// That nothing was refused by the console's CSP, and nothing else went wrong.
async fn nothing_went_wrong(browser: &Session) {
    assert_eq!(browser.console().await, Vec::<String>::new());
}

async fn shows(browser: &Session, text: &str) {
    let shown = format!("document.querySelector('main').textContent.includes({})", json!(text));
    browser.until(&shown).await;
}

#[test]
fn every_page_is_reached_by_click_and_says_where_one_is() {
    in_browser(Setup::default(), async |browser| {
        let demo = demo();
        browser.open_page(&demo.addresses().admin()).await;
        for (name, path, word) in PAGES {
            browser.click(&format!("nav a[href='{path}']")).await;
            browser.until(&format!("location.pathname === '{path}'")).await;
            shows(&browser, word).await;
            let here = browser.value("document.querySelector('nav a[aria-current=page]').textContent").await;
            assert!(here.as_str().unwrap().starts_with(name), "{here}");
            assert_eq!(browser.value("document.querySelectorAll('h1').length").await, 1, "{name}");
        }
        nothing_went_wrong(&browser).await;
    });
}

#[test]
fn every_page_is_reached_by_keyboard_alone() {
    in_browser(Setup::default(), async |browser| {
        let demo = demo();
        browser.open_page(&demo.addresses().admin()).await;
        browser.press(Key::Tab).await;
        assert_eq!(browser.value("document.activeElement.className").await, "skip");
        assert!(browser.holds("document.activeElement.getBoundingClientRect().top >= 0").await, "it is seen");
        browser.press(Key::Enter).await;
        browser.until("document.activeElement.id === 'main'").await;
        for (_, path, word) in PAGES {
            browser.open_page(&demo.addresses().admin()).await;
            let reached = format!(
                "document.activeElement.getAttribute('href') === '{path}' && document.activeElement.closest('nav')"
            );
            for _ in 0..20 {
                browser.press(Key::Tab).await;
                if browser.holds(&reached).await {
                    break;
                }
            }
            assert!(browser.holds(&reached).await, "{path}");
            assert_ne!(browser.value("getComputedStyle(document.activeElement).outlineStyle").await, "none");
            browser.press(Key::Enter).await;
            browser.until(&format!("location.pathname === '{path}'")).await;
            shows(&browser, word).await;
        }
        nothing_went_wrong(&browser).await;
    });
}

#[test]
fn a_page_that_is_looked_at_follows_what_happens_and_leaves_alone_where_somebody_is() {
    in_browser(Setup::default(), async |browser| {
        // Nobody tampers with the vendor here, so that nothing else is wrong.
        let demo = demo::start(&Options::default()).unwrap();
        browser.open_page(&demo.addresses().admin()).await;
        browser.value("window.same = 1").await;
        browser.value("document.getElementById('chart-table')?.setAttribute('open', '')").await;
        // Somebody who reads marks a text.
        browser.value("getSelection().selectAllChildren(document.querySelector('#glance .tile b'))").await;
        let policy = demo.policies().join("demo.toml");
        let text = fs::read_to_string(&policy).unwrap();
        fs::write(&policy, format!("{text}\nnonsense = 1\n")).unwrap();
        browser.until("document.title.startsWith('Something is wrong')").await;
        shows(&browser, "The last change of the policies was refused").await;
        assert_eq!(browser.value("window.same").await, 1, "it was not loaded anew");
        assert_eq!(browser.value("getSelection().toString()").await, "1", "what was marked is");
        nothing_went_wrong(&browser).await;

        // The page about it says what is wrong, and where.
        browser.click("nav a[href='/policy']").await;
        shows(&browser, "nonsense").await;
        shows(&browser, "demo.toml:").await;

        // Turned off, it stays as it is, also on the next page.
        browser.click("#live").await;
        browser.until("document.getElementById('live').dataset.state === 'off'").await;
        browser.open_page(&demo.addresses().admin()).await;
        browser.until("document.getElementById('live').dataset.state === 'off'").await;
        assert_eq!(
            browser.value("document.getElementById('live').getAttribute('aria-pressed')").await,
            "false"
        );
        fs::write(&policy, text).unwrap();
        browser.click("#live").await;
        browser.until("document.title.startsWith('Safe')").await;
        nothing_went_wrong(&browser).await;
    });
}

#[test]
fn a_change_of_the_policies_is_shown_line_by_line() {
    in_browser(Setup::default(), async |browser| {
        let demo = demo();
        let policy = demo.policies().join("demo.toml");
        let text = fs::read_to_string(&policy).unwrap();
        fs::write(&policy, text.replacen("\"enforce\"", "\"observe\"", 1)).unwrap();
        browser.open_page(&format!("{}/policy", demo.addresses().admin())).await;
        browser.until("document.querySelectorAll('#history tbody tr').length === 2").await;
        browser.click("#history tbody tr:first-child a").await;
        browser.until("location.pathname.startsWith('/policy/')").await;
        browser.until("document.querySelector('.diff ins')?.textContent.includes('observe')").await;
        assert!(browser.holds("document.querySelector('.diff del').textContent.includes('enforce')").await);
        browser.click("nav a[href='/']").await;
        shows(&browser, "only observed").await;
        nothing_went_wrong(&browser).await;
    });
}

#[test]
fn a_page_of_the_site_is_explained_with_each_verdict_and_where_the_policy_says_so() {
    in_browser(Setup::default(), async |browser| {
        let demo = demo();
        let page = format!("{}/attacked", demo.addresses().shop());
        browser.open_page(&format!("{}/explain", demo.addresses().admin())).await;
        browser.type_into("#url", &page).await;
        browser.press(Key::Enter).await;
        shows(&browser, "2 of 4 stopped").await;
        shows(&browser, "no script with this URL is approved for this page").await;
        shows(&browser, "demo.toml, line").await;
        shows(&browser, "content-security-policy").await;
        assert!(!browser.holds("document.getElementById('live')").await, "it does not ask again by itself");
        // Another host than the policies name is not asked for anything.
        browser.open_page(&format!("{}/explain?url=http://evil.example/", demo.addresses().admin())).await;
        shows(&browser, "no policy is for the host").await;
        nothing_went_wrong(&browser).await;
    });
}

#[test]
fn without_javascript_pages_are_whole_and_a_link_brings_them_up_to_date() {
    in_browser(Setup::default(), async |browser| {
        let demo = demo();
        browser.command("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
        for (_, path, word) in PAGES {
            browser.open_page(&format!("{}{path}", demo.addresses().admin())).await;
            shows(&browser, word).await;
        }
        browser.open_page(&demo.addresses().admin()).await;
        browser.click("a.reload").await;
        shows(&browser, "What happened").await;
        assert_eq!(browser.value("getComputedStyle(document.getElementById('live')).display").await, "none");
    });
}

#[test]
fn values_of_strangers_run_nowhere_and_break_nothing() {
    in_browser(Setup::default(), async |browser| {
        let demo = demo();
        let store = demo.store();
        for hostile in HOSTILE {
            let at = Clock::System.now();
            let message = format!("{hostile}\n{hostile}");
            store.event(Event {
                at,
                kind: EventKind::BrowserReport,
                message,
                exchange: Some(hostile.into()),
            });
            store.script_seen(ScriptSeen {
                site: "demo".into(),
                page: "/*".into(),
                kind: SeenKind::Handler,
                srcdoc: 1,
                script: hostile.into(),
                digest: Some(hostile.into()),
                attribute: Some(hostile.into()),
                verdict: Decision::Block,
                reason: hostile.into(),
                enforced: false,
            });
        }
        // Observed, so that what enforcing would stop is told too.
        let policy = demo.policies().join("demo.toml");
        let text = fs::read_to_string(&policy).unwrap();
        fs::write(&policy, text.replacen("\"enforce\"", "\"observe\"", 1)).unwrap();
        browser
            .command(
                "Emulation.setDeviceMetricsOverride",
                json!({ "width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": true }),
            )
            .await;
        browser.open_page(&demo.addresses().admin()).await;
        browser.until("document.title.startsWith('Nobody is protected')").await;
        shows(&browser, "Enforcing now would stop").await;
        let hostile_url = format!("{}/?<svg/onload=window.ran=1>\"'", demo.addresses().shop());
        let explain = url::Url::parse_with_params(
            &format!("{}/explain", demo.addresses().admin()),
            [("url", hostile_url.as_str())],
        )
        .unwrap();
        let admin = demo.addresses().admin();
        for page in [
            admin.clone(),
            format!("{admin}/policy"),
            format!(
                "{admin}/policy/%3Cscript%3Ewindow.ran=1%3C%2Fscript%3E?against=%22onfocus=window.ran=1%20"
            ),
            explain.to_string(),
            format!("{admin}/explain?url=%22%3E%3Cscript%3Ewindow.ran=1%3C/script%3E"),
            format!("{admin}/?span=%22%3E%3Cscript%3Ewindow.ran=1%3C/script%3E"),
        ] {
            browser.open_page(&page).await;
            browser.until("document.querySelector('footer')").await;
            assert!(!browser.holds("'ran' in window").await, "{page}");
            let scripts = "document.scripts.length === 1 && !document.querySelector('main img, main iframe, main [onload]')";
            assert!(browser.holds(scripts).await, "{page}");
            let wide = "document.documentElement.scrollWidth > innerWidth";
            assert!(!browser.holds(wide).await, "{page} scrolls sideways");
        }
        nothing_went_wrong(&browser).await;
    });
}
