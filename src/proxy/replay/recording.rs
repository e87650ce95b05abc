//! What becomes of a page, written down while it is rewritten.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use jiff::Timestamp;

use super::entry::{Checkpoint, Entry, Mark};
use super::key::Key;
use super::room::{Claim, Counted};
use super::{Replay, TABLES};
use crate::html::{Coding, Judged, OpinionOutcome, Waypoint};

/// Verdicts on one page, at most: a tag of ten bytes has one, which takes twenty times as much.
const VERDICTS: usize = 1024;
/// Bytes that are claimed at once for what is around a page.
const LEAST: usize = 1024;
/// Checkpoints of one page, at most.
const CHECKPOINTS: usize = 4096;
/// Bytes between two marks, at least.
const APART: usize = 1024;

/// A page that is rewritten.
pub(in crate::proxy) struct Recording {
    replay: Rc<Replay>,
    key: Key,
    looks: bool,
    input: Growing,
    output: Growing,
    checkpoints: Vec<Checkpoint>,
    marks: Vec<Mark>,
    /// Bytes that what was known at them takes.
    known: usize,
    verdicts: Verdicts,
    /// For what these two take, and what is around them.
    tables: Option<Claim>,
    _under_way: Option<UnderWay>,
}

/// Keeps others from recording the same page until dropped, or for as long as one may.
struct UnderWay {
    replay: Rc<Replay>,
    hash: u64,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.replay.memory.borrow_mut().pace.ends(self.hash);
    }
}

/// The verdicts on it, as they fall.
#[derive(Debug, Clone, Default)]
pub(in crate::proxy) struct Verdicts(Rc<RefCell<Vec<Judged>>>, Rc<Cell<usize>>);

impl Verdicts {
    /// One more. Nobody needs those of a page that has too many.
    pub(in crate::proxy) fn add(&self, judged: &Judged) {
        let mut verdicts = self.0.borrow_mut();
        if verdicts.len() <= VERDICTS {
            let size = size_of::<Judged>().saturating_mul(2).saturating_add(judged.script.len());
            self.1.set(self.1.get().saturating_add(size));
            verdicts.push(judged.clone());
        }
    }

    fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// Bytes that they take, about.
    fn size(&self) -> usize {
        self.1.get()
    }
}

/// Bytes that are counted while they become more.
#[derive(Debug, Default)]
struct Growing {
    bytes: Vec<u8>,
    claim: Option<Claim>,
}

impl Growing {
    /// `false`: there is no room.
    fn add(&mut self, more: &[u8], replay: &Replay, longest: usize) -> bool {
        let length = self.bytes.len().saturating_add(more.len());
        if length > longest {
            return false;
        }
        let claimed = self.claim.as_ref().map_or(0, Claim::bytes);
        if length > claimed {
            // Doubled, so that little is copied.
            let wanted = length.max(claimed.saturating_mul(2)).min(longest);
            let Some(claim) = replay.claim(wanted.saturating_sub(claimed)) else { return false };
            match &mut self.claim {
                Some(claimed) => claimed.join(claim),
                None => self.claim = Some(claim),
            }
            self.bytes.reserve_exact(wanted.saturating_sub(self.bytes.len()));
        }
        self.bytes.extend_from_slice(more);
        true
    }

    fn finish(self) -> bytes::Bytes {
        self.claim.map_or_else(bytes::Bytes::new, |claim| Counted::bytes(self.bytes, claim))
    }
}

impl Recording {
    /// `is_first`: it keeps others from recording the same page.
    pub(super) fn new(replay: &Rc<Replay>, key: Key, looks: bool, is_first: bool) -> Self {
        Self {
            _under_way: is_first.then(|| UnderWay { replay: Rc::clone(replay), hash: key.hash }),
            replay: Rc::clone(replay),
            key,
            looks,
            input: Growing::default(),
            output: Growing::default(),
            checkpoints: Vec::new(),
            marks: Vec::new(),
            known: 0,
            verdicts: Verdicts::default(),
            tables: None,
        }
    }

    /// Where its verdicts go.
    pub(in crate::proxy) fn verdicts(&self) -> Verdicts {
        self.verdicts.clone()
    }

    /// So much more came, and so much more was written, behind which a rewriter knows that; nothing more came where the
    /// page ended. `false`: the page is none that is kept.
    pub(super) fn step(&mut self, input: &[u8], output: &[u8], known: Option<Waypoint>) -> bool {
        let longest = self.replay.longest();
        let taken = self.input.bytes.len().saturating_add(self.output.bytes.len()).saturating_add(self.known);
        let room = longest.saturating_sub(taken);
        let fits = input.len().saturating_add(output.len()) <= room
            && self.verdicts.len() <= VERDICTS
            && self.claim_tables()
            && self.input.add(input, &self.replay, longest)
            && self.output.add(output, &self.replay, longest);
        if !fits {
            self.replay.refuse(self.key.hash);
            return false;
        }
        // What is written at the end leaves only there: a page may go on where the last one ended.
        if !input.is_empty() {
            let checkpoint = self.reached();
            if self.checkpoints.len() < CHECKPOINTS {
                self.checkpoints.push(checkpoint);
            }
            self.mark(checkpoint, known);
        }
        true
    }

    /// What the rewriter knows before the first step.
    pub(super) fn begins(&mut self, known: impl FnOnce() -> Option<Waypoint>) {
        if self.marks.is_empty() && self.input.bytes.is_empty() {
            self.mark(Checkpoint::default(), known());
        }
    }

    /// Whether it is to be noted what the rewriter knows behind so many bytes more.
    pub(super) fn wants_mark(&self, bytes: usize) -> bool {
        let next = self.input.bytes.len().saturating_add(bytes);
        self.marks.last().is_some_and(|last| next.saturating_sub(last.at.input) >= APART)
    }

    fn mark(&mut self, at: Checkpoint, known: Option<Waypoint>) {
        let Some(known) = known else { return };
        self.known = self.known.saturating_add(known.size());
        self.marks.push(Mark { at, known });
    }

    fn reached(&self) -> Checkpoint {
        Checkpoint {
            input: self.input.bytes.len(),
            output: self.output.bytes.len(),
            verdicts: self.verdicts.len(),
        }
    }

    /// Room for what it takes besides the bytes.
    fn claim_tables(&mut self) -> bool {
        let checkpoints = self.checkpoints.len().saturating_add(1).saturating_mul(size_of::<Checkpoint>());
        let marks = self.marks.len().saturating_mul(size_of::<Checkpoint>()).saturating_add(self.known);
        let sizes = [TABLES, self.key.size(), checkpoints, marks, self.verdicts.size()];
        let wanted = sizes.into_iter().sum::<usize>();
        let claimed = self.tables.as_ref().map_or(0, Claim::bytes);
        let Some(more) = wanted.checked_sub(claimed).filter(|more| *more > 0) else { return true };
        match (self.replay.claim(more.max(LEAST)), &mut self.tables) {
            (None, _) => false,
            (Some(claim), Some(claimed)) => {
                claimed.join(claim);
                true
            }
            (Some(claim), tables @ None) => {
                *tables = Some(claim);
                true
            }
        }
    }

    /// The page was rewritten to its end. Where its whole output was coded at once, that is kept too.
    pub(in crate::proxy) fn keep(
        self,
        outcome: Option<OpinionOutcome>,
        coded: Option<(Coding, &[u8])>,
        now: Timestamp,
    ) {
        // A second parser that gave up did not read the page.
        if matches!(outcome, Some(OpinionOutcome::GaveUp | OpinionOutcome::Differed)) {
            return self.replay.refuse(self.key.hash);
        }
        let Some(tables) = self.tables else { return };
        let entry = Entry {
            key: self.key,
            looks: self.looks,
            input: self.input.finish(),
            output: self.output.finish(),
            checkpoints: self.checkpoints.into_boxed_slice(),
            marks: self.marks.into_boxed_slice(),
            verdicts: self.verdicts.0.take().into_boxed_slice(),
            outcome,
            coded: RefCell::default(),
            used: Cell::new(now),
            turn: Cell::default(),
            _tables: tables,
        };
        if let Some((coding, coded)) = coded {
            entry.keep_coded(coding, coded.to_vec(), &self.replay);
        }
        self.replay.keep(entry);
    }
}
