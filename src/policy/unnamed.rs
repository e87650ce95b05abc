//! Approved bytes that no entry of the lock names: an entry may have been removed from the lock's end,
//! which leaves no trace in the lock itself.

use std::collections::HashSet;

use super::folder::Contents;
use crate::diagnostic::{Diagnostic, Severity};
use crate::inventory::Lock;

/// How many files are told one by one.
const TOLD: usize = 20;

/// Warns of bytes in a site's folder that its lock says nothing about.
pub(super) fn unnamed_bytes(contents: &Contents, site: &str, lock: &Lock, found: &mut Vec<Diagnostic>) {
    let folder = format!("{site}.scripts/");
    let named: HashSet<String> = lock
        .entries()
        .iter()
        .filter_map(|entry| {
            let digest = entry.statement.digest()?;
            Some(format!("{folder}{}/{}.js", entry.statement.script(), digest.url_safe()))
        })
        .collect();
    let unnamed = contents.scripts_in(&folder).filter(|name| !named.contains(*name));
    let mut more = 0_usize;
    for (number, name) in unnamed.enumerate() {
        if number >= TOLD {
            more += 1;
            continue;
        }
        found.push(Diagnostic::of_file(
            Severity::Warning,
            contents.folder.join(name),
            "no entry of the lock names these bytes: an entry may have been removed",
            "restore the lock from version control; or remove the file, if nobody approved it",
        ));
    }
    if more > 0 {
        found.push(Diagnostic::of_file(
            Severity::Warning,
            contents.folder.join(folder),
            format!("no entry of the lock names {more} more files"),
            "look at the first ones",
        ));
    }
}
