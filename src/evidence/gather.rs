//! The evidence, gathered. Only what the store keeps is read; nothing is fetched.

use jiff::{SignedDuration, Timestamp};

use super::gaps::{exceptions, gaps};
use super::generations::in_force;
use super::pack::{Chain, Gap, Happened, Pack, Row, Scope, SiteScope, Span, cover};
use super::processes;
use super::told::told;
use crate::register::PolicyFolder;
use crate::store::{
    Cursor, Database, DatabaseError, EvidenceRow, PageFilter, PageRow, Paging, Part, ScriptFilter,
    ScriptSeenRow,
};

/// Scripts seen that are listed at the most: the most recent.
const SEEN: usize = 100_000;
/// Rows of evidence in one pack at the most.
const ROWS: usize = 2_000_000;
/// Rows are written a moment after what they tell of, and not always in its order.
const SLACK: SignedDuration = SignedDuration::from_mins(10);

/// What rows are about, by the beginning of their kind, and the file in which they are too.
const ABOUT: [(&str, &str, &str); 8] = [
    ("policy", "Policies put in force, and refused", "policy.csv"),
    ("drift", "Looks at what vendors serve", "drift.csv"),
    ("alert", "Alerts", "alerts.csv"),
    ("act", "What people did at the admin address", "acts.csv"),
    ("process", "When processes ran", "processes.csv"),
    ("store", "When the store was away, and what it lost", "store.csv"),
    (
        "header",
        "Security headers of the application: as first seen, every change, what was accepted",
        "headers.csv",
    ),
    ("", "Everything else", "other.csv"),
];

/// Why there is no evidence.
#[derive(Debug, thiserror::Error)]
pub enum GatherError {
    /// The store.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A site that no policy names.
    #[error("no policy names a site {0}; its name is that of its policy file: shop for shop.toml")]
    Site(String),
    /// Too much for one folder.
    #[error("more than {ROWS} rows in that time: choose a shorter one")]
    TooMany,
}

/// Gathers everything; also the rows, as the store has them, by node and number. `progress` is told what is read, and
/// how much of it there was so far.
pub fn gather(
    database: &mut dyn Database,
    policies: &PolicyFolder,
    span: Span,
    site: Option<&str>,
    now: Timestamp,
    progress: &mut dyn FnMut(&str, usize),
) -> Result<(Pack, Vec<EvidenceRow>), GatherError> {
    let mut sites = SiteScope::of(policies.snapshot(), site);
    if let Some(site) = site.filter(|_| sites.is_empty()) {
        return Err(GatherError::Site(site.to_owned()));
    }
    let rows = rows(database, span, progress)?;
    let (seen, more_seen) = seen(database, site, span, progress)?;
    let ever = pages(database, &sites, None)?;
    let within = pages(database, &sites, Some(span))?;
    cover(&mut sites, span, &ever, &within);
    progress("scripts that policies name", 0);
    let inventory = policies.scripts(site);
    let happened = by_subject(&rows);
    let checks = happened.iter().find(|part| part.file == "drift.csv").map(|part| part.rows.as_slice());
    let mut gaps = gaps(&sites, &inventory, &seen, checks.unwrap_or_default(), span);
    let all: Vec<Row> = rows.iter().map(Row::from).collect();
    gaps.extend(processes::gaps(&all, span));
    if more_seen {
        let open = format!("more than {SEEN} different scripts were seen: the most recent are listed");
        gaps.push(Gap { site: String::new(), what: "seen.csv".to_owned(), open });
    }
    let part = |file: &str| {
        let part = happened.iter().find(|part| part.file == file);
        part.map(|part| part.rows.as_slice()).unwrap_or_default()
    };
    progress("what policies said", 0);
    let pack = Pack {
        policies: in_force(database, part("policy.csv"))?,
        alerts: told(part("alerts.csv")),
        exceptions: exceptions(&sites, &inventory),
        scope: Scope {
            span,
            gathered_at: now,
            version: env!("CARGO_PKG_VERSION"),
            generation: policies.snapshot().generation.fingerprint.clone(),
            sites,
        },
        inventory,
        seen,
        happened,
        gaps,
        chains: chains(&rows),
        shed: database.shed()?,
    };
    Ok((pack, rows))
}

/// Every row of the span, and those between them in their chain.
fn rows(
    database: &mut dyn Database,
    span: Span,
    progress: &mut dyn FnMut(&str, usize),
) -> Result<Vec<EvidenceRow>, GatherError> {
    let from = span.from.checked_sub(SLACK).unwrap_or(Timestamp::MIN);
    let to = span.to.checked_add(SLACK).unwrap_or(Timestamp::MAX);
    let mut rows: Vec<EvidenceRow> = Vec::new();
    all(
        |paging| database.evidence(from, to, paging),
        |row| {
            rows.push(row);
            progress("rows of evidence", rows.len());
            rows.len() <= ROWS
        },
    )?;
    if rows.len() > ROWS {
        return Err(GatherError::TooMany);
    }
    let inside = |row: &EvidenceRow| row.at >= span.from && row.at < span.to;
    let mut kept = Vec::new();
    for chain in rows.chunk_by(|a, b| a.node == b.node) {
        let first = chain.iter().position(inside);
        let last = chain.iter().rposition(inside);
        if let (Some(first), Some(last)) = (first, last) {
            kept.extend(chain.iter().skip(first).take(last.saturating_sub(first).saturating_add(1)).cloned());
        }
    }
    Ok(kept)
}

fn seen(
    database: &mut dyn Database,
    site: Option<&str>,
    span: Span,
    progress: &mut dyn FnMut(&str, usize),
) -> Result<(Vec<ScriptSeenRow>, bool), GatherError> {
    let filter = ScriptFilter { site: site.map(ToOwned::to_owned), ..ScriptFilter::default() };
    let mut seen = Vec::new();
    // The most recent come first: one that wasn't seen since the beginning is followed by others like it.
    let keep = |row: ScriptSeenRow| {
        let since = row.last_seen >= span.from;
        if since && row.first_seen < span.to {
            seen.push(row);
            progress("scripts seen", seen.len());
        }
        since && seen.len() <= SEEN
    };
    all(|paging| database.scripts(&filter, paging), keep)?;
    let more = seen.len() > SEEN;
    seen.truncate(SEEN);
    Ok((seen, more))
}

/// Asks for one part after the other, for as long as more are taken.
fn all<T>(
    mut ask: impl FnMut(&Paging) -> Result<Part<T>, DatabaseError>,
    mut take: impl FnMut(T) -> bool,
) -> Result<(), GatherError> {
    let mut after: Option<Cursor> = None;
    loop {
        let part = ask(&Paging { after, limit: Paging::MOST })?;
        let goes_on = part.rows.into_iter().all(&mut take);
        after = part.next;
        if !goes_on || after.is_none() {
            return Ok(());
        }
    }
}

/// Pages judged of each site, ever or within a span.
fn pages(
    database: &mut dyn Database,
    sites: &[SiteScope],
    span: Option<Span>,
) -> Result<Vec<PageRow>, GatherError> {
    let mut rows = Vec::new();
    for site in sites {
        let (since, until) = span.map_or((None, None), |span| (Some(span.from), Some(span.to)));
        rows.extend(database.pages(&PageFilter { site: Some(site.name.clone()), since, until })?);
    }
    Ok(rows)
}

/// Rows by what they are about.
pub(super) fn by_subject(rows: &[EvidenceRow]) -> Vec<Happened> {
    let mut parts: Vec<Happened> =
        ABOUT.iter().map(|(_, about, file)| Happened { about, file, rows: Vec::new() }).collect();
    for row in rows {
        let place = ABOUT.iter().position(|(begins, _, _)| row.kind.starts_with(begins)).unwrap_or_default();
        if let Some(part) = parts.get_mut(place) {
            part.rows.push(Row::from(row));
        }
    }
    for part in &mut parts {
        part.rows.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.number.cmp(&b.number)));
    }
    parts
}

/// The part of each node's chain that rows are.
pub(super) fn chains(rows: &[EvidenceRow]) -> Vec<Chain> {
    let chain = |rows: &[EvidenceRow]| {
        let (first, last) = (rows.first()?, rows.last()?);
        let (node, digest) = (first.node.clone(), last.digest.clone());
        Some(Chain { node, first: first.number, last: last.number, digest })
    };
    rows.chunk_by(|a, b| a.node == b.node).filter_map(chain).collect()
}
