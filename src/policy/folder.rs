//! A policy folder's contents, read once: what is judged, compared and compiled is the same bytes.
//!
//! ```text
//!  shop.toml  shop.lock  shop.scripts/<id>/<digest>.js
//! ```
//! Names that begin with a dot are not looked at (editors' and ours while writing, Kubernetes' `..data`).
//! Symbolic links are followed: a `ConfigMap` consists of them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use bytes::Bytes;

use crate::diagnostic::{Diagnostic, Severity};
use crate::inventory::{MAX_LOCK_BYTES, MAX_SCRIPT_BYTES};
use crate::sri::{Algorithm, Digest};

/// A policy with some hundred thousand scripts.
const MAX_POLICY_BYTES: u64 = 128 * 1024 * 1024;
const MAX_FILES: usize = 500_000;
/// Of all files together. Only policies, locks and mirrored scripts are kept in memory.
const MAX_TOTAL_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// What the file system says about a folder, without reading files: unequal when something changed.
#[derive(Debug, PartialEq, Eq, Default)]
pub(super) struct Listing {
    files: Vec<Found>,
    /// The folder itself and those with bytes.
    folders: Vec<(PathBuf, u64)>,
}

#[derive(Debug, PartialEq, Eq)]
struct Found {
    /// Path inside the folder, with `/`.
    name: String,
    length: u64,
    modified: Option<SystemTime>,
    inode: u64,
}

/// A folder's files.
#[derive(Debug)]
pub(super) struct Contents {
    pub(super) folder: PathBuf,
    /// Policies and locks, by name.
    pub(super) files: BTreeMap<String, Bytes>,
    /// Approved bytes, by path inside the folder, with `/`. There may be a hundred thousand of them, and
    /// most are only compared, so no more than their digests is kept.
    scripts: BTreeMap<String, Digests>,
    /// What was read.
    pub(super) listing: Listing,
}

/// Digests of a file with a script's bytes.
#[derive(Debug)]
struct Digests {
    /// For the fingerprint.
    sha256: Digest,
    /// By the algorithm that its name says.
    named: Digest,
    /// Where they are not in a file.
    given: Option<Bytes>,
}

impl Listing {
    /// Lists the files that matter, in order of their names.
    pub(super) fn of(folder: &Path) -> io::Result<Self> {
        let mut listing = Self::default();
        listing.add_folder(folder)?;
        for (name, path) in visible(folder)? {
            // A link to nothing, or a file that is just being replaced: reading says so, if it matters.
            let metadata = fs::metadata(&path);
            let is_folder = metadata.as_ref().is_ok_and(Metadata::is_dir);
            if is_folder && has_ending(&name, "scripts") {
                listing.add_scripts(&name, &path)?;
            } else if !is_folder && (has_ending(&name, "toml") || has_ending(&name, "lock")) {
                listing.add_file(name, metadata.ok().as_ref())?;
            }
        }
        listing.files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(listing)
    }

    /// The folders in which a change matters.
    pub(super) fn folders(&self) -> impl Iterator<Item = &Path> {
        self.folders.iter().map(|(path, _)| path.as_path())
    }

    fn add_scripts(&mut self, site: &str, folder: &Path) -> io::Result<()> {
        self.add_folder(folder)?;
        for (id, folder) in visible(folder)? {
            if !folder.is_dir() {
                continue;
            }
            self.add_folder(&folder)?;
            for (name, path) in visible(&folder)?.into_iter().filter(|(name, _)| has_ending(name, "js")) {
                self.add_file(format!("{site}/{id}/{name}"), fs::metadata(path).ok().as_ref())?;
            }
        }
        Ok(())
    }

    fn add_folder(&mut self, folder: &Path) -> io::Result<()> {
        self.folders.push((folder.to_owned(), inode(&fs::metadata(folder)?)));
        Ok(())
    }

    fn add_file(&mut self, name: String, metadata: Option<&Metadata>) -> io::Result<()> {
        if self.files.len() >= MAX_FILES {
            return Err(io::Error::other(format!("more than {MAX_FILES} files")));
        }
        self.files.push(Found {
            name,
            length: metadata.map_or(0, Metadata::len),
            modified: metadata.and_then(|metadata| metadata.modified().ok()),
            inode: metadata.map_or(0, inode),
        });
        Ok(())
    }
}

impl Contents {
    /// Reads every file that matters.
    pub(super) fn read(folder: &Path) -> Result<Self, Vec<Diagnostic>> {
        let listing = Listing::of(folder).map_err(|error| vec![unreadable(folder, &error)])?;
        let (mut files, mut scripts) = (BTreeMap::new(), BTreeMap::new());
        let mut problems = Vec::new();
        let mut total = 0_u64;
        for name in listing.files.iter().map(|found| &found.name) {
            let path = folder.join(name);
            match read_bounded(&path, limit(name).min(MAX_TOTAL_BYTES.saturating_sub(total))) {
                Ok(bytes) => {
                    total = total.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
                    if name.contains('/') {
                        scripts.insert(name.clone(), Digests::of(name, &bytes));
                    } else {
                        files.insert(name.clone(), bytes);
                    }
                }
                Err(error) => problems.push(unreadable(&path, &error)),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self { folder: folder.to_owned(), files, scripts, listing })
    }

    /// Contents that don't come from a disk, by path inside the folder, with `/`.
    pub(super) fn given(folder: &Path, given: BTreeMap<String, Bytes>) -> Self {
        let (mut files, mut scripts) = (BTreeMap::new(), BTreeMap::new());
        for (name, bytes) in given {
            if name.contains('/') {
                scripts.insert(
                    name.clone(),
                    Digests { given: Some(bytes.clone()), ..Digests::of(&name, &bytes) },
                );
            } else {
                files.insert(name, bytes);
            }
        }
        Self { folder: folder.to_owned(), files, scripts, listing: Listing::default() }
    }

    /// The digest of a script's bytes, by the algorithm that the file's name says.
    pub(super) fn script(&self, name: &str) -> Option<&Digest> {
        self.scripts.get(name).map(|digests| &digests.named)
    }

    /// The files with scripts' bytes in a folder that ends with `/`, in order.
    pub(super) fn scripts_in<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        let names = self.scripts.range(folder.to_owned()..).map(|(name, _)| name.as_str());
        names.take_while(move |name| name.starts_with(folder))
    }

    /// A script's bytes, read again: whoever uses them must compare their digest again.
    pub(super) fn script_bytes(&self, name: &str) -> io::Result<Bytes> {
        match self.scripts.get(name).and_then(|digests| digests.given.clone()) {
            Some(given) => Ok(given),
            None => read_bounded(&self.folder.join(name), limit(name)),
        }
    }

    /// The first 12 hexadecimal digits of the SHA-256 over names and contents.
    pub(super) fn fingerprint(&self) -> String {
        let files = self.files.iter();
        let files = files.map(|(name, bytes)| (name.as_str(), Digest::of(Algorithm::Sha256, bytes)));
        let scripts = self.scripts.iter();
        fingerprint(files.chain(scripts.map(|(name, digests)| (name.as_str(), digests.sha256.clone()))))
    }

    /// The stems of the files with an ending: `shop` for `shop.toml`.
    pub(super) fn stems(&self, ending: &str) -> impl Iterator<Item = &str> {
        self.files.keys().filter_map(move |name| {
            name.rsplit_once('.').filter(|(_, found)| *found == ending).map(|(stem, _)| stem)
        })
    }
}

impl Digests {
    fn of(name: &str, bytes: &[u8]) -> Self {
        let stem = name.rsplit('/').next().unwrap_or(name);
        let mut known = [Algorithm::Sha384, Algorithm::Sha512].into_iter();
        let algorithm = known.find(|known| stem.starts_with(known.name()));
        let sha256 = Digest::of(Algorithm::Sha256, bytes);
        let named = algorithm.map_or_else(|| sha256.clone(), |algorithm| Digest::of(algorithm, bytes));
        Self { sha256, named, given: None }
    }
}

/// See [`Contents::fingerprint`]. Each file counts with the digest of its contents, so that no content
/// can pass for the name of another file.
pub(super) fn fingerprint<'a>(files: impl Iterator<Item = (&'a str, Digest)>) -> String {
    let mut list = String::new();
    for (name, digest) in files {
        list.push_str(name);
        list.push('\0');
        list.push_str(&digest.to_string());
        list.push('\0');
    }
    let digest = Digest::of(Algorithm::Sha256, list.as_bytes());
    let mut digits = String::new();
    for byte in digest.as_bytes().iter().take(6) {
        // Writing to a string can't fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// Whether a file of this name is read where it stands in its place.
pub(super) fn is_read(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    !name.starts_with('.') && ["toml", "lock", "js"].iter().any(|ending| has_ending(name, ending))
}

/// A folder's entries without the hidden ones.
fn visible(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // Every name that matters is ASCII or the operator's choice in UTF-8; others match nothing.
        let Ok(name) = entry.file_name().into_string() else { continue };
        if !name.starts_with('.') {
            entries.push((name, entry.path()));
        }
        if entries.len() > MAX_FILES {
            return Err(io::Error::other(format!("more than {MAX_FILES} entries")));
        }
    }
    entries.sort();
    Ok(entries)
}

fn has_ending(name: &str, ending: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, found)| found == ending)
}

fn limit(name: &str) -> u64 {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("toml") => MAX_POLICY_BYTES,
        Some("lock") => MAX_LOCK_BYTES,
        _ => u64::try_from(MAX_SCRIPT_BYTES).unwrap_or(u64::MAX),
    }
}

fn read_bounded(path: &Path, limit: u64) -> io::Result<Bytes> {
    // Before it is opened: opening a named pipe would wait for somebody to write to it.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let file = fs::File::open(path)?;
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(io::Error::other(format!("longer than {limit} bytes")));
    }
    Ok(Bytes::from(bytes))
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::of_file(
        Severity::Error,
        path,
        format!("can't be read: {error}"),
        "see that it exists and that Countersign may read it",
    )
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_metadata: &Metadata) -> u64 {
    0
}
