//! The rewriter: `lol_html` reads the markup and says where elements are; [`Page`] judges and edits.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use encoding_rs::Encoding;
use lol_html::errors::RewritingError;
use lol_html::html_content::{Element, EndTag};
use lol_html::{
    AsciiCompatibleEncoding, ElementContentHandlers, HtmlRewriter, MemorySettings, OutputSink, Selector,
    Settings,
};
use url::Url;

use super::error::HtmlError;
use super::gate::Gate;
use super::limits::Limits;
use super::page::{Judged, Page};
use super::script::End;
use super::second_opinion::SecondOpinion;
use super::start_tag::StartTag;
use crate::policy::{Mode, PageGrants};

/// The elements whose start tags are looked at. The ones with raw text are named only so that the
/// parser reads their tags in full: otherwise it overlooks a script after
/// `<title t=><textarea></title>` and the like.
const WATCHED: &str = "script, base, link, meta, title, textarea, style, xmp, iframe, noembed, noframes, noscript, \
                       plaintext";

/// [`WATCHED`], parsed once for the process.
static SELECTOR: LazyLock<Option<Selector>> = LazyLock::new(|| WATCHED.parse().ok());

/// What lies in a template, unless that is a shadow tree: nothing of ours takes effect there.
static IN_TEMPLATE: LazyLock<Option<Selector>> = LazyLock::new(|| {
    "template:not([shadowrootmode]) script, template:not([shadowrootmode]) link".parse().ok()
});

const HTML_NAMESPACE: &str = "http://www.w3.org/1999/xhtml";

/// The parser refuses to work with less than its first allocation.
const LEAST_MEMORY: usize = 4 << 10;

/// Rewrites one document: markup in its charset goes in, edited markup in the same charset comes out.
///
/// While the page rule observes, what comes out is what went in, whatever happens to the parser.
pub struct Rewriter {
    /// Gone after the end and after an error: `lol_html` panics when it is used again.
    parser: Option<HtmlRewriter<'static, Sink>>,
    page: Rc<RefCell<Page>>,
    only_observes: bool,
    blind: Option<HtmlError>,
    /// Reads what leaves, on payment pages.
    opinion: Option<SecondOpinion>,
}

/// Takes what leaves the parser.
struct Sink(Rc<RefCell<Page>>);

impl OutputSink for Sink {
    fn handle_chunk(&mut self, chunk: &[u8]) {
        self.0.borrow_mut().take(chunk);
    }
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
        let watched = grants.payment && grants.mode == Mode::Enforce;
        let opinion = watched.then(|| SecondOpinion::new(Arc::clone(&grants), charset, &limits));
        Ok(Self { opinion, ..Self::over(Page::new(grants, url, charset, limits, observer))? })
    }

    /// A rewriter for this document alone: nobody reads what leaves it.
    pub(super) fn over(page: Page) -> Result<Self, HtmlError> {
        let charset = page.charset;
        let ascii_compatible =
            AsciiCompatibleEncoding::new(charset).ok_or(HtmlError::Charset(charset.name()))?;
        let selector = |known: &'static LazyLock<Option<Selector>>| {
            known.as_ref().ok_or_else(|| HtmlError::Parser("selector".to_owned()))
        };
        let (watched_elements, in_template) = (selector(&SELECTOR)?, selector(&IN_TEMPLATE)?);
        let memory = MemorySettings::new()
            .with_max_allowed_memory_usage(page.limits.parser_memory.max(LEAST_MEMORY))
            .with_graceful_bail_out_on_memory_limit_exceeded(false);
        let only_observes = page.only_observes();
        let page = Rc::new(RefCell::new(page));
        let (handled, marked) = (Rc::clone(&page), Rc::clone(&page));
        let settings = Settings::new()
            .with_encoding(ascii_compatible)
            .with_memory_settings(memory)
            .with_strict(true)
            .with_adjust_charset_on_meta_tag(false)
            .with_graceful_bail_out_on_content_handler_error(false)
            // Handlers are called in this order.
            .append_element_content_handler((
                Cow::Borrowed(in_template),
                ElementContentHandlers::default().element(move |_: &mut Element<'_, '_>| {
                    marked.borrow_mut().due.in_template = true;
                    Ok(())
                }),
            ))
            .append_element_content_handler((
                Cow::Borrowed(watched_elements),
                ElementContentHandlers::default().element(move |element: &mut Element<'_, '_>| {
                    let done = on_element(&handled, element);
                    handled.borrow_mut().due.in_template = false;
                    done.map_err(Into::into)
                }),
            ));
        let parser = HtmlRewriter::new(settings, Sink(Rc::clone(&page)));
        Ok(Self { parser: Some(parser), page, only_observes, blind: None, opinion: None })
    }

    /// Has verdicts on inline scripts carry their text, for whoever is to read it.
    #[must_use]
    pub fn with_texts(self) -> Self {
        self.page.borrow_mut().keeps_texts = true;
        self
    }

    /// Rewrites the next bytes and appends what may leave to `out`. After an error nothing more may be
    /// sent; what was appended before it was judged.
    pub fn write(&mut self, markup: &[u8], out: &mut Vec<u8>) -> Result<(), HtmlError> {
        if self.only_observes {
            out.extend_from_slice(markup);
            if self.blind.is_some() {
                return Ok(());
            }
        }
        let Some(parser) = &mut self.parser else { return Err(HtmlError::Spent) };
        let before = out.len();
        self.page.borrow_mut().lend(out);
        let done = parser.write(markup);
        self.page.borrow_mut().lend(out);
        self.second_opinion(out, before)?;
        done.or_else(|error| self.fail(error))
    }

    /// The end of the document: appends what was still in the parser, never anything of ours. Must not
    /// be called for a document that was cut.
    pub fn end(&mut self, out: &mut Vec<u8>) -> Result<(), HtmlError> {
        if self.only_observes && self.blind.is_some() {
            return Ok(());
        }
        let parser = self.parser.take().ok_or(HtmlError::Spent)?;
        let before = out.len();
        self.page.borrow_mut().lend(out);
        let done = parser.end();
        if done.is_ok() {
            self.page.borrow_mut().document_ends();
        }
        self.page.borrow_mut().lend(out);
        self.second_opinion(out, before)?;
        if let Some(mut opinion) = self.opinion.take() {
            opinion.end()?;
        }
        done.or_else(|error| self.fail(error))
    }

    /// Has what was appended since `before` read by the second parser. Where that one finds a script
    /// that was not granted, none of it leaves, and nothing after it.
    fn second_opinion(&mut self, out: &mut Vec<u8>, before: usize) -> Result<(), HtmlError> {
        let Some(opinion) = &mut self.opinion else { return Ok(()) };
        let read = opinion.read(out.get(before..).unwrap_or_default());
        read.map_err(|difference| {
            out.truncate(before);
            self.parser = None;
            difference.into()
        })
    }

    /// After an error: how many bytes of the document, from its start, what was appended stands for.
    /// Behind them it may go on unedited, where [`HtmlError::page_may_go_on`]. `None` in the midst of
    /// something that was taken away.
    pub fn dealt_with(&self) -> Option<usize> {
        self.page.borrow().dealt_with()
    }

    /// How many CSPs in `meta` elements were merged.
    pub(super) fn merged_csps(&self) -> usize {
        self.page.borrow().merged_csps
    }

    /// While observing: why no more verdicts come, although the page goes on.
    pub fn blind(&self) -> Option<&HtmlError> {
        self.blind.as_ref()
    }

    fn fail(&mut self, error: RewritingError) -> Result<(), HtmlError> {
        self.parser = None;
        let error = explain(error);
        if self.only_observes {
            self.blind = Some(error);
            return Ok(());
        }
        Err(error)
    }
}

impl Page {
    /// Exchanges the page's output with the caller's buffer, so that nothing is copied.
    fn lend(&mut self, out: &mut Vec<u8>) {
        if !self.only_observes() {
            std::mem::swap(&mut self.out, out);
        }
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

/// A start tag of a watched element; everything before it has left the parser, itself not yet.
fn on_element(page: &Rc<RefCell<Page>>, element: &mut Element<'_, '_>) -> Result<(), HtmlError> {
    let mut state = page.borrow_mut();
    // Scripts hold only text, so an element inside one that waits means that the parser has lost its
    // place.
    if matches!(state.gate, Gate::Hold(_) | Gate::Drop) {
        return Err(HtmlError::Parser("an element inside a script that is withheld".to_owned()));
    }
    let html = element.namespace_uri() == HTML_NAMESPACE;
    let most = state.limits.attributes;
    match (element.tag_name().as_str(), html) {
        ("script", true) => {
            let end = state.script_starts(&StartTag::read(element, most)?)?;
            drop(state);
            if end == End::Awaited {
                await_end(page, element)?;
            }
        }
        ("script", false) => {
            state.foreign_script(&StartTag::read(element, most)?, element.is_self_closing());
        }
        ("link", true) => state.link(&StartTag::read(element, most)?)?,
        ("base", true) => state.base(&StartTag::read(element, most)?),
        ("meta", true) if element.has_attribute("http-equiv") => {
            state.meta(&StartTag::read(element, most)?);
        }
        ("iframe", true) if element.has_attribute("srcdoc") => {
            state.iframe(&StartTag::read(element, most)?);
        }
        _ => {}
    }
    Ok(())
}

fn await_end(page: &Rc<RefCell<Page>>, element: &mut Element<'_, '_>) -> Result<(), HtmlError> {
    let page = Rc::clone(page);
    let on_end = move |end: &mut EndTag<'_>| {
        let goes_on = page.borrow_mut().script_ends()?;
        if !goes_on {
            page.borrow_mut().end_tag_removed(end.source_location().bytes().len());
            end.remove();
        }
        Ok(())
    };
    element.on_end_tag(Box::new(on_end)).map_err(|error| HtmlError::Parser(error.to_string()))
}
