//! Puts the parts of the running process together: reads the policies, binds the addresses, starts the
//! threads, and ends them.

mod config;
mod certificate;
mod acme;
mod reload;
mod in_force;
mod sockets;
mod ends;
mod vendors;
mod kept;
mod tokens;
mod operators;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use arc_swap::ArcSwap;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, LocalOptions};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::admin;
use crate::alert::{self, Alerts};
use crate::clock::Clock;
use crate::diagnostic::Diagnostic;
use crate::drift::{Quarantine, Reviews};
use crate::headers::Headers;
use crate::inventory::Trust;
use crate::policy::{self, PublishedSnapshot, Snapshot};
use crate::proxy::{self, Addresses, Health, Places, Record, Shared};
use crate::reports::Collector;
use crate::settings::Settings;
use crate::store::{self, Archive, Keeping, Store};
use crate::telemetry::{AccessLog, AccessTarget, Metrics};
use crate::traces::Traces;
use crate::transport::descriptors;
use crate::transport::dial::Dialer;
use crate::transport::tls::{self, PublishedClient, PublishedTls};
use acme::Acme;
pub use acme::AcmeConfig;
use certificate::Certificates;
pub use config::{AdminConfig, AppConfig, DriftConfig, Reader, StartError, TlsFiles};
use kept::tell_of_store;
use operators::Door;
use reload::{News, ReloadNow, Reloading, Towards};
use sockets::Sockets;

/// One address may have this part of the connections and of the exchanges, where the settings say nothing.
const SHARE_OF_ADDRESS: usize = 4;

/// A running proxy. Dropping it stops it: nothing new is accepted, what is in flight may end within
/// [`Settings::drain_time`].
pub struct Running {
    /// Where visitors connect; port 0 where nobody can (`AppConfig::listen`).
    pub address: SocketAddr,
    /// Where operators connect.
    pub admin_address: Option<SocketAddr>,
    /// Where plain HTTP is led to https.
    pub redirect_address: Option<SocketAddr>,
    /// The snapshot in force.
    pub published: PublishedSnapshot,
    /// What was observed.
    pub store: Arc<dyn Store>,
    /// The counters.
    pub metrics: Metrics,
    /// What somebody outside is told.
    pub alerts: Alerts,
    /// What security headers the application sends.
    pub headers: Headers,
    /// For saying that somebody looked at what an evergreen script serves, where vendors are looked at.
    pub reviews: Option<Reviews>,
    /// What the policies' author should know, from the start.
    pub warnings: Vec<Diagnostic>,
    stop: CancellationToken,
    threads: Vec<JoinHandle<()>>,
    access: Option<Arc<AccessLog>>,
    reloading: Reloading,
    /// After the threads: what they observe last is written too.
    keeping: Keeping,
}

impl Running {
    /// Stops and waits for the end. Dropping does the same.
    pub fn stop(self) {
        drop(self);
    }

    /// Looks at policies and certificate at once. What comes of it is told as after every change.
    pub fn reload(&self) {
        self.reloading.now().ask();
    }

    /// Opens the access log's file anew, for whoever rotates it.
    pub fn reopen_logs(&self) {
        if let Some(access) = &self.access {
            access.reopen();
        }
    }

    /// For asking the database.
    pub fn archive(&self) -> Archive {
        self.keeping.archive()
    }

    /// Whether a worker has ended though nobody asked it to: it panicked.
    pub fn is_damaged(&self) -> bool {
        !self.stop.is_cancelled() && self.threads.iter().any(JoinHandle::is_finished)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
        self.reloading = Reloading::default();
        for thread in self.threads.drain(..) {
            // A thread that panicked has said so already.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Starts a proxy. When this returns, connections are accepted.
pub fn start(config: AppConfig) -> Result<Running, StartError> {
    let clock = config.clock;
    let opened = store::begin(config.store.clone(), clock)
        .map_err(|cause| StartError::Store { target: config.store.target.clone(), cause })?;
    let store: Arc<dyn Store> = opened.recorder();
    let metrics = Metrics::new();
    // One for the whole process: it remembers what was in force.
    let trust = Arc::new(Trust::new(config.approvers.clone(), clock));
    let (snapshot, warnings) = first_snapshot(&config, &trust)?;
    let told = alert::alerts(config.alerts.clone(), Arc::clone(&store), clock, &metrics)?;
    let alerts = told.0.clone();
    let keeping = opened.keep(clock, metrics.clone(), tell_of_store(alerts.clone()));
    let keeping = keeping.map_err(StartError::Thread)?;
    let headers = Headers::open(config.alerts.folder.as_deref(), alerts.clone(), clock);
    let news = News::new(&metrics, &store, clock, &alerts, &warnings);
    news.begin(&snapshot, config.policies.is_some());
    let published: PublishedSnapshot = Arc::new(ArcSwap::from_pointee(snapshot));
    let workers = if config.workers == 0 { cores() } else { config.workers };

    let (certificates, tls) = certificates(&config)?.unzip();
    if let Some(certificates) = &certificates {
        news.begin_certificates(Towards::Visitors, certificates.in_force());
    }
    let (identity, client) = identity(&config, &news)?;
    let dialer = dialer(&config, client);
    let access = access_log(&config, &metrics)?;
    let traces = config.traces.as_ref();
    let traces = traces.map(|traces| Traces::begin(traces, clock, metrics.clone())).transpose()?;
    let settings = Arc::new(config.settings.clone());
    let allowed = connections_allowed(&settings, workers);
    let share = (allowed / SHARE_OF_ADDRESS).max(1);
    let shared = Arc::new(Shared {
        published: Arc::clone(&published),
        record: record(&store, clock, &metrics, &alerts, &headers),
        collector: collector(&store, clock, &metrics, &alerts, &settings),
        collected: config.collected.clone(),
        slots: Arc::new(Semaphore::new(allowed)),
        challenges: Arc::default(),
        addresses: Arc::new(Addresses::new(settings.max_connections_per_address.unwrap_or(share))),
        // An exchange needs one connection to the upstream, as a downstream one with HTTP/1 does.
        places: Places::new(allowed, settings.max_exchanges_per_address.unwrap_or(share)),
        replay_bytes: settings.replay_bytes / workers.max(1),
        settings,
        tls,
        dialer,
        access: access.clone(),
        traces,
        roster: Arc::default(),
        clock,
    });

    let serves = config.listen.is_some();
    let sockets = Sockets::open(&config, workers)?;
    let (address, admin_address) = (sockets.address, sockets.admin_address);
    let door = admin_address.map(|address| Door::open(&config, address, &news)).transpose()?;

    // From here on an error drops `running`, which ends the threads begun so far.
    let mut running = Running {
        address,
        admin_address,
        redirect_address: sockets.redirect_address,
        published: Arc::clone(&published),
        store: Arc::clone(&store),
        metrics: metrics.clone(),
        alerts: alerts.clone(),
        headers: headers.clone(),
        reviews: None,
        warnings,
        stop: CancellationToken::new(),
        threads: Vec::new(),
        access,
        reloading: Reloading::default(),
        keeping,
    };
    let sources = sources(&config, &trust);
    vendors::begin(&config, told, &mut running)?;
    let published_policies = Arc::clone(&published);
    running.reloading.policies = news.clone().watch_policies(
        config.pace,
        config.policies,
        config.upstream,
        published_policies,
        trust,
    )?;
    running.reloading.identity = news.clone().watch_certificate(config.pace, Towards::Upstreams, identity)?;
    let entrance = door.map(|door| door.follow(config.pace, &news, &mut running.reloading)).transpose()?;
    running.reloading.certificate = news.watch_certificate(config.pace, Towards::Visitors, certificates)?;
    for (number, listener) in sockets.visitors.into_iter().enumerate() {
        let (shared, stop) = (Arc::clone(&shared), running.stop.clone());
        let work = |listener| proxy::work(shared, listener, stop);
        let thread = spawn(format!("worker-{number}"), move || TcpListener::from_std(listener).map(work))?;
        running.threads.push(thread);
    }
    running.threads.extend(begin_edge(&shared, &running, sockets.redirect, config.acme)?);
    if serves {
        running.threads.push(ask_after_health(&shared, running.stop.clone())?);
    }
    if let (Some(listener), Some(entrance)) = (sockets.admin, entrance) {
        let thread = operators::begin(listener, entrance, &running, sources, clock)?;
        running.threads.push(thread);
    }
    Ok(running)
}

/// What the data path tells, and whom.
fn record(
    store: &Arc<dyn Store>,
    clock: Clock,
    metrics: &Metrics,
    alerts: &Alerts,
    headers: &Headers,
) -> Arc<Record> {
    let (store, metrics, alerts) = (Arc::clone(store), metrics.clone(), alerts.clone());
    Arc::new(Record::new(store, clock, metrics, alerts, headers.clone()))
}

/// Where browsers' reports go.
fn collector(
    store: &Arc<dyn Store>,
    clock: Clock,
    metrics: &Metrics,
    alerts: &Alerts,
    settings: &Settings,
) -> Arc<Collector> {
    let (store, metrics, alerts) = (Arc::clone(store), metrics.clone(), alerts.clone());
    Arc::new(Collector::new(store, clock, metrics, alerts, &settings.reports))
}

/// Where the operators' window finds scripts.
fn sources(config: &AppConfig, trust: &Arc<Trust>) -> admin::Sources {
    let kept = config.drift.as_ref().and_then(|drift| drift.folder.as_deref());
    admin::Sources {
        policies: config.policies.clone(),
        trust: Arc::clone(trust),
        quarantine: kept.map(Quarantine::within),
        read: Arc::clone(&config.read.0),
    }
}

/// As many connections as the settings allow, unless the system allows fewer open files: each may need
/// one more towards an upstream, and some are needed for idle ones and for everything else.
fn connections_allowed(settings: &Settings, workers: usize) -> usize {
    const FOR_EVERYTHING_ELSE: usize = 64;
    let wanted = settings.max_connections.clamp(1, Semaphore::MAX_PERMITS);
    let Some(limit) = descriptors::limit() else { return wanted };
    let idle = settings.pool_size.saturating_mul(workers).min(limit / 4);
    let possible = (limit.saturating_sub(FOR_EVERYTHING_ELSE).saturating_sub(idle) / 2).max(1);
    if possible < wanted {
        tracing::info!(
            limit,
            possible,
            wanted,
            "the system's limit of open files (ulimit -n) allows fewer connections"
        );
    }
    wanted.min(possible)
}

/// The redirect to https, and the certificate that is asked for.
fn begin_edge(
    shared: &Arc<Shared>,
    running: &Running,
    redirect: Option<std::net::TcpListener>,
    acme: Option<AcmeConfig>,
) -> Result<Vec<JoinHandle<()>>, StartError> {
    let mut threads = Vec::new();
    if let Some(listener) = redirect {
        let (shared, stop) = (Arc::clone(shared), running.stop.clone());
        let lead = |listener| proxy::redirect(shared, listener, stop);
        threads.push(spawn("redirect".to_owned(), move || TcpListener::from_std(listener).map(lead))?);
    }
    if let Some(config) = acme {
        let acme = Acme {
            config,
            challenges: Arc::clone(&shared.challenges),
            metrics: running.metrics.clone(),
            store: Arc::clone(&running.store),
            clock: shared.clock,
        };
        let stop = running.stop.clone();
        threads.push(spawn("acme".to_owned(), move || Ok(acme.run(stop)))?);
    }
    Ok(threads)
}

/// Asks upstreams whether they are well, from a thread of its own.
fn ask_after_health(shared: &Shared, stop: CancellationToken) -> Result<JoinHandle<()>, StartError> {
    let health = Health {
        published: Arc::clone(&shared.published),
        roster: Arc::clone(&shared.roster),
        dialer: shared.dialer.clone(),
        record: Arc::clone(&shared.record),
    };
    spawn("health".to_owned(), move || Ok(health.run(stop)))
}

/// Those towards visitors. The first that is named is for whoever asks for none of the others' names.
fn certificates(config: &AppConfig) -> Result<Option<(Certificates, PublishedTls)>, StartError> {
    if let Some(acme) = &config.acme {
        let failed = |cause| StartError::Acme { folder: acme.folder.clone(), cause };
        acme.prepare().map_err(failed)?;
    }
    let by_acme = config.acme.as_ref().map(AcmeConfig::files);
    let mut files = config.tls.iter().chain(&config.certificates).chain(&by_acme).cloned();
    let Some(first) = files.next() else { return Ok(None) };
    Ok(Some(Certificates::open(first, files.collect(), config.clock)?))
}

/// How upstreams are reached.
fn dialer(config: &AppConfig, tls: PublishedClient) -> Dialer {
    Dialer {
        tls,
        max_headers: config.settings.max_headers,
        buffer_bytes: config.settings.buffer_bytes,
        max_streams: config.settings.max_streams,
        patience: config.settings.idle_time,
    }
}

/// What upstreams are shown that ask who connects, and how connections to them are made.
fn identity(config: &AppConfig, news: &News) -> Result<(Option<Certificates>, PublishedClient), StartError> {
    let ca = config.upstream_ca.clone();
    let Some(files) = config.upstream_identity.clone() else {
        return Ok((None, Arc::new(ArcSwap::new(tls::client(ca.as_deref(), None)?))));
    };
    let (identity, published) = Certificates::for_upstreams(files, ca, config.clock)?;
    news.begin_certificates(Towards::Upstreams, identity.in_force());
    Ok((Some(identity), published))
}

fn access_log(config: &AppConfig, metrics: &Metrics) -> Result<Option<Arc<AccessLog>>, StartError> {
    let Some(target) = &config.access_log else { return Ok(None) };
    let begun = AccessLog::begin(target, config.access_log_sample, metrics.clone());
    let failed = |cause| StartError::AccessLog {
        path: match target {
            AccessTarget::File(path) => path.clone(),
            AccessTarget::Stdout => PathBuf::from("stdout"),
        },
        cause,
    };
    Ok(Some(Arc::new(begun.map_err(failed)?)))
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

fn first_snapshot(config: &AppConfig, trust: &Trust) -> Result<(Snapshot, Vec<Diagnostic>), StartError> {
    if config.collected.is_some() {
        return Ok((policy::no_sites(), Vec::new()));
    }
    match (&config.policies, &config.upstream) {
        (Some(folder), upstream) => {
            let loaded =
                policy::load_trusting(folder, upstream.clone(), 1, trust).map_err(StartError::Policy)?;
            let (generation, sites) = (&loaded.snapshot.generation, loaded.snapshot.sites.len());
            tracing::info!(%generation, sites, "policies in force");
            Ok((loaded.snapshot, loaded.warnings))
        }
        (None, Some(upstream)) => Ok((policy::observe_only(upstream.clone()), Vec::new())),
        (None, None) => Err(StartError::NoUpstream),
    }
}

fn reload_for_admin(now: ReloadNow, metrics: Metrics) -> admin::Reload {
    Arc::new(move || Box::pin(now.clone().answers(metrics.clone())))
}

/// A thread with a runtime of its own, in which everything runs that it begins. What is to be done is made
/// there, because sockets belong to the runtime in which they were made.
fn spawn<B, W>(name: String, begin: B) -> Result<JoinHandle<()>, StartError>
where
    B: FnOnce() -> io::Result<W> + Send + 'static,
    W: Future<Output = ()>,
{
    let (told, said) = std::sync::mpsc::sync_channel(1);
    let thread = thread::Builder::new()
        .name(name)
        .spawn(move || {
            // Its tasks stay on this thread, and so it can't be made on another one.
            let runtime =
                match Builder::new_current_thread().enable_all().build_local(LocalOptions::default()) {
                    Ok(runtime) => runtime,
                    Err(error) => return drop(told.send(error)),
                };
            drop(told);
            runtime.block_on(async {
                match begin() {
                    Ok(work) => work.await,
                    Err(error) => tracing::error!(%error, "the runtime refused the listener"),
                }
            });
        })
        .map_err(StartError::Thread)?;
    // Nothing is said where all is well.
    said.recv().map_or(Ok(thread), |error| Err(StartError::Thread(error)))
}
