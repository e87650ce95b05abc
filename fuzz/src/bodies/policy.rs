//! Any bytes as policy, lock and settings: nothing panics, and what is wrong is said within bounds.
//!
//! The input is up to three files, cut at bytes 0xff, which no text holds: policy, lock, and one that is read
//! as another policy and as settings. The texts of tests/it/policy/golden make a good corpus.

use std::collections::BTreeMap;
use std::path::Path;

use bytes::Bytes;
use countersign::clock::Clock;
use countersign::diagnostic::{json, render};
use countersign::inventory::{Approvers, Trust};
use countersign::policy::{LINTS, check_files, outline};
use countersign::settings;
use jiff::Timestamp;

/// Problems of one file that are worth saying; each comes from some bytes of it.
fn bound(bytes: usize) -> usize {
    64 + 4 * bytes
}

/// See the head of this file.
pub fn policy(data: &[u8]) {
    let mut parts = data.split(|byte| *byte == 0xff);
    let mut part = || parts.next().unwrap_or_default();
    let (policy, lock, other) = (part(), part(), part());
    let files = BTreeMap::from([
        ("shop.toml".to_owned(), Bytes::copy_from_slice(policy)),
        ("shop.lock".to_owned(), Bytes::copy_from_slice(lock)),
        ("other.toml".to_owned(), Bytes::copy_from_slice(other)),
    ]);
    let now: Timestamp = "2026-11-25T12:00:00Z".parse().expect("a moment");
    let summary =
        check_files(Path::new("policies"), files, &Trust::new(Approvers::none(), Clock::Fixed(now)));
    assert!(summary.diagnostics.len() <= bound(data.len()), "{} problems", summary.diagnostics.len());
    for diagnostic in summary.diagnostics.iter().take(20) {
        let shown = render(diagnostic, false);
        assert!(!shown.is_empty() && json(diagnostic).is_object());
        if let Some(code) = diagnostic.code {
            assert!(LINTS.iter().any(|(lint, _)| lint.code == code), "{code} is no lint");
        }
    }
    if let Some(snapshot) = &summary.snapshot {
        assert!(summary.diagnostics.iter().all(|diagnostic| !diagnostic.is_error()));
        for page in outline(snapshot, now) {
            assert!(page.csp.starts_with("script-src "), "{}", page.csp);
            assert!(!page.csp.contains("script-src *") && page.csp.len() <= 8 * 1024, "{}", page.csp);
        }
    }
    let _ = settings::parse(Path::new("countersign.toml"), &String::from_utf8_lossy(other));
}
