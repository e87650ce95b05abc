//! What browsers reported, matched against another policy's CSP. Their word on where it was is taken for it.

use url::Url;

use super::{NO_SITE, Observed, Outcome, Preview, Previewed, Stopped};
use crate::advice::suggest::as_url;
use crate::csp::{Matching, SourceExpression, names_url};
use crate::inventory::Tier;
use crate::policy::{Mode, PageGrants, Snapshot, Visit};
use crate::sri::Digest;
use crate::store::{Class, Violation, ViolationRow};

/// Characters of a URL as reports keep it: one that is as long was cut.
const CUT: usize = 512;

/// What would become of each. What stops nothing, and what is forged or stale, is left out.
pub fn preview_reports(preview: &Preview<'_>, rows: &[ViolationRow]) -> Vec<Previewed> {
    rows.iter().filter(|row| tells_of_stopping(&row.violation)).map(|row| one(preview, row)).collect()
}

fn tells_of_stopping(violation: &Violation) -> bool {
    let kinds = ["csp-violation", "integrity-violation", "script-refused"];
    kinds.contains(&violation.kind.as_str())
        && !matches!(violation.class, Class::ForgedOrStale | Class::Notice)
}

fn one(preview: &Preview<'_>, row: &ViolationRow) -> Previewed {
    let violation = &row.violation;
    let was = violation.disposition != "report";
    let (outcome, why) = match would(preview, row, was) {
        Ok(would) => (Outcome::of(was, would), None),
        Err(why) => (Outcome::Unknown, Some(why.to_owned())),
    };
    Previewed {
        site: violation.site.clone(),
        rule: violation.rule.clone().unwrap_or_default(),
        observed: Observed::Report,
        kind: if violation.directive.is_empty() { &violation.kind } else { &violation.directive }.clone(),
        what: violation.blocked.clone(),
        count: row.count,
        outcome,
        why,
    }
}

const NO_PAGE: &str = "no page is known on which it was";
const PAGES: &str = "it differs between the pages on which it was";
const ALREADY: &str = "the policies in force let it pass too: it was reported under earlier ones, or its address led on \
to another, which reports don't tell";

fn would(preview: &Preview<'_>, row: &ViolationRow, was: bool) -> Stopped {
    let mut pages = row.pages.iter().filter_map(|page| Url::parse(&page.name).ok()).peekable();
    if pages.peek().is_none() {
        return Err(NO_PAGE);
    }
    let mut answer = None;
    for page in pages {
        let would = stopped(preview.after, &row.violation, &page, preview)?;
        if was
            && !would
            && preview
                .before
                .is_some_and(|before| stopped(before, &row.violation, &page, preview) == Ok(false))
        {
            return Err(ALREADY);
        }
        match answer {
            Some(earlier) if earlier != would => return Err(PAGES),
            _ => answer = Some(would),
        }
    }
    answer.ok_or(NO_PAGE)
}

const WITNESS: &str = "it depends on the bytes that its vendor serves";
const WHICH_TEXT: &str = "browsers don't tell which text it was";
const TAG: &str = "it would pass where the page's own tag asks for it, not where a script puts it in";
const OTHER: &str = "reports don't tell enough to decide it";
const LONG: &str = "its URL is too long to be kept whole";
const HOST_ONLY: &str = "the browser may have told no more than the host";

/// Whether these policies stop it on this page.
fn stopped(snapshot: &Snapshot, violation: &Violation, document: &Url, preview: &Preview<'_>) -> Stopped {
    let site = snapshot.sites.iter().find(|site| site.name.0 == violation.site).ok_or(NO_SITE)?;
    let grants = site.grants(document.path(), Visit::enforced(preview.now));
    if grants.mode == Mode::Observe {
        return Ok(false);
    }
    match (violation.kind.as_str(), violation.directive.as_str()) {
        ("script-refused", _) => {
            let approved = as_url(&violation.blocked)
                .is_some_and(|url| grants.scripts.iter().any(|script| script.may_be(&url, document)));
            if approved { Err(WITNESS) } else { Ok(true) }
        }
        ("integrity-violation", _) => script(violation, &grants, document),
        (_, directive) if directive.starts_with("script-src") => match violation.blocked.as_str() {
            "eval" | "wasm-eval" => Ok(true),
            "inline" => inline(violation, &grants),
            _ => script(violation, &grants, document),
        },
        (_, "frame-ancestors" | "sandbox" | "trusted-types" | "require-trusted-types-for" | "") => Err(OTHER),
        (_, directive) => thing(directive, violation, &grants, document),
    }
}

/// A script with a URL.
fn script(violation: &Violation, grants: &PageGrants, document: &Url) -> Stopped {
    let Some(url) = as_url(&violation.blocked) else { return Ok(true) };
    let mut named = grants.scripts.iter().filter(|script| script.may_be(&url, document));
    let Some(script) = named.next() else { return Ok(true) };
    if !grants.lets_run(script) {
        return Ok(true);
    }
    match script.tier {
        Tier::Evergreen => Ok(false),
        // A tag in the page gets its integrity from us; one that a script writes has none.
        Tier::Pin | Tier::Mirror => match violation.reason.as_str() {
            "approved-elsewhere" | "not-approved" | "no-approval" | "ended" => Ok(false),
            "without-integrity" | "inserted-by-script" => Ok(true),
            _ => Err(TAG),
        },
    }
}

/// A text in the page.
fn inline(violation: &Violation, grants: &PageGrants) -> Stopped {
    let in_attribute = violation.directive == "script-src-attr";
    let nothing = if in_attribute {
        grants.handlers.is_empty()
    } else {
        grants.inline.is_empty()
            && grants.speculation_rules.is_empty()
            && grants.urls.is_empty()
            && grants.map_digests().next().is_none()
    };
    if nothing {
        return Ok(true);
    }
    let digest = violation.digest.as_deref().and_then(|digest| digest.parse::<Digest>().ok());
    let digest = digest.ok_or(WHICH_TEXT)?;
    Ok(if in_attribute { !grants.handlers.contains_key(&digest) } else { !grants.approves_inline(&digest) })
}

/// What is no script, by the directive that decides about it.
fn thing(directive: &str, violation: &Violation, grants: &PageGrants, document: &Url) -> Stopped {
    let Some(deciding) = grants.csp.deciding(directive) else { return Ok(false) };
    let list = deciding.values.as_slice();
    if violation.blocked == "inline" {
        let unsafe_inline = SourceExpression::Other("'unsafe-inline'".to_owned());
        let hashes = list.iter().any(|expression| matches!(expression, SourceExpression::Hash(_)));
        return if hashes { Err(WHICH_TEXT) } else { Ok(!list.contains(&unsafe_inline)) };
    }
    let url = as_url(&violation.blocked).ok_or(OTHER)?;
    let bare = url.path() == "/" && url.host_str() != document.host_str();
    match names_url(list, &url, document) {
        Matching::Yes => Ok(false),
        Matching::Unknown(why) => Err(why),
        Matching::No if violation.blocked.len() >= CUT => Err(LONG),
        // An expression with a path doesn't fit a URL of which only the host is told.
        Matching::No if bare && names_host(list, &url, document) => Err(HOST_ONLY),
        Matching::No => Ok(true),
    }
}

/// Whether an expression names something at this host.
fn names_host(list: &[SourceExpression], url: &Url, document: &Url) -> bool {
    list.iter().any(|expression| {
        let SourceExpression::Other(text) = expression else { return false };
        let origin = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
        let path = origin.find('/').map(|at| origin.len() - at);
        let host = path.and_then(|length| text.get(..text.len() - length));
        let host = host.and_then(|host| host.parse::<SourceExpression>().ok());
        host.is_some_and(|host| names_url(&[host], url, document) == Matching::Yes)
    })
}
