//! Changes a lock on disk: adds an entry, or a signature to one. Whole or not at all, and never over an
//! earlier entry's text.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::approval::ApproveError;
use super::entry::{Entry, Statement};
use super::key::SigningKey;
use super::lock::{Lock, MAX_LOCK_BYTES};
use super::lock_text::{FIRST_LINES, entry_text, with_signatures};
use super::signature::Signature;
use super::trust::Trust;
use super::write::write_file;
use crate::diagnostic::SourceFile;

/// A site's lock while it is changed. Nobody else can change it meanwhile.
pub(super) struct OpenLock<'a> {
    site: &'a str,
    trust: &'a Trust,
    path: PathBuf,
    text: String,
    lock: Lock,
    /// Of the folder, as long as this lives. Where the system has no locks on folders, see `write`.
    _guard: Option<File>,
}

impl<'a> OpenLock<'a> {
    /// Waits until nobody else changes the lock, and reads it.
    pub(super) fn open(folder: &Path, site: &'a str, trust: &'a Trust) -> Result<Self, ApproveError> {
        // Two people who approve at the same moment must not lose one of the entries.
        let guard = File::open(folder).ok();
        let _ = guard.as_ref().map(File::lock);
        let path = folder.join(format!("{site}.lock"));
        let text = read_text(&path).map_err(|cause| ApproveError::File { path: path.clone(), cause })?;
        let lock = parse(&path, &text, site, trust)?;
        Ok(Self { site, trust, path, text, lock, _guard: guard })
    }

    /// What it says so far.
    pub(super) fn lock(&self) -> &Lock {
        &self.lock
    }

    /// Adds an entry, signed where there is a key. Returns it as it was written.
    pub(super) fn append(
        self,
        mut statement: Statement,
        key: Option<&SigningKey>,
    ) -> Result<Statement, ApproveError> {
        statement.set_previous(self.lock.entries().last().map(|entry| entry.digest.clone()));
        let signatures = match key {
            Some(key) => vec![self.sign(key, &statement)?],
            None => Vec::new(),
        };
        let mut text = if self.text.is_empty() { FIRST_LINES.to_owned() } else { self.text.clone() };
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&entry_text(&statement, &signatures));
        self.write(&text, self.lock.entries().len(), &statement, &signatures)?;
        Ok(statement)
    }

    /// Adds a signature to the entry at this place.
    pub(super) fn cosign(self, place: usize, key: &SigningKey) -> Result<(), ApproveError> {
        let entry = self.lock.entries().get(place).ok_or(ApproveError::NothingToSign)?;
        let mut signatures = entry.signatures.clone();
        // One that does not fit is replaced by the one that does.
        signatures.retain(|signature| signature.key != key.public());
        signatures.push(self.sign(key, &entry.statement)?);
        let text = with_signatures(&self.text, entry, &signatures).ok_or_else(|| self.misread())?;
        self.write(&text, place, &entry.statement, &signatures)
    }

    fn sign(&self, key: &SigningKey, statement: &Statement) -> Result<Signature, ApproveError> {
        let digest = super::chain::entry_digest(statement);
        Signature::make(key, self.site, &digest).ok_or(ApproveError::NotSigned)
    }

    /// Writes the new text, in which the entry at `place` must be as given, and all others as before.
    fn write(
        &self,
        text: &str,
        place: usize,
        statement: &Statement,
        signatures: &[Signature],
    ) -> Result<(), ApproveError> {
        let failed = |cause| ApproveError::File { path: self.path.clone(), cause };
        if u64::try_from(text.len()).unwrap_or(u64::MAX) > MAX_LOCK_BYTES {
            return Err(failed(too_long()));
        }
        // What can't be read back must not replace what can.
        let written = parse(&self.path, text, self.site, self.trust)?;
        let before = self.lock.entries();
        let as_meant = |(number, entry): (usize, &Entry)| match before.get(number) {
            _ if number == place => entry.statement == *statement && entry.signatures == signatures,
            Some(old) => entry.statement == old.statement && entry.signatures == old.signatures,
            None => false,
        };
        let count = before.len().max(place + 1);
        if written.entries().len() != count || !written.entries().iter().enumerate().all(as_meant) {
            return Err(self.misread());
        }
        if read_text(&self.path).map_err(failed)? != self.text {
            return Err(failed(io::Error::other("somebody else has changed it meanwhile: try again")));
        }
        write_file(&self.path, text.as_bytes()).map_err(failed)
    }

    fn misread(&self) -> ApproveError {
        let cause = io::Error::other("the new entry does not read back as it was written");
        ApproveError::File { path: self.path.clone(), cause }
    }
}

fn read_text(path: &Path) -> io::Result<String> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.len() > MAX_LOCK_BYTES => Err(too_long()),
        Ok(_) => fs::read_to_string(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error),
    }
}

fn too_long() -> io::Error {
    io::Error::other(format!("a lock may have {MAX_LOCK_BYTES} bytes at most"))
}

fn parse(path: &Path, text: &str, site: &str, trust: &Trust) -> Result<Lock, ApproveError> {
    if text.is_empty() {
        return Ok(Lock::default());
    }
    let (lock, problems) = Lock::parse(&SourceFile::new(path, text), site, trust);
    lock.ok_or(ApproveError::Lock(problems))
}
