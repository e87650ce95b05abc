//! The evidence on disk: a new folder, whole or not there.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::pack::Pack;
use super::page::page;
use super::tables::tables;
use crate::sri::{Algorithm, Digest};
use crate::store::EvidenceRow;

/// The rows that the evidence rests on, one JSON object on a line.
pub(super) const ROWS: &str = "rows.jsonl";
/// The digest of each other file.
pub(super) const FILES: &str = "manifest.json";

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// There is something of that name.
    #[error("{path} is there already; evidence is never written over: choose another name", path = .0.display())]
    There(PathBuf),
    /// The disk.
    #[error("{path}: {cause}", path = .path.display())]
    Disk {
        /// Where.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
}

/// Writes everything. Until the last file is there the folder has another name.
pub fn write(folder: &Path, pack: &Pack, rows: &[EvidenceRow]) -> Result<(), WriteError> {
    if folder.exists() {
        return Err(WriteError::There(folder.to_owned()));
    }
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".unfinished");
    let unfinished = folder.with_file_name(name);
    let failed = |cause| WriteError::Disk { path: folder.to_owned(), cause };
    // What a run that was ended left behind.
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(failed)?;
    }
    fill(&unfinished, pack, rows).and_then(|()| fs::rename(&unfinished, folder)).map_err(failed)
}

/// What `evidence.json` holds: everything, and the rows that it rests on.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    pack: &'a Pack,
    rows: &'a [EvidenceRow],
}

fn fill(folder: &Path, pack: &Pack, rows: &[EvidenceRow]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut files: Vec<(&str, String)> = tables(pack)?;
    files.push(("evidence.html", page(pack, rows).map_err(io::Error::other)?));
    files.push(("evidence.json", serde_json::to_string_pretty(&Whole { pack, rows })?));
    let mut lines = String::new();
    for row in rows {
        lines.push_str(&serde_json::to_string(row)?);
        lines.push('\n');
    }
    files.push((ROWS, lines));
    let mut digests = BTreeMap::new();
    for (name, text) in &files {
        put(&folder.join(name), text)?;
        digests.insert(*name, Digest::of(Algorithm::Sha256, text.as_bytes()).to_string());
    }
    put(&folder.join(FILES), &serde_json::to_string_pretty(&digests)?)
}

fn put(path: &Path, text: &str) -> io::Result<()> {
    let mut file = BufWriter::new(File::create_new(path)?);
    file.write_all(text.as_bytes())?;
    file.flush()?;
    file.get_ref().sync_all()
}
