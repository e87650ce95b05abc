//! What else of a page matters to a person who writes a policy for it: code in attributes, which only the
//! browser's CSP stops, and fields that ask for a card. Read only; not used on the data path.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use encoding_rs::Encoding;
use htmlize::unescape_attribute;
use lol_html::html_content::Element;

use super::code::{TagWatch, Tags, code_in, place_of};
use super::error::HtmlError;
use super::limits::Limits;
use super::start_tag::StartTag;
use crate::inventory::{SeenKind, inline_text};
use crate::sri::{Algorithm, Digest};

/// Findings of a kind that are kept of one page.
const MAX_FOUND: usize = 500;
/// The longest code in an attribute that is kept.
const MAX_CODE: usize = 16 << 10;

/// What a page has besides script elements.
#[derive(Debug, Default)]
pub struct Survey {
    /// Code in attributes.
    pub handlers: Vec<Handler>,
    /// Names of fields that ask for a card's data.
    pub card_fields: BTreeSet<String>,
    /// Whether it has a CSP of its own in a `meta`.
    pub has_csp: bool,
    /// Findings that were not kept, and `srcdoc` documents that were not looked into.
    pub left_out: usize,
}

/// Code in an attribute.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Handler {
    /// The element's name.
    pub element: String,
    /// The attribute's name: `onclick`, or `href` for a `javascript:` URL.
    pub attribute: String,
    /// The attribute's value with its character references decoded: what is approved.
    pub written: String,
    /// The text that browsers hold against a CSP: the same, but for a URL that is written otherwise than
    /// the URL parser writes it.
    pub code: String,
    /// The digest of it, by which a CSP can allow it.
    pub digest: Digest,
    /// Whether it is a `javascript:` URL.
    pub is_url: bool,
}

/// Looks through a whole document.
pub fn survey(markup: &[u8], charset: &'static Encoding, limits: &Limits) -> Result<Survey, HtmlError> {
    let found = Rc::<RefCell<Survey>>::default();
    let mut watch = TagWatch::new(charset, limits, 0, &found)?;
    watch.read(markup)?;
    watch.end()?;
    Ok(found.take())
}

impl Tags for Survey {
    fn tag(&mut self, element: &Element<'_, '_>, most: usize, _: usize) -> Result<(), HtmlError> {
        self.look_at(&element.tag_name(), &StartTag::read(element, most)?);
        Ok(())
    }

    fn leave_out(&mut self) {
        self.left_out = self.left_out.saturating_add(1);
    }
}

impl Survey {
    fn look_at(&mut self, element: &str, tag: &StartTag<'_>) {
        for (name, raw) in tag.kept(&[]) {
            if let Some(place) = place_of(element, name) {
                let written = unescape_attribute(inline_text(raw).as_ref()).into_owned();
                let Some(code) = code_in(place, &written).map(Cow::into_owned) else { continue };
                self.handler(Handler {
                    element: element.to_owned(),
                    attribute: name.to_owned(),
                    digest: Digest::of(Algorithm::Sha256, code.as_bytes()),
                    is_url: place.kind() == SeenKind::JavascriptUrl,
                    written,
                    code,
                });
            }
        }
        if element == "meta"
            && tag
                .decoded("http-equiv")
                .is_some_and(|name| name.eq_ignore_ascii_case("content-security-policy"))
        {
            self.has_csp = true;
        }
        if matches!(element, "input" | "select" | "iframe")
            && let Some(name) = card_field(tag)
        {
            if self.card_fields.len() < MAX_FOUND {
                self.card_fields.insert(name);
            } else {
                self.leave_out();
            }
        }
    }

    fn handler(&mut self, handler: Handler) {
        if handler.written.len().max(handler.code.len()) > MAX_CODE || self.handlers.len() >= MAX_FOUND {
            self.leave_out();
        } else {
            self.handlers.push(handler);
        }
    }
}

/// The name of a field that asks for a card's data.
/// <https://html.spec.whatwg.org/#autofill>
fn card_field(tag: &StartTag<'_>) -> Option<String> {
    let autofill = tag.decoded("autocomplete").is_some_and(|value| {
        value.split_ascii_whitespace().any(|word| word.to_ascii_lowercase().starts_with("cc-"))
    });
    let names = ["name", "id"].map(|attribute| tag.decoded(attribute).unwrap_or_default());
    let plain = |name: &str| {
        let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        letters.to_ascii_lowercase()
    };
    let wanted = |name: &str| {
        ["cardnumber", "ccnumber", "creditcard", "cardno", "cvv", "cvc", "cardexp", "securitycode"]
            .iter()
            .any(|word| name.contains(word))
    };
    let shown = names.iter().find(|name| !name.is_empty()).map_or("a field", |name| name);
    (autofill || names.iter().any(|name| wanted(&plain(name)))).then(|| shown.chars().take(80).collect())
}

#[cfg(test)]
mod tests {
    use encoding_rs::UTF_8;

    use super::*;

    fn surveyed(markup: &str) -> Survey {
        survey(markup.as_bytes(), encoding_rs::UTF_8, &Limits::default()).unwrap()
    }

    #[test]
    fn code_in_attributes_is_found_with_the_digest_that_browsers_compare() {
        let found = surveyed(
            "<p onclick=\"a(&quot;1&quot;)\"><a href=' java&Tab;script:b()'>x</a><img onerror=c()>\
             <a href=/javascript:no>y</a><textarea><p onclick=no()></textarea>",
        );
        let codes: Vec<_> = found.handlers.iter().map(|h| (h.attribute.as_str(), h.code.as_str())).collect();
        assert_eq!(codes, [("onclick", "a(\"1\")"), ("href", "javascript:b()"), ("onerror", "c()")]);
        assert_eq!(found.handlers[0].digest, Digest::of(Algorithm::Sha256, b"a(\"1\")"));
        assert_eq!([0, 1, 2].map(|place| found.handlers[place].is_url), [false, true, false]);
    }

    #[test]
    fn a_javascript_url_has_the_digest_that_browsers_compare() {
        let found = surveyed("<a href='JavaScript:b%28%22x%20y%22%29'>x</a>");
        assert_eq!(found.handlers[0].code, "javascript:b(\"x y\")");
    }

    #[test]
    fn fields_that_ask_for_a_card_are_found() {
        let found = surveyed(
            "<input name=q><input autocomplete='billing cc-number' id=n><input name=card_number>\
             <input name='cc-cvv'><meta http-equiv=Content-Security-Policy><iframe srcdoc='<script>'></iframe>",
        );
        assert_eq!(found.card_fields.into_iter().collect::<Vec<_>>(), ["card_number", "cc-cvv", "n"]);
        assert!(found.has_csp && !surveyed("<meta name=content-security-policy>").has_csp);
    }

    #[test]
    fn documents_in_attributes_are_looked_through_as_deep_as_the_limit() {
        let inner = "<iframe srcdoc='&lt;p onclick=b()>'></iframe><p onclick=a()>";
        let within = inner.replace('&', "&amp;").replace('"', "&quot;");
        let found = surveyed(&format!("<iframe srcdoc=\"{within}\"></iframe>"));
        let codes: Vec<_> = found.handlers.iter().map(|handler| handler.code.as_str()).collect();
        assert_eq!((codes, found.left_out), (vec!["b()", "a()"], 0));
        let limits = Limits { srcdoc_depth: 1, ..Limits::default() };
        let page = format!("<iframe srcdoc=\"{within}\"></iframe>");
        let found = survey(page.as_bytes(), UTF_8, &limits).unwrap();
        assert_eq!((found.handlers.len(), found.left_out), (1, 1));
    }
}
