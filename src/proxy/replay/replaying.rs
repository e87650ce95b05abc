//! A page that still comes and has been, so far, what it was the last time.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

use super::entry::Entry;
use crate::html::Judged;

/// A page may have stopped at a place where it didn't stop the last time, between two checkpoints: then some of what
/// came could leave, and how much is not known. After so long a parser says.
const PATIENCE: Duration = Duration::from_millis(5);

/// How far it is.
pub(in crate::proxy) struct Replaying {
    entry: Rc<Entry>,
    looks: bool,
    /// Bytes of the page that have come.
    matched: usize,
    /// Checkpoints that were reached.
    reached: usize,
    /// Bytes of the output that may have left.
    given: usize,
    /// Verdicts that were told.
    told: usize,
    patience: Option<Pin<Box<Sleep>>>,
}

/// How many verdicts were told. Those on code in attributes are counted by themselves: in which order they and the
/// others fall depends on the pieces in which a page comes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::proxy) struct Told {
    in_attributes: usize,
    others: usize,
}

impl Told {
    fn place(&mut self, judged: &Judged) -> &mut usize {
        if judged.kind.is_in_attribute() { &mut self.in_attributes } else { &mut self.others }
    }

    /// Whether this verdict, one of those that fall anew in the same order, was told.
    pub(in crate::proxy) fn again(&mut self, judged: &Judged) -> bool {
        let left = self.place(judged);
        let again = *left > 0;
        *left = left.saturating_sub(1);
        again
    }
}

impl Replaying {
    /// Nothing has come yet.
    pub(in crate::proxy) fn new(entry: Rc<Entry>, looks: bool) -> Self {
        Self { entry, looks, matched: 0, reached: 0, given: 0, told: 0, patience: None }
    }

    /// The next bytes: the output that may leave now, where they are the same; `None` where they are not.
    pub(in crate::proxy) fn next(&mut self, piece: &[u8], tell: impl FnMut(&Judged)) -> Option<&[u8]> {
        if !self.entry.input.get(self.matched..)?.starts_with(piece) {
            return None;
        }
        self.matched = self.matched.saturating_add(piece.len());
        self.patience = None;
        let mut last = None;
        while let Some(next) = self.entry.checkpoints.get(self.reached).filter(|it| it.input <= self.matched)
        {
            last = Some(*next);
            self.reached = self.reached.saturating_add(1);
        }
        let Some(last) = last else { return Some(&[]) };
        Some(self.give(last.output, last.verdicts, tell))
    }

    /// The end of the page: what is left of the output, if that was all of it.
    pub(in crate::proxy) fn end(&mut self, tell: impl FnMut(&Judged)) -> Option<&[u8]> {
        let all = self.matched == self.entry.input.len();
        let (output, verdicts) = (self.entry.output.len(), self.entry.verdicts.len());
        all.then(|| self.give(output, verdicts, tell))
    }

    fn give(&mut self, output: usize, verdicts: usize, tell: impl FnMut(&Judged)) -> &[u8] {
        self.entry.told(self.told..verdicts, self.looks).for_each(tell);
        self.told = verdicts;
        let before = std::mem::replace(&mut self.given, output);
        self.entry.output.get(before..output).unwrap_or_default()
    }

    /// Nothing comes: whether it has been so for too long to go on like this. Nothing is lost where a page stops
    /// where it did the last time.
    pub(in crate::proxy) fn is_impatient(&mut self, cx: &mut Context<'_>) -> bool {
        let reached = self.reached.checked_sub(1).and_then(|last| self.entry.checkpoints.get(last));
        if self.matched == reached.map_or(0, |checkpoint| checkpoint.input) {
            return false;
        }
        let patience = self.patience.get_or_insert_with(|| Box::pin(sleep(PATIENCE)));
        matches!(patience.as_mut().poll(cx), Poll::Ready(()))
    }

    /// The page as it was the last time.
    pub(in crate::proxy) fn entry(&self) -> &Rc<Entry> {
        &self.entry
    }

    /// Whether code in attributes is told of.
    pub(in crate::proxy) fn looks(&self) -> bool {
        self.looks
    }

    /// Bytes of the page that have come, and of the output that may have left.
    pub(super) fn progress(&self) -> (usize, usize) {
        (self.matched, self.given)
    }

    /// Which verdicts were told.
    pub(in crate::proxy) fn told(&self) -> Told {
        let mut told = Told::default();
        for judged in self.entry.told(0..self.told, self.looks) {
            let place = told.place(judged);
            *place = place.saturating_add(1);
        }
        told
    }
}
