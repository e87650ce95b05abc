//! The certificate towards visitors, watched. A pair that is good is used from the next handshake on; one
//! that is not (half written, or a key that belongs to another certificate) changes nothing.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::TlsFiles;
use crate::sri::Digest;
use crate::transport::tls::{PemPair, PublishedTls, TlsError};
use crate::watch::{Look, Subject};

/// What came of a look at the two files.
#[derive(Debug, Clone)]
pub(super) enum CertificateOutcome {
    /// A new pair is in force.
    Loaded {
        /// The digest of the leaf.
        leaf: String,
    },
    /// What is there can't be used; the pair in force stays.
    Refused {
        /// Why.
        why: String,
    },
    /// The content is what it was at the last look.
    Unchanged,
}

/// The two files, and what was found in them last.
pub(super) struct Certificate {
    files: TlsFiles,
    published: PublishedTls,
    /// Digest of the pair in force.
    in_force: Digest,
    last: Result<Digest, String>,
}

/// A file as the file system tells of it: length, modification, inode.
type Found = Option<(u64, Option<SystemTime>, u64)>;

impl Certificate {
    /// For a pair that is in force.
    pub(super) fn new(files: TlsFiles, pair: &PemPair, published: PublishedTls) -> Self {
        // Events carry absolute paths where the watched one was absolute.
        let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        let files = TlsFiles { certificate: absolute(files.certificate), key: absolute(files.key) };
        Self { files, published, in_force: pair.digest(), last: Ok(pair.digest()) }
    }

    fn parents(&self) -> Vec<PathBuf> {
        let mut parents: Vec<PathBuf> = [&self.files.certificate, &self.files.key]
            .into_iter()
            .filter_map(|path| path.parent().map(Path::to_owned))
            .collect();
        parents.dedup();
        parents
    }

    fn take(&mut self, pair: &PemPair) -> Result<String, TlsError> {
        let (config, leaf) = (pair.server()?, pair.leaf()?);
        self.published.store(config);
        self.in_force = pair.digest();
        Ok(leaf.to_string())
    }
}

impl Subject for Certificate {
    type Listing = [Found; 2];
    type Outcome = CertificateOutcome;

    fn listing(&self) -> Option<Self::Listing> {
        let found = |path: &PathBuf| {
            let told = |of: Metadata| (of.len(), of.modified().ok(), of.ino());
            fs::metadata(path).ok().map(told)
        };
        Some([found(&self.files.certificate), found(&self.files.key)])
    }

    fn folders(&self, _listing: Option<&Self::Listing>) -> Vec<PathBuf> {
        self.parents()
    }

    fn under(&self) -> Vec<PathBuf> {
        self.parents()
    }

    fn reads(path: &Path) -> bool {
        path.extension().is_some_and(|ending| ["pem", "crt", "key"].iter().any(|known| ending == *known))
    }

    fn look(&mut self, asked: bool) -> Look<CertificateOutcome> {
        let before = self.listing();
        let pair = PemPair::read(&self.files.certificate, &self.files.key);
        if self.listing() != before {
            let why = "the files change all the time, so they may not belong together".to_owned();
            return Look::Moving(CertificateOutcome::Refused { why });
        }
        let now = pair.as_ref().map(PemPair::digest).map_err(ToString::to_string);
        let in_force = now.as_ref() == Ok(&self.in_force);
        if self.last == now && (in_force || !asked) {
            return Look::Same(CertificateOutcome::Unchanged);
        }
        self.last = now;
        Look::New(match pair.and_then(|pair| self.take(&pair)) {
            Ok(leaf) => CertificateOutcome::Loaded { leaf },
            Err(error) => CertificateOutcome::Refused { why: error.to_string() },
        })
    }

    fn defect(&self) -> CertificateOutcome {
        let why = "reading the certificate failed by a defect in Countersign; please report it".to_owned();
        CertificateOutcome::Refused { why }
    }
}
