//! The webhook: signed, tried again until it is taken, not lost with the process, and tried by a command.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use aws_lc_rs::hmac::{HMAC_SHA256, Key, verify};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign::alert::{Secret, Webhook};
use countersign::app::AppConfig;
use serde_json::Value;

use super::shop::{serving, shop};
use super::watching::{NEW, looks, stands, watching_with};
use crate::browser::eventually;
use crate::policy::commands::{run, stderr};
use crate::policy::vendor::Vendor;
use crate::proxy::command::Child;
use crate::support::{Upstream, page};

const SECRET: &str = "a secret of more than sixteen bytes";

/// What came: id, timestamp, signature, body.
#[derive(Debug, Clone)]
struct Taken {
    id: String,
    timestamp: String,
    signature: String,
    body: String,
}

impl Taken {
    fn of(head: &str, stream: &mut TcpStream) -> Self {
        let (head, begun) = head.split_once("\r\n\r\n").unwrap();
        let field = |name: &str| {
            let lines = head.lines().filter_map(|line| line.split_once(": "));
            let mut found =
                lines.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value);
            found.next_back().unwrap_or_default().to_owned()
        };
        let length: usize = field("content-length").parse().unwrap();
        let mut body = begun.as_bytes().to_vec();
        let mut rest = vec![0; length - body.len()];
        stream.read_exact(&mut rest).unwrap();
        body.extend(rest);
        Self {
            id: field("webhook-id"),
            timestamp: field("webhook-timestamp"),
            signature: field("webhook-signature"),
            body: String::from_utf8(body).unwrap(),
        }
    }

    fn is_signed(&self) -> bool {
        let signed = format!("{}.{}.{}", self.id, self.timestamp, self.body);
        let signature = STANDARD.decode(self.signature.strip_prefix("v1,").unwrap()).unwrap();
        verify(&Key::new(HMAC_SHA256, SECRET.as_bytes()), signed.as_bytes(), &signature).is_ok()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A receiver that refuses the first so many.
struct Receiver {
    vendor: Vendor,
    taken: Arc<Mutex<Vec<Taken>>>,
}

impl Receiver {
    fn refusing(first: usize) -> Self {
        let taken = Arc::<Mutex<Vec<Taken>>>::default();
        let kept = Arc::clone(&taken);
        let vendor = Vendor::serving(move |head, stream| {
            let came = Taken::of(head, stream);
            let mut kept = kept.lock().unwrap();
            kept.push(came);
            let status = if kept.len() <= first { "503 Service Unavailable" } else { "204 No Content" };
            let _ = stream.write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").as_bytes());
        });
        Self { vendor, taken }
    }

    fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    async fn until(&self, count: usize) -> Vec<Taken> {
        let taken = async || Some(self.taken()).filter(|taken| taken.len() >= count);
        eventually(&format!("{count} alerts"), taken).await
    }
}

fn told_at(url: String, folder: &Path) -> impl FnOnce(&mut AppConfig) {
    let folder: PathBuf = folder.to_owned();
    move |config| {
        let secret = Secret::of(SECRET).unwrap();
        config.webhook =
            Some(Webhook { url: url.parse().unwrap(), secret, outbox: Some(folder.join("outbox")) });
        config.drift.as_mut().unwrap().folder = Some(folder);
    }
}

fn waiting(folder: &Path) -> usize {
    let entries = fs::read_dir(folder.join("outbox")).into_iter().flatten();
    entries.filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|e| e == "json")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_is_posted_signed_and_again_until_it_is_taken_and_once_only() {
    let (upstream, receiver) = (Upstream::answering(page("")).await, Receiver::refusing(1));
    let (vendor, folder) = (serving(NEW), tempfile::tempdir().unwrap());
    let url = receiver.vendor.url("/hook?a=1");
    let proxy = watching_with(&upstream, &vendor, "", told_at(url, folder.path()));
    let taken = receiver.until(2).await;
    assert_eq!(taken[0].id, taken[1].id, "the same alert, which a receiver can tell");
    assert!(taken.iter().all(Taken::is_signed), "{taken:#?}");
    let json = taken[1].json();
    assert_eq!((&json["kind"], &json["subject"]), (&"drift-found".into(), &"shop/chat".into()), "{json:#}");
    assert_eq!(json["id"], taken[1].id.as_str());
    assert!(json["message"].as_str().unwrap().contains("https://drop.evil.example"), "{json:#}");
    looks(&vendor, 3).await;
    assert_eq!(receiver.taken().len(), 2, "once for one change");
    eventually("an empty outbox", async || (waiting(folder.path()) == 0).then_some(())).await;
    let metrics = proxy.running.metrics.encode();
    for outcome in ["delivered", "failed"] {
        let line = format!("countersign_alerts_total{{outcome=\"{outcome}\"}} 1");
        assert!(metrics.contains(&line), "{line}: {metrics}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_took_is_sent_by_the_next_process_which_tells_nothing_twice() {
    let (upstream, receiver) = (Upstream::answering(page("")).await, Receiver::refusing(0));
    let (vendor, folder) = (serving(NEW), tempfile::tempdir().unwrap());
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let first = watching_with(&upstream, &vendor, "", told_at(format!("http://{nobody}/"), folder.path()));
    stands(&first, "changed").await;
    eventually("an alert that waits", async || (waiting(folder.path()) == 1).then_some(())).await;
    eventually("what was told", async || folder.path().join("standing.json").exists().then_some(())).await;
    tokio::task::spawn_blocking(move || first.running.stop()).await.unwrap();

    let url = receiver.vendor.url("/");
    let second = watching_with(&upstream, &vendor, "", told_at(url, folder.path()));
    let taken = receiver.until(1).await;
    assert_eq!(taken[0].json()["kind"], "drift-found");
    stands(&second, "changed").await;
    looks(&vendor, 2).await;
    assert_eq!(receiver.taken().len(), 1, "{:#?}", receiver.taken());
    assert_eq!(waiting(folder.path()), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn run_looks_at_vendors_and_tells_its_webhook() {
    let (upstream, receiver) = (Upstream::answering(page("")).await, Receiver::refusing(0));
    let vendor = serving("window.chat={open:function(){eval(name)}};");
    let folder = tokio::task::spawn_blocking({
        let url = vendor.url("/chat.js");
        move || shop(&url, "mirror")
    })
    .await
    .unwrap();
    folder.write("secret.txt", SECRET);
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let child = Child::run(&[
        "--policies",
        &path("policies"),
        "--upstream",
        &format!("http://{}", upstream.address),
        "--drift-interval",
        "1s",
        "--drift-allow-private",
        "--drift-folder",
        &path("drift"),
        "--alert-webhook",
        &receiver.vendor.url("/"),
        "--alert-secret",
        &path("secret.txt"),
    ]);
    let taken = receiver.until(1).await;
    let json = taken[0].json();
    assert!(taken[0].is_signed() && json["severity"] == "high", "{json:#}");
    assert!(json["message"].as_str().unwrap().contains("runs text as code: eval"), "{json:#}");
    child.terminate();
    let (code, said) = tokio::task::spawn_blocking(move || child.end()).await.unwrap();
    assert_eq!(code, Some(0), "{said}");
    let kept = fs::read_dir(folder.join("drift/quarantine/shop/chat")).unwrap().count();
    assert_eq!(kept, 1);
}

#[test]
fn a_webhook_can_be_tried() {
    let folder = crate::policy::folder::Folder::empty();
    folder.write("secret.txt", SECRET);
    let test = |receiver: &Receiver, secret: &str| {
        let url = receiver.vendor.url("/");
        run(&folder, &["alert", "--test", "--alert-webhook", &url, "--alert-secret", secret], "")
    };
    let receiver = Receiver::refusing(1);
    let refused = test(&receiver, "secret.txt");
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("it answered 503"), "{}", stderr(&refused));
    let taken = test(&receiver, "secret.txt");
    assert_eq!(taken.status.code(), Some(0), "{}", stderr(&taken));
    let came = receiver.taken();
    assert!(came.iter().all(Taken::is_signed) && came[1].json()["kind"] == "test", "{came:#?}");
    folder.write("short.txt", "x");
    for (arguments, hint) in [
        (&["alert", "--test"][..], "no webhook is set"),
        (&["alert", "--test", "--alert-webhook", "http://127.0.0.1:1/"], "--alert-secret FILE"),
        (&["alert", "--test", "--alert-webhook", "ftp://a/"], "an http or https URL"),
        (
            &["alert", "--test", "--alert-webhook", "http://127.0.0.1:1/", "--alert-secret", "short.txt"],
            "at least 16 bytes",
        ),
    ] {
        let output = run(&folder, arguments, "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(hint), "{arguments:?}: {}", stderr(&output));
    }
}
