//! Reads a document's markup as it comes, and shows every start tag of it and of the documents in `srcdoc`.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::LazyLock;

use encoding_rs::{Encoding, UTF_8};
use lol_html::html_content::Element;
use lol_html::{
    AsciiCompatibleEncoding, ElementContentHandlers, HtmlRewriter, MemorySettings, Selector, Settings,
};

use crate::html::error::HtmlError;
use crate::html::limits::Limits;
use crate::html::srcdoc::srcdoc_text;
use crate::html::start_tag::StartTag;

/// Who looks at tags.
pub(in crate::html) trait Tags {
    /// A start tag, so many `srcdoc` documents deep. More than `most` attributes need not be read.
    fn tag(&mut self, element: &Element<'_, '_>, most: usize, depth: usize) -> Result<(), HtmlError>;
    /// A document in `srcdoc` can't be looked through.
    fn leave_out(&mut self);
}

/// Parsed once for the process.
static SELECTORS: LazyLock<Option<Selectors>> = LazyLock::new(|| {
    // Frames by a selector of their own: asking every element for its name would cost more.
    Some(Selectors { every: "*".parse().ok()?, frames: "iframe".parse().ok()? })
});

struct Selectors {
    every: Selector,
    frames: Selector,
}

type Sink = fn(&[u8]);

/// The parser. What goes in comes out nowhere.
pub(in crate::html) struct TagWatch {
    /// Gone after an error: `lol_html` panics when it is used again.
    parser: Option<HtmlRewriter<'static, Sink>>,
}

impl TagWatch {
    /// For a document in `charset`, so many `srcdoc` documents deep.
    pub(in crate::html) fn new<T: Tags + 'static>(
        charset: &'static Encoding,
        limits: &Limits,
        depth: usize,
        tags: &Rc<RefCell<T>>,
    ) -> Result<Self, HtmlError> {
        let encoding = AsciiCompatibleEncoding::new(charset).ok_or(HtmlError::Charset(charset.name()))?;
        let selectors = SELECTORS.as_ref().ok_or_else(|| HtmlError::Parser("selector".to_owned()))?;
        let (most, seen) = (limits.attributes, Rc::clone(tags));
        let on_element = move |element: &mut Element<'_, '_>| {
            seen.borrow_mut().tag(element, most, depth)?;
            Ok(())
        };
        let (within, kept) = (limits.clone(), Rc::clone(tags));
        let on_frame = move |element: &mut Element<'_, '_>| {
            let tag = StartTag::read(element, within.attributes)?;
            if let Some(raw) = tag.first("srcdoc")
                && !looked_through(raw, &within, depth, &kept)
            {
                kept.borrow_mut().leave_out();
            }
            Ok(())
        };
        let settings = Settings::new()
            .with_encoding(encoding)
            .with_memory_settings(MemorySettings::new().with_max_allowed_memory_usage(limits.parser_memory))
            .with_strict(false)
            .with_adjust_charset_on_meta_tag(false)
            .append_element_content_handler((
                Cow::Borrowed(&selectors.every),
                ElementContentHandlers::default().element(on_element),
            ))
            .append_element_content_handler((
                Cow::Borrowed(&selectors.frames),
                ElementContentHandlers::default().element(on_frame),
            ));
        let sink: Sink = |_| {};
        Ok(Self { parser: Some(HtmlRewriter::new(settings, sink)) })
    }

    /// Reads on.
    pub(in crate::html) fn read(&mut self, markup: &[u8]) -> Result<(), HtmlError> {
        let mut parser = self.parser.take().ok_or(HtmlError::Spent)?;
        parser.write(markup).map_err(|error| HtmlError::Parser(error.to_string()))?;
        self.parser = Some(parser);
        Ok(())
    }

    /// The end of the document.
    pub(in crate::html) fn end(mut self) -> Result<(), HtmlError> {
        let parser = self.parser.take().ok_or(HtmlError::Spent)?;
        parser.end().map_err(|error| HtmlError::Parser(error.to_string()))
    }
}

/// Whether a document in `srcdoc`, undecoded, was looked through.
fn looked_through<T: Tags + 'static>(
    raw: &str,
    limits: &Limits,
    depth: usize,
    tags: &Rc<RefCell<T>>,
) -> bool {
    let text = srcdoc_text(raw);
    if depth >= limits.srcdoc_depth || text.len() > limits.srcdoc_bytes {
        return false;
    }
    TagWatch::new(UTF_8, limits, depth.saturating_add(1), tags)
        .and_then(|mut inner| inner.read(text.as_bytes()).and_then(|()| inner.end()))
        .is_ok()
}
