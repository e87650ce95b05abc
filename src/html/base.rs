//! `base` elements: they move every relative URL that follows.

use super::edited_tag::EditedTag;
use super::marker::quarantined;
use super::page::Page;
use super::start_tag::StartTag;
use crate::inventory::SeenKind;
use crate::judge::{Reason, Verdict};
use crate::web::resolve_in_charset;

impl Page {
    /// A base's tag in the HTML namespace.
    ///
    /// The first that stays within the document's origin counts for what follows. One that leaves it
    /// loses its `href`, wherever it stands: with the first one's gone a later one would count, and
    /// which one is first can't be told for sure (one inside a `template` is none).
    /// <https://html.spec.whatwg.org/#the-base-element>
    pub(super) fn base(&mut self, tag: &StartTag<'_>) {
        let Some(href) = tag.first("href") else { return };
        let resolved = resolve_in_charset(href, &self.fallback_base, self.charset).ok();
        if let Some(base) = resolved.as_ref().filter(|base| base.origin() == self.url.origin()) {
            if !self.base_settled {
                self.base = base.clone();
                self.base_settled = true;
            }
            return;
        }
        let mut edited = EditedTag::open("base");
        for (name, raw) in tag.kept(&["href"]) {
            edited = edited.page_attribute(name, raw);
        }
        let shown = resolved.as_ref().map(url::Url::as_str);
        self.replace_tag(&quarantined(edited, Reason::ForeignBase, shown).close(), tag);
        let verdict = Verdict::inert(Reason::ForeignBase);
        self.report((SeenKind::Base, None), shown.unwrap_or(href), verdict);
    }
}
