//! Writes files whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Into a hidden file beside it, forced to disk, then renamed over it.
pub fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Through a symbolic link: what it points to is replaced, the link stays.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::read(&target).is_ok_and(|existing| existing == bytes) {
        return Ok(());
    }
    let folder = target.parent().map(PathBuf::from).unwrap_or_default();
    fs::create_dir_all(&folder)?;
    let temporary = folder.join(format!(".countersign-{}.tmp", uuid::Uuid::now_v7()));
    let result = write_and_rename(&temporary, &target, &folder, bytes);
    if result.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    result
}

fn write_and_rename(temporary: &Path, target: &Path, folder: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(temporary)?;
    file.write_all(bytes)?;
    if let Ok(metadata) = fs::metadata(target) {
        file.set_permissions(metadata.permissions())?;
    }
    file.sync_all()?;
    fs::rename(temporary, target)?;
    // The rename itself reaches the disk with the folder; some systems can't open folders.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}
