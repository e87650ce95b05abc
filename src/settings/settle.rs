//! Puts together what was said: flags before variables (which the command line's parser has settled),
//! these before the file, the file before the defaults.

use std::net::SocketAddr;
use std::path::PathBuf;

use url::Url;

use super::admin::AdminSettings;
use super::alert::{AlertSettings, settle_alerts};
use super::choices::{AcmeChoices, ApproverChoices, CertificateFiles, Choices, LimitChoices};
use super::document::DocumentLimits;
use super::drift::DriftSettings;
use super::limits::Settings;
use super::reports::ReportLimits;
use super::store;
use super::traces::TracesSettings;
use crate::inventory::{Approvers, ApproversError};
use crate::store::StoreConfig;
use crate::telemetry::{AccessTarget, LogFormat};
use crate::transport::{Network, Networks};

/// The authority that is asked where no other is named.
const AUTHORITY: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// What is asked for by ACME.
#[derive(Debug, Clone)]
pub struct AcmeSettled {
    /// The DNS names of the certificate.
    pub names: Vec<String>,
    /// Where the authority writes to.
    pub contact: Option<String>,
    /// The authority's directory.
    pub directory: String,
    /// What its own certificate comes from.
    pub ca: Option<PathBuf>,
    /// Where everything is kept.
    pub folder: PathBuf,
}

/// How the process runs.
#[derive(Debug, Clone)]
pub struct Settled {
    /// Where visitors connect.
    pub listen: SocketAddr,
    /// Where operators connect, if at all.
    pub admin: Option<SocketAddr>,
    /// How they come in there.
    pub admin_access: AdminSettings,
    /// The application, for sites that name none.
    pub upstream: Option<Url>,
    /// The folder of policies.
    pub policies: Option<PathBuf>,
    /// For TLS towards visitors.
    pub tls: Option<CertificateFiles>,
    /// Further certificates.
    pub certificates: Vec<CertificateFiles>,
    /// The certificate that is asked for by ACME, if any.
    pub acme: Option<AcmeSettled>,
    /// Where plain HTTP is led to https, if anywhere.
    pub redirect: Option<SocketAddr>,
    /// A CA that upstreams' certificates may come from.
    pub upstream_ca: Option<PathBuf>,
    /// What upstreams are shown that ask who connects.
    pub upstream_identity: Option<CertificateFiles>,
    /// Threads that serve; 0 is one for each core.
    pub workers: usize,
    /// How log lines are written.
    pub log_format: LogFormat,
    /// Where the access log goes, if anywhere.
    pub access_log: Option<AccessTarget>,
    /// One of so many exchanges is logged there.
    pub access_log_sample: u64,
    /// Whether vendors are looked at.
    pub drift: DriftSettings,
    /// Who outside is told, if anybody.
    pub alert: AlertSettings,
    /// Where spans go, if any are made.
    pub traces: TracesSettings,
    /// Where observations are kept.
    pub store: StoreConfig,
    /// Limits.
    pub settings: Settings,
}

/// How the process runs by what was said first and, where nothing was said, by the file.
pub fn settle(said: Choices, file: Choices) -> Result<Settled, &'static str> {
    let tls = pair(
        said.tls_cert.or(file.tls_cert),
        said.tls_key.or(file.tls_key),
        "a certificate needs its key: --tls-key FILE",
        "a key needs its certificate: --tls-cert FILE",
    )?;
    let upstream_identity = pair(
        said.upstream_cert.or(file.upstream_cert),
        said.upstream_key.or(file.upstream_key),
        "the certificate that upstreams are shown needs its key: --upstream-key FILE",
        "the key for upstreams needs its certificate: --upstream-cert FILE",
    )?;
    let certificates = said.certificates.or(file.certificates).unwrap_or_default();
    let redirect = said.redirect.or(file.redirect);
    let acme = acme(said.acme, file.acme);
    if acme.is_some() && redirect.is_none() {
        return Err("ACME needs a listener at port 80, where the authority looks: --redirect 0.0.0.0:80");
    }
    if redirect.is_some() && tls.is_none() && certificates.is_empty() && acme.is_none() {
        return Err("a redirect to https needs a certificate: --tls-cert FILE --tls-key FILE");
    }
    let networks = |said: Option<Vec<Network>>, file| Networks(said.or(file).unwrap_or_default());
    let settings = Settings {
        trust_forwarded: said.trust_forwarded.or(file.trust_forwarded).unwrap_or_default(),
        forwarded_from: networks(said.forwarded_from, file.forwarded_from),
        proxy_protocol_from: networks(said.proxy_protocol_from, file.proxy_protocol_from),
        ..limits(&said.limits, &file.limits)
    };
    Ok(Settled {
        listen: said.listen.or(file.listen).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
        admin: said.admin.or(file.admin),
        admin_access: AdminSettings::settled(said.admin_access, file.admin_access)?,
        upstream: said.upstream.or(file.upstream),
        policies: said.policies.or(file.policies),
        tls,
        certificates,
        acme,
        redirect,
        upstream_identity,
        upstream_ca: said.upstream_ca.or(file.upstream_ca),
        workers: said.workers.or(file.workers).map_or(0, as_usize),
        log_format: said.log_format.or(file.log_format).unwrap_or(LogFormat::Text),
        access_log: said.access_log.or(file.access_log).and_then(|said| said.0),
        access_log_sample: said.access_log_sample.or(file.access_log_sample).unwrap_or(1),
        alert: settle_alerts(said.alert, file.alert)?,
        traces: TracesSettings::settled(said.traces, file.traces),
        store: store::settled(said.store, file.store),
        drift: DriftSettings::settled(said.drift, file.drift),
        settings,
    })
}

impl Settled {
    /// Whether visitors come with TLS.
    pub fn has_certificate(&self) -> bool {
        self.tls.is_some() || !self.certificates.is_empty() || self.acme.is_some()
    }
}

/// `None` where no name is said.
fn acme(said: AcmeChoices, file: AcmeChoices) -> Option<AcmeSettled> {
    let names = said.names.or(file.names).filter(|names| !names.is_empty())?;
    Some(AcmeSettled {
        names,
        contact: said.contact.or(file.contact),
        directory: said.directory.or(file.directory).map_or_else(|| AUTHORITY.to_owned(), Into::into),
        ca: said.ca.or(file.ca),
        folder: said.folder.or(file.folder).unwrap_or_else(|| PathBuf::from("acme")),
    })
}

pub(super) fn pair(
    cert: Option<PathBuf>,
    key: Option<PathBuf>,
    no_key: &'static str,
    no_cert: &'static str,
) -> Result<Option<CertificateFiles>, &'static str> {
    match (cert, key) {
        (Some(cert), Some(key)) => Ok(Some(CertificateFiles { cert, key })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(no_key),
        (None, Some(_)) => Err(no_cert),
    }
}

/// Whose signatures count. A list that was said replaces the file's.
pub fn settle_approvers(said: ApproverChoices, file: ApproverChoices) -> Result<Approvers, ApproversError> {
    let list = if said.approvers.is_empty() { file.approvers } else { said.approvers };
    match said.quorum.or(file.quorum) {
        None if list.is_empty() => Ok(Approvers::none()),
        quorum => Approvers::new(list, quorum.map_or(1, as_usize)),
    }
}

fn limits(said: &LimitChoices, file: &LimitChoices) -> Settings {
    let shipped = Settings::default();
    let number = |said: Option<u64>, file: Option<u64>, shipped| said.or(file).map_or(shipped, as_usize);
    Settings {
        max_connections: number(said.max_connections, file.max_connections, shipped.max_connections),
        max_connections_per_address: said
            .max_connections_per_address
            .or(file.max_connections_per_address)
            .map(as_usize),
        max_exchanges_per_address: said
            .max_exchanges_per_address
            .or(file.max_exchanges_per_address)
            .map(as_usize),
        handshake_time: said.handshake_time.or(file.handshake_time).unwrap_or(shipped.handshake_time),
        header_time: said.header_time.or(file.header_time).unwrap_or(shipped.header_time),
        connect_time: said.connect_time.or(file.connect_time).unwrap_or(shipped.connect_time),
        head_time: said.head_time.or(file.head_time).unwrap_or(shipped.head_time),
        idle_time: said.idle_time.or(file.idle_time).unwrap_or(shipped.idle_time),
        tunnel_idle_time: said.tunnel_idle_time.or(file.tunnel_idle_time).unwrap_or(shipped.tunnel_idle_time),
        drain_time: said.drain_time.or(file.drain_time).unwrap_or(shipped.drain_time),
        max_headers: number(said.max_headers, file.max_headers, shipped.max_headers),
        buffer_bytes: number(said.buffer_bytes, file.buffer_bytes, shipped.buffer_bytes),
        max_streams: said
            .max_streams
            .or(file.max_streams)
            .and_then(|streams| u32::try_from(streams).ok())
            .unwrap_or(shipped.max_streams),
        pool_size: number(said.pool_size, file.pool_size, shipped.pool_size),
        pool_time: said.pool_time.or(file.pool_time).unwrap_or(shipped.pool_time),
        replay_bytes: number(said.replay_bytes, file.replay_bytes, shipped.replay_bytes),
        document: DocumentLimits::settled(&said.document, &file.document),
        reports: ReportLimits::settled(&said.reports, &file.reports),
        ..shipped
    }
}

fn as_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
