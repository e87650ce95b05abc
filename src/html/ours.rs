//! How much of ours one document takes in, with all the documents in its frames: import maps, witnesses and
//! CSPs are long, and a few bytes of a stranger's ask for them.

use std::cell::Cell;
use std::rc::Rc;

/// In bytes. Pages with a few frames and a map for each stay far below it.
const MOST: usize = 1 << 20;

/// What is left of it. Clones draw on the same.
#[derive(Debug, Clone)]
pub(super) struct Ours(Rc<Cell<usize>>);

impl Default for Ours {
    fn default() -> Self {
        Self(Rc::new(Cell::new(MOST)))
    }
}

impl Ours {
    /// Takes so many bytes; `false` where so many are not left, and then nothing is taken.
    pub(super) fn spend(&self, bytes: usize) -> bool {
        let left = self.0.get().checked_sub(bytes);
        if let Some(left) = left {
            self.0.set(left);
        }
        left.is_some()
    }

    /// How many bytes are left.
    pub(super) fn left(&self) -> usize {
        self.0.get()
    }

    /// So many are left from now on.
    pub(super) fn restore(&self, bytes: usize) {
        self.0.set(bytes);
    }
}
