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

#[test]
fn every_metric_is_explained() {
    let documented = read("docs/operations.md");
    // Counters with labels are in no scrape before something has been counted: the source names them all.
    let source = read("src/telemetry/metrics.rs");
    let registered = source.split("registry.register(").skip(1).filter_map(|rest| rest.split('"').nth(1));
    let names: Vec<&str> = registered.collect();
    for name in &names {
        let rows = [format!("`countersign_{name}`"), format!("`countersign_{name}_total")];
        assert!(rows.iter().any(|row| documented.contains(row)), "{name} has no row in docs/operations.md");
    }
    assert!(names.len() > 10, "{names:?}");
}

#[test]
fn every_flag_of_scan_and_explain_is_documented() {
    let commands = read("docs/commands.md");
    for command in ["scan", "explain"] {
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
