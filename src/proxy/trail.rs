//! The end of what a rewriter has read: behind what has left a page may go on from there without it, where its rule says
//! so.

use bytes::Bytes;

/// The last input, and how much there was altogether.
#[derive(Debug, Default)]
pub(super) struct Trail {
    before: Bytes,
    last: Bytes,
    read: usize,
}

impl Trail {
    /// So much more went in.
    pub(super) fn read(&mut self, piece: &Bytes) {
        self.before = std::mem::replace(&mut self.last, piece.clone());
        self.read = self.read.saturating_add(piece.len());
    }

    /// What went in behind this place, if it is still there.
    pub(super) fn behind(&self, place: usize) -> Option<Vec<u8>> {
        let input = [&self.before[..], &self.last[..]].concat();
        let gone = self.read.checked_sub(input.len())?;
        input.get(place.checked_sub(gone)?..).map(<[u8]>::to_vec)
    }
}
