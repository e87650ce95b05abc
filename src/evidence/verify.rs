//! Whether evidence on disk is what was written.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use super::chain::{Fault, faults};
use super::folder::{FILES, ROWS};
use super::gather::{by_subject, chains};
use super::pack::{Chain, Happened};
use super::page::{happened_part, held};
use super::told::{Told, told};
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
    /// Parts of a single file that don't follow from the rows that it holds, in words.
    pub parts: Vec<String>,
    /// Of a single file, its digest: the folder's list of files names it.
    pub digest: Option<String>,
    /// The digest of the list of files: it tells whether they are the same as another time.
    pub manifest: Option<String>,
    /// The chains; their digests tell whether it is the same evidence as another time.
    pub chains: Vec<Chain>,
}

impl Verified {
    /// Whether everything is as it was written.
    pub fn is_whole(&self) -> bool {
        self.faults.is_empty() && self.files.is_empty() && self.parts.is_empty()
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
    /// It holds no rows.
    #[error("{path}: it holds no rows to verify: {ROWS} of the same folder does", path = .0.display())]
    NoRows(PathBuf),
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

/// Looks at a folder; or at a file of rows, `evidence.html` or `evidence.json` alone.
pub fn verify(path: &Path) -> Result<Verified, VerifyError> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if !path.is_dir() && matches!(ending, "html" | "json") {
        return single(path, ending == "html");
    }
    let is_folder = path.is_dir();
    let (rows_at, files) =
        if is_folder { (path.join(ROWS), others(path)?) } else { (path.to_owned(), Vec::new()) };
    let manifest = if is_folder { Some(manifest(path)?) } else { None };
    let rows = read(&rows_at)?;
    let chains = chains(&rows);
    Ok(Verified {
        rows: rows.len(),
        faults: faults(&rows),
        files,
        parts: Vec::new(),
        digest: None,
        manifest,
        chains,
    })
}

/// A file that holds the rows, and what follows from them.
fn single(path: &Path, is_page: bool) -> Result<Verified, VerifyError> {
    let unreadable = |cause| VerifyError::Unreadable { path: path.to_owned(), cause };
    let mut text = String::new();
    File::open(path).map_err(unreadable)?.take(MOST).read_to_string(&mut text).map_err(unreadable)?;
    let no_row = |line, cause| VerifyError::NoRow { path: path.to_owned(), line, cause };
    let mut rows: Vec<EvidenceRow> = Vec::new();
    let mut parts = Vec::new();
    let unlike = "what stands there about the rows does not follow from those that it holds";
    if is_page {
        let held = held(&text).ok_or_else(|| VerifyError::NoRows(path.to_owned()))?;
        for (number, line) in held.lines().enumerate() {
            rows.push(serde_json::from_str(line).map_err(|cause| no_row(number.saturating_add(1), cause))?);
        }
        let happened = by_subject(&rows);
        let shown = happened_part(&happened, &alerts_of(&happened)).unwrap_or_default();
        // As the page includes it: without what its end may have had of white space.
        if !text.contains(shown.trim_end()) {
            parts.push(unlike.to_owned());
        }
    } else {
        let pack: Value = serde_json::from_str(&text).map_err(|cause| no_row(cause.line(), cause))?;
        let held = pack.get("rows").cloned().ok_or_else(|| VerifyError::NoRows(path.to_owned()))?;
        rows = serde_json::from_value(held).map_err(|cause| no_row(0, cause))?;
        let happened = by_subject(&rows);
        let follow = [
            ("happened", serde_json::to_value(&happened)),
            ("alerts", serde_json::to_value(alerts_of(&happened))),
        ];
        if follow.into_iter().any(|(name, value)| value.ok().as_ref() != pack.get(name)) {
            parts.push(unlike.to_owned());
        }
    }
    let digest = Some(Digest::of(Algorithm::Sha256, text.as_bytes()).to_string());
    let (faults, chains) = (faults(&rows), chains(&rows));
    Ok(Verified { rows: rows.len(), faults, files: Vec::new(), parts, digest, manifest: None, chains })
}

fn alerts_of(happened: &[Happened]) -> Vec<Told> {
    let part = happened.iter().find(|part| part.file == "alerts.csv");
    part.map(|part| told(&part.rows)).unwrap_or_default()
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
