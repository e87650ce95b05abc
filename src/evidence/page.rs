//! The evidence as one page, for people: it needs no other file, runs nothing, and prints. It holds the rows that it
//! rests on, so that it can be verified alone.

use askama::Template;
use jiff::Timestamp;
use serde_json::Value;

use super::pack::{Happened, Pack, Row};
use super::told::Told;
use crate::store::EvidenceRow;

/// Rows of one heading that the page shows; the files beside it have all.
const SHOWN: usize = 2000;
/// Rows that the page holds; where there are more, it holds none.
const HELD: usize = 20_000;
/// Before the rows, and behind them.
const ROWS_BEGIN: &str = "<pre id=\"rows\" hidden>";
const ROWS_END: &str = "</pre>";

#[derive(Template)]
#[template(path = "evidence.html")]
struct Page<'a> {
    pack: &'a Pack,
    happened: &'a [Happened],
    alerts: &'a [Told],
    /// One a line, as JSON.
    rows: Option<String>,
}

/// The part of the page that follows from the rows alone.
#[derive(Template)]
#[template(path = "happened.html")]
struct HappenedPart<'a> {
    happened: &'a [Happened],
    alerts: &'a [Told],
}

/// The page.
pub(super) fn page(pack: &Pack, rows: &[EvidenceRow]) -> Result<String, askama::Error> {
    let lines: Option<Vec<String>> =
        (rows.len() <= HELD).then(|| rows.iter().filter_map(|row| serde_json::to_string(row).ok()).collect());
    let rows = lines.map(|lines| lines.join("\n"));
    Page { pack, happened: &pack.happened, alerts: &pack.alerts, rows }.render()
}

/// What the page shows of these rows.
pub(super) fn happened_part(happened: &[Happened], alerts: &[Told]) -> Result<String, askama::Error> {
    HappenedPart { happened, alerts }.render()
}

/// The rows that a page holds, one a line, as JSON. `None`: it holds none.
pub(super) fn held(page: &str) -> Option<String> {
    let (_, rest) = page.split_once(ROWS_BEGIN)?;
    let (rows, _) = rest.split_once(ROWS_END)?;
    let mut text = rows.to_owned();
    // As askama writes them; the ampersand last, or what it stands for would be read twice.
    for (written, sign) in [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")] {
        text = text.replace(written, sign);
    }
    Some(text)
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

/// What a row says, in one line. What has a part of its own is left out.
fn says(row: &Row) -> String {
    let value = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    let told = row.says.iter().filter(|(key, said)| {
        let apart = row.kind == "policy-loaded" && matches!(key.as_str(), "files" | "sites");
        let nothing =
            said.is_null() || said.as_array().is_some_and(Vec::is_empty) || said.as_u64() == Some(0);
        !apart && !nothing
    });
    let parts: Vec<String> = told.map(|(key, said)| format!("{key}: {}", value(said))).collect();
    parts.join(" · ")
}
