//! What was said in one place: on the command line and in the environment, or in the file. Each key has
//! a flag, a variable and a place in the file; `docs/settings.md` lists them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::BoolishValueParser;
use url::Url;

use super::admin::AdminChoices;
use super::alert::AlertChoices;
use super::document::DocumentChoices;
use super::drift::DriftChoices;
use super::limits;
use super::reports::ReportChoices;
use super::store::StoreChoices;
use super::traces::TracesChoices;
use super::values::{access_target, address, approver, certificate, directory, upstream};
use crate::inventory::Approver;
use crate::telemetry::{AccessTarget, LogFormat};
use crate::transport::Network;

/// Where the access log goes; `None`: nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessLog(pub Option<AccessTarget>);

/// A certificate chain and its key, as they are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The chain: PEM, leaf first.
    pub cert: PathBuf,
    /// The leaf's key: PEM.
    pub key: PathBuf,
}

/// Everything but approvers. What was not said is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct Choices {
    /// The application: http://HOST:PORT, https://HOST:PORT, h2://HOST:PORT, h2c://HOST:PORT or
    /// `unix:/PATH`.
    #[arg(long, value_name = "URL", env = "COUNTERSIGN_UPSTREAM", value_parser = upstream)]
    pub upstream: Option<Url>,
    /// Where visitors connect [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR", env = "COUNTERSIGN_LISTEN", value_parser = address)]
    pub listen: Option<SocketAddr>,
    /// The folder with the policies; changes in it are live within a second.
    #[arg(long, value_name = "DIR", env = "COUNTERSIGN_POLICIES")]
    pub policies: Option<PathBuf>,
    /// Open the operators' window; 127.0.0.1:9180 if no address is given.
    #[arg(long, value_name = "ADDR", env = "COUNTERSIGN_ADMIN", num_args = 0..=1, default_missing_value = "127.0.0.1:9180", value_parser = address)]
    pub admin: Option<SocketAddr>,
    /// How operators come in there.
    #[command(flatten)]
    pub admin_access: AdminChoices,
    /// Certificate chain for TLS towards visitors (PEM, leaf first).
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_TLS_CERT")]
    pub tls_cert: Option<PathBuf>,
    /// Its key (PEM).
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_TLS_KEY")]
    pub tls_key: Option<PathBuf>,
    /// Further certificates: each is shown to visitors who ask for one of its names.
    #[arg(long = "certificate", value_name = "CHAIN=KEY", env = "COUNTERSIGN_CERTIFICATES", value_delimiter = ',', value_parser = certificate)]
    pub certificates: Option<Vec<CertificateFiles>>,
    /// Ask for a certificate by ACME.
    #[command(flatten)]
    pub acme: AcmeChoices,
    /// Where plain HTTP is answered by a redirect to https, for example 0.0.0.0:80.
    #[arg(long, value_name = "ADDR", env = "COUNTERSIGN_REDIRECT", value_parser = address)]
    pub redirect: Option<SocketAddr>,
    /// A CA (PEM) that https upstreams may have their certificates from, beside the system's.
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_UPSTREAM_CA")]
    pub upstream_ca: Option<PathBuf>,
    /// Certificate chain (PEM, leaf first) that https upstreams are shown where they ask who connects.
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_UPSTREAM_CERT")]
    pub upstream_cert: Option<PathBuf>,
    /// Its key (PEM).
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_UPSTREAM_KEY")]
    pub upstream_key: Option<PathBuf>,
    /// Threads that serve; 0 is one for each core [default: 0].
    #[arg(long, value_name = "N", env = "COUNTERSIGN_WORKERS", value_parser = |text: &str| limits::WORKERS.parse(text))]
    pub workers: Option<u64>,
    /// Believe X-Forwarded-For, -Proto, -Host and X-Request-Id: only where every client is a proxy of
    /// your own [default: false].
    #[arg(long, value_name = "true|false", env = "COUNTERSIGN_TRUST_FORWARDED", num_args = 0..=1, default_missing_value = "true", value_parser = BoolishValueParser::new())]
    pub trust_forwarded: Option<bool>,
    /// Believe the same of these peers only: networks such as 10.0.0.0/8, with commas between.
    #[arg(long, value_name = "NETWORKS", env = "COUNTERSIGN_FORWARDED_FROM", value_delimiter = ',')]
    pub forwarded_from: Option<Vec<Network>>,
    /// Load balancers whose connections begin with a PROXY header (v1 or v2): networks, with commas between.
    #[arg(long, value_name = "NETWORKS", env = "COUNTERSIGN_PROXY_PROTOCOL_FROM", value_delimiter = ',')]
    pub proxy_protocol_from: Option<Vec<Network>>,
    /// How log lines are written [default: text].
    #[arg(long, value_enum, env = "COUNTERSIGN_LOG_FORMAT")]
    pub log_format: Option<LogFormat>,
    /// Log each exchange as a JSON object a line: a file, or `stdout` [default: off].
    #[arg(long, value_name = "FILE|stdout|off", env = "COUNTERSIGN_ACCESS_LOG", value_parser = access_target)]
    pub access_log: Option<AccessLog>,
    /// Log one of so many exchanges [default: 1].
    #[arg(long, value_name = "N", env = "COUNTERSIGN_ACCESS_LOG_SAMPLE", value_parser = |text: &str| limits::SAMPLE.parse(text))]
    pub access_log_sample: Option<u64>,
    /// Whether vendors are looked at.
    #[command(flatten)]
    pub drift: DriftChoices,
    /// Who is told.
    #[command(flatten)]
    pub alert: AlertChoices,
    /// Where spans go.
    #[command(flatten)]
    pub traces: TracesChoices,
    /// Where observations are kept.
    #[command(flatten)]
    pub store: StoreChoices,
    /// Bounds of the data path.
    #[command(flatten)]
    pub limits: LimitChoices,
}

/// What is asked for by ACME, as far as it was said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct AcmeChoices {
    /// Ask for a certificate with these DNS names by ACME, and agree to the authority's terms; needs --redirect.
    #[arg(long = "acme-names", value_name = "NAMES", env = "COUNTERSIGN_ACME_NAMES", value_delimiter = ',')]
    pub names: Option<Vec<String>>,
    /// Where account, chain and key are kept [default: acme].
    #[arg(long = "acme-folder", value_name = "DIR", env = "COUNTERSIGN_ACME_FOLDER")]
    pub folder: Option<PathBuf>,
    /// Where the authority writes to: mailto:web@shop.example.
    #[arg(long = "acme-contact", value_name = "URL", env = "COUNTERSIGN_ACME_CONTACT")]
    pub contact: Option<String>,
    /// The authority.
    #[arg(long = "acme-directory", help = "The authority [default: https://acme-v02.api.letsencrypt.org/directory]", value_name = "URL", env = "COUNTERSIGN_ACME_DIRECTORY", value_parser = directory)]
    pub directory: Option<Url>,
    /// What its own certificate comes from (PEM), where that is none of the system's roots.
    #[arg(long = "acme-ca", value_name = "FILE", env = "COUNTERSIGN_ACME_CA")]
    pub ca: Option<PathBuf>,
}

/// Bounds of the data path, as far as they were said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Limits (times such as 10s, 500ms, 2min)")]
pub struct LimitChoices {
    /// Connections of visitors at once; more wait [default: 10000].
    #[arg(long, value_name = "N", env = "COUNTERSIGN_MAX_CONNECTIONS", value_parser = |text: &str| limits::MAX_CONNECTIONS.parse(text))]
    pub max_connections: Option<u64>,
    /// Connections of one address at once; further ones are closed [default: a quarter of what is allowed].
    #[arg(long, value_name = "N", env = "COUNTERSIGN_MAX_CONNECTIONS_PER_ADDRESS", value_parser = |text: &str| limits::MAX_CONNECTIONS.parse(text))]
    pub max_connections_per_address: Option<u64>,
    /// Exchanges of one address in flight at once; further ones are refused [default: a quarter of what is
    /// allowed].
    #[arg(long, value_name = "N", env = "COUNTERSIGN_MAX_EXCHANGES_PER_ADDRESS", value_parser = |text: &str| limits::MAX_CONNECTIONS.parse(text))]
    pub max_exchanges_per_address: Option<u64>,
    /// A TLS handshake [default: 10s].
    #[arg(long, value_name = "TIME", env = "COUNTERSIGN_HANDSHAKE_TIME", value_parser = time)]
    pub handshake_time: Option<Duration>,
    /// A request's head; also how long an idle connection is kept [default: 30s].
    #[arg(long, value_name = "TIME", env = "COUNTERSIGN_HEADER_TIME", value_parser = time)]
    pub header_time: Option<Duration>,
    /// Connecting to an upstream [default: 5s].
    #[arg(long, value_name = "TIME", env = "COUNTERSIGN_CONNECT_TIME", value_parser = time)]
    pub connect_time: Option<Duration>,
    /// Until an upstream's response begins [default: 1min].
    #[arg(long, value_name = "TIME", env = "COUNTERSIGN_HEAD_TIME", value_parser = time)]
    pub head_time: Option<Duration>,
    /// Between two pieces of a body [default: 1min].
    #[arg(long, value_name = "TIME", env = "COUNTERSIGN_IDLE_TIME", value_parser = time)]
    pub idle_time: Option<Duration>,
    /// How long nothing may come through a WebSocket [default: 1h].
    #[arg(long, value_name = "TIME", env = "COUNTERSIGN_TUNNEL_IDLE_TIME", value_parser = time)]
    pub tunnel_idle_time: Option<Duration>,
    /// How long what is in flight may go on after a stop [default: 10s].
    #[arg(long, value_name = "TIME", env = "COUNTERSIGN_DRAIN_TIME", value_parser = |text: &str| limits::DRAIN.parse(text))]
    pub drain_time: Option<Duration>,
    /// Header fields in one message [default: 100].
    #[arg(long, value_name = "N", env = "COUNTERSIGN_MAX_HEADERS", value_parser = |text: &str| limits::MAX_HEADERS.parse(text))]
    pub max_headers: Option<u64>,
    /// Bytes of one message's head, and of buffers [default: 65536].
    #[arg(long, value_name = "BYTES", env = "COUNTERSIGN_BUFFER_BYTES", value_parser = |text: &str| limits::BUFFER_BYTES.parse(text))]
    pub buffer_bytes: Option<u64>,
    /// HTTP/2 streams at once on one connection [default: 100].
    #[arg(long, value_name = "N", env = "COUNTERSIGN_MAX_STREAMS", value_parser = |text: &str| limits::MAX_STREAMS.parse(text))]
    pub max_streams: Option<u64>,
    /// Idle connections kept for each upstream by each worker [default: 64].
    #[arg(long, value_name = "N", env = "COUNTERSIGN_POOL_SIZE", value_parser = |text: &str| limits::POOL_SIZE.parse(text))]
    pub pool_size: Option<u64>,
    /// How long an idle upstream connection is kept [default: 30s].
    #[arg(long, value_name = "TIME", env = "COUNTERSIGN_POOL_TIME", value_parser = time)]
    pub pool_time: Option<Duration>,
    /// Bytes of pages, with what they became, that are remembered: one that is the same as the last is not parsed
    /// again. 0: none [default: 16777216].
    #[arg(long, value_name = "BYTES", env = "COUNTERSIGN_REPLAY_BYTES", value_parser = |text: &str| limits::REPLAY_BYTES.parse(text))]
    pub replay_bytes: Option<u64>,
    /// Bounds of one document.
    #[command(flatten)]
    pub document: DocumentChoices,
    /// Bounds on reports of browsers.
    #[command(flatten)]
    pub reports: ReportChoices,
}

/// Whose signatures make approvals count, as far as it was said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct ApproverChoices {
    /// Somebody whose signature makes approvals count; once for each. Replaces those in the settings file.
    #[arg(long = "approver", value_name = "NAME=KEY", env = "COUNTERSIGN_APPROVERS", value_delimiter = ',', value_parser = approver)]
    pub approvers: Vec<Approver>,
    /// How many of them must sign [default: 1].
    #[arg(long, value_name = "N", env = "COUNTERSIGN_QUORUM", value_parser = |text: &str| limits::QUORUM.parse(text))]
    pub quorum: Option<u64>,
}

fn time(text: &str) -> Result<Duration, String> {
    limits::TIME.parse(text)
}
