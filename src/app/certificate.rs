//! The certificates towards visitors, watched. A pair that is good is used from the next handshake on; one
//! that is not (half written, or a key that belongs to another certificate) changes nothing, and holds up
//! no other.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use arc_swap::ArcSwap;
use jiff::Timestamp;

use super::TlsFiles;
use crate::sri::Digest;
use crate::transport::tls::{self, Certified, PemPair, PublishedTls, TlsError};
use crate::watch::{Look, Subject};

/// What came of a look at the files.
#[derive(Debug, Clone)]
pub(super) enum CertificateOutcome {
    /// New pairs are in force.
    Loaded(InForce),
    /// Something there can't be used; in its place the pair in force stays.
    Refused {
        /// Why, a line for each pair.
        why: String,
        /// What is in force, where other pairs are new.
        loaded: Option<InForce>,
    },
    /// The content is what it was at the last look.
    Unchanged,
}

/// What is shown to visitors.
#[derive(Debug, Clone)]
pub(super) struct InForce {
    /// The digests of the leaves.
    pub(super) leaves: String,
    /// When the first of them ends.
    pub(super) ends: Timestamp,
}

/// All pairs.
pub(super) struct Certificates {
    /// The first is for visitors who ask for a name that no other has.
    first: Pair,
    others: Vec<Pair>,
    published: PublishedTls,
    last: Vec<Result<Digest, String>>,
}

/// Two files, and what of them is in force.
struct Pair {
    files: TlsFiles,
    certified: Certified,
    in_force: Digest,
}

/// A file as the file system tells of it: length, modification, inode.
type Found = Option<(u64, Option<SystemTime>, u64)>;

impl Pair {
    fn open(files: TlsFiles) -> Result<Self, TlsError> {
        // Events carry absolute paths where the watched one was absolute.
        let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        let read = PemPair::read(&files.certificate, &files.key)?;
        let files = TlsFiles { certificate: absolute(files.certificate), key: absolute(files.key) };
        Ok(Self { files, certified: read.certified()?, in_force: read.digest() })
    }
}

impl Certificates {
    /// Reads all; the first one that can't be used is the error.
    pub(super) fn open(first: TlsFiles, others: Vec<TlsFiles>) -> Result<Self, TlsError> {
        let first = Pair::open(first)?;
        let others = others.into_iter().map(Pair::open).collect::<Result<Vec<_>, _>>()?;
        let config = server(&first, &others)?;
        let last = std::iter::once(&first).chain(&others).map(|pair| Ok(pair.in_force.clone())).collect();
        Ok(Self { first, others, published: Arc::new(ArcSwap::new(config)), last })
    }

    /// What new connections are shown, whatever it is by then.
    pub(super) fn published(&self) -> PublishedTls {
        Arc::clone(&self.published)
    }

    /// What is in force now.
    pub(super) fn in_force(&self) -> InForce {
        let leaves: Vec<String> = self.pairs().map(|pair| pair.certified.leaf.to_string()).collect();
        let ends = self.pairs().map(|pair| pair.certified.ends).min().unwrap_or(Timestamp::MAX);
        InForce { leaves: leaves.join(", "), ends }
    }

    /// Where the first one is.
    pub(super) fn path(&self) -> PathBuf {
        self.first.files.certificate.clone()
    }

    fn pairs(&self) -> impl Iterator<Item = &Pair> {
        std::iter::once(&self.first).chain(&self.others)
    }

    fn parents(&self) -> Vec<PathBuf> {
        let mut parents: Vec<PathBuf> = self
            .pairs()
            .flat_map(|pair| [&pair.files.certificate, &pair.files.key])
            .filter_map(|path| path.parent().map(Path::to_owned))
            .collect();
        parents.sort();
        parents.dedup();
        parents
    }

    /// Takes those that are new and good. What is wrong with the others, a line for each.
    fn take(&mut self, read: Vec<Result<PemPair, TlsError>>) -> (bool, Vec<String>) {
        let (mut changed, mut wrong) = (false, Vec::new());
        let pairs = std::iter::once(&mut self.first).chain(&mut self.others);
        for (pair, read) in pairs.zip(read) {
            let new = read.and_then(|read| {
                let digest = read.digest();
                Ok((digest != pair.in_force).then_some((read.certified()?, digest)))
            });
            match new {
                Ok(Some((certified, digest))) => {
                    (pair.certified, pair.in_force) = (certified, digest);
                    changed = true;
                }
                Ok(None) => {}
                Err(error) => wrong.push(error.to_string()),
            }
        }
        if changed {
            match server(&self.first, &self.others) {
                Ok(config) => self.published.store(config),
                Err(error) => wrong.push(error.to_string()),
            }
        }
        (changed, wrong)
    }
}

fn server(first: &Pair, others: &[Pair]) -> Result<Arc<rustls::ServerConfig>, TlsError> {
    let others: Vec<Certified> = others.iter().map(|pair| pair.certified.clone()).collect();
    tls::server(&first.certified, &others)
}

impl Subject for Certificates {
    type Listing = Vec<[Found; 2]>;
    type Outcome = CertificateOutcome;

    fn listing(&self) -> Option<Self::Listing> {
        let found = |path: &PathBuf| {
            let told = |of: Metadata| (of.len(), of.modified().ok(), of.ino());
            fs::metadata(path).ok().map(told)
        };
        Some(self.pairs().map(|pair| [found(&pair.files.certificate), found(&pair.files.key)]).collect())
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
        let read: Vec<Result<PemPair, TlsError>> =
            self.pairs().map(|pair| PemPair::read(&pair.files.certificate, &pair.files.key)).collect();
        if self.listing() != before {
            let why = "the files change all the time, so they may not belong together".to_owned();
            return Look::Moving(CertificateOutcome::Refused { why, loaded: None });
        }
        let now: Vec<Result<Digest, String>> =
            read.iter().map(|pair| pair.as_ref().map(PemPair::digest).map_err(ToString::to_string)).collect();
        let in_force = self.pairs().zip(&now).all(|(pair, now)| now.as_ref() == Ok(&pair.in_force));
        if self.last == now && (in_force || !asked) {
            return Look::Same(CertificateOutcome::Unchanged);
        }
        self.last = now;
        let (changed, wrong) = self.take(read);
        let loaded = self.in_force();
        Look::New(if wrong.is_empty() {
            CertificateOutcome::Loaded(loaded)
        } else {
            CertificateOutcome::Refused { why: wrong.join("\n"), loaded: changed.then_some(loaded) }
        })
    }

    fn defect(&self) -> CertificateOutcome {
        let why = "reading the certificate failed by a defect in Countersign; please report it".to_owned();
        CertificateOutcome::Refused { why, loaded: None }
    }
}
