//! Start tags of external scripts that were decided before: the pages of a site bring the same ones again and again.
//!
//! What is decided of a tag depends on its bytes, the grants, the page's origin and its charset, and on nothing else
//! where its address doesn't begin in the page's folder ([`may_be_kept`]; `script::decide` says what it reads). The
//! witness and the import map before it, and the report of the verdict, are done anew each time. Documents in
//! `srcdoc` keep nothing, nor do pages with a `base`.
//!
//! Tags of visitors' own pages lie here too, for two minutes without use at most. Only the very same bytes of the
//! application find them.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::rc::{Rc, Weak};
use std::sync::{self, Arc};

use encoding_rs::Encoding;
use foldhash::fast::RandomState;
use url::{Position, Url};

use super::script::Decided;
use crate::policy::PageGrants;

/// Grants, origins and charsets whose tags are kept; those that were used last.
const SCOPES: usize = 8;
/// Tags of each that were used lately. As many that were not are kept beside them.
const TAGS: usize = 64;
/// Bytes of a tag and what became of it, at most.
const LONGEST: usize = 1536;

/// What one worker knows of tags, read under the same [`super::Limits`]. Bounded: some 1.5 MB.
#[derive(Default)]
pub struct KnownTags(RefCell<VecDeque<Scope>>);

struct Scope {
    grants: sync::Weak<PageGrants>,
    /// Up to the path.
    origin: Box<str>,
    charset: &'static Encoding,
    tags: Rc<RefCell<Halves>>,
}

/// When the younger half is full, or old, it becomes the older one, and what nobody asked for meanwhile goes.
#[derive(Default)]
struct Halves {
    younger: ByBytes,
    older: ByBytes,
}

type ByBytes = HashMap<Box<[u8]>, Rc<Decided>, RandomState>;

/// The tags of pages for which the same holds. Pages may take long, and there may be many: what they refer to goes
/// when others take its place.
pub(super) struct Tags(Weak<RefCell<Halves>>);

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
        let at = scopes.iter().position(is_it);
        let scope = at.and_then(|at| scopes.remove(at)).unwrap_or_else(|| Scope {
            grants: Arc::downgrade(grants),
            origin: origin.into(),
            charset,
            tags: Rc::default(),
        });
        let tags = Tags(Rc::downgrade(&scope.tags));
        scopes.truncate(SCOPES.saturating_sub(1));
        scopes.push_front(scope);
        tags
    }

    /// Lets go what nobody asked for since this was done last, and what belongs to grants that are gone. To be done
    /// every minute.
    pub fn sweep(&self) {
        let mut scopes = self.0.borrow_mut();
        scopes.retain(|scope| scope.grants.strong_count() > 0 && !scope.tags.borrow().is_empty());
        for scope in scopes.iter() {
            scope.tags.borrow_mut().grow_older();
        }
    }
}

impl Halves {
    fn is_empty(&self) -> bool {
        self.younger.is_empty() && self.older.is_empty()
    }

    fn grow_older(&mut self) {
        self.older = std::mem::take(&mut self.younger);
    }

    fn add(&mut self, tag: Box<[u8]>, decided: Rc<Decided>) {
        if self.younger.len() >= TAGS {
            self.grow_older();
        }
        self.younger.insert(tag, decided);
    }
}

impl Tags {
    /// What became of a tag.
    pub(super) fn get(&self, tag: &[u8]) -> Option<Rc<Decided>> {
        let halves = self.0.upgrade()?;
        let mut halves = halves.borrow_mut();
        if let Some(decided) = halves.younger.get(tag) {
            return Some(Rc::clone(decided));
        }
        let (tag, decided) = halves.older.remove_entry(tag)?;
        halves.add(tag, Rc::clone(&decided));
        Some(decided)
    }

    /// Keeps what became of it.
    pub(super) fn keep(&self, tag: &[u8], decided: Decided) {
        if tag.len().saturating_add(decided.bytes()) > LONGEST {
            return;
        }
        if let Some(halves) = self.0.upgrade() {
            halves.borrow_mut().add(tag.into(), Rc::new(decided));
        }
    }
}

/// Whether an address means the same on every page of an origin, whatever it is: it begins at the root, or names its
/// scheme and host.
pub(super) fn may_be_kept(address: &str) -> bool {
    address.starts_with('/') || address.starts_with("https://") || address.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use encoding_rs::{UTF_8, WINDOWS_1252};

    use super::*;
    use crate::html::{Judged, Limits, Rewriter};
    use crate::policy::Mode;

    fn grants() -> Arc<PageGrants> {
        Arc::new(PageGrants::nothing(Mode::Enforce))
    }

    fn at(url: &str) -> Url {
        Url::parse(url).unwrap()
    }

    fn decided() -> Decided {
        Decided::data_block("/a.js")
    }

    /// What a page becomes, and what is told of it.
    fn page(grants: &Arc<PageGrants>, url: &str, markup: &str, known: Option<&KnownTags>) -> String {
        let told: Rc<RefCell<Vec<Judged>>> = Rc::default();
        let seen = Rc::clone(&told);
        let observer = Box::new(move |judged: Judged| seen.borrow_mut().push(judged));
        let limits = Limits::default();
        let mut rewriter = Rewriter::new(Arc::clone(grants), at(url), UTF_8, limits, observer).unwrap();
        rewriter = match known {
            Some(known) => rewriter.with_known(known),
            None => rewriter.without_bypass().unwrap(),
        };
        let mut out = Vec::new();
        rewriter.write(markup.as_bytes(), &mut out).unwrap();
        rewriter.end(&mut out).unwrap();
        drop(rewriter);
        format!("{} {:?}", String::from_utf8(out).unwrap(), told.take())
    }

    #[test]
    fn what_was_decided_on_one_page_makes_no_difference_to_another() {
        let scripts = [
            "own.js",
            "./own.js",
            "?q",
            "/own.js",
            "//cdn.example/a.js",
            "https://cdn.example/a.js",
            "https:own.js",
            "",
        ]
        .map(|src| format!("<script src=\"{src}\"></script>"))
        .concat();
        let (first, known) = (grants(), KnownTags::default());
        let pages = [
            scripts.clone(),
            format!("<template>{scripts}</template>{scripts}"),
            format!("{scripts}<base href=/sub/>{scripts}"),
            format!("<iframe srcdoc='<base href=/c/>{scripts}'></iframe>{scripts}")
                .replace("src=\"", "src=")
                .replace("\">", " >"),
        ];
        for grants in [&first, &grants()] {
            for url in [
                "https://shop.example/a/x",
                "https://shop.example/b/y?z",
                "http://shop.example/",
                "https://shop.example:8443/",
            ] {
                for markup in &pages {
                    let wanted = page(grants, url, markup, None);
                    assert_eq!(page(grants, url, markup, Some(&known)), wanted, "{url} {markup}");
                }
            }
        }
        let tags = known.of(&first, &at("https://shop.example/elsewhere"), UTF_8);
        assert!(tags.get(b"<script src=\"/own.js\">").is_some(), "nothing was kept");
        assert!(tags.get(b"<script src=\"own.js\">").is_none());
    }

    #[test]
    fn tags_are_known_under_the_same_grants_origin_and_charset_and_under_no_others() {
        let (known, first) = (KnownTags::default(), grants());
        known.of(&first, &at("https://shop.example/a?b"), UTF_8).keep(b"<script>", decided());
        let is_known = |grants: &Arc<PageGrants>, url: &str, charset| {
            known.of(grants, &at(url), charset).get(b"<script>").is_some()
        };
        assert!(is_known(&first, "https://shop.example/another", UTF_8));
        assert!(!is_known(&grants(), "https://shop.example/a?b", UTF_8), "other grants");
        for other in ["http://shop.example/a", "https://shop.example:8443/a", "https://www.shop.example/a"] {
            assert!(!is_known(&first, other, UTF_8), "{other}");
        }
        assert!(!is_known(&first, "https://shop.example/a", WINDOWS_1252));
    }

    #[test]
    fn what_is_kept_is_bounded_also_while_pages_take_long() {
        let (known, url) = (KnownTags::default(), at("https://shop.example/"));
        let held: Vec<_> = (0..2 * SCOPES).map(|_| grants()).collect();
        let pages: Vec<_> = held.iter().map(|grants| known.of(grants, &url, UTF_8)).collect();
        for tags in &pages {
            for number in 0..5 * TAGS {
                tags.keep(format!("<script src={number}>").as_bytes(), decided());
            }
            tags.keep(&[b'x'; LONGEST], decided());
            assert!(tags.get(&[b'x'; LONGEST]).is_none());
        }
        let kept = pages.iter().filter_map(|tags| tags.0.upgrade());
        let sizes: Vec<usize> =
            kept.map(|halves| halves.borrow().younger.len() + halves.borrow().older.len()).collect();
        assert_eq!(sizes.len(), SCOPES);
        assert!(sizes.iter().all(|size| *size <= 2 * TAGS), "{sizes:?}");
    }

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let (known, url, often) = (KnownTags::default(), at("https://shop.example/"), grants());
        let tags = known.of(&often, &url, UTF_8);
        tags.keep(b"used", decided());
        // Those of one visitor, page after page.
        for number in 0..10 * TAGS {
            tags.keep(number.to_string().as_bytes(), decided());
            assert!(tags.get(b"used").is_some());
            known.of(&grants(), &url, UTF_8);
            known.of(&often, &url, UTF_8);
        }
        known.sweep();
        assert!(tags.get(b"used").is_some() && tags.get(b"639").is_some());
        assert_eq!(known.0.borrow().len(), 1, "grants that are gone");
        tags.keep(b"private", decided());
        known.sweep();
        assert!(tags.get(b"used").is_some());
        known.sweep();
        assert!(tags.get(b"used").is_some() && tags.get(b"private").is_none());
        for _ in 0..3 {
            known.sweep();
        }
        assert!(known.0.borrow().is_empty());
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
