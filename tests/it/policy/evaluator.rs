//! Google's csp-evaluator reads the CSP of every page of every policy that is shipped or shown in the
//! documents: nothing of high severity.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use countersign::clock::Clock;
use countersign::inventory::{Approvers, Form, Trust};
use countersign::policy::{InlineKind, check_trusting, named_scripts, outline};
use serde_json::Value;

use super::folder::{Folder, now};
use crate::support::installed;

/// Severities as the package counts them: the lower, the worse.
const HIGH: u64 = 10;
const SYNTAX: u64 = 20;

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The package's findings for each CSP.
fn findings(csps: &[String]) -> Vec<Vec<Value>> {
    let mut node = Command::new("node")
        .arg("evaluate.cjs")
        .current_dir(installed("csp-evaluator", &["evaluate.cjs"]))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is not installed; tests/run installs what is missing");
    node.stdin.take().unwrap().write_all(&serde_json::to_vec(csps).unwrap()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    let found: Vec<Vec<Value>> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found.len(), csps.len());
    found
}

/// The policies that are shipped, and those that the documents show, made whole where they are a part.
fn policies() -> Vec<(String, String)> {
    let mut policies = Vec::new();
    for entry in fs::read_dir(root("policies")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let is_toml = path.extension().is_some_and(|ending| ending == "toml");
        if is_toml && !name.starts_with("countersign") {
            policies.push((format!("policies/{name}"), fs::read_to_string(&path).unwrap()));
        }
    }
    for document in ["README.md", "docs/policy.md"] {
        let text = fs::read_to_string(root(document)).unwrap();
        for (number, block) in (1..).zip(text.split("```toml\n").skip(1)) {
            let block = block.split("```").next().unwrap();
            let is_policy = ["[[page]]", "[[script]]", "[[inline]]", "[csp]", "[headers]", "[balance]"];
            if !is_policy.iter().any(|start| block.contains(start)) {
                continue;
            }
            let head = if block.contains("hosts ") {
                ""
            } else if block.contains("upstreams ") {
                "hosts = [\"shop.example\"]\n"
            } else {
                "hosts = [\"shop.example\"]\nupstreams = [\"http://127.0.0.1:3000\"]\n"
            };
            policies.push((format!("{document}, example {number}"), format!("{head}{block}")));
        }
    }
    policies
}

/// The CSPs of a policy's pages, with every script approved.
fn csps(name: &str, policy: &str) -> Vec<String> {
    let folder = Folder::empty();
    folder.write("shop.toml", policy);
    let trust = Trust::new(Approvers::none(), Clock::Fixed(now()));
    let named = named_scripts(folder.path(), &trust).unwrap_or_else(|wrong| panic!("{name}: {wrong:#?}"));
    for script in named.scripts {
        let bytes = match (script.statement, script.inline) {
            (Some(statement), _) => statement,
            (None, Some(InlineKind::ImportMap)) => "{}".to_owned(),
            (None, _) => format!("{}()", script.id),
        };
        let form = if script.external.is_some() { Form::External } else { Form::Inline };
        folder.approve(script.id.as_str(), form, bytes.as_bytes());
    }
    let summary = check_trusting(folder.path(), &trust);
    let snapshot = summary.snapshot.unwrap_or_else(|| panic!("{name}: {:#?}", summary.diagnostics));
    outline(&snapshot, now()).into_iter().map(|page| page.csp).collect()
}

#[test]
fn no_shipped_policy_has_a_finding_of_high_severity() {
    let mut names = Vec::new();
    let mut all = Vec::new();
    for (name, policy) in policies() {
        for csp in csps(&name, &policy) {
            names.push(name.clone());
            all.push(csp);
        }
    }
    assert!(all.len() >= 10, "only {} CSPs were found", all.len());
    assert!(all.iter().any(|csp| csp.contains("https://")), "an evergreen script is among them");
    let mut wrong = Vec::new();
    for ((name, csp), found) in names.iter().zip(&all).zip(findings(&all)) {
        let bad =
            found.iter().filter(|finding| matches!(finding["severity"].as_u64(), Some(HIGH | SYNTAX) | None));
        wrong.extend(bad.map(|finding| format!("{name}: {finding}\n  {csp}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{} CSPs evaluated", all.len());
}

#[test]
fn the_evaluator_finds_what_is_high() {
    let found = findings(&["script-src 'unsafe-inline'; object-src *".to_owned()]);
    assert!(found[0].iter().any(|finding| finding["severity"] == HIGH), "{found:?}");
}
