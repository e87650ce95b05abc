//! Certificates that are replaced while the process runs, as people and platforms replace them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use countersign::app::TlsFiles;
use countersign::watch::Pace;

use crate::support::{
    Certificates, Client, Enforced, H2Client, Upstream, answer, enforce_with, get, is_certified_by, within,
};

const PAIR: [&str; 2] = ["leaf.pem", "leaf-key.pem"];

async fn proxy_with(files: TlsFiles) -> (Upstream, Enforced) {
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "x")).await;
    let proxy = enforce_with(upstream.address, "", |config| config.tls = Some(files));
    (upstream, proxy)
}

/// Waits until an event says this.
async fn until_said(proxy: &Enforced, what: &str) {
    within(what, async {
        while !proxy.events().contains(what) {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

fn rename_over(from: &Path, to: &Path) {
    let beside = to.with_extension("new");
    fs::copy(from, &beside).unwrap();
    fs::rename(beside, to).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_pair_is_used_from_the_next_handshake_on_and_open_connections_go_on() {
    let (old, new) = (Certificates::make(), Certificates::make());
    let served = tempfile::tempdir().unwrap();
    for name in PAIR {
        fs::copy(old.folder().join(name), served.path().join(name)).unwrap();
    }
    let [certificate, key] = PAIR.map(|name| served.path().join(name));
    let (_upstream, proxy) = proxy_with(TlsFiles { certificate, key }).await;
    let mut first = Client::tls(proxy.address(), &old.ca()).await;
    let mut second = H2Client::connect(proxy.address(), &old.ca()).await;
    assert_eq!(first.ask(get("/")).await.status, 200);
    for name in PAIR {
        rename_over(&new.folder().join(name), &served.path().join(name));
    }
    until_said(&proxy, "A new certificate is in force").await;
    assert!(is_certified_by(proxy.address(), &new.ca()).await);
    assert!(!is_certified_by(proxy.address(), &old.ca()).await);
    assert_eq!(first.ask(get("/")).await.status, 200);
    assert_eq!(second.get("/", &[]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_that_does_not_belong_together_or_is_half_written_changes_nothing() {
    let (old, new) = (Certificates::make(), Certificates::make());
    let files = old.files();
    let (_upstream, proxy) = proxy_with(files.clone()).await;
    let good = fs::read(&files.certificate).unwrap();
    // The certificate without its key: what a renewal looks like in its middle.
    rename_over(&new.folder().join("leaf.pem"), &files.certificate);
    until_said(&proxy, "A changed certificate or key was refused").await;
    assert!(is_certified_by(proxy.address(), &old.ca()).await);
    // Half of it.
    let half = old.folder().join("half");
    fs::write(&half, &good[..good.len() / 2]).unwrap();
    rename_over(&half, &files.certificate);
    until_said(&proxy, "leaf.pem: ").await;
    assert!(is_certified_by(proxy.address(), &old.ca()).await);
    let metrics = proxy.running.metrics.encode();
    assert!(metrics.contains("countersign_certificate_last_reload_good 0"), "{metrics}");
    let standing = proxy.running.metrics.certificate().standing();
    assert!(standing.refused.unwrap().why.contains("leaf.pem"));
    // And gone.
    fs::remove_file(&files.certificate).unwrap();
    until_said(&proxy, "No such file").await;
    assert!(is_certified_by(proxy.address(), &old.ca()).await);
    // Then the renewal is complete.
    rename_over(&new.folder().join("leaf-key.pem"), &files.key);
    rename_over(&new.folder().join("leaf.pem"), &files.certificate);
    until_said(&proxy, "A new certificate is in force").await;
    assert!(is_certified_by(proxy.address(), &new.ca()).await);
    assert!(proxy.running.metrics.encode().contains("countersign_certificate_last_reload_good 1"));
}

/// What the kubelet does with a secret.
fn swap(folder: &Path, generation: &str, from: &Path) {
    let hidden = folder.join(format!("..{generation}"));
    fs::create_dir(&hidden).unwrap();
    for name in PAIR {
        fs::copy(from.join(name), hidden.join(name)).unwrap();
    }
    let old = fs::read_link(folder.join("..data")).ok();
    symlink(format!("..{generation}"), folder.join("..data_tmp")).unwrap();
    fs::rename(folder.join("..data_tmp"), folder.join("..data")).unwrap();
    if let Some(old) = old {
        fs::remove_dir_all(folder.join(old)).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mounted_secret_is_followed_through_every_swap() {
    let pairs = [Certificates::make(), Certificates::make(), Certificates::make()];
    let mounted = tempfile::tempdir().unwrap();
    swap(mounted.path(), "0", pairs[0].folder());
    for name in PAIR {
        symlink(Path::new("..data").join(name), mounted.path().join(name)).unwrap();
    }
    let [certificate, key] = PAIR.map(|name| mounted.path().join(name));
    let (_upstream, proxy) = proxy_with(TlsFiles { certificate, key }).await;
    for (generation, pair) in pairs.iter().enumerate().skip(1) {
        swap(mounted.path(), &generation.to_string(), pair.folder());
        within("the new certificate", async {
            while !is_certified_by(proxy.address(), &pair.ca()).await {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
    assert!(!proxy.events().contains("refused"), "a swap is one step: {}", proxy.events());
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_events_come_a_renewed_pair_is_found_all_the_same() {
    let (old, new) = (Certificates::make(), Certificates::make());
    let files = old.files();
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "x")).await;
    let proxy = enforce_with(upstream.address, "", |config| {
        config.tls = Some(files.clone());
        config.pace = Pace { events: false, poll: std::time::Duration::from_millis(20), ..Pace::default() };
    });
    for name in PAIR {
        rename_over(&new.folder().join(name), &old.folder().join(name));
    }
    until_said(&proxy, "A new certificate is in force").await;
    assert!(is_certified_by(proxy.address(), &new.ca()).await);
}
