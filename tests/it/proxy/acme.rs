//! A certificate by ACME, from Pebble: the test server of Let's Encrypt (Debian: `pebble`).

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use countersign::app::AcmeConfig;

use crate::support::{
    Certificates, Client, Enforced, Upstream, answer, enforce_with, get, is_certified_by, within,
};

/// A running Pebble; killed when dropped.
struct Pebble(Child);

impl Drop for Pebble {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that is free now. Pebble can't be asked which one it got.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

impl Pebble {
    /// Starts it; it looks for challenges at this port.
    fn start(at: SocketAddr, certificates: &Certificates, folder: &Path, looks_at: u16) -> Self {
        let files = certificates.files();
        let config = serde_json::json!({ "pebble": {
            "listenAddress": at.to_string(),
            "managementListenAddress": free().to_string(),
            "certificate": files.certificate,
            "privateKey": files.key,
            "httpPort": looks_at,
            "tlsPort": 1,
            "ocspResponderURL": "",
            "externalAccountBindingRequired": false,
        }});
        let path = folder.join("pebble.json");
        fs::write(&path, config.to_string()).unwrap();
        let started = Command::new("pebble")
            .args(["-config", path.to_str().unwrap()])
            // Nothing of its own sleeps or fails by chance.
            .envs([("PEBBLE_VA_NOSLEEP", "1"), ("PEBBLE_WFE_NONCEREJECT", "0")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self(started.unwrap_or_else(|error| panic!("install Debian's pebble: {error}")))
    }
}

fn metrics_say(proxy: &Enforced, line: &str) -> bool {
    proxy.running.metrics.encode().lines().any(|found| found == line)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_asked_for_proved_and_used_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("acme");
    let authority = Certificates::make();
    let at = free();
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "x")).await;
    let acme = AcmeConfig {
        names: vec!["localhost".to_owned()],
        contact: None,
        directory: format!("https://localhost:{}/dir", at.port()),
        ca: Some(authority.ca()),
        folder: kept.clone(),
        retry: Duration::from_millis(50),
    };
    let start = || {
        enforce_with(upstream.address, "", |config| {
            config.redirect = Some("127.0.0.1:0".parse().unwrap());
            config.acme = Some(acme.clone());
        })
    };
    let proxy = start();
    // Nobody answers yet: that is said, and visitors are shown what nobody believes.
    within("a failure", async {
        while !proxy.events().contains("No new certificate came from https://localhost:") {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let placeholder = fs::read(kept.join("chain.pem")).unwrap();
    let looks_at = proxy.running.redirect_address.unwrap();
    let _pebble = Pebble::start(at, &authority, folder.path(), looks_at.port());
    within("the certificate", async {
        while !metrics_say(&proxy, "countersign_acme_orders_total{outcome=\"renewed\"} 1") {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let chain = fs::read_to_string(kept.join("chain.pem")).unwrap();
    assert_ne!(chain.as_bytes(), placeholder);
    // The last of the chain is the issuer: whoever trusts it believes the leaf, once it is in force.
    let issuer = folder.path().join("issuer.pem");
    let (begin, _) = chain.match_indices("-----BEGIN").last().unwrap();
    fs::write(&issuer, &chain[begin..]).unwrap();
    within("the certificate in force", async {
        while !is_certified_by(proxy.address(), &issuer).await {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(Client::tls(proxy.address(), &issuer).await.ask(get("/")).await.status, 200);
    assert!(!proxy.events().contains("doesn't belong"), "{}", proxy.events());
    for secret in ["key.pem", "account.json"] {
        let mode =
            std::os::unix::fs::PermissionsExt::mode(&fs::metadata(kept.join(secret)).unwrap().permissions());
        assert_eq!(mode & 0o077, 0, "{secret}");
    }
    // A challenge that is over is answered no more.
    let over = "GET /.well-known/acme-challenge/x HTTP/1.1\r\nHost: localhost\r\n\r\n";
    assert_eq!(Client::connect(looks_at).await.ask(over).await.status, 404);
    // The next start uses what is there.
    drop(proxy);
    let again = start();
    assert!(is_certified_by(again.address(), &issuer).await);
    assert_eq!(fs::read_to_string(kept.join("chain.pem")).unwrap(), chain);
}
