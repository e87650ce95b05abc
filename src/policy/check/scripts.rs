//! Named scripts: ids, addresses, pages, and that no two of them stand for one script on one page.

use std::collections::HashMap;
use std::ops::Range;

use serde_spanned::Spanned;

use super::{choice, pages};
use crate::diagnostic::{Problems, Text, Texts};
use crate::inventory::{ScriptAddress, ScriptAddressError, ScriptId, Tier};
use crate::policy::file::{InlineTable, PolicyFile, ScriptTable};
use crate::policy::sample::overlap;
use crate::web::PathPattern;

/// `[[script]]` with valid values.
#[derive(Debug)]
pub(in crate::policy) struct CheckedScript {
    pub(in crate::policy) id: ScriptId,
    pub(in crate::policy) span: Range<usize>,
    pub(in crate::policy) address: ScriptAddress,
    pub(in crate::policy) tier: Tier,
    pub(in crate::policy) pages: Vec<PathPattern>,
    pub(in crate::policy) why: String,
}

/// `[[inline]]` with valid values.
#[derive(Debug)]
pub(in crate::policy) struct CheckedInline {
    pub(in crate::policy) id: ScriptId,
    pub(in crate::policy) span: Range<usize>,
    pub(in crate::policy) pages: Vec<PathPattern>,
    pub(in crate::policy) why: String,
}

/// External scripts.
pub(super) fn external(
    tables: &[ScriptTable],
    hosts: &[Spanned<String>],
    problems: &mut Problems,
) -> Vec<CheckedScript> {
    const TIERS: [(&str, Tier); 2] = [("pin", Tier::Pin), ("mirror", Tier::Mirror)];
    let mut scripts: Vec<(CheckedScript, &Text)> = Vec::new();
    for table in tables {
        let id = table.id.as_ref().and_then(|text| script_id(text, problems));
        let address = table.url.as_ref().and_then(|text| address(text, problems));
        let pages = patterns(table.pages.as_ref(), problems);
        let tier = choice(table.tier.as_ref(), "tier", &TIERS, &["evergreen"], problems);
        let (Some(id), Some(address), Some(url), Some(tier)) = (id, address, &table.url, tier) else {
            continue;
        };
        let why = table.why.as_ref().map(|why| why.get_ref().clone()).unwrap_or_default();
        let script = CheckedScript { id, span: table.span.clone(), address, tier, pages, why };
        let twin = scripts.iter().find(|(earlier, _)| {
            same_address(&earlier.address, &script.address, hosts) && overlap(&earlier.pages, &script.pages)
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

/// Inline scripts.
pub(super) fn inline(tables: &[InlineTable], problems: &mut Problems) -> Vec<CheckedInline> {
    let mut checked = Vec::new();
    for table in tables {
        let id = table.id.as_ref().and_then(|text| script_id(text, problems));
        let pages = patterns(table.pages.as_ref(), problems);
        let why = table.why.as_ref().map(|why| why.get_ref().clone()).unwrap_or_default();
        if let Some(id) = id {
            checked.push(CheckedInline { id, span: table.span.clone(), pages, why });
        }
    }
    checked
}

/// Ids are unique among external and inline scripts together: the lock knows only the id.
pub(super) fn unique_ids(file: &PolicyFile, problems: &mut Problems) {
    let external = file.scripts.iter().filter_map(|table| table.id.as_ref());
    let inline = file.inline.iter().filter_map(|table| table.id.as_ref());
    let mut ids: Vec<&Text> = external.chain(inline).collect();
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
}

fn script_id(text: &Text, problems: &mut Problems) -> Option<ScriptId> {
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

fn address(text: &Text, problems: &mut Problems) -> Option<ScriptAddress> {
    let written = text.get_ref();
    match ScriptAddress::parse(written) {
        Ok(address) => Some(address),
        Err(error) => {
            let help = match error {
                ScriptAddressError::Scheme => {
                    "whoever writes a data: URL chooses its bytes; a script without a file can be an [[inline]] one"
                }
                ScriptAddressError::Credentials => "remove them; browsers don't use them for scripts",
                ScriptAddressError::OtherHost => "write the scheme too, such as \"https://cdn.example/x.js\"",
                ScriptAddressError::Invalid => {
                    "write a whole URL (\"https://cdn.example/x.js\"), or \"/x.js\" for the site's own scripts"
                }
            };
            problems.error(text.span(), format!("`{written}` can't be approved: {error}"), help);
            None
        }
    }
}

fn patterns(list: Option<&Texts>, problems: &mut Problems) -> Vec<PathPattern> {
    let Some(list) = list else { return vec![PathPattern::every()] };
    if list.get_ref().is_empty() {
        let help = "name the pages, or leave `pages` out for every page";
        problems.error(list.span(), "`pages` is empty, so the script is approved nowhere", help);
    }
    list.get_ref().iter().filter_map(|text| pages::pattern(text, problems)).collect()
}

/// Whether two addresses can be one URL on a page of the site.
fn same_address(a: &ScriptAddress, b: &ScriptAddress, hosts: &[Spanned<String>]) -> bool {
    match (a, b) {
        (ScriptAddress::Absolute(url), ScriptAddress::OnSite(path))
        | (ScriptAddress::OnSite(path), ScriptAddress::Absolute(url)) => {
            let host = url.host_str().unwrap_or_default();
            let ours = hosts.iter().any(|name| name.get_ref() == host);
            ours && ScriptAddress::on_site_key(url, url).as_ref() == Some(path)
        }
        _ => a == b,
    }
}
