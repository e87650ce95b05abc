//! What is known of the page that a report is about: the policies in force, and what pages were seen to have.

use std::sync::Arc;

use jiff::Timestamp;
use url::Url;

use super::classify::{Code, Facts, Seen, Standing};
use super::directive::{Role, known};
use super::kind::Kind;
use super::parse::Report;
use crate::inventory::SeenKind;
use crate::policy::{PageGrants, Site, Snapshot, Visit};
use crate::store::Store;

/// What our report URL says about the page that was served. Anybody can write it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Origin {
    /// The fingerprint of the policies.
    pub(super) generation: Option<String>,
    /// The page rule's place in them.
    pub(super) page: Option<u16>,
}

impl Origin {
    pub(super) fn from_query(query: Option<&str>) -> Self {
        let mut origin = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match name.as_ref() {
                "g" if is_fingerprint(&value) => origin.generation = Some(value.into_owned()),
                "p" => origin.page = value.parse().ok(),
                _ => {}
            }
        }
        origin
    }
}

/// The form of a generation's fingerprint: 12 hexadecimal digits in lower case.
fn is_fingerprint(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// A site with a policy, as it is now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// The policies in force.
    pub(super) snapshot: &'a Snapshot,
    /// The site that the report was sent to.
    pub(super) site: &'a Arc<Site>,
    /// The host that it was sent to.
    pub(super) host: &'a str,
}

/// A report's page: what holds for it now.
#[derive(Debug)]
pub(super) struct Page<'a> {
    place: Place<'a>,
    grants: Arc<PageGrants>,
    generation: Standing,
    /// The page rule's pattern.
    pub(super) rule: String,
    base: Url,
}

impl<'a> Page<'a> {
    /// The page of a report, whose report URL says `origin`.
    pub(super) fn of(
        report: &Report,
        origin: &Origin,
        place: Place<'a>,
        store: &dyn Store,
        now: Timestamp,
    ) -> Option<Self> {
        let base = match &report.document.url {
            Some(url) => url.clone(),
            // A document without a URL of its own (`about:srcdoc`) is a part of some page of the site.
            None => Url::parse(&format!("https://{}/", place.host)).ok()?,
        };
        let grants = place.site.grants(base.path(), Visit::enforced(now));
        let is_current = origin.generation.as_ref() == Some(&place.snapshot.generation.fingerprint);
        let named = origin.page.filter(|_| is_current);
        let place_of_rule = usize::from(named.unwrap_or(grants.page.0));
        let rule = place.site.pages.get(place_of_rule);
        let generation = match &origin.generation {
            None => Standing::Missing,
            Some(_) if is_current && rule.is_none() => Standing::WithoutRule,
            Some(_) if is_current => Standing::Known,
            Some(fingerprint) if store.knows_generation(fingerprint) => Standing::Known,
            Some(_) => Standing::Unknown,
        };
        let rule = rule.map_or_else(String::new, |rule| rule.path.as_str().to_owned());
        Some(Self { place, grants, generation, rule, base })
    }

    /// All that is known.
    pub(super) fn facts(&'a self, report: &Report, store: &dyn Store) -> Facts<'a> {
        let site = self.place.site.name.0.as_str();
        let stopped = |kind| store.has_stopped(site, &self.rule, kind);
        let role = known(&report.directive).map(|directive| directive.role);
        let of_code = report.kind == Kind::Csp && matches!(role, Some(Role::Script | Role::Attribute));
        let unapproved = if of_code && report.blocked.kept == "inline" {
            Code {
                inline: stopped(SeenKind::Inline),
                handlers: stopped(SeenKind::Handler),
                urls: stopped(SeenKind::JavascriptUrl),
            }
        } else {
            Code::default()
        };
        Facts {
            generation: self.generation,
            on_site: self.is_on_site(report),
            base: self.base.clone(),
            grants: &self.grants,
            named: &self.place.site.named,
            blocked: self.seen(report.blocked.url.as_ref(), store),
            asker: self.seen(report.source.url.as_ref(), store),
            unapproved,
        }
    }

    /// Whether it is a payment page.
    pub(super) fn is_payment(&self) -> bool {
        self.grants.payment
    }

    fn is_on_site(&self, report: &Report) -> bool {
        let Some(url) = &report.document.url else {
            // Of other schemes only those that a page's own documents have.
            return matches!(report.document.kept.as_str(), "about" | "blob" | "data" | "filesystem");
        };
        let host = url.host_str().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
        self.place.snapshot.site(host).is_some_and(|site| Arc::ptr_eq(site, self.place.site))
    }

    /// Whether pages had a script with this URL.
    fn seen(&self, url: Option<&Url>, store: &dyn Store) -> Seen {
        let Some(url) = url else { return Seen::Never };
        let mut bare = url.clone();
        bare.set_query(None);
        let site = self.place.site.name.0.as_str();
        let mut rows = store.served(site, bare.as_str());
        if rows.is_empty() && bare.host() == self.base.host() {
            // Behind a balancer that ends TLS, the page had another scheme here than in the browser.
            let other = if bare.scheme() == "https" { "http" } else { "https" };
            if bare.set_scheme(other).is_ok() {
                rows = store.served(site, bare.as_str());
            }
        }
        match rows.iter().any(|row| !row.verdict.stops()) {
            true => Seen::Ran,
            false if rows.is_empty() => Seen::Never,
            false => Seen::Stopped,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_url_says_generation_and_page_rule_only_in_their_form() {
        let of = |query| Origin::from_query(Some(query));
        assert_eq!(of("g=0123456789ab&p=7").generation.as_deref(), Some("0123456789ab"));
        assert_eq!(of("g=0123456789ab&p=7").page, Some(7));
        for bad in
            ["g=0123456789AB&p=70000", "g=0123456789abc&p=-1", "g=%3Cscript%3E1234&p=x", "", "g&p", "%"]
        {
            assert_eq!(of(bad), Origin::default(), "{bad}");
        }
        assert_eq!(Origin::from_query(None), Origin::default());
    }
}
