//! A start tag as the page wrote it: attributes in order, duplicates included, values undecoded.

use std::borrow::Cow;
use std::collections::HashSet;

use htmlize::unescape_attribute;
use lol_html::html_content::Element;

use super::error::HtmlError;

/// So many attributes are compared with one another; of more a table is made.
const FEW: usize = 16;

/// What is read of one start tag.
pub(super) struct StartTag<'a> {
    attributes: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// Its length in the markup, in bytes.
    pub(super) len: usize,
    /// The tag itself, where it was read from its bytes.
    pub(super) raw: Option<&'a [u8]>,
}

impl<'a> StartTag<'a> {
    /// One with the attributes that another reader found in its bytes. Names are in lower case.
    pub(super) fn of(attributes: Vec<(Cow<'a, str>, Cow<'a, str>)>, raw: &'a [u8]) -> Self {
        Self { attributes, len: raw.len(), raw: Some(raw) }
    }

    /// Reads a tag of at most `most` attributes. Names come in lower case.
    pub(super) fn read(element: &Element<'_, '_>, most: usize) -> Result<Self, HtmlError> {
        if element.attributes().len() > most {
            return Err(HtmlError::TooManyAttributes);
        }
        let location = element.source_location().bytes();
        let attributes = element.attributes().iter().map(|attribute| {
            let name = attribute.name();
            // lol_html takes a byte order mark at the head of a name for one and drops it (or reads the
            // rest as UTF-16); to the browser it is part of the name. Then the length gives it away.
            let raw_len = attribute.name_source_location().map(|location| location.bytes().len());
            let true_name = if name.is_ascii() && raw_len.is_some_and(|len| len != name.len()) {
                format!("\u{feff}{name}")
            } else {
                name
            };
            (Cow::Owned(true_name), Cow::Owned(attribute.value()))
        });
        Ok(Self { attributes: attributes.collect(), len: location.len(), raw: None })
    }

    /// The value of the first attribute of a name, undecoded: the one that browsers use.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// The same with its character references decoded.
    pub(super) fn decoded(&self, name: &str) -> Option<Cow<'_, str>> {
        self.first(name).map(unescape_attribute)
    }

    /// Whether an attribute carries `<script` or `<style`, as a tag does that an unclosed quote of
    /// injected markup has swallowed.
    /// <https://w3c.github.io/webappsec-csp/#is-element-nonceable>
    pub(super) fn dangling(&self) -> bool {
        self.attributes.iter().any(|(name, value)| {
            carries_element(name)
                || carries_element(value)
                || (value.contains('&') && carries_element(&unescape_attribute(&**value)))
        })
    }

    /// The attributes that an edited tag keeps: the first of each name, none of `without`, and none
    /// whose name could read differently once it is written anew.
    pub(super) fn kept(&self, without: &[&str]) -> Vec<(&str, &str)> {
        let pairs = self.attributes.iter().map(|(name, value)| (&**name, &**value));
        let wanted = pairs.filter(|(name, _)| plain_name(name) && !without.contains(name));
        if self.attributes.len() > FEW {
            let mut seen = HashSet::new();
            return wanted.filter(|(name, _)| seen.insert(*name)).collect();
        }
        let mut kept: Vec<(&str, &str)> = Vec::with_capacity(self.attributes.len());
        for (name, value) in wanted {
            if kept.iter().all(|(known, _)| *known != name) {
                kept.push((name, value));
            }
        }
        kept
    }
}

fn carries_element(text: &str) -> bool {
    if !text.contains('<') {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    lower.contains("<script") || lower.contains("<style")
}

fn plain_name(name: &str) -> bool {
    let plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.' | b':' | b'@');
    !name.is_empty() && name.bytes().all(plain)
}
