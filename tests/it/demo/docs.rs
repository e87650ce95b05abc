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
        let file = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(target));
        assert!(file.is_ok_and(|file| !file.is_empty()), "{target}");
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

#[test]
fn every_metric_is_documented() {
    let operations = read("docs/operations.md");
    // Those with labels are not among what is scraped before something happened.
    let source = read("src/telemetry/metrics.rs");
    let registered = source.split(".register(").skip(1).map(|after| after.split('"').nth(1).unwrap());
    let names: Vec<&str> = registered.collect();
    assert!(names.len() > 15, "{names:?}");
    for name in names {
        let name = format!("`countersign_{name}");
        assert!(operations.contains(&format!("| {name}")), "{name}");
    }
}

#[test]
fn every_flag_of_scan_explain_drift_and_evidence_is_documented() {
    let commands = read("docs/commands.md");
    for command in ["scan", "explain", "drift", "evidence"] {
        let output =
            std::process::Command::new(env!("CARGO_BIN_EXE_countersign")).args([command, "--help"]).output();
        let help = String::from_utf8(output.unwrap().stdout).unwrap();
        let part = commands.split("\n## ").find(|part| part.starts_with(&format!("`{command}`"))).unwrap();
        let flags = help.split_whitespace().filter(|word| word.starts_with("--") && word.len() > 2);
        for flag in flags.map(|flag| flag.trim_end_matches([',', ';', '.', ')'])) {
            let general = ["--help", "--version", "--approver", "--quorum"].contains(&flag);
            assert!(general || part.contains(flag), "{command}: {flag} in {help}");
        }
    }
}
