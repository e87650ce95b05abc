//! What may be asked of the store: which violations, scripts and events, in which order, a page at a time.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Serialize;

use super::class::Class;
use super::violation::Fingerprint;

/// Which violations. What is not said does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// This group alone.
    pub id: Option<Fingerprint>,
    /// Of this site.
    pub site: Option<String>,
    /// Of one of these classes; none: of any.
    pub classes: Vec<Class>,
    /// Of this type of report.
    pub kind: Option<String>,
    /// Of this directive.
    pub directive: Option<String>,
    /// `enforce` or `report`.
    pub disposition: Option<String>,
    /// Under this page rule.
    pub rule: Option<String>,
    /// This was blocked, to the letter.
    pub blocked: Option<String>,
    /// With this text somewhere in what was blocked, its source, or a page that is kept; capitals don't matter.
    pub text: Option<String>,
    /// Reported since; the whole hour counts.
    pub since: Option<Timestamp>,
    /// Reported before; the whole hour counts.
    pub until: Option<Timestamp>,
    /// Never reported before.
    pub new_since: Option<Timestamp>,
}

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// The last reported first.
    #[default]
    Recent,
    /// The most often reported first.
    Top,
    /// The one first reported last first.
    New,
}

impl Order {
    /// Every order.
    pub const ALL: [Self; 3] = [Self::Recent, Self::Top, Self::New];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recent => "recent",
            Self::Top => "top",
            Self::New => "new",
        }
    }

    /// The order of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.name() == name)
    }
}

/// Which scripts seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScriptFilter {
    /// Of this site.
    pub site: Option<String>,
    /// Of this page rule.
    pub page: Option<String>,
    /// This one: its URL, or its digest, as it was seen.
    pub script: Option<String>,
    /// With this text somewhere in what identifies it.
    pub text: Option<String>,
    /// Only those that are (`true`) or are not (`false`) stopped.
    pub stops: Option<bool>,
}

/// Which part of a long answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// The `next` of the part before; `None`: from the start.
    pub after: Option<Cursor>,
    /// Rows, at most [`Paging::MOST`].
    pub limit: usize,
}

impl Paging {
    /// Rows in one part.
    pub const MOST: usize = 1000;

    /// The first rows.
    pub const fn first(limit: usize) -> Self {
        Self { after: None, limit }
    }
}

/// Where a part ended: the value that the rows are ordered by, and the row's number where values are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// What the order is by: a count, or microseconds since 1970.
    pub value: i64,
    /// The row.
    pub row: i64,
}

impl Cursor {
    /// Reads what [`Display`](std::fmt::Display) wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let (value, row) = text.split_once('.')?;
        Some(Self { value: value.parse().ok()?, row: row.parse().ok()? })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.value, self.row)
    }
}

impl schemars::JsonSchema for Cursor {
    fn schema_name() -> Cow<'static, str> {
        "Cursor".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": r"^-?[0-9]{1,18}\.-?[0-9]{1,18}$" })
    }
}

impl Serialize for Cursor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A part of an answer. Fewer rows than were asked for, and a `next`: so many were looked at that did not fit, and
/// others may still; go on with `next`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Part<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next part begins; `None`: this was the last.
    pub next: Option<Cursor>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_is_written() {
        let cursor = Cursor { value: -7, row: 12 };
        assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
        for bad in ["", ".", "1", "1.x", "99999999999999999999.1"] {
            assert_eq!(Cursor::parse(bad), None, "{bad}");
        }
    }
}
