//! What a snapshot sends on which pages, for people and programs that look at it from outside.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;

use super::model::{Mode, Site, Snapshot, Visit};
use super::sample::sample;
use crate::inventory::{ScriptId, Tier};

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
    snapshot.sites.iter().flat_map(|site| of_site(site, now, MAX_PAGES)).collect()
}

/// The first of them, at most `limit`; no more are made.
pub fn outline_first(snapshot: &Snapshot, now: Timestamp, limit: usize) -> Vec<PageOutline> {
    let mut pages = Vec::new();
    for site in &snapshot.sites {
        let room = limit.saturating_sub(pages.len());
        if room == 0 {
            break;
        }
        pages.extend(of_site(site, now, room));
    }
    pages
}

fn of_site(site: &Site, now: Timestamp, limit: usize) -> Vec<PageOutline> {
    let patterns = site.pages.iter().map(|rules| &rules.path).chain(&site.compiler.patterns);
    let mut examples: Vec<String> = patterns.filter_map(sample).take(limit).collect();
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

/// A script of a snapshot: an external one, or a text in pages that is approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptOutline {
    /// The site's name.
    pub site: String,
    /// Its id.
    pub id: ScriptId,
    /// Its address; `None` for a text in pages.
    pub address: Option<String>,
    /// How it is delivered; `None` for a text in pages.
    pub tier: Option<Tier>,
    /// How many digests pages may run of it; 0 where nothing is approved.
    pub digests: usize,
    /// Whether it may run now.
    pub runs: bool,
    /// From then on it may not run.
    pub ends: Option<Timestamp>,
}

/// The scripts that a snapshot's policies name one by one, by site, at most `limit`; files of builds are only counted.
/// Of texts in pages only those that are approved are loaded.
pub fn scripts(snapshot: &Snapshot, now: Timestamp, limit: usize) -> ScriptsOutline {
    let mut outline = ScriptsOutline::default();
    for site in &snapshot.sites {
        let compiler = &site.compiler;
        let external = compiler.scripts.iter().take(compiler.watched).map(|(script, _)| ScriptOutline {
            site: site.name.to_string(),
            id: script.id.clone(),
            address: Some(script.address.to_string()),
            tier: Some(script.tier),
            digests: script.digests.len(),
            runs: script.runs(now),
            ends: script.expires,
        });
        let mut texts: BTreeMap<&ScriptId, usize> = BTreeMap::new();
        for (_, id, _) in &compiler.inline {
            let digests = texts.entry(id).or_default();
            *digests = digests.saturating_add(1);
        }
        let texts = texts.into_iter().map(|(id, digests)| ScriptOutline {
            site: site.name.to_string(),
            id: id.clone(),
            address: None,
            tier: None,
            digests,
            runs: true,
            ends: None,
        });
        for script in external.chain(texts) {
            if outline.scripts.len() < limit {
                outline.scripts.push(script);
            } else {
                outline.more = outline.more.saturating_add(1);
            }
        }
        let files = compiler.scripts.len().saturating_sub(compiler.watched);
        outline.build_files = outline.build_files.saturating_add(files);
    }
    outline
}

/// What [`scripts`] tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScriptsOutline {
    /// One by one.
    pub scripts: Vec<ScriptOutline>,
    /// Those that were too many.
    pub more: usize,
    /// Files of builds.
    pub build_files: usize,
}
