//! Certificates and keys in PEM files.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::{Error as PemError, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::time::Time;

use super::{TlsError, are_apart, provider};
use crate::sri::{Algorithm, Digest};

/// The longest file that is read, in bytes.
const MAX_PEM: u64 = 4 * 1024 * 1024;

/// The bytes of a certificate chain (leaf first) and its key, read once: what is compared is what is used.
pub struct PemPair {
    certificate: PathBuf,
    chain: Vec<u8>,
    key_path: PathBuf,
    key: Vec<u8>,
}

/// A chain and its key that belong together, and what the leaf says.
#[derive(Debug, Clone)]
pub struct Certified {
    pub(super) pair: Arc<CertifiedKey>,
    /// The DNS names that it is for, in lower case; `*.` stands for one more label.
    pub names: Vec<String>,
    /// Before which nobody believes it.
    pub begins: Timestamp,
    /// After which nobody believes it any more.
    pub ends: Timestamp,
    /// No authority signed it.
    pub is_self_signed: bool,
    /// The SHA-256 digest of the leaf, by which people tell certificates apart.
    pub leaf: Digest,
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

    /// The pair, if key and certificate belong together.
    pub fn certified(&self) -> Result<Certified, TlsError> {
        let (chain, key) = self.parts()?;
        let leaf = chain.first().ok_or_else(|| TlsError::NoCertificate(self.certificate.clone()))?;
        let digest = Digest::of(Algorithm::Sha256, leaf);
        let Facts { names, begins, ends, is_self_signed } =
            facts(leaf).map_err(|cause| TlsError::Certificate { path: self.certificate.clone(), cause })?;
        let pair = CertifiedKey::from_der(chain, key, &provider()).map_err(|cause| self.unusable(cause))?;
        Ok(Certified { pair: Arc::new(pair), names, begins, ends, is_self_signed, leaf: digest })
    }

    pub(super) fn parts(&self) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), TlsError> {
        let chain = parse(&self.certificate, &self.chain)?;
        let key = PrivateKeyDer::from_pem_slice(&self.key)
            .map_err(|cause| TlsError::File { path: self.key_path.clone(), cause })?;
        Ok((chain, key))
    }

    pub(super) fn unusable(&self, cause: rustls::Error) -> TlsError {
        let (certificate, key) = (self.certificate.clone(), self.key_path.clone());
        if are_apart(&cause) {
            TlsError::Apart { certificate, key }
        } else {
            TlsError::Unusable { certificate, key, cause }
        }
    }
}

/// What a certificate says.
struct Facts {
    names: Vec<String>,
    begins: Timestamp,
    ends: Timestamp,
    is_self_signed: bool,
}

fn facts(leaf: &[u8]) -> Result<Facts, String> {
    let certificate = Certificate::from_der(leaf).map_err(|error| error.to_string())?;
    let fields = certificate.tbs_certificate();
    let moment = |time: &Time| {
        let seconds = i64::try_from(time.to_unix_duration().as_secs()).ok()?;
        Timestamp::from_second(seconds).ok()
    };
    let validity = fields.validity();
    let all = fields.get_extension::<SubjectAltName>().map_err(|error| error.to_string())?;
    let all = all.map(|(_critical, list)| list.0).unwrap_or_default();
    let of_hosts = all.iter().filter_map(|name| {
        if let GeneralName::DnsName(name) = name { Some(name.as_str().to_ascii_lowercase()) } else { None }
    });
    Ok(Facts {
        names: of_hosts.collect(),
        begins: moment(&validity.not_before).unwrap_or(Timestamp::MIN),
        ends: moment(&validity.not_after).unwrap_or(Timestamp::MAX),
        is_self_signed: fields.issuer() == fields.subject(),
    })
}

/// The certificates of a file.
pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    parse(path, &read_pem(path)?)
}

fn parse(path: &Path, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let file = |cause| TlsError::File { path: path.to_owned(), cause };
    let found = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>().map_err(file)?;
    if found.is_empty() {
        return Err(TlsError::NoCertificate(path.to_owned()));
    }
    Ok(found)
}

fn read_pem(path: &Path) -> Result<Vec<u8>, TlsError> {
    let file = |cause| TlsError::File { path: path.to_owned(), cause: PemError::Io(cause) };
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
