//! The evidence as one page, for people: it needs no other file, runs nothing, and prints.

use askama::Template;
use jiff::Timestamp;
use serde_json::Value;

use super::pack::{Happened, Pack, Row};

/// Rows of one heading that the page shows; the files beside it have all.
const SHOWN: usize = 2000;

#[derive(Template)]
#[template(path = "evidence.html")]
struct Page<'a> {
    pack: &'a Pack,
}

/// The page.
pub(super) fn page(pack: &Pack) -> Result<String, askama::Error> {
    Page { pack }.render()
}

/// To the second, as people read it.
fn moment(at: &Timestamp) -> String {
    format!("{at:.0}")
}

/// The rows that are shown.
fn first(part: &Happened) -> &[Row] {
    part.rows.get(..SHOWN).unwrap_or(&part.rows)
}

/// How many are not.
fn rest(part: &Happened) -> usize {
    part.rows.len().saturating_sub(SHOWN)
}

/// What a row says, in one line.
fn says(row: &Row) -> String {
    let value = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    let parts: Vec<String> = row.says.iter().map(|(key, said)| format!("{key}: {}", value(said))).collect();
    parts.join(" · ")
}
