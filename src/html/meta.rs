//! `meta` elements that act like response headers: a CSP, and a refresh that leads elsewhere. All others
//! pass untouched; the charset is settled by the header that we send.

use super::edited_tag::EditedTag;
use super::marker::quarantined;
use super::page::Page;
use super::start_tag::StartTag;
use crate::csp::merge_upstream_meta;
use crate::inventory::SeenKind;
use crate::judge::{Reason, Verdict};
use crate::policy::UpstreamCsp;
use crate::web::refresh_targets;

/// CSPs that are merged in one document. Ours is written into each, so many would make a page of
/// gigabytes; the others stay as they are, which can stop our scripts, but lets nothing run.
const MERGED: usize = 32;

impl Page {
    /// A meta's tag in the HTML namespace.
    pub(super) fn meta(&mut self, tag: &StartTag<'_>) {
        let Some(pragma) = tag.decoded("http-equiv") else { return };
        // <https://html.spec.whatwg.org/#pragma-directives>
        if pragma.eq_ignore_ascii_case("content-security-policy") {
            self.meta_csp(tag);
        } else if pragma.eq_ignore_ascii_case("refresh") {
            self.meta_refresh(tag);
        }
    }

    /// The application's own CSP. Browsers enforce it beside the header's, so one that names nonces or
    /// hosts stops what is approved.
    /// <https://html.spec.whatwg.org/#attr-meta-http-equiv-content-security-policy>
    fn meta_csp(&mut self, tag: &StartTag<'_>) {
        let Some(content) = tag.decoded("content") else { return };
        match self.grants.upstream_csp {
            UpstreamCsp::Append => {}
            UpstreamCsp::Replace => self.replace_tag(&inert(tag, Reason::ReplacedCsp, None), tag),
            UpstreamCsp::Merge => {
                let named = content.split(',').filter(|csp| !csp.trim_ascii().is_empty()).count();
                if self.merged_csps.saturating_add(named) > MERGED {
                    return;
                }
                let Some(merged) = merge_upstream_meta(&content, &self.grants.script_directives) else {
                    return;
                };
                let same = matches!(merged.as_slice(), [only] if *only == content);
                if same || !self.ours.spend(merged.iter().map(String::len).sum()) {
                    return;
                }
                self.merged_csps = self.merged_csps.saturating_add(merged.len());
                self.replace_tag(&with_contents(tag, &merged), tag);
            }
        }
    }

    fn meta_refresh(&mut self, tag: &StartTag<'_>) {
        let Some(content) = tag.decoded("content") else { return };
        let mut targets = refresh_targets(&content).into_iter().filter_map(|text| self.base.join(text).ok());
        let Some(target) = targets.find(|target| !self.grants.lets_refresh_to(target, &self.url)) else {
            return;
        };
        self.replace_tag(&inert(tag, Reason::ForeignRefresh, Some(target.as_str())), tag);
        self.report((SeenKind::Refresh, None), target.as_str(), Verdict::inert(Reason::ForeignRefresh));
    }
}

/// The tag without what puts it in force.
fn inert(tag: &StartTag<'_>, reason: Reason, target: Option<&str>) -> String {
    let mut edited = EditedTag::open("meta");
    for (name, raw) in tag.kept(&["http-equiv"]) {
        edited = edited.page_attribute(name, raw);
    }
    quarantined(edited, reason, target).close()
}

/// The tag with the first of these, and one more tag for each of the others. Those have nothing else of the
/// page: a long attribute would be repeated with each.
fn with_contents(tag: &StartTag<'_>, csps: &[String]) -> String {
    let mut csps = csps.iter();
    let Some(first) = csps.next() else { return String::new() };
    let mut edited = EditedTag::open("meta");
    for (name, raw) in tag.kept(&[]) {
        edited = match name {
            "content" => edited.attribute(name, first),
            _ => edited.page_attribute(name, raw),
        };
    }
    let mut markup = edited.close();
    for csp in csps {
        let tag = EditedTag::open("meta").attribute("http-equiv", "content-security-policy");
        markup.push_str(&tag.attribute("content", csp).close());
    }
    markup
}
