//! `iframe srcdoc`: a document in an attribute, with the origin and the CSP of its page. It is rewritten
//! as a document of its own, under the same grants, and written back where something in it changed.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::Write as _;
use std::rc::Rc;

use encoding_rs::{Encoding, UTF_8};
use htmlize::unescape_attribute;

use super::edited_tag::EditedTag;
use super::error::HtmlError;
use super::limits::within_srcdoc;
use super::marker::quarantined;
use super::page::{Judged, Page};
use super::rewriter::Rewriter;
use super::start_tag::StartTag;
use crate::inventory::{SeenKind, inline_text};
use crate::judge::{Reason, Verdict};

/// A document out of an attribute, rewritten.
struct Inner {
    text: String,
    judged: Vec<Judged>,
    merged_csps: usize,
}

/// How much of a document goes to its rewriter at once.
const PIECE: usize = 16 << 10;
/// How many times longer than the longest that is looked into one may become. What we write into each may
/// be long, and is escaped once more for each document around it.
const GROWTH: usize = 4;

impl Page {
    /// An iframe's tag in the HTML namespace.
    ///
    /// What can't be judged is taken away, and the frame's `src` with it: it would come into force.
    /// <https://html.spec.whatwg.org/#attr-iframe-srcdoc>
    pub(super) fn iframe(&mut self, tag: &StartTag<'_>) {
        let Some(raw) = tag.first("srcdoc") else { return };
        let text = srcdoc_text(raw);
        match self.rewritten_srcdoc(&text) {
            Ok(inner) => {
                self.merged_csps = inner.merged_csps;
                for judged in inner.judged {
                    self.tell(Judged { srcdoc: judged.srcdoc.saturating_add(1), ..judged });
                }
                if inner.text != text {
                    let markup = with_srcdoc(tag, &inner.text, self.charset);
                    self.replace_tag(&markup, tag);
                }
            }
            Err(reason) => {
                self.replace_tag(&without_srcdoc(tag, reason), tag);
                self.report((SeenKind::Srcdoc, None), "", Verdict::inert(reason));
            }
        }
    }

    fn rewritten_srcdoc(&self, text: &str) -> Result<Inner, Reason> {
        if self.depth >= self.limits.srcdoc_depth {
            return Err(Reason::SrcdocDepth);
        }
        if text.len() > self.limits.srcdoc_bytes {
            return Err(Reason::SrcdocLength);
        }
        let judged = Rc::<RefCell<Vec<Judged>>>::default();
        let kept = Rc::clone(&judged);
        let mut inner = self.inner(Box::new(move |judged| kept.borrow_mut().push(judged)));
        inner.limits = within_srcdoc(&self.limits, text.len());
        let mut rewriter = Rewriter::over(inner).map_err(|error| unread(&error))?;
        let most = self.limits.srcdoc_bytes.saturating_mul(GROWTH);
        let text = rewritten(&mut rewriter, text, most)?;
        Ok(Inner { text, judged: judged.take(), merged_csps: rewriter.merged_csps() })
    }
}

/// `most` bytes may come out of it.
fn rewritten(rewriter: &mut Rewriter, text: &str, most: usize) -> Result<String, Reason> {
    let mut out = Vec::with_capacity(text.len());
    for piece in text.as_bytes().chunks(PIECE) {
        rewriter.write(piece, &mut out).map_err(|error| unread(&error))?;
        if out.len() > most {
            return Err(Reason::SrcdocLength);
        }
    }
    rewriter.end(&mut out).map_err(|error| unread(&error))?;
    match (rewriter.blind(), String::from_utf8(out)) {
        (None, Ok(text)) => Ok(text),
        _ => Err(Reason::SrcdocUnread),
    }
}

fn unread(error: &HtmlError) -> Reason {
    if matches!(error, HtmlError::TooMuchAdded) { Reason::SrcdocLength } else { Reason::SrcdocUnread }
}

/// The document that a browser makes of an undecoded value.
pub(super) fn srcdoc_text(raw: &str) -> Cow<'_, str> {
    match inline_text(raw) {
        Cow::Borrowed(text) => unescape_attribute(text),
        Cow::Owned(text) => Cow::Owned(unescape_attribute(text.as_str()).into_owned()),
    }
}

/// The tag with another document in it.
fn with_srcdoc(tag: &StartTag<'_>, text: &str, charset: &'static Encoding) -> String {
    let mut edited = EditedTag::open("iframe");
    for (name, raw) in tag.kept(&[]) {
        edited = match name {
            "srcdoc" => edited.page_attribute(name, &escaped(text, charset)),
            _ => edited.page_attribute(name, raw),
        };
    }
    edited.close()
}

/// The tag of a frame that stays empty.
fn without_srcdoc(tag: &StartTag<'_>, reason: Reason) -> String {
    let mut edited = EditedTag::open("iframe");
    for (name, raw) in tag.kept(&["srcdoc", "src"]) {
        edited = edited.page_attribute(name, raw);
    }
    quarantined(edited, reason, None).close()
}

/// A value that means this text in an attribute of a page in `charset`: what the charset lacks, or
/// writes as something else (`¥` is `\` in `Shift_JIS`), becomes a character reference.
fn escaped(text: &str, charset: &'static Encoding) -> String {
    let mut value = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => value.push_str("&amp;"),
            // A browser would read it as a line feed.
            '\r' => value.push_str("&#13;"),
            _ if c.is_ascii() || charset == UTF_8 || comes_back(c, charset) => value.push(c),
            _ => {
                // Writing to a string doesn't fail.
                let _ = write!(value, "&#{};", u32::from(c));
            }
        }
    }
    value
}

fn comes_back(c: char, charset: &'static Encoding) -> bool {
    let mut buffer = [0; 4];
    let c: &str = c.encode_utf8(&mut buffer);
    let (bytes, _, unmappable) = charset.encode(c);
    !unmappable && charset.decode_without_bom_handling(&bytes).0 == c
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{ISO_8859_2, SHIFT_JIS, WINDOWS_1252};

    #[test]
    fn a_value_is_read_as_a_browser_reads_it_and_written_so_that_it_means_the_same() {
        assert_eq!(srcdoc_text("a\r\nb\0&lt;&amp;lt;&#13;&ltx &lt "), "a\nb\u{fffd}<&lt;\r&ltx < ");
        for charset in [UTF_8, WINDOWS_1252, SHIFT_JIS, ISO_8859_2] {
            let text = "é¥&lt;€\u{80}\r\n日‾\u{feff}\"<'>";
            let tag = EditedTag::open("iframe").page_attribute("srcdoc", &escaped(text, charset)).close();
            let (bytes, _, unmappable) = charset.encode(&tag);
            assert!(!unmappable, "{}: {tag}", charset.name());
            let (back, _) = charset.decode_without_bom_handling(&bytes);
            let value = back.strip_prefix("<iframe srcdoc=\"").unwrap().strip_suffix("\">").unwrap();
            // Where the charset lacks this control character no reference means it; it does nothing in markup.
            let expected =
                if charset == WINDOWS_1252 { text.replace('\u{80}', "€") } else { text.to_owned() };
            assert_eq!(srcdoc_text(value), expected, "{}", charset.name());
        }
    }
}
