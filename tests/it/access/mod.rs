//! The admin address where others reach it: when it is opened, TLS, tokens, the commands that ask it.

mod opening;
mod tls;
mod browser;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use countersign::admin::{Holder, Role, Token, TokenBook};
use countersign::app::{AdminConfig, AppConfig, Running};
use countersign::store::{Event, EventKind};
use tempfile::TempDir;

use crate::browser::eventually;
use crate::support::{Certificates, Upstream, observe_with, page};

/// A proxy whose admin address others reach, with TLS.
pub(crate) struct Desk {
    pub(crate) running: Running,
    pub(crate) certificates: Certificates,
    pub(crate) folder: TempDir,
    _upstream: Upstream,
}

impl Desk {
    pub(crate) async fn open() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(adjust: impl FnOnce(&mut AppConfig)) -> Self {
        let (upstream, certificates) = (Upstream::answering(page("")).await, Certificates::make());
        let folder = tempfile::tempdir().unwrap();
        TokenBook::default().write(&tokens_in(&folder)).unwrap();
        token(&tokens_in(&folder), "first", Role::Operate);
        let running = observe_with(upstream.address, |config| {
            config.admin = Some(([0, 0, 0, 0], 0).into());
            config.admin_access = AdminConfig {
                tokens: Some(tokens_in(&folder)),
                tls: Some(certificates.files()),
                ..AdminConfig::default()
            };
            adjust(config);
        });
        Self { running, certificates, folder, _upstream: upstream }
    }

    /// Where it is reached from this machine.
    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.running.admin_address.unwrap().port()))
    }

    /// Waits until the running process takes somebody's token.
    pub(crate) async fn until_taken(&self, name: &str) {
        let taken = |event: &Event| {
            event.kind == EventKind::Act && event.message.contains(name) && event.message.contains("is taken")
        };
        eventually(name, async || self.running.store.events(1000).iter().any(taken).then_some(())).await;
    }

    pub(crate) fn tokens(&self) -> PathBuf {
        tokens_in(&self.folder)
    }
}

fn tokens_in(folder: &TempDir) -> PathBuf {
    folder.path().join("tokens.toml")
}

/// A token for somebody new, in the file.
pub(crate) fn token(file: &Path, name: &str, role: Role) -> Token {
    let mut book = TokenBook::read(file).unwrap();
    let token = Token::generate().unwrap();
    let created = "2026-11-26T03:04:44Z".parse().unwrap();
    book.add(Holder { name: name.into(), role, digest: token.digest(), created, expires: None }).unwrap();
    book.write(file).unwrap();
    token
}
