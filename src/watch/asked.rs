//! Questions from other threads: "look now, and tell me what came of it".

use std::fmt;
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError};

/// How many questions may wait; they are all answered by the same look.
const MOST: usize = 64;

/// Takes the answer.
pub(super) type Question<O> = Box<dyn FnOnce(Arc<O>) + Send>;

/// Questions that wait; `None` once nobody is there to answer.
pub(super) struct Asked<O>(Arc<Mutex<Option<Vec<Question<O>>>>>);

impl<O> Clone for Asked<O> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<O> Default for Asked<O> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Some(Vec::new()))))
    }
}

impl<O> Asked<O> {
    pub(super) fn any(&self) -> bool {
        self.with(|waiting| waiting.as_ref().is_some_and(|waiting| !waiting.is_empty()))
    }

    pub(super) fn take(&self) -> Vec<Question<O>> {
        self.with(|waiting| waiting.as_mut().map(std::mem::take).unwrap_or_default())
    }

    /// Drops what waits, and refuses what comes.
    pub(super) fn close(&self) {
        self.with(|waiting| *waiting = None);
    }

    fn with<T>(&self, what: impl FnOnce(&mut Option<Vec<Question<O>>>) -> T) -> T {
        what(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Asks for a look. Cheap to clone.
pub struct Asking<O> {
    asked: Asked<O>,
    wake: SyncSender<()>,
}

impl<O> Asking<O> {
    pub(super) fn new(asked: Asked<O>, wake: SyncSender<()>) -> Self {
        Self { asked, wake }
    }

    /// Asks for a look at once, without waiting for quiet. `answer` gets what came of it, on the watching
    /// thread; it is dropped unused where too many wait already or the watching has ended.
    pub fn look(&self, answer: impl FnOnce(Arc<O>) + Send + 'static) {
        self.asked.with(|waiting| {
            if let Some(waiting) = waiting.as_mut().filter(|waiting| waiting.len() < MOST) {
                waiting.push(Box::new(answer));
            }
        });
        self.wake();
    }

    pub(super) fn wake(&self) {
        // Where a wake-up waits already, that one will do.
        let _ = self.wake.try_send(());
    }
}

impl<O> Clone for Asking<O> {
    fn clone(&self) -> Self {
        Self { asked: self.asked.clone(), wake: self.wake.clone() }
    }
}

impl<O> fmt::Debug for Asking<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asking").finish_non_exhaustive()
    }
}
