//! What a snapshot sends on which pages, for people and programs that look at it from outside.

use std::collections::HashSet;

use jiff::Timestamp;

use super::model::{Mode, Site, Snapshot, Visit};
use super::sample::sample;

/// More than so many different pages of a site are not told apart.
const MAX_PAGES: usize = 1000;

/// Pages that get the same headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageOutline {
    /// The site's name.
    pub site: String,
    /// The page rule's pattern.
    pub rule: String,
    /// The path of such a page.
    pub example: String,
    /// Whether verdicts are carried out.
    pub mode: Mode,
    /// For how many of a hundred visitors they are.
    pub enforce_percent: u8,
    /// In PCI DSS scope.
    pub payment: bool,
    /// Scripts whose bytes nothing checks: `Integrity-Policy` is only report-only for them.
    pub evergreen: Vec<String>,
    /// The CSP over TLS.
    pub csp: String,
}

/// What each page rule sends: an example page for each pattern that the policy mentions, those with equal
/// headers once.
pub fn outline(snapshot: &Snapshot, now: Timestamp) -> Vec<PageOutline> {
    snapshot.sites.iter().flat_map(|site| of_site(site, now)).collect()
}

fn of_site(site: &Site, now: Timestamp) -> Vec<PageOutline> {
    let patterns = site.pages.iter().map(|rules| &rules.path).chain(&site.compiler.patterns);
    let mut examples: Vec<String> = patterns.filter_map(sample).take(MAX_PAGES).collect();
    examples.sort();
    examples.dedup();
    let mut seen = HashSet::new();
    let mut pages = Vec::new();
    for example in examples {
        let grants = site.grants(&example, Visit::enforced(now));
        let Some(rules) = site.pages.iter().find(|rules| rules.id == grants.page) else { continue };
        if !seen.insert((grants.page, grants.csp_secure.clone())) {
            continue;
        }
        pages.push(PageOutline {
            site: site.name.to_string(),
            rule: rules.path.as_str().to_owned(),
            example,
            mode: grants.mode,
            enforce_percent: rules.enforce_percent,
            payment: grants.payment,
            evergreen: grants.evergreen.iter().map(ToString::to_string).collect(),
            csp: grants.csp_secure.to_str().unwrap_or_default().to_owned(),
        });
    }
    pages
}
