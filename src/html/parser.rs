//! The parser, `lol_html`, with a page's handlers; from the start of a document, or from where it stands.

use std::cell::RefCell;
use std::rc::Rc;

use encoding_rs::Encoding;
use lol_html::errors::RewritingError;
use lol_html::{AsciiCompatibleEncoding, HtmlRewriter, MemorySettings, OutputSink, Settings};

use super::bypass::Where;
use super::elements::{self, Matter};
use super::error::HtmlError;
use super::page::Page;
use super::script::End;
use crate::policy::Opinion;

/// It refuses to work with less than its first allocation.
const LEAST_MEMORY: usize = 4 << 10;

/// What it is to look for, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    pub(super) matter: Matter,
    pub(super) opinion: Opinion,
}

/// Reads the markup of a page.
pub(super) struct Parser(HtmlRewriter<'static, Sink>);

/// Takes what leaves it.
struct Sink {
    page: Rc<RefCell<Page>>,
    /// So much does not stand in the document: start tags through which the parser was led.
    led: usize,
}

impl OutputSink for Sink {
    fn handle_chunk(&mut self, chunk: &[u8]) {
        let led = self.led.min(chunk.len());
        self.led = self.led.saturating_sub(led);
        if let Some(chunk) = chunk.get(led..).filter(|chunk| !chunk.is_empty()) {
            self.page.borrow_mut().take(chunk);
        }
    }
}

/// How it is told what charset a document has.
pub(super) fn charset(charset: &'static Encoding) -> Result<AsciiCompatibleEncoding, HtmlError> {
    AsciiCompatibleEncoding::new(charset).ok_or(HtmlError::Charset(charset.name()))
}

impl Parser {
    /// At the start of a document.
    pub(super) fn new(page: &Rc<RefCell<Page>>, kind: Kind) -> Result<Self, HtmlError> {
        Self::led_through(page, kind, 0)
    }

    /// At a place within: it reads the start tags that are open there, and what their handlers find by them holds;
    /// nothing of them is judged or leaves.
    pub(super) fn at(page: &Rc<RefCell<Page>>, kind: Kind, place: &Where) -> Result<Self, HtmlError> {
        let length = place.start_tags.len();
        let mut parser = Self::led_through(page, kind, length)?;
        let last = if place.is_awaited { End::Awaited } else { End::Ignored };
        page.borrow_mut().parser_is_led(length, last);
        parser.write(&place.start_tags)?;
        page.borrow_mut().led = None;
        Ok(parser)
    }

    fn led_through(page: &Rc<RefCell<Page>>, kind: Kind, led: usize) -> Result<Self, HtmlError> {
        let (encoding, memory) = {
            let page = page.borrow();
            (charset(page.charset)?, page.limits.parser_memory.max(LEAST_MEMORY))
        };
        let memory = MemorySettings::new()
            .with_max_allowed_memory_usage(memory)
            .with_graceful_bail_out_on_memory_limit_exceeded(false);
        let settings = Settings::new()
            .with_encoding(encoding)
            .with_memory_settings(memory)
            // What the parser finds ambiguous is unambiguous to the second one.
            .with_strict(kind.opinion == Opinion::Off)
            .with_adjust_charset_on_meta_tag(false)
            .with_graceful_bail_out_on_content_handler_error(false);
        let settings = elements::handled(settings, page, kind.matter)?;
        Ok(Self(HtmlRewriter::new(settings, Sink { page: Rc::clone(page), led })))
    }

    /// Reads more.
    pub(super) fn write(&mut self, markup: &[u8]) -> Result<(), HtmlError> {
        self.0.write(markup).map_err(explain)
    }

    /// The end of the document.
    pub(super) fn end(self) -> Result<(), HtmlError> {
        self.0.end().map_err(explain)
    }
}

fn explain(error: RewritingError) -> HtmlError {
    if let RewritingError::ContentHandlerError(ours) = error {
        return match ours.downcast::<HtmlError>() {
            Ok(ours) => *ours,
            Err(other) => HtmlError::Parser(other.to_string()),
        };
    }
    if matches!(error, RewritingError::MemoryLimitExceeded(_)) {
        return HtmlError::OutOfMemory;
    }
    HtmlError::Parser(error.to_string())
}
