//! The elements at which the parser stops, and what is done there.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::LazyLock;

use lol_html::errors::SelectorError;
use lol_html::html_content::{Element, EndTag};
use lol_html::{ElementContentHandlers, Selector, Settings};

use super::doubt::{self, CROSSED, FOREIGN, INTEGRATED, LANDMARKS};
use super::error::HtmlError;
use super::gate::Gate;
use super::occurring::Occurring;
use super::page::Page;
use super::script::End;
use super::start_tag::StartTag;

/// The elements whose start tags are looked at. The ones with raw text are named only so that the
/// parser reads their tags in full: otherwise it overlooks a script after
/// `<title t=><textarea></title>` and the like.
pub(super) const WATCHED: &str = "script, link, meta, title, style, noscript, iframe, base, textarea, xmp, noembed, noframes, \
                       plaintext";
/// Those of them that nearly every document has, and what others may have besides.
const COMMON: &str = "script, link, meta, title";
const BESIDES: [(Occurring, &str); 3] = [
    (Occurring::STYLE, ", style"),
    (Occurring::NOSCRIPT, ", noscript, iframe"),
    (Occurring::RARE, ", base, textarea, xmp, noembed, noframes, plaintext"),
];

/// What lies in a template, unless that is a shadow tree: nothing of ours takes effect there.
/// Any other `shadowrootmode` makes an ordinary template.
const IN_TEMPLATE: &str = "\
    template:not([shadowrootmode=open i]):not([shadowrootmode=closed i]) script, \
    template:not([shadowrootmode=open i]):not([shadowrootmode=closed i]) link";

/// All selectors, parsed once for the process.
static SELECTORS: LazyLock<Option<Selectors>> = LazyLock::new(|| Selectors::parse().ok());

struct Selectors {
    watched: Selector,
    /// Of [`COMMON`] and each choice of [`BESIDES`]: every name costs time at every tag of a document.
    fewer: Vec<Selector>,
    in_template: Selector,
    /// [`doubt`]'s.
    landmarks: Selector,
    foreign: Selector,
    integrated: Selector,
    crossed: Selector,
}

impl Selectors {
    fn parse() -> Result<Self, SelectorError> {
        Ok(Self {
            watched: WATCHED.parse()?,
            fewer: (0..1_usize << BESIDES.len())
                .map(|choice| fewer(choice).parse())
                .collect::<Result<_, _>>()?,
            in_template: IN_TEMPLATE.parse()?,
            landmarks: LANDMARKS.parse()?,
            foreign: FOREIGN.parse()?,
            integrated: INTEGRATED.parse()?,
            crossed: CROSSED.parse()?,
        })
    }
}

/// The names of a choice.
fn fewer(choice: usize) -> String {
    let besides = BESIDES.iter().enumerate().filter(|(place, _)| choice >> place & 1 == 1);
    std::iter::once(COMMON).chain(besides.map(|(_, (_, names))| *names)).collect()
}

/// The choice for what may occur.
fn choice(occurring: Occurring) -> usize {
    let places = BESIDES.iter().enumerate().filter(|(_, (kind, _))| occurring.have(*kind));
    places.fold(0, |choice, (place, _)| choice | 1 << place)
}

pub(super) const HTML_NAMESPACE: &str = "http://www.w3.org/1999/xhtml";

/// Which elements matter in a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Matter {
    /// Those that are judged and may come; none of [`doubt::LANDMARKS`] can.
    Plain(Occurring),
    /// Templates too.
    Templates,
    /// Those that are signs of doubt too.
    Doubts,
}

/// Adds the handlers of a page. What is not asked for costs nothing: every selector is made ready for every page,
/// and tried at every tag.
pub(super) fn handled(
    settings: Settings<'static, 'static>,
    page: &Rc<RefCell<Page>>,
    matter: Matter,
) -> Result<Settings<'static, 'static>, HtmlError> {
    let selectors = SELECTORS.as_ref().ok_or_else(|| HtmlError::Parser("selector".to_owned()))?;
    let doubts = matter == Matter::Doubts;
    // Handlers are called in this order.
    let (settings, watched) = if let Matter::Plain(occurring) = matter {
        (settings, selectors.fewer.get(choice(occurring)).unwrap_or(&selectors.watched))
    } else {
        let with_templates = handle(settings, page, &selectors.in_template, |page, _| {
            page.borrow_mut().due.in_template = true;
            Ok(())
        });
        (with_templates, &selectors.watched)
    };
    let watched = handle(settings, page, watched, move |page, element| {
        let done = on_element(page, element, doubts);
        page.borrow_mut().due.in_template = false;
        done
    });
    if !doubts {
        return Ok(watched);
    }
    let settings = handle(watched, page, &selectors.landmarks, doubt::landmark);
    let settings = handle(settings, page, &selectors.foreign, |page, element| {
        doubt::below_root(page, element);
        Ok(())
    });
    let settings = handle(settings, page, &selectors.integrated, doubt::integrated);
    Ok(handle(settings, page, &selectors.crossed, |page, _| {
        doubt::crossed(page);
        Ok(())
    }))
}

/// Adds a handler for the elements that a selector names.
fn handle(
    settings: Settings<'static, 'static>,
    page: &Rc<RefCell<Page>>,
    selector: &'static Selector,
    handler: impl Fn(&Rc<RefCell<Page>>, &mut Element<'_, '_>) -> Result<(), HtmlError> + 'static,
) -> Settings<'static, 'static> {
    let page = Rc::clone(page);
    let on_element = move |element: &mut Element<'_, '_>| handler(&page, element).map_err(Into::into);
    settings.append_element_content_handler((
        Cow::Borrowed(selector),
        ElementContentHandlers::default().element(on_element),
    ))
}

/// A start tag of a watched element; everything before it has left the parser, itself not yet.
fn on_element(
    page: &Rc<RefCell<Page>>,
    element: &mut Element<'_, '_>,
    doubts: bool,
) -> Result<(), HtmlError> {
    let html = element.namespace_uri() == HTML_NAMESPACE;
    let led = page.borrow().led;
    // One through which the parser is led was judged before.
    let end = led.map_or_else(|| judged(&mut page.borrow_mut(), element, html), Ok)?;
    if end == End::Awaited {
        await_end(page, element)?;
    }
    if doubts { doubt::watched(page, element, html) } else { Ok(()) }
}

fn judged(page: &mut Page, element: &Element<'_, '_>, html: bool) -> Result<End, HtmlError> {
    // Scripts hold only text, so an element inside one that waits means that the parser has lost its
    // place.
    if matches!(page.gate, Gate::Hold(_) | Gate::Drop) {
        return Err(HtmlError::Parser("an element inside a script that is withheld".to_owned()));
    }
    let most = page.limits.attributes;
    match (element.tag_name().as_str(), html) {
        ("script", true) => return page.script_starts(&StartTag::read(element, most)?),
        ("script", false) => {
            page.foreign_script(&StartTag::read(element, most)?, element.is_self_closing());
        }
        ("link", true) => page.link(&StartTag::read(element, most)?)?,
        ("base", true) => page.base(&StartTag::read(element, most)?),
        ("meta", true) if element.has_attribute("http-equiv") => {
            page.meta(&StartTag::read(element, most)?);
        }
        ("iframe", true) if element.has_attribute("srcdoc") => {
            page.iframe(&StartTag::read(element, most)?);
        }
        _ => {}
    }
    Ok(End::Ignored)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_everything_that_may_occur_all_are_looked_for() {
        let all = (1 << BESIDES.len()) - 1;
        assert_eq!(fewer(all), WATCHED);
        assert_eq!(fewer(0), COMMON);
        let rare_ones = Occurring::of([b"<base>", b"<xmp>"]);
        assert!(fewer(choice(rare_ones)).contains("xmp") && !fewer(choice(rare_ones)).contains("style"));
    }
}
