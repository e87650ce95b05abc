//! Code in attributes: event handlers and `javascript:` URLs. Nothing is edited there, because the CSP
//! lets such a text run or not; they are looked for so that people hear of them.
//!
//! ```text
//!                ┌─► TagWatch: every start tag, by a parser of its own ─┐
//!  what leaves ──┤                                                      ├─► Findings ─► judged, told
//!                └─► the second opinion, where it reads every page ─────┘
//! ```
//!
//! A parser of its own, so that a page is edited in the same way whether it is looked at or not: the
//! rewriter passes most tags by without reading them, and one that is too long for this look passes there.

mod attribute;
mod findings;
mod tag_watch;

use std::cell::RefCell;
use std::rc::Rc;

use encoding_rs::Encoding;

pub(super) use attribute::{Place, code_in, may_be_javascript, place_by_name, place_of};
pub(super) use findings::{Findings, Found};
pub(super) use tag_watch::{TagWatch, Tags};

use super::error::HtmlError;
use super::limits::Limits;
use super::page::{Judged, Page};
use super::second_opinion::ReadAlong;
use crate::inventory::SeenKind;
use crate::judge::{SeenScript, Verdict, judge};

/// Memory of the look's own parser: an open tag is held in it.
const LOOK_MEMORY: usize = 1 << 20;
/// How much of a document it reads.
const LOOK_BYTES: usize = 4 << 20;

/// The look at one document while it leaves.
pub(super) struct Look {
    found: Rc<RefCell<Findings>>,
    /// `None` where the second opinion finds them, or after an error.
    tags: Option<TagWatch>,
    /// How much the own parser may still read.
    left: usize,
}

impl Look {
    /// At a document in `charset`. Where a second opinion reads all of it, that one looks.
    pub(super) fn new(
        charset: &'static Encoding,
        limits: &Limits,
        second: &mut ReadAlong,
    ) -> Result<Self, HtmlError> {
        let found = Rc::<RefCell<Findings>>::default();
        if second.looks_for_code(&found) {
            return Ok(Self { found, tags: None, left: 0 });
        }
        let limits = Limits { parser_memory: limits.parser_memory.min(LOOK_MEMORY), ..limits.clone() };
        let tags = TagWatch::new(charset, &limits, 0, &found)?;
        Ok(Self { found, tags: Some(tags), left: LOOK_BYTES })
    }

    /// Reads what is about to leave. Trouble ends the look, and nothing else.
    pub(super) fn read(&mut self, output: &[u8]) {
        let Some(tags) = self.tags.as_mut() else { return };
        let fits = self.left.checked_sub(output.len());
        if fits.is_none() || tags.read(output).is_err() {
            self.found.borrow_mut().leave_out();
            self.tags = None;
        }
        self.left = fits.unwrap_or(0);
    }

    /// What was found since this was last asked.
    pub(super) fn take(&mut self) -> Vec<Found> {
        self.found.borrow_mut().take()
    }
}

impl Page {
    /// Judges code in an attribute, and tells of it.
    pub(super) fn code_found(&mut self, found: Found) {
        let (verdict, script) = match &found.digest {
            Some(digest) => {
                let seen = if found.kind == SeenKind::JavascriptUrl {
                    SeenScript::JavascriptUrl { digest }
                } else {
                    SeenScript::Handler { digest }
                };
                (judge(&seen, &self.grants, &self.url), digest.to_string())
            }
            None => (Verdict::unseen(), String::new()),
        };
        let Found { kind, srcdoc, attribute, .. } = found;
        self.tell(Judged { kind, srcdoc, script, attribute, runs_as: None, text: None, verdict });
    }
}
