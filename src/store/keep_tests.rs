//! A database that is away, forgets to answer, or refuses: nothing is lost within the bounds, nothing counted twice.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{MutexGuard, PoisonError};

use jiff::Timestamp;

use super::*;
use crate::store::batch::{Evidence, EvidenceRow, GenerationRow, Shed};
use crate::store::database::{Tidied, Written};
use crate::store::pending::OF_CLASS;
use crate::store::query::{Filter, Order, Paging, Part, ScriptFilter};
use crate::store::rows::{Event, EventKind, ScriptSeenRow};
use crate::store::violation::{Fingerprint, HourRow, Reported, Violation, ViolationRow};
use crate::store::{DriftRow, PageFilter, PageHourRow, PageRow, PolicyText, Store};

/// A database in memory that does what a test wants.
#[derive(Clone)]
struct Moody(Arc<Mood>);

struct Mood {
    database: Mutex<Box<dyn Database>>,
    /// Nothing is written.
    away: AtomicBool,
    /// It is written, and said that it is not.
    silent: AtomicBool,
    /// Batches with this in them are refused.
    refuses: &'static str,
}

impl Moody {
    fn new() -> Self {
        let database = Mutex::new(open(&StoreTarget::Memory, Access::Write).unwrap());
        let (away, silent) = (AtomicBool::new(false), AtomicBool::new(false));
        Self(Arc::new(Mood { database, away, silent, refuses: "poison" }))
    }

    fn inner(&self) -> MutexGuard<'_, Box<dyn Database>> {
        self.0.database.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn counts(&self) -> Vec<(String, u64)> {
        let part = self.inner().violations(&Filter::default(), Order::Top, &Paging::first(1000)).unwrap();
        part.rows.into_iter().map(|row| (row.violation.blocked, row.count)).collect()
    }
}

fn away() -> DatabaseError {
    DatabaseError::Away { what: "writing", cause: "the disk is full".into() }
}

impl Database for Moody {
    fn write(&mut self, batch: &Batch) -> Result<Written, DatabaseError> {
        if self.0.away.load(Ordering::Relaxed) {
            return Err(away());
        }
        if batch.violations.iter().any(|sum| sum.violation.blocked == self.0.refuses) {
            return Err(DatabaseError::Unusable { what: "writing", cause: "no such value".into() });
        }
        let written = self.inner().write(batch)?;
        if self.0.silent.load(Ordering::Relaxed) { Err(away()) } else { Ok(written) }
    }

    fn violations(
        &mut self,
        filter: &Filter,
        order: Order,
        paging: &Paging,
    ) -> Result<Part<ViolationRow>, DatabaseError> {
        self.inner().violations(filter, order, paging)
    }

    fn violation(&mut self, id: Fingerprint) -> Result<Option<ViolationRow>, DatabaseError> {
        self.inner().violation(id)
    }

    fn hours(&mut self, filter: &Filter) -> Result<Vec<HourRow>, DatabaseError> {
        self.inner().hours(filter)
    }

    fn shed(&mut self) -> Result<Vec<Shed>, DatabaseError> {
        self.inner().shed()
    }

    fn scripts(
        &mut self,
        filter: &ScriptFilter,
        paging: &Paging,
    ) -> Result<Part<ScriptSeenRow>, DatabaseError> {
        self.inner().scripts(filter, paging)
    }

    fn events(&mut self, kind: Option<EventKind>, paging: &Paging) -> Result<Part<Event>, DatabaseError> {
        self.inner().events(kind, paging)
    }

    fn drifts(&mut self) -> Result<Vec<DriftRow>, DatabaseError> {
        self.inner().drifts()
    }

    fn forget_drift(&mut self, site: &str, script: &str) -> Result<(), DatabaseError> {
        self.inner().forget_drift(site, script)
    }

    fn generations(&mut self, limit: usize) -> Result<Vec<GenerationRow>, DatabaseError> {
        self.inner().generations(limit)
    }

    fn policy(&mut self, fingerprint: &str) -> Result<Option<PolicyText>, DatabaseError> {
        self.inner().policy(fingerprint)
    }

    fn pages(&mut self, filter: &PageFilter) -> Result<Vec<PageRow>, DatabaseError> {
        self.inner().pages(filter)
    }

    fn page_hours(&mut self, filter: &PageFilter) -> Result<Vec<PageHourRow>, DatabaseError> {
        self.inner().page_hours(filter)
    }

    fn evidence(
        &mut self,
        from: Timestamp,
        to: Timestamp,
        paging: &Paging,
    ) -> Result<Part<EvidenceRow>, DatabaseError> {
        self.inner().evidence(from, to, paging)
    }

    fn tidy(&mut self, now: Timestamp, retention: &Retention) -> Result<Tidied, DatabaseError> {
        self.inner().tidy(now, retention)
    }
}

/// A keeper that is told when to write, and what it told.
struct Fixture {
    keeper: Keeper,
    database: Moody,
    told: Arc<Mutex<Vec<Standing>>>,
}

impl Fixture {
    fn new() -> Self {
        let database = Moody::new();
        let recorder = Arc::new(Recorder::new(Clock::System));
        let told = Arc::<Mutex<Vec<Standing>>>::default();
        let tell = Arc::clone(&told);
        let keeper = Keeper::new(
            (recorder, StoreConfig::default(), Some(Box::new(database.clone()))),
            Clock::System,
            Metrics::new(),
            Box::new(move |standing| tell.lock().unwrap().push(standing)),
        );
        Self { keeper, database, told }
    }

    fn report(&self, blocked: &str) {
        self.keeper.recorder.reported(Reported {
            violation: Violation::sample(blocked),
            document: "https://shop.example/".into(),
            browser: String::new(),
            generation: None,
            network: 1,
        });
    }

    /// Without waiting as long as after a failure.
    fn flush(&mut self) {
        self.keeper.next_attempt = Instant::now();
        self.keeper.flush();
    }

    fn told(&self) -> Vec<Standing> {
        std::mem::take(&mut self.told.lock().unwrap())
    }
}

#[test]
fn a_database_that_says_nothing_keeps_no_process_from_starting() {
    let (_never, silence) = sync_channel::<()>(1);
    let begun = within(Duration::from_millis(20), move || {
        let _ = silence.recv();
        Ok(())
    });
    assert!(begun.unwrap_err().is_for_now());
    assert_eq!(within(PATIENCE, || Ok(7)).unwrap(), 7);
}

#[test]
fn an_interval_longer_than_any_wait_ends_no_thread() {
    let mut fixture = Fixture::new();
    fixture.keeper.config.flush_interval = 2 * LONGEST_WAIT;
    fixture.report("inline");
    fixture.database.0.away.store(true, Ordering::Relaxed);
    fixture.flush();
    assert_eq!(fixture.told().len(), 1);
    fixture.database.0.away.store(false, Ordering::Relaxed);
    fixture.flush();
    assert_eq!(fixture.database.counts(), [("inline".to_owned(), 1)]);
}

#[test]
fn while_the_database_is_away_sums_are_kept_and_it_is_told_once() {
    let mut fixture = Fixture::new();
    fixture.report("inline");
    fixture.flush();
    fixture.database.0.away.store(true, Ordering::Relaxed);
    for _ in 0..5 {
        fixture.report("inline");
        fixture.flush();
    }
    let why = "this process, without a file: writing: the disk is full";
    assert_eq!(fixture.told(), [Standing::Away(why.to_owned())]);
    assert!(fixture.keeper.metrics.encode().contains("countersign_store_away 1"));
    assert_eq!(fixture.database.counts(), [("inline".to_owned(), 1)]);
    fixture.database.0.away.store(false, Ordering::Relaxed);
    fixture.flush();
    assert_eq!(fixture.told(), [Standing::Back]);
    assert_eq!(fixture.database.counts(), [("inline".to_owned(), 6)]);
    let text = fixture.keeper.metrics.encode();
    assert!(
        text.contains("countersign_store_away 0")
            && text.contains("countersign_store_flush_failures_total 5")
    );
}

#[test]
fn what_was_written_without_an_answer_is_not_counted_twice() {
    let mut fixture = Fixture::new();
    fixture.database.0.silent.store(true, Ordering::Relaxed);
    fixture.report("inline");
    fixture.flush();
    assert_eq!(fixture.database.counts(), [("inline".to_owned(), 1)]);
    fixture.report("inline");
    fixture.flush();
    fixture.database.0.silent.store(false, Ordering::Relaxed);
    fixture.flush();
    assert_eq!(fixture.database.counts(), [("inline".to_owned(), 2)]);
}

#[test]
fn a_flood_while_the_database_is_away_is_counted_together() {
    let mut fixture = Fixture::new();
    fixture.database.0.away.store(true, Ordering::Relaxed);
    for n in 0..3 * OF_CLASS {
        fixture.report(&format!("https://{n}.example"));
        if n == OF_CLASS / 2 {
            fixture.flush();
        }
    }
    fixture.database.0.away.store(false, Ordering::Relaxed);
    fixture.flush();
    let kept = OF_CLASS / 2 + 1 + OF_CLASS;
    let one_by_one: u64 =
        fixture.database.inner().hours(&Filter::default()).unwrap().into_iter().map(|hour| hour.count).sum();
    assert_eq!(one_by_one, u64::try_from(kept).unwrap());
    let shed = fixture.database.inner().shed().unwrap();
    assert_eq!((shed.len(), shed[0].count), (1, u64::try_from(3 * OF_CLASS - kept).unwrap()));
    assert!(fixture.keeper.metrics.encode().contains("countersign_store_shed_total{class=\"never-served\"}"));
}

#[test]
fn a_batch_that_can_never_be_written_does_not_keep_others_from_it() {
    let mut fixture = Fixture::new();
    fixture.report("poison");
    for _ in 0..=REFUSALS {
        // What it opens anew would be another database.
        fixture.keeper.database = Some(Box::new(fixture.database.clone()));
        fixture.flush();
    }
    fixture.keeper.database = Some(Box::new(fixture.database.clone()));
    fixture.report("inline");
    fixture.flush();
    assert_eq!(fixture.database.counts(), [("inline".to_owned(), 1)]);
    assert_eq!(fixture.told().len(), 2);
    // That the process began is the other.
    assert!(fixture.keeper.metrics.encode().contains("countersign_store_lost_total{what=\"batch\"} 2"));
}

#[test]
fn too_much_evidence_is_counted() {
    let mut fixture = Fixture::new();
    fixture.database.0.away.store(true, Ordering::Relaxed);
    for _ in 0..10_001 {
        let (kind, body) = ("policy-loaded".to_owned(), "{}".to_owned());
        fixture.keeper.recorder.evidence(Evidence { at: Timestamp::UNIX_EPOCH, kind, body });
    }
    fixture.flush();
    // That the process began is one too.
    assert!(fixture.keeper.metrics.encode().contains("countersign_store_lost_total{what=\"evidence\"} 2"));
}

#[test]
fn what_a_database_knows_is_known_after_a_start() {
    let folder = tempfile::tempdir().unwrap();
    let target = StoreTarget::File(folder.path().join("a.db"));
    let config = StoreConfig { target, ..StoreConfig::default() };
    let row = GenerationRow { fingerprint: "0123456789ab".into(), at: Timestamp::UNIX_EPOCH };
    for knows in [false, true] {
        let opened = begin(config.clone(), Clock::System).unwrap();
        let recorder = opened.recorder();
        assert_eq!(recorder.knows_generation("0123456789ab"), knows);
        let served = recorder.served("shop", "https://cdn.example/a.js");
        assert_eq!(served.len(), usize::from(knows));
        let keeping = opened.keep(Clock::System, Metrics::new(), Box::new(|_| {})).unwrap();
        recorder.generation(row.clone());
        recorder.script_seen(crate::store::ScriptSeen {
            site: "shop".into(),
            page: "/*".into(),
            kind: crate::inventory::SeenKind::External,
            srcdoc: 0,
            script: "https://cdn.example/a.js?v=1".into(),
            digest: None,
            attribute: None,
            verdict: crate::inventory::Decision::Pin,
            reason: "approved".into(),
            enforced: true,
        });
        // Dropped: what is there is written.
        drop(keeping);
        assert_eq!(recorder.scripts()[0].count, if knows { 2 } else { 1 });
    }
}

#[test]
fn a_file_that_is_removed_while_it_is_used_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let config = StoreConfig { target: StoreTarget::File(path.clone()), ..StoreConfig::default() };
    let mut fixture = Fixture::new();
    fixture.keeper.database = Some(open(&config.target, Access::Write).unwrap());
    fixture.keeper.config = config.clone();
    fixture.report("before");
    fixture.flush();
    for name in ["a.db", "a.db-wal", "a.db-shm"] {
        std::fs::remove_file(folder.path().join(name)).unwrap();
    }
    fixture.report("after");
    fixture.flush();
    let mut database = open(&config.target, Access::Read).unwrap();
    let rows = database.violations(&Filter::default(), Order::Top, &Paging::first(10)).unwrap().rows;
    let blocked: Vec<_> = rows.iter().map(|row| row.violation.blocked.as_str()).collect();
    assert_eq!(blocked, ["after"]);
}
