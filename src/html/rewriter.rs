//! The rewriter: a [`Reader`] reads the markup and says where elements are; [`Page`] judges and edits.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use encoding_rs::Encoding;
use url::Url;

use super::bypass::Bypass;
use super::code::Look;
use super::elements::Matter;
use super::error::HtmlError;
use super::known_tags::KnownTags;
use super::limits::Limits;
use super::occurring::Occurring;
use super::page::{Judged, Page};
use super::parser::{self, Kind, Parser};
use super::reader::Reader;
use super::second_opinion::{OpinionOutcome, ReadAlong};
use super::waypoint::{Stretch, Waypoint};
use crate::policy::{Opinion, PageGrants};

/// Rewrites one document: markup in its charset goes in, edited markup in the same charset comes out.
///
/// While the page rule observes, what comes out is what went in, whatever happens to the parser.
pub struct Rewriter {
    /// Gone after the end and after an error.
    reader: Option<Reader>,
    page: Rc<RefCell<Page>>,
    only_observes: bool,
    blind: Option<HtmlError>,
    /// Reads what leaves.
    second: ReadAlong,
    /// Looks for code in attributes in what leaves.
    look: Option<Look>,
    /// While observing: what would leave, for those who read it.
    would_leave: Vec<u8>,
    /// While observing: what the second parser saw.
    difference: Option<HtmlError>,
    /// The second parser held back what was written last.
    held_back: Option<HeldBack>,
    /// Of a document that was there whole: what of it has not been written.
    left: Option<usize>,
}

/// Something that was written and doesn't leave.
struct HeldBack {
    /// Where in the document it begins; `None` in the midst of something that was taken away.
    dealt_with: Option<usize>,
}

impl Rewriter {
    /// A rewriter for the document at `url`, under `grants`. `observer` gets every verdict as it falls.
    pub fn new(
        grants: Arc<PageGrants>,
        url: Url,
        charset: &'static Encoding,
        limits: Limits,
        observer: Box<dyn FnMut(Judged)>,
    ) -> Result<Self, HtmlError> {
        Self::over(Page::new(grants, url, charset, limits, observer))
    }

    /// The same for a document that has come whole, and lies in two pieces: nothing is made ready for what is not
    /// in it. No other one may be written.
    pub fn of_whole(
        grants: Arc<PageGrants>,
        url: Url,
        charset: &'static Encoding,
        limits: Limits,
        observer: Box<dyn FnMut(Judged)>,
        markup: [&[u8]; 2],
    ) -> Result<Self, HtmlError> {
        let page = Page::new(grants, url, charset, limits, observer);
        let occurring = Occurring::of(markup);
        if occurring.have(Occurring::LANDMARKS) {
            return Self::over(page);
        }
        let length = markup.iter().map(|piece| piece.len()).sum();
        Self::made(page, Some((length, occurring)))
    }

    /// A rewriter for this document.
    pub(super) fn over(page: Page) -> Result<Self, HtmlError> {
        Self::made(page, None)
    }

    /// For a document without landmarks its length is said, and what may be in it.
    fn made(page: Page, whole: Option<(usize, Occurring)>) -> Result<Self, HtmlError> {
        let charset = page.charset;
        parser::charset(charset)?;
        let opinion = page.grants.second_opinion;
        let mut second = ReadAlong::new(Arc::clone(&page.grants), charset, page.limits.clone());
        let matter = match (whole, opinion) {
            (Some((_, occurring)), _) => Matter::Plain(occurring),
            (None, Opinion::Suspects) => Matter::Doubts,
            (None, Opinion::Off | Opinion::Always) => Matter::Templates,
        };
        if whole.is_some() {
            second.no_sign_comes();
        }
        let only_observes = page.only_observes();
        let kind = Kind { matter, opinion };
        let bypass =
            Bypass::reads(charset).then(|| Bypass::new(charset, &page.limits, matter == Matter::Doubts));
        let page = Rc::new(RefCell::new(page));
        let reader = match bypass {
            Some(bypass) => Reader::Bypass(Box::new(bypass), kind),
            None => Reader::Parser(Box::new(Parser::new(&page, kind)?)),
        };
        Ok(Self {
            reader: Some(reader),
            page,
            only_observes,
            blind: None,
            second,
            look: None,
            would_leave: Vec::new(),
            difference: None,
            held_back: None,
            left: whole.map(|(length, _)| length),
        })
    }

    /// Has the parser read all of the document: what comes out is the same, and tests hold the two against each
    /// other. Before the first byte.
    pub fn without_bypass(mut self) -> Result<Self, HtmlError> {
        if let Some(Reader::Bypass(_, kind)) = self.reader {
            self.reader = Some(Reader::Parser(Box::new(Parser::new(&self.page, kind)?)));
        }
        Ok(self)
    }

    /// Has verdicts on inline scripts carry their text, for whoever is to read it.
    #[must_use]
    pub fn with_texts(self) -> Self {
        self.page.borrow_mut().keeps_texts = true;
        self
    }

    /// Uses again what was decided of equal tags of scripts on earlier pages: output and verdicts are the same. Before the
    /// first byte.
    #[must_use]
    pub fn with_known(self, known: &KnownTags) -> Self {
        let mut page = self.page.borrow_mut();
        page.known = Some(known.of(&page.grants, &page.url, page.charset));
        drop(page);
        self
    }

    /// Has code in attributes looked for. It gets verdicts, and nothing of it is edited.
    pub fn with_code(mut self) -> Result<Self, HtmlError> {
        let mut page = self.page.borrow_mut();
        page.is_read();
        self.look = Some(Look::new(page.charset, &page.limits, &mut self.second)?);
        drop(page);
        Ok(self)
    }

    /// Rewrites the next bytes and appends what may leave to `out`. After an error nothing more may be
    /// sent; what was appended before it was judged.
    pub fn write(&mut self, markup: &[u8], out: &mut Vec<u8>) -> Result<(), HtmlError> {
        if self.only_observes {
            out.extend_from_slice(markup);
            if self.blind.is_some() {
                return Ok(());
            }
            self.would_leave.reserve(markup.len().saturating_add(markup.len() / 8));
        }
        let Some(reader) = self.reader.take() else { return Err(HtmlError::Spent) };
        self.count(markup.len())?;
        self.step(out, |page| reader.write(page, markup).map(Some))
    }

    /// Of a document that was there whole, so much is written.
    fn count(&mut self, bytes: usize) -> Result<(), HtmlError> {
        if let Some(left) = &mut self.left {
            let rest = left.checked_sub(bytes);
            *left = rest.ok_or_else(|| HtmlError::Parser("a document longer than it was".to_owned()))?;
        }
        Ok(())
    }

    /// What is known at the place behind what was written; `None` where the parser has taken over, a second one reads,
    /// something is in the midst of being judged, the rule only observes, or it is very much, as where elements lie
    /// deep.
    pub fn waypoint(&self) -> Option<Waypoint> {
        let Self {
            reader,
            page,
            // It reads what leaves, whoever made that. Where it has begun, nobody looks for signs any more.
            second,
            // Looks at what leaves, and edits nothing.
            look: _,
            // Nothing is known where a rule only observes.
            only_observes: _,
            blind: _,
            would_leave: _,
            difference: _,
            // An error ends the document.
            held_back: _,
            // Counts.
            left: _,
        } = self;
        let Some(Reader::Bypass(bypass, _)) = reader else { return None };
        if second.is_reading() {
            return None;
        }
        let bypass = bypass.waypoint(Waypoint::MOST)?;
        Some(Waypoint { bypass, page: page.borrow().waypoint(Waypoint::MOST)? })
    }

    /// Whether the rewriter of another document stood where this one stands and knew the same, when it had `read` so
    /// much of that; both under the same grants, at the same URL, in the same charset and with the same limits.
    pub fn is_at(&self, waypoint: &Waypoint, read: &[u8]) -> bool {
        let Some(Reader::Bypass(bypass, _)) = &self.reader else { return false };
        bypass.waits_for_the_end_of(read) && self.waypoint().as_ref() == Some(waypoint)
    }

    /// Goes on behind a stretch of another document, whose bytes come next in this one, instead of reading them: what
    /// they became is appended to `out`, and the verdicts on them are told. Otherwise like [`Self::write`]. `false`,
    /// and nothing has happened, where this one doesn't stand where that one did ([`Self::is_at`], also for what must
    /// be the same), or code in attributes is looked for.
    pub fn pass_over<'a>(
        &mut self,
        stretch: &Stretch<'_>,
        verdicts: impl Iterator<Item = &'a Judged>,
        out: &mut Vec<u8>,
    ) -> Result<bool, HtmlError> {
        let stands = self.is_at(stretch.from, stretch.before());
        if !stands || self.look.is_some() {
            return Ok(false);
        }
        self.count(stretch.length)?;
        let Some(Reader::Bypass(mut bypass, kind)) = self.reader.take() else { return Err(HtmlError::Spent) };
        self.step(out, |page| {
            let passed = bypass.pass_over(stretch.length, &stretch.to.bypass, stretch.read);
            page.borrow_mut().pass_over(passed, stretch.output, verdicts, &stretch.to.page);
            Ok(Some(Reader::Bypass(bypass, kind)))
        })?;
        Ok(true)
    }

    /// The end of the document: appends what was still in the parser, never anything of ours. Must not
    /// be called for a document that was cut.
    pub fn end(&mut self, out: &mut Vec<u8>) -> Result<(), HtmlError> {
        if self.only_observes && self.blind.is_some() {
            return Ok(());
        }
        let reader = self.reader.take().ok_or(HtmlError::Spent)?;
        self.step(out, |page| reader.end(page).map(|()| None))?;
        let ended = self.second.end();
        self.heed(ended)
    }

    /// Has the reader do something and the second parser read what was written meanwhile. Where that one
    /// finds a script that was not granted, none of it leaves, and nothing after it.
    fn step(
        &mut self,
        out: &mut Vec<u8>,
        step: impl FnOnce(&Rc<RefCell<Page>>) -> Result<Option<Reader>, HtmlError>,
    ) -> Result<(), HtmlError> {
        let dealt_with = self.page.borrow().dealt_with();
        let written = if self.only_observes { &mut self.would_leave } else { out };
        let before = written.len();
        // Exchanged, so that nothing is copied.
        std::mem::swap(&mut self.page.borrow_mut().out, written);
        let done = step(&self.page);
        std::mem::swap(&mut self.page.borrow_mut().out, written);
        let sign = self.page.borrow_mut().doubt.take();
        let leaves = written.get(before..).unwrap_or_default();
        let read = self.second.read(leaves, sign);
        if let Some(look) = &mut self.look {
            if read.is_ok() || self.only_observes {
                look.read(leaves);
            }
            for found in look.take() {
                self.page.borrow_mut().code_found(found);
            }
        }
        if self.only_observes {
            written.clear();
        } else if read.is_err() {
            written.truncate(before);
            self.held_back = Some(HeldBack { dealt_with });
        }
        self.heed(read)?;
        match done {
            Ok(reader) => self.reader = reader,
            Err(error) => self.fail(error)?,
        }
        Ok(())
    }

    /// What the second parser saw ends the document, or while observing only the second reading.
    fn heed(&mut self, read: Result<(), HtmlError>) -> Result<(), HtmlError> {
        let Err(error) = read else { return Ok(()) };
        if !self.only_observes {
            return Err(error);
        }
        self.difference = Some(error);
        Ok(())
    }

    /// After an error: how many bytes of the document, from its start, what was appended stands for.
    /// Behind them it may go on unedited, where [`HtmlError::page_may_go_on`]. `None` in the midst of
    /// something that was taken away.
    pub fn dealt_with(&self) -> Option<usize> {
        match &self.held_back {
            Some(held_back) => held_back.dealt_with,
            None => self.page.borrow().dealt_with(),
        }
    }

    /// What came of the second opinion, once that is known.
    pub fn outcome(&self) -> Option<OpinionOutcome> {
        self.second.outcome()
    }

    /// While observing: what the second parser saw, told once. The page goes on, and so do the verdicts.
    pub fn take_difference(&mut self) -> Option<HtmlError> {
        self.difference.take()
    }

    /// How many CSPs in `meta` elements were merged.
    pub(super) fn merged_csps(&self) -> usize {
        self.page.borrow().merged_csps
    }

    /// While observing: why no more verdicts come, although the page goes on.
    pub fn blind(&self) -> Option<&HtmlError> {
        self.blind.as_ref()
    }

    fn fail(&mut self, error: HtmlError) -> Result<(), HtmlError> {
        if self.only_observes {
            self.blind = Some(error);
            return Ok(());
        }
        Err(error)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use encoding_rs::UTF_8;

    use super::*;
    use crate::policy::Mode;

    /// Whether a page passes without a parser.
    fn passes(page: &[u8]) -> bool {
        let grants = Arc::new(PageGrants::nothing(Mode::Enforce));
        let url = Url::parse("https://shop.example/").unwrap();
        let mut rewriter = Rewriter::new(grants, url, UTF_8, Limits::default(), Box::new(|_| {})).unwrap();
        for piece in page.chunks(1460) {
            rewriter.write(piece, &mut Vec::new()).unwrap();
        }
        matches!(rewriter.reader, Some(Reader::Bypass(..)))
    }

    #[test]
    fn real_pages_pass_without_a_parser() {
        let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
        for page in ["sb-admin/login.html", "creative/index.html"] {
            assert!(passes(&std::fs::read(pages.join(page)).unwrap()), "{page}");
        }
        assert!(!passes(b"<p a='b'c>"));
    }
}
