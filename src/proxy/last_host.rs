//! What is known of the host of a connection's last request: nearly always the next one is for the same, and what
//! follows from how a host is written is the same each time. The site that it leads to holds for one snapshot.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Weak};

use super::admit::Admitted;
use super::error::ProxyError;
use crate::policy::{Site, Snapshot};

/// The last host of a connection.
#[derive(Debug, Default)]
pub(super) struct LastHost(RefCell<Option<Known>>);

#[derive(Debug)]
struct Known {
    admitted: Rc<Admitted>,
    /// Under which snapshot it leads where. Neither is held: both may be replaced while nobody asks for anything.
    site: Option<(Weak<Snapshot>, Weak<Site>)>,
}

impl LastHost {
    /// The host that is written so; read where it is not that of the last request.
    pub(super) fn or_read(
        &self,
        written: Option<&[u8]>,
        read: impl FnOnce() -> Result<Admitted, ProxyError>,
    ) -> Result<Rc<Admitted>, ProxyError> {
        let mut last = self.0.borrow_mut();
        if let (Some(written), Some(known)) = (written, &*last)
            && known.admitted.authority.as_bytes() == written
        {
            return Ok(Rc::clone(&known.admitted));
        }
        let admitted = Rc::new(read()?);
        *last = Some(Known { admitted: Rc::clone(&admitted), site: None });
        Ok(admitted)
    }

    /// The site of a host that was just admitted.
    pub(super) fn site(&self, snapshot: &Arc<Snapshot>, admitted: &Rc<Admitted>) -> Option<Arc<Site>> {
        let mut last = self.0.borrow_mut();
        let known = last.as_mut().filter(|known| Rc::ptr_eq(&known.admitted, admitted));
        let of_this = known.as_ref().and_then(|known| known.site.as_ref());
        // A snapshot's place in memory is not given to another one while this points there.
        if let Some((of, site)) = of_this
            && std::ptr::eq(of.as_ptr(), Arc::as_ptr(snapshot))
            && let Some(site) = site.upgrade()
        {
            return Some(site);
        }
        let site = Arc::clone(snapshot.site(&admitted.host)?);
        if let Some(known) = known {
            known.site = Some((Arc::downgrade(snapshot), Arc::downgrade(&site)));
        }
        Some(site)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy;
    use crate::policy::UpstreamAddress;

    fn admitted(host: &str) -> Admitted {
        Admitted { authority: host.to_owned(), host: host.to_owned() }
    }

    #[test]
    fn a_host_leads_to_the_site_of_the_snapshot_that_is_asked_about() {
        let last = LastHost::default();
        let of = |port| Arc::new(policy::observe_only(UpstreamAddress::tcp(false, "a", port)));
        let (one, other) = (of(1), of(2));
        for snapshot in [&one, &one, &other, &one] {
            let host = last.or_read(Some(b"a"), || Ok(admitted("a"))).unwrap();
            let site = last.site(snapshot, &host).unwrap();
            assert!(Arc::ptr_eq(&site, snapshot.site("a").unwrap()));
        }
    }

    #[test]
    fn what_nobody_asks_for_any_more_is_let_go() {
        let last = LastHost::default();
        let snapshot = Arc::new(policy::observe_only(UpstreamAddress::tcp(false, "a", 1)));
        let host = last.or_read(Some(b"a"), || Ok(admitted("a"))).unwrap();
        let site = Arc::downgrade(&last.site(&snapshot, &host).unwrap());
        drop(snapshot);
        assert!(site.upgrade().is_none());
    }

    #[test]
    fn two_exchanges_at_once_each_have_their_own_host() {
        let last = LastHost::default();
        let snapshot = Arc::new(policy::observe_only(UpstreamAddress::tcp(false, "a", 1)));
        let one = last.or_read(Some(b"a"), || Ok(admitted("a"))).unwrap();
        let other = last.or_read(Some(b"b"), || Ok(admitted("b"))).unwrap();
        assert_eq!((one.host.as_str(), other.host.as_str()), ("a", "b"));
        assert!(last.site(&snapshot, &one).is_some());
        assert_eq!(last.or_read(Some(b"b"), || Ok(admitted("x"))).unwrap().host, "b");
    }
}
