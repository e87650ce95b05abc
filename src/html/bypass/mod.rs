//! What is plain at a glance passes the parser by: text, comments, and tags as nearly every page has them. At the
//! first markup that is written otherwise the parser takes over, for the rest of the document.
//!
//! ```text
//!            plain (text, boring tags; runs of them: `run`) ─────────────────────► Page::take
//!  markup ─► Bypass ─ a script's tag that was decided before (`known_tags`) ──► Page::carry_out ────► Page::take
//!              ├ plain, and judged (script, link, meta, base, iframe) ────────► Page::script_starts, … ─► Page::take
//!              └ odd ─► the parser, led through the start tags that are open ─► its handlers, for all that comes
//! ```
//!
//! Nothing is guessed: [`super::plain`] reads only what the standard leaves one reading of, and only elements that
//! are listed ([`names`]) are taken, where they mean what they mean in ordinary pages. What comes out, and what is
//! judged, is what the parser alone would make of it; a test holds the two against each other
//! (`tests/it/html/bypass.rs`).

mod names;
mod open;
mod raw_text;
mod run;
mod tags;
mod waypoint;

use encoding_rs::Encoding;
use memchr::memchr;

use super::error::HtmlError;
use super::limits::Limits;
use super::page::Page;
use super::plain::{Reading, comment};
use open::Open;
use raw_text::{Ends, RawText};
pub(super) use waypoint::Waypoint;

/// How much of something that is cut waits for its end. What is longer takes the parser, which has a limit for it.
const WAITS: usize = 16 << 10;
/// How often it is looked at again when more comes.
const LOOKS: u32 = 64;

/// Reads the plain beginning of a document.
pub(super) struct Bypass {
    place: Place,
    open: Open,
    charset: &'static Encoding,
    most_attributes: usize,
    /// Whether signs of doubt are looked for.
    doubts: bool,
    /// What is cut.
    waits: Vec<u8>,
    looks: u32,
}

/// Where in a document one stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Among elements of HTML.
    Html,
    /// In an `svg` that lies so deep.
    Svg(usize),
    /// In a `select`; what lies in it lies deeper than this.
    Select(usize),
    RawText(RawText),
}

/// What the parser has to read.
pub(super) struct Rest<'a> {
    /// What was waiting, and what came behind it.
    pub(super) waited: Vec<u8>,
    pub(super) behind: &'a [u8],
}

/// Where the parser finds itself.
pub(super) struct Where {
    /// The start tags that are open.
    pub(super) start_tags: Vec<u8>,
    /// Whether the end of the last of them is awaited.
    pub(super) is_awaited: bool,
}

/// How far some bytes were read.
enum Went {
    Through,
    /// To this place; what begins there takes more bytes.
    Cut(usize),
    /// To this place; what begins there takes the parser.
    Odd(usize),
}

/// Bytes that are read.
struct Reads<'a> {
    bytes: &'a [u8],
    /// What has not passed begins here.
    from: usize,
}

impl Reads<'_> {
    /// Has everything before `to` pass.
    fn pass(&mut self, page: &mut Page, to: usize) {
        if let Some(bytes) = self.bytes.get(self.from..to).filter(|bytes| !bytes.is_empty()) {
            page.take(bytes);
        }
        self.from = to;
    }
}

impl Bypass {
    /// Whether markup in a charset can be read by its bytes: what is not ASCII has no byte of ASCII in it.
    /// <https://encoding.spec.whatwg.org/#encodings>
    pub(super) fn reads(charset: &'static Encoding) -> bool {
        charset == encoding_rs::UTF_8 || charset.is_single_byte()
    }

    /// Before the first byte of a document. `doubts` where signs are looked for.
    pub(super) fn new(charset: &'static Encoding, limits: &Limits, doubts: bool) -> Self {
        Self {
            place: Place::Html,
            open: Open::none(limits.parser_memory),
            charset,
            most_attributes: limits.attributes,
            doubts,
            waits: Vec::new(),
            looks: 0,
        }
    }

    /// Reads the next bytes, and says what of them is the parser's, from when on all is.
    pub(super) fn read<'a>(
        &mut self,
        page: &mut Page,
        bytes: &'a [u8],
    ) -> Result<Option<Rest<'a>>, HtmlError> {
        if self.waits.is_empty() {
            return match self.go(page, bytes)? {
                Went::Through => Ok(None),
                Went::Cut(at) => {
                    let cut = bytes.get(at..).unwrap_or_default();
                    if cut.len() > WAITS {
                        return Ok(Some(Rest { waited: Vec::new(), behind: cut }));
                    }
                    self.waits.extend_from_slice(cut);
                    self.looks = 0;
                    Ok(None)
                }
                Went::Odd(at) => {
                    Ok(Some(Rest { waited: Vec::new(), behind: bytes.get(at..).unwrap_or_default() }))
                }
            };
        }
        self.waits.extend_from_slice(bytes);
        // Nothing that waits ends otherwise.
        if memchr(b'>', bytes).is_none() && self.waits.len() <= WAITS {
            return Ok(None);
        }
        let mut waited = std::mem::take(&mut self.waits);
        let (at, is_odd) = match self.go(page, &waited)? {
            Went::Through => (waited.len(), false),
            Went::Cut(at) => (at, false),
            Went::Odd(at) => (at, true),
        };
        waited.drain(..at.min(waited.len()));
        self.looks = if at == 0 { self.looks.saturating_add(1) } else { 0 };
        if is_odd || waited.len() > WAITS || self.looks > LOOKS {
            return Ok(Some(Rest { waited, behind: &[] }));
        }
        self.waits = waited;
        Ok(None)
    }

    /// The end of the document; what of it is the parser's.
    pub(super) fn end(&mut self) -> Option<Rest<'static>> {
        let waited = std::mem::take(&mut self.waits);
        (!waited.is_empty()).then_some(Rest { waited, behind: &[] })
    }

    /// Where the document stands, for a parser that is to go on from here.
    pub(super) fn stands(&self) -> Where {
        let mut start_tags = self.open.start_tags();
        let mut is_awaited = false;
        if let Place::RawText(raw) = self.place {
            start_tags.push(b'<');
            start_tags.extend_from_slice(raw.name.as_bytes());
            start_tags.push(b'>');
            is_awaited = raw.is_awaited;
        }
        Where { start_tags, is_awaited }
    }

    fn go(&mut self, page: &mut Page, bytes: &[u8]) -> Result<Went, HtmlError> {
        let mut reads = Reads { bytes, from: 0 };
        let mut at = 0;
        loop {
            let next = match self.place {
                Place::RawText(raw) => match raw.end(bytes, at) {
                    Ends::NotHere => break,
                    Ends::Cut(cut) => {
                        at = cut;
                        Reading::Cut
                    }
                    Ends::Odd(odd) => {
                        at = odd;
                        Reading::Odd
                    }
                    Ends::At(tag, end) => {
                        self.raw_text_ends(page, &mut reads, raw, tag, end)?;
                        Reading::Plain(end)
                    }
                },
                Place::Html | Place::Svg(_) | Place::Select(_) => {
                    // A short cut: without it the same comes out.
                    if matches!(self.place, Place::Html) {
                        at = self.skip_boring_tags(bytes, at);
                    }
                    let Some(lt) = bytes.get(at..).and_then(|rest| memchr(b'<', rest)) else { break };
                    at = at.saturating_add(lt);
                    self.markup(page, &mut reads, at)?
                }
            };
            match next {
                Reading::Plain(next) => at = next,
                Reading::Cut => {
                    reads.pass(page, at);
                    return Ok(Went::Cut(at));
                }
                Reading::Odd => {
                    reads.pass(page, at);
                    return Ok(Went::Odd(at));
                }
            }
        }
        reads.pass(page, bytes.len());
        Ok(Went::Through)
    }

    /// What a `<` begins, and the place behind it.
    /// <https://html.spec.whatwg.org/#tag-open-state>
    fn markup(
        &mut self,
        page: &mut Page,
        reads: &mut Reads<'_>,
        lt: usize,
    ) -> Result<Reading<usize>, HtmlError> {
        let rest = reads.bytes.get(lt..).unwrap_or_default();
        Ok(match rest {
            [_, b'/', ..] => self.end_tag(reads.bytes, lt),
            [_, b'!', ..] => self.declaration(rest, lt),
            [_, b'?', ..] => Reading::Odd,
            [_, letter, ..] if letter.is_ascii_alphabetic() => self.start_tag(page, reads, lt)?,
            // Text.
            [_, _, ..] => Reading::Plain(lt.saturating_add(1)),
            _ => Reading::Cut,
        })
    }

    /// A comment or a doctype.
    fn declaration(&self, rest: &[u8], at: usize) -> Reading<usize> {
        const DOCTYPE: &[u8] = b"<!doctype";
        if rest.starts_with(b"<!--") {
            return match comment(rest, WAITS) {
                Reading::Plain(length) => Reading::Plain(at.saturating_add(length)),
                Reading::Odd => Reading::Odd,
                Reading::Cut => Reading::Cut,
            };
        }
        if rest.len() < DOCTYPE.len() {
            return if matches!(rest, [_, _, b'[', ..]) { Reading::Odd } else { Reading::Cut };
        }
        let is_doctype = rest.get(..DOCTYPE.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(DOCTYPE));
        if !is_doctype || !matches!(self.place, Place::Html) {
            return Reading::Odd;
        }
        // The first `>` ends it, also in quotes.
        match memchr(b'>', rest) {
            None => Reading::Cut,
            Some(end) if memchr(b'<', rest.get(1..end).unwrap_or_default()).is_some() => Reading::Odd,
            Some(end) => Reading::Plain(at.saturating_add(end).saturating_add(1)),
        }
    }

    fn raw_text_ends(
        &mut self,
        page: &mut Page,
        reads: &mut Reads<'_>,
        raw: RawText,
        tag: usize,
        end: usize,
    ) -> Result<(), HtmlError> {
        self.place = Place::Html;
        if raw.is_awaited {
            reads.pass(page, tag);
            if !page.script_ends()? {
                page.end_tag_removed(end.saturating_sub(tag));
                reads.from = end;
            }
        }
        Ok(())
    }
}
