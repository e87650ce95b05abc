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
    let encoding = Encoding::for_label(label.as_bytes())?;
    // A page that can say this in ASCII isn't in UTF-16.
    if encoding == UTF_16LE || encoding == UTF_16BE {
        Some(UTF_8)
    } else if encoding == X_USER_DEFINED {
        Some(WINDOWS_1252)
    } else {
        Some(encoding)
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
