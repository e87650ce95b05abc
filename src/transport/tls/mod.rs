//! TLS settings of both sides. rustls with its default (modern) suites; certificates from PEM files.

mod pem;
mod by_name;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::client::WantsClientCert;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, ConfigBuilder, InconsistentKeys, RootCertStore, ServerConfig};
use rustls_pki_types::pem::Error as PemError;

use by_name::ByName;
pub use pem::{Certified, PemPair};

/// Why certificates or keys could not be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file is missing, unreadable, or not PEM.
    #[error("{path}: {cause}", path = path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        cause: PemError,
    },
    /// The file holds no certificate.
    #[error("{}: no certificate in it", .0.display())]
    NoCertificate(PathBuf),
    /// The certificate is none.
    #[error("{path}: its first certificate can't be read: {cause}", path = path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: String,
    },
    /// They were made apart from each other, or replaced one by one.
    #[error(
        "{key}: this key doesn't belong to the first certificate in {certificate}",
        key = key.display(),
        certificate = certificate.display()
    )]
    Apart {
        /// The file with the certificate.
        certificate: PathBuf,
        /// The file with the key.
        key: PathBuf,
    },
    /// rustls doesn't know their kind.
    #[error(
        "{certificate} and {key} can't be used: {cause}",
        key = key.display(),
        certificate = certificate.display()
    )]
    Unusable {
        /// The file with the certificate.
        certificate: PathBuf,
        /// The file with the key.
        key: PathBuf,
        /// What is wrong.
        cause: rustls::Error,
    },
    /// The settings can't be made.
    #[error("TLS can't be used: {0}")]
    Tls(#[from] rustls::Error),
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// The downstream side's settings, swapped whole when a certificate is replaced: handshakes that begin then
/// use the new one, connections that are open go on, and sessions of the old one aren't resumed.
pub type PublishedTls = Arc<ArcSwap<ServerConfig>>;

/// The same of the upstream side: connections that are made then use the new one.
pub type PublishedClient = Arc<ArcSwap<ClientConfig>>;

/// The downstream side: HTTP/2 and HTTP/1.1 by ALPN. The certificate is chosen by the name that the visitor
/// asks for; the first is for everybody else.
pub fn server(first: &Certified, others: &[Certified]) -> Result<Arc<ServerConfig>, TlsError> {
    server_of(first, others, &[b"h2", b"http/1.1"])
}

/// The operators' address: HTTP/1.1.
pub fn server_http1(certified: &Certified) -> Result<Arc<ServerConfig>, TlsError> {
    server_of(certified, &[], &[b"http/1.1"])
}

fn server_of(
    first: &Certified,
    others: &[Certified],
    protocols: &[&[u8]],
) -> Result<Arc<ServerConfig>, TlsError> {
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(ByName::new(first, others)));
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    Ok(Arc::new(config))
}

/// The upstream side: the system's roots, and those of `extra_ca` (PEM). `identity` is shown to upstreams
/// that ask who connects.
pub fn client(extra_ca: Option<&Path>, identity: Option<&Certified>) -> Result<Arc<ClientConfig>, TlsError> {
    let builder = trusting(extra_ca)?;
    let mut config = match identity {
        Some(certified) => {
            let pair = CertifiedKey::clone(&certified.pair);
            builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(pair)))
        }
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// The client of a server that speaks another protocol, with its name for ALPN: some servers refuse whoever names
/// others. Trusts as [`client`] does.
pub fn client_for(protocol: &str, extra_ca: Option<&Path>) -> Result<ClientConfig, TlsError> {
    let mut config = trusting(extra_ca)?.with_no_client_auth();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    Ok(config)
}

fn trusting(extra_ca: Option<&Path>) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, TlsError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = extra_ca {
        for certificate in pem::certificates(path)? {
            let unfit = |cause: rustls::Error| TlsError::Certificate {
                path: path.to_owned(),
                cause: cause.to_string(),
            };
            roots.add(certificate).map_err(unfit)?;
        }
    }
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots);
    Ok(builder)
}

/// Whether key and certificate are each well, but not of one pair.
fn are_apart(error: &rustls::Error) -> bool {
    matches!(error, rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch))
}
