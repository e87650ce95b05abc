//! Golden cases with letters changed, cut and mixed: nothing panics, what is wrong is said within bounds,
//! and nothing gets in force that has an error. The fuzz target `policy` does the same without end.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use bytes::Bytes;
use countersign::clock::Clock;
use countersign::diagnostic::{Diagnostic, json, render};
use countersign::inventory::{Approvers, Trust};
use countersign::policy::{check_files, outline};
use countersign::settings;
use proptest::prelude::*;

use super::folder::now;

/// The texts of all files in golden cases.
fn texts() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/policy/golden")).unwrap() {
        let case = fs::read_to_string(entry.unwrap().path()).unwrap();
        let files = case.split("--- said\n").next().unwrap().split("--- ").skip(1);
        texts.extend(
            files
                .filter_map(|file| file.split_once('\n'))
                .map(|(name, text)| (name.to_owned(), text.to_owned())),
        );
    }
    texts.sort();
    texts
}

/// One change: at a place, so many bytes become others.
type Change = (prop::sample::Index, usize, Vec<u8>);

fn change(text: &str, changes: &[Change]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (place, taken, put) in changes {
        let start = place.index(bytes.len() + 1);
        let end = (start + taken).min(bytes.len());
        bytes.splice(start..end, put.iter().copied());
    }
    bytes
}

/// What people and fuzzers put where it doesn't belong.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..4),
        prop::sample::select(vec![
            "\"",
            "[",
            "]",
            "[[script]]",
            "=",
            "\n",
            "'",
            "{",
            "#",
            "*",
            ":x",
            "(",
            "2026-11-25",
            "-1",
            "é",
            "\\",
            "true",
            "evergreen",
            "99999999999999999999",
            "\"\"\"",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_makes_the_reader_panic_or_talk_without_end(
        policy in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12, pieces()), 0..6),
    ) {
        let texts = texts();
        let (_, policy) = policy.get(&texts);
        let (name, other) = other.get(&texts);
        let policy = change(policy, &changes);
        let length = policy.len() + other.len();
        let files = BTreeMap::from([
            ("shop.toml".to_owned(), Bytes::from(policy.clone())),
            (name.replace("shop.toml", "other.toml"), Bytes::from(change(other, &changes))),
        ]);
        let trust = Trust::new(Approvers::none(), Clock::Fixed(now()));
        let summary = check_files(Path::new("policies"), files, &trust);
        prop_assert!(summary.diagnostics.len() <= 64 + 4 * length);
        for diagnostic in &summary.diagnostics {
            prop_assert!(!render(diagnostic, false).is_empty() && json(diagnostic).is_object());
        }
        if let Some(snapshot) = &summary.snapshot {
            prop_assert!(!summary.diagnostics.iter().any(Diagnostic::is_error));
            for page in outline(snapshot, now()) {
                prop_assert!(page.csp.starts_with("script-src ") && page.csp.len() <= 8 * 1024);
            }
        }
        let _ = settings::parse(Path::new("countersign.toml"), &String::from_utf8_lossy(&policy));
    }
}
