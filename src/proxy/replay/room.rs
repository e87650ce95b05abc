//! Bytes that are counted for as long as anybody holds them, a visitor who reads slowly too.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use crate::html::Total;

/// How many bytes there may be, and are.
pub(super) struct Room {
    // Bytes go to whoever sends them, who may want to be another thread.
    taken: Arc<Total>,
    most: usize,
}

/// Some of them, until dropped.
pub(super) struct Claim {
    taken: Arc<Total>,
    bytes: usize,
}

/// Bytes for which there was room.
pub(super) struct Counted {
    bytes: Vec<u8>,
    _claim: Claim,
}

impl Room {
    /// For so many.
    pub(super) fn new(most: usize) -> Self {
        Self { taken: Arc::default(), most }
    }

    /// How many there may be.
    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// So many more, if there is room.
    pub(super) fn claim(&self, bytes: usize) -> Option<Claim> {
        self.taken.take(bytes, self.most).then(|| Claim { taken: Arc::clone(&self.taken), bytes })
    }
}

impl Claim {
    /// How many.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Both as one.
    pub(super) fn join(&mut self, mut other: Self) {
        self.bytes = self.bytes.saturating_add(std::mem::take(&mut other.bytes));
    }

    /// Gives back all but so many.
    pub(super) fn shrink(&mut self, bytes: usize) {
        if let Some(more) = self.bytes.checked_sub(bytes) {
            self.taken.give_back(more);
            self.bytes = bytes;
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.taken.give_back(self.bytes);
    }
}

impl Counted {
    /// These, which take as many as were claimed.
    pub(super) fn bytes(mut bytes: Vec<u8>, mut claim: Claim) -> Bytes {
        bytes.shrink_to_fit();
        claim.shrink(bytes.len());
        Bytes::from_owner(Self { bytes, _claim: claim })
    }
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Claim").field(&self.bytes).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_count_until_the_last_who_holds_them_lets_go() {
        let room = Room::new(100);
        let mut claim = room.claim(50).unwrap();
        claim.join(room.claim(30).unwrap());
        assert!(room.claim(21).is_none());
        let bytes = Counted::bytes(b"sixty bytes would be too many".to_vec(), claim);
        assert!(room.claim(72).is_none() && room.claim(71).is_some());
        let part = bytes.slice(3..5);
        drop(bytes);
        assert!(room.claim(72).is_none());
        drop(part);
        assert!(room.claim(100).is_some());
    }
}
