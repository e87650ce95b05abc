//! Reads what is plain at a glance: tags, comments and runs of text as nearly every page has them, without
//! the tokenizer, which goes from character to character.
//!
//! Nothing is guessed. What is taken here is written so that the standard leaves one reading, is there to
//! its end, and is read where the tokenizer would be in its data state. Anything else (a quote in a name,
//! a NUL, a tag that is cut) is left to the tokenizer. Of what is read only that is kept which a tree
//! builder, or [`TreeWatch`](super::tree_watch::TreeWatch) behind it, can tell apart; whoever has those
//! look at more attributes names their elements in [`attributes_of`].

use std::borrow::Cow;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind};
use html5ever::{Attribute, LocalName, QualName, local_name, ns};
use memchr::{memchr, memchr2, memchr3};

use super::effort::is_formatting;
use crate::html::code::{Place, may_be_javascript, place_by_name};
use crate::html::plain::{self, Reading, is_space, may_end};

/// How far the end of a comment is looked for.
const COMMENT_MAX: usize = 16 << 10;

/// What is done with the attributes of a start tag.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Attributes {
    /// Nobody looks at them.
    Dropped,
    /// They decide what becomes of the element.
    Kept,
}

/// What is done with a start tag's attributes; `None` where the tag is the tokenizer's: its state may change
/// behind it, or much hangs on it.
fn attributes_of(name: &LocalName) -> Option<Attributes> {
    match *name {
        local_name!("script")
        | local_name!("style")
        | local_name!("title")
        | local_name!("textarea")
        | local_name!("iframe")
        | local_name!("noscript")
        | local_name!("noembed")
        | local_name!("noframes")
        | local_name!("xmp")
        | local_name!("plaintext")
        | local_name!("template")
        | local_name!("annotation-xml") => None,
        // `type` of an input counts in tables.
        local_name!("input") => Some(Attributes::Kept),
        // They are compared with one another.
        _ if is_formatting(name) => Some(Attributes::Kept),
        _ => Some(Attributes::Dropped),
    }
}

/// The tag that `text` begins with, and its length; it may have `most` attributes, and code in one only
/// where that need not be shown.
pub(super) fn tag(text: &str, most: usize, shows_code: bool) -> Option<(Tag, usize)> {
    let bytes = text.as_bytes();
    let (kind, begins) = if *bytes.get(1)? == b'/' { (TagKind::EndTag, 2) } else { (TagKind::StartTag, 1) };
    let Reading::Plain(name_ends) = plain::name_ends(bytes, begins) else { return None };
    let name = atom(text.get(begins..name_ends)?);
    let attributes = match kind {
        TagKind::StartTag => attributes_of(&name)?,
        TagKind::EndTag => Attributes::Dropped,
    };
    let shows_code = shows_code && kind == TagKind::StartTag;
    let mut kept = Vec::new();
    let mut number = 0_usize;
    let end = plain::attributes(bytes, name_ends, |name, value| {
        number = number.saturating_add(1);
        if number > most {
            return false;
        }
        if attributes == Attributes::Dropped && !shows_code {
            return true;
        }
        // Both end where a character does.
        let (Ok(name), Ok(value)) = (str::from_utf8(name), str::from_utf8(value)) else { return false };
        if attributes == Attributes::Kept {
            keep(&mut kept, name, value).is_some()
        } else {
            !may_be_code(name, value)
        }
    });
    let Reading::Plain(end) = end else { return None };
    let tag =
        Tag { kind, name, self_closing: end.closes_itself, attrs: kept, had_duplicate_attributes: false };
    Some((tag, end.at))
}

/// The length of the comment that `text` begins with.
pub(super) fn comment(text: &str) -> Option<usize> {
    match plain::comment(text.as_bytes(), COMMENT_MAX) {
        Reading::Plain(length) => Some(length),
        Reading::Odd | Reading::Cut => None,
    }
}

/// All that a tree builder can tell of a run of text in the data state: two characters of the white space
/// at its beginning (it may ignore one line end), and that there is something else. With these it has done
/// what text makes it do; more of the same does nothing. `cut` where more of the run may come.
pub(super) fn text(run: &str, cut: bool) -> Option<StrTendril> {
    let bytes = run.as_bytes();
    let other = bytes.iter().position(|byte| !is_space(*byte));
    let (space, rest) = bytes.split_at_checked(other.unwrap_or(bytes.len()))?;
    // Half a line end.
    if cut && rest.is_empty() && space.ends_with(b"\r") {
        return None;
    }
    let other = match rest {
        [] => false,
        [b'\0', ..] => return None,
        [b'&', more @ ..] if may_be_space(more, cut) => return None,
        _ => true,
    };
    let told = match (space, other) {
        ([], false) => "",
        ([], true) => "x",
        ([b'\r', b'\n'] | [b'\r' | b'\n'], false) => "\n",
        ([b'\r', b'\n'] | [b'\r' | b'\n'], true) => "\nx",
        // Which one the second is doesn't matter.
        ([b'\r' | b'\n', ..], false) => "\n ",
        ([b'\r' | b'\n', ..], true) => "\n x",
        (_, false) => " ",
        (_, true) => " x",
    };
    Some(StrTendril::from(told))
}

/// Whether a character reference that goes on like this may stand for white space: `&Tab;`, `&NewLine;` and
/// numbers do.
fn may_be_space(reference: &[u8], cut: bool) -> bool {
    reference.first().map_or(cut, |next| matches!(next, b'#' | b'T' | b'N'))
}

/// Where raw text ends: the place of the first `</name` behind which a tag goes on or ends, or of what may
/// become one when more comes.
pub(super) fn raw_text(text: &str, name: &LocalName) -> usize {
    let bytes = text.as_bytes();
    let mut from = 0_usize;
    while let Some(found) = bytes.get(from..).and_then(|rest| memchr(b'<', rest)) {
        let at = from.saturating_add(found);
        let rest = bytes.get(at..).unwrap_or_default();
        if may_end(rest, name.as_bytes()) {
            return at;
        }
        from = at.saturating_add(1);
    }
    bytes.len()
}

fn may_be_code(name: &str, value: &str) -> bool {
    match place_by_name(&name.to_ascii_lowercase()) {
        None => false,
        Some(Place::Handler) => true,
        Some(Place::Url | Place::Urls) => may_be_javascript(value),
    }
}

/// Keeps the first of each name. `None` where it takes more to know the value.
fn keep(kept: &mut Vec<Attribute>, name: &str, value: &str) -> Option<()> {
    let value = decoded(value)?;
    let name = atom(name);
    if kept.iter().all(|known| known.name.local != name) {
        kept.push(Attribute { name: QualName::new(None, ns!(), name), value });
    }
    Some(())
}

/// The value that is written so, if there are no other character references in it than `&amp;`.
fn decoded(value: &str) -> Option<StrTendril> {
    let bytes = value.as_bytes();
    if memchr3(b'\0', b'\r', b'&', bytes).is_none() {
        return Some(StrTendril::from(value));
    }
    let (before, after) = value.split_once('&').filter(|_| memchr2(b'\0', b'\r', bytes).is_none())?;
    let mut decoded = StrTendril::from(before);
    for part in after.split('&') {
        decoded.push_char('&');
        decoded.push_slice(part.strip_prefix("amp;")?);
    }
    Some(decoded)
}

fn atom(name: &str) -> LocalName {
    let has_capitals = name.bytes().any(|byte| byte.is_ascii_uppercase());
    LocalName::from(if has_capitals { Cow::Owned(name.to_ascii_lowercase()) } else { Cow::Borrowed(name) })
}
