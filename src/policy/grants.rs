//! From a page rule and the scripts whose patterns match a path to finished grants: lookup tables and
//! header values. Done once for each combination that occurs, not for each exchange.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use http::HeaderValue;

use super::matching::GrantKey;
use super::model::{ApprovedScript, Mode, PageGrants, PageRules};
use super::own_paths::REPORT_PATH;
use super::witness::{WITNESS, let_reports_out, witness_digest};
use crate::csp::{Csp, SourceExpression};
use crate::inventory::{ScriptAddress, ScriptId};
use crate::sri::Digest;
use crate::web::PathPattern;

/// What a site's policy and lock approve, before it is narrowed to a page.
#[derive(Debug, Default)]
pub(super) struct GrantCompiler {
    /// The different patterns that scripts name in `pages`.
    pub patterns: Vec<PathPattern>,
    /// External scripts, each with the places of its patterns.
    pub scripts: Vec<(Arc<ApprovedScript>, Vec<usize>)>,
    /// Digests of inline scripts, each with the places of its patterns.
    pub inline: Vec<(Digest, ScriptId, Vec<usize>)>,
    /// The operator's `[csp]`, defaults included, without directives on scripts.
    pub csp: Csp,
    /// The generation's fingerprint.
    pub fingerprint: String,
    /// Whether pages with pinned scripts get the witness.
    pub witness: bool,
    /// The site's host names: where its own scripts come from.
    pub hosts: Vec<String>,
}

impl GrantCompiler {
    /// The grants for a key.
    pub(super) fn compile(&self, pages: &[PageRules], key: &GrantKey) -> PageGrants {
        let mut scripts = HashMap::new();
        for (script, _) in key.scripts.iter().filter_map(|place| self.scripts.get(*place)) {
            // `check` refuses two scripts of one URL on one page; were it to happen, the first counts.
            scripts.entry(script.address.key().to_owned()).or_insert_with(|| Arc::clone(script));
        }
        let mut inline = HashMap::new();
        for (digest, id, _) in key.inline.iter().filter_map(|place| self.inline.get(*place)) {
            inline.insert(digest.clone(), id.clone());
        }
        // An empty list of rules can't be built by `load`; if it were, nothing is approved and all enforced.
        let rules = pages.get(key.page);
        let mode = rules.map_or(Mode::Enforce, |rules| rules.mode);
        let witness =
            self.witness && mode == Mode::Enforce && scripts.values().any(|s| !s.digests.is_empty());
        let script_src = script_src(mode, &scripts, &inline, witness, &self.hosts);
        let page = rules.map_or(super::PageId(u16::MAX), |rules| rules.id);
        let endpoint = format!("{REPORT_PATH}?g={}&p={}", self.fingerprint, page.0);
        // Ours comes first: it is what a reader of the header looks for.
        let mut csp = Csp::new().with("script-src", script_src.clone());
        for directive in self.csp.directives() {
            csp = csp.with(&directive.name, directive.values.clone());
        }
        if witness {
            csp = let_reports_out(csp, &self.hosts);
        }
        PageGrants {
            page,
            mode,
            payment: rules.is_some_and(|rules| rules.payment),
            unapproved: rules.map_or(super::Unapproved::Strip, |rules| rules.unapproved),
            fail: rules.map_or(super::FailMode::Closed, |rules| rules.fail),
            script_src: join(&script_src),
            csp_secure: header(&format!("{csp}; report-uri {endpoint}; report-to countersign")),
            csp_plain: header(&format!("{csp}; report-uri {endpoint}")),
            integrity_policy: header("blocked-destinations=(script), endpoints=(countersign)"),
            reporting_endpoints: header(&format!("countersign=\"{endpoint}\"")),
            witness: witness.then(|| Arc::from(WITNESS)),
            scripts,
            inline,
            csp,
        }
    }
}

/// The source list for scripts: digests only. While observing, tags carry no `integrity`, so there the
/// approved URLs stand in for the digests: otherwise every approved script would be reported.
fn script_src(
    mode: Mode,
    scripts: &HashMap<String, Arc<ApprovedScript>>,
    inline: &HashMap<Digest, ScriptId>,
    witness: bool,
    hosts: &[String],
) -> Vec<SourceExpression> {
    let mut digests: BTreeSet<Digest> = inline.keys().cloned().collect();
    let mut urls = BTreeSet::new();
    for script in scripts.values() {
        match mode {
            Mode::Enforce => digests.extend(script.digests.iter().cloned()),
            Mode::Observe => urls.extend(url_sources(&script.address, hosts)),
        }
    }
    if witness {
        digests.insert(witness_digest().clone());
    }
    let mut list: Vec<SourceExpression> = digests.into_iter().map(SourceExpression::Hash).collect();
    list.extend(urls.into_iter().map(SourceExpression::Other));
    if list.is_empty() {
        list.push(SourceExpression::None);
    }
    list
}

/// An address as host-sources: without query, and with the two characters that end it escaped.
/// A script of the site itself has one for each host name, on every port.
/// <https://w3c.github.io/webappsec-csp/#grammardef-host-source>
fn url_sources(address: &ScriptAddress, hosts: &[String]) -> Vec<String> {
    let escape = |text: &str| text.replace(';', "%3B").replace(',', "%2C");
    match address {
        ScriptAddress::Absolute(url) => {
            let mut url = url.clone();
            url.set_query(None);
            vec![escape(url.as_str())]
        }
        ScriptAddress::OnSite(path) => {
            let path = path.split('?').next().unwrap_or(path);
            hosts.iter().map(|host| format!("{host}:*{}", escape(path))).collect()
        }
    }
}

fn join(list: &[SourceExpression]) -> String {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// Everything that reaches this is visible ASCII; were it not, the strictest CSP goes out instead.
fn header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("script-src 'none'"))
}
