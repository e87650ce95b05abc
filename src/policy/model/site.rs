//! Sites, and the snapshot that holds all of them.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use bytes::Bytes;

use super::{
    Balance, Generation, Mode, OwnBytes, PageGrants, PageRules, PageScripts, SiteName, UpstreamAddress,
    UpstreamCsp, Visit,
};
use crate::policy::drifted::Drifted;
use crate::policy::grants::GrantCompiler;
use crate::policy::matching::{GrantCache, Matching};
use crate::policy::texts::FileText;
use crate::web::PathReadings;

/// One policy file, compiled.
pub struct Site {
    /// The file's stem.
    pub name: SiteName,
    /// Host names, lower case, without port; `*.example.com` matches one more label.
    /// Empty: every host (only where no policy folder is given).
    pub hosts: Vec<String>,
    /// Where the application listens; at least one.
    pub upstreams: Vec<UpstreamAddress>,
    /// How requests are spread over them.
    pub balance: Balance,
    /// Page rules in order; the last one matches every path.
    pub pages: Vec<PageRules>,
    /// The charset of documents that don't declare one (WHATWG label), default windows-1252.
    pub default_charset: &'static encoding_rs::Encoding,
    /// What becomes of the upstream's own CSP.
    pub upstream_csp: UpstreamCsp,
    /// Whether service workers may be installed although some page rule enforces.
    pub service_workers: bool,
    /// Whether some page rule carries verdicts out for a part of the visitors only.
    pub shared_out: bool,
    /// Mirrored bytes, by the part of the path after `/_countersign/s/`.
    pub mirror: HashMap<String, Bytes>,
    /// Which bytes the site's own scripts may have.
    pub own_bytes: OwnBytes,
    /// Every external script that the policy names, on whatever pages; of several at one address the first.
    pub named: PageScripts,
    /// Makes the grants for a page rule and the set of script patterns that match a path.
    pub(in crate::policy) compiler: GrantCompiler,
    /// Made from `pages` and `compiler`.
    pub(in crate::policy) matching: Matching,
    pub(in crate::policy) cache: GrantCache,
    /// Scripts whose vendor serves other bytes now.
    pub(in crate::policy) drifted: Drifted,
}

impl Site {
    /// The grants for a request's path, as it came: the first page rule that matches it, and every script
    /// whose `pages` match it. Where servers read the path differently, see [`PathReadings`].
    pub fn grants(&self, path: &str, visit: Visit) -> Arc<PageGrants> {
        self.grants_as_read(&PathReadings::of(path), visit)
    }

    /// The same for a path whose readings are known.
    pub fn grants_as_read(&self, path: &PathReadings, visit: Visit) -> Arc<PageGrants> {
        let mut key = self.matching.key(&self.pages, &self.compiler, path, visit);
        key.mirrored = self.drifted.among(&key.scripts);
        self.cache.grants(key, |key| self.compiler.compile(&self.pages, key))
    }
}

impl Site {
    /// Whether somebody wrote a policy for this site. Without one it stands for every host.
    pub fn has_policy(&self) -> bool {
        !self.hosts.is_empty()
    }

    /// Whether a service worker must not be installed: it would answer requests for enforced pages by
    /// itself, in the browser, without any header of ours. One that an observed page lets in is enough.
    /// <https://w3c.github.io/ServiceWorker/#security-considerations>
    pub fn refuses_service_workers(&self) -> bool {
        !self.service_workers && self.pages.iter().any(|rules| rules.mode == Mode::Enforce)
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").field("name", &self.name).field("hosts", &self.hosts).finish_non_exhaustive()
    }
}

/// All sites under one generation. Immutable; an exchange holds the one it began with.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Which.
    pub generation: Generation,
    /// The sites, in order of file name.
    pub sites: Vec<Arc<Site>>,
    /// What the files of the folder say.
    pub texts: Vec<FileText>,
}

impl Snapshot {
    /// The same policies in front of another application, whatever they name.
    #[must_use]
    pub fn with_upstream(mut self, upstream: &UpstreamAddress) -> Self {
        for site in &mut self.sites {
            // Nobody else holds a snapshot that was just made.
            if let Some(site) = Arc::get_mut(site) {
                site.upstreams = vec![upstream.clone()];
                site.balance = Balance::default();
            }
        }
        self
    }

    /// The site for a host name (lower case, no port, no trailing dot): exact names first, then
    /// wildcards, then a site for every host.
    pub fn site(&self, host: &str) -> Option<&Arc<Site>> {
        let exact = |site: &&Arc<Site>| site.hosts.iter().any(|name| name == host);
        let wildcard = |site: &&Arc<Site>| site.hosts.iter().any(|name| is_under(name, host));
        self.sites
            .iter()
            .find(exact)
            .or_else(|| self.sites.iter().find(wildcard))
            .or_else(|| self.sites.iter().find(|site| site.hosts.is_empty()))
    }
}

/// Whether a name of `hosts` is a wildcard for this host: `*.shop.example` for each name one label below.
pub(in crate::policy) fn is_under(name: &str, host: &str) -> bool {
    host.split_once('.').is_some_and(|(_, parent)| name.strip_prefix("*.") == Some(parent))
}

/// The snapshot in force, swapped whole.
pub type PublishedSnapshot = Arc<ArcSwap<Snapshot>>;
