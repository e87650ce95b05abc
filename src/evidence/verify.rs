//! Whether evidence on disk is what was written.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::chain::{Fault, faults};
use super::folder::{FILES, ROWS};
use super::pack::Chain;
use crate::sri::{Algorithm, Digest};
use crate::store::EvidenceRow;

/// Files of a folder that are looked at.
const MANY: usize = 1000;
/// Files that every folder has.
const ALWAYS: [&str; 3] = [ROWS, "evidence.html", "evidence.json"];
/// Bytes of one file that are read.
const MOST: u64 = 4 << 30;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Rows that were read.
    pub rows: usize,
    /// What is wrong with them.
    pub faults: Vec<Fault>,
    /// Files of the folder that are not those that were written.
    pub files: Vec<String>,
    /// The digest of the list of files: it tells whether they are the same as another time.
    pub manifest: Option<String>,
    /// The chains; their digests tell whether it is the same evidence as another time.
    pub chains: Vec<Chain>,
}

impl Verified {
    /// Whether everything is as it was written.
    pub fn is_whole(&self) -> bool {
        self.faults.is_empty() && self.files.is_empty()
    }
}

/// Why it can't be told.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It can't be read.
    #[error("{path}: {cause}", path = .path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// It is something else.
    #[error("{path}:{line}: {cause}; it should be {ROWS} of a folder that `countersign evidence` wrote", path = .path.display())]
    NoRow {
        /// Which file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong.
        cause: serde_json::Error,
    },
}

/// Looks at a folder, or at a file of rows alone.
pub fn verify(path: &Path) -> Result<Verified, VerifyError> {
    let is_folder = path.is_dir();
    let (rows_at, files) =
        if is_folder { (path.join(ROWS), others(path)?) } else { (path.to_owned(), Vec::new()) };
    let manifest = if is_folder { Some(manifest(path)?) } else { None };
    let rows = read(&rows_at)?;
    let chains = rows.chunk_by(|a, b| a.node == b.node).filter_map(|chain| {
        let (first, last) = (chain.first()?, chain.last()?);
        let (node, digest) = (first.node.clone(), last.digest.clone());
        Some(Chain { node, first: first.number, last: last.number, digest })
    });
    Ok(Verified { rows: rows.len(), faults: faults(&rows), files, manifest, chains: chains.collect() })
}

/// The digest of a folder's list of files.
pub fn manifest(folder: &Path) -> Result<String, VerifyError> {
    let path = folder.join(FILES);
    let bytes = std::fs::read(&path).map_err(|cause| VerifyError::Unreadable { path, cause })?;
    Ok(Digest::of(Algorithm::Sha256, &bytes).to_string())
}

fn read(path: &Path) -> Result<Vec<EvidenceRow>, VerifyError> {
    let unreadable = |cause| VerifyError::Unreadable { path: path.to_owned(), cause };
    let file = File::open(path).map_err(unreadable)?;
    let lines = BufReader::new(file.take(MOST)).lines();
    let mut rows = Vec::new();
    for (number, line) in lines.enumerate() {
        let line = line.map_err(unreadable)?;
        let no_row =
            |cause| VerifyError::NoRow { path: path.to_owned(), line: number.saturating_add(1), cause };
        rows.push(serde_json::from_str(&line).map_err(no_row)?);
    }
    Ok(rows)
}

/// Files that are missing or differ from what the manifest says of them.
fn others(folder: &Path) -> Result<Vec<String>, VerifyError> {
    let path = folder.join(FILES);
    let unreadable = |path: &Path, cause| VerifyError::Unreadable { path: path.to_owned(), cause };
    let text = std::fs::read_to_string(&path).map_err(|cause| unreadable(&path, cause))?;
    let listed: BTreeMap<String, String> =
        serde_json::from_str(&text).map_err(|cause| unreadable(&path, cause.into()))?;
    let mut changed = Vec::new();
    let there = std::fs::read_dir(folder).map_err(|cause| unreadable(folder, cause))?;
    for entry in there.take(MANY).flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name != FILES && !listed.contains_key(&name) {
            changed.push(name);
        }
    }
    for name in ALWAYS {
        if !listed.contains_key(name) {
            changed.push(name.to_owned());
        }
    }
    for (name, digest) in listed {
        // A name with a path in it would lead out of the folder.
        let plain = Path::new(&name).file_name().is_some_and(|file| file == name.as_str());
        let now = plain.then(|| std::fs::read(folder.join(&name)).ok()).flatten();
        if now.is_none_or(|bytes| Digest::of(Algorithm::Sha256, &bytes).to_string() != digest) {
            changed.push(name);
        }
    }
    Ok(changed)
}
