//! Where news comes together: held against what stands, written to disk, and handed to whoever wants it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::Notify;
use tokio::time::sleep_until;

use super::alert::{Alert, News};
use super::board::{Acknowledged, Audience, Board, Outcome, Raised, Standing};
use super::kind::{Kind, Severity};
use super::newcomers::{Gathered, Gathering, Newcomer, Newcomers};
use super::queue::Next;
use crate::clock::Clock;
use crate::inventory::write_file;
use crate::store::{Event, EventKind, Evidence, Store};
use crate::telemetry::Metrics;

/// The file that everything is kept in.
const NAME: &str = "alerts.json";

/// For telling news, from anywhere. Cheap to clone; clones are one. [`Alerts::seen`] is for the data path, the
/// other calls may wait for the disk. None waits for the network.
#[derive(Clone)]
pub struct Alerts(Arc<Inner>);

struct Inner {
    board: Mutex<Board>,
    newcomers: Mutex<Newcomers>,
    audience: Audience,
    /// Where everything is kept, and the number of the last state that was written there.
    file: Option<PathBuf>,
    written: Mutex<u64>,
    number: Mutex<u64>,
    store: Arc<dyn Store>,
    clock: Clock,
    metrics: Metrics,
    /// Wakes whoever delivers.
    news: Notify,
}

impl Alerts {
    /// With nobody outside to tell, and nothing kept.
    pub fn unheard(store: Arc<dyn Store>, clock: Clock, metrics: Metrics) -> Self {
        Self::open(Audience::default(), Gathering::default(), None, store, clock, metrics)
    }

    /// With what an earlier process left in the folder, if there is one.
    pub(super) fn open(
        audience: Audience,
        gathering: Gathering,
        folder: Option<&Path>,
        store: Arc<dyn Store>,
        clock: Clock,
        metrics: Metrics,
    ) -> Self {
        let file = folder.map(|folder| folder.join(NAME));
        let mut board = file.as_deref().map(read).unwrap_or_default();
        let gone = board.waiting.only_channels(&audience.channels);
        if gone > 0 {
            tracing::warn!(
                "{gone} alerts waited for a webhook or mail server that is no longer set: they are dropped"
            );
        }
        let newcomers = Newcomers::new(gathering, &board.seen, Instant::now());
        Self(Arc::new(Inner {
            board: Mutex::new(board),
            newcomers: Mutex::new(newcomers),
            audience,
            file,
            written: Mutex::new(0),
            number: Mutex::new(0),
            store,
            clock,
            metrics,
            news: Notify::new(),
        }))
    }

    /// Tells news, unless it is known already.
    pub fn raise(&self, news: News) -> Outcome {
        self.change(|board, inner| {
            board.tidy(inner.clock.now());
            board.raise(news, "", inner.clock.now(), &inner.audience)
        })
    }

    /// Tells that what stood of a kind on a subject no longer does, if it did.
    pub fn over(&self, kind: Kind, subject: &str, message: String) -> Outcome {
        let stood = self.lock().subjects(kind).iter().any(|one| one == subject);
        if !stood {
            return Outcome::Known;
        }
        self.change(|board, inner| board.over(kind, subject, message, inner.clock.now(), &inner.audience))
    }

    /// Forgets what stands on subjects that are no longer there, without a word.
    pub fn only(&self, kind: Kind, known: &dyn Fn(&str) -> bool) {
        if self.lock().only(kind, known) {
            self.write_down();
        }
    }

    /// The subjects of what stands of a kind.
    pub fn subjects(&self, kind: Kind) -> Vec<String> {
        self.lock().subjects(kind)
    }

    /// Something was seen in passing. Told together with its like, if it is new; `words` are asked for only then.
    pub fn seen(&self, newcomer: &Newcomer<'_>, words: impl FnOnce() -> String) {
        self.newcomers().take(newcomer, Instant::now(), words);
    }

    /// Somebody has seen an alert: it isn't told again until it changes. `None`: none of this id stands.
    pub fn acknowledge(&self, id: &str, by: &str, because: Option<&str>) -> Option<Standing> {
        let (by, because) = (by.to_owned(), because.map(ToOwned::to_owned));
        let seen = Acknowledged { by, because, at: self.0.clock.now() };
        let standing = self.lock().acknowledge(id, seen)?;
        self.write_down();
        let why = standing
            .acknowledged
            .as_ref()
            .and_then(|seen| seen.because.as_deref())
            .unwrap_or("no reason given");
        tracing::info!(
            "{by} has seen alert {id} ({}): {why}",
            standing.alert.headline(),
            by = by_of(&standing)
        );
        self.provable(
            "alert-acknowledged",
            &serde_json::json!({
                "id": id, "headline": standing.alert.headline(), "by": by_of(&standing), "because": why,
            }),
        );
        Some(standing)
    }

    /// Something of this kind has to be provable later.
    pub fn provable(&self, kind: &str, what: &serde_json::Value) {
        let (at, kind, body) = (self.0.clock.now(), kind.to_owned(), what.to_string());
        self.0.store.evidence(Evidence { at, kind, body });
    }

    /// What stands: what nobody has seen first, the gravest of it first.
    pub fn all(&self) -> Vec<Standing> {
        self.lock().all()
    }

    /// Tells together what was gathered long enough, and what was held back long enough.
    pub fn tell_gathered(&self) {
        let due = self.newcomers().due(Instant::now());
        for Gathered { news, sort, things } in due {
            self.change(|board, inner| {
                let now = inner.clock.now();
                board.tidy(now);
                let raised = board.raise(news, &sort, now, &inner.audience);
                // Written down together: neither told twice nor forgotten, whenever the process is killed. What is
                // held back is kept with it, so it is remembered too.
                for (place, things) in things {
                    board.remember(&place, things);
                }
                raised
            });
        }
        let released = self.lock().release(self.0.clock.now(), &self.0.audience);
        if !released.is_empty() {
            self.write_down();
        }
        for raised in &released {
            self.spread(raised, true);
        }
    }

    /// The next alert that a channel has to deliver; waits until one is due. It is on disk before it goes out: one
    /// that was taken, and that no later process knows of, would be told again as another.
    pub(super) async fn next_of(&self, channel: &str) -> Alert {
        loop {
            let woken = self.0.news.notified();
            let next = self.lock().waiting.next_of(channel, tokio::time::Instant::now());
            match next {
                Next::Now(alert) => {
                    self.write_down();
                    return *alert;
                }
                // There may be news before, which goes first.
                Next::Later(due) => tokio::select! {
                    () = woken => {}
                    () = sleep_until(due) => {}
                },
                Next::Nothing => woken.await,
            }
        }
    }

    /// A channel has delivered it, or gives up.
    pub(super) fn settled(&self, channel: &str, alert: &Alert) {
        self.lock().waiting.settled(channel, &alert.id);
        self.write_down();
    }

    /// A channel could not deliver it, and tries again later. Answers whether what goes then is another alert in
    /// its place, because this one was refused for good.
    pub(super) fn put_off(&self, channel: &str, alert: &Alert, refused: bool) -> bool {
        let replaced = self.lock().waiting.put_off(channel, &alert.id, refused, tokio::time::Instant::now());
        if replaced {
            self.write_down();
        }
        replaced
    }

    fn change(&self, act: impl FnOnce(&mut Board, &Inner) -> Raised) -> Outcome {
        let raised = act(&mut self.lock(), &self.0);
        if raised.outcome != Outcome::Known {
            self.write_down();
        }
        self.spread(&raised, false);
        raised.outcome
    }

    /// To log, store and channels, once it is on disk. `late`: it was held back before.
    fn spread(&self, raised: &Raised, late: bool) {
        for _ in 0..raised.lost {
            self.0.metrics.alert("lost");
            tracing::error!("an alert was lost: too many wait to be taken");
        }
        let Some(alert) = &raised.alert else { return };
        let told = matches!(raised.outcome, Outcome::Told(_));
        if told {
            self.0.news.notify_waiters();
        } else {
            self.0.metrics.alert("hushed");
        }
        if !late {
            self.provable(
                if alert.over { "alert-over" } else { "alert" },
                &serde_json::json!({
                    "id": alert.id, "kind": alert.kind.name(), "subject": alert.subject,
                    "severity": alert.severity.name(), "since": alert.since, "told": told, "message": alert.text(),
                }),
            );
        }
        if alert.kind.has_event(told) && !late {
            return;
        }
        let message = alert.text();
        if alert.severity >= Severity::Medium {
            tracing::warn!("{message}");
        } else {
            tracing::info!("{message}");
        }
        let kind = if alert.over { EventKind::AlertOver } else { EventKind::Alert };
        self.0.store.event(Event { at: self.0.clock.now(), kind, message, exchange: None });
    }

    /// Whole, and never an earlier state over a later one.
    fn write_down(&self) {
        let Some(file) = &self.0.file else { return };
        let (number, bytes) = {
            let board = self.lock();
            let mut number = self.0.number.lock().unwrap_or_else(PoisonError::into_inner);
            *number += 1;
            (*number, serde_json::to_vec(&*board))
        };
        let mut written = self.0.written.lock().unwrap_or_else(PoisonError::into_inner);
        if *written > number {
            return;
        }
        match bytes.map_err(io::Error::from).and_then(|bytes| write_file(file, &bytes)) {
            Ok(()) => *written = number,
            Err(error) => {
                let file = file.display();
                tracing::error!(
                    "{file}: {error}: what is told may be lost, or told again, when the process ends"
                );
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Board> {
        // Every change leaves the board whole, so a panic elsewhere doesn't spoil it.
        self.0.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn newcomers(&self) -> MutexGuard<'_, Newcomers> {
        self.0.newcomers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn by_of(standing: &Standing) -> &str {
    standing.acknowledged.as_ref().map_or("", |seen| seen.by.as_str())
}

fn read(file: &Path) -> Board {
    match std::fs::read(file).and_then(|bytes| Ok(serde_json::from_slice(&bytes)?)) {
        Ok(board) => board,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Board::default(),
        Err(error) => {
            tracing::error!("{}: {error}: what was told and seen before is not known", file.display());
            Board::default()
        }
    }
}

impl std::fmt::Debug for Alerts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Alerts").field("file", &self.0.file).finish_non_exhaustive()
    }
}
