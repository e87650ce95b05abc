//! Groups of reports as comma-separated values. Spreadsheets take cells that begin like a formula for one, and
//! strangers chose these texts.
//! <https://owasp.org/www-community/attacks/CSV_Injection>

use std::borrow::Cow;
use std::error::Error;

use csv::{QuoteStyle, WriterBuilder};

use crate::store::ViolationRow;
use crate::telemetry::shown;

/// Characters of one cell; spreadsheets take 32,767.
const CELL: usize = 2000;

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
pub(super) fn of(rows: &[ViolationRow]) -> Result<String, Box<dyn Error>> {
    let mut writer = WriterBuilder::new().quote_style(QuoteStyle::Always).from_writer(Vec::new());
    writer.write_record(HEAD)?;
    for row in rows {
        let violation = &row.violation;
        let browser = row.browsers.first().map_or("", |browser| browser.name.as_str());
        let or_nothing = |text: &Option<String>| text.clone().unwrap_or_default();
        let cells = [
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
        ];
        let cells: Vec<String> = cells.iter().map(|cell| harmless(&shown(cell, CELL)).into_owned()).collect();
        writer.write_record(&cells)?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// With an apostrophe before what a spreadsheet would calculate. Full-width signs count in some.
fn harmless(cell: &str) -> Cow<'_, str> {
    let formula = |c: char| matches!(c, '=' | '+' | '-' | '@' | '|' | '%' | '＝' | '＋' | '－' | '＠');
    if cell.trim_start().starts_with(formula) { format!("'{cell}").into() } else { cell.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for hostile in ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", " =1", "＝1", "|x", "%x"] {
            assert!(harmless(hostile).starts_with('\''), "{hostile}");
        }
        for plain in ["", "connect-src", "https://a.example/=1", "inline", "/*", "12"] {
            assert_eq!(harmless(plain), plain);
        }
    }
}
