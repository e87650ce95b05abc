//! The system's events for a changing set of folders.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError};

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::WatchError;

/// How many folders are watched; each costs the system something. The poll looks at the others.
const MOST: usize = 1024;

/// Files that somebody writes to and has not closed yet. Not every system says so.
type Writing = Arc<Mutex<HashSet<PathBuf>>>;

pub(super) struct Folders {
    /// `None` where events aren't wanted.
    watcher: Option<RecommendedWatcher>,
    armed: Vec<PathBuf>,
    writing: Writing,
}

impl Folders {
    /// Events below the folders `under` wake the watcher; files that `reads` says yes to are waited for
    /// while they are written. `events`: whether there are any.
    pub(super) fn new(
        events: bool,
        under: Vec<PathBuf>,
        reads: fn(&Path) -> bool,
        wake: SyncSender<()>,
    ) -> Result<Self, WatchError> {
        let writing = Writing::default();
        let noted = Arc::clone(&writing);
        let on_event = move |event: notify::Result<Event>| {
            let matters = match event {
                Ok(event) => is_under(&event, &under) && may_be_change(&event, reads, &noted),
                Err(_) => true,
            };
            if matters {
                let _ = wake.try_send(());
            }
        };
        let watcher = if events { Some(notify::recommended_watcher(on_event)?) } else { None };
        Ok(Self { watcher, armed: Vec::new(), writing })
    }

    /// Watches these folders from now on, and no others.
    pub(super) fn arm(&mut self, folders: Vec<PathBuf>) {
        let Some(watcher) = &mut self.watcher else { return };
        for folder in self.armed.drain(..) {
            // It may be gone, which is why we are here.
            let _ = watcher.unwatch(&folder);
        }
        for folder in folders.into_iter().take(MOST) {
            // Where a folder can't be watched, the poll still looks.
            if watcher.watch(&folder, RecursiveMode::NonRecursive).is_ok() {
                self.armed.push(folder);
            }
        }
    }

    /// Whether a file in one of the folders was written to and not closed yet.
    pub(super) fn being_written(&self) -> bool {
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        // Where the last event got lost, with the file or with its folder.
        writing.retain(|path| path.exists());
        !writing.is_empty()
    }
}

/// Whether an event is about one of the folders: a parent is watched for a folder alone. No path: events
/// were lost.
fn is_under(event: &Event, under: &[PathBuf]) -> bool {
    let is = |path: &PathBuf| under.iter().any(|folder| path.starts_with(folder));
    event.paths.is_empty() || event.paths.iter().any(is)
}

/// Whether an event may be a change: our own reading makes events too. Notes what is being written.
fn may_be_change(event: &Event, reads: fn(&Path) -> bool, writing: &Writing) -> bool {
    let mut writing = writing.lock().unwrap_or_else(PoisonError::into_inner);
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write))
        | EventKind::Modify(ModifyKind::Name(_))
        | EventKind::Remove(_) => {
            for path in &event.paths {
                writing.remove(path);
            }
            true
        }
        EventKind::Access(_) => false,
        EventKind::Modify(ModifyKind::Data(_)) => {
            if writing.len() < MOST {
                writing.extend(event.paths.iter().filter(|path| reads(path)).cloned());
            }
            true
        }
        EventKind::Any | EventKind::Create(_) | EventKind::Modify(_) | EventKind::Other => true,
    }
}
