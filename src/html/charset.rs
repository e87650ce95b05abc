//! Which charset a document is in. Decided here once and then always sent to the browser, so that both
//! read the same characters.

use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::LazyLock;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};
use lol_html::html_content::{Element, TextChunk, TextType};
use lol_html::{
    AsciiCompatibleEncoding, DocumentContentHandlers, ElementContentHandlers, HandlerResult, HtmlRewriter,
    MemorySettings, Selector, Settings,
};

use super::plain_head::charset_named;

/// How many bytes of a document are searched for a `meta` element.
/// <https://html.spec.whatwg.org/#prescan-a-byte-stream-to-determine-its-encoding>
const PRESCAN: usize = 1024;

/// How many are searched while the head of the document lasts. A page that declares its charset nowhere
/// waits for so many of its bytes, or for the end of its head, before it leaves.
pub const CHARSET_SEARCH: usize = 16 << 10;

/// Elements that don't end a head.
const IN_HEAD: [&str; 11] =
    ["html", "head", "title", "meta", "link", "style", "script", "noscript", "base", "template", "bgsound"];

/// Memory of the parser that searches them; they fit many times.
const PRESCAN_MEMORY: usize = 64 << 10;

/// What is known of a document's charset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Decided.
    Known(&'static Encoding),
    /// More bytes could still change it.
    NeedMore,
    /// Decided, but not to be rewritten (name of the charset): its bytes don't mean ASCII where markup
    /// stands.
    Refused(&'static str),
}

/// The charset of a document from its first bytes: a byte order mark, then the `charset` of the
/// `Content-Type` header (`declared`, as written), then a `meta` element, then `default`.
/// `at_end` says that `prefix` is the whole document. No more than [`CHARSET_SEARCH`] bytes are looked at.
/// <https://html.spec.whatwg.org/#determining-the-character-encoding>
pub fn charset_of(
    prefix: &[u8],
    at_end: bool,
    declared: Option<&str>,
    default: &'static Encoding,
) -> Charset {
    if let Some((encoding, _)) = Encoding::for_bom(prefix) {
        return admit(encoding);
    }
    let could_be_mark =
        [&b"\xef\xbb\xbf"[..], b"\xfe\xff", b"\xff\xfe"].iter().any(|m| m.starts_with(prefix));
    if could_be_mark && !at_end {
        return Charset::NeedMore;
    }
    // A label that nobody knows counts as none.
    if let Some(encoding) = declared.and_then(|label| Encoding::for_label(label.as_bytes())) {
        return admit(encoding);
    }
    let first = prefix.get(..PRESCAN).unwrap_or(prefix);
    if let Some(encoding) = charset_named(first) {
        return admit(meant(encoding));
    }
    let found = search(prefix.get(..CHARSET_SEARCH).unwrap_or(prefix));
    match found.found() {
        Found::Early(encoding) => admit(encoding),
        _ if prefix.len() < PRESCAN && !at_end => Charset::NeedMore,
        // Browsers go on looking while the head lasts: with nothing declared before, a late meta still counts.
        Found::InHead(encoding) => admit(encoding),
        Found::NotYet if prefix.len() < CHARSET_SEARCH && !at_end => Charset::NeedMore,
        Found::NotYet | Found::Nothing => admit(default),
    }
}

fn admit(encoding: &'static Encoding) -> Charset {
    match AsciiCompatibleEncoding::new(encoding) {
        Some(_) => Charset::Known(encoding),
        None => Charset::Refused(encoding.name()),
    }
}

/// What a search for `meta` found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// One that names a charset, within [`PRESCAN`].
    Early(&'static Encoding),
    /// One behind that, before the head has ended.
    InHead(&'static Encoding),
    /// None, and none would count any more.
    Nothing,
    /// None so far.
    NotYet,
}

/// A search under way.
#[derive(Default)]
struct Search {
    early: Cell<Option<&'static Encoding>>,
    in_head: Cell<Option<&'static Encoding>>,
    head_ended: Cell<bool>,
}

impl Search {
    fn element(&self, element: &Element<'_, '_>) -> HandlerResult {
        // By its end: the first search of a browser sees no tag that is cut there.
        let tag = element.source_location().bytes();
        let early = tag.end <= PRESCAN;
        let name = element.tag_name();
        if name == "meta"
            && let Some(encoding) = charset_of_meta(element)
        {
            if early {
                self.early.set(Some(encoding));
                return Err(Decided.into());
            }
            if !self.head_ended.get() {
                self.in_head.set(Some(encoding));
                return Err(Decided.into());
            }
        }
        if !IN_HEAD.contains(&name.as_str()) {
            self.head_ended.set(true);
        }
        self.go_on(tag.start)
    }

    fn text(&self, text: &TextChunk<'_>) {
        if text.text_type() == TextType::Data && !text.as_str().trim_ascii().is_empty() {
            self.head_ended.set(true);
        }
    }

    /// Ends the search where nothing counts any more.
    fn go_on(&self, place: usize) -> HandlerResult {
        if self.head_ended.get() && place >= PRESCAN { Err(Decided.into()) } else { Ok(()) }
    }

    fn found(&self) -> Found {
        match (self.early.get(), self.in_head.get()) {
            (Some(encoding), _) => Found::Early(encoding),
            (None, Some(encoding)) => Found::InHead(encoding),
            (None, None) if self.head_ended.get() => Found::Nothing,
            (None, None) => Found::NotYet,
        }
    }
}

/// Ends the search: what it looked for is known. Most pages name their charset in the first of their tags, and
/// nothing behind that need be read.
#[derive(Debug, thiserror::Error)]
#[error("the charset is known")]
struct Decided;

/// Parsed once for the process.
static EVERY: LazyLock<Option<Selector>> = LazyLock::new(|| "*".parse().ok());

/// Searches for the first `meta` that names a charset. A parser reads the markup, so what stands in
/// comments, scripts and titles doesn't count.
fn search(head: &[u8]) -> Rc<Search> {
    let search: Rc<Search> = Rc::default();
    let (elements, texts) = (Rc::clone(&search), Rc::clone(&search));
    let on_element = move |element: &mut Element<'_, '_>| elements.element(element);
    let on_text = move |text: &mut TextChunk<'_>| {
        texts.text(text);
        Ok(())
    };
    let (Some(every), Some(encoding)) = (EVERY.as_ref(), AsciiCompatibleEncoding::new(WINDOWS_1252)) else {
        return search;
    };
    let settings = Settings::new()
        .with_encoding(encoding)
        .with_strict(false)
        .with_memory_settings(MemorySettings::new().with_max_allowed_memory_usage(PRESCAN_MEMORY))
        .append_element_content_handler((
            Cow::Borrowed(every),
            ElementContentHandlers::default().element(on_element),
        ))
        .append_document_content_handler(DocumentContentHandlers::default().text(on_text));
    // An error only ends the search; nothing is rewritten here.
    let mut parser = HtmlRewriter::new(settings, |_: &[u8]| {});
    let _ = parser.write(head);
    drop(parser);
    search
}

fn charset_of_meta(meta: &Element<'_, '_>) -> Option<&'static Encoding> {
    let label = meta.get_attribute("charset").or_else(|| {
        let pragma = meta.get_attribute("http-equiv")?;
        let content =
            pragma.eq_ignore_ascii_case("content-type").then(|| meta.get_attribute("content"))??;
        label_in_content(&content).map(ToOwned::to_owned)
    })?;
    Encoding::for_label(label.as_bytes()).map(meant)
}

/// What a `meta` means that names this one.
fn meant(encoding: &'static Encoding) -> &'static Encoding {
    // A page that can say this in ASCII isn't in UTF-16.
    if encoding == UTF_16LE || encoding == UTF_16BE {
        UTF_8
    } else if encoding == X_USER_DEFINED {
        WINDOWS_1252
    } else {
        encoding
    }
}

/// The label in a `content` attribute such as `text/html; charset=utf-8`.
/// <https://html.spec.whatwg.org/#algorithm-for-extracting-a-character-encoding-from-a-meta-element>
fn label_in_content(content: &str) -> Option<&str> {
    const SPACE: [char; 5] = ['\t', '\n', '\u{c}', '\r', ' '];
    let lower = content.to_ascii_lowercase();
    let mut from = 0;
    loop {
        let found = lower.get(from..)?.find("charset")?;
        from = from.checked_add(found)?.checked_add("charset".len())?;
        let Some(rest) = content.get(from..)?.trim_start_matches(SPACE).strip_prefix('=') else { continue };
        let rest = rest.trim_start_matches(SPACE);
        return match rest.chars().next()? {
            quote @ ('"' | '\'') => rest.get(1..)?.split_once(quote).map(|(label, _)| label),
            _ => rest.split(|c| c == ';' || SPACE.contains(&c)).next(),
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn piece() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "<!doctype html>",
            "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0//EN\" \"http://www.w3.org/x.dtd\">",
            "<!doctype html \"a>",
            "<!-- a -->",
            "<!--",
            "-->",
            "<!-->",
            "<!--->",
            "--!>",
            "<html lang=en>",
            "<head>",
            "<HEAD class='a b' data-x=\"<meta charset=big5>\">",
            "<meta charset=utf-8>",
            "<META CHARSET=\"Shift_JIS\">",
            "<meta charset='utf-16'/>",
            "<meta charset=none charset=utf-8>",
            "<meta charset=nobody>",
            "<meta charset=\"&#117;tf-8\">",
            "<meta charset=koi8-r/>",
            "<meta name=viewport content=\"width=device-width, initial-scale=1\" />",
            "<meta http-equiv=content-type content=\"text/html; charset=gbk\">",
            "<meta http-equiv=X-UA-Compatible content=\"IE=edge\">",
            "<link rel=stylesheet href=\"/a.css?b=1&c=2\">",
            "<title>a &amp; b</title>",
            "<title>",
            "</title>",
            "<title><meta charset=big5></title>",
            "<style><meta charset=big5></style>",
            "<script>\"<meta charset=big5>\"</script>",
            "<body>",
            "<",
            ">",
            "\"",
            "'",
            " ",
            "\n",
            "x",
            "\0",
        ])
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

        /// What is seen at a glance the parser sees too.
        #[test]
        fn a_plain_head_says_what_the_parser_finds(pieces in prop::collection::vec(piece(), 0..12)) {
            let markup = pieces.concat();
            let head = markup.as_bytes().get(..PRESCAN).unwrap_or(markup.as_bytes());
            if let Some(encoding) = charset_named(head).map(meant) {
                let found = search(head).found();
                prop_assert!(
                    matches!(found, Found::Early(early) if early == encoding),
                    "{} but {:?}: {}", encoding.name(), found, markup
                );
            }
        }
    }

    #[test]
    fn heads_as_nearly_all_write_them_are_plain() {
        for head in [
            "<!DOCTYPE html>\n<html lang=\"en\">\n\n<head>\n\n    <meta charset=\"utf-8\">",
            "<!doctype html><html class=\"no-js\" lang=\"\"><head><meta charset=utf-8>",
            "<!DOCTYPE html><!-- made by hand --><html><head><title>A &amp; B</title>\
             <meta http-equiv=\"X-UA-Compatible\" content=\"IE=edge\"><link rel=icon href=\"/i\"/><meta charset='UTF-8' />",
        ] {
            assert_eq!(charset_named(head.as_bytes()), Some(UTF_8), "{head}");
        }
        // Cut in the midst of the tag nobody knows.
        assert_eq!(charset_named(b"<!doctype html><meta charset=utf-8"), None);
    }
}
