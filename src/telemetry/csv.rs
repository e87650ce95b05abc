//! Tables as comma-separated values. Spreadsheets take cells that begin like a formula for one, and strangers chose
//! many of these texts.
//! <https://owasp.org/www-community/attacks/CSV_Injection>

use std::borrow::Cow;
use std::io;

use csv::{QuoteStyle, WriterBuilder};

use super::shown;

/// Characters of one cell; spreadsheets take 32,767.
const CELL: usize = 2000;

/// A table with its head. Cells are cut, control characters left out, and none is a formula.
pub fn csv<const N: usize>(head: [&str; N], rows: impl Iterator<Item = [String; N]>) -> io::Result<String> {
    let head = head.map(str::to_owned);
    csv_rows(std::iter::once(head).chain(rows))
}

/// Rows of a table, for one that is too long to be made at once.
pub fn csv_rows<const N: usize>(rows: impl Iterator<Item = [String; N]>) -> io::Result<String> {
    let mut writer = WriterBuilder::new().quote_style(QuoteStyle::Always).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.map(|cell| harmless(&shown(&cell, CELL)).into_owned()))?;
    }
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    String::from_utf8(bytes).map_err(io::Error::other)
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

    #[test]
    fn a_cell_stays_a_cell_whatever_it_holds() {
        let rows = [["a\"b".to_owned(), "c,\nd\u{1b}[2J".to_owned()]].into_iter();
        assert_eq!(csv(["x", "y"], rows).unwrap(), "\"x\",\"y\"\n\"a\"\"b\",\"c,\u{fffd}d\u{fffd}[2J\"\n");
    }
}
