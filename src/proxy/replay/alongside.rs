//! What goes along with a rewriter: nothing, somebody who writes down what becomes of the page, or the last page.

use jiff::Timestamp;

use super::guide::Guide;
use super::recording::Recording;
use crate::html::{Coding, HtmlError, OpinionOutcome, Rewriter};

/// So much of a page that is recorded is rewritten at once: how much may leave, and what is known, is noted behind each.
const STEP: usize = 2 * 1024;

/// What goes along.
#[derive(Default)]
pub(in crate::proxy) enum Alongside {
    #[default]
    Nobody,
    /// What becomes of the page is written down.
    Recording(Box<Recording>),
    /// What is the same as the last time isn't read.
    Guide(Box<Guide>),
}

impl Alongside {
    /// The recording, if there is one.
    pub(in crate::proxy) fn recording(&self) -> Option<&Recording> {
        match self {
            Self::Recording(recording) => Some(recording),
            Self::Nobody | Self::Guide(_) => None,
        }
    }

    /// Has a rewriter go on behind the next bytes.
    pub(in crate::proxy) fn write(
        &mut self,
        rewriter: &mut Rewriter,
        piece: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), HtmlError> {
        match self {
            Self::Nobody => rewriter.write(piece, out),
            Self::Guide(guide) => {
                let written = guide.write(rewriter, piece, out);
                self.part();
                written
            }
            Self::Recording(recording) => {
                recording.begins(|| rewriter.waypoint());
                piece.chunks(STEP).try_for_each(|step| {
                    let before = out.len();
                    rewriter.write(step, out)?;
                    self.note(rewriter, step, out.get(before..).unwrap_or_default());
                    Ok(())
                })
            }
        }
    }

    /// Has a rewriter read what it was kept from reading: nothing more comes for now.
    pub(in crate::proxy) fn read_withheld(
        &mut self,
        rewriter: &mut Rewriter,
        out: &mut Vec<u8>,
    ) -> Result<(), HtmlError> {
        match self {
            Self::Guide(guide) => {
                let read = guide.read_withheld(rewriter, out);
                self.part();
                read
            }
            Self::Nobody | Self::Recording(_) => Ok(()),
        }
    }

    /// The last page isn't kept for a visitor who reads slowly, once it is no guide any more.
    fn part(&mut self) {
        if let Self::Guide(guide) = self
            && guide.is_lost()
        {
            guide.ends();
            *self = Self::Nobody;
        }
    }

    /// Has a rewriter end.
    pub(in crate::proxy) fn end(
        &mut self,
        rewriter: &mut Rewriter,
        out: &mut Vec<u8>,
    ) -> Result<(), HtmlError> {
        self.read_withheld(rewriter, out)?;
        let before = out.len();
        rewriter.end(out)?;
        self.note(rewriter, &[], out.get(before..).unwrap_or_default());
        Ok(())
    }

    /// The page was rewritten to its end, without trouble. Where its whole output was coded at once, a recording keeps
    /// that too.
    pub(in crate::proxy) fn finish(
        self,
        outcome: Option<OpinionOutcome>,
        coded: Option<(Coding, &[u8])>,
        now: Timestamp,
    ) {
        match self {
            Self::Nobody => {}
            Self::Recording(recording) => recording.keep(outcome, coded, now),
            Self::Guide(guide) => guide.ends(),
        }
    }

    /// So much was read, and became this. A page that there is no room for is recorded no longer.
    fn note(&mut self, rewriter: &Rewriter, read: &[u8], output: &[u8]) {
        let Self::Recording(recording) = self else { return };
        let known = if recording.wants_mark(read.len()) { rewriter.waypoint() } else { None };
        if !recording.step(read, output, known) {
            *self = Self::Nobody;
        }
    }
}
