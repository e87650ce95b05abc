//! One document while it passes: what holds for it, where it stands, and what leaves.

mod waypoint;

use std::ops::Range;
use std::sync::Arc;

use encoding_rs::{Encoding, UTF_8};
use lol_html::html_content::SourceLocation;
use url::Url;

use super::doubt::Doubt;
use super::due::Due;
use super::error::HtmlError;
use super::gate::{Gate, Held};
use super::known_tags::Tags;
use super::limits::Limits;
use super::marker::refused_script;
use super::ours::Ours;
use super::script::End;
use super::start_tag::StartTag;
use super::text::{browser_text, digest_of_script};
use crate::inventory::SeenKind;
use crate::judge::{Action, Kind, Reason, SeenScript, Verdict, judge};
use crate::policy::{Mode, Opinion, PageGrants};
use crate::sri::Digest;

pub(super) use waypoint::PageWaypoint;

/// A verdict, for whoever observes the page: inventory, metrics, logs.
#[derive(Debug, Clone)]
pub struct Judged {
    /// How it stands in the page.
    pub kind: SeenKind,
    /// How many `srcdoc` documents deep it stands; 0 in the page itself.
    pub srcdoc: usize,
    /// The canonical URL, or `sha256-…` for an inline script; cut to 512 characters. What the page
    /// wrote where that leads to no URL. Empty where there is none: data blocks, empty scripts, and
    /// scripts too long to be hashed.
    pub script: String,
    /// Where it stands, of code in an attribute.
    pub attribute: Option<Attribute>,
    /// What a browser would run it as; `None` for what is no script itself.
    pub runs_as: Option<Kind>,
    /// An inline script's text as the browser sees it; only where [`super::Rewriter::with_texts`] asked
    /// for it.
    pub text: Option<String>,
    /// What was decided, and why.
    pub verdict: Verdict,
}

/// An attribute with code in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The element's name; cut to 40 characters.
    pub element: String,
    /// The attribute's name, in lower case; cut to 40 characters.
    pub name: String,
}

/// How a script stands in the page: [`Judged::kind`], and what it runs as.
pub(super) type Seen = (SeenKind, Option<Kind>);

/// What becomes of what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Output {
    Leaves,
    /// Only other parsers get it, while the page is observed.
    IsRead,
    /// Nothing is written.
    Nothing,
}

/// Longest [`Judged::script`], in characters.
const SHOWN: usize = 512;

/// The state of one document.
pub(super) struct Page {
    pub(super) grants: Arc<PageGrants>,
    /// The document's own URL.
    pub(super) url: Url,
    /// What URLs are resolved against.
    pub(super) base: Url,
    /// What a `base` element is resolved against.
    /// <https://html.spec.whatwg.org/#fallback-base-url>
    pub(super) fallback_base: Url,
    /// A `base` element was accepted; later ones mean nothing to browsers.
    pub(super) base_settled: bool,
    pub(super) charset: &'static Encoding,
    pub(super) limits: Limits,
    /// How many `srcdoc` documents deep this one is.
    pub(super) depth: usize,
    pub(super) gate: Gate,
    /// Tags that were decided before.
    pub(super) known: Option<Tags>,
    /// CSPs in `meta` elements that were merged so far, those in `srcdoc` documents included.
    pub(super) merged_csps: usize,
    /// An import map of its own was merged already.
    pub(super) merged_map: bool,
    /// What of ours may still be put in.
    pub(super) ours: Ours,
    /// How many bytes have left the parser, or were removed with a script's end tag.
    left: usize,
    /// While the parser is led to where the document stands: whether the end of the last element is awaited.
    pub(super) led: Option<End>,
    /// What the parser's own places have to be raised by, around the end of all numbers where it was led farther
    /// than the document stands.
    pub(super) origin: usize,
    /// What leaves. Lent by the caller of `write`.
    pub(super) out: Vec<u8>,
    /// What of ours still has to be put in.
    pub(super) due: Due,
    /// Whether verdicts on inline scripts carry their text.
    pub(super) keeps_texts: bool,
    /// Signs that a second parser should be asked.
    pub(super) doubt: Doubt,
    output: Output,
    observer: Box<dyn FnMut(Judged)>,
}

impl Page {
    pub(super) fn new(
        grants: Arc<PageGrants>,
        url: Url,
        charset: &'static Encoding,
        limits: Limits,
        observer: Box<dyn FnMut(Judged)>,
    ) -> Self {
        Self {
            base: url.clone(),
            fallback_base: url.clone(),
            url,
            base_settled: false,
            charset,
            limits,
            depth: 0,
            gate: Gate::Pass,
            known: None,
            merged_csps: 0,
            merged_map: false,
            ours: Ours::default(),
            left: 0,
            led: None,
            origin: 0,
            out: Vec::new(),
            due: Due::under(&grants),
            keeps_texts: false,
            doubt: Doubt::default(),
            output: match (grants.mode, grants.second_opinion) {
                (Mode::Enforce, _) => Output::Leaves,
                (Mode::Observe, Opinion::Off) => Output::Nothing,
                (Mode::Observe, Opinion::Suspects | Opinion::Always) => Output::IsRead,
            },
            observer,
            grants,
        }
    }

    /// A document in one of this one's attributes. Browsers resolve its URLs against this one's base, also
    /// that of a `base` of its own.
    pub(super) fn inner(&self, observer: Box<dyn FnMut(Judged)>) -> Self {
        let (grants, limits) = (Arc::clone(&self.grants), self.limits.clone());
        Self {
            base: self.base.clone(),
            fallback_base: self.base.clone(),
            depth: self.depth.saturating_add(1),
            // What this one's second parser reads must be what would leave.
            output: if self.writes() { Output::Leaves } else { Output::Nothing },
            merged_csps: self.merged_csps,
            ours: self.ours.clone(),
            keeps_texts: self.keeps_texts,
            ..Self::new(grants, self.url.clone(), UTF_8, limits, observer)
        }
    }

    /// Verdicts are only observed; the caller passes the page on by itself and nothing that is written here leaves.
    pub(super) fn only_observes(&self) -> bool {
        self.output != Output::Leaves
    }

    /// Has everything that would leave be written: somebody reads it.
    pub(super) fn is_read(&mut self) {
        if self.output == Output::Nothing {
            self.output = Output::IsRead;
        }
    }

    /// Whether anything is written at all.
    fn writes(&self) -> bool {
        self.output != Output::Nothing
    }

    /// The parser goes on from here, behind start tags of so many bytes.
    pub(super) fn parser_is_led(&mut self, start_tags: usize, last: End) {
        self.origin = self.left.wrapping_sub(start_tags);
        self.led = Some(last);
    }

    /// A place in the document that the parser tells.
    pub(super) fn place_of(&self, location: &SourceLocation) -> Range<usize> {
        let place = location.bytes();
        place.start.wrapping_add(self.origin)..place.end.wrapping_add(self.origin)
    }

    /// Bytes that leave the parser, raw as they came in.
    pub(super) fn take(&mut self, chunk: &[u8]) {
        if matches!(self.gate, Gate::Pass | Gate::Skip(_)) {
            self.doubt.pass(self.left, chunk);
        }
        self.left = self.left.saturating_add(chunk.len());
        match &mut self.gate {
            Gate::Pass => self.emit(chunk),
            Gate::Drop => {}
            Gate::Skip(left) => {
                let skipped = chunk.len().min(*left);
                *left -= skipped;
                if *left == 0 {
                    self.gate = Gate::Pass;
                }
                self.emit(chunk.get(skipped..).unwrap_or_default());
            }
            Gate::Hold(held) => {
                if !held.add(chunk) {
                    let kind = held.kind();
                    self.gate = Gate::Drop;
                    let verdict = Verdict::refusal(Reason::TooLong, &self.grants);
                    self.insert(&refused_script(&verdict, None, None));
                    self.report((SeenKind::Inline, Some(kind)), "", verdict);
                }
            }
        }
    }

    /// An inline script's end tag was seen: judges what was held. `true` when the end tag may go on.
    pub(super) fn script_ends(&mut self) -> Result<bool, HtmlError> {
        match std::mem::replace(&mut self.gate, Gate::Pass) {
            Gate::Hold(held) => self.release(&held),
            Gate::Drop => Ok(false),
            Gate::Pass | Gate::Skip(_) => Ok(true),
        }
    }

    /// An end tag of so many bytes was taken away.
    pub(super) fn end_tag_removed(&mut self, length: usize) {
        self.left = self.left.saturating_add(length);
    }

    /// How many bytes of the document, from its start, what has left stands for.
    pub(super) fn dealt_with(&self) -> Option<usize> {
        match &self.gate {
            Gate::Pass => Some(self.left),
            Gate::Skip(left) => Some(self.left.saturating_add(*left)),
            Gate::Hold(held) => self.left.checked_sub(held.bytes().len()),
            // The rest of a removed script would stand in the page as text.
            Gate::Drop => None,
        }
    }

    fn release(&mut self, held: &Held) -> Result<bool, HtmlError> {
        if self.is_witness(held) {
            self.due.witness_comes();
            self.emit(held.bytes());
            return Ok(true);
        }
        let digest = digest_of_script(held.text(), self.charset);
        if !self.grants.approves_inline(&digest)
            && let Some(shaped) = self.shaped(held)
        {
            return self.fill(held, &shaped);
        }
        // An empty script has nothing to run: should another script fill it, the CSP judges that text.
        // So it is left alone like a data block.
        let kind = if held.text().is_empty() { Kind::DataBlock } else { held.kind() };
        let mut verdict = judge(&SeenScript::Inline { kind, digest: &digest }, &self.grants, &self.url);
        if let Action::Merge(map) = verdict.action()
            && !self.may_merge(map)
        {
            verdict = Verdict::refusal(Reason::TooLong, &self.grants);
        }
        let passes = match verdict.action() {
            Action::Release => {
                self.before_released(held)?;
                self.emit(held.bytes());
                true
            }
            Action::Keep => {
                self.emit(held.bytes());
                true
            }
            Action::Merge(map) => {
                self.due.import_map_comes(held.in_template());
                self.emit(held.start_tag());
                self.insert(map.text());
                true
            }
            Action::Pin(_) | Action::Allow(_) | Action::Quarantine | Action::Strip | Action::Block => {
                self.insert(&refused_script(&verdict, None, Some(&digest)));
                false
            }
        };
        self.report_held(held, &digest, verdict);
        Ok(passes)
    }

    /// The document ends. Browsers don't run a script without an end, so what is held goes nowhere;
    /// nothing is put in its place, because whatever stands at the end of a document may lie inside an
    /// open tag.
    pub(super) fn document_ends(&mut self) {
        if let Gate::Hold(held) = std::mem::replace(&mut self.gate, Gate::Pass) {
            let verdict = Verdict::refusal(Reason::Unclosed, &self.grants);
            let digest = digest_of_script(held.text(), self.charset);
            self.report_held(&held, &digest, verdict);
        }
    }

    /// Markup of ours. Characters that the charset lacks become character references, which mean the
    /// same in attribute values, the only place where they can occur.
    pub(super) fn insert(&mut self, markup: &str) {
        if self.writes() {
            let (bytes, _, _) = self.charset.encode(markup);
            self.out.extend_from_slice(&bytes);
        }
    }

    /// Writes something else in place of a start tag.
    pub(super) fn replace_tag(&mut self, markup: &str, tag: &StartTag<'_>) {
        self.insert(markup);
        self.gate = Gate::Skip(tag.len);
    }

    pub(super) fn report(&mut self, seen: Seen, script: &str, verdict: Verdict) {
        self.report_text(seen, script, None, verdict);
    }

    pub(super) fn report_held(&mut self, held: &Held, digest: &Digest, verdict: Verdict) {
        let text = self.keeps_texts.then(|| browser_text(held.text(), self.charset).into_owned());
        self.report_text((SeenKind::Inline, Some(held.kind())), &shown_digest(held, digest), text, verdict);
    }

    fn report_text(&mut self, (kind, runs_as): Seen, script: &str, text: Option<String>, verdict: Verdict) {
        let shown = |c: char| if c.is_control() { '\u{fffd}' } else { c };
        // Nearly all are plain ASCII, which is seen many bytes at a time.
        let is_plain = || script.bytes().fold(true, |so_far, byte| so_far & matches!(byte, b' '..=b'~'));
        let script = if script.len() <= SHOWN && (is_plain() || !script.contains(char::is_control)) {
            script.to_owned()
        } else {
            script.chars().take(SHOWN).map(shown).collect()
        };
        self.tell(Judged { kind, srcdoc: 0, script, attribute: None, runs_as, text, verdict });
    }

    pub(super) fn tell(&mut self, judged: Judged) {
        (self.observer)(judged);
    }

    pub(super) fn emit(&mut self, bytes: &[u8]) {
        if self.writes() {
            self.out.extend_from_slice(bytes);
        }
    }
}

/// An inline script's name in reports. The digest of the empty string is shown nowhere, because it must
/// never be approved.
fn shown_digest(held: &Held, digest: &Digest) -> String {
    if held.text().is_empty() { String::new() } else { digest.to_string() }
}
