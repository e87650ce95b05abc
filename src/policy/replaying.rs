//! What a site's policies say of things that were observed earlier: of a script whose URL a browser reported, and of
//! the paths that an earlier page rule stood for.

use url::Url;

use super::model::{ApprovedScript, Site};
use super::sample::sample;
use crate::inventory::ScriptAddress;
use crate::web::PathPattern;

/// Example paths for one pattern; more than a policy that people write has patterns.
const PATHS: usize = 200;

/// A script that a policy names, and the pages for which it does.
#[derive(Debug)]
pub struct NamedFor<'a> {
    /// The script.
    pub script: &'a ApprovedScript,
    /// Its `pages`.
    pub pages: Vec<&'a str>,
    /// It is a file of a build, whose entry has these `pages`.
    pub of_build: bool,
}

impl ApprovedScript {
    /// Whether it may be the one with this URL, as browsers report it: without its query.
    pub fn may_be(&self, url: &Url, document: &Url) -> bool {
        let plain = |url: &Url| {
            let mut url = url.clone();
            url.set_query(None);
            url.set_fragment(None);
            url
        };
        match &self.address {
            ScriptAddress::Absolute(own) => plain(own) == plain(url),
            ScriptAddress::OnSite(path) => ScriptAddress::on_site_key(&plain(url), document)
                .is_some_and(|key| Some(key.as_str()) == path.split('?').next()),
            ScriptAddress::Pattern(pattern) => pattern.matches(url, document),
        }
    }
}

impl Site {
    /// The script that the policy names for this URL, on whatever pages; the first where there are several.
    pub fn named_for(&self, url: &Url, document: &Url) -> Option<NamedFor<'_>> {
        let mut scripts = self.compiler.scripts.iter().enumerate();
        let (place, (script, patterns)) = scripts.find(|(_, (script, _))| script.may_be(url, document))?;
        let pages = patterns.iter().filter_map(|place| self.compiler.patterns.get(*place));
        Some(NamedFor {
            script,
            pages: pages.map(PathPattern::as_str).collect(),
            of_build: place >= self.compiler.watched,
        })
    }

    /// Paths that a pattern stands for: its own example, and those of the policy's patterns within it, so that
    /// whatever the policy tells apart there has one.
    pub fn paths_under(&self, pattern: &PathPattern) -> Vec<String> {
        let own =
            self.pages.iter().map(|rules| &rules.path).chain(&self.compiler.patterns).filter_map(sample);
        let within = own.filter(|path| pattern.matches(path));
        let mut paths: Vec<String> = sample(pattern).into_iter().chain(within).take(PATHS).collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }
}
