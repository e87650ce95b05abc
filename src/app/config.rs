//! What is needed to start, and why nothing was started.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::AcmeConfig;
use crate::alert::{AlertConfig, AlertError};
use crate::analysis;
use crate::clock::Clock;
use crate::diagnostic::Diagnostic;
use crate::drift::{Allowed, ReadScript};
use crate::inventory::Approvers;
use crate::policy::UpstreamAddress;
use crate::reports::CollectedHosts;
use crate::settings::Settings;
use crate::store::{DatabaseError, StoreConfig, StoreTarget};
use crate::telemetry::AccessTarget;
use crate::traces::{TracesConfig, TracesError};
use crate::transport::listen::Inherited;
use crate::transport::tls::TlsError;
use crate::watch::Pace;

/// A certificate chain and its key, PEM.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The chain, leaf first.
    pub certificate: PathBuf,
    /// The leaf's key.
    pub key: PathBuf,
}

/// How operators come in at the admin address.
#[derive(Debug, Clone, Default)]
pub struct AdminConfig {
    /// The file with those who have a token.
    pub tokens: Option<PathBuf>,
    /// For TLS.
    pub tls: Option<TlsFiles>,
    /// Something in front does TLS.
    pub behind_tls: bool,
    /// Names that it is asked for by.
    pub hosts: Vec<String>,
    /// Whether `/metrics` needs no token.
    pub open_metrics: bool,
}

/// How vendors are looked at while the process runs.
#[derive(Clone)]
pub struct DriftConfig {
    /// From one look at a script to the next.
    pub interval: Duration,
    /// It is not told within this time that looks bring nothing.
    pub blind_after: Duration,
    /// For bytes that nobody has approved, and for what was found.
    pub folder: Option<PathBuf>,
    /// How vendors may be reached.
    pub allowed: Allowed,
    /// The longest time for one answer.
    pub patience: Duration,
    /// Reads scripts.
    pub read: ReadScript,
}

impl fmt::Debug for DriftConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DriftConfig").field("interval", &self.interval).finish_non_exhaustive()
    }
}

/// Reads scripts; in this process, where nothing else is said.
#[derive(Clone)]
pub struct Reader(pub ReadScript);

impl Default for Reader {
    fn default() -> Self {
        Self(Arc::new(analysis::read))
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Reader").finish()
    }
}

/// Everything that is needed to start.
#[derive(Debug, Clone)]
pub struct AppConfig {
    /// Where visitors connect, if at all; port 0 lets the system choose. Without it vendors are looked at, and
    /// nothing else is done.
    pub listen: Option<SocketAddr>,
    /// Where operators connect, if at all.
    pub admin: Option<SocketAddr>,
    /// How they come in there.
    pub admin_access: AdminConfig,
    /// Where plain HTTP is answered by a redirect to https, if anywhere.
    pub redirect: Option<SocketAddr>,
    /// Sockets that were open before the process began; they take the place of both addresses.
    pub inherited: Inherited,
    /// The upstream of sites that name none; without `policies`, the only one.
    pub upstream: Option<UpstreamAddress>,
    /// The folder of policies; without it everything is observed and nothing changed.
    pub policies: Option<PathBuf>,
    /// For TLS towards visitors.
    pub tls: Option<TlsFiles>,
    /// Further certificates, each shown to visitors who ask for one of its names.
    pub certificates: Vec<TlsFiles>,
    /// A certificate that is asked for by ACME; it needs `redirect`, where the authority looks.
    pub acme: Option<AcmeConfig>,
    /// A CA (PEM) that upstreams' certificates may come from, beside the system's.
    pub upstream_ca: Option<PathBuf>,
    /// What is shown to upstreams that ask who connects.
    pub upstream_identity: Option<TlsFiles>,
    /// Threads that serve; 0 is one for each core.
    pub workers: usize,
    /// Where each exchange is logged, if anywhere.
    pub access_log: Option<AccessTarget>,
    /// One of so many exchanges is.
    pub access_log_sample: u64,
    /// Whose signatures make approvals count.
    pub approvers: Approvers,
    /// How vendors are looked at, if they are.
    pub drift: Option<DriftConfig>,
    /// Who outside is told, and of what.
    pub alerts: AlertConfig,
    /// Where spans go, if any are made.
    pub traces: Option<TracesConfig>,
    /// Nothing but reports is taken, and those of these sites; no policies are read, and nothing is served.
    pub collected: Option<CollectedHosts>,
    /// Where observations are kept.
    pub store: StoreConfig,
    /// Limits.
    pub settings: Settings,
    /// When policies and certificate are looked at.
    pub pace: Pace,
    /// Reads scripts for people who review them.
    pub read: Reader,
    /// The time.
    pub clock: Clock,
}

impl AppConfig {
    /// A proxy on a free loopback port, with one worker and nothing else: for demos and tests.
    pub fn on_loopback() -> Self {
        Self {
            listen: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
            admin: None,
            admin_access: AdminConfig::default(),
            redirect: None,
            inherited: Inherited::default(),
            upstream: None,
            policies: None,
            tls: None,
            certificates: Vec::new(),
            acme: None,
            upstream_ca: None,
            upstream_identity: None,
            workers: 1,
            access_log: None,
            access_log_sample: 1,
            approvers: Approvers::none(),
            drift: None,
            alerts: AlertConfig::default(),
            traces: None,
            collected: None,
            store: StoreConfig::default(),
            settings: Settings::default(),
            pace: Pace::default(),
            read: Reader::default(),
            clock: Clock::System,
        }
    }
}

/// Why nothing was started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An address can't be bound.
    #[error("can't listen on {address}: {cause}{}", hint(.cause))]
    Listen {
        /// Which.
        address: SocketAddr,
        /// What the system said.
        cause: io::Error,
    },
    /// Certificates or keys.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The policies say things that can't be; there are no earlier ones to keep.
    #[error("the policies can't be used")]
    Policy(Vec<Diagnostic>),
    /// Policies or certificate can't be watched.
    #[error("{path}: {cause}", path = path.display())]
    Watch {
        /// Which folder or file.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// A secret for alerts can't be read.
    #[error("{key}: {path}: {cause}; it names a file with nothing else in it", path = path.display())]
    Secret {
        /// Named by which setting.
        key: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// Nobody outside can be told.
    #[error("alerts: {0}")]
    Alerts(#[from] AlertError),
    /// The access log can't be opened.
    #[error("the access log {path}: {cause}", path = path.display())]
    AccessLog {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The folder for certificates by ACME can't be written.
    #[error("acme.folder {folder}: {cause}", folder = folder.display())]
    Acme {
        /// Which folder.
        folder: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// No spans can be sent.
    #[error("traces: {0}")]
    Traces(#[from] TracesError),
    /// Observations can't be kept there.
    #[error("store {target}: {cause}")]
    Store {
        /// Where.
        target: StoreTarget,
        /// Why.
        cause: DatabaseError,
    },
    /// Whoever reached the admin address could come in, or read what is said there.
    #[error("the admin address {address}: {why}")]
    AdminOpen {
        /// Which.
        address: SocketAddr,
        /// Why, and the way out.
        why: &'static str,
    },
    /// The file with the tokens can't be used; there is no earlier one to keep.
    #[error("the tokens of the admin address can't be used")]
    Tokens(Vec<Diagnostic>),
    /// Sockets were handed over that nobody asked for.
    #[error("LISTEN_FDS: {0}")]
    HandedOver(&'static str),
    /// The upstream of the settings is none.
    #[error("the upstream `{0}`: {1}")]
    Upstream(String, &'static str),
    /// Nothing to stand in front of.
    #[error(
        "say what to stand in front of: --upstream URL, or --policies DIR with sites that name their own"
    )]
    NoUpstream,
    /// A thread or its runtime can't be made.
    #[error("can't start a thread: {0}")]
    Thread(io::Error),
}

fn hint(cause: &io::Error) -> &'static str {
    let kind = cause.kind();
    if kind == io::ErrorKind::AddrInUse {
        " (another program listens there: stop it, or choose another port)"
    } else if kind == io::ErrorKind::PermissionDenied {
        " (ports below 1024 need a privilege: choose a higher one)"
    } else {
        ""
    }
}
