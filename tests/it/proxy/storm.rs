//! A storm of reloads under load: every response is whole, and its head and body say the same about the
//! policies, whichever they are.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use countersign::policy::load_folder;
use countersign::sri::{Algorithm, Digest};
use countersign::watch::Pace;
use tokio::sync::Notify;

use crate::support::{Client, Enforced, Response, Upstream, answer, enforce_with, get, within};

const CONNECTIONS: usize = 64;
const RULES: &str = r#"
[[script]]
id = "chat"
url = "https://cdn.example/chat.js"
tier = "pin"
why = "Chat"
"#;

/// A lock that approves one version of the script.
fn lock(version: usize) -> (String, String) {
    let digest = Digest::of(Algorithm::Sha384, format!("chat({version})").as_bytes()).to_string();
    let entry = format!(
        "version = 1\n\n[[approval]]\nscript = \"chat\"\ndigest = \"{digest}\"\nsize = 9\n\
         at = 2026-11-23T21:04:05Z\nby = \"alice@shop.example\"\nbecause = \"release {version}\"\n"
    );
    (digest, entry)
}

fn rename_over(folder: &Path, name: &str, text: &str) {
    let beside = folder.join(".new");
    fs::write(&beside, text).unwrap();
    fs::rename(beside, folder.join(name)).unwrap();
}

/// What the visitors saw.
#[derive(Default)]
struct Seen {
    responses: AtomicUsize,
    over: AtomicBool,
    /// When the first response with this approved digest was complete.
    first: Mutex<HashMap<String, Instant>>,
    /// Fingerprint of the generation in the head, digest in the body.
    pairs: Mutex<HashSet<(String, String)>>,
    news: Notify,
}

impl Seen {
    fn add(&self, response: &Response) {
        assert_eq!((response.status, response.whole), (200, true), "{response:?}");
        let csp = response.header("content-security-policy").unwrap();
        let fingerprint = csp.split("reports?g=").nth(1).unwrap()[..12].to_owned();
        let etag = response.header("etag").unwrap();
        assert!(etag.contains(&format!("-{fingerprint}-")), "{etag} beside {csp}");
        let text = response.text();
        let digest = text.split("integrity=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert!(csp.contains(&format!("'{digest}'")), "the body has {digest}, the head {csp}");
        self.pairs.lock().unwrap().insert((fingerprint, digest.clone()));
        self.first.lock().unwrap().entry(digest).or_insert_with(Instant::now);
        self.responses.fetch_add(1, Ordering::Relaxed);
        self.news.notify_waiters();
    }

    /// When the first response with this digest came.
    async fn first(&self, digest: &str) -> Instant {
        within("a response under the new policies", async {
            loop {
                let news = self.news.notified();
                if let Some(moment) = self.first.lock().unwrap().get(digest) {
                    return *moment;
                }
                news.await;
            }
        })
        .await
    }
}

async fn visit(proxy: std::net::SocketAddr, seen: Arc<Seen>) {
    let mut client = Client::connect(proxy).await;
    while !seen.over.load(Ordering::Relaxed) {
        let response = client.ask(get("/")).await;
        seen.add(&response);
    }
}

/// Waits until a broken change was refused.
async fn refused(proxy: &Enforced) {
    within("a refusal", async {
        while proxy.running.metrics.policies().standing().refused.is_none() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

/// This many changes, one in three broken. Returns how long each good one took to be seen.
async fn storm(changes: usize, pace: Pace) -> Vec<Duration> {
    let document = "<!doctype html><title>t</title><p>text</p>\
                <script src=\"https://cdn.example/chat.js\"></script><p>more</p>";
    let upstream =
        Upstream::answering(answer("Content-Type: text/html; charset=utf-8\r\nETag: \"a\"", document)).await;
    let proxy = enforce_with(upstream.address, RULES, |config| config.pace = pace);
    let folder = proxy.folder.path();
    let policy = fs::read_to_string(folder.join("shop.toml")).unwrap();
    let seen = Arc::new(Seen::default());
    let (first, text) = lock(0);
    rename_over(folder, "shop.lock", &text);
    let mut generations = HashMap::new();
    // Until then the script is not approved, and a visitor would rightly see no integrity.
    within("the first approval", async {
        while !Client::connect(proxy.address()).await.ask(get("/")).await.text().contains(&first) {}
    })
    .await;
    generations.insert(proxy.running.published.load().generation.fingerprint.clone(), first);
    let visitors: Vec<_> =
        (0..CONNECTIONS).map(|_| tokio::spawn(visit(proxy.address(), Arc::clone(&seen)))).collect();
    let mut took = Vec::new();
    for change in 1..=changes {
        if change % 3 == 0 {
            match change % 2 {
                0 => rename_over(folder, "shop.lock", &lock(change).1[..120]),
                _ => rename_over(folder, "shop.toml", &format!("modus = \"observe\"\n{policy}")),
            }
            refused(&proxy).await;
            continue;
        }
        let (digest, text) = lock(change);
        let begun = Instant::now();
        rename_over(folder, "shop.lock", &text);
        if change % 3 == 1 && change > 1 {
            rename_over(folder, "shop.toml", &policy);
        }
        took.push(seen.first(&digest).await.duration_since(begun));
        generations.insert(proxy.running.published.load().generation.fingerprint.clone(), digest);
    }
    seen.over.store(true, Ordering::Relaxed);
    for visitor in visitors {
        visitor.await.expect("every response was in order");
    }
    for (fingerprint, digest) in seen.pairs.lock().unwrap().iter() {
        assert_eq!(generations.get(fingerprint), Some(digest), "of generation {fingerprint}");
    }
    // The end is the last change, which is a good one.
    assert_ne!(changes % 3, 0);
    let upstreams = proxy.running.published.load().sites[0].upstreams.clone();
    let there = load_folder(folder, upstreams.into_iter().next(), 1).unwrap().snapshot.generation.fingerprint;
    assert_eq!(proxy.running.published.load().generation.fingerprint, there);
    assert_eq!(generations.get(&there), Some(&lock(changes).0));
    took.sort_unstable();
    eprintln!(
        "{changes} changes, {} broken, {:?} of quiet, {CONNECTIONS} connections, {} responses: \
         from write to first response under the new policies: median {:?}, worst {:?}",
        changes / 3,
        pace.settle,
        seen.responses.load(Ordering::Relaxed),
        took[took.len() / 2],
        took[took.len() - 1]
    );
    took
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_changes_one_in_three_broken_break_no_response() {
    // Quiet is waited for before every reload, which is what takes most of the time: less of it here.
    let pace = Pace { settle: Duration::from_millis(4), ..Pace::default() };
    assert_eq!(storm(1000, pace).await.len(), 667);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_with_as_much_quiet_as_usual() {
    assert_eq!(storm(40, Pace::default()).await.len(), 27);
}
