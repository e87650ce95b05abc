//! Groups of reports as a table for people.

use super::cells::{columns, minute, networks, number, short_id, text};
use crate::store::ViolationRow;

/// Characters of what was blocked, and of a page.
const LONG: usize = 60;
/// Characters of names.
const SHORT: usize = 24;

/// The table's lines; none where there is no row.
pub(super) fn table(rows: &[ViolationRow]) -> Vec<String> {
    if rows.is_empty() {
        return Vec::new();
    }
    let head =
        ["GROUP", "TIMES", "NETS", "LAST (UTC)", "CLASS", "SITE", "RULE", "DIRECTIVE", "BLOCKED", "PAGE"];
    let cells: Vec<[String; 10]> = rows.iter().map(row).collect();
    columns(head, &[1, 2], &cells)
}

/// One group on one line.
pub(super) fn line(one: &ViolationRow) -> String {
    row(one).join("  ")
}

fn row(row: &ViolationRow) -> [String; 10] {
    let violation = &row.violation;
    let directive = if violation.directive.is_empty() { &violation.kind } else { &violation.directive };
    let mark = if violation.disposition == "report" { " (told only)" } else { "" };
    [
        short_id(row),
        number(row.count),
        networks(row),
        minute(row.last_seen),
        violation.class.name().to_owned(),
        text(&violation.site, SHORT),
        text(violation.rule.as_deref().unwrap_or_default(), SHORT),
        format!("{}{mark}", text(directive, SHORT)),
        text(&violation.blocked, LONG),
        text(row.page(), LONG),
    ]
}
