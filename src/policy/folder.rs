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

const MAX_POLICY_BYTES: u64 = 1024 * 1024;
const MAX_FILES: usize = 10_000;
const MAX_TOTAL_BYTES: u64 = 512 * 1024 * 1024;

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
    /// By path inside the folder, with `/`.
    pub(super) files: BTreeMap<String, Bytes>,
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
        let mut contents = Self { folder: folder.to_owned(), files: BTreeMap::new() };
        let mut problems = Vec::new();
        let mut total = 0_u64;
        for found in listing.files {
            let path = folder.join(&found.name);
            match read_bounded(&path, limit(&found.name).min(MAX_TOTAL_BYTES.saturating_sub(total))) {
                Ok(bytes) => {
                    total = total.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
                    contents.files.insert(found.name, bytes);
                }
                Err(error) => problems.push(unreadable(&path, &error)),
            }
        }
        if problems.is_empty() { Ok(contents) } else { Err(problems) }
    }

    /// The first 12 hexadecimal digits of the SHA-256 over names and contents.
    pub(super) fn fingerprint(&self) -> String {
        let files = self.files.iter();
        fingerprint(files.map(|(name, bytes)| (name.as_str(), bytes.as_ref())))
    }

    /// The stems of the files with an ending: `shop` for `shop.toml`.
    pub(super) fn stems(&self, ending: &str) -> impl Iterator<Item = &str> {
        let top = self.files.keys().filter(|name| !name.contains('/'));
        top.filter_map(move |name| {
            name.rsplit_once('.').filter(|(_, found)| *found == ending).map(|(stem, _)| stem)
        })
    }
}

/// See [`Contents::fingerprint`]. Each file counts with the digest of its contents, so that no content
/// can pass for the name of another file.
pub(super) fn fingerprint<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut list = String::new();
    for (name, bytes) in files {
        list.push_str(name);
        list.push('\0');
        list.push_str(&Digest::of(Algorithm::Sha256, bytes).to_string());
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
