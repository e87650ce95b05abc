//! Files that are no store: nothing starts, and it is said why.

use std::fs;
use std::path::Path;
use std::process::Command;

/// What a process says that does not start with this file.
fn refused(file: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(["run", "--listen", "127.0.0.1:0", "--upstream", "http://127.0.0.1:1", "--store"]);
    let output = command.arg(file).env("NO_COLOR", "1").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn what_is_no_store_of_ours_is_refused_by_name_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    let rubbish = "these are my notes\n".repeat(1000);
    fs::write(&file, &rubbish).unwrap();
    let said = refused(&file);
    assert!(said.contains("notes.txt") && said.contains("not a database"), "{said}");
    assert_eq!(fs::read_to_string(&file).unwrap(), rubbish);
    let nowhere = folder.path().join("none").join("a.db");
    let said = refused(&nowhere);
    assert!(said.contains("a.db") && said.contains("is its folder there"), "{said}");
}
