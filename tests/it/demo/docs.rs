//! What the documents promise word for word.

use std::fs;
use std::path::Path;

use countersign::judge::Reason;

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

#[test]
fn the_readme_has_the_two_commands_and_its_links_lead_somewhere() {
    let readme = read("README.md");
    assert!(readme.contains("\n    cargo run --release -- demo\n"));
    assert!(readme.contains("\n    tests/run\n"));
    for (_, rest) in readme.match_indices("](").map(|(at, _)| readme.split_at(at + 2)) {
        let target = rest.split(')').next().unwrap();
        assert!(!read(target).is_empty(), "{target}");
    }
}

#[test]
fn every_reason_is_explained() {
    let reasons = read("docs/reasons.md");
    for reason in Reason::ALL {
        let row = reasons.lines().find(|line| line.starts_with(&format!("| `{}` |", reason.code())));
        let row = row.unwrap_or_else(|| panic!("{} is not explained", reason.code()));
        let told = row.trim_end_matches('|').rsplit('|').next().unwrap().trim();
        assert_eq!(told, reason.way_out().unwrap_or_default(), "{}: what to do", reason.code());
    }
}
