//! The certificates towards visitors and operators, and the one that upstreams are shown, watched. A pair that is good is used
//! from the next handshake on; one that is not (half written, or a key that belongs to another certificate)
//! changes nothing, and holds up no other.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};

use super::TlsFiles;
use crate::clock::Clock;
use crate::sri::Digest;
use crate::transport::tls::{self, Certified, PemPair, PublishedClient, PublishedTls, TlsError};
use crate::watch::{Look, Subject};

/// So long before its end a certificate is warned of, at most.
const WARNED: SignedDuration = SignedDuration::from_hours(14 * 24);

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
    /// The content is what it was, and its end is nearer than it was.
    Nearing(InForce),
    /// The content is what it was at the last look.
    Unchanged,
}

/// How near an end is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nearness {
    /// Not yet worth a word.
    Far,
    /// Less than two weeks, or less than a third of its time where that is shorter.
    Soon,
    /// It is past.
    Past,
}

/// What is shown.
#[derive(Debug, Clone)]
pub(super) struct InForce {
    /// The digests of the leaves.
    pub(super) leaves: String,
    /// When the first of them ends.
    pub(super) ends: Timestamp,
    /// How near the nearest end is.
    pub(super) nearness: Nearness,
}

/// All pairs.
pub(super) struct Certificates {
    /// The first is for visitors who ask for a name that no other has.
    first: Pair,
    others: Vec<Pair>,
    shown: Shown,
    clock: Clock,
    /// What was told last.
    told: Nearness,
    last: Vec<Result<Digest, String>>,
}

/// To whom.
enum Shown {
    /// Visitors.
    Visitors(PublishedTls),
    /// Operators.
    Operators(PublishedTls),
    /// Upstreams, whose own certificates may come from this CA too.
    Upstreams(PublishedClient, Option<PathBuf>),
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

impl Shown {
    fn show(&self, first: &Pair, others: &[Pair]) -> Result<(), TlsError> {
        match self {
            Self::Visitors(published) => published.store(server(first, others)?),
            Self::Operators(published) => published.store(tls::server_http1(&first.certified)?),
            Self::Upstreams(published, ca) => {
                published.store(tls::client(ca.as_deref(), Some(&first.certified))?);
            }
        }
        Ok(())
    }
}

impl Certificates {
    /// Reads all for visitors; the first one that can't be used is the error. What new connections are shown is
    /// whatever is published by then.
    pub(super) fn open(
        first: TlsFiles,
        others: Vec<TlsFiles>,
        clock: Clock,
    ) -> Result<(Self, PublishedTls), TlsError> {
        let first = Pair::open(first)?;
        let others = others.into_iter().map(Pair::open).collect::<Result<Vec<_>, _>>()?;
        let published = Arc::new(ArcSwap::new(server(&first, &others)?));
        let shown = Shown::Visitors(Arc::clone(&published));
        Ok((Self::with(first, others, shown, clock), published))
    }

    /// Reads the one for operators.
    pub(super) fn for_operators(files: TlsFiles, clock: Clock) -> Result<(Self, PublishedTls), TlsError> {
        let pair = Pair::open(files)?;
        let published = Arc::new(ArcSwap::new(tls::server_http1(&pair.certified)?));
        let shown = Shown::Operators(Arc::clone(&published));
        Ok((Self::with(pair, Vec::new(), shown, clock), published))
    }

    /// Reads the one for upstreams.
    pub(super) fn for_upstreams(
        files: TlsFiles,
        ca: Option<PathBuf>,
        clock: Clock,
    ) -> Result<(Self, PublishedClient), TlsError> {
        let pair = Pair::open(files)?;
        let published = Arc::new(ArcSwap::new(tls::client(ca.as_deref(), Some(&pair.certified))?));
        let shown = Shown::Upstreams(Arc::clone(&published), ca);
        Ok((Self::with(pair, Vec::new(), shown, clock), published))
    }

    fn with(first: Pair, others: Vec<Pair>, shown: Shown, clock: Clock) -> Self {
        let last = std::iter::once(&first).chain(&others).map(|pair| Ok(pair.in_force.clone())).collect();
        let mut all = Self { first, others, shown, clock, told: Nearness::Far, last };
        all.told = all.nearness();
        all
    }

    fn nearness(&self) -> Nearness {
        let now = self.clock.now();
        self.pairs().map(|pair| nearness(&pair.certified, now)).max().unwrap_or(Nearness::Far)
    }

    /// What is in force now.
    pub(super) fn in_force(&self) -> InForce {
        let leaves: Vec<String> = self.pairs().map(|pair| pair.certified.leaf.to_string()).collect();
        let ends = self.pairs().map(|pair| pair.certified.ends).min().unwrap_or(Timestamp::MAX);
        InForce { leaves: leaves.join(", "), ends, nearness: self.nearness() }
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
        if changed && let Err(error) = self.shown.show(&self.first, &self.others) {
            wrong.push(error.to_string());
        }
        (changed, wrong)
    }
}

fn nearness(certified: &Certified, now: Timestamp) -> Nearness {
    let left = certified.ends.duration_since(now);
    let whole = certified.ends.duration_since(certified.begins);
    if left.is_negative() {
        Nearness::Past
    } else if left < (whole / 3).min(WARNED) {
        Nearness::Soon
    } else {
        Nearness::Far
    }
}

fn server(first: &Pair, others: &[Pair]) -> Result<Arc<rustls::ServerConfig>, TlsError> {
    let others: Vec<Certified> = others.iter().map(|pair| pair.certified.clone()).collect();
    tls::server(&first.certified, &others)
}

impl Subject for Certificates {
    type Listing = (Vec<[Found; 2]>, Nearness);
    type Outcome = CertificateOutcome;

    fn listing(&self) -> Option<Self::Listing> {
        let found = |path: &PathBuf| {
            let told = |of: Metadata| (of.len(), of.modified().ok(), of.ino());
            fs::metadata(path).ok().map(told)
        };
        let files =
            self.pairs().map(|pair| [found(&pair.files.certificate), found(&pair.files.key)]).collect();
        Some((files, self.nearness()))
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
        let near = self.nearness();
        let nearer = near > std::mem::replace(&mut self.told, near);
        if self.last == now && (in_force || !asked) {
            if nearer {
                return Look::New(CertificateOutcome::Nearing(self.in_force()));
            }
            return Look::Same(CertificateOutcome::Unchanged);
        }
        self.last = now;
        let (changed, wrong) = self.take(read);
        let loaded = self.in_force();
        self.told = loaded.nearness;
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

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    fn at(text: &str) -> Clock {
        Clock::Fixed(text.parse().unwrap())
    }

    #[test]
    fn an_end_that_nears_is_told_once_though_nothing_changes() {
        let folder = tempfile::tempdir().unwrap();
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["a.test".to_owned()]).unwrap();
        (params.not_before, params.not_after) = (date_time_ymd(2026, 1, 1), date_time_ymd(2026, 12, 1));
        let [certificate, key_path] = ["leaf.pem", "key.pem"].map(|name| folder.path().join(name));
        fs::write(&certificate, params.self_signed(&key).unwrap().pem()).unwrap();
        fs::write(&key_path, key.serialize_pem()).unwrap();
        let files = TlsFiles { certificate, key: key_path };
        let (mut pair, _) = Certificates::for_upstreams(files, None, at("2026-06-01T00:00:00Z")).unwrap();
        for (moment, told) in [
            ("2026-11-01T00:00:00Z", None),
            ("2026-11-20T00:00:00Z", Some(Nearness::Soon)),
            ("2026-12-02T00:00:00Z", Some(Nearness::Past)),
        ] {
            let before = pair.listing();
            pair.clock = at(moment);
            assert_eq!(pair.listing() != before, told.is_some(), "{moment}");
            let nearing = |look| match look {
                Look::New(CertificateOutcome::Nearing(in_force)) => Some(in_force.nearness),
                Look::New(_) | Look::Same(_) | Look::Moving(_) => None,
            };
            assert_eq!(nearing(pair.look(false)), told, "{moment}");
            assert_eq!(nearing(pair.look(false)), None, "{moment}: told once");
        }
    }

    #[test]
    fn a_certificate_of_a_day_is_warned_of_in_its_last_third() {
        let folder = tempfile::tempdir().unwrap();
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["a.test".to_owned()]).unwrap();
        (params.not_before, params.not_after) = (date_time_ymd(2026, 1, 1), date_time_ymd(2026, 1, 2));
        let [certificate, key_path] = ["leaf.pem", "key.pem"].map(|name| folder.path().join(name));
        fs::write(&certificate, params.self_signed(&key).unwrap().pem()).unwrap();
        fs::write(&key_path, key.serialize_pem()).unwrap();
        let certified = PemPair::read(&certificate, &key_path).unwrap().certified().unwrap();
        for (hour, expected) in [(15, Nearness::Far), (17, Nearness::Soon)] {
            let moment = format!("2026-01-01T{hour}:00:00Z").parse().unwrap();
            assert_eq!(nearness(&certified, moment), expected, "{hour}");
        }
    }
}
