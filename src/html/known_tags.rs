//! Start tags of external scripts that were decided before: the pages of a site bring the same ones again and again.
//!
//! What a tag becomes depends on its bytes, the grants, the page's origin and its charset, and on nothing else where its
//! address doesn't begin in the page's folder; only such tags are kept ([`may_be_kept`]), and none under a `base`. What
//! is put into a page for the sake of a script is no part of it, nor is the telling.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::rc::Rc;
use std::sync::{Arc, Weak};

use encoding_rs::Encoding;
use foldhash::fast::RandomState;
use url::{Position, Url};

use super::script::Decided;
use crate::policy::PageGrants;

/// Grants, origins and charsets whose tags are kept; those that were used last.
const SCOPES: usize = 16;
/// Tags of each; with one more all are forgotten.
const TAGS: usize = 128;
/// Bytes of a tag, at most.
const LONGEST: usize = 512;

/// What one worker knows of tags. Bounded.
#[derive(Default)]
pub struct KnownTags(RefCell<VecDeque<Scope>>);

struct Scope {
    grants: Weak<PageGrants>,
    /// Up to the path.
    origin: Box<str>,
    charset: &'static Encoding,
    tags: Tags,
}

/// The tags of pages for which the same holds.
#[derive(Clone, Default)]
pub(super) struct Tags(Rc<RefCell<ByBytes>>);

type ByBytes = HashMap<Box<[u8]>, Rc<Decided>, RandomState>;

impl fmt::Debug for KnownTags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KnownTags").field("scopes", &self.0.borrow().len()).finish_non_exhaustive()
    }
}

impl KnownTags {
    /// Those that pages like this one have.
    pub(super) fn of(&self, grants: &Arc<PageGrants>, page: &Url, charset: &'static Encoding) -> Tags {
        let origin = &page[..Position::BeforePath];
        let mut scopes = self.0.borrow_mut();
        // Where a scope still refers to grants, no others can lie where they lay.
        let is_it = |scope: &Scope| {
            std::ptr::eq(scope.grants.as_ptr(), Arc::as_ptr(grants))
                && scope.charset == charset
                && *scope.origin == *origin
        };
        if let Some(at) = scopes.iter().position(is_it) {
            if at > 0 {
                scopes.swap(at, 0);
            }
            return scopes.front().map(|scope| scope.tags.clone()).unwrap_or_default();
        }
        scopes.retain(|scope| scope.grants.strong_count() > 0);
        scopes.truncate(SCOPES.saturating_sub(1));
        let (grants, tags) = (Arc::downgrade(grants), Tags::default());
        scopes.push_front(Scope { grants, origin: origin.into(), charset, tags: tags.clone() });
        tags
    }
}

impl Tags {
    /// What became of a tag.
    pub(super) fn get(&self, tag: &[u8]) -> Option<Rc<Decided>> {
        if tag.len() > LONGEST {
            return None;
        }
        self.0.borrow().get(tag).cloned()
    }

    /// Keeps what became of it.
    pub(super) fn keep(&self, tag: &[u8], decided: Rc<Decided>) {
        if tag.len() > LONGEST {
            return;
        }
        let mut tags = self.0.borrow_mut();
        if tags.len() >= TAGS {
            tags.clear();
        }
        tags.insert(tag.into(), decided);
    }
}

/// Whether an address means the same on every page of an origin, whatever it is: it begins at the root, or names its
/// scheme and host.
pub(super) fn may_be_kept(address: &str) -> bool {
    address.starts_with('/') || address.starts_with("https://") || address.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Kind;
    use crate::policy::Mode;

    fn grants() -> Arc<PageGrants> {
        Arc::new(PageGrants::nothing(Mode::Enforce))
    }

    fn at(url: &str) -> Url {
        Url::parse(url).unwrap()
    }

    #[test]
    fn tags_are_known_under_the_same_grants_origin_and_charset_and_under_no_others() {
        let (known, first, utf8) = (KnownTags::default(), grants(), encoding_rs::UTF_8);
        let decided = Rc::new(Decided::nothing(Kind::Classic, "/a.js"));
        known.of(&first, &at("https://shop.example/a?b"), utf8).keep(b"<script>", decided);
        let is_known = |grants: &Arc<PageGrants>, url: &str, charset| {
            known.of(grants, &at(url), charset).get(b"<script>").is_some()
        };
        assert!(is_known(&first, "https://shop.example/another", utf8));
        assert!(!is_known(&grants(), "https://shop.example/a?b", utf8), "other grants");
        for other in ["http://shop.example/a", "https://shop.example:8443/a", "https://www.shop.example/a"] {
            assert!(!is_known(&first, other, utf8), "{other}");
        }
        assert!(!is_known(&first, "https://shop.example/a", encoding_rs::WINDOWS_1252));
    }

    #[test]
    fn what_is_kept_is_bounded_and_goes_with_its_grants() {
        let (known, url, utf8) = (KnownTags::default(), at("https://shop.example/"), encoding_rs::UTF_8);
        let decided = Rc::new(Decided::nothing(Kind::Classic, "/a.js"));
        let held: Vec<_> = (0..2 * SCOPES).map(|_| grants()).collect();
        for grants in &held {
            let tags = known.of(grants, &url, utf8);
            for number in 0..3 * TAGS {
                tags.keep(format!("<script src={number}>").as_bytes(), Rc::clone(&decided));
            }
            assert!(tags.0.borrow().len() <= TAGS);
            let long = [b'x'; LONGEST + 1];
            tags.keep(&long, Rc::clone(&decided));
            assert!(tags.get(&long).is_none());
        }
        assert_eq!(known.0.borrow().len(), SCOPES);
        drop(held);
        let last = grants();
        known.of(&last, &url, utf8);
        assert_eq!(known.0.borrow().len(), 1, "nothing is kept for grants that are gone");
    }

    #[test]
    fn what_begins_in_the_folder_of_the_page_is_not_kept() {
        for kept in ["/a.js", "//cdn.example/a.js", "https://cdn.example/a.js", "http://cdn.example/"] {
            assert!(may_be_kept(kept), "{kept}");
        }
        for other in
            ["a.js", "./a.js", "../a.js", "https:a.js", "https:/a.js", "?a", "", " /a.js", "&#x2f;a", "\\a"]
        {
            assert!(!may_be_kept(other), "{other}");
        }
    }
}
