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
        ("pages.csv", pages(pack)?),
        ("generations.csv", generations(pack)?),
        ("generations.diff", differences(pack)),
        ("alert-times.csv", alerts(pack)?),
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

fn pages(pack: &Pack) -> io::Result<String> {
    let head = [
        "site",
        "page rule",
        "mode",
        "enforce percent",
        "payment",
        "responses",
        "with something to stop",
        "last",
    ];
    let rows = pack.scope.sites.iter().flat_map(|site| {
        site.pages.iter().map(|page| {
            [
                site.name.clone(),
                page.path.clone(),
                page.mode.to_owned(),
                page.enforce_percent.to_string(),
                if page.payment { "yes" } else { "no" }.to_owned(),
                page.responses.to_string(),
                page.stopped.to_string(),
                page.last_seen.map(|last| last.to_string()).unwrap_or_default(),
            ]
        })
    });
    csv(head, rows)
}

fn generations(pack: &Pack) -> io::Result<String> {
    let head = ["at", "node", "generation", "before", "modes", "files", "open"];
    let rows = pack.policies.iter().map(|change| {
        let files = change.files.iter().map(|file| format!("{}: {}", file.name, file.how));
        [
            change.at.to_string(),
            change.node.clone(),
            change.generation.clone(),
            change.before.clone().unwrap_or_default(),
            change.modes.join("; "),
            files.collect::<Vec<_>>().join("; "),
            change.open.clone().unwrap_or_default(),
        ]
    });
    csv(head, rows)
}

fn differences(pack: &Pack) -> String {
    let mut text = String::new();
    for change in &pack.policies {
        let before = change.before.as_deref().unwrap_or("nothing known");
        for file in &change.files {
            let head = format!("# {}, {}: {} instead of {before}", change.at, change.node, change.generation);
            let lines = [head, format!("# {}: {}", file.name, file.how)];
            for line in lines.iter().chain(&file.lines) {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    text
}

fn alerts(pack: &Pack) -> io::Result<String> {
    let head =
        ["at", "id", "kind", "subject", "severity", "seen at", "seen by", "because", "over", "message"];
    let rows = pack.alerts.iter().map(|alert| {
        let seen = alert.seen.as_ref();
        [
            alert.at.to_string(),
            alert.id.clone(),
            alert.kind.clone(),
            alert.subject.clone(),
            alert.severity.clone(),
            seen.map(|seen| seen.at.to_string()).unwrap_or_default(),
            seen.map(|seen| seen.by.clone()).unwrap_or_default(),
            seen.map(|seen| seen.because.clone()).unwrap_or_default(),
            alert.over.map(|over| over.to_string()).unwrap_or_default(),
            alert.message.clone(),
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
