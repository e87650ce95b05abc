//! A page that has become another than the last one: the rewriter reads its beginning, of which the output has left.

use std::rc::Rc;

use bytes::{Buf as _, Bytes};

use super::entry::Entry;
use super::replaying::Replaying;
use crate::html::Rewriter;

/// The beginning of it.
pub(in crate::proxy) struct CatchingUp {
    /// Reads it.
    pub rewriter: Box<Rewriter>,
    entry: Rc<Entry>,
    /// Bytes of the page that it has read.
    read: usize,
    /// Those that have come.
    come: usize,
    /// Bytes of the output that it has written.
    written: usize,
    /// Those that may have left.
    left: usize,
}

impl CatchingUp {
    /// A rewriter that has read nothing yet.
    pub(in crate::proxy) fn new(rewriter: Box<Rewriter>, replaying: &Replaying) -> Self {
        let (come, left) = replaying.progress();
        let entry = Rc::clone(replaying.entry());
        Self { rewriter, entry, read: 0, come, written: 0, left }
    }

    /// The next bytes of the page, no more than so many; `None` after those that have come.
    pub(in crate::proxy) fn next(&mut self, most: usize) -> Option<Bytes> {
        let end = self.read.saturating_add(most).min(self.come).min(self.entry.input.len());
        if self.read >= end {
            return None;
        }
        let piece = self.entry.input.slice(self.read..end);
        self.read = end;
        Some(piece)
    }

    /// What the rewriter wrote next: the part of it that has not left. `None` where something else has left.
    pub(in crate::proxy) fn check<'a>(&mut self, output: &'a [u8]) -> Option<&'a [u8]> {
        let gone = self.left.saturating_sub(self.written).min(output.len());
        let (again, rest) = output.split_at_checked(gone)?;
        if !self.entry.output.get(self.written..)?.starts_with(again) {
            return None;
        }
        self.written = self.written.saturating_add(output.len());
        Some(rest)
    }

    /// Whether there are more of those that have come.
    pub(in crate::proxy) fn has_more(&self) -> bool {
        self.read < self.come
    }

    /// What has left and was not written again yet: how much leaves at a place may depend on the pieces in which the
    /// page came.
    pub(in crate::proxy) fn owed(&self) -> Owed {
        Owed(self.entry.output.slice(self.written.min(self.left)..self.left))
    }
}

/// Output of the last page that has left, and that the rewriter has to write again before anything else leaves.
#[derive(Default)]
pub(in crate::proxy) struct Owed(Bytes);

impl Owed {
    /// Whether it was all written.
    pub(in crate::proxy) fn is_settled(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes off what was written again, of what was written from `before` on. `false`: that is something else.
    pub(in crate::proxy) fn settle(&mut self, output: &mut Vec<u8>, before: usize) -> bool {
        let again = output.len().saturating_sub(before).min(self.0.len());
        let end = before.saturating_add(again);
        if output.get(before..end) != self.0.get(..again) {
            return false;
        }
        self.0.advance(again);
        output.drain(before.min(end)..end);
        true
    }
}
