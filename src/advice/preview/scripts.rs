//! Scripts that were seen in pages. Which page each stood on is not kept, only the page rule; so examples of all
//! pages are judged that the policies tell apart under that rule.

use url::Url;

use super::{NO_RULE, NO_SITE, Observed, Outcome, Preview, Previewed, SOME_PAGES, Stopped};
use crate::inventory::SeenKind;
use crate::judge::{Kind, Reason, SeenScript, judge, judge_own};
use crate::policy::{Mode, PageGrants, Site, Snapshot, Visit};
use crate::sri::Digest;
use crate::store::{ScriptSeen, ScriptSeenRow};
use crate::web::PathPattern;

/// What would become of each script.
pub fn preview_scripts(preview: &Preview<'_>, rows: &[ScriptSeenRow]) -> Vec<Previewed> {
    rows.iter().map(|row| one(preview, row)).collect()
}

fn one(preview: &Preview<'_>, row: &ScriptSeenRow) -> Previewed {
    let seen = &row.seen;
    let was = seen.enforced && seen.verdict.stops();
    let (outcome, why) = match would(preview, seen, was) {
        Ok((would, why)) => (Outcome::of(was, would), why),
        Err(why) => (Outcome::Unknown, Some(why)),
    };
    Previewed {
        site: seen.site.clone(),
        rule: seen.page.clone(),
        observed: Observed::Script,
        kind: seen.kind.to_string(),
        what: seen.script.clone(),
        count: row.count,
        outcome,
        why: why.map(str::to_owned),
    }
}

/// Whether it would be stopped, with what should be said of that.
fn would(
    preview: &Preview<'_>,
    seen: &ScriptSeen,
    was: bool,
) -> Result<(bool, Option<&'static str>), &'static str> {
    let site = of_name(preview.after, &seen.site).ok_or(NO_SITE)?;
    let pattern = PathPattern::parse(&seen.page).map_err(|_why| NO_RULE)?;
    let before = preview.before.and_then(|before| of_name(before, &seen.site));
    let mut paths = site.paths_under(&pattern);
    paths.extend(before.map(|before| before.paths_under(&pattern)).unwrap_or_default());
    paths.sort_unstable();
    paths.dedup();
    if paths.is_empty() {
        return Err(NO_RULE);
    }
    // In force and candidate, page by page: what is the same on every page stays what it was.
    let mut verdicts = Vec::new();
    for path in &paths {
        let after = stopped(site, path, seen, preview)?;
        let before = before.map(|before| stopped(before, path, seen, preview)).transpose()?;
        verdicts.push((before, after));
    }
    if let [(_, first), rest @ ..] = verdicts.as_slice()
        && rest.iter().all(|(_, after)| after == first)
    {
        return Ok((*first, None));
    }
    if verdicts.iter().all(|(before, after)| *before == Some(*after)) {
        return Ok((was, None));
    }
    // On these pages it is as it was observed; only they can tell what would change.
    let differs = verdicts.iter().any(|(before, after)| *before == Some(was) && *after != was);
    if before.is_some() && differs { Ok((!was, Some(SOME_PAGES))) } else { Err(SOME_PAGES) }
}

fn of_name<'a>(snapshot: &'a Snapshot, name: &str) -> Option<&'a Site> {
    snapshot.sites.iter().find(|site| site.name.0 == name).map(AsRef::as_ref)
}

const UNSAID: &str = "what is kept of it does not tell";
const SHAPE: &str = "its data differs in each response, so its digest does not tell";
const QUERY: &str = "only its query tells it from a script that is approved";

/// Whether the policies stop it on the page at this path.
fn stopped(site: &Site, path: &str, seen: &ScriptSeen, preview: &Preview<'_>) -> Stopped {
    let grants = site.grants(path, Visit::enforced(preview.now));
    let document = page(site, path).ok_or(UNSAID)?;
    let enforced = grants.mode == Mode::Enforce;
    let digest = || seen.script.parse::<Digest>().map_err(|_why| UNSAID);
    let refused = match seen.kind {
        SeenKind::External | SeenKind::Preload | SeenKind::Import => external(seen, &grants, &document)?,
        SeenKind::Inline => inline(&digest()?, seen, &grants)?,
        SeenKind::Handler => !grants.handlers.contains_key(&digest()?),
        SeenKind::JavascriptUrl => !grants.urls.contains_key(&digest()?),
        SeenKind::OwnScript => {
            let url = document.join(&seen.script).map_err(|_why| UNSAID)?;
            let digest = seen.digest.as_deref().and_then(|digest| digest.parse::<Digest>().ok());
            let digests = digest.map(|digest| vec![digest]);
            let verdict = judge_own(&site.own_bytes.at(&url), digests.as_deref(), preview.now);
            return Ok(verdict.decision().stops() && grants.stops_own_scripts());
        }
        SeenKind::Refresh => {
            let target = Url::parse(&seen.script).map_err(|_why| UNSAID)?;
            !grants.lets_refresh_to(&target, &document)
        }
        // Whatever policies say of scripts.
        SeenKind::Foreign | SeenKind::Base | SeenKind::Srcdoc => seen.verdict.stops(),
    };
    Ok(refused && enforced)
}

fn external(seen: &ScriptSeen, grants: &PageGrants, document: &Url) -> Stopped {
    // What nobody can approve stays refused.
    let never = [Reason::NoUrl, Reason::DanglingMarkup, Reason::ExternalMap];
    if never.iter().any(|reason| reason.code() == seen.reason) {
        return Ok(true);
    }
    let Ok(url) = Url::parse(&seen.script) else { return Err(UNSAID) };
    let script = SeenScript::External { kind: Kind::Classic, url: Some(&url), dangling: false };
    let verdict = judge(&script, grants, document);
    let stops = verdict.action().decision().stops();
    if stops && grants.scripts.iter().any(|script| grants.lets_run(script) && script.may_be(&url, document)) {
        return Err(QUERY);
    }
    Ok(stops)
}

/// A text in the page: a script, an import map or speculation rules.
fn inline(digest: &Digest, seen: &ScriptSeen, grants: &PageGrants) -> Stopped {
    let never = [Reason::TooLong, Reason::Unclosed, Reason::NotExecutable];
    if never.iter().any(|reason| reason.code() == seen.reason) {
        return Ok(seen.verdict.stops());
    }
    if grants.inline_id(digest).is_some() || grants.approves_inline(digest) {
        return Ok(false);
    }
    // Of one with an approved shape the digest is that of its code; of another, that of its whole text.
    let unapproved = seen.reason == Reason::UnknownDigest.code();
    if unapproved && !grants.shapes.is_empty() { Err(SHAPE) } else { Ok(true) }
}

/// A page of the site.
pub(super) fn page(site: &Site, path: &str) -> Option<Url> {
    let host = site.hosts.first().map_or("site.invalid", String::as_str).replace('*', "www");
    Url::parse(&format!("https://{host}")).ok()?.join(path).ok()
}
