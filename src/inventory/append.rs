//! Writes approvals to disk: whole or not at all, and never over an earlier entry's text.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::approval::{Approval, ApproveError, Outcome};
use super::chain::entry_digest;
use super::lock::{Lock, MAX_LOCK_BYTES};
use crate::diagnostic::SourceFile;

/// What a new lock begins with.
const FIRST_LINES: &str = "\
# Which bytes are approved, by whom, when and why. Written by `countersign approve`; add nothing by hand:
# every entry carries the digest of the one before it.
version = 1
";

/// Adds an approval to a site's lock, unless it says nothing new.
pub(super) fn append_entry(approval: &Approval, folder: &Path, site: &str) -> Result<Outcome, ApproveError> {
    let path = folder.join(format!("{site}.lock"));
    let failed = |cause| ApproveError::File { path: path.clone(), cause };
    // Two people who approve at the same moment must not lose one of the entries. Where the system has
    // no locks on folders, the last one wins.
    let guard = File::open(folder).ok();
    let _ = guard.as_ref().map(File::lock);

    let text = read_lock(&path).map_err(failed)?;
    let lock = parse(&path, &text)?;
    let newest = lock.live(&approval.script).last().map(|entry| &entry.approval);
    let already = newest.is_some_and(|entry| entry.digest == approval.digest);
    let others_live = lock.live(&approval.script).iter().any(|e| e.approval.digest != approval.digest);
    if already && !(approval.retires_earlier && others_live) {
        return Ok(Outcome::AlreadyApproved(approval.digest.clone()));
    }
    let mut approval = approval.clone();
    approval.previous = lock.entries().last().map(|entry| entry_digest(&entry.approval));
    let mut text = if text.is_empty() { FIRST_LINES.to_owned() } else { text };
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(&entry_text(&approval));
    // What can't be read back must not replace what can.
    let written = parse(&path, &text)?;
    if written.entries().last().map(|entry| &entry.approval) != Some(&approval) {
        return Err(failed(io::Error::other("the new entry does not read back as it was written")));
    }
    write_file(&path, text.as_bytes())?;
    Ok(Outcome::Approved(approval))
}

fn read_lock(path: &Path) -> io::Result<String> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.len() > MAX_LOCK_BYTES => Err(io::Error::other("the lock is too long")),
        Ok(_) => fs::read_to_string(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error),
    }
}

fn parse(path: &Path, text: &str) -> Result<Lock, ApproveError> {
    if text.is_empty() {
        return Ok(Lock::default());
    }
    let (lock, problems) = Lock::parse(&SourceFile::new(path, text));
    lock.ok_or(ApproveError::Lock(problems))
}

/// One entry as it stands in the file.
fn entry_text(approval: &Approval) -> String {
    let text = |value: &str| toml::Value::String(value.to_owned()).to_string();
    let mut entry = format!(
        "\n[[approval]]\nscript   = {}\ndigest   = {}\nsize     = {}\nat       = {}\nby       = {}\nbecause  = {}\n",
        text(approval.script.as_str()),
        text(&approval.digest.to_string()),
        approval.size,
        approval.at,
        text(&approval.by),
        text(&approval.because),
    );
    if approval.retires_earlier {
        entry.push_str("retires-earlier = true\n");
    }
    if let Some(previous) = &approval.previous {
        // Writing to a string can't fail.
        let _ = writeln!(entry, "previous = {}", text(&previous.to_string()));
    }
    entry
}

/// Writes a file whole or not at all: into a hidden file beside it, forced to disk, then renamed over it.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), ApproveError> {
    // Through a symbolic link: what it points to is replaced, the link stays.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let failed = |cause| ApproveError::File { path: path.to_owned(), cause };
    if fs::read(&target).is_ok_and(|existing| existing == bytes) {
        return Ok(());
    }
    let folder = target.parent().map(PathBuf::from).unwrap_or_default();
    fs::create_dir_all(&folder).map_err(failed)?;
    let temporary = folder.join(format!(".countersign-{}.tmp", uuid::Uuid::now_v7()));
    let result = write_and_rename(&temporary, &target, &folder, bytes);
    if result.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    result.map_err(failed)
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
