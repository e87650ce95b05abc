//! Faults in files and what is said about them, word for word: `golden/*.txt`.
//!
//! A case consists of files (`--- name`, then its lines) and ends with what is said (`--- said`).
//! With `COUNTERSIGN_GOLDEN=write` the second part is written anew, to be read before it is kept.

use std::fs;
use std::path::Path;

use countersign::clock::Clock;
use countersign::diagnostic::render;
use countersign::inventory::{Approvers, Trust};
use countersign::policy::check_trusting;

use super::folder::{Folder, now};

const SAID: &str = "--- said\n";

#[test]
fn every_fault_is_told_word_for_word() {
    let write = std::env::var_os("COUNTERSIGN_GOLDEN").is_some_and(|value| value == "write");
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/policy/golden");
    let mut paths: Vec<_> = fs::read_dir(&cases).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 40, "only {} cases were found", paths.len());
    let mut differing = Vec::new();
    for path in paths {
        let case = fs::read_to_string(&path).unwrap();
        let (files, expected) = case.split_once(SAID).unwrap_or((&case, ""));
        let said = say(files);
        if said != expected {
            if write {
                fs::write(&path, format!("{files}{SAID}{said}")).unwrap();
            }
            differing.push(format!("{}\nexpected:\n{expected}\nsaid:\n{said}", path.display()));
        }
    }
    assert!(write || differing.is_empty(), "{}", differing.join("\n=====\n"));
}

/// What `check` says about a folder with these files.
fn say(files: &str) -> String {
    let folder = Folder::empty();
    for file in files.split("--- ").skip(1) {
        let (name, text) = file.split_once('\n').unwrap();
        folder.write(name, text);
    }
    let trust = Trust::new(Approvers::none(), Clock::Fixed(now()));
    let rendered: Vec<String> = check_trusting(folder.path(), &trust)
        .diagnostics
        .iter()
        .map(|diagnostic| render(diagnostic, false))
        .collect();
    let here = format!("{}/", folder.path().display());
    let mut said =
        rendered.join("\n\n").replace(&here, "").replace(&folder.path().display().to_string(), "FOLDER");
    said.push('\n');
    said
}
