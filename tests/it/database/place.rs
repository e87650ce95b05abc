//! An empty database, and what is written to it.

use std::sync::atomic::{AtomicU64, Ordering};

use countersign::inventory::{Decision, SeenKind};
use countersign::store::{
    Access, Batch, BatchId, Class, Counted, Database, Filter, Order, Paging, PostgresTarget, ScriptSeen,
    ScriptSum, StoreTarget, Violation, ViolationRow, ViolationSum, open,
};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::Postgres;

/// An empty database of one kind; gone with the test.
pub(crate) struct Place {
    pub(crate) target: StoreTarget,
    _folder: Option<TempDir>,
}

impl Place {
    /// A file.
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { target: StoreTarget::File(folder.path().join("countersign.db")), _folder: Some(folder) }
    }

    /// A database of the server that all tests share.
    pub(crate) fn postgres() -> Self {
        Self::at(&Postgres::shared().database())
    }

    /// The database of this URL.
    pub(crate) fn at(url: &str) -> Self {
        Self { target: StoreTarget::Postgres(Box::new(PostgresTarget::parse(url).unwrap())), _folder: None }
    }

    /// For writing.
    pub(crate) fn write(&self) -> Box<dyn Database> {
        open(&self.target, Access::Write).unwrap()
    }

    /// For reading, beside those that write.
    pub(crate) fn read(&self) -> Box<dyn Database> {
        open(&self.target, Access::Read).unwrap()
    }
}

/// A process that writes.
pub(crate) struct Node {
    process: Uuid,
    number: u64,
    pub(crate) name: String,
}

static NODES: AtomicU64 = AtomicU64::new(1);

impl Node {
    pub(crate) fn new(name: &str) -> Self {
        let process =
            Uuid::from_u64_pair(u64::from(std::process::id()), NODES.fetch_add(1, Ordering::Relaxed));
        Self { process, number: 0, name: name.to_owned() }
    }

    /// Its next batch, with nothing in it.
    pub(crate) fn batch(&mut self) -> Batch {
        self.number += 1;
        Batch {
            id: BatchId { process: self.process, number: self.number },
            node: self.name.clone(),
            at: at(0),
            violations: Vec::new(),
            shed: Vec::new(),
            scripts: Vec::new(),
            pages: Vec::new(),
            generations: Vec::new(),
            policies: Vec::new(),
            events: Vec::new(),
            drifts: Vec::new(),
            evidence: Vec::new(),
        }
    }

    /// Its next batch, with these violations.
    pub(crate) fn reports(&mut self, violations: Vec<ViolationSum>) -> Batch {
        Batch { violations, ..self.batch() }
    }
}

/// So many seconds after ten past ten.
pub(crate) fn at(seconds: i64) -> Timestamp {
    let start: Timestamp = "2026-11-26T10:10:00Z".parse().unwrap();
    start + SignedDuration::from_secs(seconds)
}

/// An hour's beginning.
fn hour_of(moment: Timestamp) -> Timestamp {
    Timestamp::from_second(moment.as_second().div_euclid(3600) * 3600).unwrap()
}

pub(crate) fn violation_of(blocked: &str) -> Violation {
    Violation {
        site: "shop".into(),
        kind: "csp-violation".into(),
        class: Class::NeverServed,
        reason: "not-seen".into(),
        rule: Some("/*".into()),
        directive: "script-src-elem".into(),
        blocked: blocked.into(),
        source: None,
        digest: None,
        disposition: "enforce".into(),
    }
}

/// So many reports of what was blocked, all at one moment, on one page, in one browser.
pub(crate) fn sum(blocked: &str, count: u64, seconds: i64) -> ViolationSum {
    ViolationSum {
        violation: violation_of(blocked),
        count,
        first_seen: at(seconds),
        last_seen: at(seconds),
        generation: Some("0123456789ab".into()),
        networks: 1,
        hours: vec![(hour_of(at(seconds)), count)],
        pages: vec![Counted { name: "https://shop.example/".into(), count }],
        browsers: vec![Counted { name: "Chromium 156".into(), count }],
    }
}

/// So many times the same script, at one moment.
pub(crate) fn script(url: &str, count: u64, seconds: i64) -> ScriptSum {
    let seen = ScriptSeen {
        site: "shop".into(),
        page: "/*".into(),
        kind: SeenKind::External,
        srcdoc: 0,
        script: url.into(),
        digest: None,
        attribute: None,
        verdict: Decision::Quarantine,
        reason: "unknown-url".into(),
        enforced: true,
    };
    ScriptSum { seen, count, first_seen: at(seconds), last_seen: at(seconds) }
}

/// What was blocked, row by row.
pub(crate) fn names(rows: &[ViolationRow]) -> Vec<&str> {
    rows.iter().map(|row| row.violation.blocked.as_str()).collect()
}

/// All that the filter lets through, the most frequent first.
pub(crate) fn all_violations(database: &mut dyn Database, filter: &Filter) -> Vec<ViolationRow> {
    let part = database.violations(filter, Order::Top, &Paging::first(Paging::MOST)).unwrap();
    assert_eq!(part.next, None, "more than one part");
    part.rows
}
