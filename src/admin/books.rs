//! The register, held ready: read off the threads that answer, and shared by everybody who asks.
//!
//! ```text
//!  a page ─► Books::read ─► Keeper ─► policies, where their fingerprint is new: a thread that may block
//!                 ▲            └────► scripts seen: Archive::ask, 1,000 rows at a time
//!                 └──── Reading (immutable) ◄── joined, on such a thread too
//! ```
//!
//! One task does the work, however many ask. Where reading is quick, who asks gets what is true now; where it is not,
//! they get what was read last, with its time, while it is read anew: never more than a tenth of the time.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::State;
use super::console::Readers;
use super::judged::Judged;
use crate::analysis;
use crate::drift::ReadScript;
use crate::inventory::Trust;
use crate::policy::Snapshot;
use crate::register::{Binding, Book, Named};
use crate::store::{DatabaseError, PageFilter, Paging, Part, ScriptFilter};

/// Who asks at once and waits.
const WAITING: usize = 64;
/// How long somebody waits for the first reading.
const PATIENCE: Duration = Duration::from_secs(5);
/// A reading that takes no longer is made anew for everybody who asks.
const QUICK: Duration = Duration::from_millis(100);
/// A slower one is used for so many times as long as it took.
const WORTH: u32 = 10;
/// How often it is looked whether other policies are in force.
const LOOK: Duration = Duration::from_secs(1);
/// Policies that could not be read, or are not those in force, are not read again sooner.
const AGAIN: Duration = Duration::from_secs(5);
/// Nobody asked for so long: what was read is let go.
const IDLE: Duration = Duration::from_mins(10);
/// Policies with more scripts are read when somebody asks, and not before.
const SMALL: usize = 10_000;

/// Where scripts are, beside the snapshot in force.
#[derive(Clone)]
pub struct Sources {
    /// The folder of policies, with the approved bytes.
    pub policies: Option<PathBuf>,
    /// Whose signatures count.
    pub trust: Arc<Trust>,
    /// Where bytes lie that vendors serve and nobody has approved.
    pub quarantine: Option<PathBuf>,
    /// Reads scripts.
    pub read: ReadScript,
}

/// No policies, and code read in this process.
impl Default for Sources {
    fn default() -> Self {
        Self { policies: None, trust: Arc::default(), quarantine: None, read: Arc::new(analysis::read) }
    }
}

/// The register as it was read.
pub(super) struct Reading {
    pub(super) book: Book,
    pub(super) named: Arc<Named>,
    pub(super) judged: Judged,
    /// Why what pages showed is not all there.
    pub(super) store: Option<String>,
    /// Why what the policies name is not what is in force.
    pub(super) policies: Option<String>,
    /// It is not that of this moment.
    pub(super) older: bool,
}

/// For whoever asks. Cheap to clone.
#[derive(Clone)]
pub(super) struct Books {
    asking: mpsc::Sender<oneshot::Sender<Arc<Reading>>>,
    current: Arc<ArcSwapOption<Kept>>,
    readers: Readers,
}

/// A reading, and what it cost.
struct Kept {
    reading: Arc<Reading>,
    cost: Duration,
    at: Instant,
}

impl Books {
    /// Both ends.
    pub(super) fn new(state: &State) -> (Self, Keeper) {
        let (asking, asked) = mpsc::channel(WAITING);
        let current = Arc::new(ArcSwapOption::empty());
        let keeper = Keeper {
            state: state.clone(),
            asked,
            current: Arc::clone(&current),
            named: None,
            policies: None,
            tried: None,
        };
        let readers = Readers::new(Arc::clone(&state.sources.read));
        (Self { asking, current, readers }, keeper)
    }

    /// For reading code.
    pub(super) fn readers(&self) -> &Readers {
        &self.readers
    }

    /// The register. `None`: it could not be read in time.
    pub(super) async fn read(&self) -> Option<Arc<Reading>> {
        let kept = self.current.load_full();
        let (send, answer) = oneshot::channel();
        // Where too many wait, one of them has asked already.
        let asked = self.asking.try_send(send);
        if let Some(kept) = kept.filter(|kept| kept.cost > QUICK && kept.at.elapsed() < IDLE) {
            return Some(Arc::clone(&kept.reading));
        }
        asked.ok()?;
        timeout(PATIENCE, answer).await.ok()?.ok()
    }
}

/// Reads it for them.
pub(super) struct Keeper {
    state: State,
    asked: mpsc::Receiver<oneshot::Sender<Arc<Reading>>>,
    current: Arc<ArcSwapOption<Kept>>,
    named: Option<Arc<Named>>,
    /// Why `named` is not what is in force.
    policies: Option<String>,
    /// For which fingerprint the folder was read last, and when.
    tried: Option<(String, Instant)>,
}

impl Keeper {
    /// Until nobody can ask any more.
    pub(super) async fn run(mut self) {
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut last_asked = Instant::now();
        loop {
            tokio::select! {
                asked = self.asked.recv() => {
                    let Some(first) = asked else { return };
                    last_asked = Instant::now();
                    self.answer(first).await;
                }
                _ = looks.tick() => {
                    let snapshot = self.state.published.load_full();
                    if last_asked.elapsed() > IDLE {
                        self.current.store(None);
                        self.named = self.named.take().filter(|named| named.entries().len() <= SMALL);
                    }
                    if self.named.is_some() || is_small(&snapshot) {
                        self.read_policies(&snapshot).await;
                    }
                }
            }
        }
    }

    async fn answer(&mut self, first: oneshot::Sender<Arc<Reading>>) {
        let mut waiting = vec![first];
        while let Ok(other) = self.asked.try_recv() {
            waiting.push(other);
        }
        let kept = self.current.load_full();
        let reading = match kept.filter(|kept| kept.cost > QUICK && kept.at.elapsed() < kept.cost * WORTH) {
            Some(kept) => Arc::clone(&kept.reading),
            None => self.read().await,
        };
        for who in waiting {
            // Whoever asked may be gone.
            let _ = who.send(Arc::clone(&reading));
        }
    }

    async fn read(&mut self) -> Arc<Reading> {
        let begun = Instant::now();
        let snapshot = self.state.published.load_full();
        self.read_policies(&snapshot).await;
        let named = self.named.clone().unwrap_or_default();
        let (listed, in_force) = (Arc::clone(&named), Arc::clone(&snapshot));
        let begun_with = spawn_blocking(move || Binding::begin(&listed, in_force)).await;
        let binding = begun_with.unwrap_or_else(|_panicked| nothing(&snapshot));
        let (binding, store) = self.read_seen(binding).await;
        let pages = self.state.archive.ask(|store| store.pages(&PageFilter::default())).await;
        let judged = Judged::of(pages.unwrap_or_default());
        let now = self.state.clock.now();
        let book = match spawn_blocking(move || binding.finish(now)).await {
            Ok(book) => book,
            // It panicked, and has said so: an empty one is at least told as such.
            Err(_panicked) => nothing(&snapshot).finish(now),
        };
        let cost = begun.elapsed();
        let policies = self.policies.clone();
        let reading = Reading { book, named, judged, store, policies, older: cost > QUICK };
        let reading = Arc::new(reading);
        self.current.store(Some(Arc::new(Kept { reading: Arc::clone(&reading), cost, at: begun })));
        reading
    }

    /// What the policies in force name, where that is not known yet.
    async fn read_policies(&mut self, snapshot: &Snapshot) {
        let wanted = &snapshot.generation.fingerprint;
        let Some(folder) = self.state.sources.policies.clone() else { return };
        if self.named.as_ref().is_some_and(|named| named.fingerprint == *wanted) {
            self.policies = None;
            return;
        }
        let known = |(fingerprint, at): &(String, Instant)| fingerprint == wanted && at.elapsed() < AGAIN;
        if self.tried.as_ref().is_some_and(known) {
            return;
        }
        self.tried = Some((wanted.clone(), Instant::now()));
        let trust = Arc::clone(&self.state.sources.trust);
        let read = spawn_blocking(move || Named::read(&folder, &trust)).await;
        let why = match read {
            Ok(Ok(named)) if named.fingerprint == *wanted => {
                self.named = Some(Arc::new(named));
                self.policies = None;
                return;
            }
            Ok(Ok(named)) => {
                let why = format!(
                    "the folder holds other policies ({}) than those in force ({wanted})",
                    named.fingerprint
                );
                self.named.get_or_insert_with(|| Arc::new(named));
                why
            }
            Ok(Err(problems)) => {
                let first = problems.first().map(|problem| problem.message.clone()).unwrap_or_default();
                format!("the folder of policies can't be read as such now: {first}")
            }
            Err(_panicked) => "reading the folder of policies failed".to_owned(),
        };
        self.policies = Some(why);
    }

    /// What pages showed; the error is why that is not all.
    async fn read_seen(&self, mut binding: Binding) -> (Binding, Option<String>) {
        let mut paging = Paging::first(Paging::MOST);
        let mut taken = 0_usize;
        loop {
            let asked = paging.clone();
            let filter = ScriptFilter::default();
            let part = self.state.archive.ask(move |store| store.scripts(&filter, &asked)).await;
            match part {
                Ok(Part { rows, next }) => {
                    taken = taken.saturating_add(rows.len());
                    let goes_on = binding.take(rows);
                    let Some(next) = next.filter(|_| goes_on) else { return (binding, None) };
                    paging.after = Some(next);
                }
                Err(error) if taken == 0 => {
                    // What this process remembers is better than nothing.
                    binding.take(self.state.store.scripts());
                    return (binding, Some(why(&error)));
                }
                Err(error) => return (binding, Some(why(&error))),
            }
        }
    }
}

fn nothing(snapshot: &Arc<Snapshot>) -> Binding {
    Binding::begin(&Arc::default(), Arc::clone(snapshot))
}

fn why(error: &DatabaseError) -> String {
    error.to_string()
}

/// Whether what the policies name is soon read.
fn is_small(snapshot: &Snapshot) -> bool {
    snapshot.sites.iter().map(|site| site.external_scripts().count()).fold(0, usize::saturating_add) <= SMALL
}
