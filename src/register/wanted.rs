//! Which scripts somebody wants to see, in which order, and which part of them.

use jiff::Timestamp;

use super::book::{Book, key};
use super::row::{Row, State};
use crate::inventory::SeenKind;
use crate::store::{AskError, Paging, Question, moment};

/// Characters of a text that is looked for.
const TEXT: usize = 512;
/// Bytes of a cursor: a value, a site's name, and a URL as it is kept.
const CURSOR: usize = 4096;

/// What is wanted. What is not said does not narrow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Of this site.
    pub site: Option<String>,
    /// With this text in its id, URL, digests, owner or justification; capitals don't matter.
    pub text: Option<String>,
    /// In one of these states.
    pub states: Vec<State>,
    /// Standing so in a page.
    pub kind: Option<SeenKind>,
    /// From the site itself (`false`) or from elsewhere.
    pub third_party: Option<bool>,
    /// On pages in PCI DSS scope.
    pub payment: Option<bool>,
    /// Seen since.
    pub since: Option<Timestamp>,
    /// In which order.
    pub order: RowOrder,
    /// Rows, at most [`Paging::MOST`].
    pub limit: usize,
    /// Behind this one.
    pub after: Option<Mark>,
}

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RowOrder {
    /// The last seen first, those never seen last.
    #[default]
    Recent,
    /// The one first seen last first.
    New,
    /// The most often seen first.
    Top,
    /// By site and name.
    Name,
    /// The one that ends first, first.
    Expiry,
    /// The last approved first.
    Approved,
}

impl RowOrder {
    /// Every order.
    pub const ALL: [Self; 6] = [Self::Recent, Self::New, Self::Top, Self::Name, Self::Expiry, Self::Approved];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recent => "recent",
            Self::New => "new",
            Self::Top => "top",
            Self::Name => "name",
            Self::Expiry => "expiry",
            Self::Approved => "approved",
        }
    }

    /// What rows are ordered by, the greatest first.
    fn value(self, row: &Row) -> i64 {
        let micros = |at: Option<Timestamp>| at.map_or(i64::MIN, Timestamp::as_microsecond);
        match self {
            Self::Recent => micros(row.last()),
            Self::New => micros(row.first()),
            Self::Top => i64::try_from(row.count()).unwrap_or(i64::MAX),
            Self::Name => 0,
            Self::Expiry => row.ends().map_or(i64::MIN, |ends| ends.as_microsecond().saturating_neg()),
            Self::Approved => micros(row.approved()),
        }
    }
}

/// Where a part ended: by what the order was, and the row. It stays right while rows come and go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    value: i64,
    site: String,
    unnamed: bool,
    name: String,
}

impl Mark {
    /// Reads what [`Display`](std::fmt::Display) wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, '.').filter(|_| text.len() <= CURSOR);
        let (value, length) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let unnamed = match parts.next()? {
            "named" => false,
            "seen" => true,
            _ => return None,
        };
        let (site, name) = parts.next()?.split_at_checked(length)?;
        Some(Self { value, site: site.to_owned(), unnamed, name: name.to_owned() })
    }
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = if self.unnamed { "seen" } else { "named" };
        write!(f, "{}.{}.{word}.{}{}", self.value, self.site.len(), self.site, self.name)
    }
}

/// A part of the rows.
#[derive(Debug)]
pub struct Found {
    /// Their places in the book, in order.
    pub places: Vec<usize>,
    /// Where the next part begins; `None`: this was the last.
    pub next: Option<Mark>,
    /// How many rows there are of what is wanted.
    pub total: usize,
}

impl Wanted {
    /// Every name of a question.
    pub const NAMES: [&str; 10] =
        ["site", "text", "state", "kind", "party", "payment", "since", "order", "limit", "after"];

    /// All scripts, the last seen first.
    pub fn everything() -> Self {
        Self {
            site: None,
            text: None,
            states: Vec::new(),
            kind: None,
            third_party: None,
            payment: None,
            since: None,
            order: RowOrder::default(),
            limit: Question::ROWS,
            after: None,
        }
    }

    /// Narrows by a name and a value.
    pub fn set(&mut self, name: &str, value: &str, now: Timestamp) -> Result<(), AskError> {
        let wrong = |why: String| AskError { name: name.to_owned(), why };
        let yes = |yes: &str, no: &str| match value {
            value if value == yes => Ok(Some(true)),
            value if value == no => Ok(Some(false)),
            _ => Err(wrong(format!("write {yes} or {no}"))),
        };
        match name {
            "site" | "text" => {
                let fits = !value.is_empty() && value.chars().count() <= TEXT;
                let value = fits.then(|| value.to_owned());
                let value = value.ok_or_else(|| wrong(format!("it has 1 to {TEXT} characters")))?;
                *(if name == "site" { &mut self.site } else { &mut self.text }) = Some(value);
            }
            "state" => {
                let names: Vec<&str> = State::ALL.into_iter().map(State::name).collect();
                let of = |name: &str| State::from_name(name.trim());
                let states: Option<Vec<State>> = value.split(',').map(of).collect();
                self.states = states.ok_or_else(|| wrong(format!("it is one of {}", names.join(", "))))?;
            }
            "kind" => {
                let kind = serde_json::from_value(serde_json::Value::String(value.to_owned()));
                let help = || wrong("it is no kind of script, such as inline".to_owned());
                self.kind = Some(kind.ok().ok_or_else(help)?);
            }
            "party" => self.third_party = yes("third", "first")?,
            "payment" => self.payment = yes("true", "false")?,
            "since" => self.since = Some(moment(value, now).map_err(wrong)?),
            "order" => {
                let found = RowOrder::ALL.into_iter().find(|order| order.name() == value);
                let names = RowOrder::ALL.map(RowOrder::name).join(", ");
                self.order = found.ok_or_else(|| wrong(format!("it is one of {names}")))?;
            }
            "limit" => {
                let number = value.parse().ok().filter(|number| (1..=Paging::MOST).contains(number));
                self.limit = number.ok_or_else(|| wrong(format!("it is 1 to {}", Paging::MOST)))?;
            }
            "after" => {
                let help = || wrong("it is not the `next` of an answer".to_owned());
                self.after = Some(Mark::parse(value).ok_or_else(help)?);
            }
            _ => return Err(wrong(format!("it is none of {}", Self::NAMES.join(", ")))),
        }
        Ok(())
    }

    /// The part that is wanted.
    pub fn find(&self, book: &Book) -> Found {
        let (mut ordered, total) = self.behind(book);
        let limit = self.limit.clamp(1, Paging::MOST);
        let more = ordered.len() > limit;
        if more {
            ordered.select_nth_unstable_by(limit, by_rank);
            ordered.truncate(limit);
        }
        ordered.sort_unstable_by(by_rank);
        let next = ordered.last().filter(|_| more).and_then(|(value, place)| {
            let (site, name, unnamed) = key(book.rows().get(*place)?);
            Some(Mark { value: *value, site: site.to_owned(), unnamed, name: name.to_owned() })
        });
        Found { places: ordered.into_iter().map(|(_, place)| place).collect(), next, total }
    }

    /// The places of all that is wanted, in order, from the cursor on.
    pub fn find_all(&self, book: &Book) -> Vec<usize> {
        let (mut ordered, _) = self.behind(book);
        ordered.sort_unstable_by(by_rank);
        ordered.into_iter().map(|(_, place)| place).collect()
    }

    /// What lies behind the cursor, in no order, and how many rows there are with what lies before it.
    fn behind(&self, book: &Book) -> (Vec<(i64, usize)>, usize) {
        let needle = self.text.as_ref().map(|text| text.to_lowercase());
        let begin = self.after.as_ref().map(|mark| {
            let sought = (mark.site.as_str(), mark.name.as_str(), mark.unnamed);
            (mark.value, book.rows().partition_point(|row| key(row) <= sought))
        });
        let mut total = 0_usize;
        let mut found = Vec::new();
        for (place, row) in book.rows().iter().enumerate() {
            if !self.fits(row, needle.as_deref()) {
                continue;
            }
            total = total.saturating_add(1);
            let value = self.order.value(row);
            if begin.is_none_or(|(mark, first)| value < mark || (value == mark && place >= first)) {
                found.push((value, place));
            }
        }
        (found, total)
    }

    fn fits(&self, row: &Row, needle: Option<&str>) -> bool {
        self.site.as_ref().is_none_or(|site| **site == *row.site)
            && (self.states.is_empty() || self.states.contains(&row.state))
            && self.third_party.is_none_or(|third| third == row.third_party)
            && self.payment.is_none_or(|payment| payment == row.payment)
            && self.kind.is_none_or(|kind| row.seen.iter().any(|seen| seen.kind == kind))
            && self.since.is_none_or(|since| row.last().is_some_and(|last| last >= since))
            && needle.is_none_or(|needle| mentions(row, needle))
    }
}

fn by_rank(a: &(i64, usize), b: &(i64, usize)) -> std::cmp::Ordering {
    b.0.cmp(&a.0).then(a.1.cmp(&b.1))
}

/// Whether a text is somewhere in what is known of a script.
fn mentions(row: &Row, needle: &str) -> bool {
    let has = |text: &str| contains(text, needle);
    let listed = row.entry.as_ref().map(|entry| &entry.listed);
    has(row.name())
        || has(&row.script)
        || row.seen.iter().any(|seen| has(&seen.script) || seen.digest.as_deref().is_some_and(has))
        || row.live().iter().any(|digest| has(digest))
        || listed.is_some_and(|listed| has(&listed.why) || listed.owner.as_deref().is_some_and(has))
}

/// Capitals don't matter; `needle` has none.
fn contains(text: &str, needle: &str) -> bool {
    if needle.is_ascii() {
        let (text, needle) = (text.as_bytes(), needle.as_bytes());
        return needle.is_empty() || text.windows(needle.len()).any(|part| part.eq_ignore_ascii_case(needle));
    }
    text.to_lowercase().contains(needle)
}
