//! What a page's output depends on besides its bytes.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Weak};

use encoding_rs::Encoding;
use url::Url;

use crate::policy::PageGrants;

/// A page that has come.
pub(in crate::proxy) struct PageAsked<'a> {
    /// Of the policies.
    pub generation: u64,
    /// What holds for it.
    pub grants: &'a Arc<PageGrants>,
    /// Where it lies.
    pub url: &'a Url,
    /// What it is read as.
    pub charset: &'static Encoding,
    /// Whether it is looked through for code in attributes.
    pub looks: bool,
}

/// The same, kept. Grants are the same ones, not equal ones; they are let go whatever is remembered here.
#[derive(Clone)]
pub(super) struct Key {
    /// Of what follows but the charset: a URL has one page here, in one charset.
    pub hash: u64,
    url: Box<str>,
    grants: Weak<PageGrants>,
    charset: &'static Encoding,
}

/// Hashes them.
#[derive(Default)]
// Seeded, so that nobody can choose pages that take each other's places.
pub(super) struct Keys(RandomState);

impl Keys {
    /// The hash of what is asked.
    pub(super) fn hash(&self, asked: &PageAsked<'_>) -> u64 {
        self.0.hash_one((asked.url.as_str(), Arc::as_ptr(asked.grants).addr()))
    }
}

impl PageAsked<'_> {
    /// To be kept.
    pub(super) fn key(&self, hash: u64) -> Key {
        Key {
            hash,
            url: self.url.as_str().into(),
            grants: Arc::downgrade(self.grants),
            charset: self.charset,
        }
    }
}

impl Key {
    /// Whether a page is the one that was kept.
    pub(super) fn is(&self, asked: &PageAsked<'_>) -> bool {
        // A place in memory is not taken by others while it is known here.
        std::ptr::eq(self.grants.as_ptr(), Arc::as_ptr(asked.grants))
            && self.charset == asked.charset
            && *self.url == *asked.url.as_str()
    }

    /// Whether nobody has the grants any more.
    pub(super) fn is_over(&self) -> bool {
        self.grants.strong_count() == 0
    }

    /// Bytes that it takes.
    pub(super) fn size(&self) -> usize {
        self.url.len()
    }
}
