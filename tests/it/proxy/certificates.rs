//! Certificates that are replaced while the process runs, as people and platforms replace them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use countersign::app::TlsFiles;
use countersign::watch::Pace;

use crate::support::{
    Certificates, Client, Enforced, H2Client, Upstream, answer, enforce_with, get, is_certified_by,
    is_certified_for, within,
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

#[tokio::test(flavor = "multi_thread")]
async fn each_visitor_is_shown_the_certificate_of_the_name_asked_for() {
    let first = Certificates::make();
    let shop = Certificates::for_names(&["shop.test", "*.shop.test"]);
    let blog = Certificates::for_names(&["blog.test", "shop.test"]);
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "x")).await;
    let proxy = enforce_with(upstream.address, "", |config| {
        config.tls = Some(first.files());
        config.certificates = vec![shop.files(), blog.files()];
    });
    for (name, certificates) in [
        ("shop.test", &shop),
        ("SHOP.test", &shop),
        ("pay.shop.test", &shop),
        ("blog.test", &blog),
        ("localhost", &first),
    ] {
        assert!(is_certified_for(proxy.address(), &certificates.ca(), name).await, "{name}");
    }
    // Nobody else's: the first is shown, which such a visitor doesn't take.
    for name in ["a.b.shop.test", "other.test"] {
        assert!(!is_certified_for(proxy.address(), &shop.ca(), name).await, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_that_is_half_renewed_holds_up_no_other() {
    let first = Certificates::make();
    let (shop, blog) = (Certificates::for_names(&["shop.test"]), Certificates::for_names(&["blog.test"]));
    let (new_shop, new_blog) =
        (Certificates::for_names(&["shop.test"]), Certificates::for_names(&["blog.test"]));
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "x")).await;
    let proxy = enforce_with(upstream.address, "", |config| {
        config.tls = Some(first.files());
        config.certificates = vec![shop.files(), blog.files()];
    });
    rename_over(&new_shop.folder().join("leaf.pem"), &shop.files().certificate);
    until_said(&proxy, "leaf-key.pem: this key doesn't belong to the first certificate in ").await;
    let old_ca = shop.ca();
    assert!(is_certified_for(proxy.address(), &old_ca, "shop.test").await);
    for name in PAIR {
        rename_over(&new_blog.folder().join(name), &blog.folder().join(name));
    }
    within("the other renewal", async {
        while !is_certified_for(proxy.address(), &new_blog.ca(), "blog.test").await {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(is_certified_for(proxy.address(), &old_ca, "shop.test").await);
    assert!(proxy.running.metrics.encode().contains("countersign_certificate_last_reload_good 0"));
    rename_over(&new_shop.folder().join("leaf-key.pem"), &shop.files().key);
    within("the rest of the renewal", async {
        while !is_certified_for(proxy.address(), &new_shop.ca(), "shop.test").await {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(is_certified_for(proxy.address(), &first.ca(), "localhost").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_renewed_under_load_cost_no_request() {
    let pairs: Vec<Certificates> = (0..2).map(|_| Certificates::make()).collect();
    let served = tempfile::tempdir().unwrap();
    for name in PAIR {
        fs::copy(pairs[0].folder().join(name), served.path().join(name)).unwrap();
    }
    // Visitors trust whichever is in force.
    let roots = served.path().join("roots.pem");
    let both = pairs.iter().map(|pair| fs::read_to_string(pair.ca()).unwrap()).collect::<String>();
    fs::write(&roots, both).unwrap();
    let [certificate, key] = PAIR.map(|name| served.path().join(name));
    let (_upstream, proxy) = proxy_with(TlsFiles { certificate, key }).await;
    let address = proxy.address();
    let stop = Arc::new(AtomicBool::new(false));
    let visitors: Vec<_> = (0..4)
        .map(|number| {
            let (stop, roots) = (Arc::clone(&stop), roots.clone());
            tokio::spawn(async move {
                let mut answered = 0_usize;
                while !stop.load(Ordering::Relaxed) {
                    let response = if number % 2 == 0 {
                        Client::tls(address, &roots).await.ask(get("/")).await
                    } else {
                        H2Client::connect(address, &roots).await.get("/", &[]).await
                    };
                    assert_eq!((response.status, response.whole), (200, true));
                    answered += 1;
                }
                answered
            })
        })
        .collect();
    for renewal in 1..=20 {
        let pair = &pairs[renewal % 2];
        // One file after the other: in between they don't belong together.
        for name in PAIR {
            rename_over(&pair.folder().join(name), &served.path().join(name));
            tokio::task::yield_now().await;
        }
        within("the renewed pair", async {
            while !is_certified_by(address, &pair.ca()).await {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
    stop.store(true, Ordering::Relaxed);
    for visitor in visitors {
        assert!(visitor.await.unwrap() > 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_has_ended_is_said_and_not_taken_by_visitors() {
    let ended = Certificates::self_signed("serverAuth", -1);
    let (_upstream, proxy) = proxy_with(ended.files()).await;
    assert!(proxy.events().contains("A certificate towards visitors has ended on "), "{}", proxy.events());
    assert!(!is_certified_by(proxy.address(), &ended.ca()).await);
    let metrics = proxy.running.metrics.encode();
    let (_, ends) = metrics.split_once("\ncountersign_certificate_ends_timestamp_seconds ").unwrap();
    let ends: i64 = ends.lines().next().unwrap().parse().unwrap();
    let now = countersign::clock::Clock::System.now().as_second();
    assert!(ends < now && ends > now - 3 * 24 * 3600, "{ends}");
}
