//! A proxy in this process, in front of a test's upstream.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use countersign::app::{self, AppConfig, Running, TlsFiles};
use countersign::policy::{Snapshot, UpstreamAddress, load_folder};
use tempfile::TempDir;

/// A proxy with a policy for `shop.test`, and the folder with it.
pub(crate) struct Enforced {
    pub(crate) running: Running,
    pub(crate) folder: TempDir,
}

impl Enforced {
    /// Where visitors connect.
    pub(crate) fn address(&self) -> SocketAddr {
        self.running.address
    }

    /// Where pages under the first rule tell browsers to send their reports.
    pub(crate) fn reports(&self) -> String {
        format!("/_countersign/reports?g={}&p=0", self.running.published.load().generation.fingerprint)
    }

    /// The words of all events.
    pub(crate) fn events(&self) -> String {
        let events = self.running.store.events(100);
        events.into_iter().map(|event| event.message + "\n").collect()
    }
}

fn at(address: SocketAddr) -> UpstreamAddress {
    UpstreamAddress::tcp(false, address.ip().to_string(), address.port())
}

fn base() -> AppConfig {
    super::logs::keep_logs();
    let mut config = AppConfig::on_loopback();
    config.settings.drain_time = Duration::from_millis(500);
    config
}

/// The upstream of this URL.
pub(crate) fn upstream_at(url: &str) -> UpstreamAddress {
    UpstreamAddress::of_url(&url::Url::parse(url).unwrap()).unwrap()
}

/// Observes, without policies.
pub(crate) fn observe(upstream: SocketAddr) -> Running {
    observe_with(upstream, |_| {})
}

/// The same, with other settings.
pub(crate) fn observe_with(upstream: SocketAddr, adjust: impl FnOnce(&mut AppConfig)) -> Running {
    let mut config = AppConfig { upstream: Some(at(upstream)), ..base() };
    adjust(&mut config);
    app::start(config).unwrap()
}

/// Enforces a policy for `shop.test`; `rules` is added to it.
pub(crate) fn enforce(upstream: SocketAddr, rules: &str) -> Enforced {
    enforce_with(upstream, rules, |_| {})
}

/// The same, with other settings.
pub(crate) fn enforce_with(
    upstream: SocketAddr,
    rules: &str,
    adjust: impl FnOnce(&mut AppConfig),
) -> Enforced {
    let folder = policies(rules);
    let mut config =
        AppConfig { upstream: Some(at(upstream)), policies: Some(folder.path().to_owned()), ..base() };
    adjust(&mut config);
    let running = app::start(config).unwrap_or_else(|error| panic!("{error:?}"));
    Enforced { running, folder }
}

fn policies(rules: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mode = if rules.contains("mode") { "" } else { "mode = \"enforce\"\n" };
    let text = format!("hosts = [\"shop.test\"]\n{mode}{rules}\n");
    std::fs::write(folder.path().join("shop.toml"), text).unwrap();
    folder
}

/// The snapshot of other rules, to be published at a moment that the test chooses.
pub(crate) fn snapshot_of(upstream: SocketAddr, rules: &str, number: u64) -> Snapshot {
    load_folder(policies(rules).path(), Some(at(upstream)), number).unwrap().snapshot
}

/// A CA and a leaf for `localhost`, by `certs/make-dev`.
pub(crate) struct Certificates {
    folder: TempDir,
}

impl Certificates {
    pub(crate) fn make() -> Self {
        Self::for_names(&[])
    }

    /// The same for other names.
    pub(crate) fn for_names(names: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("certs/make-dev");
        let made = Command::new(script).args(names).env("CERTS_DIR", folder.path()).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Self { folder }
    }

    /// A pair that its owner signed: for somebody who connects, or, where it has ended, for nobody.
    pub(crate) fn self_signed(usage: &str, days: i32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let extensions = format!(
            "basicConstraints=critical,CA:FALSE\nextendedKeyUsage={usage}\nsubjectAltName=DNS:localhost\n"
        );
        fs::write(folder.path().join("extensions"), extensions).unwrap();
        let ask = "req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout leaf-key.pem \
                   -out request.pem -subj /CN=self";
        let sign = format!(
            "x509 -req -in request.pem -signkey leaf-key.pem -days {days} -extfile extensions -out leaf.pem"
        );
        for command in [ask, &sign] {
            let made = Command::new("openssl")
                .args(command.split_whitespace())
                .current_dir(folder.path())
                .output()
                .unwrap();
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        }
        fs::copy(folder.path().join("leaf.pem"), folder.path().join("ca.pem")).unwrap();
        Self { folder }
    }

    pub(crate) fn ca(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn files(&self) -> TlsFiles {
        TlsFiles {
            certificate: self.folder.path().join("leaf.pem"),
            key: self.folder.path().join("leaf-key.pem"),
        }
    }
}
