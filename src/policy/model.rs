//! The compiled policy: only valid values, everything that can be prepared at load prepared.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use url::{Host, Url};

use super::grants::GrantCompiler;
use super::matching::{GrantCache, Matching};
use crate::csp::{Csp, ScriptDirectives};
use crate::inventory::{ScriptAddress, ScriptId, Tier};
use crate::sri::Digest;
use crate::web::{PathPattern, PathReadings};

/// The snapshot in force, swapped whole.
pub type PublishedSnapshot = Arc<ArcSwap<Snapshot>>;

/// Which policies an exchange ran under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generation {
    /// Counts the snapshots of this process, from 1.
    pub number: u64,
    /// The first 12 hexadecimal digits of the SHA-256 over all policy, lock and byte files: the same on
    /// every node and after every restart. Goes into ETags and report URLs.
    pub fingerprint: String,
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.number, self.fingerprint)
    }
}

/// A policy file's stem: `shop` for `shop.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SiteName(pub String);

impl fmt::Display for SiteName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The place of a page rule in its policy, used in report URLs and logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PageId(pub u16);

/// Whether verdicts are carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Bodies pass unchanged; a policy's CSP goes out as report-only.
    Observe,
    /// Verdicts are carried out.
    Enforce,
}

/// What becomes of scripts without approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unapproved {
    /// Made inert in place.
    Quarantine,
    /// Replaced by a comment.
    Strip,
}

/// What happens when the rewriter can't go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailMode {
    /// Error page before the first byte, stream cut after it.
    Closed,
    /// Where only the markup can't be followed, the rest goes out unedited under the CSP already sent.
    /// Never on payment pages.
    HeadersOnly,
}

/// What becomes of the upstream's own CSP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UpstreamCsp {
    /// Kept beside ours, its word on scripts replaced by ours.
    Merge,
    /// Dropped.
    Replace,
    /// Kept as it is: browsers enforce both.
    Append,
}

/// How a CSP names scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CspForm {
    /// By digests: the same for every visitor.
    Hash,
}

/// Where a text stands in a page that is approved by its digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InlineKind {
    /// Between the tags of a script element.
    Script,
    /// The value of an attribute such as `onclick`.
    Handler,
    /// A whole `javascript:` URL.
    Url,
}

/// Whose request it is, as far as policies ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// The moment: evergreen scripts end.
    pub at: Timestamp,
    /// The visitor's place among a hundred, from 0: where a rule enforces for a part of the visitors,
    /// it does so for those with the lower places.
    pub place: u8,
}

impl Visit {
    /// Of a visitor for whom everything is carried out that is carried out for anybody.
    pub const fn enforced(at: Timestamp) -> Self {
        Self { at, place: 0 }
    }
}

/// Fields that a policy sets or removes on pages.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct PageHeaders {
    /// `None`: removed.
    pub fields: Vec<(HeaderName, Option<HeaderValue>)>,
}

/// Where a site's application listens: scheme, host and port only.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UpstreamAddress {
    /// TLS to the upstream.
    pub tls: bool,
    /// Host name or address literal (IPv6 without brackets).
    pub host: String,
    /// Port.
    pub port: u16,
}

impl UpstreamAddress {
    /// The upstream that an `http` or `https` URL of nothing but scheme, host and port names. The error
    /// says what is wrong with the URL.
    pub fn of_url(url: &Url) -> Result<Self, &'static str> {
        let tls = match url.scheme() {
            "http" => false,
            "https" => true,
            _ => return Err("its scheme is neither http nor https"),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it contains a user name or a password");
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err("it has a path, and requests keep their own");
        }
        let host = match url.host() {
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(host) => host.to_string(),
            None => return Err("it has no host"),
        };
        let port = url.port_or_known_default().ok_or("it has no port")?;
        Ok(Self { tls, host, port })
    }
}

impl fmt::Display for UpstreamAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        if self.host.contains(':') {
            write!(f, "{scheme}://[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{scheme}://{}:{}", self.host, self.port)
        }
    }
}

/// An external script that the policy names, with what its tag gets.
#[derive(Debug)]
pub struct ApprovedScript {
    /// The operator's id.
    pub id: ScriptId,
    /// Canonical URL, or a path on the site itself.
    pub address: ScriptAddress,
    /// How it is delivered.
    pub tier: Tier,
    /// Digests of all bytes that a page may run; one algorithm. Tier pin: all approved and not retired.
    /// Tier mirror: that of the bytes we serve. Tier evergreen: that of the statement that was approved
    /// in place of bytes. Empty: named, not yet approved.
    pub digests: Vec<Digest>,
    /// The `integrity` attribute's value: the digests, separated by spaces. For tier mirror only the
    /// digest of the bytes we serve, for tier evergreen empty.
    pub integrity: String,
    /// Tier mirror: the absolute path on the site under which we serve the approved bytes.
    pub mirror_path: Option<String>,
    /// Tier evergreen: from this moment on it may not run.
    pub expires: Option<Timestamp>,
}

/// A page rule: first match wins.
#[derive(Debug)]
pub struct PageRules {
    /// Its place.
    pub id: PageId,
    /// Which paths.
    pub path: PathPattern,
    /// Whether verdicts are carried out.
    pub mode: Mode,
    /// For how many of a hundred visitors they are, where they are; the others are observed.
    pub enforce_percent: u8,
    /// How the CSP names scripts.
    pub csp_form: CspForm,
    /// In PCI DSS scope.
    pub payment: bool,
    /// What becomes of scripts without approval.
    pub unapproved: Unapproved,
    /// What happens when the rewriter can't go on.
    pub fail: FailMode,
    /// The operator's directives, defaults included, without those on scripts.
    pub csp: Arc<Csp>,
    /// Response headers that the operator sets or removes.
    pub headers: Arc<PageHeaders>,
}

impl PageRules {
    /// A rule that holds on every path and says nothing but its mode.
    pub fn everywhere(mode: Mode) -> Self {
        Self {
            id: PageId(0),
            path: PathPattern::every(),
            mode,
            enforce_percent: 100,
            csp_form: CspForm::Hash,
            payment: false,
            unapproved: Unapproved::Quarantine,
            fail: FailMode::HeadersOnly,
            csp: Arc::default(),
            headers: Arc::default(),
        }
    }

    /// Whether verdicts are carried out for a part of the visitors only.
    pub(super) fn is_shared_out(&self) -> bool {
        self.mode == Mode::Enforce && self.enforce_percent < 100
    }

    /// Whether verdicts are carried out for a visitor.
    pub(super) fn mode_for(&self, visit: Visit) -> Mode {
        if visit.place < self.enforce_percent { self.mode } else { Mode::Observe }
    }

    /// Greater is stricter.
    pub(super) fn strictness(&self) -> (u8, bool, bool, bool) {
        (
            if self.mode == Mode::Enforce { self.enforce_percent } else { 0 },
            self.payment,
            self.unapproved == Unapproved::Strip,
            self.fail == FailMode::Closed,
        )
    }
}

/// Everything that holds for one page: the rule, the scripts approved there, the headers that say so.
#[derive(Debug)]
pub struct PageGrants {
    /// The page rule's place.
    pub page: PageId,
    /// Whether verdicts are carried out.
    pub mode: Mode,
    /// In PCI DSS scope.
    pub payment: bool,
    /// What becomes of scripts without approval.
    pub unapproved: Unapproved,
    /// What happens when the rewriter can't go on.
    pub fail: FailMode,
    /// The rule carries verdicts out for a part of the visitors only.
    pub shared_out: bool,
    /// The moment for which these grants were made.
    pub at: Timestamp,
    /// External scripts by the key of their address: canonical URL, path and query on the site itself, or
    /// pattern.
    pub scripts: HashMap<String, Arc<ApprovedScript>>,
    /// Those of them whose address is a pattern, in the order of the policy.
    pub patterns: Vec<Arc<ApprovedScript>>,
    /// Digests (SHA-256) of inline scripts, with their ids.
    pub inline: HashMap<Digest, ScriptId>,
    /// Digests (SHA-256) of event handlers, with their ids.
    pub handlers: HashMap<Digest, ScriptId>,
    /// Evergreen scripts that may run here: what stands in the way of an enforced `Integrity-Policy`.
    pub evergreen: Vec<ScriptId>,
    /// The CSP, without reporting directives.
    pub csp: Csp,
    /// Its directives on scripts, for merging into an upstream's CSP.
    pub script_directives: ScriptDirectives,
    /// The finished header value for responses over TLS: CSP with `report-uri` and `report-to`.
    pub csp_secure: HeaderValue,
    /// The same for plain HTTP, where browsers deliver only to `report-uri`.
    pub csp_plain: HeaderValue,
    /// For other documents: nothing runs, and that is reported.
    pub csp_scriptless: HeaderValue,
    /// The `Integrity-Policy` value; report-only where there are [`Self::evergreen`] scripts.
    pub integrity_policy: HeaderValue,
    /// Response headers that the operator sets or removes.
    pub headers: Arc<PageHeaders>,
    /// The `Reporting-Endpoints` value (TLS only).
    pub reporting_endpoints: HeaderValue,
    /// The witness script, where pages with pinned scripts get one (see `policy::witness`).
    pub witness: Option<Arc<str>>,
}

impl PageGrants {
    /// Grants that grant nothing, with a CSP under which nothing runs.
    pub fn nothing(mode: Mode) -> Self {
        let header = HeaderValue::from_static("script-src 'none'");
        Self {
            page: PageId(0),
            mode,
            payment: false,
            unapproved: Unapproved::Quarantine,
            fail: FailMode::Closed,
            shared_out: false,
            at: Timestamp::UNIX_EPOCH,
            scripts: HashMap::new(),
            patterns: Vec::new(),
            inline: HashMap::new(),
            handlers: HashMap::new(),
            evergreen: Vec::new(),
            csp: Csp::new(),
            script_directives: ScriptDirectives::default(),
            csp_secure: header.clone(),
            csp_plain: header.clone(),
            csp_scriptless: header.clone(),
            integrity_policy: header.clone(),
            headers: Arc::default(),
            reporting_endpoints: header,
            witness: None,
        }
    }

    /// The script that the policy names for this canonical URL, approved or not. `document` is the URL of
    /// the page: a policy names scripts of the site itself by their path, and the site has whatever origin
    /// the page came from.
    pub fn script(&self, url: &Url, document: &Url) -> Option<&Arc<ApprovedScript>> {
        let exact = self.scripts.get(url.as_str()).or_else(|| {
            let key = ScriptAddress::on_site_key(url, document)?;
            self.scripts.get(&key)
        });
        exact.or_else(|| {
            self.patterns.iter().find(|script| match &script.address {
                ScriptAddress::Pattern(pattern) => pattern.matches(url, document),
                ScriptAddress::Absolute(_) | ScriptAddress::OnSite(_) => false,
            })
        })
    }

    /// Whether a script may run at the moment for which these grants were made: it is approved, there is
    /// something to serve where we serve it, and it has not ended.
    pub fn lets_run(&self, script: &ApprovedScript) -> bool {
        !script.digests.is_empty()
            && (script.tier != Tier::Mirror || script.mirror_path.is_some())
            && !self.has_ended(script)
    }

    /// Whether a script has ended.
    pub fn has_ended(&self, script: &ApprovedScript) -> bool {
        script.expires.is_some_and(|end| end <= self.at)
    }

    /// Whether an inline script of this digest is approved here.
    pub fn approves_inline(&self, digest: &Digest) -> bool {
        self.inline.contains_key(digest)
    }
}

/// One policy file, compiled.
pub struct Site {
    /// The file's stem.
    pub name: SiteName,
    /// Host names, lower case, without port; `*.example.com` matches one more label.
    /// Empty: every host (only where no policy folder is given).
    pub hosts: Vec<String>,
    /// Where the application listens; at least one.
    pub upstreams: Vec<UpstreamAddress>,
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
    /// Makes the grants for a page rule and the set of script patterns that match a path.
    pub(super) compiler: GrantCompiler,
    /// Made from `pages` and `compiler`.
    pub(super) matching: Matching,
    pub(super) cache: GrantCache,
}

impl Site {
    /// The grants for a request's path, as it came: the first page rule that matches it, and every script
    /// whose `pages` match it. Where servers read the path differently, see [`PathReadings`].
    pub fn grants(&self, path: &str, visit: Visit) -> Arc<PageGrants> {
        let key = self.matching.key(&self.pages, &self.compiler, &PathReadings::of(path), visit);
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
#[derive(Debug)]
pub struct Snapshot {
    /// Which.
    pub generation: Generation,
    /// The sites, in order of file name.
    pub sites: Vec<Arc<Site>>,
}

impl Snapshot {
    /// The same policies in front of another application, whatever they name.
    #[must_use]
    pub fn with_upstream(mut self, upstream: &UpstreamAddress) -> Self {
        for site in &mut self.sites {
            // Nobody else holds a snapshot that was just made.
            if let Some(site) = Arc::get_mut(site) {
                site.upstreams = vec![upstream.clone()];
            }
        }
        self
    }

    /// The site for a host name (lower case, no port, no trailing dot): exact names first, then
    /// wildcards, then a site for every host.
    pub fn site(&self, host: &str) -> Option<&Arc<Site>> {
        let exact = |site: &&Arc<Site>| site.hosts.iter().any(|name| name == host);
        let wildcard = |site: &&Arc<Site>| {
            let Some((_, parent)) = host.split_once('.') else { return false };
            site.hosts.iter().any(|name| name.strip_prefix("*.") == Some(parent))
        };
        self.sites
            .iter()
            .find(exact)
            .or_else(|| self.sites.iter().find(wildcard))
            .or_else(|| self.sites.iter().find(|site| site.hosts.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_has_a_port_and_no_brackets() {
        let address = |text: &str| UpstreamAddress::of_url(&Url::parse(text).unwrap());
        assert_eq!(address("http://127.0.0.1:3000").unwrap().to_string(), "http://127.0.0.1:3000");
        assert_eq!(address("https://[::1]/").unwrap().to_string(), "https://[::1]:443");
        assert_eq!(address("https://[::1]/").unwrap().host, "::1");
        for bad in ["ftp://a", "http://a/x", "http://u@a/", "http://:pw@a/", "http://a?x", "http://a#x"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
