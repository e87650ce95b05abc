//! Alerts that nobody has taken yet, a file each: they outlive the process.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

use super::{Alert, WAITING};

/// A folder, or nothing.
#[derive(Debug, Clone)]
pub(super) struct Outbox {
    folder: Option<PathBuf>,
}

impl Outbox {
    pub(super) fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    /// Before it is sent, on disk.
    pub(super) fn put(&self, alert: &Alert) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        fs::create_dir_all(folder)?;
        let temporary = folder.join(format!(".{}.tmp", alert.id));
        let mut file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
        file.write_all(&serde_json::to_vec(alert)?)?;
        file.sync_all()?;
        fs::rename(temporary, folder.join(format!("{}.json", alert.id)))
    }

    /// It was taken, or nobody will take it any more.
    pub(super) fn remove(&self, alert: &Alert) {
        let Some(folder) = &self.folder else { return };
        if let Err(error) = fs::remove_file(folder.join(format!("{}.json", alert.id)))
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "an alert that was taken stays on disk: it may be sent again, under the same id");
        }
    }

    /// What was left, the oldest first: ids are made in the order of time.
    pub(super) fn left(&self) -> Vec<Alert> {
        let Some(folder) = &self.folder else { return Vec::new() };
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
        paths.sort();
        let read = |path: &PathBuf| serde_json::from_slice(&fs::read(path).ok()?).ok();
        paths.iter().filter_map(read).take(WAITING).collect()
    }
}
