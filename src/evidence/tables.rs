//! The evidence as tables, for spreadsheets.

use std::io;

use super::pack::{Gap, Happened, Pack};
use crate::register::Authorised;
use crate::telemetry::csv;

/// Each file's name, and its text.
pub(super) fn tables(pack: &Pack) -> io::Result<Vec<(&'static str, String)>> {
    let mut tables = vec![
        ("inventory.csv", inventory(pack)?),
        ("authorisations.csv", authorisations(pack)?),
        ("exceptions.csv", open(&pack.exceptions)?),
        ("gaps.csv", open(&pack.gaps)?),
        ("seen.csv", seen(pack)?),
    ];
    for part in &pack.happened {
        tables.push((part.file, happened(part)?));
    }
    Ok(tables)
}

fn inventory(pack: &Pack) -> io::Result<String> {
    let head = ["site", "script", "what", "pages", "owner", "why", "integrity", "ends", "approvals"];
    let rows = pack.inventory.iter().map(|script| {
        let ends = script.ends.map(|ends| ends.to_string()).unwrap_or_default();
        let counts = |act: &&Authorised| act.counts && act.act == "approval";
        [
            script.site.clone(),
            script.script.clone(),
            script.what.clone(),
            script.pages.join(" "),
            script.owner.clone().unwrap_or_default(),
            script.why.clone(),
            script.integrity.clone(),
            ends,
            script.authorised.iter().filter(counts).count().to_string(),
        ]
    });
    csv(head, rows)
}

fn authorisations(pack: &Pack) -> io::Result<String> {
    let head = ["site", "script", "act", "digest", "at", "by", "because", "signed by", "counts"];
    let rows = pack.inventory.iter().flat_map(|script| {
        script.authorised.iter().map(|act| {
            [
                script.site.clone(),
                script.script.clone(),
                act.act.to_owned(),
                act.digest.clone().unwrap_or_else(|| "all".to_owned()),
                act.at.to_string(),
                act.by.clone(),
                act.because.clone(),
                act.signed_by.join(", "),
                if act.counts { "yes" } else { "no" }.to_owned(),
            ]
        })
    });
    csv(head, rows)
}

fn open(gaps: &[Gap]) -> io::Result<String> {
    csv(
        ["site", "what", "open"],
        gaps.iter().map(|gap| [gap.site.clone(), gap.what.clone(), gap.open.clone()]),
    )
}

fn seen(pack: &Pack) -> io::Result<String> {
    let head = [
        "site",
        "page rule",
        "kind",
        "script",
        "verdict",
        "reason",
        "enforced",
        "count",
        "first seen",
        "last seen",
    ];
    let rows = pack.seen.iter().map(|row| {
        [
            row.seen.site.clone(),
            row.seen.page.clone(),
            row.seen.kind.name().to_owned(),
            row.seen.script.clone(),
            row.seen.verdict.name().to_owned(),
            row.seen.reason.to_string(),
            if row.seen.enforced { "yes" } else { "no" }.to_owned(),
            row.count.to_string(),
            row.first_seen.to_string(),
            row.last_seen.to_string(),
        ]
    });
    csv(head, rows)
}

fn happened(part: &Happened) -> io::Result<String> {
    let head = ["node", "number", "at", "kind", "says"];
    let rows = part.rows.iter().map(|row| {
        let says = serde_json::to_string(&row.says).unwrap_or_default();
        [row.node.clone(), row.number.to_string(), row.at.to_string(), row.kind.clone(), says]
    });
    csv(head, rows)
}
