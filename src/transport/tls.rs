//! TLS settings of both sides. rustls with its default (modern) suites; certificates from PEM files.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use rustls_pki_types::pem::{self, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::sri::{Algorithm, Digest};

/// The longest file that is read, in bytes.
const MAX_PEM: u64 = 4 * 1024 * 1024;

/// Why certificates or keys could not be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file is missing, unreadable, or not PEM.
    #[error("{path}: {cause}", path = path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        cause: pem::Error,
    },
    /// The file holds no certificate.
    #[error("{}: no certificate in it", .0.display())]
    NoCertificate(PathBuf),
    /// Key and certificate don't belong together, or rustls doesn't know their kind.
    #[error("certificate and key can't be used: {0}")]
    Unusable(#[from] rustls::Error),
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// The downstream side's settings, swapped whole when the certificate is replaced: handshakes that begin
/// then use the new one, connections that are open go on, and sessions of the old one aren't resumed.
pub type PublishedTls = Arc<ArcSwap<ServerConfig>>;

/// The bytes of a certificate chain (leaf first) and its key, read once: what is compared is what is used.
pub struct PemPair {
    certificate: PathBuf,
    chain: Vec<u8>,
    key_path: PathBuf,
    key: Vec<u8>,
}

impl PemPair {
    /// Reads both files.
    pub fn read(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        Ok(Self {
            chain: read_pem(certificate)?,
            certificate: certificate.to_owned(),
            key: read_pem(key)?,
            key_path: key.to_owned(),
        })
    }

    /// Unequal where either file differs.
    pub fn digest(&self) -> Digest {
        let both = [&self.chain, &self.key].map(|bytes| Digest::of(Algorithm::Sha256, bytes).to_string());
        Digest::of(Algorithm::Sha256, both.concat().as_bytes())
    }

    /// The settings with this pair: HTTP/2 and HTTP/1.1 by ALPN. Key and certificate must belong together.
    pub fn server(&self) -> Result<Arc<ServerConfig>, TlsError> {
        let chain = certificates(&self.certificate, &self.chain)?;
        let key = PrivateKeyDer::from_pem_slice(&self.key)
            .map_err(|cause| TlsError::File { path: self.key_path.clone(), cause })?;
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    /// The SHA-256 digest of the leaf, by which people tell certificates apart.
    pub fn leaf(&self) -> Result<Digest, TlsError> {
        let chain = certificates(&self.certificate, &self.chain)?;
        let leaf = chain.first().ok_or_else(|| TlsError::NoCertificate(self.certificate.clone()))?;
        Ok(Digest::of(Algorithm::Sha256, leaf))
    }
}

/// The upstream side: the system's roots, and those of `extra_ca` (PEM).
pub fn client(extra_ca: Option<&Path>) -> Result<Arc<ClientConfig>, TlsError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = extra_ca {
        for certificate in certificates(path, &read_pem(path)?)? {
            roots.add(certificate)?;
        }
    }
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn read_pem(path: &Path) -> Result<Vec<u8>, TlsError> {
    let file = |cause| TlsError::File { path: path.to_owned(), cause: pem::Error::Io(cause) };
    // Opening a named pipe would wait for somebody to write to it.
    if !std::fs::metadata(path).map_err(file)?.is_file() {
        return Err(file(io::Error::other("not a regular file")));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|open| open.take(MAX_PEM + 1).read_to_end(&mut bytes)).map_err(file)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_PEM {
        return Err(file(io::Error::other(format!("longer than {MAX_PEM} bytes"))));
    }
    Ok(bytes)
}

fn certificates(path: &Path, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let file = |cause| TlsError::File { path: path.to_owned(), cause };
    let found = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>().map_err(file)?;
    if found.is_empty() {
        return Err(TlsError::NoCertificate(path.to_owned()));
    }
    Ok(found)
}
