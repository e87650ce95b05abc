//! A folder with faults in it, each in a line of its own that says which: `planted/`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use countersign::clock::Clock;
use countersign::diagnostic::Diagnostic;
use countersign::inventory::{Approvers, Trust};
use countersign::policy::check_trusting;

use super::folder::now;

/// A line with a fault: file, line, and what is said about it (its words, or the lint's code).
type Planted = (String, usize, String);

fn planted(folder: &Path) -> Vec<Planted> {
    let mut planted = Vec::new();
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for path in files {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        for (line, text) in (1..).zip(fs::read_to_string(&path).unwrap().lines()) {
            if let Some((_, what)) = text.split_once("# FAULT: ") {
                planted.push((name.clone(), line, what.trim().to_owned()));
            }
        }
    }
    planted
}

fn place(diagnostic: &Diagnostic) -> (String, usize) {
    let name = diagnostic.file.file_name().unwrap().to_str().unwrap().to_owned();
    (name, diagnostic.place.as_ref().map_or(0, |place| place.line))
}

#[test]
fn every_planted_fault_is_told_at_its_line_and_nothing_else_is() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/policy/planted");
    let planted = planted(&folder);
    let kinds: BTreeSet<&String> = planted.iter().map(|(_, _, what)| what).collect();
    assert!(planted.len() >= 30 && kinds.len() == planted.len(), "{} of {}", kinds.len(), planted.len());
    let trust = Trust::new(Approvers::none(), Clock::Fixed(now()));
    let told = check_trusting(&folder, &trust).diagnostics;
    for (file, line, what) in &planted {
        let found = told.iter().any(|diagnostic| {
            let said = diagnostic.code == Some(what) || diagnostic.message.contains(what.as_str());
            said && place(diagnostic) == (file.clone(), *line)
        });
        assert!(found, "{file}:{line}: nobody says `{what}`\n{told:#?}");
    }
    for diagnostic in &told {
        // No script here is approved, and that is said at each of them.
        let (file, line) = place(diagnostic);
        let expected = diagnostic.code == Some("not-approved")
            || planted.iter().any(|(other, number, _)| *other == file && *number == line);
        assert!(expected, "{file}:{line}: {}", diagnostic.message);
        assert!(diagnostic.help.is_some(), "{file}:{line}: no way out");
    }
    println!("{} faults planted, all told", planted.len());
}
