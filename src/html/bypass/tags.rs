//! Plain tags: what each of them means to the document, and the judging of those that are judged.

use std::borrow::Cow;

use encoding_rs::UTF_8;

use super::names::{Class, InSvg, Name, is_custom, known, place_of};
use super::open::Template;
use super::raw_text::{RawText, text_only};
use super::{Bypass, Place, Reads};
use crate::html::error::HtmlError;
use crate::html::page::Page;
use crate::html::plain::{End, Reading, attributes, behind_space, name_ends};
use crate::html::script;
use crate::html::start_tag::StartTag;

/// An element whose tag is read.
struct Found {
    name: Name,
    /// Empty for one that a document defines.
    text: &'static str,
    class: Class,
    in_svg: InSvg,
}

impl Bypass {
    /// The start tag at `lt`, and the place behind it.
    pub(super) fn start_tag(
        &mut self,
        page: &mut Page,
        reads: &mut Reads<'_>,
        lt: usize,
    ) -> Result<Reading<usize>, HtmlError> {
        let bytes = reads.bytes;
        let begins = lt.saturating_add(1);
        let name_ends = match name_ends(bytes, begins) {
            Reading::Plain(end) => end,
            Reading::Odd => return Ok(Reading::Odd),
            Reading::Cut => return Ok(Reading::Cut),
        };
        let Some(found) = self.find(bytes.get(begins..name_ends).unwrap_or_default()) else {
            return Ok(Reading::Odd);
        };
        if let (Place::Html, Class::Judged | Class::RawText) = (self.place, found.class)
            && matches!(found.text, "script" | "link" | "meta" | "base" | "iframe")
        {
            return self.judged(page, reads, lt, name_ends, &found);
        }
        let mut shadow = Shadow::default();
        let tag = attributes(bytes, name_ends, |name, value| {
            found.class != Class::Template || shadow.attribute(name, value)
        });
        let tag = match tag {
            Reading::Plain(tag) => tag,
            Reading::Odd => return Ok(Reading::Odd),
            Reading::Cut => return Ok(Reading::Cut),
        };
        Ok(match self.place {
            Place::Html => self.in_html(page, reads, lt, &found, tag, &shadow),
            Place::Svg(_) => self.in_svg(bytes, &found, tag),
            Place::Select(_) => self.in_select(&found, tag),
            Place::RawText(_) => Reading::Odd,
        })
    }

    /// The end tag at `lt`, and the place behind it.
    pub(super) fn end_tag(&mut self, bytes: &[u8], lt: usize) -> Reading<usize> {
        let begins = lt.saturating_add("</".len());
        let name_ends = match name_ends(bytes, begins) {
            Reading::Plain(end) => end,
            Reading::Odd => return Reading::Odd,
            Reading::Cut => return Reading::Cut,
        };
        let end = match behind_space(bytes, name_ends) {
            Some((end, b'>')) => end.saturating_add(1),
            Some(_) => return Reading::Odd,
            None => return Reading::Cut,
        };
        let Some(found) = self.find(bytes.get(begins..name_ends).unwrap_or_default()) else {
            return Reading::Odd;
        };
        match self.place {
            Place::Html if found.class != Class::Foreign => self.open.pop(found.name),
            // Browsers look farther for the start tag than the parser.
            Place::Svg(depth) if self.open.last() == Some(found.name) => {
                self.open.pop(found.name);
                if self.open.depth() == depth {
                    self.place = Place::Html;
                }
            }
            Place::Select(_) if found.class == Class::Select => {
                self.open.pop(found.name);
                self.place = Place::Html;
            }
            Place::Select(depth)
                if matches!(found.text, "option" | "optgroup") && self.open.has_above(depth, found.name) =>
            {
                self.open.pop(found.name);
            }
            Place::Html | Place::Svg(_) | Place::Select(_) | Place::RawText(_) => return Reading::Odd,
        }
        Reading::Plain(end)
    }

    fn find(&mut self, name: &[u8]) -> Option<Found> {
        if let Some(place) = place_of(name) {
            let (text, class, in_svg) = known(place)?;
            return Some(Found { name: place, text, class, in_svg });
        }
        let name = if is_custom(name) { self.open.bring(name)? } else { return None };
        Some(Found { name, text: "", class: Class::Boring, in_svg: InSvg::Odd })
    }

    fn in_html(
        &mut self,
        page: &mut Page,
        reads: &mut Reads<'_>,
        lt: usize,
        found: &Found,
        tag: End,
        shadow: &Shadow,
    ) -> Reading<usize> {
        if !self.open.has_room() {
            return Reading::Odd;
        }
        match found.class {
            Class::Column if self.doubts && page.doubt.has_template() => return Reading::Odd,
            Class::Column if found.text == "col" => {}
            Class::Void => {}
            Class::Boring | Class::Column => self.open.push(found.name),
            // What follows is of another kind, unless it closes itself.
            Class::Judged | Class::Foreign => return Reading::Odd,
            _ if tag.closes_itself => return Reading::Odd,
            Class::RawText => {
                self.place = Place::RawText(RawText { name: found.text, is_awaited: false });
            }
            Class::Svg => {
                reads.pass(page, lt);
                if self.doubts {
                    page.doubt.sees_foreign();
                }
                self.place = Place::Svg(self.open.depth());
                self.open.push(found.name);
            }
            Class::Select => {
                self.open.push(found.name);
                self.place = Place::Select(self.open.depth());
            }
            Class::Template => {
                if self.doubts {
                    page.doubt.sees_template();
                }
                self.open.push_template(found.name, shadow.kind());
            }
        }
        Reading::Plain(tag.at)
    }

    fn in_svg(&mut self, bytes: &[u8], found: &Found, tag: End) -> Reading<usize> {
        match found.in_svg {
            InSvg::Boring if tag.closes_itself => Reading::Plain(tag.at),
            InSvg::Boring if self.open.has_room() => {
                self.open.push(found.name);
                Reading::Plain(tag.at)
            }
            InSvg::Text if !tag.closes_itself => text_only(bytes, tag.at, found.text),
            InSvg::Boring | InSvg::Text | InSvg::Odd => Reading::Odd,
        }
    }

    fn in_select(&mut self, found: &Found, tag: End) -> Reading<usize> {
        match found.text {
            "hr" => Reading::Plain(tag.at),
            "option" | "optgroup" if self.open.has_room() => {
                self.open.push(found.name);
                Reading::Plain(tag.at)
            }
            _ => Reading::Odd,
        }
    }

    /// A start tag that is judged.
    fn judged(
        &mut self,
        page: &mut Page,
        reads: &mut Reads<'_>,
        lt: usize,
        name_ends: usize,
        found: &Found,
    ) -> Result<Reading<usize>, HtmlError> {
        if found.text == "script"
            && let Some(end) = self.decided_before(page, reads, lt, name_ends)?
        {
            return Ok(Reading::Plain(end));
        }
        if let Some(end) = self.left_alone(reads.bytes, name_ends, found) {
            return Ok(Reading::Plain(end));
        }
        let charset = self.charset;
        let mut read = Vec::with_capacity(8);
        let tag = attributes(reads.bytes, name_ends, |name, value| {
            // Of ASCII, as all that is plain.
            let Ok(name) = std::str::from_utf8(name) else { return false };
            let has_capitals = name.bytes().any(|letter| letter.is_ascii_uppercase());
            let name = if has_capitals { Cow::Owned(name.to_ascii_lowercase()) } else { Cow::Borrowed(name) };
            let value = match std::str::from_utf8(value) {
                Ok(value) if charset == UTF_8 && !value.starts_with('\u{feff}') => Cow::Borrowed(value),
                // As the parser does it, with its view of byte order marks.
                _ => charset.decode(value).0,
            };
            read.push((name, value));
            true
        });
        let tag = match tag {
            Reading::Plain(tag) => tag,
            Reading::Odd => return Ok(Reading::Odd),
            Reading::Cut => return Ok(Reading::Cut),
        };
        if tag.closes_itself && found.class == Class::RawText {
            return Ok(Reading::Odd);
        }
        let has = |wanted: &str| read.iter().any(|(name, _)| name == wanted);
        let is_read = match found.text {
            "meta" => has("http-equiv"),
            "iframe" => has("srcdoc"),
            _ => true,
        };
        let mut is_awaited = false;
        if is_read {
            reads.pass(page, lt);
            if read.len() > self.most_attributes {
                return Err(HtmlError::TooManyAttributes);
            }
            let start_tag = StartTag::of(read, reads.bytes.get(lt..tag.at).unwrap_or_default());
            page.due.in_template = self.open.in_template();
            match found.text {
                "script" => is_awaited = page.script_starts(&start_tag)? == script::End::Awaited,
                "link" => page.link(&start_tag)?,
                "base" => page.base(&start_tag),
                "meta" => page.meta(&start_tag),
                _ => page.iframe(&start_tag),
            }
            page.due.in_template = false;
        }
        if found.class == Class::RawText {
            self.place = Place::RawText(RawText { name: found.text, is_awaited });
        }
        Ok(Reading::Plain(tag.at))
    }
}

impl Bypass {
    /// Most links and metas concern nobody, which a look at their bytes tells; the place behind such a one. `None` where
    /// more has to be read to say so.
    fn left_alone(&self, bytes: &[u8], name_ends: usize, found: &Found) -> Option<usize> {
        let may_concern: fn(&[u8], &[u8]) -> bool = match found.text {
            "meta" => |name, _| name.eq_ignore_ascii_case(b"http-equiv"),
            "link" => |name, value| name.eq_ignore_ascii_case(b"rel") && may_preload(value),
            _ => return None,
        };
        let mut count = 0_usize;
        let tag = attributes(bytes, name_ends, |name, value| {
            count = count.saturating_add(1);
            !may_concern(name, value)
        });
        match tag {
            Reading::Plain(tag) if count <= self.most_attributes => Some(tag.at),
            Reading::Plain(_) | Reading::Odd | Reading::Cut => None,
        }
    }

    /// A script whose start tag was decided before; the place behind it.
    fn decided_before(
        &mut self,
        page: &mut Page,
        reads: &mut Reads<'_>,
        lt: usize,
        name_ends: usize,
    ) -> Result<Option<usize>, HtmlError> {
        let Some(tags) = page.known_tags() else { return Ok(None) };
        let Reading::Plain(End { at, closes_itself: false }) =
            attributes(reads.bytes, name_ends, |_, _| true)
        else {
            return Ok(None);
        };
        let tag = reads.bytes.get(lt..at).unwrap_or_default();
        let Some(decided) = tags.get(tag) else { return Ok(None) };
        reads.pass(page, lt);
        page.due.in_template = self.open.in_template();
        let end = page.carry_out(&decided, tag.len())?;
        page.due.in_template = false;
        self.place = Place::RawText(RawText { name: "script", is_awaited: end == script::End::Awaited });
        Ok(Some(at))
    }
}

/// Whether a link's `rel`, as it is written, may have `preload` or `modulepreload` in it. What is not ASCII may be a byte
/// order mark, which the parser heeds.
fn may_preload(rel: &[u8]) -> bool {
    !rel.is_ascii()
        || rel.contains(&b'&')
        || rel.windows("preload".len()).any(|word| word.eq_ignore_ascii_case(b"preload"))
}

/// What a template's attributes say of it.
#[derive(Default)]
struct Shadow {
    is_said: bool,
    is_shadow: bool,
}

impl Shadow {
    /// `false` where it takes the parser to say what it is.
    fn attribute(&mut self, name: &[u8], value: &[u8]) -> bool {
        if !name.eq_ignore_ascii_case(b"shadowrootmode") {
            return true;
        }
        let is_first = !std::mem::replace(&mut self.is_said, true);
        self.is_shadow = [&b"open"[..], b"closed"].iter().any(|mode| value.eq_ignore_ascii_case(mode));
        is_first && !value.contains(&b'&')
    }

    fn kind(&self) -> Template {
        if self.is_shadow { Template::Shadow } else { Template::Inert }
    }
}
