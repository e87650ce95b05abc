//! Reads and writes the file with the tokens. Who may write it lets themselves in, so nobody else may.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use super::book::{HELP, TokenBook};
use crate::diagnostic::{Diagnostic, Severity};

/// The longest file that is read, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;
/// Those of the mode that let others write.
const OTHERS_WRITE: u32 = 0o022;

impl TokenBook {
    /// Reads the file. The error is everything that is wrong with it.
    pub fn read(path: &Path) -> Result<Self, Vec<Diagnostic>> {
        let failed = |error: &io::Error| {
            let help = if error.kind() == io::ErrorKind::NotFound {
                "make it: countersign token add --name NAME --role operate --file FILE"
            } else {
                HELP
            };
            vec![Diagnostic::of_file(Severity::Error, path, error.to_string(), help)]
        };
        let text = read(path).map_err(|error| failed(&error))?;
        Self::parse(path, &text)
    }

    /// Writes the file, whole or not at all. A new one is readable for its owner only; another keeps owner and mode,
    /// but that others may write it.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        // Through a symbolic link: what it points to is replaced, the link stays.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let folder = target.parent().map(PathBuf::from).unwrap_or_default();
        let beside = folder.join(format!(".countersign-{}.tmp", uuid::Uuid::now_v7()));
        let result = write_and_rename(&beside, &target, self.text().as_bytes());
        if result.is_err() {
            let _ = fs::remove_file(&beside);
        }
        result
    }
}

fn write_and_rename(beside: &Path, target: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(beside)?;
    file.write_all(bytes)?;
    if let Ok(before) = fs::metadata(target) {
        let mode = before.permissions().mode() & 0o777 & !OTHERS_WRITE;
        file.set_permissions(fs::Permissions::from_mode(mode))?;
        let mine = file.metadata()?;
        if (mine.uid(), mine.gid()) != (before.uid(), before.gid()) {
            // Whoever may not give files away leaves them to themselves, and is told where they are read.
            let _ = chown(beside, Some(before.uid()), Some(before.gid()));
        }
    }
    file.sync_all()?;
    fs::rename(beside, target)
}

fn read(path: &Path) -> io::Result<String> {
    // Before it is opened: opening a named pipe would wait for somebody to write to it.
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    if metadata.permissions().mode() & OTHERS_WRITE != 0 {
        return Err(io::Error::other(
            "others on this machine may write it, and let themselves in: chmod 600",
        ));
    }
    let mut text = String::new();
    File::open(path)?.take(MAX_BYTES.saturating_add(1)).read_to_string(&mut text)?;
    if u64::try_from(text.len()).unwrap_or(u64::MAX) > MAX_BYTES {
        return Err(io::Error::other(format!("longer than {MAX_BYTES} bytes")));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_file_that_others_may_write_lets_nobody_in() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokens.toml");
        TokenBook::default().write(&path).unwrap();
        assert_eq!(mode(&path), 0o600);
        for (mode, good) in [(0o600, true), (0o644, true), (0o620, false), (0o602, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(TokenBook::read(&path).is_ok(), good, "{mode:o}");
        }
    }

    #[test]
    fn a_file_that_is_written_again_keeps_its_mode_but_for_writing_by_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokens.toml");
        TokenBook::default().write(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        TokenBook::default().write(&path).unwrap();
        assert_eq!(mode(&path), 0o644);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
