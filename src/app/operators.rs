//! The operators' window: whether it may be opened as the settings say, and opening it.

use std::net::SocketAddr;
use std::thread::JoinHandle;

use tokio::net::TcpListener;

use super::certificate::Certificates;
use super::reload::Reloading;
use super::tokens::Tokens;
use super::{AppConfig, News, Running, StartError, Towards, reload_for_admin, spawn};
use crate::admin::{self, Access, AccessConfig, Explaining, Findings, Sources};
use crate::clock::Clock;
use crate::settings::Settings;
use crate::transport::Networks;
use crate::transport::tls::PublishedTls;
use crate::watch::Pace;

/// What is needed to let operators in.
pub(super) struct Door {
    access: Access,
    tls: Option<PublishedTls>,
    certificates: Option<Certificates>,
    tokens: Option<Tokens>,
    explaining: Option<Explaining>,
}

/// The same, once it is followed.
pub(super) struct Entrance {
    access: Access,
    tls: Option<PublishedTls>,
    findings: Findings,
    explaining: Option<Explaining>,
}

impl Door {
    /// Reads what the settings name. `address`: where operators connect. Fails where whoever reaches it could come
    /// in, or read along.
    pub(super) fn open(config: &AppConfig, address: SocketAddr, news: &News) -> Result<Self, StartError> {
        let asked = &config.admin_access;
        let refused = |why| StartError::AdminOpen { address, why };
        let is_loopback = address.ip().to_canonical().is_loopback();
        let (tokens, published) = asked.tokens.as_deref().map(Tokens::open).transpose()?.unzip();
        // Who names it, or puts something in front, lets others in.
        let is_reached = !is_loopback || asked.behind_tls || !asked.hosts.is_empty();
        let nobody = published.as_ref().is_none_or(|book| book.load().holders().is_empty());
        if is_reached && nobody {
            return Err(refused(
                "others reach it, so whoever comes in needs a token, and there is none: countersign token add --name \
                 NAME --role operate --file tokens.toml, and --admin-tokens tokens.toml; or leave it on loopback \
                 (--admin 127.0.0.1:9180)",
            ));
        }
        if !is_loopback && asked.tls.is_none() && !asked.behind_tls {
            return Err(refused(
                "others reach it, and tokens would be sent in the clear: --admin-tls-cert FILE --admin-tls-key FILE; \
                 --admin-behind-tls where something in front does TLS; or leave it on loopback (--admin \
                 127.0.0.1:9180)",
            ));
        }
        let (certificates, tls) = match asked.tls.clone() {
            Some(files) => Some(Certificates::for_operators(files, config.clock)?).unzip(),
            None => (None, None),
        };
        if let Some(certificates) = &certificates {
            news.begin_certificates(Towards::Operators, certificates.in_force());
        }
        let believed = if asked.behind_tls { believed(&config.settings) } else { Networks::default() };
        let access = Access::new(AccessConfig {
            tokens: published,
            is_secure: tls.is_some() || asked.behind_tls,
            is_behind: asked.behind_tls,
            hosts: asked.hosts.clone(),
            open_metrics: asked.open_metrics,
            believed,
        });
        Ok(Self { access, tls, certificates, tokens, explaining: explaining(config) })
    }
}

/// For explaining pages, where there are policies.
fn explaining(config: &AppConfig) -> Option<Explaining> {
    let policies = config.policies.clone()?;
    Some(Explaining::new(policies, config.approvers.clone(), config.upstream_ca.clone(), config.clock))
}

impl Door {
    /// Watches what it read.
    pub(super) fn follow(
        self,
        pace: Pace,
        news: &News,
        reloading: &mut Reloading,
    ) -> Result<Entrance, StartError> {
        let towards = Towards::Operators;
        reloading.admin_certificate = news.clone().watch_certificate(pace, towards, self.certificates)?;
        reloading.tokens = news.clone().watch_tokens(pace, self.tokens)?;
        let findings = news.findings.clone();
        Ok(Entrance { access: self.access, tls: self.tls, findings, explaining: self.explaining })
    }
}

/// Who is believed about where somebody is: where everybody is a proxy, all networks.
fn believed(settings: &Settings) -> Networks {
    if settings.trust_forwarded {
        return Networks(["0.0.0.0/0", "::/0"].iter().filter_map(|all| all.parse().ok()).collect());
    }
    settings.forwarded_from.clone()
}

/// Opens the window.
pub(super) fn begin(
    listener: std::net::TcpListener,
    entrance: Entrance,
    running: &Running,
    sources: Sources,
    clock: Clock,
) -> Result<JoinHandle<()>, StartError> {
    let Entrance { access, tls, findings, explaining } = entrance;
    let state = admin::State {
        findings,
        explaining,
        published: running.published.clone(),
        store: running.store.clone(),
        archive: running.archive(),
        clock,
        metrics: running.metrics.clone(),
        reload: reload_for_admin(running.reloading.now(), running.metrics.clone()),
        alerts: running.alerts.clone(),
        headers: running.headers.clone(),
        reviews: running.reviews.clone(),
        sources,
        access,
    };
    let stop = running.stop.clone();
    let serve = |listener| async move {
        if let Err(error) = admin::serve(listener, tls, state, stop.cancelled_owned()).await {
            tracing::error!(%error, "the admin address ended");
        }
    };
    spawn("admin".to_owned(), move || TcpListener::from_std(listener).map(serve))
}
