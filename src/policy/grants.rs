//! From a page rule and the scripts whose patterns match a path to finished grants: lookup tables and
//! header values. Done once for each combination that occurs, not for each exchange.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use http::HeaderValue;
use jiff::Timestamp;

use super::folder::fingerprint;
use super::matching::GrantKey;
use super::model::{
    ApprovedMap, ApprovedScript, ApprovedShape, InlineKind, Mode, PageGrants, PageId, PageRules, UpstreamCsp,
};
use super::modules::Modules;
use super::own_paths::REPORT_PATH;
use super::witness::{WITNESS, let_reports_out, witness_digest};
use crate::csp::{Csp, ScriptDirectives, SourceExpression};
use crate::inventory::{ScriptAddress, ScriptId, Tier};
use crate::sri::{Algorithm, Digest};
use crate::web::{ImportMap, PathPattern};

/// What a site's policy and lock approve, before it is narrowed to a page.
#[derive(Debug, Default)]
pub(super) struct GrantCompiler {
    /// The different patterns that scripts name in `pages`.
    pub patterns: Vec<PathPattern>,
    /// External scripts, each with the places of its patterns.
    pub scripts: Vec<(Arc<ApprovedScript>, Vec<usize>)>,
    /// How many of them the policy names one by one; behind these come the files of builds.
    pub watched: usize,
    /// By their places: scripts as they are delivered while their vendor serves other bytes.
    pub fallbacks: HashMap<usize, Arc<ApprovedScript>>,
    /// Inline texts, each with the places of its patterns.
    pub inline: Vec<(ApprovedText, ScriptId, Vec<usize>)>,
    /// The generation's fingerprint.
    pub fingerprint: String,
    /// Whether pages with pinned scripts get the witness.
    pub witness: bool,
    /// Whether browsers are asked for the digests of the scripts that they fetch.
    pub report_hashes: bool,
    /// What becomes of the upstream's own CSP.
    pub upstream_csp: UpstreamCsp,
    /// The site's host names: where its own scripts come from.
    pub hosts: Vec<String>,
    /// The moments at which scripts end, in order.
    pub ends: Vec<Timestamp>,
}

/// A text in pages that is approved.
#[derive(Debug, Clone)]
pub(super) struct ApprovedText {
    /// Of the text as browsers see it.
    pub digest: Digest,
    /// Where it may stand.
    pub kind: InlineKind,
    /// Of an import map what it says.
    pub map: Option<Arc<ImportMap>>,
    /// The text is code with places for data.
    pub shape: Option<Arc<ApprovedShape>>,
}

impl GrantCompiler {
    /// The last moment at which a script ended.
    pub(super) fn last_end(&self, now: Timestamp) -> Option<Timestamp> {
        let passed = self.ends.partition_point(|end| *end <= now);
        self.ends.get(passed.checked_sub(1)?).copied()
    }

    /// The grants for a key.
    pub(super) fn compile(&self, pages: &[PageRules], key: &GrantKey) -> PageGrants {
        // An empty list of rules can't be built by `load`; if it were, nothing is approved and all enforced.
        let nothing = PageRules { id: PageId(u16::MAX), ..PageRules::everywhere(Mode::Enforce) };
        let rules = pages.get(key.page).unwrap_or(&nothing);
        let mut grants = PageGrants {
            page: rules.id,
            payment: rules.payment,
            unapproved: rules.unapproved,
            fail: rules.fail,
            second_opinion: rules.second_opinion,
            refresh: rules.refresh,
            own_scripts: key.own_scripts,
            upstream_csp: self.upstream_csp,
            shared_out: rules.is_shared_out(),
            headers: Arc::clone(&rules.headers),
            at: key.ended.unwrap_or(Timestamp::UNIX_EPOCH),
            ..PageGrants::nothing(key.mode)
        };
        grants.fingerprint = self.fingerprint_of(&key.mirrored);
        for place in &key.scripts {
            let mirrored = key.mirrored.contains(place).then(|| self.fallbacks.get(place)).flatten();
            let Some(script) = mirrored.or_else(|| self.scripts.get(*place).map(|(script, _)| script)) else {
                continue;
            };
            // `check` refuses two scripts of one URL on one page; were it to happen, the first counts.
            let added = grants.scripts.insert(script, grants.at);
            if added && script.tier == Tier::Evergreen && grants.lets_run(script) {
                grants.evergreen.push(script.id.clone());
            }
        }
        // While observing nothing is edited.
        let modules = (key.mode == Mode::Enforce).then(|| Modules::of(&grants)).flatten();
        grants.module_map = modules.as_ref().and_then(Modules::map);
        for (text, id, _) in key.inline.iter().filter_map(|place| self.inline.get(*place)) {
            let digest = text.digest.clone();
            grants.shapes.extend(text.shape.clone());
            match text.kind {
                InlineKind::Script => drop(grants.inline.insert(digest, id.clone())),
                InlineKind::ImportMap => {
                    let merged = modules.as_ref().zip(text.map.as_ref());
                    let merged = merged.and_then(|(modules, map)| modules.in_place_of(map));
                    grants.import_maps.insert(digest, ApprovedMap { id: id.clone(), merged });
                }
                InlineKind::SpeculationRules => drop(grants.speculation_rules.insert(digest, id.clone())),
                InlineKind::Handler => drop(grants.handlers.insert(digest, id.clone())),
                InlineKind::Url => drop(grants.urls.insert(digest, id.clone())),
            }
        }
        let checked =
            |script: &Arc<ApprovedScript>| script.tier != Tier::Evergreen && !script.digests.is_empty();
        let witness = self.witness && key.mode == Mode::Enforce && grants.scripts.iter().any(checked);
        grants.witness = witness.then(|| Arc::from(WITNESS));
        self.write_headers(&mut grants, &rules.csp);
        grants
    }

    /// What pages written under these grants are known by: the generation's fingerprint, and another one
    /// where scripts are delivered in another way than by that generation alone.
    fn fingerprint_of(&self, mirrored: &[usize]) -> String {
        if mirrored.is_empty() {
            return self.fingerprint.clone();
        }
        let ids = mirrored.iter().filter_map(|place| self.fallbacks.get(place));
        let digests = ids
            .map(|script| (script.id.as_str(), Digest::of(Algorithm::Sha256, script.integrity.as_bytes())));
        let generation = (self.fingerprint.as_str(), Digest::of(Algorithm::Sha256, b"mirrored"));
        fingerprint(std::iter::once(generation).chain(digests))
    }

    /// The headers that say what is granted.
    fn write_headers(&self, grants: &mut PageGrants, operators: &Csp) {
        let endpoint = format!("{REPORT_PATH}?g={}&p={}", self.fingerprint, grants.page.0);
        let attributes = attribute_sources(grants);
        let mut elements = script_sources(grants, &self.hosts);
        if self.report_hashes {
            ask_for_digests(&mut elements);
        }
        grants.script_directives =
            ScriptDirectives { elements: join(&elements), attributes: attributes.as_deref().map(join) };
        // Ours comes first: it is what a reader of the header looks for.
        let mut csp = Csp::new().with("script-src", elements);
        if let Some(attributes) = attributes {
            csp = csp.with("script-src-attr", attributes);
        }
        for directive in operators.directives() {
            csp = csp.with(&directive.name, directive.values.clone());
        }
        if grants.witness.is_some() {
            csp = let_reports_out(csp, &self.hosts);
        }
        grants.csp_secure = header(&format!("{csp}; report-uri {endpoint}; report-to countersign"));
        grants.csp_plain = header(&format!("{csp}; report-uri {endpoint}"));
        grants.csp_scriptless = header(&format!("script-src 'none'; report-uri {endpoint}"));
        grants.csp = csp;
        grants.integrity_policy = header("blocked-destinations=(script), endpoints=(countersign)");
        grants.reporting_endpoints = header(&format!("countersign=\"{endpoint}\""));
    }
}

/// The source list for script elements and `javascript:` URLs: digests, and the exact URLs of evergreen
/// scripts. While observing, tags carry no `integrity`, so there the approved URLs stand in for the
/// digests: otherwise every approved script would be reported.
fn script_sources(grants: &PageGrants, hosts: &[String]) -> Vec<SourceExpression> {
    let mut addresses = BTreeSet::new();
    let inline = [&grants.inline, &grants.speculation_rules];
    let inline = inline.iter().flat_map(|kind| kind.keys());
    let mut digests: BTreeSet<Digest> = inline.chain(grants.map_digests()).cloned().collect();
    for script in grants.scripts.iter() {
        match (grants.mode, script.tier) {
            (Mode::Enforce, Tier::Pin | Tier::Mirror) => digests.extend(script.digests.iter().cloned()),
            (Mode::Enforce, Tier::Evergreen) if !grants.lets_run(script) => {}
            (Mode::Enforce, Tier::Evergreen) | (Mode::Observe, _) => {
                addresses.extend(url_sources(&script.address, hosts));
            }
        }
    }
    if grants.witness.is_some() {
        digests.insert(witness_digest().clone());
    }
    digests.extend(grants.urls.keys().cloned());
    let mut list: Vec<SourceExpression> = digests.into_iter().map(SourceExpression::Hash).collect();
    list.extend(addresses.into_iter().map(SourceExpression::Other));
    if !grants.urls.is_empty() {
        list.push(SourceExpression::Other(UNSAFE_HASHES.to_owned()));
    }
    if list.is_empty() {
        list.push(SourceExpression::None);
    }
    list
}

/// Has browsers report the digest of each script that they fetch, by the algorithm of locks. It names no source, so
/// nothing more runs; beside `'none'` it would be none.
/// <https://w3c.github.io/webappsec-csp/#grammardef-report-hash-value>
fn ask_for_digests(list: &mut Vec<SourceExpression>) {
    list.retain(|source| *source != SourceExpression::None);
    list.push(SourceExpression::Other("'report-sha384'".to_owned()));
}

/// Digests count for more than script elements where this stands beside them.
/// <https://w3c.github.io/webappsec-csp/#unsafe-hashes-usage>
const UNSAFE_HASHES: &str = "'unsafe-hashes'";

/// The source list for event handlers, where it can't be that of script elements: a handler's digest must
/// not let a script element run, nor `'unsafe-hashes'` for a `javascript:` URL a handler.
fn attribute_sources(grants: &PageGrants) -> Option<Vec<SourceExpression>> {
    let digests: BTreeSet<Digest> = grants.handlers.keys().cloned().collect();
    if digests.is_empty() {
        return (!grants.urls.is_empty()).then(|| vec![SourceExpression::None]);
    }
    let mut list = vec![SourceExpression::Other(UNSAFE_HASHES.to_owned())];
    list.extend(digests.into_iter().map(SourceExpression::Hash));
    Some(list)
}

/// An address as host-sources: without query, and with the two characters that end it escaped.
/// A script of the site itself has one for each host name, on every port. A pattern is its folder.
/// <https://w3c.github.io/webappsec-csp/#grammardef-host-source>
fn url_sources(address: &ScriptAddress, hosts: &[String]) -> Vec<String> {
    let escape = |text: &str| text.replace(';', "%3B").replace(',', "%2C");
    let on_site = |path: &str| hosts.iter().map(|host| format!("{host}:*{}", escape(path))).collect();
    match address {
        ScriptAddress::Absolute(url) => {
            let mut url = url.clone();
            url.set_query(None);
            vec![escape(url.as_str())]
        }
        ScriptAddress::OnSite(path) => on_site(path.split('?').next().unwrap_or(path)),
        ScriptAddress::Pattern(pattern) => match pattern.origin() {
            Some(origin) => vec![format!("{origin}{}", escape(pattern.folder()))],
            None => on_site(pattern.folder()),
        },
    }
}

fn join(list: &[SourceExpression]) -> String {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// Everything that reaches this is visible ASCII; were it not, the strictest CSP goes out instead.
fn header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("script-src 'none'"))
}
