//! How much one scan may fetch.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Pages of one scan.
pub const MAX_PAGES: usize = 200;
/// External scripts of one scan.
pub const MAX_SCRIPTS: usize = 500;
/// How many modules deep imports are followed.
pub(super) const MAX_IMPORT_DEPTH: usize = 16;
/// Bytes fetched in one scan.
pub const MAX_FETCHED: usize = 1 << 30;

/// What is left of [`MAX_FETCHED`].
#[derive(Debug, Default)]
pub(super) struct Budget(AtomicUsize);

impl Budget {
    /// Counts what was fetched.
    pub(super) fn spend(&self, bytes: usize) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Whether nothing more may be fetched.
    pub(super) fn is_spent(&self) -> bool {
        self.0.load(Ordering::Relaxed) > MAX_FETCHED
    }
}
