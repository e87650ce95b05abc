//! Where a rewriter stands in a document, and all that it knows there. Two that know the same make the same of what
//! follows, so that what one made of a stretch can be taken over by the other.
//!
//! Nothing may be missing. `Page`, the bypass, its open elements, the signs of doubt and [`super::Rewriter`] take
//! themselves apart field by field where they tell what they know, so that whoever gives one of them another field is
//! made to say there whether what follows depends on it.

use super::bypass;
use super::page::PageWaypoint;

/// What is known at a place between two pieces of a document. Of a tag that is cut there it has only the length:
/// [`super::Rewriter::is_at`] compares the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waypoint {
    pub(super) bypass: bypass::Waypoint,
    pub(super) page: PageWaypoint,
}

/// Part of a document that was read before.
#[derive(Debug, Clone, Copy)]
pub struct Stretch<'a> {
    /// What was known where it begins.
    pub from: &'a Waypoint,
    /// What was known behind it.
    pub to: &'a Waypoint,
    /// That document, as far as it.
    pub read: &'a [u8],
    /// So many bytes of that are the stretch itself.
    pub length: usize,
    /// What it became.
    pub output: &'a [u8],
}

impl Waypoint {
    /// Bytes that each of its parts may take besides its own.
    pub(super) const MOST: usize = 1024;

    /// Bytes that it takes, about.
    pub fn size(&self) -> usize {
        let Self { bypass, page } = self;
        size_of::<Self>().saturating_add(bypass.size()).saturating_add(page.size())
    }
}

impl<'a> Stretch<'a> {
    /// That document before it.
    pub(super) fn before(&self) -> &'a [u8] {
        self.read.get(..self.read.len().saturating_sub(self.length)).unwrap_or_default()
    }
}
