//! Questions as people and programs write them: a name and a value at a time, the same on the command line and at
//! the admin address.

use jiff::civil;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::class::Class;
use super::query::{Cursor, Filter, Order, Paging};

/// Characters of a text that is looked for.
const TEXT: usize = 512;

/// Which violations, in which order, and which part of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Which.
    pub filter: Filter,
    /// In which order.
    pub order: Order,
    /// Which part.
    pub paging: Paging,
}

/// What is wrong with a question: which name, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {why}")]
pub struct AskError {
    /// The name.
    pub name: String,
    /// What is wrong, with what would be right.
    pub why: String,
}

impl Question {
    /// Rows where nothing is said.
    pub const ROWS: usize = 50;
    /// Every name.
    pub const NAMES: [&str; 13] = [
        "site",
        "class",
        "kind",
        "directive",
        "disposition",
        "rule",
        "text",
        "since",
        "until",
        "new-since",
        "order",
        "limit",
        "after",
    ];

    /// About everything, the last reported first.
    pub fn everything() -> Self {
        let paging = Paging::first(Self::ROWS);
        Self { filter: Filter::default(), order: Order::default(), paging }
    }

    /// Narrows it by one name. `now` is the moment that `24h` is counted back from.
    pub fn set(&mut self, name: &str, value: &str, now: Timestamp) -> Result<(), AskError> {
        let wrong = |why: String| AskError { name: name.to_owned(), why };
        let filter = &mut self.filter;
        let text = || text(name, value.to_owned()).map(Some);
        match name {
            "site" => filter.site = text()?,
            "kind" => filter.kind = text()?,
            "directive" => filter.directive = text()?,
            "rule" => filter.rule = text()?,
            "text" => filter.text = text()?,
            "disposition" => {
                if !matches!(value, "enforce" | "report") {
                    return Err(wrong(format!("`{value}` is neither enforce nor report")));
                }
                filter.disposition = text()?;
            }
            "class" => filter.classes = classes(value).map_err(wrong)?,
            "since" => filter.since = Some(moment(value, now).map_err(wrong)?),
            "until" => filter.until = Some(moment(value, now).map_err(wrong)?),
            "new-since" => filter.new_since = Some(moment(value, now).map_err(wrong)?),
            "order" => {
                let order = Order::from_name(value);
                self.order = order.ok_or_else(|| wrong(one_of(value, &Order::ALL.map(Order::name))))?;
            }
            "limit" | "after" => page(&mut self.paging, name, value)?,
            _ => return Err(wrong(one_of(name, &Self::NAMES))),
        }
        Ok(())
    }
}

/// A text that is looked for, of a length that fits.
pub fn text(name: &str, value: String) -> Result<String, AskError> {
    let fits = !value.is_empty() && value.chars().count() <= TEXT;
    let wrong = || AskError { name: name.to_owned(), why: format!("1 to {TEXT} characters") };
    fits.then_some(value).ok_or_else(wrong)
}

/// The part of a long answer: `limit` and `after`, of every list.
pub fn page(paging: &mut Paging, name: &str, value: &str) -> Result<(), AskError> {
    let wrong = |why: String| AskError { name: name.to_owned(), why };
    match name {
        "limit" => {
            let number = value.parse().ok().filter(|number| (1..=Paging::MOST).contains(number));
            paging.limit = number.ok_or_else(|| wrong(format!("`{value}` is not 1 to {}", Paging::MOST)))?;
        }
        "after" => {
            let cursor = Cursor::parse(value);
            let help = || wrong(format!("`{value}` is not the `next` of an answer"));
            paging.after = Some(cursor.ok_or_else(help)?);
        }
        _ => return Err(wrong(one_of(name, &["limit", "after"]))),
    }
    Ok(())
}

fn classes(text: &str) -> Result<Vec<Class>, String> {
    let of = |name: &str| {
        Class::from_name(name.trim()).ok_or_else(|| one_of(name.trim(), &Class::ALL.map(Class::name)))
    };
    text.split(',').map(of).collect()
}

fn one_of(what: &str, names: &[&str]) -> String {
    let what: String = what.chars().take(64).collect();
    format!("`{what}` is none of {}", names.join(", "))
}

/// A moment: a day (`2026-11-25`, in UTC), a time back from now (`24h`, `7d`), or RFC 3339.
pub fn moment(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    let shown: String = text.chars().take(64).collect();
    let wrong = || format!("`{shown}` is no time: write 2026-11-25, 24h, 7d, or 2026-11-25T08:00:00Z");
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    // A span first: a date is none.
    if let Ok(span) = text.parse::<Span>() {
        if span.is_negative() {
            return Err(wrong());
        }
        let back = now.to_zoned_datetime(TimeZone::UTC).checked_sub(span);
        return back.map(|zoned| zoned.timestamp()).map_err(|_why| wrong());
    }
    let whole = text.parse::<civil::DateTime>();
    whole.and_then(|whole| TimeZone::UTC.to_timestamp(whole)).map_err(|_why| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_moment_is_a_day_a_time_back_or_rfc_3339() {
        let now = at("2026-11-26T12:00:00Z");
        for (text, moment) in [
            ("2026-11-25", "2026-11-25T00:00:00Z"),
            ("24h", "2026-11-25T12:00:00Z"),
            ("7d", "2026-11-19T12:00:00Z"),
            ("90min", "2026-11-26T10:30:00Z"),
            ("2026-11-25T08:30:00+01:00", "2026-11-25T07:30:00Z"),
            ("2026-11-25T08:30", "2026-11-25T08:30:00Z"),
        ] {
            assert_eq!(super::moment(text, now), Ok(at(moment)), "{text}");
        }
        for bad in ["", "yesterday", "-24h", "24", "2026-13-01", "99999999999999d", "2026-11-25 junk"] {
            assert!(super::moment(bad, now).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_name_narrows_and_another_is_named_in_the_error() {
        let now = at("2026-11-26T12:00:00Z");
        let mut question = Question::everything();
        for (name, value) in [
            ("site", "shop"),
            ("class", "policy-fault, never-served"),
            ("kind", "csp-violation"),
            ("directive", "connect-src"),
            ("disposition", "enforce"),
            ("rule", "/checkout/*"),
            ("text", "vendor"),
            ("since", "24h"),
            ("until", "1h"),
            ("new-since", "2h"),
            ("order", "top"),
            ("limit", "7"),
            ("after", "12.3"),
        ] {
            assert_eq!(question.set(name, value, now), Ok(()), "{name}");
        }
        assert_eq!(question.filter.classes, [Class::PolicyFault, Class::NeverServed]);
        assert_eq!((question.order, question.paging.limit), (Order::Top, 7));
        assert_eq!(question.paging.after, Some(Cursor { value: 12, row: 3 }));
        for (name, value) in [
            ("clas", "policy-fault"),
            ("class", "policy-faults"),
            ("disposition", "both"),
            ("limit", "0"),
            ("limit", "1001"),
            ("after", "x"),
            ("order", "random"),
            ("site", ""),
            ("since", "soon"),
        ] {
            let error = question.set(name, value, now).unwrap_err();
            assert!(error.to_string().starts_with(&format!("{name}: ")), "{error}");
        }
    }
}
