//! A page as it was the last time, and what became of it.

use std::cell::{Cell, RefCell};
use std::ops::Range;

use bytes::Bytes;
use jiff::Timestamp;

use super::key::Key;
use super::room::{Claim, Counted};
use super::{Replay, begins_with};
use crate::html::{Coding, Encoder, HtmlError, Judged, OpinionOutcome, Waypoint};

/// How far the output was when so much had come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Checkpoint {
    /// Bytes of the page.
    pub input: usize,
    /// Bytes of the output.
    pub output: usize,
    /// Verdicts.
    pub verdicts: usize,
}

/// A checkpoint at which it was noted what the rewriter knew.
#[derive(Debug)]
pub(super) struct Mark {
    pub at: Checkpoint,
    pub known: Waypoint,
}

/// A page that was rewritten to its end, without trouble.
pub(in crate::proxy) struct Entry {
    pub(super) key: Key,
    /// Whether code in attributes is among the verdicts.
    pub(super) looks: bool,
    /// As it came, decoded.
    pub(super) input: Bytes,
    /// What it became.
    pub(super) output: Bytes,
    /// In order.
    pub(super) checkpoints: Box<[Checkpoint]>,
    /// In order. Where there is any, the first is at the beginning.
    pub(super) marks: Box<[Mark]>,
    /// In order.
    pub(super) verdicts: Box<[Judged]>,
    /// What came of a second opinion.
    pub(super) outcome: Option<OpinionOutcome>,
    /// The output in codings in which it was wanted.
    pub(super) coded: RefCell<Vec<(Coding, Bytes)>>,
    /// When it was last used, and its place in that order.
    pub(super) used: Cell<Timestamp>,
    pub(super) turn: Cell<u64>,
    /// For what the other fields take.
    pub(super) _tables: Claim,
}

impl Entry {
    pub(super) fn key(&self) -> &Key {
        &self.key
    }

    /// Whether its verdicts are those of a page that is looked through for code in attributes, or is not.
    pub(super) fn serves(&self, looks: bool) -> bool {
        self.looks || !looks
    }

    /// Whether a page that has come whole, in two pieces, is this one: every byte is compared.
    pub(in crate::proxy) fn is(&self, markup: [&[u8]; 2]) -> bool {
        let length = markup.iter().map(|piece| piece.len()).sum::<usize>();
        length == self.input.len() && begins_with(&self.input, markup)
    }

    /// What came of a second opinion.
    pub(in crate::proxy) fn outcome(&self) -> Option<OpinionOutcome> {
        self.outcome
    }

    /// Some of the verdicts, as they are told of a page that is looked through for code in attributes, or is not.
    pub(super) fn told(&self, verdicts: Range<usize>, looks: bool) -> impl Iterator<Item = &Judged> {
        let verdicts = self.verdicts.get(verdicts).unwrap_or_default();
        verdicts.iter().filter(move |judged| looks || !judged.kind.is_in_attribute())
    }

    /// All of them.
    pub(in crate::proxy) fn verdicts(&self, looks: bool) -> impl Iterator<Item = &Judged> {
        self.told(0..self.verdicts.len(), looks)
    }

    /// The whole output in a coding. It is coded once, and kept where there is room.
    pub(in crate::proxy) fn whole(&self, coding: Coding, replay: &Replay) -> Result<Bytes, HtmlError> {
        if coding == Coding::Identity {
            return Ok(self.output.clone());
        }
        let known = self.coded.borrow().iter().find(|(of, _)| *of == coding).map(|(_, bytes)| bytes.clone());
        if let Some(known) = known {
            return Ok(known);
        }
        let (mut encoder, mut coded) = (Encoder::new(coding)?, Vec::new());
        encoder.write(&self.output, &mut coded)?;
        encoder.finish(&mut coded)?;
        Ok(self.keep_coded(coding, coded, replay))
    }

    /// Keeps a coded output where there is room.
    pub(super) fn keep_coded(&self, coding: Coding, coded: Vec<u8>, replay: &Replay) -> Bytes {
        let Some(claim) = replay.claim(coded.len()) else { return coded.into() };
        let bytes = Counted::bytes(coded, claim);
        self.coded.borrow_mut().push((coding, bytes.clone()));
        bytes
    }
}
