//! Numbers, moments and texts of strangers, as tables show them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::store::{NETWORKS, ViolationRow};
use crate::telemetry::shown;

/// Digits of a group's id that tables show; enough for `show`.
const ID: usize = 12;

/// Columns side by side; the last one isn't filled up.
pub(super) fn columns<const N: usize>(head: [&str; N], right: &[usize], rows: &[[String; N]]) -> Vec<String> {
    let head = head.map(str::to_owned);
    let all = || std::iter::once(&head).chain(rows);
    let width =
        |column: usize| all().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..N).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            if right.contains(&column) { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    all().map(line).collect()
}

/// `1,204`.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && digits.len().saturating_sub(place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// To the minute, in UTC.
pub(super) fn minute(moment: Timestamp) -> String {
    moment.to_zoned_datetime(TimeZone::UTC).strftime("%Y-%m-%d %H:%M").to_string()
}

/// How many networks; beyond those that are counted with a plus.
pub(super) fn networks(row: &ViolationRow) -> String {
    if row.networks >= NETWORKS { format!("{NETWORKS}+") } else { row.networks.to_string() }
}

/// The beginning of a group's id.
pub(super) fn short_id(row: &ViolationRow) -> String {
    row.id.to_string().chars().take(ID).collect()
}

/// A stranger's text, harmless and not longer than this.
pub(super) fn text(text: &str, limit: usize) -> String {
    if text.is_empty() { "-".to_owned() } else { shown(text, limit) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_a_comma_at_each_thousand() {
        let of = [0, 7, 999, 1000, 12_345, 1_234_567].map(number);
        assert_eq!(of, ["0", "7", "999", "1,000", "12,345", "1,234,567"]);
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_and_end_without_spaces() {
        let row = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
        let lines = columns(["N", "WHAT"], &[0], &[row("1,000", "é"), row("7", "long text")]);
        assert_eq!(lines, ["    N  WHAT", "1,000  é", "    7  long text"]);
    }
}
