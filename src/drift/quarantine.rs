//! New bytes of vendors, kept for people to look at: bounded, apart from the policies, and never served.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::look::Version;
use super::watched::Watched;

/// Versions of one script that are kept; the oldest goes first. A vendor that serves other bytes each time
/// must not fill the disk.
const VERSIONS: usize = 10;

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

    /// Keeps a version, and says where.
    pub fn keep(&self, watched: &Watched, version: &Version) -> io::Result<PathBuf> {
        let folder = self.folder.join(&watched.site.0).join(watched.script.id.as_str());
        let path = folder.join(format!("{}.js", version.digest.url_safe()));
        if path.is_file() {
            return Ok(path);
        }
        fs::create_dir_all(&folder)?;
        make_room(&folder)?;
        // Whole or not at all: half a script would be another one.
        let temporary = folder.join(format!(".{}.tmp", uuid::Uuid::now_v7()));
        let mut file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
        let written = file.write_all(&version.bytes).and_then(|()| fs::rename(&temporary, &path));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written.map(|()| path)
    }
}

fn make_room(folder: &Path) -> io::Result<()> {
    let mut kept: Vec<(SystemTime, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // What a process left behind that was killed while it wrote goes like the rest.
        kept.push((entry.metadata()?.modified().unwrap_or(SystemTime::UNIX_EPOCH), entry.path()));
    }
    kept.sort();
    let more = (kept.len() + 1).saturating_sub(VERSIONS);
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
    fn bytes_are_kept_under_their_digest_and_no_more_than_so_many() {
        let folder = tempfile::tempdir().unwrap();
        let quarantine = Quarantine::new(folder.path());
        let watched = chat();
        let first = quarantine.keep(&watched, &version("a()")).unwrap();
        assert_eq!(fs::read(&first).unwrap(), b"a()");
        assert_eq!(quarantine.keep(&watched, &version("a()")).unwrap(), first);
        for number in 0..3 * VERSIONS {
            let path = quarantine.keep(&watched, &version(&number.to_string())).unwrap();
            assert!(path.is_file(), "the newest is there");
        }
        let kept = fs::read_dir(first.parent().unwrap()).unwrap().count();
        assert_eq!(kept, VERSIONS);
    }
}
