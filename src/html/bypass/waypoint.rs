//! What the bypass knows at a place in a document: see [`crate::html::Waypoint`].

use super::{Bypass, Place, open};

/// What it knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::html) struct Waypoint {
    place: Place,
    open: open::Waypoint,
    /// Bytes before the place that are cut and wait for more.
    waits: usize,
    looks: u32,
}

impl Waypoint {
    /// Bytes that it takes besides its own, about.
    pub(in crate::html) fn size(&self) -> usize {
        let Self { place: _, open, waits: _, looks: _ } = self;
        open.size()
    }
}

impl Bypass {
    /// What is known here, if it takes no more than so many bytes besides its own.
    pub(in crate::html) fn waypoint(&self, most: usize) -> Option<Waypoint> {
        let Self {
            place,
            open,
            // What pages are told apart by that are remembered, and what is the process's.
            charset: _,
            most_attributes: _,
            // Off only where none can come: in a document that came whole and has no landmarks.
            doubts: _,
            waits,
            looks,
        } = self;
        let open = open.waypoint(most)?;
        Some(Waypoint { place: *place, open, waits: waits.len(), looks: *looks })
    }

    /// Whether what waits is the end of what was read there.
    pub(in crate::html) fn waits_for_the_end_of(&self, read: &[u8]) -> bool {
        read.ends_with(&self.waits)
    }

    /// So many bytes more were read, and this is known behind them, where so much had been `read`. The answer is how
    /// many of all have passed since.
    pub(in crate::html) fn pass_over(&mut self, bytes: usize, waypoint: &Waypoint, read: &[u8]) -> usize {
        let Waypoint { place, open, waits, looks } = waypoint;
        let passed = self.waits.len().saturating_add(bytes).saturating_sub(*waits);
        self.place = *place;
        self.open.restore(open);
        self.waits.clear();
        self.waits.extend_from_slice(read.get(read.len().saturating_sub(*waits)..).unwrap_or_default());
        self.looks = *looks;
        passed
    }
}
