//! Watches the policy folder and publishes what is good. What is bad is told and changes nothing: the
//! last good snapshot stays in force.
//!
//! Folders are watched, never files: editors and Kubernetes replace a file, and a watch on the old one
//! would see nothing more. Events only say that it is time to look; what counts is the content. Where
//! no events come (some network file systems), a look every two seconds finds the change.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::check::DefaultUpstream;
use super::folder::{Contents, Listing};
use super::load::{Loaded, load};
use super::model::{PublishedSnapshot, UpstreamAddress};
use crate::diagnostic::{Diagnostic, Severity};
use crate::inventory::Trust;

/// After an event it must be this quiet before the folder is read: changes come in bursts.
const SETTLE: Duration = Duration::from_millis(50);
/// How many times in a row that quiet is waited for; a file that is written all the time must not put
/// off the others for ever.
const SETTLE_ROUNDS: usize = 6;
/// How often the folder is looked at without an event.
const POLL: Duration = Duration::from_secs(2);

/// What came of a look at the folder.
#[derive(Debug)]
pub enum ReloadOutcome {
    /// A new snapshot is in force.
    Loaded {
        /// Which.
        generation: super::Generation,
        /// What somebody should look at.
        warnings: Vec<Diagnostic>,
    },
    /// What is there is not good; the snapshot in force stays.
    Refused {
        /// Why.
        diagnostics: Vec<Diagnostic>,
    },
    /// Something happened in the folder, but its content is what it was.
    Unchanged,
}

/// Why a folder can't be watched.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The system gives no events.
    #[error("can't watch for changes: {0}")]
    Events(#[from] notify::Error),
    /// No thread.
    #[error("can't start a thread: {0}")]
    Thread(#[from] std::io::Error),
}

/// A watched folder; watching ends when this is dropped.
#[derive(Debug)]
pub struct Watch {
    stop: Arc<AtomicBool>,
    wake: SyncSender<()>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        // Where a wake-up waits already, that one will do.
        let _ = self.wake.try_send(());
        if let Some(thread) = self.thread.take() {
            // It ended in any case, and everything it had to say went to the callback.
            let _ = thread.join();
        }
    }
}

/// Watches `folder` on a thread of its own and publishes every good change to `published`. `on_change`
/// is called on that thread after each look that an event or a change led to; it must not drop the
/// [`Watch`].
pub fn watch(
    folder: &Path,
    published: PublishedSnapshot,
    default_upstream: Option<UpstreamAddress>,
    trust: Arc<Trust>,
    on_change: impl Fn(ReloadOutcome) + Send + 'static,
) -> Result<Watch, WatchError> {
    // One wake-up that waits says as much as many.
    let (wake, wakes) = sync_channel(1);
    let stop = Arc::new(AtomicBool::new(false));
    let mut watched = Watched::new(folder, wake.clone())?;
    watched.arm();
    let mut reloader = Reloader {
        last: Last::Content(published.load().generation.fingerprint.clone()),
        folder: folder.to_owned(),
        published,
        trust,
        default_upstream: default_upstream.map_or(DefaultUpstream::Missing, DefaultUpstream::Given),
    };
    let stopped = Arc::clone(&stop);
    let thread = thread::Builder::new().name("policies".to_owned()).spawn(move || {
        // What changed between loading and watching.
        let mut because_of_event = false;
        loop {
            if stopped.load(Ordering::Acquire) {
                return;
            }
            let outcome = reloader.look();
            if because_of_event || !matches!(outcome, ReloadOutcome::Unchanged) {
                // A panic there was printed; it must not end the watching.
                let _ = catch_unwind(AssertUnwindSafe(|| on_change(outcome)));
            }
            let Some(event) = wait(&wakes, &mut watched, &stopped) else { return };
            because_of_event = event;
        }
    })?;
    Ok(Watch { stop, wake, thread: Some(thread) })
}

/// Waits until there is something to look at: `true` after an event, `false` where only the listing
/// differs, `None` at the end.
fn wait(wakes: &Receiver<()>, watched: &mut Watched, stopped: &AtomicBool) -> Option<bool> {
    loop {
        let event = match wakes.recv_timeout(POLL) {
            Ok(()) => true,
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => return None,
        };
        if event {
            let mut rounds = 0;
            while rounds < SETTLE_ROUNDS && wakes.recv_timeout(SETTLE).is_ok() {
                rounds += 1;
            }
        }
        if stopped.load(Ordering::Acquire) {
            return None;
        }
        // Before reading, so that what changes while we read is an event.
        if watched.arm() || event {
            return Some(event);
        }
    }
}

/// The folders that are watched.
struct Watched {
    folder: PathBuf,
    watcher: RecommendedWatcher,
    armed: Vec<PathBuf>,
    listing: Option<Listing>,
}

impl Watched {
    fn new(folder: &Path, wake: SyncSender<()>) -> Result<Self, WatchError> {
        // Events carry absolute paths where the watched one was absolute.
        let folder = std::path::absolute(folder)?;
        let ours = folder.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let matters = match &event {
                // Our own reading makes these.
                Ok(event) if matches!(event.kind, EventKind::Access(_)) => false,
                // The folder's parent is watched for the folder alone. No path: events were lost.
                Ok(event) => event.paths.is_empty() || event.paths.iter().any(|path| path.starts_with(&ours)),
                Err(_) => true,
            };
            if matters {
                let _ = wake.try_send(());
            }
        })?;
        Ok(Self { folder, watcher, armed: Vec::new(), listing: None })
    }

    /// Watches the folders that are there now. Returns whether the listing differs from the last one.
    fn arm(&mut self) -> bool {
        let listing = Listing::of(&self.folder).ok();
        if listing == self.listing && listing.is_some() {
            return false;
        }
        let changed = listing != self.listing;
        for folder in self.armed.drain(..) {
            // It may be gone, which is why we are here.
            let _ = self.watcher.unwatch(&folder);
        }
        // The parent sees the folder itself being replaced or removed.
        let parent = self.folder.parent().map(Path::to_owned);
        let folders = listing.iter().flat_map(Listing::folders).map(Path::to_owned);
        for folder in parent.into_iter().chain(folders) {
            // Where a folder can't be watched, the poll still looks.
            if self.watcher.watch(&folder, RecursiveMode::NonRecursive).is_ok() {
                self.armed.push(folder);
            }
        }
        self.listing = listing;
        changed
    }
}

/// What was found at the last look.
#[derive(Debug, PartialEq, Eq)]
enum Last {
    Content(String),
    Unreadable(Vec<Diagnostic>),
}

struct Reloader {
    folder: PathBuf,
    published: PublishedSnapshot,
    default_upstream: DefaultUpstream,
    trust: Arc<Trust>,
    last: Last,
}

impl Reloader {
    /// Reads the folder; publishes what is new and good. A panic is a refusal: it must not end the
    /// thread, or no later change would ever be seen.
    fn look(&mut self) -> ReloadOutcome {
        catch_unwind(AssertUnwindSafe(|| self.look_now())).unwrap_or_else(|_| ReloadOutcome::Refused {
            diagnostics: vec![Diagnostic::of_file(
                Severity::Error,
                &self.folder,
                "reading the policies failed by a defect in Countersign",
                "the policies in force stay; please report the defect",
            )],
        })
    }

    fn look_now(&mut self) -> ReloadOutcome {
        let contents = match Contents::read(&self.folder) {
            Ok(contents) => contents,
            Err(diagnostics) => {
                let now = Last::Unreadable(diagnostics.clone());
                if self.last == now {
                    return ReloadOutcome::Unchanged;
                }
                self.last = now;
                return ReloadOutcome::Refused { diagnostics };
            }
        };
        let now = Last::Content(contents.fingerprint());
        if self.last == now {
            return ReloadOutcome::Unchanged;
        }
        // Before loading: what was refused once, or made loading panic, is not tried again and again.
        self.last = now;
        let number = self.published.load().generation.number.saturating_add(1);
        match load(&contents, &self.default_upstream, number, &self.trust) {
            Ok(Loaded { snapshot, warnings }) => {
                let generation = snapshot.generation.clone();
                self.published.store(Arc::new(snapshot));
                ReloadOutcome::Loaded { generation, warnings }
            }
            Err(diagnostics) => ReloadOutcome::Refused { diagnostics },
        }
    }
}
