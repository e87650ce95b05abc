//! The lines that a policy lacks, from reports that are its fault, each with what speaks for it.
//!
//! Never proposed: what would let more scripts run than are approved (`'unsafe-inline'`, `'unsafe-eval'`, foreign
//! base URLs, plug-ins, workers from anywhere), wildcards, and what fewer than three networks have seen.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use url::{Host, Url};

use crate::csp::{Directive, Matching, SourceExpression, names_url};
use crate::policy::{PageRules, Site, Snapshot, UpstreamCsp, Visit};
use crate::store::{Class, Fingerprint, ViolationRow};
use crate::web::PathPattern;

/// Pages that are named one by one; more become the page rule's pattern.
const PAGES: usize = 8;
/// Characters of a URL as reports keep it: one that is as long was cut.
const CUT: usize = 512;
/// Networks from which a group must have come. One machine easily has two: of IPv4 and of IPv6.
const NETWORKS: u32 = 3;

/// What is proposed, and what is not, with the reason.
#[derive(Debug, Default, Serialize)]
pub struct Advice {
    /// In order of site, place and key.
    pub suggestions: Vec<Suggestion>,
    /// In the order of the rows.
    pub withheld: Vec<Withheld>,
}

/// A line for a policy file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// Whose policy: `shop` for shop.toml.
    pub site: String,
    /// In which table.
    pub place: Place,
    /// `connect-src`, `pages` …
    pub key: String,
    /// What the policy has there now.
    pub values: Vec<String>,
    /// What would be new.
    pub added: Vec<Added>,
}

/// A table of a policy file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case", tag = "table", content = "name")]
pub enum Place {
    /// `[csp]`.
    Csp,
    /// `[page.csp]` of the rule with this path.
    PageCsp(String),
    /// `[[script]]` with this id.
    Script(String),
}

/// A value and what speaks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Added {
    /// As the policy would have it.
    pub value: String,
    /// What should be thought of before.
    pub caution: Option<&'static str>,
    /// What speaks for it.
    pub evidence: Evidence,
}

/// The reports behind a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// How many.
    pub count: u64,
    /// From at least so many networks.
    pub networks: u32,
    /// First.
    pub first_seen: Timestamp,
    /// Last.
    pub last_seen: Timestamp,
    /// On which pages.
    pub pages: Vec<String>,
    /// Whose code asked for it, as far as browsers say.
    pub sources: Vec<String>,
    /// The groups.
    pub groups: Vec<Fingerprint>,
}

/// What is not proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withheld {
    /// Whose policy.
    pub site: String,
    /// Which directive, or type of report.
    pub directive: String,
    /// What was blocked.
    pub blocked: String,
    /// Why not, and what can be done.
    pub why: String,
    /// What was reported.
    pub evidence: Evidence,
}

impl Evidence {
    fn of(row: &ViolationRow) -> Self {
        let pages = row.pages.iter().map(|page| page.name.clone());
        Self {
            count: row.count,
            networks: row.networks,
            first_seen: row.first_seen,
            last_seen: row.last_seen,
            pages: pages.filter(|page| !page.is_empty()).collect(),
            sources: row.violation.source.iter().cloned().collect(),
            groups: vec![row.id],
        }
    }

    fn add(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
        // Whether the same networks sent both isn't known.
        self.networks = self.networks.max(other.networks);
        self.first_seen = self.first_seen.min(other.first_seen);
        self.last_seen = self.last_seen.max(other.last_seen);
        let join = |known: &mut Vec<String>, others: Vec<String>| {
            for other in others {
                if !known.contains(&other) {
                    known.push(other);
                }
            }
        };
        join(&mut self.pages, other.pages);
        join(&mut self.sources, other.sources);
        self.groups.extend(other.groups);
    }
}

/// Values for one place and key.
struct Line {
    site: String,
    place: Place,
    key: String,
    values: Vec<String>,
    added: Vec<(String, Option<&'static str>)>,
}

/// What the reports say that policies lack. `even_single`: also where fewer than three networks have.
pub fn suggest(rows: &[ViolationRow], snapshot: &Snapshot, even_single: bool, now: Timestamp) -> Advice {
    let mut advice = Advice::default();
    let mut lines: BTreeMap<(String, Place, String), Suggestion> = BTreeMap::new();
    for row in rows {
        match proposal(row, snapshot, even_single, now) {
            Ok(line) => {
                let key = (line.site.clone(), line.place.clone(), line.key.clone());
                let Line { site, place, key: name, values, added } = line;
                let new = || Suggestion { site, place, key: name, values, added: Vec::new() };
                let suggestion = lines.entry(key).or_insert_with(new);
                for (value, caution) in added {
                    let evidence = Evidence::of(row);
                    match suggestion.added.iter_mut().find(|known| known.value == value) {
                        Some(known) => known.evidence.add(evidence),
                        None => suggestion.added.push(Added { value, caution, evidence }),
                    }
                }
            }
            Err(why) => advice.withheld.push(Withheld {
                site: row.violation.site.clone(),
                directive: named(row).to_owned(),
                blocked: row.violation.blocked.clone(),
                why,
                evidence: Evidence::of(row),
            }),
        }
    }
    advice.suggestions = lines.into_values().collect();
    advice
}

/// The directive, or the type of a report that has none.
fn named(row: &ViolationRow) -> &str {
    let violation = &row.violation;
    if violation.directive.is_empty() { &violation.kind } else { &violation.directive }
}

fn proposal(
    row: &ViolationRow,
    snapshot: &Snapshot,
    even_single: bool,
    now: Timestamp,
) -> Result<Line, String> {
    let violation = &row.violation;
    if !matches!(violation.class, Class::PolicyFault | Class::Unjoined) {
        return Err(format!("it is {}, and no fault of the policy", violation.class));
    }
    let site = snapshot.sites.iter().find(|site| site.name.0 == violation.site);
    let site = site.ok_or("the folder has no policy for this site")?;
    if row.networks < NETWORKS && !even_single {
        return Err(
            "fewer than three networks have reported it, which may be a forger, or one visitor's extension; \
--even-single proposes it all the same"
                .to_owned(),
        );
    }
    let document = Url::parse(row.page()).map_err(|_why| "no page is known on which it was")?;
    let directive = violation.directive.as_str();
    if violation.kind != "csp-violation" || directive.starts_with("script-src") {
        return script(row, site, &document);
    }
    let expression = expression(directive, &violation.blocked, &document)?;
    thing(row, site, &document, expression, now)
}

/// A value for a directive that is not about scripts.
fn thing(
    row: &ViolationRow,
    site: &Site,
    document: &Url,
    (value, caution): (String, Option<&'static str>),
    now: Timestamp,
) -> Result<Line, String> {
    let directive = row.violation.directive.as_str();
    let grants = site.grants(document.path(), Visit::enforced(now));
    let by_name = |rules: &&PageRules| Some(rules.path.as_str()) == row.violation.rule.as_deref();
    let rules = site.pages.iter().find(|rules| rules.id == grants.page);
    let rules = site.pages.iter().find(by_name).or(rules).ok_or("no page rule holds there")?;
    // What stands in for worker-src at last is script-src, which policies don't have.
    let deciding = rules.csp.deciding(directive);
    if deciding.is_none() && directive != "worker-src" {
        return Err(match site.upstream_csp {
            UpstreamCsp::Replace => {
                "the policy doesn't confine it: it was reported under an earlier one".to_owned()
            }
            UpstreamCsp::Merge | UpstreamCsp::Append => {
                "the policy doesn't confine it: an earlier one did, or the application's own CSP does"
                    .to_owned()
            }
        });
    }
    let list = deciding.map(|directive| directive.values.as_slice()).unwrap_or_default();
    if let Some(url) = as_url(&row.violation.blocked)
        && names_url(list, &url, document) == Matching::Yes
    {
        return Err(
            "the policy lets it through: it was reported under an earlier one, or its address leads on to \
another, which reports don't tell"
                .to_owned(),
        );
    }
    let key = key(directive, deciding);
    let everywhere = site.pages.last().map(|rules| &rules.csp);
    let own = everywhere.is_none_or(|csp| csp.directive(&key) != rules.csp.directive(&key));
    let place = if own { Place::PageCsp(rules.path.as_str().to_owned()) } else { Place::Csp };
    let values = list.iter().filter(|value| **value != SourceExpression::None).map(ToString::to_string);
    Ok(Line {
        site: site.name.0.clone(),
        place,
        key,
        values: values.collect(),
        added: vec![(value, caution)],
    })
}

/// The directive that a policy would set: `style-src` for its parts, otherwise the effective one, because one that
/// stands in for it decides about other things too.
fn key(directive: &str, deciding: Option<&Directive>) -> String {
    let part = directive.starts_with("style-src-");
    let own = deciding.is_some_and(|deciding| deciding.name == directive);
    if part && !own { "style-src".to_owned() } else { directive.to_owned() }
}

/// A blocked URL, or something with the scheme that is all that is kept of one.
pub(super) fn as_url(blocked: &str) -> Option<Url> {
    match Url::parse(blocked) {
        Ok(url) if url.has_host() => Some(url),
        _ if matches!(blocked, "data" | "blob" | "filesystem" | "mediastream" | "about") => {
            Url::parse(&format!("{blocked}:x")).ok()
        }
        _ => None,
    }
}

const SENDS: &str = "whatever runs on the page can send data there";
const FRAMES: &str = "pages from there are shown inside yours";
const STYLES: &str = "styles from there can change and hide what visitors see";
const WORKS: &str = "it runs code whose bytes nobody approves";

/// What would let it through, and what to think of before; or why nothing is proposed.
fn expression(
    directive: &str,
    blocked: &str,
    document: &Url,
) -> Result<(String, Option<&'static str>), String> {
    let caution = match directive {
        "connect-src" | "form-action" => Some(SENDS),
        "img-src" | "font-src" | "media-src" | "manifest-src" => None,
        "frame-src" => Some(FRAMES),
        "style-src" | "style-src-elem" => Some(STYLES),
        "worker-src" => Some(WORKS),
        "style-src-attr" => return Err(inline_style()),
        "base-uri" => {
            return Err("a foreign base URL moves every script that a page names by a path".to_owned());
        }
        "object-src" => {
            return Err("plug-ins and documents in `object` run code that nobody approved".to_owned());
        }
        "frame-ancestors" => {
            return Err("who may show the page in a frame is for a person to decide".to_owned());
        }
        "trusted-types" | "require-trusted-types-for" => {
            return Err(
                "which policies of trusted types a script may make is for a person to decide".to_owned()
            );
        }
        _ => return Err(format!("nothing is proposed for {directive}")),
    };
    match blocked {
        "inline" => return Err(inline_style()),
        "data" | "blob" => {
            let harmless = matches!(directive, "connect-src" | "img-src" | "font-src" | "media-src");
            let why =
                format!("`{blocked}:` in {directive} lets a page's code make what should come from a server");
            return harmless.then(|| (format!("{blocked}:"), None)).ok_or(why);
        }
        _ => {}
    }
    let url = Url::parse(blocked).ok().filter(Url::has_host);
    let url = url.ok_or_else(|| format!("`{blocked}` is nothing that a source expression can name"))?;
    if !matches!(url.host(), Some(Host::Domain(_))) {
        return Err("a CSP can't name an address: give it a host name".to_owned());
    }
    if names_url(&[SourceExpression::SelfOrigin], &url, document) == Matching::Yes
        && directive != "worker-src"
    {
        return Ok(("'self'".to_owned(), None));
    }
    if matches!(url.scheme(), "http" | "ws") && document.scheme() == "https" {
        return Err("it is not encrypted; use https or wss".to_owned());
    }
    let place = format!("{}://{}", url.scheme(), authority(&url));
    if directive != "worker-src" {
        return checked(place, &url, document).map(|value| (value, caution));
    }
    if blocked.len() >= CUT {
        return Err("its URL is too long to be kept whole".to_owned());
    }
    let path = url.path().replace(';', "%3B").replace(',', "%2C");
    checked(format!("{place}{path}"), &url, document).map(|value| (value, caution))
}

fn inline_style() -> String {
    "`'unsafe-inline'` is never proposed: move the style into a style sheet, or write it as \
`element.style.…` in a script"
        .to_owned()
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// What is proposed does what it is proposed for, and can't break out of the header.
fn checked(value: String, url: &Url, document: &Url) -> Result<String, String> {
    let parsed = value.parse::<SourceExpression>().map_err(|error| error.to_string())?;
    match names_url(&[parsed], url, document) {
        Matching::Yes => Ok(value),
        Matching::No => Err(format!("no source expression names {url}")),
        Matching::Unknown(why) => Err(why.to_owned()),
    }
}

/// A script that the policy names, but not for this page.
fn script(row: &ViolationRow, site: &Site, document: &Url) -> Result<Line, String> {
    let violation = &row.violation;
    match violation.blocked.as_str() {
        "eval" => {
            return Err(
                "DANGER: only `'unsafe-eval'` would let it run, and then any text that reaches the page can \
become code; it is never proposed. Use a build of the script that does without"
                    .to_owned(),
            );
        }
        "wasm-eval" => {
            return Err(
                "only `'wasm-unsafe-eval'` would let WebAssembly run, which no CSP of Countersign has; \
use a build of the script that does without"
                    .to_owned(),
            );
        }
        "inline" => {
            return Err(
                "`'unsafe-inline'` is never proposed: approve the text (`[[inline]]`, then `countersign \
approve`); `countersign explain URL` shows it"
                    .to_owned(),
            );
        }
        _ => {}
    }
    if violation.reason != "approved-elsewhere" {
        return Err(
            "the policy has a place for it already, or a person must approve it first: `countersign reports \
show` says what to do"
                .to_owned(),
        );
    }
    let url = Url::parse(&violation.blocked).ok().filter(Url::has_host).ok_or("its URL is not known")?;
    let named = site.named_for(&url, document).ok_or("the policy no longer names it")?;
    if named.of_build {
        return Err(format!(
            "it is a file of the build {}: write the page into its `pages`",
            named.script.id
        ));
    }
    let known: Vec<PathPattern> =
        named.pages.iter().filter_map(|text| PathPattern::parse(text).ok()).collect();
    let added: Vec<(String, Option<&'static str>)> = pages(row)?
        .into_iter()
        .filter(|pattern| !known.iter().any(|known| known.covers(pattern)))
        .map(|pattern| (pattern.as_str().to_owned(), None))
        .collect();
    if added.is_empty() {
        return Err("the policy names these pages by now".to_owned());
    }
    Ok(Line {
        site: site.name.0.clone(),
        place: Place::Script(named.script.id.to_string()),
        key: "pages".to_owned(),
        values: named.pages.iter().map(|page| (*page).to_owned()).collect(),
        added,
    })
}

/// The pages of a group, one by one; where there are more than are kept, the page rule's pattern.
fn pages(row: &ViolationRow) -> Result<Vec<PathPattern>, String> {
    let whole = row.pages.iter().all(|page| !page.name.is_empty() && page.name.len() < CUT);
    if whole && row.pages.len() <= PAGES {
        let paths = row.pages.iter().filter_map(|page| Url::parse(&page.name).ok());
        return Ok(paths.filter_map(|url| PathPattern::exactly(url.path())).collect());
    }
    let rule = row.violation.rule.as_deref().unwrap_or_default();
    let pattern =
        PathPattern::parse(rule).ok().filter(|pattern| pattern.as_str() != PathPattern::every().as_str());
    Ok(vec![pattern.ok_or("it is on many pages: choose a pattern for its `pages`")?])
}
