//! New bytes of vendors, kept for people to look at: bounded, apart from the policies, and never served.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::look::Version;
use super::watched::Watched;
use crate::inventory::write_file;

/// The first versions of a finding, which stay as long as it does: a vendor that serves other bytes each time must
/// not push out what it began with.
const FIRST: usize = 2;
/// And the latest ones; the oldest of them goes first, so that nobody fills the disk.
const LATEST: usize = 8;
/// The file that names the first ones.
const NAMES: &str = ".first";

/// A folder with them: `<site>/<id>/<digest>.js`.
#[derive(Debug, Clone)]
pub struct Quarantine {
    folder: PathBuf,
}

impl Quarantine {
    /// In this folder, which is made when the first bytes come.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The folder for it within the one for what is found while watching.
    pub fn within(folder: &Path) -> PathBuf {
        folder.join("quarantine")
    }

    /// A finding begins: the next versions are its first.
    pub(super) fn begin(&self, watched: &Watched) -> io::Result<()> {
        match fs::remove_file(self.of(watched).join(NAMES)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Keeps a version, and says where.
    pub fn keep(&self, watched: &Watched, version: &Version) -> io::Result<PathBuf> {
        let folder = self.of(watched);
        let name = format!("{}.js", version.digest.url_safe());
        let path = folder.join(&name);
        fs::create_dir_all(&folder)?;
        let mut first: Vec<String> = fs::read_to_string(folder.join(NAMES))
            .map(|names| names.lines().map(ToOwned::to_owned).collect())
            .unwrap_or_default();
        if first.len() < FIRST && !first.contains(&name) {
            first.push(name);
            write_file(&folder.join(NAMES), first.join("\n").as_bytes())?;
        }
        if path.is_file() {
            return Ok(path);
        }
        make_room(&folder, &first)?;
        // Whole or not at all: half a script would be another one.
        let temporary = folder.join(format!(".{}.tmp", uuid::Uuid::now_v7()));
        let mut file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
        let written = file.write_all(&version.bytes).and_then(|()| file.sync_all());
        let written = written.and_then(|()| fs::rename(&temporary, &path));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written.map(|()| path)
    }

    fn of(&self, watched: &Watched) -> PathBuf {
        self.folder.join(&watched.site.0).join(watched.script.id.as_str())
    }
}

fn make_room(folder: &Path, first: &[String]) -> io::Result<()> {
    let mut kept: Vec<(SystemTime, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name == NAMES || first.iter().any(|first| name == first.as_str()) {
            continue;
        }
        // What a process left behind that was killed while it wrote goes like the rest.
        kept.push((entry.metadata()?.modified().unwrap_or(SystemTime::UNIX_EPOCH), entry.path()));
    }
    kept.sort();
    let more = (kept.len() + 1).saturating_sub(LATEST);
    for (_, path) in kept.into_iter().take(more) {
        fs::remove_file(path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drift::watched::tests::chat;
    use crate::sri::{Algorithm, Digest};

    fn version(text: &str) -> Version {
        let bytes = bytes::Bytes::copy_from_slice(text.as_bytes());
        Version { digest: Digest::of(Algorithm::Sha384, &bytes), bytes }
    }

    #[test]
    fn the_first_versions_of_a_finding_stay_and_of_the_others_the_latest() {
        let folder = tempfile::tempdir().unwrap();
        let quarantine = Quarantine::new(folder.path());
        let watched = chat();
        let first = quarantine.keep(&watched, &version("a()")).unwrap();
        assert_eq!(fs::read(&first).unwrap(), b"a()");
        assert_eq!(quarantine.keep(&watched, &version("a()")).unwrap(), first);
        let second = quarantine.keep(&watched, &version("b()")).unwrap();
        let kept = || {
            let entries = fs::read_dir(first.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
            entries.filter(|path| path.extension().is_some_and(|ending| ending == "js")).count()
        };
        for number in 0..30 {
            let path = quarantine.keep(&watched, &version(&number.to_string())).unwrap();
            assert!(path.is_file(), "the newest is there");
        }
        assert!(first.is_file() && second.is_file(), "and the first");
        assert_eq!(kept(), FIRST + LATEST);

        quarantine.begin(&watched).unwrap();
        let other = quarantine.keep(&watched, &version("c()")).unwrap();
        for number in 30..60 {
            quarantine.keep(&watched, &version(&number.to_string())).unwrap();
        }
        assert!(other.is_file() && !first.is_file(), "another finding has other first ones");
        assert!(kept() <= FIRST + LATEST);
    }
}
