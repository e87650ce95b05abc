//! A store in a file, filled through the library as a process would fill it, and the binary that reads it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use countersign::inventory::{Decision, SeenKind};
use countersign::store::{
    Access, Batch, BatchId, Class, Counted, Evidence, ScriptSeen, ScriptSum, StoreTarget, Violation,
    ViolationSum, open,
};
use jiff::Timestamp;
use tempfile::TempDir;

/// A folder with a store.
pub(super) struct Kept {
    folder: TempDir,
    number: u64,
}

/// A violation as most tests want it; each changes what it is about.
pub(super) fn violation(class: Class, directive: &str, blocked: &str) -> Violation {
    Violation {
        site: "shop".into(),
        kind: "csp-violation".into(),
        class,
        reason: "needs-connect-src".into(),
        rule: Some("/*".into()),
        directive: directive.into(),
        blocked: blocked.into(),
        source: None,
        digest: None,
        disposition: "enforce".into(),
    }
}

/// So many reports of it, from so many networks, in the hour of `at`, on these pages.
pub(super) fn sum(
    violation: Violation,
    count: u64,
    networks: u32,
    at: Timestamp,
    pages: &[&str],
) -> ViolationSum {
    let hour = Timestamp::from_second(at.as_second() - at.as_second().rem_euclid(3600)).unwrap();
    let counted = |name: &str| Counted { name: name.to_owned(), count };
    ViolationSum {
        violation,
        count,
        first_seen: at,
        last_seen: at,
        generation: Some("0123456789ab".into()),
        networks,
        hours: vec![(hour, count)],
        pages: pages.iter().map(|page| counted(page)).collect(),
        browsers: vec![counted("Chromium 156")],
    }
}

/// An external script that was judged.
pub(super) fn script(
    url: &str,
    rule: &str,
    verdict: Decision,
    reason: &'static str,
    enforced: bool,
) -> ScriptSum {
    let at = now();
    let seen = ScriptSeen {
        site: "shop".into(),
        page: rule.into(),
        kind: SeenKind::External,
        srcdoc: 0,
        script: url.into(),
        digest: None,
        attribute: None,
        verdict,
        reason: reason.into(),
        enforced,
    };
    ScriptSum { seen, count: 10, first_seen: at, last_seen: at }
}

/// A moment that lies back less than an hour whenever it is asked for.
pub(super) fn now() -> Timestamp {
    countersign::clock::Clock::System.now()
}

impl Kept {
    pub(super) fn new() -> Self {
        let mut kept = Self { folder: tempfile::tempdir().unwrap(), number: 0 };
        kept.write(Vec::new(), Vec::new());
        kept
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("observed.db")
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file below the folder.
    pub(super) fn file(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Writes a batch.
    pub(super) fn write(&mut self, violations: Vec<ViolationSum>, scripts: Vec<ScriptSum>) {
        self.write_all(violations, scripts, Vec::new());
    }

    /// Writes a batch with rows of evidence.
    pub(super) fn write_all(
        &mut self,
        violations: Vec<ViolationSum>,
        scripts: Vec<ScriptSum>,
        evidence: Vec<Evidence>,
    ) {
        let mut database = open(&StoreTarget::File(self.path()), Access::Write).unwrap();
        let process = uuid::Uuid::from_u128(7);
        let batch = Batch {
            id: BatchId { process, number: self.number },
            node: "node".into(),
            at: now(),
            violations,
            shed: Vec::new(),
            scripts,
            pages: Vec::new(),
            generations: Vec::new(),
            policies: Vec::new(),
            events: Vec::new(),
            drifts: Vec::new(),
            evidence,
        };
        database.write(&batch).unwrap();
        self.number += 1;
    }

    /// Runs the binary in the folder, with the store.
    pub(super) fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env("COUNTERSIGN_STORE", self.path())
            .env_remove("COUNTERSIGN_CONFIG")
            .env_remove("COUNTERSIGN_POLICIES")
            .output()
            .unwrap()
    }

    /// The same, which must answer yes; what it wrote.
    pub(super) fn answer(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The same as JSON.
    pub(super) fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let answer = self.answer(arguments);
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }
}

pub(super) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
