//! Cheap signs that a browser may read markup in another way than `lol_html` does: the second parser is
//! asked only on pages that have one (`second-opinion = "suspects"`).
//!
//! The two can part only where one of them takes markup for text: in raw-text elements and in CDATA
//! sections. That takes SVG or MathML whose end the one sees and the other doesn't, or a place where
//! browsers ignore the start tag of a raw-text element. A sign is no accusation, so there may be more of
//! them than there are differences; but not fewer. None of this looks at ordinary elements.

use std::cell::RefCell;
use std::rc::Rc;

use lol_html::html_content::{Element, EndTag};
use memchr::memmem;

use super::error::HtmlError;
use super::page::Page;

/// Roots of foreign content, and the elements that open a place where browsers skip raw text.
pub(super) const LANDMARKS: &str = "svg, math, select, template, col, colgroup, frameset";
/// Everything below the roots.
pub(super) const FOREIGN: &str = "svg *, math *";
/// Where HTML begins again, and what is below. The parser calls such a place HTML itself.
pub(super) const INTEGRATED: &str = "svg desc, svg desc *, svg title, svg title *, svg foreignobject, \
                                     svg foreignobject *, math mi, math mi *, math mo, math mo *, math mn, \
                                     math mn *, math ms, math ms *, math mtext, math mtext *, \
                                     math annotation-xml *";
/// One root in the other.
pub(super) const CROSSED: &str = "svg math, math svg, mglyph, malignmark";

const CDATA: &[u8] = b"<![CDATA[";

/// Elements that end foreign content.
/// <https://html.spec.whatwg.org/#parsing-main-inforeign>
pub(super) const LEAVES_FOREIGN: [&str; 44] = [
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "hr",
    "i",
    "img",
    "li",
    "listing",
    "menu",
    "meta",
    "nobr",
    "ol",
    "p",
    "pre",
    "ruby",
    "s",
    "small",
    "span",
    "strong",
    "strike",
    "sub",
    "sup",
    "table",
    "tt",
    "u",
    "ul",
    "var",
];

/// What is known of a document's signs.
#[derive(Default)]
pub(super) struct Doubt {
    /// The first sign.
    found: Option<&'static str>,
    /// The element whose handlers are running.
    element: Seen,
    /// A root was seen.
    foreign: bool,
    /// Roots that have not ended.
    open_roots: usize,
    /// Behind `<select>`.
    in_select: bool,
    /// A `template` was seen.
    template: bool,
    /// A raw-text element in foreign content is open; its start tag ends at this place.
    raw_text_from: Option<usize>,
    /// The last bytes that passed, in which a search may have to begin, and the place behind them.
    tail: Vec<u8>,
    passed: usize,
}

/// What is known of signs where no parser has read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waypoint {
    foreign: bool,
    template: bool,
    /// The last bytes that passed, in which a search may have to begin.
    tail: Box<[u8]>,
}

impl Waypoint {
    /// Bytes that it takes besides its own.
    pub(super) fn size(&self) -> usize {
        let Self { foreign: _, template: _, tail } = self;
        tail.len()
    }
}

/// One element, as its handlers told it one after another, in whatever order.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is what one handler tells")]
struct Seen {
    at: usize,
    foreign: bool,
    leaves_foreign: bool,
    below_root: bool,
    below_integration_point: bool,
    /// Not one that is only seen because it lies below a root.
    named: bool,
    root: bool,
}

impl Doubt {
    /// The first sign, told once.
    pub(super) fn take(&mut self) -> Option<&'static str> {
        self.settle();
        self.found.take()
    }

    /// What is known at this place, which no parser has read to.
    pub(super) fn waypoint(&self, at: usize) -> Waypoint {
        let Self {
            // Told, before anybody asks where one stands.
            found: _,
            // A parser's.
            element: _,
            open_roots: _,
            in_select: _,
            raw_text_from: _,
            foreign,
            template,
            tail,
            passed,
        } = self;
        // Behind a gap nothing is searched for in what was before it.
        let tail = if *passed == at { tail.as_slice() } else { &[] };
        Waypoint { foreign: *foreign, template: *template, tail: tail.into() }
    }

    /// Knows this at this place.
    pub(super) fn restore(&mut self, waypoint: &Waypoint, at: usize) {
        let Waypoint { foreign, template, tail } = waypoint;
        self.foreign = *foreign;
        self.template = *template;
        self.tail.clear();
        self.tail.extend_from_slice(tail);
        self.passed = at;
    }

    /// A root of foreign content passes that nobody else tells of.
    pub(super) fn sees_foreign(&mut self) {
        self.foreign = true;
    }

    /// A template does.
    pub(super) fn sees_template(&mut self) {
        self.template = true;
    }

    /// A `template` was seen.
    pub(super) fn has_template(&self) -> bool {
        self.template
    }

    fn find(&mut self, sign: &'static str) {
        self.found.get_or_insert(sign);
    }

    fn element(&mut self, at: usize, foreign: bool) -> &mut Seen {
        if self.element.at != at {
            self.settle();
            self.element = Seen { at, ..Seen::default() };
        }
        self.element.foreign = foreign;
        &mut self.element
    }

    /// Judges the element whose handlers have all run.
    fn settle(&mut self) {
        let seen = std::mem::take(&mut self.element);
        if seen.below_root {
            if !seen.foreign && !seen.below_integration_point {
                self.find("an HTML element inside SVG or MathML");
            }
            if seen.foreign && seen.leaves_foreign {
                self.find("an element that ends SVG or MathML");
            }
        } else if seen.named {
            if seen.foreign && !seen.root {
                self.find("a raw-text element in SVG or MathML that has ended");
            }
            if self.open_roots > usize::from(seen.root) {
                self.find("SVG or MathML without an end tag");
            }
        }
    }

    /// Bytes that leave the parser and begin at this place.
    pub(super) fn pass(&mut self, at: usize, bytes: &[u8]) {
        if !self.foreign || self.found.is_some() {
            return;
        }
        // One search over what was left and what comes, so that no cut hides anything.
        if self.passed != at {
            self.tail.clear();
        }
        self.passed = at.saturating_add(bytes.len());
        let from = at.saturating_sub(self.tail.len());
        self.tail.extend_from_slice(bytes);
        if memmem::find(&self.tail, CDATA).is_some() {
            self.find("a CDATA section");
        }
        if let Some(raw_text) = self.raw_text_from {
            let text = self.tail.get(raw_text.saturating_sub(from)..).unwrap_or_default();
            let markup = memchr::memchr_iter(b'<', text)
                .any(|lt| text.get(lt.saturating_add(1)).is_some_and(|c| *c != b'/'));
            if markup {
                self.find("markup in a raw-text element in SVG or MathML");
            }
        }
        let kept = self.tail.len().saturating_sub(CDATA.len());
        self.tail.drain(..kept);
    }
}

/// One of [`super::elements::WATCHED`], all of which but `base`, `link` and `meta` are raw text in HTML.
pub(super) fn watched(
    page: &Rc<RefCell<Page>>,
    element: &mut Element<'_, '_>,
    html: bool,
) -> Result<(), HtmlError> {
    let name = element.tag_name();
    let raw_text = !matches!(name.as_str(), "base" | "link" | "meta");
    let location = page.borrow().place_of(&element.source_location());
    {
        let doubt = &mut page.borrow_mut().doubt;
        doubt.element(location.start, !html).named = true;
        if doubt.raw_text_from.is_some() {
            doubt.find("an element in a raw-text element in SVG or MathML");
        }
        if raw_text && name != "script" && doubt.in_select {
            doubt.find("a raw-text element in a select");
        }
        if html || !raw_text {
            return Ok(());
        }
        // Were it one of HTML, its `srcdoc` would have to be looked into.
        if name == "iframe" {
            doubt.find("a frame in SVG or MathML");
        }
        if element.is_self_closing() {
            doubt.find("a raw-text element in SVG or MathML that closes itself");
            return Ok(());
        }
        doubt.raw_text_from = Some(location.end);
    }
    on_end(page, element, |doubt, _| doubt.raw_text_from = None)
}

/// One of [`LANDMARKS`].
pub(super) fn landmark(page: &Rc<RefCell<Page>>, element: &mut Element<'_, '_>) -> Result<(), HtmlError> {
    let mut state = page.borrow_mut();
    let at = state.place_of(&element.source_location()).start;
    let is_led = state.led.is_some();
    let doubt = &mut state.doubt;
    let foreign = is_foreign(element);
    match element.tag_name().as_str() {
        "svg" | "math" => {
            doubt.foreign = true;
            let seen = doubt.element(at, foreign);
            (seen.named, seen.root) = (true, true);
            if element.is_self_closing() {
                doubt.find("SVG or MathML that closes itself");
                return Ok(());
            }
            doubt.open_roots = doubt.open_roots.saturating_add(1);
            drop(state);
            let name = element.tag_name();
            on_end(page, element, move |doubt, end| {
                doubt.open_roots = doubt.open_roots.saturating_sub(1);
                // Another element's end is one to browsers too; the parser goes on in SVG.
                if end != name {
                    doubt.find("SVG or MathML without an end tag");
                }
            })
        }
        "select" => {
            doubt.in_select = true;
            drop(state);
            on_end(page, element, |doubt, end| doubt.in_select &= end != "select")
        }
        "template" => {
            doubt.template = true;
            // Its content may hold the select's end tag, which older browsers ignore there.
            if doubt.in_select {
                doubt.find("a template in a select");
            }
            Ok(())
        }
        "frameset" => {
            doubt.find("a frameset");
            Ok(())
        }
        // What is left are columns.
        _ => {
            // One through which the parser is led may stand before the template.
            if doubt.template && !is_led {
                doubt.find("a column after a template");
            }
            Ok(())
        }
    }
}

/// One of [`FOREIGN`].
pub(super) fn below_root(page: &Rc<RefCell<Page>>, element: &Element<'_, '_>) {
    let leaves = LEAVES_FOREIGN.contains(&element.tag_name().as_str());
    let mut page = page.borrow_mut();
    let at = page.place_of(&element.source_location()).start;
    let seen = page.doubt.element(at, is_foreign(element));
    seen.below_root = true;
    seen.leaves_foreign = leaves;
    if page.doubt.raw_text_from.is_some_and(|from| from <= at) {
        page.doubt.find("an element in a raw-text element in SVG or MathML");
    }
}

/// One of [`INTEGRATED`].
pub(super) fn integrated(page: &Rc<RefCell<Page>>, element: &mut Element<'_, '_>) -> Result<(), HtmlError> {
    let location = page.borrow().place_of(&element.source_location());
    let state = &mut page.borrow_mut().doubt;
    state.element(location.start, is_foreign(element)).below_integration_point = true;
    // A title is raw text in HTML and markup in SVG, and the parser doesn't say which it takes it for.
    if element.tag_name() != "title" || element.is_self_closing() {
        return Ok(());
    }
    state.raw_text_from = Some(location.end);
    on_end(page, element, |doubt, _| doubt.raw_text_from = None)
}

/// One of [`CROSSED`].
pub(super) fn crossed(page: &Rc<RefCell<Page>>) {
    page.borrow_mut().doubt.find("SVG in MathML, or MathML in SVG");
}

fn is_foreign(element: &Element<'_, '_>) -> bool {
    element.namespace_uri() != super::elements::HTML_NAMESPACE
}

fn on_end(
    page: &Rc<RefCell<Page>>,
    element: &mut Element<'_, '_>,
    ended: impl Fn(&mut Doubt, &str) + 'static,
) -> Result<(), HtmlError> {
    let page = Rc::clone(page);
    let handler = move |end: &mut EndTag<'_>| {
        ended(&mut page.borrow_mut().doubt, &end.name());
        Ok(())
    };
    element.on_end_tag(Box::new(handler)).map_err(|error| HtmlError::Parser(error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use encoding_rs::UTF_8;
    use lol_html::{AsciiCompatibleEncoding, HtmlRewriter, Settings};

    use super::*;
    use crate::html::Limits;
    use crate::html::elements::{Matter, handled};
    use crate::html::occurring::Occurring;
    use crate::policy::{Mode, PageGrants};

    /// The first sign in a document that comes in pieces of so many bytes.
    fn sign(markup: &str, step: usize) -> Option<&'static str> {
        let grants = Arc::new(PageGrants::nothing(Mode::Enforce));
        let url = url::Url::parse("https://shop.example/").unwrap();
        let page = Page::new(grants, url, UTF_8, Limits::default(), Box::new(|_| {}));
        let page = Rc::new(RefCell::new(page));
        let settings =
            Settings::new().with_encoding(AsciiCompatibleEncoding::new(UTF_8).unwrap()).with_strict(false);
        let sink = Rc::clone(&page);
        let output = move |chunk: &[u8]| sink.borrow_mut().take(chunk);
        let mut parser = HtmlRewriter::new(handled(settings, &page, Matter::Doubts).unwrap(), output);
        for piece in markup.as_bytes().chunks(step) {
            parser.write(piece).unwrap();
        }
        parser.end().unwrap();
        let sign = page.borrow_mut().doubt.take();
        let (first, second) = markup.as_bytes().split_at(step.min(markup.len()));
        assert!(
            sign.is_none() || Occurring::of([first, second]).have(Occurring::LANDMARKS),
            "{sign:?} without a landmark: {markup}"
        );
        sign
    }

    #[test]
    fn markup_that_parsers_read_differently_has_a_sign() {
        let mut wrong = Vec::new();
        for (markup, expected) in [
            ("<svg/><p>", "SVG or MathML that closes itself"),
            ("<math/>", "SVG or MathML that closes itself"),
            ("<div><svg></div><title>x</title>", "SVG or MathML without an end tag"),
            ("<div><svg></div><title><style></title><script>", "SVG or MathML without an end tag"),
            ("<svg><![CDATA[x]]></svg>", "a CDATA section"),
            ("<svg></svg><![CDATA[x]]>", "a CDATA section"),
            ("<svg><style><!--</style></svg>", "markup in a raw-text element in SVG or MathML"),
            ("<svg><style/></svg>", "a raw-text element in SVG or MathML that closes itself"),
            ("<svg><iframe></iframe></svg>", "a frame in SVG or MathML"),
            ("<svg><p></svg>", "an HTML element inside SVG or MathML"),
            ("<math><svg></svg></math>", "SVG in MathML, or MathML in SVG"),
            ("<math><mglyph></math>", "SVG in MathML, or MathML in SVG"),
            ("<select><xmp></xmp></select>", "a raw-text element in a select"),
            ("<select><template></select></template></select>", "a template in a select"),
            ("<template><col></template>", "a column after a template"),
            ("<frameset>", "a frameset"),
        ] {
            for step in [1, 3, 1000] {
                let found = sign(markup, step);
                if found != Some(expected) {
                    wrong.push(format!("{markup} in pieces of {step}: {found:?}, not {expected}"));
                }
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
    }

    #[test]
    fn ordinary_markup_has_none() {
        let mut wrong = Vec::new();
        for markup in [
            "<svg viewBox='0 0 1 1'><g><path d=x /></g><title>x</title></svg><p><title>",
            "<svg><style>a{}</style></svg><style>b{}</style>",
            "<svg><foreignObject><p>x</p></foreignObject></svg>",
            "<math><mi>x</mi><mtext><b>y</b></mtext></math>",
            "<select><option>x</option></select><xmp><b></xmp>",
            "<table><colgroup><col></colgroup></table><template><b></b></template>",
            "<template><select></select></template>",
            "<![CDATA[x]]>",
            "<style><b></style><script>if (a <b) c</script>",
        ] {
            for step in [1, 3, 1000] {
                if let Some(found) = sign(markup, step) {
                    wrong.push(format!("{markup} in pieces of {step}: {found}"));
                }
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
    }

    #[test]
    fn a_cdata_section_is_found_however_it_is_cut() {
        let text = b"xx<![CDATA[yy";
        for cut in 0..text.len() {
            let mut doubt = Doubt { foreign: true, ..Doubt::default() };
            doubt.pass(7, &text[..cut]);
            doubt.pass(7 + cut, &text[cut..]);
            assert_eq!(doubt.take(), Some("a CDATA section"), "cut at {cut}");
        }
        // What was taken out between the two keeps them apart.
        let mut doubt = Doubt { foreign: true, ..Doubt::default() };
        doubt.pass(0, b"<![CD");
        doubt.pass(20, b"ATA[");
        assert_eq!(doubt.take(), None);
    }
}
