//! Bytes that many exchanges keep at once, counted together: visitors who read slowly decide how many
//! exchanges there are.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How many bytes are kept.
#[derive(Debug, Default)]
pub struct Total(AtomicUsize);

impl Total {
    /// None so far.
    pub const fn none() -> Self {
        Self(AtomicUsize::new(0))
    }

    /// Whether there was room for so many more, where there may be `most`; then they are counted.
    pub fn take(&self, bytes: usize, most: usize) -> bool {
        let more = |taken: usize| taken.checked_add(bytes).filter(|sum| *sum <= most);
        self.0.try_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }

    /// So many that were taken are kept no longer.
    pub fn give_back(&self, bytes: usize) {
        self.0.fetch_sub(bytes, Ordering::Relaxed);
    }
}
