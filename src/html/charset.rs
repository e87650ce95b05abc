//! Which charset a document is in. Decided here once and then always sent to the browser, so that both
//! read the same characters.

use std::cell::Cell;
use std::rc::Rc;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};
use lol_html::html_content::Element;
use lol_html::{
    AsciiCompatibleEncoding, ElementContentHandlers, HtmlRewriter, MemorySettings, Selector, Settings,
};

/// How many bytes of a document are searched for a `meta` element.
/// <https://html.spec.whatwg.org/#prescan-a-byte-stream-to-determine-its-encoding>
const PRESCAN: usize = 1024;

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
/// `at_end` says that `prefix` is the whole document.
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
    if let Some(encoding) = prescan(prefix.get(..PRESCAN).unwrap_or(prefix)) {
        return admit(encoding);
    }
    if prefix.len() < PRESCAN && !at_end { Charset::NeedMore } else { admit(default) }
}

fn admit(encoding: &'static Encoding) -> Charset {
    match AsciiCompatibleEncoding::new(encoding) {
        Some(_) => Charset::Known(encoding),
        None => Charset::Refused(encoding.name()),
    }
}

/// The charset of the first `meta` that names one. A parser reads the markup, so what stands in
/// comments, scripts and titles doesn't count.
fn prescan(head: &[u8]) -> Option<&'static Encoding> {
    let selector = "meta".parse::<Selector>().ok()?;
    let found: Rc<Cell<Option<&'static Encoding>>> = Rc::default();
    let seen = Rc::clone(&found);
    let on_meta = move |element: &mut Element<'_, '_>| {
        if seen.get().is_none() {
            seen.set(charset_of_meta(element));
        }
        Ok(())
    };
    let settings = Settings::new()
        .with_encoding(AsciiCompatibleEncoding::new(WINDOWS_1252)?)
        .with_strict(false)
        .with_memory_settings(MemorySettings::new().with_max_allowed_memory_usage(PRESCAN_MEMORY))
        .append_element_content_handler((
            std::borrow::Cow::Owned(selector),
            ElementContentHandlers::default().element(on_meta),
        ));
    // An error only ends the search; nothing is rewritten here.
    let mut parser = HtmlRewriter::new(settings, |_: &[u8]| {});
    let _ = parser.write(head);
    found.get()
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
