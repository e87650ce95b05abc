//! Certificates by ACME: asked for, proved by HTTP (the listener of `redirect` answers), written to files
//! and from there followed like any others. <https://www.rfc-editor.org/rfc/rfc8555>

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use instant_acme::{
    Account, AccountCredentials, AuthorizationStatus, ChallengeType, Identifier, NewAccount, NewOrder,
    OrderStatus, RetryPolicy,
};
use jiff::SignedDuration;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::TlsFiles;
use crate::clock::Clock;
use crate::proxy::Challenges;
use crate::store::{Event, EventKind, Store};
use crate::telemetry::Metrics;
use crate::transport::tls::PemPair;

/// So long before its end a certificate is renewed.
const EARLY: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Between two looks whether it is time.
const LOOK: Duration = Duration::from_hours(1);
/// How long an authority may take to check a challenge or to write a certificate.
const PATIENCE: RetryPolicy = RetryPolicy::new().timeout(Duration::from_mins(2));

/// What certificates are asked for, and of whom.
#[derive(Debug, Clone)]
pub struct AcmeConfig {
    /// The DNS names, all in one certificate.
    pub names: Vec<String>,
    /// Where the authority writes to, such as `mailto:web@shop.example`.
    pub contact: Option<String>,
    /// The URL of the authority's directory.
    pub directory: String,
    /// What the authority's own certificate may come from (PEM), in place of the system's roots.
    pub ca: Option<PathBuf>,
    /// Where account, chain and key are kept.
    pub folder: PathBuf,
    /// After a failure; then twice as long each time, up to an hour.
    pub retry: Duration,
}

/// Asks for certificates, for as long as it lives.
pub(super) struct Acme {
    pub(super) config: AcmeConfig,
    pub(super) challenges: Arc<Challenges>,
    pub(super) metrics: Metrics,
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Clock,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

impl AcmeConfig {
    /// Where chain and key are.
    pub(super) fn files(&self) -> TlsFiles {
        TlsFiles { certificate: self.folder.join("chain.pem"), key: self.folder.join("key.pem") }
    }

    /// Writes a certificate that nobody believes where there is none yet, because connections need one before
    /// the authority can be asked.
    pub(super) fn prepare(&self) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let files = self.files();
        if files.certificate.exists() && files.key.exists() {
            return Ok(());
        }
        let made = rcgen::generate_simple_self_signed(self.names.clone()).map_err(io::Error::other)?;
        replace(&files.key, &made.signing_key.serialize_pem())?;
        replace(&files.certificate, &made.cert.pem())
    }
}

impl Acme {
    /// Renews whenever it is time, until asked to stop.
    pub(super) async fn run(self, stop: CancellationToken) {
        let mut pause = self.config.retry;
        loop {
            let wait = if self.is_due() {
                match self.renew().await {
                    Ok(()) => {
                        self.metrics.acme_order("renewed");
                        pause = self.config.retry;
                        LOOK
                    }
                    Err(error) => {
                        self.failed(&*error);
                        let wait = pause;
                        pause = pause.saturating_mul(2).min(LOOK);
                        wait
                    }
                }
            } else {
                LOOK
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep(wait) => {}
            }
        }
    }

    /// Whether the certificate ends soon, is for other names, or is none that an authority gave.
    fn is_due(&self) -> bool {
        let files = self.config.files();
        let pair = PemPair::read(&files.certificate, &files.key).and_then(|pair| pair.certified());
        let Ok(certified) = pair else { return true };
        let names = self.config.names.iter().all(|name| certified.names.contains(&name.to_ascii_lowercase()));
        let left = certified.ends.duration_since(self.clock.now());
        certified.is_self_signed || !names || left < EARLY
    }

    fn failed(&self, error: &(dyn std::error::Error + 'static)) {
        self.metrics.acme_order("failed");
        let mut message = format!("No new certificate came from {}: {error}", self.config.directory);
        let mut below = error.source();
        while let Some(cause) = below {
            // Writing to a string can't fail.
            let _ = write!(message, ": {cause}");
            below = cause.source();
        }
        message.push_str(". The one in force stays; it is tried again.");
        tracing::error!("{message}");
        let (at, kind) = (self.clock.now(), EventKind::CertificateRefused);
        self.store.event(Event { at, kind, message, exchange: None });
    }

    async fn renew(&self) -> Result<(), Failure> {
        let account = self.account().await?;
        let names: Vec<Identifier> = self.config.names.iter().cloned().map(Identifier::Dns).collect();
        let mut order = account.new_order(&NewOrder::new(&names)).await?;
        let mut tokens = Vec::new();
        let mut authorizations = order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization?;
            if authorization.status == AuthorizationStatus::Valid {
                continue;
            }
            let challenge = authorization.challenge(ChallengeType::Http01);
            let mut challenge = challenge.ok_or("the authority doesn't offer to check by HTTP")?;
            let answer = challenge.key_authorization().as_str().to_owned();
            tokens.push(self.challenges.open(challenge.token.clone(), answer));
            challenge.set_ready().await?;
        }
        let status = order.poll_ready(&PATIENCE).await?;
        if status != OrderStatus::Ready {
            return Err(format!("the authority did not take the proof: the order is {status:?}").into());
        }
        let key = order.finalize().await?;
        let chain = order.poll_certificate(&PATIENCE).await?;
        // Whoever watches them looks when both have been quiet.
        let files = self.config.files();
        replace(&files.key, &key)?;
        replace(&files.certificate, &chain)?;
        Ok(())
    }

    /// The account of earlier runs, or a new one.
    async fn account(&self) -> Result<Account, Failure> {
        let kept = self.config.folder.join("account.json");
        let builder = || match &self.config.ca {
            Some(ca) => Account::builder_with_root(ca),
            None => Account::builder(),
        };
        if let Ok(text) = fs::read(&kept) {
            let credentials: AccountCredentials = serde_json::from_slice(&text)?;
            return Ok(builder()?.from_credentials(credentials).await?);
        }
        let contact: Vec<&str> = self.config.contact.iter().map(String::as_str).collect();
        let new =
            NewAccount { contact: &contact, terms_of_service_agreed: true, only_return_existing: false };
        let (account, credentials) = builder()?.create(&new, self.config.directory.clone(), None).await?;
        replace(&kept, &serde_json::to_string(&credentials)?)?;
        Ok(account)
    }
}

/// Puts a file in another's place, whole, readable for its owner only.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_extension("new");
    let _ = fs::remove_file(&beside);
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(beside, path)
}
