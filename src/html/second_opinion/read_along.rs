//! The second parser beside a rewriter, as the page rule wants it: always, never, or once there is a sign
//! that it may be needed.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use encoding_rs::Encoding;

use super::difference::{Difference, end_of, tail};
use super::kept::{Full, Kept, TOTAL};
use super::reader::SecondOpinion;
use crate::html::code::Findings;
use crate::html::{HtmlError, Limits};
use crate::policy::{FailMode, Opinion, PageGrants};

/// What came of a second opinion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpinionOutcome {
    /// There was no sign that one is needed.
    NotNeeded,
    /// It saw nothing that was not granted.
    Agreed,
    /// It saw a script that was not granted.
    Differed,
    /// It can't follow the markup, or came too late.
    GaveUp,
}

impl OpinionOutcome {
    /// The stable name, for metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotNeeded => "not-needed",
            Self::Agreed => "agreed",
            Self::Differed => "differed",
            Self::GaveUp => "gave-up",
        }
    }
}

/// The second parser beside a rewriter.
pub(in crate::html) struct ReadAlong {
    state: State,
    grants: Arc<PageGrants>,
    charset: &'static Encoding,
    limits: Limits,
    outcome: Option<OpinionOutcome>,
}

enum State {
    /// It is not wanted, or has said what it had to say.
    Off,
    /// It waits for a sign. What has left so far is kept.
    Waits(Kept),
    /// It still waits, but is too late when one comes.
    Late,
    Reads(Box<SecondOpinion>),
}

impl ReadAlong {
    /// For a document in `charset` under `grants`.
    pub(in crate::html) fn new(grants: Arc<PageGrants>, charset: &'static Encoding, limits: Limits) -> Self {
        let state = match grants.second_opinion {
            Opinion::Off => State::Off,
            Opinion::Suspects => State::Waits(Kept::of(&TOTAL, &limits)),
            Opinion::Always => {
                State::Reads(Box::new(SecondOpinion::new(Arc::clone(&grants), charset, &limits)))
            }
        };
        Self { state, grants, charset, limits, outcome: None }
    }

    /// There will be no sign that it is needed, so nothing need be kept for it.
    pub(in crate::html) fn no_sign_comes(&mut self) {
        if matches!(self.state, State::Waits(_)) {
            self.state = State::Late;
        }
    }

    /// Whether it reads.
    pub(in crate::html) fn is_reading(&self) -> bool {
        matches!(self.state, State::Reads(_))
    }

    /// Has it look for code in attributes, if it reads the whole document.
    pub(in crate::html) fn looks_for_code(&mut self, found: &Rc<RefCell<Findings>>) -> bool {
        let State::Reads(opinion) = &mut self.state else { return false };
        opinion.look_for_code(found);
        true
    }

    /// Reads what is about to leave, given the first sign in it. On an error it must not leave.
    pub(in crate::html) fn read(
        &mut self,
        output: &[u8],
        sign: Option<&'static str>,
    ) -> Result<(), HtmlError> {
        match (&mut self.state, sign) {
            (State::Off, _) | (State::Late, None) => return Ok(()),
            (State::Late, Some(sign)) => return self.comes_too_late(sign, output),
            (State::Waits(kept), None) => match kept.add(output) {
                Ok(()) => return Ok(()),
                Err(Full::Document) => {
                    self.state = State::Late;
                    return Ok(());
                }
                // Too many wait. Reading takes time, but no memory.
                Err(Full::Process) => self.begin()?,
            },
            (State::Waits(_), Some(_)) => self.begin()?,
            (State::Reads(_), _) => {}
        }
        self.follow(|opinion| opinion.read(output))
    }

    /// Reads what was kept.
    fn begin(&mut self) -> Result<(), HtmlError> {
        let opinion = SecondOpinion::new(Arc::clone(&self.grants), self.charset, &self.limits);
        match std::mem::replace(&mut self.state, State::Reads(Box::new(opinion))) {
            State::Waits(kept) => self.follow(|opinion| {
                let mut pieces = kept.pieces();
                pieces.try_for_each(|piece| opinion.read(piece))
            }),
            State::Off | State::Late | State::Reads(_) => Ok(()),
        }
    }

    fn comes_too_late(&mut self, sign: &'static str, output: &[u8]) -> Result<(), HtmlError> {
        self.state = State::Off;
        self.outcome = Some(OpinionOutcome::GaveUp);
        // Good pages have such markup too, and nothing hidden was seen: editing goes on, which grants
        // nothing that the policy doesn't. What the rewriter overlooks the CSP stops.
        if self.grants.fail == FailMode::HeadersOnly {
            return Ok(());
        }
        let near = end_of(tail(&String::from_utf8_lossy(output)));
        Err(HtmlError::Difference { difference: Difference::LateSign(sign), near })
    }

    /// The end of the document.
    pub(in crate::html) fn end(&mut self) -> Result<(), HtmlError> {
        self.follow(SecondOpinion::end)?;
        self.outcome = match self.state {
            State::Off => self.outcome,
            State::Waits(_) | State::Late => Some(OpinionOutcome::NotNeeded),
            State::Reads(_) => Some(OpinionOutcome::Agreed),
        };
        self.state = State::Off;
        Ok(())
    }

    /// What came of it, once that is known.
    pub(in crate::html) fn outcome(&self) -> Option<OpinionOutcome> {
        self.outcome
    }

    fn follow(
        &mut self,
        step: impl FnOnce(&mut SecondOpinion) -> Result<(), Difference>,
    ) -> Result<(), HtmlError> {
        let State::Reads(opinion) = &mut self.state else { return Ok(()) };
        let Err(difference) = step(opinion) else { return Ok(()) };
        let near = opinion.near();
        self.state = State::Off;
        self.outcome = Some(difference.outcome());
        Err(HtmlError::Difference { difference, near })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::sample_grants;

    const APPROVED: &str = "sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC";

    fn late_sign(fail: FailMode) -> (Result<(), HtmlError>, Option<OpinionOutcome>) {
        let grants =
            PageGrants { second_opinion: Opinion::Suspects, fail, ..sample_grants(APPROVED, "ok()") };
        let limits = Limits { second_parser_bytes: 100, ..Limits::default() };
        let mut along = ReadAlong::new(Arc::new(grants), encoding_rs::UTF_8, limits);
        along.read(&[b'x'; 101], None).unwrap();
        let read = along.read(b"<svg/>", Some("SVG that closes itself")).and_then(|()| along.end());
        (read, along.outcome())
    }

    #[test]
    fn a_sign_that_comes_too_late_ends_a_page_only_where_the_rule_says_so() {
        assert_eq!(late_sign(FailMode::HeadersOnly).1, Some(OpinionOutcome::GaveUp));
        assert!(late_sign(FailMode::HeadersOnly).0.is_ok());
        let (read, outcome) = late_sign(FailMode::Closed);
        assert!(matches!(read, Err(HtmlError::Difference { difference: Difference::LateSign(_), .. })));
        assert_eq!(outcome, Some(OpinionOutcome::GaveUp));
    }
    #[test]
    fn where_nothing_more_may_be_kept_a_document_is_read_from_its_start() {
        let grants =
            || Arc::new(PageGrants { second_opinion: Opinion::Suspects, ..sample_grants(APPROVED, "ok()") });
        let read = |second_parser_total_bytes, pieces: [&[u8]; 2]| {
            let limits = Limits { second_parser_total_bytes, ..Limits::default() };
            let mut along = ReadAlong::new(grants(), encoding_rs::UTF_8, limits);
            let read = pieces.iter().try_for_each(|piece| along.read(piece, None));
            (read.and_then(|()| along.end()).is_ok(), along.outcome())
        };
        let hidden: [&[u8]; 2] = [b"<svg/><style><!--", b"</style><script>evil()</script>-->"];
        assert_eq!(read(0, [b"<p>", b"text"]), (true, Some(OpinionOutcome::Agreed)));
        assert_eq!(read(0, hidden), (false, Some(OpinionOutcome::Differed)));
        assert_eq!(read(1 << 30, [b"<p>", b"text"]), (true, Some(OpinionOutcome::NotNeeded)));
    }
}
