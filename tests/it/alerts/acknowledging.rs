//! Who has seen an alert is not told of it again, over restarts, until it changes.

use std::process::Output;

use countersign::app::AppConfig;

use super::receiver::Receiver;
use crate::browser::eventually;
use crate::drift::watching::{NEW, Served, looks, stands, watching_with};
use crate::policy::commands::{run, stderr, stdout};
use crate::policy::folder::Folder;
use crate::support::{Enforced, Upstream, page};

const NEWER: &str = "window.chat={open:function(){eval(name)}};";

async fn command(proxy: &Enforced, arguments: &[&str]) -> Output {
    let admin = proxy.running.admin_address.unwrap().to_string();
    let mut arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    arguments.extend(["--admin".to_owned(), admin]);
    let run = move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        run(&Folder::empty(), &arguments, "")
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_has_seen_is_told_again_only_when_it_changes() {
    let (upstream, receiver) = (Upstream::answering(page("")).await, Receiver::refusing(0));
    let (served, folder) = (Served::new(NEW), tempfile::tempdir().unwrap());
    let vendor = served.vendor();
    let begin = || {
        watching_with(&upstream, &vendor, "", |config: &mut AppConfig| {
            config.alerts = receiver.config(folder.path());
            config.drift.as_mut().unwrap().folder = Some(folder.path().to_owned());
            config.admin = Some(([127, 0, 0, 1], 0).into());
        })
    };
    let first = begin();
    receiver.until(1).await;
    let id = first.running.alerts.all()[0].alert.id.clone();
    let list = command(&first, &["alert", "list"]).await;
    assert_eq!(list.status.code(), Some(1), "{}", stderr(&list));
    assert!(stdout(&list).starts_with(&format!("{id}  medium, drift of shop/chat")), "{}", stdout(&list));
    let ack = ["alert", "ack", id.as_str(), "--by", "alice@shop.example", "--because", "asked the vendor"];
    let seen = command(&first, &ack).await;
    assert_eq!(seen.status.code(), Some(0), "{}", stderr(&seen));
    let list = command(&first, &["alert", "list"]).await;
    assert_eq!(list.status.code(), Some(0));
    assert!(
        stdout(&list).contains("seen by alice@shop.example") && stdout(&list).contains("asked the vendor")
    );
    for (arguments, code) in
        [(["alert", "ack", "msg_0", "--by", "bob"], 1), (["alert", "ack", "../reload", "--by", "bob"], 2)]
    {
        assert_eq!(command(&first, &arguments).await.status.code(), Some(code), "{arguments:?}");
    }
    tokio::task::spawn_blocking(move || first.running.stop()).await.unwrap();

    let second = begin();
    stands(&second, "changed").await;
    looks(&vendor, 2).await;
    assert_eq!(receiver.taken().len(), 1);
    let standing = second.running.alerts.all();
    assert_eq!(standing[0].acknowledged.as_ref().unwrap().by, "alice@shop.example");

    served.set(NEWER);
    let taken = receiver.until(2).await;
    assert!(taken[1].json()["message"].as_str().unwrap().contains("eval"), "{taken:#?}");
    let standing = eventually("the later alert", async || {
        Some(second.running.alerts.all()).filter(|all| all[0].acknowledged.is_none())
    });
    assert_eq!(standing.await.len(), 1);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let asked = tokio::task::spawn_blocking(move || {
        run(&Folder::empty(), &["alert", "list", "--admin", &nobody], "")
    });
    let asked = asked.await.unwrap();
    assert!(asked.status.code() == Some(2) && stderr(&asked).contains("--admin ADDR"), "{}", stderr(&asked));
}
