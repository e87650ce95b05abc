//! What bundlers wrote down about the files that they made: manifests with `integrity`, of Vite, of webpack,
//! and of whatever else writes them in one of these forms. A file that isn't what its bundler made is not
//! approved.
//!
//! ```text
//!  { "src/main.js": { "file": "assets/main.4889e940.js", "integrity": "sha384-…" } }
//!  { "main.js":     { "src": "/static/main.4889e940.js", "integrity": "sha256-… sha384-…" } }
//!  { "main.4889e940.js": "sha384-…" }
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cli::stop::Stop;
use crate::sri::{Algorithm, Digest};

/// Where bundlers put them, in the build's folder.
const NAMES: [&str; 5] =
    [".vite/manifest.json", "manifest.json", "asset-manifest.json", "assets-manifest.json", "integrity.json"];
/// The longest that is read.
const MAX_BYTES: u64 = 64 << 20;
/// Tables within tables that are looked into.
const MAX_DEPTH: usize = 16;

/// A manifest that names digests.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    /// Its name within the folder.
    pub(super) name: String,
    /// Digests by the files' names within the folder.
    pub(super) files: BTreeMap<String, Vec<Digest>>,
}

/// The manifests in a build's folder, which is served at this path.
pub(super) fn manifests(folder: &Path, at: &str) -> Result<Vec<Manifest>, Stop> {
    let mut found = Vec::new();
    for name in NAMES {
        let path = folder.join(name);
        let Ok(metadata) = fs::metadata(&path) else { continue };
        let failed = |why: String| Stop::CouldNot(format!("{}: {why}", path.display()));
        if metadata.len() > MAX_BYTES {
            return Err(failed("it is too long for a manifest".to_owned()));
        }
        let bytes = fs::read(&path).map_err(|error| failed(error.to_string()))?;
        let value: Value = serde_json::from_slice(&bytes).map_err(|error| failed(error.to_string()))?;
        let mut files = BTreeMap::new();
        collect(&value, at, 0, &mut files);
        if !files.is_empty() {
            found.push(Manifest { name: name.to_owned(), files });
        }
    }
    Ok(found)
}

fn collect(value: &Value, at: &str, depth: usize, files: &mut BTreeMap<String, Vec<Digest>>) {
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Object(table) => {
            let text = |key: &str| table.get(key).and_then(Value::as_str);
            let file = text("file").or_else(|| text("src")).or_else(|| text("url"));
            if let (Some(file), Some(integrity)) = (file, text("integrity")) {
                add(file, integrity, at, files);
            }
            for (key, value) in table {
                match value.as_str() {
                    Some(text) if key != "integrity" => add(key, text, at, files),
                    Some(_) => {}
                    None => collect(value, at, depth.saturating_add(1), files),
                }
            }
        }
        Value::Array(list) => {
            for value in list {
                collect(value, at, depth.saturating_add(1), files);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn add(file: &str, integrity: &str, at: &str, files: &mut BTreeMap<String, Vec<Digest>>) {
    let mut digests: Vec<Digest> = integrity.split_ascii_whitespace().flat_map(str::parse).collect();
    // As browsers do: of several algorithms the strongest counts.
    let strongest: Option<Algorithm> = digests.iter().map(Digest::algorithm).max();
    digests.retain(|digest| Some(digest.algorithm()) == strongest);
    if digests.is_empty() {
        return;
    }
    let name = file.strip_prefix(at).unwrap_or(file);
    let name = name.strip_prefix("./").unwrap_or(name).trim_start_matches('/');
    files.insert(name.to_owned(), digests);
}

impl Manifest {
    /// Whether it says something of a file, and if so, whether these are its bytes.
    pub(super) fn fits(&self, name: &str, bytes: &[u8]) -> Option<bool> {
        let digests = self.files.get(name)?;
        Some(digests.iter().any(|digest| *digest == Digest::of(digest.algorithm(), bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Vec<Manifest> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("manifest.json"), json).unwrap();
        manifests(folder.path(), "/static/").unwrap_or_else(|_| panic!())
    }

    #[test]
    fn manifests_of_bundlers_are_read_in_their_forms() {
        let (weak, strong) = (
            Digest::of(Algorithm::Sha256, b"a").to_string(),
            Digest::of(Algorithm::Sha384, b"a").to_string(),
        );
        for json in [
            format!(r#"{{"src/main.js":{{"file":"js/a.1.js","isEntry":true,"integrity":"{strong}"}}}}"#),
            format!(r#"{{"main.js":{{"src":"/static/js/a.1.js","integrity":"{weak} {strong}"}}}}"#),
            format!(r#"{{"files":{{"main":{{"url":"./js/a.1.js","integrity":"{strong}"}}}}}}"#),
            format!(r#"{{"js/a.1.js":"{strong}"}}"#),
        ] {
            let found = read(&json);
            assert_eq!(found.len(), 1, "{json}");
            assert_eq!(found[0].fits("js/a.1.js", b"a"), Some(true), "{json}");
            assert_eq!(found[0].fits("js/a.1.js", b"b"), Some(false), "{json}");
            assert_eq!(found[0].fits("js/b.js", b"a"), None, "{json}");
        }
    }

    #[test]
    fn of_several_algorithms_the_strongest_counts() {
        let (weak, strong) = (Digest::of(Algorithm::Sha256, b"a"), Digest::of(Algorithm::Sha384, b"b"));
        let found = read(&format!(r#"{{"a.js":"{weak} {strong}"}}"#));
        assert_eq!((found[0].fits("a.js", b"a"), found[0].fits("a.js", b"b")), (Some(false), Some(true)));
    }

    #[test]
    fn a_manifest_without_digests_says_nothing() {
        assert_eq!(read(r#"{"name":"Shop","icons":[{"src":"/icon.png"}],"main.js":"main.1.js"}"#), []);
    }
}
