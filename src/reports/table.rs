//! Groups of reports as a table, for spreadsheets.

use std::io;

use crate::store::ViolationRow;
use crate::telemetry::csv;

const HEAD: [&str; 18] = [
    "id",
    "count",
    "networks",
    "first_seen",
    "last_seen",
    "class",
    "reason",
    "site",
    "rule",
    "kind",
    "directive",
    "disposition",
    "blocked",
    "source",
    "digest",
    "page",
    "browser",
    "generation",
];

/// The table, with a head.
pub fn table(rows: &[ViolationRow]) -> io::Result<String> {
    let cells = rows.iter().map(|row| {
        let violation = &row.violation;
        let browser = row.browsers.first().map_or("", |browser| browser.name.as_str());
        let or_nothing = |text: &Option<String>| text.clone().unwrap_or_default();
        [
            row.id.to_string(),
            row.count.to_string(),
            row.networks.to_string(),
            format!("{:.0}", row.first_seen),
            format!("{:.0}", row.last_seen),
            violation.class.name().to_owned(),
            violation.reason.clone(),
            violation.site.clone(),
            or_nothing(&violation.rule),
            violation.kind.clone(),
            violation.directive.clone(),
            violation.disposition.clone(),
            violation.blocked.clone(),
            or_nothing(&violation.source),
            or_nothing(&violation.digest),
            row.page().to_owned(),
            browser.to_owned(),
            or_nothing(&row.generation),
        ]
    });
    csv(HEAD, cells)
}
