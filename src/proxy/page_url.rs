//! The URL of a page, made where it is wanted: most exchanges are for what is no page. The URLs of sites' roots
//! are kept, because reading one takes longer than everything else that is read of a request.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use foldhash::fast::RandomState;
use http::Uri;
use http::uri::PathAndQuery;
use url::Url;

use super::error::{Kind, ProxyError};
use crate::web::{document_at, document_origin};

/// How many are kept: visitors choose how a host is written.
const KEPT: usize = 64;

/// The origins of one worker's sites.
#[derive(Debug, Default)]
pub(super) struct Origins(RefCell<HashMap<String, OfScheme, RandomState>>);

/// With TLS and without.
type OfScheme = [Option<Rc<Url>>; 2];

/// A page's URL.
#[derive(Debug)]
pub(super) struct PageUrl {
    origin: Rc<Url>,
    target: Option<PathAndQuery>,
}

impl Origins {
    /// The page that a request is for.
    pub(super) fn page(&self, secure: bool, authority: &str, uri: &Uri) -> Result<PageUrl, ProxyError> {
        let origin = self
            .origin(secure, authority)
            .ok_or_else(|| ProxyError::new(Kind::BadRequest, "host and target make no URL"))?;
        Ok(PageUrl { origin, target: uri.path_and_query().cloned() })
    }

    fn origin(&self, secure: bool, authority: &str) -> Option<Rc<Url>> {
        let mut kept = self.0.borrow_mut();
        let place = usize::from(secure);
        if let Some(known) = kept.get(authority).and_then(|schemes| schemes.get(place)?.clone()) {
            return Some(known);
        }
        let origin = Rc::new(document_origin(if secure { "https" } else { "http" }, authority)?);
        if kept.len() >= KEPT {
            kept.clear();
        }
        let schemes = kept.entry(authority.to_owned()).or_default();
        if let Some(place) = schemes.get_mut(place) {
            *place = Some(Rc::clone(&origin));
        }
        Some(origin)
    }
}

impl PageUrl {
    /// It.
    pub(super) fn url(&self) -> Url {
        document_at(&self.origin, self.target.as_ref().map_or("/", PathAndQuery::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_the_url_of_its_request_whatever_was_asked_for_before() {
        let origins = Origins::default();
        let page = |secure, authority, target: &str| {
            origins.page(secure, authority, &target.parse().unwrap()).map(|page| page.url().to_string())
        };
        for _ in 0..2 {
            assert_eq!(page(true, "Shop.example:443", "/a?b").unwrap(), "https://shop.example/a?b");
            assert_eq!(page(false, "Shop.example:443", "/a").unwrap(), "http://shop.example:443/a");
            assert_eq!(
                page(true, "shop.example", "//evil.example/").unwrap(),
                "https://shop.example//evil.example/"
            );
            assert_eq!(page(true, "a%00b", "/").unwrap_err().kind(), Kind::BadRequest);
        }
    }

    #[test]
    fn hosts_that_differ_without_end_are_not_all_kept() {
        let origins = Origins::default();
        for n in 0..3 * KEPT {
            origins.page(true, &format!("{n}.example"), &Uri::from_static("/")).unwrap();
        }
        assert!(origins.0.borrow().len() <= KEPT);
    }
}
