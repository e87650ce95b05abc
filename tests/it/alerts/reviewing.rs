//! A finding of an evergreen script ends when a person has looked at the bytes, and only for those bytes.

use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::time::Duration;

use countersign::analysis;
use countersign::app::DriftConfig;
use countersign::inventory::approval::{Request, approve_bytes};
use countersign::inventory::{Form, ScriptAddress, ScriptId, evergreen_statement};

use super::receiver::Receiver;
use crate::drift::shop::CHAT;
use crate::drift::watching::{NEW, Served, looks, stands, watching_with};
use crate::policy::commands::{run, stderr, stdout};
use crate::policy::folder::Folder;
use crate::policy::vendor::Vendor;
use crate::support::{Enforced, Upstream, enforce_with, page};

const OTHER: &str = "window.chat={open:function(){return 3}};";

fn approve(folder: &Path, url: &str) {
    let address = ScriptAddress::parse(url).unwrap();
    approve_bytes(&Request {
        folder,
        site: "shop",
        script: &ScriptId::new("cards").unwrap(),
        form: Form::External,
        bytes: evergreen_statement(&address, "2098-12-31".parse().unwrap()).as_bytes(),
        by: "alice@shop.test",
        because: "a test",
        at: "2026-11-23T21:04:05Z".parse().unwrap(),
        retire_earlier: false,
    })
    .unwrap();
}

/// A proxy that watches `cards`, which is evergreen.
fn evergreen(upstream: &Upstream, vendor: &Vendor, receiver: &Receiver, folder: &Path) -> Enforced {
    let url = vendor.url("/cards.js");
    let rules = format!(
        "[[script]]\nid = \"cards\"\nurl = \"{url}\"\ntier = \"evergreen\"\nwhy = \"Cards\"\n\
         justification = \"No copies\"\nexpires = 2098-12-31\n"
    );
    enforce_with(upstream.address, &rules, |config| {
        approve(&config.policies.clone().unwrap(), &url);
        config.alerts = receiver.config(folder);
        config.admin = Some(([127, 0, 0, 1], 0).into());
        config.drift = Some(DriftConfig {
            interval: Duration::from_millis(20),
            blind_after: Duration::from_hours(1),
            folder: Some(folder.to_owned()),
            allowed: countersign::drift::Allowed { private: true, through_proxy: false },
            patience: Duration::from_secs(20),
            read: Arc::new(analysis::read),
        });
    })
}

async fn seen(proxy: &Enforced, arguments: &[&str]) -> Output {
    let admin = proxy.running.admin_address.unwrap().to_string();
    let mut all = vec!["seen".to_owned()];
    all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
    all.extend(["--admin".to_owned(), admin, "--by".to_owned(), "alice".to_owned()]);
    let run = move || {
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        run(&Folder::empty(), &all, "")
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_looked_ends_a_finding_for_the_bytes_they_looked_at_and_no_others() {
    let (upstream, receiver) = (Upstream::answering(page("")).await, Receiver::refusing(0));
    let (served, folder) = (Served::new(CHAT), tempfile::tempdir().unwrap());
    let vendor = served.vendor();
    let first = evergreen(&upstream, &vendor, &receiver, folder.path());
    stands(&first, "first-seen").await;
    served.set(NEW);
    let row = stands(&first, "changed").await;
    let [digest] = row.unknown.as_slice() else { panic!("{row:?}") };

    let shown = seen(&first, &["shop/cards"]).await;
    assert_eq!(shown.status.code(), Some(1));
    assert!(
        stderr(&shown).contains(&format!("countersign seen shop/cards --digest {digest}")),
        "{}",
        stderr(&shown)
    );
    let another = digest.replace("sha384-", "sha384-A");
    for (arguments, code, said) in [
        (&["shop/cards", "--digest", another.as_str()][..], 1, "does not stand as serving these bytes"),
        (&["shop/nothing", "--digest", digest.as_str()], 1, "No such script"),
        (&["cards", "--digest", digest.as_str()], 2, "is not SITE/ID"),
    ] {
        let output = seen(&first, arguments).await;
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(said), "{arguments:?}: {}", stderr(&output));
    }
    let held = seen(&first, &["shop/cards", "--digest", digest, "--because", "read it"]).await;
    assert_eq!(held.status.code(), Some(0), "{}{}", stdout(&held), stderr(&held));
    stands(&first, "same").await;
    let taken = receiver.until(2).await;
    assert!(
        taken[1].json()["over"] == true
            && taken[1].json()["message"].as_str().unwrap().contains("alice has looked")
    );
    tokio::task::spawn_blocking(move || first.running.stop()).await.unwrap();

    let second = evergreen(&upstream, &vendor, &receiver, folder.path());
    stands(&second, "same").await;
    looks(&vendor, 2).await;
    assert_eq!(receiver.taken().len(), 2, "{:#?}", receiver.taken());
    served.set(OTHER);
    stands(&second, "changed").await;
    receiver.until(3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_approves_nothing_of_a_script_whose_bytes_are_approved() {
    let (upstream, served) = (Upstream::answering(page("")).await, Served::new(NEW));
    let vendor = served.vendor();
    let proxy = watching_with(&upstream, &vendor, "", |config| {
        config.admin = Some(([127, 0, 0, 1], 0).into());
    });
    let row = stands(&proxy, "changed").await;
    let output = seen(&proxy, &["shop/chat", "--digest", &row.unknown[0]]).await;
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("countersign approve"), "{}", stderr(&output));
    looks(&vendor, 1).await;
    stands(&proxy, "changed").await;
}
