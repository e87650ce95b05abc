//! Code that was found in a document's attributes: each text once, and no more than a page may make work
//! for the store.

use std::collections::HashSet;

use htmlize::unescape_attribute;
use lol_html::html_content::{Attribute, Element};

use super::attribute::{Place, code_in, may_be_javascript, place_by_name, place_of};
use super::tag_watch::Tags;
use crate::html::error::HtmlError;
use crate::html::page::Attribute as Named;
use crate::html::start_tag::StartTag;
use crate::inventory::{SeenKind, inline_text};
use crate::sri::{Algorithm, Digest};

/// Different texts of one document that are told.
const TOLD: usize = 200;
/// Characters of a name.
const NAME: usize = 40;

/// Code in an attribute.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::html) struct Found {
    pub(in crate::html) kind: SeenKind,
    /// How many `srcdoc` documents deep.
    pub(in crate::html) srcdoc: usize,
    /// `None` where not everything was looked at.
    pub(in crate::html) digest: Option<Digest>,
    pub(in crate::html) attribute: Option<Named>,
}

/// Everything of one document.
#[derive(Debug, Default)]
pub(in crate::html) struct Findings {
    seen: HashSet<(SeenKind, Digest)>,
    waiting: Vec<Found>,
    left_out: bool,
}

impl Findings {
    /// Looks at an attribute whose value is what browsers see. Names are in lower case.
    pub(in crate::html) fn look_at(&mut self, depth: usize, element: &str, name: &str, value: &str) {
        if let Some(place) = place_of(element, name) {
            self.add(depth, element, name, place, value);
        }
    }

    /// Something is not looked at; told once.
    pub(in crate::html) fn leave_out(&mut self) {
        if !std::mem::replace(&mut self.left_out, true) {
            self.waiting.push(Found { kind: SeenKind::Handler, srcdoc: 0, digest: None, attribute: None });
        }
    }

    /// What was found since this was last asked.
    pub(in crate::html) fn take(&mut self) -> Vec<Found> {
        std::mem::take(&mut self.waiting)
    }

    fn add(&mut self, srcdoc: usize, element: &str, name: &str, place: Place, value: &str) {
        let Some(code) = code_in(place, value) else { return };
        let digest = Digest::of(Algorithm::Sha256, code.as_bytes());
        let key = (place.kind(), digest);
        if self.seen.contains(&key) {
            return;
        }
        if self.seen.len() >= TOLD {
            return self.leave_out();
        }
        let cut = |text: &str| text.chars().take(NAME).collect();
        let attribute = Some(Named { element: cut(element), name: cut(name) });
        let (kind, digest) = key.clone();
        self.seen.insert(key);
        self.waiting.push(Found { kind, srcdoc, digest: Some(digest), attribute });
    }
}

impl Tags for Findings {
    fn tag(&mut self, element: &Element<'_, '_>, most: usize, depth: usize) -> Result<(), HtmlError> {
        // Most tags have none, so no more is read of them than it takes to say so.
        let none = |attribute: &Attribute<'_>| match place_by_name(&attribute.name()) {
            None => true,
            Some(Place::Handler) => false,
            Some(Place::Url | Place::Urls) => !may_be_javascript(&attribute.value()),
        };
        if element.attributes().iter().all(none) {
            return Ok(());
        }
        let tag = StartTag::read(element, most)?;
        let element = element.tag_name();
        for (name, raw) in tag.kept(&[]) {
            if let Some(place) = place_of(&element, name) {
                self.add(depth, &element, name, place, &unescape_attribute(inline_text(raw).as_ref()));
            }
        }
        Ok(())
    }

    fn leave_out(&mut self) {
        Self::leave_out(self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_is_found_once_and_no_more_than_the_bound() {
        let mut findings = Findings::default();
        findings.look_at(0, "p", "onclick", "a()");
        findings.look_at(1, "b", "onclick", "a()");
        findings.look_at(0, "a", "href", "javascript:a()");
        findings.look_at(0, "a", "href", "/a");
        findings.look_at(0, "p", "onclick", "");
        let found = findings.take();
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0].digest, Some(Digest::of(Algorithm::Sha256, b"a()")));
        assert_eq!(found[1].kind, SeenKind::JavascriptUrl);
        for n in 0..3 * TOLD {
            findings.look_at(0, "p", "onclick", &n.to_string());
        }
        let found = findings.take();
        assert_eq!(found.len(), TOLD - 2 + 1);
        assert_eq!(found.last().unwrap().digest, None, "that there is more is told once");
    }
}
