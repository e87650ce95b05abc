//! Finds and reads the settings file.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::check::check;
use super::choices::{ApproverChoices, Choices};
use super::file::SettingsFile;
use crate::diagnostic::{self, Diagnostic, Problems, SourceFile};

/// The file that is read where no other is named and it exists.
const USUAL: &str = "countersign.toml";
/// The longest settings file that is read, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;

/// What the file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FromFile {
    /// Everything but approvers.
    pub choices: Choices,
    /// Whose signatures count.
    pub approvers: ApproverChoices,
}

/// Why a settings file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// It can't be read.
    #[error("the settings file {}: {cause}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// It says things that can't be.
    #[error("the settings can't be used")]
    Wrong(Vec<Diagnostic>),
}

/// The settings file: the one that is named, or else the usual one if it is there.
pub fn find(named: Option<&Path>) -> Option<PathBuf> {
    let usual = || Some(PathBuf::from(USUAL)).filter(|path| fs::symlink_metadata(path).is_ok());
    named.map(Path::to_owned).or_else(usual)
}

/// Reads a settings file. The error is everything that is wrong with it.
pub fn read(path: &Path) -> Result<FromFile, SettingsError> {
    let failed = |cause| SettingsError::File { path: path.to_owned(), cause };
    // Before it is opened: opening a named pipe would wait for somebody to write to it.
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(failed(io::Error::other("not a regular file")));
    }
    let mut text = String::new();
    let file = File::open(path).map_err(failed)?;
    file.take(MAX_BYTES.saturating_add(1)).read_to_string(&mut text).map_err(failed)?;
    if u64::try_from(text.len()).unwrap_or(u64::MAX) > MAX_BYTES {
        return Err(failed(io::Error::other(format!("longer than {MAX_BYTES} bytes"))));
    }
    parse(path, &text).map_err(SettingsError::Wrong)
}

/// What a text says that stands, or could stand, in this file.
pub fn parse(path: &Path, text: &str) -> Result<FromFile, Vec<Diagnostic>> {
    let mut problems = Problems::new(SourceFile::new(path, text));
    let folder = path.parent().unwrap_or(Path::new(""));
    let read = SettingsFile::read(text, &mut problems);
    let settings = read.map(|file| check(&file, folder, &mut problems));
    match settings {
        Some(settings) if !problems.any_error() => Ok(settings),
        _ => {
            let mut found = problems.into_list();
            diagnostic::sort(&mut found);
            Err(found)
        }
    }
}
