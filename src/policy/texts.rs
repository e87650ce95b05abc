//! What a folder's files say, for whoever compares two generations afterwards: bounded.

use super::folder::Contents;
use crate::sri::{Algorithm, Digest};

/// Bytes of all texts together; the rest is told by name, length and digest.
const TEXTS: usize = 1024 * 1024;
/// Files that are told of.
const FILES: usize = 2_000;

/// A file of a policy folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileText {
    /// Its name: `shop.toml`.
    pub name: String,
    /// Its digest.
    pub digest: Digest,
    /// Its length in bytes.
    pub bytes: usize,
    /// Of a lock, the number of its entries.
    pub entries: Option<usize>,
    /// What it says; not of locks, and not where it is too long.
    pub text: Option<String>,
}

/// The policies and locks of a folder, in the order of their names. `locks` are those that were read.
pub(super) fn texts(contents: &Contents, locks: &[(&str, usize)]) -> Vec<FileText> {
    let mut room = TEXTS;
    let files = contents.files.iter().take(FILES).map(|(name, bytes)| {
        let lock = name.strip_suffix(".lock");
        let entries =
            lock.and_then(|site| locks.iter().find(|(of, _)| *of == site)).map(|(_, entries)| *entries);
        let fits = lock.is_none() && bytes.len() <= room;
        let text = std::str::from_utf8(bytes).ok().filter(|_| fits).map(ToOwned::to_owned);
        if fits {
            room = room.saturating_sub(bytes.len());
        }
        FileText {
            name: name.clone(),
            digest: Digest::of(Algorithm::Sha256, bytes),
            bytes: bytes.len(),
            entries,
            text,
        }
    });
    files.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use bytes::Bytes;

    use super::*;

    #[test]
    fn texts_are_bounded_and_locks_are_told_by_their_digest() {
        let long = "x".repeat(TEXTS - 10);
        let given: BTreeMap<String, Bytes> = [
            ("a.toml", "mode = 1"),
            ("a.lock", "version = 1"),
            ("b.toml", &long),
            ("c.toml", "mode = 2"),
            ("d.toml", "m"),
        ]
        .into_iter()
        .map(|(name, text)| (name.to_owned(), Bytes::copy_from_slice(text.as_bytes())))
        .collect();
        let told = texts(&Contents::given(Path::new("policies"), given), &[("a", 7)]);
        let kept: Vec<(&str, Option<usize>, bool)> =
            told.iter().map(|file| (file.name.as_str(), file.entries, file.text.is_some())).collect();
        let expected = [
            ("a.lock", Some(7), false),
            ("a.toml", None, true),
            ("b.toml", None, true),
            ("c.toml", None, false),
            ("d.toml", None, true),
        ];
        assert_eq!(kept, expected);
        assert_eq!((told[3].bytes, told[3].digest.to_string().len()), (8, 51));
    }
}
