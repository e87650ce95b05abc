//! `link` elements that load scripts ahead of time. All other links pass untouched.

use super::edited_tag::EditedTag;
use super::error::HtmlError;
use super::marker::refused_link;
use super::page::Page;
use super::script::{allowed, granted};
use super::start_tag::StartTag;
use crate::inventory::SeenKind;
use crate::judge::{Action, Kind, Reason, SeenScript, Verdict, judge};
use crate::web::resolve_in_charset;

impl Page {
    /// A link's tag in the HTML namespace.
    ///
    /// A preload whose integrity differs from the script's would be fetched twice, and one without
    /// approval fetches what may not run.
    /// <https://html.spec.whatwg.org/#link-type-preload>
    /// <https://html.spec.whatwg.org/#link-type-modulepreload>
    pub(super) fn link(&mut self, tag: &StartTag<'_>) -> Result<(), HtmlError> {
        let (Some(kind), Some(href)) = (preloaded(tag), tag.first("href")) else { return Ok(()) };
        if href.is_empty() {
            return Ok(());
        }
        let url = resolve_in_charset(href, &self.base, self.charset).ok();
        let seen = SeenScript::External { kind, url: url.as_ref(), dangling: tag.dangling() };
        let mut verdict = judge(&seen, &self.grants, &self.url);
        // Fetching a module ahead settles the import map like the module itself.
        if kind == Kind::Module && matches!(verdict.action(), Action::Pin(_) | Action::Allow(_)) {
            self.insert_module_map(kind)?;
        }
        let markup = match verdict.action() {
            Action::Pin(approved) => granted(EditedTag::open("link"), tag, "href", approved)?,
            Action::Allow(approved) => allowed(EditedTag::open("link"), tag, "href", approved)?,
            Action::Release
            | Action::Merge(_)
            | Action::Keep
            | Action::Quarantine
            | Action::Strip
            | Action::Block => {
                verdict = Verdict::refusal(Reason::UnapprovedPreload, &self.grants);
                refused_link(&verdict, url.as_ref().map(url::Url::as_str))
            }
        };
        self.replace_tag(&markup, tag);
        self.report((SeenKind::Preload, Some(kind)), url.as_ref().map_or(href, url::Url::as_str), verdict);
        Ok(())
    }
}

/// What kind of script a link loads, if it loads one.
fn preloaded(tag: &StartTag<'_>) -> Option<Kind> {
    let rel = tag.decoded("rel")?;
    let has = |token: &str| rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case(token));
    if has("modulepreload") {
        return Some(Kind::Module);
    }
    let script = tag.decoded("as").is_some_and(|destination| destination.eq_ignore_ascii_case("script"));
    (has("preload") && script).then_some(Kind::Classic)
}
