//! Named scripts: ids, addresses, pages, and that no two of them stand for one script on one page.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use jiff::Timestamp;
use serde_spanned::Spanned;

use super::pages::{NEVER_MATCHES, finds_no_script};
use super::{address, evergreen, pages, word};
use crate::diagnostic::{Problems, Text, Texts};
use crate::inventory::{ScriptAddress, ScriptId, Tier};
use crate::policy::file::{InlineTable, PolicyFile, ScriptTable};
use crate::policy::lint;
use crate::policy::model::{InlineKind, PageRules};
use crate::policy::sample::overlap;
use crate::web::PathPattern;

/// `[[script]]` with valid values.
#[derive(Debug)]
pub(in crate::policy) struct CheckedScript {
    pub(in crate::policy) id: ScriptId,
    pub(in crate::policy) span: Range<usize>,
    pub(in crate::policy) address: ScriptAddress,
    pub(in crate::policy) tier: Tier,
    /// What pages get while its vendor serves other bytes.
    pub(in crate::policy) on_drift: OnDrift,
    /// A module that other scripts may import.
    pub(in crate::policy) module: bool,
    /// Tier evergreen only.
    pub(in crate::policy) terms: Option<EvergreenTerms>,
    pub(in crate::policy) pages: Vec<PathPattern>,
    pub(in crate::policy) owner: Option<String>,
    pub(in crate::policy) why: String,
}

/// What pages get of a pinned script while its vendor serves other bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::policy) enum OnDrift {
    /// What they always get: browsers refuse it.
    Refuse,
    /// The approved bytes from us.
    Mirror,
}

/// Under which an evergreen script runs.
#[derive(Debug, Clone)]
pub(in crate::policy) struct EvergreenTerms {
    /// From this moment on it may not run.
    pub(in crate::policy) end: Timestamp,
    /// What is approved of it.
    pub(in crate::policy) statement: String,
}

/// `[[inline]]` with valid values.
#[derive(Debug)]
pub(in crate::policy) struct CheckedInline {
    pub(in crate::policy) id: ScriptId,
    pub(in crate::policy) span: Range<usize>,
    pub(in crate::policy) kind: InlineKind,
    /// Its data differs in each response.
    pub(in crate::policy) shape: bool,
    pub(in crate::policy) pages: Vec<PathPattern>,
    pub(in crate::policy) owner: Option<String>,
    pub(in crate::policy) why: String,
}

/// What a key says.
pub(super) fn said(text: Option<&Text>) -> Option<String> {
    text.map(|text| text.get_ref().clone())
}

/// External scripts. Those on payment pages are told by `rules`.
pub(super) fn external(
    tables: &[ScriptTable],
    hosts: &[Spanned<String>],
    rules: &[PageRules],
    now: Timestamp,
    problems: &mut Problems,
) -> Vec<CheckedScript> {
    let mut scripts: Vec<(CheckedScript, &Text)> = Vec::new();
    let mut places = address::Places::default();
    for table in tables {
        let id = table.id.as_ref().and_then(|text| script_id(text, problems));
        let tier = word(table.tier.as_ref(), "tier", problems);
        let address = address::address(table, tier, problems);
        let pages = patterns(table.pages.as_ref(), problems);
        let (Some(id), Some((address, url)), Some(tier)) = (id, address, tier) else { continue };
        let terms = evergreen::terms(table, tier, &address, problems);
        if let (Some(terms), Some(expires)) = (&terms, &table.expires) {
            let where_run = (pages.as_slice(), rules);
            evergreen::warn((&address, url), expires, terms.end, where_run, now, problems);
        }
        if terms.is_none() && tier == Tier::Evergreen {
            continue;
        }
        let why = said(table.why.as_ref()).unwrap_or_default();
        let owner = said(table.owner.as_ref());
        let module = module(table, tier, &address, problems);
        let on_drift = on_drift(table, tier, &address, problems);
        let span = table.span.clone();
        let script = CheckedScript { id, span, address, tier, on_drift, module, terms, pages, owner, why };
        let near = places.add(&script.address, scripts.len());
        let twin = near.iter().filter_map(|place| scripts.get(*place)).find(|(earlier, _)| {
            address::same(&earlier.address, &script.address, hosts) && overlap(&earlier.pages, &script.pages)
        });
        if let Some((earlier, place)) = twin {
            problems.error_with(
                url.span(),
                format!("`{}` and `{}` have the same URL on the same pages", earlier.id, script.id),
                "one script needs one entry; narrow `pages` where the two are meant for different pages",
                (place.span(), "the other one"),
            );
        }
        scripts.push((script, url));
    }
    scripts.into_iter().map(|(script, _)| script).collect()
}

/// What pages get while the vendor serves other bytes. Only of a pinned script is that a question.
fn on_drift(table: &ScriptTable, tier: Tier, address: &ScriptAddress, problems: &mut Problems) -> OnDrift {
    let Some(text) = &table.on_drift else { return OnDrift::Refuse };
    let Some(wanted) = word(Some(text), "on-drift", problems) else { return OnDrift::Refuse };
    let (what, help) = match (tier, address) {
        (Tier::Pin, ScriptAddress::Absolute(_) | ScriptAddress::OnSite(_)) => return wanted,
        (Tier::Pin, ScriptAddress::Pattern(_)) => (
            "a `url-pattern` stands for many URLs, so it isn't known whether one of them changed",
            "leave `on-drift` out, or write one [[script]] with a `url` for each version",
        ),
        (Tier::Mirror, _) => {
            ("a mirrored script is served by Countersign whatever its vendor does", "leave `on-drift` out")
        }
        (Tier::Evergreen, _) => (
            "no bytes of an evergreen script are approved, so there are none to serve",
            "leave `on-drift` out",
        ),
    };
    problems.error(text.span(), what, help);
    OnDrift::Refuse
}

/// Whether a script is a module that others may import, which must have one URL and fixed bytes.
fn module(table: &ScriptTable, tier: Tier, address: &ScriptAddress, problems: &mut Problems) -> bool {
    let Some(wanted) = table.module.as_ref().filter(|module| *module.get_ref()) else { return false };
    let (what, help) = match (address, tier) {
        (_, Tier::Evergreen) => (
            "nothing fixes the bytes of an evergreen script, so an import map can't name them",
            "leave `module` out: the CSP names the URL, so it can be imported as it is",
        ),
        (ScriptAddress::Pattern(_), Tier::Pin | Tier::Mirror) => (
            "an import map names URLs, and a `url-pattern` is none",
            "write one [[script]] with a `url` for each module that others import",
        ),
        (ScriptAddress::Absolute(_) | ScriptAddress::OnSite(_), Tier::Pin | Tier::Mirror) => return true,
    };
    problems.error(wanted.span(), what, help);
    false
}

/// Inline scripts.
pub(super) fn inline(tables: &[InlineTable], problems: &mut Problems) -> Vec<CheckedInline> {
    let mut checked = Vec::new();
    for table in tables {
        let id = table.id.as_ref().and_then(|text| script_id(text, problems));
        let kind = match &table.kind {
            Some(text) => word(Some(text), "kind", problems),
            None => Some(InlineKind::Script),
        };
        let pages = patterns(table.pages.as_ref(), problems);
        let why = said(table.why.as_ref()).unwrap_or_default();
        let owner = said(table.owner.as_ref());
        let shape = table.shape.as_ref().is_some_and(|shape| *shape.get_ref());
        if let (Some(place), Some(kind)) = (&table.shape, kind)
            && shape
            && kind != InlineKind::Script
        {
            problems.error(
                place.span(),
                "only the text of a classic script can be approved by its shape",
                "remove `shape` or `kind`; what differs in a handler can stand in a data attribute",
            );
        }
        if let (Some(id), Some(kind)) = (id, kind) {
            checked.push(CheckedInline { id, span: table.span.clone(), kind, shape, pages, owner, why });
        }
    }
    checked
}

/// Ids are unique among external and inline scripts and builds together: the lock knows only the id. All that the
/// file mentions.
pub(super) fn unique_ids(file: &PolicyFile, problems: &mut Problems) -> HashSet<ScriptId> {
    let external = file.scripts.iter().filter_map(|table| table.id.as_ref());
    let inline = file.inline.iter().filter_map(|table| table.id.as_ref());
    let builds = file.builds.iter().filter_map(|table| table.id.as_ref());
    let mut ids: Vec<&Text> = external.chain(inline).chain(builds).collect();
    ids.sort_by_key(|id| id.span().start);
    let mut seen: HashMap<&str, Range<usize>> = HashMap::new();
    for id in ids {
        if let Some(first) = seen.get(id.get_ref().as_str()) {
            problems.error_with(
                id.span(),
                format!("the id `{}` is used twice", id.get_ref()),
                "give each script an id of its own",
                (first.clone(), "here first"),
            );
            continue;
        }
        seen.insert(id.get_ref(), id.span());
    }
    seen.into_keys().filter_map(ScriptId::new).collect()
}

pub(super) fn script_id(text: &Text, problems: &mut Problems) -> Option<ScriptId> {
    let id = ScriptId::new(text.get_ref());
    if id.is_none() {
        problems.error(
            text.span(),
            format!("`{}` can't be an id", text.get_ref()),
            "lower-case letters, digits, `-`, `_` and `.`, at most 64, not beginning with a dot",
        );
    }
    id
}

pub(super) fn patterns(list: Option<&Texts>, problems: &mut Problems) -> Vec<PathPattern> {
    let Some(list) = list else { return vec![PathPattern::every()] };
    if list.get_ref().is_empty() {
        let help = "name the pages, or leave `pages` out for every page";
        problems.error(list.span(), "`pages` is empty, so the script is approved nowhere", help);
    }
    let mut patterns = Vec::new();
    for text in list.get_ref() {
        let Some(pattern) = pages::pattern(text, problems) else { continue };
        if finds_no_script(&pattern) {
            let message = format!("no path matches `{}`, so the script runs nowhere by it", pattern.as_str());
            problems.lint(lint::ON_NO_PAGE, text.span(), message, NEVER_MATCHES);
        }
        patterns.push(pattern);
    }
    patterns
}
