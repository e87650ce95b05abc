//! `countersign run`: starts the proxy, says where it listens, and ends it when asked to.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use sd_notify::NotifyState;
use tokio::signal::unix::{SignalKind, signal};

use super::apart::read_apart;
use super::say;
use super::settings::SettingsArgs;
use super::told::alert_config;
use crate::app::{
    self, AcmeConfig, AdminConfig, AppConfig, DriftConfig, Reader, Running, StartError, TlsFiles,
};
use crate::clock::Clock;
use crate::diagnostic::{color_wanted, render};
use crate::drift::Allowed;
use crate::inventory::Approvers;
use crate::policy::{REPORT_PATH, UpstreamAddress};
use crate::reports::CollectedHosts;
use crate::settings::TracesSettings;
use crate::settings::{
    AcmeSettled, AdminSettings, CertificateFiles, Choices, DriftInterval, Settled, settle,
};
use crate::store::StoreTarget;
use crate::telemetry::init_logs;
use crate::traces::TracesConfig;
use crate::transport::fetch::MAX_TIME;
use crate::transport::listen::Inherited;
use crate::watch::Pace;

/// How often the workers are looked at.
const LOOK: Duration = Duration::from_secs(1);
/// A look may take minutes: six vantages, each asked twice.
const BLIND_AFTER: Duration = Duration::from_mins(10);
/// After an order that failed.
const ACME_RETRY: Duration = Duration::from_mins(1);

/// Arguments of `countersign run`.
#[derive(Debug, Parser)]
#[command(
    after_help = "Each key may also stand in the settings file; a flag goes before a variable of the environment, \
that before the file.\nWithout policies everything is observed and nothing changed."
)]
pub struct Args {
    #[command(flatten)]
    choices: Choices,
    #[command(flatten, next_help_heading = "Settings file and approvers")]
    settings: SettingsArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    match settled(&args.choices, &args.settings) {
        Ok((settled, approvers)) => run_settled(&settled, approvers, &Serves::Pages),
        Err(code) => code,
    }
}

/// What a process is there for.
#[derive(Debug)]
pub(super) enum Serves {
    /// Stands in front of sites.
    Pages,
    /// Looks at vendors, and does nothing else.
    Vendors,
    /// Takes reports, and does nothing else.
    Reports(CollectedHosts),
}

/// Runs until it is told to end.
pub(super) fn run_settled(settled: &Settled, approvers: Approvers, serves: &Serves) -> ExitCode {
    init_logs(settled.log_format);
    // Before there are threads: it changes the environment.
    let inherited = match Inherited::from_environment() {
        Ok(inherited) => inherited,
        Err(error) => {
            say(&format!("countersign: LISTEN_FDS: what was handed over can't be used: {error}"));
            return ExitCode::from(super::COULD_NOT_RUN);
        }
    };
    // Before anything is bound: a signal that comes early must not be lost.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return could_not_run(&StartError::Thread(error)),
    };
    let result = runtime.block_on(async {
        let (mut terminate, mut interrupt) = signals().map_err(StartError::Thread)?;
        let mut hangup = signal(SignalKind::hangup()).map_err(StartError::Thread)?;
        let config = config(settled, approvers, inherited)?;
        let running = app::start(match serves {
            Serves::Pages => config,
            Serves::Vendors => without_visitors(config),
            Serves::Reports(hosts) => only_reports(config, hosts.clone()),
        })?;
        say_where(settled, serves, &running);
        tell_supervisor(&NotifyState::Ready);
        tokio::select! {
            _ = terminate.recv() => say("stopping: what is in flight may end"),
            _ = interrupt.recv() => say("stopping: what is in flight may end"),
            () = damage(&running) => {}
            () = reloads(&mut hangup, &running) => {}
        }
        tell_supervisor(&NotifyState::Stopping);
        Ok::<Running, StartError>(running)
    });
    match result {
        Ok(running) if running.is_damaged() => {
            say(
                "countersign: a worker ended by itself; stopping, so that whoever watches over this starts it anew",
            );
            running.stop();
            ExitCode::from(super::COULD_NOT_RUN)
        }
        Ok(running) => {
            running.stop();
            ExitCode::SUCCESS
        }
        Err(error) => could_not_run(&error),
    }
}

/// Tells whoever started the process, if they want to know (`NOTIFY_SOCKET`).
fn tell_supervisor(state: &NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(std::slice::from_ref(state)) {
        tracing::debug!(%error, "the supervisor can't be told");
    }
}

/// What was said, put together. The error is said already.
pub(super) fn settled(choices: &Choices, settings: &SettingsArgs) -> Result<(Settled, Approvers), ExitCode> {
    let file = settings.file().map_err(|stop| stop.say())?;
    let approvers = settings.approvers(&file).map_err(|stop| stop.say())?;
    let settled = settle(choices.clone(), file.choices).map_err(|why| {
        say(&format!("countersign: {why}"));
        ExitCode::from(super::COULD_NOT_RUN)
    })?;
    Ok((settled, approvers))
}

/// Waits until a worker has ended though nobody asked it to: never, unless there is a defect.
async fn damage(running: &Running) {
    let mut looks = tokio::time::interval(LOOK);
    while !running.is_damaged() {
        looks.tick().await;
    }
}

/// Looks at policies and certificate whenever the signal comes.
async fn reloads(hangup: &mut tokio::signal::unix::Signal, running: &Running) {
    while hangup.recv().await.is_some() {
        say("looking at policies and certificate");
        running.reopen_logs();
        running.reload();
    }
    // No such signal will ever come again, which is no reason to end.
    std::future::pending::<()>().await;
}

fn signals() -> io::Result<(tokio::signal::unix::Signal, tokio::signal::unix::Signal)> {
    Ok((signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?))
}

fn could_not_run(error: &StartError) -> ExitCode {
    if let StartError::Policy(diagnostics) | StartError::Tokens(diagnostics) = error {
        for diagnostic in diagnostics {
            say(&format!("{}\n", render(diagnostic, color_wanted(&io::stderr()))));
        }
    }
    say(&format!("countersign: {error}"));
    ExitCode::from(super::COULD_NOT_RUN)
}

fn config(settled: &Settled, approvers: Approvers, inherited: Inherited) -> Result<AppConfig, StartError> {
    let upstream = match &settled.upstream {
        Some(url) => {
            Some(UpstreamAddress::of_url(url).map_err(|why| StartError::Upstream(url.to_string(), why))?)
        }
        None => None,
    };
    let files = |pair: &CertificateFiles| TlsFiles { certificate: pair.cert.clone(), key: pair.key.clone() };
    Ok(AppConfig {
        listen: Some(settled.listen),
        admin: settled.admin,
        admin_access: admin(settled),
        inherited,
        upstream,
        policies: settled.policies.clone(),
        tls: settled.tls.as_ref().map(files),
        certificates: settled.certificates.iter().map(files).collect(),
        redirect: settled.redirect,
        acme: settled.acme.clone().map(acme),
        upstream_identity: settled.upstream_identity.as_ref().map(files),
        upstream_ca: settled.upstream_ca.clone(),
        workers: settled.workers,
        access_log: settled.access_log.clone(),
        access_log_sample: settled.access_log_sample,
        approvers,
        drift: drift(settled),
        traces: traces(settled),
        store: settled.store.clone(),
        alerts: alert_config(&settled.alert, settled.drift.folder.clone())?,
        collected: None,
        settings: settled.settings.clone(),
        clock: Clock::System,
        pace: Pace::default(),
        read: Reader(Arc::new(read_apart)),
    })
}

/// The same, without what is there for visitors.
fn without_visitors(config: AppConfig) -> AppConfig {
    AppConfig {
        listen: None,
        redirect: None,
        tls: None,
        certificates: Vec::new(),
        acme: None,
        access_log: None,
        inherited: Inherited::default(),
        ..config
    }
}

/// The same, without what is there for pages.
fn only_reports(config: AppConfig, hosts: CollectedHosts) -> AppConfig {
    AppConfig {
        policies: None,
        upstream: None,
        upstream_identity: None,
        drift: None,
        collected: Some(hosts),
        ..config
    }
}

fn admin(settled: &Settled) -> AdminConfig {
    let AdminSettings { tokens, tls, behind_tls, hosts, open_metrics } = settled.admin_access.clone();
    let tls = tls.map(|pair| TlsFiles { certificate: pair.cert, key: pair.key });
    AdminConfig { tokens, tls, behind_tls, hosts, open_metrics }
}

fn acme(settled: AcmeSettled) -> AcmeConfig {
    let AcmeSettled { names, contact, directory, ca, folder } = settled;
    AcmeConfig { names, contact, directory, ca, folder, retry: ACME_RETRY }
}

fn drift(settled: &Settled) -> Option<DriftConfig> {
    let drift = &settled.drift;
    let DriftInterval::Every(interval) = drift.interval else { return None };
    Some(DriftConfig {
        interval,
        blind_after: BLIND_AFTER,
        folder: drift.folder.clone(),
        allowed: Allowed { private: drift.allow_private, through_proxy: drift.through_proxy },
        patience: MAX_TIME,
        read: Arc::new(read_apart),
    })
}

fn traces(settled: &Settled) -> Option<TracesConfig> {
    let TracesSettings { endpoint, sample } = &settled.traces;
    Some(TracesConfig { endpoint: endpoint.clone()?, sample: *sample })
}

fn say_where(settled: &Settled, serves: &Serves, running: &Running) {
    for warning in &running.warnings {
        say(&render(warning, color_wanted(&io::stderr())));
    }
    let scheme = if settled.has_certificate() { "https" } else { "http" };
    match (serves, &settled.drift.interval) {
        (Serves::Pages, _) => say(&format!("listening on {scheme}://{}", running.address)),
        (Serves::Vendors, DriftInterval::Every(interval)) => {
            say(&format!("looking at vendors, at each script every {interval:?}"));
        }
        (Serves::Vendors, DriftInterval::Off) => {}
        (Serves::Reports(_), _) => {
            say(&format!("collecting on {scheme}://{}, at {REPORT_PATH} and /r/NAME", running.address));
        }
    }
    if let Some(address) = running.admin_address {
        let scheme = if settled.admin_access.tls.is_some() { "https" } else { "http" };
        say(&format!("admin on {scheme}://{address}"));
    }
    say(&match &settled.store.target {
        StoreTarget::Memory => {
            "what is observed is kept in memory, and gone with this process: --store FILE keeps it".to_owned()
        }
        target @ (StoreTarget::File(_) | StoreTarget::Postgres(_)) => {
            format!("what is observed is kept in {target}")
        }
    });
    if settled.policies.is_none() && matches!(serves, Serves::Pages) {
        say("no policies: everything is observed, nothing is changed");
    }
}
