//! The last page beside one that is partly the same, as those are that have a token or a time in them: what hasn't
//! changed becomes what it became, and only what has is read.
//!
//! ```text
//!   last page   ──●──────●──────●──────●──────●──────●──    ● marks: what the rewriter knew there
//!   this page   ──●──────●──────●──────┐   ●──────●──────●──
//!                  the same, passed over └read┘ in step again: the same bytes, and the rewriter knows the same
//! ```
//!
//! Where this page may be in step with the last one again is a guess, by a few bytes. That what follows becomes the
//! same is none: all bytes of a stretch are compared before it is passed over, and so is all that the rewriter knows
//! where it begins.

use std::rc::Rc;

use memchr::memmem;

use super::Replay;
use super::entry::{Checkpoint, Entry};
use crate::html::{HtmlError, Rewriter, Stretch};

/// The bytes before a mark by which it is looked for.
const ANCHOR: usize = 32;
/// How far it is looked for in what has come. An anchor that is cut there is missed; the next one may be found.
const WINDOW: usize = 8 * 1024;
/// Marks that are looked for at once, and places at which each may be.
const LOOKED_FOR: usize = 4;
const OCCURRENCES: usize = 128;
/// Times that looking for them leads to nothing, one after another, before a page is read to its end.
const ATTEMPTS: u32 = 4;
/// Bytes that are withheld until the next mark, at most, and that they may have become. Longer inline scripts, which
/// wait for their end anyway, are read.
const FAR: usize = 128 * 1024;
/// How much the rewriter reads at once.
const PIECE: usize = 16 * 1024;
/// Shorter pages are read faster than they are compared.
const LEAST: usize = 8 * 1024;
/// Of a page one byte in so many has to be passed over, so that the next one has a guide too.
const ONE_IN: usize = 4;

/// The last page, and where this one is.
pub(in crate::proxy) struct Guide {
    replay: Rc<Replay>,
    entry: Rc<Entry>,
    step: Step,
    /// Bytes of this page that have come, and those of them that were passed over.
    come: usize,
    passed_over: usize,
    /// Times that marks were looked for since something was passed over.
    attempts: u32,
    /// The second parser began to read, which says nothing of the guide.
    interrupted: bool,
}

/// Whether this page keeps step with the last one.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// The rewriter stands at this mark. So many bytes behind it are the same, and withheld from it.
    In { mark: usize, withheld: usize },
    /// The rewriter has read everything. Step may be taken up again at this mark, after so many bytes if what
    /// differs is as long as it was.
    Out { next: usize, expected: Option<usize> },
    /// Never again.
    Lost,
}

impl Guide {
    /// Whether a page is one beside which another one is read faster.
    pub(super) fn may_be(entry: &Entry) -> bool {
        entry.input.len() >= LEAST && entry.marks.len() > 1
    }

    /// Beside a page of which the rewriter has read nothing.
    pub(super) fn new(replay: &Rc<Replay>, entry: &Rc<Entry>) -> Self {
        Self {
            replay: Rc::clone(replay),
            entry: Rc::clone(entry),
            step: Step::In { mark: 0, withheld: 0 },
            come: 0,
            passed_over: 0,
            attempts: 0,
            interrupted: false,
        }
    }

    /// Has the rewriter go on behind these bytes.
    pub(super) fn write(
        &mut self,
        rewriter: &mut Rewriter,
        piece: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), HtmlError> {
        self.come = self.come.saturating_add(piece.len());
        let mut rest = piece;
        while !rest.is_empty() {
            rest = match self.step {
                Step::In { mark, withheld } => self.compare((mark, withheld), rewriter, rest, out)?,
                Step::Out { next, expected } => self.search((next, expected), rewriter, rest, out)?,
                Step::Lost => {
                    rewriter.write(rest, out)?;
                    &[]
                }
            };
        }
        Ok(())
    }

    /// Has the rewriter read what is withheld: nothing more comes for now, or ever.
    pub(super) fn read_withheld(
        &mut self,
        rewriter: &mut Rewriter,
        out: &mut Vec<u8>,
    ) -> Result<(), HtmlError> {
        let Step::In { mark, withheld: bytes @ 1.. } = self.step else { return Ok(()) };
        let from = self.place(mark).input;
        let at = from.saturating_add(bytes);
        self.step = self.out_of_step(mark, at);
        let withheld = self.entry.input.slice(from.min(at)..at.min(self.entry.input.len()));
        withheld.chunks(PIECE).try_for_each(|piece| rewriter.write(piece, out))
    }

    /// It guides this page no longer: whether the next one is to have it is seen by how much it was good for.
    pub(super) fn ends(&self) {
        self.replay.same.update(|bytes| bytes.saturating_add(self.passed_over));
        if self.passed_over < self.come / ONE_IN && !self.interrupted {
            let mut memory = self.replay.memory.borrow_mut();
            memory.forget(&self.entry);
            memory.pace.missed(self.entry.key().hash);
        }
    }

    /// Bytes of this page that were passed over.
    #[cfg(test)]
    pub(super) fn passed_over(&self) -> usize {
        self.passed_over
    }

    /// Whether it is none any more.
    pub(super) fn is_lost(&self) -> bool {
        matches!(self.step, Step::Lost)
    }

    /// Where a mark is in the last page.
    fn place(&self, mark: usize) -> Checkpoint {
        self.entry.marks.get(mark).map_or_else(Checkpoint::default, |mark| mark.at)
    }

    /// The first mark behind this one, and behind that place in the last page.
    fn next_mark(&self, mark: usize, at: usize) -> Option<usize> {
        let later = self.entry.marks.get(mark..)?.partition_point(|mark| mark.at.input <= at).max(1);
        let next = mark.saturating_add(later);
        (next < self.entry.marks.len()).then_some(next)
    }

    /// The rewriter reads on from this place in the last page, behind that mark.
    fn out_of_step(&self, mark: usize, at: usize) -> Step {
        self.next_mark(mark, at)
            .map_or(Step::Lost, |next| Step::Out { next, expected: self.place(next).input.checked_sub(at) })
    }

    /// Compares what comes, and passes over what is the same as far as there are marks. The answer is what is
    /// not the same.
    fn compare<'a>(
        &mut self,
        (mut mark, withheld): (usize, usize),
        rewriter: &mut Rewriter,
        rest: &'a [u8],
        out: &mut Vec<u8>,
    ) -> Result<&'a [u8], HtmlError> {
        let begins = self.place(mark).input.saturating_add(withheld);
        let same = common(self.entry.input.get(begins..).unwrap_or_default(), rest);
        let at = begins.saturating_add(same);
        let behind = rest.get(same..).unwrap_or_default();
        let mut may_go_on = true;
        let last = self.next_mark(mark, at).unwrap_or(self.entry.marks.len()).saturating_sub(1);
        if last > mark {
            may_go_on = self.pass_over(mark, last, rewriter, out)?;
            if may_go_on {
                mark = last;
            }
        }
        let from = self.place(mark);
        self.step = Step::In { mark, withheld: at.saturating_sub(from.input) };
        let next = self.next_mark(mark, at).map(|next| self.place(next));
        let is_near = next.is_some_and(|next| {
            let (input, output) =
                (next.input.saturating_sub(from.input), next.output.saturating_sub(from.output));
            input.max(output) <= FAR
        });
        if !behind.is_empty() || !is_near || !may_go_on {
            self.read_withheld(rewriter, out)?;
            self.step = self.out_of_step(mark, at);
        }
        if !may_go_on {
            // The second parser has begun to read meanwhile, so that all is read.
            self.step = Step::Lost;
            self.interrupted = true;
        }
        Ok(behind)
    }

    /// Passes over everything between two marks. `false`: the rewriter doesn't stand at the first.
    fn pass_over(
        &mut self,
        from: usize,
        to: usize,
        rewriter: &mut Rewriter,
        out: &mut Vec<u8>,
    ) -> Result<bool, HtmlError> {
        let entry = Rc::clone(&self.entry);
        let (Some(from), Some(to)) = (entry.marks.get(from), entry.marks.get(to)) else { return Ok(false) };
        let stretch = Stretch {
            from: &from.known,
            to: &to.known,
            read: entry.input.get(..to.at.input).unwrap_or_default(),
            length: to.at.input.saturating_sub(from.at.input),
            output: entry.output.get(from.at.output..to.at.output).unwrap_or_default(),
        };
        // No page has a guide that is looked through for code in attributes.
        let verdicts = entry.told(from.at.verdicts..to.at.verdicts, false);
        let passed = rewriter.pass_over(&stretch, verdicts, out)?;
        if passed {
            self.passed_over = self.passed_over.saturating_add(stretch.length);
            self.attempts = 0;
        }
        Ok(passed)
    }

    /// Has the rewriter read up to where this page may be in step with the last one again. The answer is what is behind
    /// that place.
    fn search<'a>(
        &mut self,
        (next, expected): (usize, Option<usize>),
        rewriter: &mut Rewriter,
        rest: &'a [u8],
        out: &mut Vec<u8>,
    ) -> Result<&'a [u8], HtmlError> {
        let is_to_come = expected.is_some_and(|expected| expected > rest.len());
        let found = if is_to_come { None } else { self.find(next, expected, rest) };
        let Some((mark, at)) = found else {
            rewriter.write(rest, out)?;
            let expected = expected.and_then(|expected| expected.checked_sub(rest.len()));
            self.step = Step::Out { next, expected };
            if !is_to_come {
                self.count_attempt();
            }
            return Ok(&[]);
        };
        let (before, behind) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        rewriter.write(before, out)?;
        let input = self.place(mark).input;
        let read = self.entry.input.get(..input).unwrap_or_default();
        let known = self.entry.marks.get(mark).map(|mark| &mark.known);
        self.step = if known.is_some_and(|known| rewriter.is_at(known, read)) {
            Step::In { mark, withheld: 0 }
        } else {
            self.out_of_step(mark, input)
        };
        self.count_attempt();
        Ok(behind)
    }

    /// Looks for one of the next marks in what comes: which one, and behind how many bytes it may be.
    fn find(&self, next: usize, expected: Option<usize>, comes: &[u8]) -> Option<(usize, usize)> {
        let first = self.place(next).input;
        let mut candidate = Some(next);
        for _ in 0..LOOKED_FOR {
            let mark = candidate?;
            let input = self.place(mark).input;
            let following = self.next_mark(mark, input);
            let until = following.map_or(self.entry.input.len(), |following| self.place(following).input);
            let before = self.entry.input.get(..input).unwrap_or_default();
            let behind = self.entry.input.get(input..until).unwrap_or_default();
            let expected = expected.map(|expected| expected.saturating_add(input.saturating_sub(first)));
            if let Some(at) = find_between(before, behind, comes, expected) {
                return Some((mark, at));
            }
            candidate = following;
        }
        None
    }

    /// Once more, until something is passed over again.
    fn count_attempt(&mut self) {
        self.attempts = self.attempts.saturating_add(1);
        if self.attempts > ATTEMPTS {
            self.step = Step::Lost;
        }
    }
}

/// How many bytes are the same in both from their beginnings on.
fn common(one: &[u8], other: &[u8]) -> usize {
    let mut same = 0_usize;
    // Large pieces first: nearly all of nearly every page is the same.
    for size in [4096, 64, 1] {
        let rests = one.get(same..).unwrap_or_default().chunks_exact(size);
        let rests = rests.zip(other.get(same..).unwrap_or_default().chunks_exact(size));
        same =
            same.saturating_add(rests.take_while(|(one, other)| one == other).count().saturating_mul(size));
    }
    same
}

/// Where in what comes the place may be that is behind `before` and in front of `behind` in the last page: where it is
/// expected, or elsewhere.
fn find_between(before: &[u8], behind: &[u8], comes: &[u8], expected: Option<usize>) -> Option<usize> {
    let anchor = before.get(before.len().saturating_sub(ANCHOR)..).unwrap_or_default();
    let is_there = |at: &usize| {
        let (came, follows) = comes.split_at_checked(*at).unwrap_or_default();
        let (length, most) = (came.len().min(anchor.len()), follows.len().min(behind.len()));
        let ends = |bytes: &[u8]| bytes.len().saturating_sub(length);
        length > 0
            && came.get(ends(came)..) == anchor.get(ends(anchor)..)
            && follows.get(..most) == behind.get(..most)
    };
    let elsewhere = || {
        // Markup repeats itself; what follows it less so.
        let window = comes.get(..WINDOW).unwrap_or(comes);
        let found = memmem::find_iter(window, anchor).map(|at| at.saturating_add(anchor.len()));
        found.take(OCCURRENCES).filter(|at| at.saturating_add(ANCHOR) <= comes.len()).find(is_there)
    };
    expected.filter(is_there).or_else(elsewhere)
}
