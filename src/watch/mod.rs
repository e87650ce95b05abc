//! Watches files that people and machines replace while the process runs, and looks at them again when
//! they may have changed: policies, certificates.
//!
//! ```text
//!  events ─┐
//!  poll   ─┼─► settle ─► look (read all, compare, judge, publish) ─► tell
//!  asked  ─┘ (at once)
//! ```
//! Folders are watched, never files: editors and Kubernetes replace a file, and a watch on the old one
//! would see nothing more. Events only say that it is time to look; what counts is the content. Where no
//! events come (some network file systems), a look every two seconds finds the change.

mod folders;
mod asked;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use asked::Asked;
pub use asked::Asking;
use folders::Folders;

/// How many times as long as quiet must last it is waited for; a file that is written all the time must
/// not put off the others for ever.
const RESTLESS: u32 = 20;
/// How often a look is repeated because something moved under it.
const ROUNDS: usize = 6;
/// How long a file that somebody has open for writing is waited for.
const WRITING: Duration = Duration::from_secs(5);
/// A look at the listing may take this share of the time: large folders are looked at less often.
const SHARE: u32 = 20;

/// When it is looked.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// After an event it must be this quiet first: changes come in bursts.
    pub settle: Duration,
    /// How often it is looked without an event, at most.
    pub poll: Duration,
    /// Whether the system's events are listened to.
    pub events: bool,
}

impl Default for Pace {
    fn default() -> Self {
        Self { settle: Duration::from_millis(50), poll: Duration::from_secs(2), events: true }
    }
}

/// What is watched.
pub trait Subject: Send + 'static {
    /// What the file system says about the files, without reading them: unequal when something changed.
    type Listing: PartialEq + Send;
    /// What came of a look.
    type Outcome: Send + Sync + 'static;

    /// Lists the files; `None` where that fails, which a look then explains.
    fn listing(&self) -> Option<Self::Listing>;
    /// The folders in which something may happen that matters.
    fn folders(&self, listing: Option<&Self::Listing>) -> Vec<PathBuf>;
    /// The folders below which everything that happens may matter.
    fn under(&self) -> Vec<PathBuf>;
    /// Whether a file of this name is read: then it is waited for while somebody writes to it.
    fn reads(path: &Path) -> bool;
    /// Reads and judges, and publishes what is new and good. `asked`: somebody wants to know, so what
    /// was refused already is judged again.
    fn look(&mut self, asked: bool) -> Look<Self::Outcome>;
    /// The outcome of a look that panicked.
    fn defect(&self) -> Self::Outcome;
}

/// What a look found.
#[derive(Debug)]
pub enum Look<O> {
    /// The content of the last look.
    Same(O),
    /// Something that was not there at the last look, or was asked for.
    New(O),
    /// The files changed while they were read: what was read may never have been there together.
    Moving(O),
}

/// Why something can't be watched.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The system gives no events.
    #[error("can't watch for changes: {0}")]
    Events(#[from] notify::Error),
    /// No thread.
    #[error("can't start a thread: {0}")]
    Thread(#[from] std::io::Error),
}

/// Something watched; watching ends when this is dropped.
#[derive(Debug)]
pub struct Watch<O> {
    stop: Arc<AtomicBool>,
    asking: Asking<O>,
    thread: Option<JoinHandle<()>>,
}

impl<O> Watch<O> {
    /// For asking for a look at once, from anywhere.
    pub fn asking(&self) -> Asking<O> {
        self.asking.clone()
    }
}

impl<O> Drop for Watch<O> {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        self.asking.wake();
        if let Some(thread) = self.thread.take() {
            // It ended in any case, and everything it had to say went to the callback.
            let _ = thread.join();
        }
    }
}

/// Watches on a thread of its own. `on_look` is called on that thread after each look that an event, a
/// change or a question led to; it must not drop the [`Watch`].
pub fn watch<S: Subject>(
    name: &str,
    subject: S,
    pace: Pace,
    on_look: impl Fn(&S::Outcome) + Send + 'static,
) -> Result<Watch<S::Outcome>, WatchError> {
    // One wake-up that waits says as much as many.
    let (wake, wakes) = sync_channel(1);
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Asked::default();
    let folders = Folders::new(pace.events, subject.under(), S::reads, wake.clone())?;
    let mut watcher = Watcher {
        subject,
        folders,
        wakes,
        pace,
        poll: pace.poll,
        listing: None,
        asked: asked.clone(),
        stop: Arc::clone(&stop),
    };
    watcher.arm();
    let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
        watcher.run(&on_look);
        watcher.asked.close();
    })?;
    Ok(Watch { stop, asking: Asking::new(asked, wake), thread: Some(thread) })
}

/// Why it is time to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    Event,
    Listing,
}

struct Watcher<S: Subject> {
    subject: S,
    folders: Folders,
    wakes: Receiver<()>,
    pace: Pace,
    /// The present pause between two looks without an event.
    poll: Duration,
    listing: Option<S::Listing>,
    asked: Asked<S::Outcome>,
    stop: Arc<AtomicBool>,
}

impl<S: Subject> Watcher<S> {
    fn run(&mut self, on_look: &impl Fn(&S::Outcome)) {
        // What changed between loading and watching.
        let mut cause = if self.settle() { Cause::Event } else { Cause::Listing };
        while !self.stopped() {
            let questions = self.asked.take();
            let look = self.look(!questions.is_empty());
            let (outcome, worth_telling) = match look {
                Look::Same(outcome) => (outcome, cause == Cause::Event),
                Look::New(outcome) | Look::Moving(outcome) => (outcome, true),
            };
            let outcome = Arc::new(outcome);
            if worth_telling {
                // A panic there was printed; it must not end the watching.
                let _ = catch_unwind(AssertUnwindSafe(|| on_look(&outcome)));
            }
            for question in questions {
                let _ = catch_unwind(AssertUnwindSafe(|| question(Arc::clone(&outcome))));
            }
            let Some(next) = self.wait() else { return };
            cause = next;
        }
    }

    /// A look; again where something moved meanwhile.
    fn look(&mut self, asked: bool) -> Look<S::Outcome> {
        let mut rounds = 0;
        loop {
            // A panic must not end the thread, or no later change would ever be seen.
            let look = catch_unwind(AssertUnwindSafe(|| self.subject.look(asked)))
                .unwrap_or_else(|_| Look::New(self.subject.defect()));
            rounds += 1;
            match look {
                Look::Moving(_) if rounds < ROUNDS && !self.stopped() => {}
                // Waiting for quiet has swallowed an event.
                Look::Same(outcome) if rounds > 1 => return Look::New(outcome),
                Look::Same(_) | Look::New(_) | Look::Moving(_) => return look,
            }
            self.settle();
        }
    }

    /// Waits until there is something to look at; `None` at the end.
    fn wait(&mut self) -> Option<Cause> {
        loop {
            let event = match self.wakes.recv_timeout(self.poll) {
                Ok(()) => true,
                Err(RecvTimeoutError::Timeout) => false,
                Err(RecvTimeoutError::Disconnected) => return None,
            };
            if event && !self.stopped() && !self.asked.any() {
                self.settle();
            }
            if self.stopped() {
                return None;
            }
            // Before reading, so that what changes while we read is an event.
            let changed = self.arm();
            if event {
                return Some(Cause::Event);
            }
            if changed {
                self.stand_still();
                return Some(Cause::Listing);
            }
        }
    }

    /// Waits until it is quiet and nobody has one of the files open for writing, within limits. Returns
    /// whether anything happened meanwhile.
    fn settle(&self) -> bool {
        let begun = Instant::now();
        let mut any = false;
        loop {
            let woken = self.wakes.recv_timeout(self.pace.settle).is_ok();
            any |= woken;
            let restless = woken && begun.elapsed() < self.pace.settle.saturating_mul(RESTLESS);
            let written = self.folders.being_written() && begun.elapsed() < WRITING;
            if self.stopped() || self.asked.any() || !(restless || written) {
                return any;
            }
        }
    }

    /// Where no events say that a file is being written, its length and time do: waits until they stay.
    fn stand_still(&mut self) {
        let begun = Instant::now();
        loop {
            self.settle();
            let longest = self.pace.settle.saturating_mul(RESTLESS);
            if self.stopped() || self.asked.any() || !self.arm() || begun.elapsed() > longest {
                return;
            }
        }
    }

    /// Watches the folders that are there now. Returns whether the listing differs from the last one.
    fn arm(&mut self) -> bool {
        let begun = Instant::now();
        let listing = self.subject.listing();
        self.poll = self.pace.poll.max(begun.elapsed().saturating_mul(SHARE));
        if listing == self.listing && listing.is_some() {
            return false;
        }
        let changed = listing != self.listing;
        self.folders.arm(self.subject.folders(listing.as_ref()));
        self.listing = listing;
        changed
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }
}
