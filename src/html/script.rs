//! Script elements: external ones are decided at their start tag, inline ones are held until their
//! end, those in SVG and MathML are made inert.

use encoding_rs::Encoding;
use url::Url;

use super::edited_tag::EditedTag;
use super::error::HtmlError;
use super::gate::{Gate, Held};
use super::known_tags::{Tags, may_be_kept};
use super::marker::{refused_foreign, refused_script};
use super::page::Page;
use super::start_tag::StartTag;
use crate::inventory::{SeenKind, Tier};
use crate::judge::{Action, Kind, SeenScript, Verdict, judge, kind_of_type};
use crate::policy::{ApprovedScript, PageGrants};
use crate::web::resolve_in_charset;

/// What a granted tag never keeps of the page's. `charset` would let the page choose how approved
/// bytes are read; a page's `integrity` might be malformed, which browsers take for none.
pub(super) const REPLACED: [&str; 4] = ["integrity", "crossorigin", "nonce", "charset"];

/// The same where no bytes are checked: the page's own `integrity` can only forbid more.
const UNCHECKED: [&str; 2] = ["nonce", "charset"];

/// Whether the element's end matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// What was held or dropped ends there.
    Awaited,
    /// The end tag passes like any other.
    Ignored,
}

/// What was decided of an external script.
#[derive(Debug)]
pub(super) struct Decided {
    kind: Kind,
    /// What it is called where verdicts are told.
    shown: String,
    verdict: Verdict,
    tag_becomes: Becomes,
}

/// What its start tag becomes.
#[derive(Debug)]
enum Becomes {
    /// This one, with the witness before the first of a page.
    Pinned(String),
    /// This one.
    Allowed(String),
    Itself,
    /// This, in place of the element.
    Inert(String),
}

impl Decided {
    /// How many bytes it takes, about.
    pub(super) fn bytes(&self) -> usize {
        let becomes = match &self.tag_becomes {
            Becomes::Pinned(text) | Becomes::Allowed(text) | Becomes::Inert(text) => text.capacity(),
            Becomes::Itself => 0,
        };
        self.shown.capacity().saturating_add(becomes)
    }

    /// Of a data block with this address, which is left alone.
    #[cfg(test)]
    pub(super) fn data_block(src: &str) -> Self {
        let tag = StartTag::of(vec![("src".into(), src.into())], b"");
        let (grants, page) =
            (PageGrants::nothing(crate::policy::Mode::Enforce), Url::parse("https://shop.example/").unwrap());
        let under = Under { grants: &grants, base: &page, page: &page, charset: encoding_rs::UTF_8 };
        decide(&tag, src, Kind::DataBlock, &under).unwrap()
    }
}

/// All that a decision depends on besides the tag. What is added here must be in the keys of [`super::known_tags`].
struct Under<'a> {
    grants: &'a PageGrants,
    base: &'a Url,
    page: &'a Url,
    charset: &'static Encoding,
}

/// What becomes of an external script.
fn decide(tag: &StartTag<'_>, src: &str, kind: Kind, under: &Under<'_>) -> Result<Decided, HtmlError> {
    // An empty src is an error to browsers; resolved, it would be the document itself.
    let url = if src.is_empty() { None } else { resolve_in_charset(src, under.base, under.charset).ok() };
    let seen = SeenScript::External { kind, url: url.as_ref(), dangling: tag.dangling() };
    let verdict = judge(&seen, under.grants, under.page);
    let tag_becomes = match verdict.action() {
        Action::Pin(approved) => Becomes::Pinned(granted(EditedTag::open("script"), tag, "src", approved)?),
        Action::Allow(approved) => {
            Becomes::Allowed(allowed(EditedTag::open("script"), tag, "src", approved)?)
        }
        Action::Keep => Becomes::Itself,
        Action::Release | Action::Merge(_) | Action::Quarantine | Action::Strip | Action::Block => {
            Becomes::Inert(refused_script(&verdict, url.as_ref().map(Url::as_str), None))
        }
    };
    let shown = url.map_or_else(|| src.to_owned(), String::from);
    Ok(Decided { kind, shown, verdict, tag_becomes })
}

impl Page {
    /// A script's start tag in the HTML namespace.
    pub(super) fn script_starts(&mut self, tag: &StartTag<'_>) -> Result<End, HtmlError> {
        let kind = kind_of_type(tag.decoded("type").as_deref(), tag.decoded("language").as_deref());
        if let Some(src) = tag.first("src") {
            return self.external(tag, src, kind);
        }
        if kind == Kind::DataBlock {
            // Can't run, may be huge, and is never hashed.
            let verdict =
                judge(&SeenScript::External { kind, url: None, dangling: false }, &self.grants, &self.url);
            self.report((SeenKind::Inline, Some(kind)), "", verdict);
            return Ok(End::Ignored);
        }
        self.gate = Gate::Hold(Held::new(kind, self.due.in_template, tag.len, self.limits.inline_script));
        Ok(End::Awaited)
    }

    fn external(&mut self, tag: &StartTag<'_>, src: &str, kind: Kind) -> Result<End, HtmlError> {
        let under = Under { grants: &self.grants, base: &self.base, page: &self.url, charset: self.charset };
        let decided = decide(tag, src, kind, &under)?;
        let end = self.carry_out(&decided, tag.len)?;
        if let (Some(tags), Some(raw)) = (self.known_tags(), tag.raw)
            && may_be_kept(src)
        {
            tags.keep(raw, decided);
        }
        Ok(end)
    }

    /// The tags that were decided before. Under a `base` there are none, so that nobody has to ask what it changes.
    pub(super) fn known_tags(&self) -> Option<&Tags> {
        self.known.as_ref().filter(|_| !self.base_settled)
    }

    /// Does to an external script, whose start tag has so many bytes, what was decided.
    pub(super) fn carry_out(&mut self, decided: &Decided, length: usize) -> Result<End, HtmlError> {
        let end = match &decided.tag_becomes {
            Becomes::Pinned(edited) => {
                self.insert_module_map(decided.kind)?;
                self.insert_witness()?;
                self.insert(edited);
                self.gate = Gate::Skip(length);
                End::Ignored
            }
            Becomes::Allowed(edited) => {
                self.insert_module_map(decided.kind)?;
                self.insert(edited);
                self.gate = Gate::Skip(length);
                End::Ignored
            }
            Becomes::Itself => End::Ignored,
            Becomes::Inert(marker) => {
                self.insert(marker);
                self.gate = Gate::Drop;
                End::Awaited
            }
        };
        let seen = (SeenKind::External, Some(decided.kind));
        self.report(seen, &decided.shown, decided.verdict.clone());
        Ok(end)
    }

    /// A script's start tag in SVG or MathML. Its text is not held, because its end may never be seen;
    /// it can't run under the new type.
    pub(super) fn foreign_script(&mut self, tag: &StartTag<'_>, self_closing: bool) {
        let kind = kind_of_type(tag.decoded("type").as_deref(), tag.decoded("language").as_deref());
        let href = tag.first("href").or_else(|| tag.first("xlink:href"));
        let url = href.and_then(|href| resolve_in_charset(href, &self.base, self.charset).ok());
        let shown = url.as_ref().map_or(href.unwrap_or_default(), url::Url::as_str).to_owned();
        if kind == Kind::DataBlock {
            let verdict =
                judge(&SeenScript::External { kind, url: None, dangling: false }, &self.grants, &self.url);
            self.report((SeenKind::Foreign, Some(kind)), &shown, verdict);
            return;
        }
        let verdict = judge(&SeenScript::Foreign, &self.grants, &self.url);
        self.insert(&refused_foreign(&verdict, url.as_ref().map(url::Url::as_str), self_closing));
        self.gate = Gate::Skip(tag.len);
        self.report((SeenKind::Foreign, Some(kind)), &shown, verdict);
    }
}

/// The tag with the grant on it: `integrity` and `crossorigin` once each, for tier mirror our address.
/// <https://w3c.github.io/webappsec-subresource-integrity/#the-integrity-attribute>
pub(super) fn granted(
    mut edited: EditedTag,
    tag: &StartTag<'_>,
    address: &'static str,
    approved: &ApprovedScript,
) -> Result<String, HtmlError> {
    for (name, raw) in tag.kept(&REPLACED) {
        edited = match (approved.tier, &approved.mirror_path) {
            (Tier::Mirror, Some(path)) if name == address => edited.grant(address, path)?,
            _ => edited.page_attribute(name, raw),
        };
    }
    Ok(edited.grant("integrity", &approved.integrity)?.attribute("crossorigin", "anonymous").close())
}

/// The tag of an evergreen script: its address exactly as the CSP names it.
pub(super) fn allowed(
    mut edited: EditedTag,
    tag: &StartTag<'_>,
    address: &'static str,
    approved: &ApprovedScript,
) -> Result<String, HtmlError> {
    for (name, raw) in tag.kept(&UNCHECKED) {
        edited = if name == address {
            edited.url(address, approved.address.key())?
        } else {
            edited.page_attribute(name, raw)
        };
    }
    Ok(edited.close())
}
