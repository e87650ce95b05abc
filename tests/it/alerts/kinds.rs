//! Each kind of alert but drift: what leads to it, and that it comes once.

use std::fs;

use countersign::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::receiver::{Receiver, Taken};
use crate::browser::eventually;
use crate::drift::shop::send;
use crate::drift::watching::{looks, stands, watching_with};
use crate::policy::vendor::Vendor;
use crate::support::{Client, Enforced, Upstream, answer, enforce_with, get, page};

/// A proxy that tells this receiver, with this policy.
fn telling(upstream: &Upstream, receiver: &Receiver, rules: &str) -> Enforced {
    enforce_with(upstream.address, rules, |config| {
        let folder = config.policies.clone().unwrap().join("told");
        config.alerts = receiver.config(&folder);
    })
}

fn message(alert: &Value) -> &str {
    alert["message"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_that_nobody_approved_are_told_together_and_once() {
    let body = "<script src='https://cdn.evil.example/x.js?a=1'></script><script src='/y.js'></script>\
                <script>track()</script><p onclick='go()'>";
    let (upstream, receiver) = (Upstream::answering(page(body)).await, Receiver::refusing(0));
    let rules =
        "[[page]]\npath = \"/pay/*\"\npayment = true\n[[page]]\npath = \"/look/*\"\nmode = \"observe\"\n";
    let proxy = telling(&upstream, &receiver, rules);
    let mut client = Client::connect(proxy.address()).await;
    client.ask(get("/")).await;
    let texts = |taken: &[Taken]| -> Vec<(String, String)> {
        let texts = taken.iter().map(Taken::json);
        texts.map(|json| (json["severity"].as_str().unwrap().to_owned(), message(&json).to_owned())).collect()
    };
    let first = texts(&receiver.until(3).await);
    let with = |texts: &[(String, String)], part: &str| {
        let found = texts.iter().find(|(_, text)| text.contains(part));
        found.cloned().unwrap_or_else(|| panic!("{part}: {texts:#?}"))
    };
    let (severity, text) = with(&first, "https://cdn.evil.example/x.js?a=1 (external)");
    assert!(severity == "medium" && text.contains("shop: 2 scripts") && text.contains("/y.js"), "{text}");
    assert_eq!(with(&first, "(inline)").0, "low", "told apart: it uses nothing of theirs up");
    let (_, code) = with(&first, "`onclick` of a `p` element");
    assert!(!code.contains("go()"), "it may hold a visitor's data: {code}");

    // The same again says nothing new; another page rule does.
    client.ask(get("/")).await;
    client.ask(get("/look/a")).await;
    let second = texts(&receiver.until(5).await[3..]);
    for part in ["(external)", "(inline)"] {
        let (_, text) = with(&second, part);
        assert!(text.contains("/look/*: ") && text.contains("it runs") && !text.contains("\n/*: "), "{text}");
    }
    client.ask(get("/pay/a")).await;
    let third = texts(&receiver.until(8).await[5..]);
    assert!(
        third.iter().all(|(severity, text)| severity == "high" && text.contains("/pay/*: ")),
        "{third:#?}"
    );
    assert_eq!(receiver.taken().len(), 8);
    let events = proxy.events();
    assert!(events.contains("2 scripts that nobody has approved"), "{events}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_script_of_the_site_is_told_in_its_own_words_however_many_unknown_ones_came_before() {
    let changed = answer("Content-Type: text/javascript", "steal()");
    let (upstream, receiver) = (Upstream::answering(changed).await, Receiver::refusing(0));
    let rules = "own-scripts = \"alert\"\n[[script]]\nid = \"app\"\nurl = \"/app.js\"\ntier = \"pin\"\nwhy = \"The shop\"\n";
    let proxy = enforce_with(upstream.address, rules, |config| {
        let policies = config.policies.clone().unwrap();
        approve_own(&policies, b"shop()");
        config.alerts = receiver.config(&policies.join("told"));
    });
    let mut client = Client::connect(proxy.address()).await;
    for n in 0..300 {
        client.ask(get(&format!("/{n}.js"))).await;
    }
    client.ask(get("/app.js?a=1")).await;
    let told = async || {
        let own = receiver
            .taken()
            .iter()
            .map(Taken::json)
            .filter(|json| json["kind"] == "own-script")
            .collect::<Vec<_>>();
        own.into_iter().find(|json| message(json).contains("/app.js"))
    };
    let alert = eventually("the changed one", told).await;
    assert_eq!((&alert["subject"], &alert["severity"]), (&"shop".into(), &"high".into()), "{alert:#}");
    let text = message(&alert);
    assert!(text.starts_with("shop: the application serves 1 script of the site itself"), "{text}");
    assert!(
        text.contains("other bytes under this path than are approved") && text.contains("passed on"),
        "{text}"
    );
    assert!(alert["what_to_do"].as_str().unwrap().contains("somebody changed the application"), "{alert:#}");
}

fn approve_own(folder: &std::path::Path, bytes: &[u8]) {
    use countersign::inventory::approval::{Request, approve_bytes};
    use countersign::inventory::{Form, ScriptId};
    approve_bytes(&Request {
        folder,
        site: "shop",
        script: &ScriptId::new("app").unwrap(),
        form: Form::External,
        bytes,
        by: "alice@shop.test",
        because: "a test",
        at: "2026-11-23T21:04:05Z".parse().unwrap(),
        retire_earlier: false,
    })
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_no_report_has_named_is_told_once() {
    let (upstream, receiver) = (Upstream::answering(page("")).await, Receiver::refusing(0));
    let proxy = telling(&upstream, &receiver, "");
    let mut client = Client::connect(proxy.address()).await;
    let to = proxy.reports();
    for _ in 0..3 {
        let body = r#"{"csp-report":{"document-uri":"https://shop.test/pay","blocked-uri":"https://drop.evil.example/x?y","effective-directive":"connect-src"}}"#;
        let length = body.len();
        let request = format!(
            "POST {to} HTTP/1.1\r\nHost: shop.test\r\nContent-Type: application/csp-report\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        assert_eq!(client.ask(request).await.status, 204);
    }
    let alert = receiver.of_kind("new-host").await;
    assert_eq!((&alert["subject"], &alert["severity"]), (&"shop".into(), &"low".into()), "{alert:#}");
    let text = message(&alert);
    assert!(text.contains("1 host for") && text.contains("drop.evil.example: A browser"), "{text}");
    assert!(text.contains("anybody can send"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_policies_are_told_and_that_they_are_well_again() {
    let (upstream, receiver) = (Upstream::answering(page("")).await, Receiver::refusing(0));
    let proxy = telling(&upstream, &receiver, "");
    let policy = proxy.folder.path().join("shop.toml");
    let good = fs::read_to_string(&policy).unwrap();
    fs::write(&policy, "modus = 1\n").unwrap();
    let alert = receiver.of_kind("policy-refused").await;
    assert!(message(&alert).contains("shop.toml:1:1") && alert["over"] == false, "{alert:#}");
    fs::write(&policy, good).unwrap();
    let over = |json: &Value| json["kind"] == "policy-refused" && json["over"] == true;
    let well = || receiver.taken().iter().map(super::receiver::Taken::json).find(over);
    let well = eventually("the end of it", async || well()).await;
    assert_eq!(well["severity"], "none");
    assert!(proxy.running.alerts.all().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_that_ends_is_told_before_and_after() {
    let now: Timestamp = "2027-03-01T12:00:00Z".parse().unwrap();
    for (expires, severity, how) in [
        ("2027-03-25", Some("low"), "within thirty days"),
        ("2027-03-07", Some("medium"), "within a week"),
        ("2027-03-01", Some("high"), "within a day"),
        ("2027-02-28", Some("high"), "has ended"),
        ("2027-05-01", None, ""),
    ] {
        let (upstream, receiver) = (Upstream::answering(page("")).await, Receiver::refusing(0));
        let rules = format!(
            "[[script]]\nid = \"cards\"\nurl = \"https://pay.example/v3.js\"\ntier = \"evergreen\"\nwhy = \"Cards\"\n\
             justification = \"No copies\"\nexpires = {expires}\n"
        );
        let proxy = enforce_with(upstream.address, &rules, |config| {
            let folder = config.policies.clone().unwrap();
            approve(&folder, expires);
            config.clock = Clock::Fixed(now);
            config.alerts = receiver.config(&folder.join("told"));
        });
        let Some(severity) = severity else {
            // It was looked at: that of others comes before their pages do.
            Client::connect(proxy.address()).await.ask(get("/")).await;
            assert!(proxy.running.alerts.all().is_empty());
            continue;
        };
        let alert = receiver.of_kind("approval-ends").await;
        assert_eq!((&alert["subject"], &alert["severity"]), (&"shop/cards".into(), &severity.into()));
        assert!(message(&alert).contains(how), "{alert:#}");
    }
}

fn approve(folder: &std::path::Path, expires: &str) {
    use countersign::inventory::approval::{Request, approve_bytes};
    use countersign::inventory::{Form, ScriptAddress, ScriptId, evergreen_statement};
    let address = ScriptAddress::parse("https://pay.example/v3.js").unwrap();
    approve_bytes(&Request {
        folder,
        site: "shop",
        script: &ScriptId::new("cards").unwrap(),
        form: Form::External,
        bytes: evergreen_statement(&address, expires.parse().unwrap()).as_bytes(),
        by: "alice@shop.test",
        because: "a test",
        at: "2026-11-23T21:04:05Z".parse().unwrap(),
        retire_earlier: false,
    })
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_that_sees_nothing_says_so_and_when_it_sees_again() {
    let (upstream, receiver) = (Upstream::answering(page("")).await, Receiver::refusing(0));
    let silent = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let quiet = std::sync::Arc::clone(&silent);
    let vendor = Vendor::serving(move |_, stream| {
        if !quiet.load(std::sync::atomic::Ordering::SeqCst) {
            send(stream, "404 Not Found", "");
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let config = receiver.config(folder.path());
    // An earlier process found the vendor silent two days ago.
    let since = Clock::System.now().checked_sub(SignedDuration::from_hours(48)).unwrap();
    let standing = serde_json::json!({ "shop/chat": { "drift": "unreachable", "unknown": [], "since": since, "before": [], "approved": [] } });
    fs::write(folder.path().join("standing.json"), standing.to_string()).unwrap();
    let kept = folder.path().to_owned();
    let proxy = watching_with(&upstream, &vendor, "", move |app| {
        app.alerts = config;
        let drift = app.drift.as_mut().unwrap();
        (drift.folder, drift.blind_after) = (Some(kept), std::time::Duration::ZERO);
    });
    stands(&proxy, "unreachable").await;
    let of = |subject: &str, over: bool| {
        let subject = subject.to_owned();
        let wanted = move |json: &Value| {
            json["kind"] == "watcher-blind" && json["subject"] == subject && json["over"] == over
        };
        receiver.taken().iter().map(super::receiver::Taken::json).find(wanted)
    };
    let blind = eventually("blindness", async || of("all vendors", false)).await;
    assert_eq!(blind["severity"], "high");
    let host = eventually("the vendor's silence", async || of("127.0.0.1", false)).await;
    assert!(message(&host).contains("shop/chat") && host["severity"] == "medium", "{host:#}");
    silent.store(false, std::sync::atomic::Ordering::SeqCst);
    looks(&vendor, 1).await;
    eventually("the vendor again", async || of("127.0.0.1", true)).await;
    eventually("sight", async || of("all vendors", true)).await;
}
