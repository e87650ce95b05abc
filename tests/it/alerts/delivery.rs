//! The webhook: signed, tried again until it is taken, not lost with the process, and tried by a command.

use std::fs;
use std::path::{Path, PathBuf};

use countersign::alert::AlertConfig;
use countersign::app::AppConfig;
use serde_json::Value;

use super::receiver::{Receiver, SECRET, Taken, told_at};
use crate::browser::eventually;
use crate::drift::shop::{serving, shop};
use crate::drift::watching::{NEW, looks, stands, watching_with};
use crate::policy::commands::{run, stderr};
use crate::proxy::command::Child;
use crate::support::{Client, Upstream, enforce_with, page};

/// How many alerts wait to be taken.
fn waiting(folder: &Path) -> usize {
    let Ok(bytes) = fs::read(folder.join("alerts.json")) else { return 0 };
    let json: Value = serde_json::from_slice(&bytes).unwrap();
    json["waiting"].as_array().unwrap().len()
}

fn told(config: AlertConfig, folder: &Path) -> impl FnOnce(&mut AppConfig) {
    let folder: PathBuf = folder.to_owned();
    move |app| {
        app.alerts = config;
        app.drift.as_mut().unwrap().folder = Some(folder);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_is_posted_signed_and_again_until_it_is_taken_and_once_only() {
    let (upstream, receiver) = (Upstream::answering(page("")).await, Receiver::refusing(1));
    let (vendor, folder) = (serving(NEW), tempfile::tempdir().unwrap());
    let config = receiver.config(folder.path());
    let proxy = watching_with(&upstream, &vendor, "", told(config, folder.path()));
    let taken = receiver.until(2).await;
    assert_eq!(taken[0].id, taken[1].id, "the same alert, which a receiver can tell");
    assert!(taken.iter().all(Taken::is_signed), "{taken:#?}");
    let json = taken[1].json();
    assert_eq!(
        (&json["kind"], &json["subject"], &json["over"]),
        (&"drift".into(), &"shop/chat".into(), &false.into()),
        "{json:#}"
    );
    assert_eq!(json["id"], taken[1].id.as_str());
    assert!(json["message"].as_str().unwrap().contains("https://drop.evil.example"), "{json:#}");
    looks(&vendor, 3).await;
    assert_eq!(receiver.taken().len(), 2, "once for one change");
    eventually("nothing that waits", async || (waiting(folder.path()) == 0).then_some(())).await;
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
    let config = told_at(&format!("http://{nobody}/"), folder.path());
    let first = watching_with(&upstream, &vendor, "", told(config, folder.path()));
    stands(&first, "changed").await;
    eventually("an alert that waits", async || (waiting(folder.path()) == 1).then_some(())).await;
    eventually("what was told", async || folder.path().join("standing.json").exists().then_some(())).await;
    tokio::task::spawn_blocking(move || first.running.stop()).await.unwrap();

    let config = receiver.config(folder.path());
    let second = watching_with(&upstream, &vendor, "", told(config, folder.path()));
    let taken = receiver.until(1).await;
    assert_eq!(taken[0].json()["kind"], "drift");
    stands(&second, "changed").await;
    looks(&vendor, 2).await;
    assert_eq!(receiver.taken().len(), 1, "{:#?}", receiver.taken());
    eventually("nothing that waits", async || (waiting(folder.path()) == 0).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_that_is_refused_for_good_holds_up_no_other_and_is_told_in_other_words() {
    let (upstream, receiver) = (Upstream::answering(page("")).await, Receiver::disliking("evil.example"));
    let folder = tempfile::tempdir().unwrap();
    let config = receiver.config(folder.path());
    let proxy = enforce_with(upstream.address, "", move |app| app.alerts = config);
    let mut client = Client::connect(proxy.address()).await;
    let to = proxy.reports();
    let report = |host: &str| {
        let body = format!(
            r#"{{"csp-report":{{"document-uri":"https://shop.test/","blocked-uri":"https://{host}/x","effective-directive":"connect-src"}}}}"#
        );
        let length = body.len();
        format!(
            "POST {to} HTTP/1.1\r\nHost: shop.test\r\nContent-Type: application/csp-report\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        )
    };
    client.ask(report("drop.evil.example")).await;
    receiver.until(1).await;
    client.ask(report("good.test")).await;
    let came = &receiver;
    let said = |word: &'static str| {
        let found = move || {
            came.taken().into_iter().find(|taken| taken.json()["message"].as_str().unwrap().contains(word))
        };
        eventually(word, async move || found())
    };
    // The refused one is tried for days.
    said("good.test").await;
    let instead = said("can't be delivered as it is").await;
    let refused = &receiver.taken()[0];
    assert_eq!((&instead.id, &instead.json()["kind"]), (&refused.id, &"new-host".into()), "{instead:#?}");
    assert!(instead.is_signed());
    eventually("nothing that waits", async || (waiting(folder.path()) == 0).then_some(())).await;
    let metrics = proxy.running.metrics.encode();
    for (outcome, count) in [("delivered", 2), ("failed", 4), ("refused", 1)] {
        let line = format!("countersign_alerts_total{{outcome=\"{outcome}\"}} {count}");
        assert!(metrics.contains(&line), "{line}: {metrics}");
    }
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
    let kept = fs::read_dir(folder.join("drift/quarantine/shop/chat")).unwrap();
    let kept = kept.filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|e| e == "js"));
    assert_eq!(kept.count(), 1);
}

#[test]
fn a_webhook_can_be_tried() {
    let folder = crate::policy::folder::Folder::empty();
    folder.write("secret.txt", SECRET);
    let test = |receiver: &Receiver, secret: &str| {
        let url = receiver.vendor.url("/");
        run(&folder, &["alert", "test", "--alert-webhook", &url, "--alert-secret", secret], "")
    };
    let receiver = Receiver::refusing(1);
    let refused = test(&receiver, "secret.txt");
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("answered 503"), "{}", stderr(&refused));
    let taken = test(&receiver, "secret.txt");
    assert_eq!(taken.status.code(), Some(0), "{}", stderr(&taken));
    let came = receiver.taken();
    assert!(came.iter().all(Taken::is_signed) && came[1].json()["kind"] == "test", "{came:#?}");
    folder.write("short.txt", "x");
    for (arguments, hint) in [
        (&["alert", "test"][..], "nobody is set to be told"),
        (&["alert", "test", "--alert-webhook", "http://127.0.0.1:1/"], "--alert-secret FILE"),
        (&["alert", "test", "--alert-webhook", "ftp://a/"], "an http or https URL"),
        (
            &["alert", "test", "--alert-webhook", "http://127.0.0.1:1/", "--alert-secret", "short.txt"],
            "at least 16 bytes",
        ),
    ] {
        let output = run(&folder, arguments, "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(hint), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_said_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "no folder").unwrap();
    let alerts = AlertConfig { folder: Some(file.join("told")), ..AlertConfig::default() };
    let upstream = Some(countersign::policy::UpstreamAddress::tcp(false, "127.0.0.1".to_owned(), 1));
    let error =
        countersign::app::start(AppConfig { alerts, upstream, ..AppConfig::on_loopback() }).unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("drift.folder: ") && said.contains("told: ") && said.contains("can be written"),
        "{said}"
    );
    let good = folder.path().join("new/told");
    let alerts = AlertConfig { folder: Some(good.clone()), ..AlertConfig::default() };
    let upstream = Some(countersign::policy::UpstreamAddress::tcp(false, "127.0.0.1".to_owned(), 1));
    countersign::app::start(AppConfig { alerts, upstream, ..AppConfig::on_loopback() }).unwrap().stop();
    assert!(!good.join(".countersign-tried").exists());
}
