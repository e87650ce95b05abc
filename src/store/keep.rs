//! The thread that owns the database: it writes what was observed, tidies, and answers questions.
//!
//! A batch that could not be written is kept and tried again as it is, because it may have been written after all; what
//! comes meanwhile is summed up, within its bounds.

#[cfg(test)]
#[path = "keep_tests.rs"]
mod tests;

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::archive::{Archive, Asked, QUESTIONS};
use super::batch::Batch;
use super::database::{Database, DatabaseError, Retention};
use super::known::known;
use super::lifetime::Lifetime;
use super::open::{Access, StoreTarget, open};
use super::pending::Lost;
use super::recorder::{Due, Recorder};
use crate::clock::Clock;
use crate::telemetry::Metrics;

/// How often it is looked whether something is too old or too much.
const TIDY: Duration = Duration::from_mins(1);
/// Or once so many violations and scripts have come.
const TIDY_AFTER: u64 = 2_000;
/// The longest time between two attempts to reach a database that is away.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The longest time that a start or an end waits for a database.
const PATIENCE: Duration = Duration::from_secs(15);
/// Between two attempts to tell the thread to end, where its questions wait in line.
const LOOK: Duration = Duration::from_millis(50);
/// Attempts to write a batch that a database refuses for what is in it.
const REFUSALS: u32 = 3;

/// How observations are kept.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// Where.
    pub target: StoreTarget,
    /// For how long, and how many.
    pub retention: Retention,
    /// From one batch to the next.
    pub flush_interval: Duration,
    /// What the operator calls this node.
    pub node: String,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self {
            target: StoreTarget::default(),
            retention: Retention::default(),
            flush_interval: Duration::from_secs(1),
            node: "countersign".to_owned(),
        }
    }
}

/// How the database stands, where that is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nothing can be written; why.
    Away(String),
    /// It can again.
    Back,
}

/// Told how the database stands.
pub type OnStanding = Box<dyn Fn(Standing) + Send>;

/// The thread. Dropping this writes what is there, and ends it.
#[derive(Debug)]
pub struct Keeping {
    archive: Archive,
    thread: Option<JoinHandle<()>>,
    /// Gone with the thread.
    ended: Receiver<()>,
}

impl Keeping {
    /// For questions.
    pub fn archive(&self) -> Archive {
        self.archive.clone()
    }
}

impl Drop for Keeping {
    fn drop(&mut self) {
        // A database that takes what it is told and never answers must not keep a process from ending.
        let end = Instant::now() + PATIENCE;
        let Some(thread) = self.thread.take() else { return };
        let mut told = false;
        while Instant::now() < end {
            told = told || self.archive.end();
            if self.ended.recv_timeout(LOOK) == Err(RecvTimeoutError::Disconnected) {
                // A thread that panicked has said so already.
                let _ = thread.join();
                return;
            }
        }
        tracing::error!("the store doesn't answer: what was not written is lost with this process");
    }
}

/// A database that was opened, and what it knows was taken over. Begins with [`Opened::keep`].
pub struct Opened {
    recorder: Arc<Recorder>,
    config: StoreConfig,
    database: Option<Box<dyn Database>>,
    away: Option<DatabaseError>,
}

/// Opens the database, and takes over what it knows. One that is only away for now is no error: a site is served
/// without it.
pub fn begin(config: StoreConfig, clock: Clock) -> Result<Opened, DatabaseError> {
    let recorder = Arc::new(Recorder::new(clock));
    let target = config.target.clone();
    let opened = within(PATIENCE, move || {
        let mut database = open(&target, Access::Write)?;
        let known = known(database.as_mut())?;
        Ok((database, known))
    });
    match opened {
        Ok((database, known)) => {
            recorder.load(known);
            Ok(Opened { recorder, config, database: Some(database), away: None })
        }
        Err(error) if error.is_for_now() => {
            Ok(Opened { recorder, config, database: None, away: Some(error) })
        }
        Err(error) => Err(error),
    }
}

/// Does it on a thread of its own, and waits no longer than this: a server may take a connection and say nothing.
fn within<T: Send + 'static>(
    patience: Duration,
    work: impl FnOnce() -> Result<T, DatabaseError> + Send + 'static,
) -> Result<T, DatabaseError> {
    let away = |cause: Box<dyn std::error::Error + Send + Sync>| DatabaseError::Away {
        what: "opening the store",
        cause,
    };
    let (send, done) = sync_channel(1);
    let thread = thread::Builder::new().name("store-start".to_owned()).spawn(move || {
        // Nobody waits any more where it took too long.
        let _ = send.send(work());
    });
    thread.map_err(|error| away(error.into()))?;
    done.recv_timeout(patience).unwrap_or_else(|_late| Err(away("it doesn't answer".into())))
}

impl Opened {
    /// For observations.
    pub fn recorder(&self) -> Arc<Recorder> {
        Arc::clone(&self.recorder)
    }

    /// Begins to write.
    pub fn keep(self, clock: Clock, metrics: Metrics, on_standing: OnStanding) -> io::Result<Keeping> {
        let (send, asked) = sync_channel(QUESTIONS);
        let away = self.away;
        let mut keeper =
            Keeper::new((self.recorder, self.config, self.database), clock, metrics, on_standing);
        // Before anybody else says something.
        keeper.life.live(&keeper.recorder, keeper.clock.now());
        let (lives, ended) = sync_channel(0);
        let thread = thread::Builder::new().name("store".to_owned()).spawn(move || {
            let _lives = lives;
            if let Some(error) = away {
                keeper.failed(&error);
            }
            keeper.run(&asked);
        })?;
        Ok(Keeping { archive: Archive::new(send), thread: Some(thread), ended })
    }
}

struct Keeper {
    recorder: Arc<Recorder>,
    config: StoreConfig,
    database: Option<Box<dyn Database>>,
    /// What the database knows was taken over.
    loaded: bool,
    clock: Clock,
    metrics: Metrics,
    on_standing: OnStanding,
    process: Uuid,
    life: Lifetime,
    number: u64,
    unwritten: Option<Batch>,
    refusals: u32,
    away: bool,
    wait: Duration,
    next_attempt: Instant,
    next_tidy: Instant,
    /// Violations and scripts that came since it was last tidied.
    added: u64,
}

impl Keeper {
    fn new(
        (recorder, config, database): (Arc<Recorder>, StoreConfig, Option<Box<dyn Database>>),
        clock: Clock,
        metrics: Metrics,
        on_standing: OnStanding,
    ) -> Self {
        let process = Uuid::now_v7();
        Self {
            recorder,
            config,
            loaded: database.is_some(),
            database,
            clock,
            metrics,
            on_standing,
            process,
            life: Lifetime::new(process),
            number: 0,
            unwritten: None,
            refusals: 0,
            away: false,
            wait: Duration::ZERO,
            next_attempt: Instant::now(),
            next_tidy: Instant::now(),
            added: 0,
        }
    }

    fn run(&mut self, asked: &Receiver<Asked>) {
        let mut next = Instant::now() + self.config.flush_interval;
        loop {
            // Also where questions come without a pause.
            if Instant::now() >= next {
                self.flush();
                self.tidy();
                next = Instant::now() + self.config.flush_interval;
            }
            match asked.recv_timeout(next.saturating_duration_since(Instant::now())) {
                Ok(Asked::Question(question)) => {
                    self.flush();
                    question(match &mut self.database {
                        Some(database) => Ok(database.as_mut()),
                        None => Err(DatabaseError::Away {
                            what: "asking the store",
                            cause: "the database is away; the log says why".into(),
                        }),
                    });
                }
                Ok(Asked::End) | Err(RecvTimeoutError::Disconnected) => return self.end(),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Writes everything that was observed. Where it can't, it is not tried again before a while.
    fn flush(&mut self) {
        self.life.live(&self.recorder, self.clock.now());
        if Instant::now() >= self.next_attempt
            && let Err(error) = self.attempt()
        {
            self.failed(&error);
        }
    }

    fn attempt(&mut self) -> Result<(), DatabaseError> {
        // Twice where a batch was left over: what came since follows it.
        loop {
            let left_over = self.unwritten.is_some();
            if !left_over && !self.take() {
                return Ok(());
            }
            self.write()?;
            if !left_over {
                return Ok(());
            }
        }
    }

    /// Makes the next batch. `false`: there is nothing to write.
    fn take(&mut self) -> bool {
        let Due { batch, forgotten, lost } =
            self.recorder.take(self.process, self.number.saturating_add(1), &self.config.node);
        self.life.lost(lost);
        self.tell_lost(lost);
        for (site, script) in forgotten {
            if let Some(database) = &mut self.database
                && let Err(error) = database.forget_drift(&site, &script)
            {
                // The row stays until the script is named again; nothing rests on it.
                tracing::warn!("{site}/{script}: {error}");
            }
        }
        if batch.is_empty() {
            return false;
        }
        for shed in &batch.shed {
            self.metrics.store().shed(shed.class.name(), shed.count);
        }
        self.number = batch.id.number;
        self.unwritten = Some(batch);
        true
    }

    fn write(&mut self) -> Result<(), DatabaseError> {
        if self.is_gone() {
            // What is written to a file without a name is gone once it is closed.
            tracing::error!("{}: the file was removed or moved; a new one is made", self.config.target);
            self.database = None;
        }
        let database = match &mut self.database {
            Some(database) => database,
            none => none.insert(open(&self.config.target, Access::Write)?),
        };
        if !self.loaded {
            self.recorder.load(known(database.as_mut())?);
            self.loaded = true;
        }
        let Some(batch) = &self.unwritten else { return Ok(()) };
        let written = database.write(batch)?;
        self.added = self.added.saturating_add(written.added);
        let store = self.metrics.store();
        store.flushed(self.clock.now());
        for (kind, rows) in batch.rows() {
            store.rows(kind, rows);
        }
        if written.refused > 0 {
            store.lost("batch", written.refused);
            self.life.refused(written.refused);
        }
        self.unwritten = None;
        self.refusals = 0;
        self.wait = Duration::ZERO;
        if std::mem::take(&mut self.away) {
            store.away(false);
            self.life.back(&self.recorder, self.clock.now());
            (self.on_standing)(Standing::Back);
        }
        Ok(())
    }

    /// Whether the file that is open is no longer there.
    fn is_gone(&self) -> bool {
        let StoreTarget::File(file) = &self.config.target else { return false };
        self.database.is_some() && file.try_exists().is_ok_and(|exists| !exists)
    }

    fn failed(&mut self, error: &DatabaseError) {
        self.metrics.store().failed();
        let least = self.config.flush_interval;
        self.wait = self.wait.saturating_mul(2).min(LONGEST_WAIT).max(least);
        self.next_attempt = Instant::now() + self.wait;
        if !std::mem::replace(&mut self.away, true) {
            self.metrics.store().away(true);
            let why = format!("{}: {error}", self.config.target);
            self.life.away(self.clock.now(), why.clone());
            (self.on_standing)(Standing::Away(why));
        }
        if error.is_for_now() {
            return;
        }
        // Perhaps somebody puts a good one in its place.
        self.database = None;
        self.refusals = self.refusals.saturating_add(1);
        if self.refusals > REFUSALS && self.opens() {
            // The database is well, and what is in this batch is not.
            let rows: u64 = self.unwritten.take().iter().flat_map(Batch::rows).map(|(_, rows)| rows).sum();
            tracing::error!("the store refuses {rows} rows for what is in them; they are dropped: {error}");
            self.metrics.store().lost("batch", rows);
            self.life.refused(rows);
            self.refusals = 0;
        }
    }

    fn opens(&mut self) -> bool {
        self.database = open(&self.config.target, Access::Write).ok();
        self.database.is_some()
    }

    fn tell_lost(&self, lost: Lost) {
        let Lost { events, evidence, scripts, pages } = lost;
        for (what, count) in [("event", events), ("evidence", evidence), ("script", scripts), ("page", pages)]
        {
            if count > 0 {
                self.metrics.store().lost(what, count);
                tracing::warn!("{count} × {what}: not kept, because too many came between two batches");
            }
        }
    }

    /// Removes what is too old or too much, a part at a time.
    fn tidy(&mut self) {
        let now = Instant::now();
        if self.away || (now < self.next_tidy && self.added < TIDY_AFTER) {
            return;
        }
        let Some(database) = &mut self.database else { return };
        match database.tidy(self.clock.now(), &self.config.retention) {
            Ok(tidied) => {
                self.metrics.store().bytes(tidied.bytes);
                self.added = 0;
                self.next_tidy = if tidied.more { now } else { now + TIDY };
            }
            Err(error) => {
                self.next_tidy = now + TIDY;
                self.failed(&error);
            }
        }
    }

    fn end(&mut self) {
        self.life.end(&self.recorder, self.clock.now());
        if let Err(error) = self.attempt() {
            let rows: u64 = self.unwritten.iter().flat_map(Batch::rows).map(|(_, rows)| rows).sum();
            tracing::error!("{rows} rows are lost with this process, because the store is away: {error}");
        }
    }
}
