//! Puts a `WHERE` together from what was asked.

use std::fmt::{Display, Write as _};

use jiff::{SignedDuration, Timestamp};

use super::Value;
use super::values::micros;
use crate::store::class::Class;
use crate::store::query::{Cursor, Filter, Order, ScriptFilter};

/// An hour, in microseconds.
const HOUR: i64 = 3_600_000_000;
/// The longest time of which hours are told: 31 days.
pub(super) const MOST_HOURS: i64 = 24 * 31 * HOUR;

/// Conditions that must all hold, and their values so far.
#[derive(Debug, Default)]
pub(super) struct Conditions<'a> {
    text: String,
    values: Vec<Value<'a>>,
}

impl<'a> Conditions<'a> {
    /// None yet.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// The next parameter: `$3`.
    pub(super) fn value(&mut self, value: impl Into<Value<'a>>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// One more condition.
    pub(super) fn and(&mut self, condition: impl Display) {
        let word = if self.text.is_empty() { "WHERE" } else { "AND" };
        // Writing to a string can't fail.
        let _ = write!(self.text, " {word} {condition}");
    }

    /// `column = $n`, where something is asked for.
    pub(super) fn equal(&mut self, column: &str, value: Option<&'a String>) {
        if let Some(value) = value {
            let value = self.value(value);
            self.and(format_args!("{column} = {value}"));
        }
    }

    /// The conditions so far, which are begun anew; values go on being numbered.
    pub(super) fn begin_anew(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    /// Rows up to this one, itself too, in descending order of `key`.
    pub(super) fn down_to(&mut self, key: &str, row: &str, last: Option<Cursor>) {
        if let Some(Cursor { value, row: number }) = last {
            let (value, number) = (self.value(value), self.value(number));
            self.and(format_args!("({key}, {row}) >= ({value}, {number})"));
        }
    }

    /// Rows behind the cursor, in descending order of `key`.
    pub(super) fn below(&mut self, key: &str, row: &str, after: Option<Cursor>) {
        if let Some(Cursor { value, row: number }) = after {
            let (value, number) = (self.value(value), self.value(number));
            self.and(format_args!("({key}, {row}) < ({value}, {number})"));
        }
    }

    /// The conditions, with `WHERE` before them where there are any.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The values, in order.
    pub(super) fn values(&self) -> &[Value<'a>] {
        &self.values
    }

    /// One of these classes, where any are asked for.
    pub(super) fn of_classes(&mut self, column: &str, classes: &[Class]) {
        let classes: Vec<String> = classes.iter().map(|class| self.value(class.name())).collect();
        match classes.as_slice() {
            [] => {}
            [class] => self.and(format_args!("{column} = {class}")),
            classes => self.and(format_args!("{column} IN ({})", classes.join(", "))),
        }
    }

    /// What is asked of violations, but for the hours.
    pub(super) fn of_violations(&mut self, filter: &'a Filter) {
        if let Some(id) = &filter.id {
            let id = self.value(Value::Bytes(id.0.as_slice().into()));
            self.and(format_args!("v.id = {id}"));
        }
        // Asked of rows that are read in the order of an index, so that no other index is taken: these three are in some.
        self.equal("coalesce(v.site, '')", filter.site.as_ref());
        self.equal("v.kind", filter.kind.as_ref());
        self.equal("v.directive", filter.directive.as_ref());
        self.equal("v.disposition", filter.disposition.as_ref());
        self.equal("v.rule", filter.rule.as_ref());
        self.equal("coalesce(v.blocked, '')", filter.blocked.as_ref());
        self.of_classes("coalesce(v.class, '')", &filter.classes);
        if let Some(since) = filter.new_since {
            let since = self.value(since);
            self.and(format_args!("v.first_seen >= {since}"));
        }
        if let Some(text) = &filter.text {
            let like = self.contains(text);
            self.and(format_args!(
                "({blocked} OR {source} OR EXISTS (SELECT 1 FROM violation_pages p WHERE p.violation = v.row_id \
                 AND {page}))",
                blocked = like.of("v.blocked"),
                source = like.of("v.source"),
                page = like.of("p.name"),
            ));
        }
    }

    /// That of it which an index has in this order, so that no row is read for nothing.
    pub(super) fn indexed(&mut self, filter: &'a Filter, order: Order) {
        if let Some(id) = &filter.id {
            let id = self.value(Value::Bytes(id.0.as_slice().into()));
            return self.and(format_args!("v.id = {id}"));
        }
        match (order, &filter.blocked, filter.classes.as_slice()) {
            (Order::Recent, Some(blocked), _) => self.equal("v.blocked", Some(blocked)),
            (Order::Recent, None, [class]) => {
                self.equal("v.site", filter.site.as_ref());
                let class = self.value(class.name());
                self.and(format_args!("v.class = {class}"));
            }
            (Order::Top, _, [class]) if filter.site.is_none() => {
                let class = self.value(class.name());
                self.and(format_args!("v.class = {class}"));
            }
            _ => self.equal("v.site", filter.site.as_ref()),
        }
        match (order, hours(filter), filter.new_since) {
            (Order::Recent, Some((since, _)), _) if since > i64::MIN => {
                let since = self.value(since);
                self.and(format_args!("v.last_seen >= {since}"));
            }
            (Order::New, _, Some(since)) => {
                let since = self.value(since);
                self.and(format_args!("v.first_seen >= {since}"));
            }
            _ => {}
        }
    }

    /// That of what is asked of scripts which an index has.
    pub(super) fn indexed_scripts(&mut self, filter: &'a ScriptFilter) {
        match &filter.script {
            Some(script) => self.equal("script", Some(script)),
            None => self.equal("site", filter.site.as_ref()),
        }
    }

    /// What is asked of scripts.
    pub(super) fn of_scripts(&mut self, filter: &'a ScriptFilter) {
        self.equal("site", filter.site.as_ref());
        self.equal("page", filter.page.as_ref());
        self.equal("script", filter.script.as_ref());
        if let Some(text) = &filter.text {
            let like = self.contains(text);
            self.and(format_args!("({} OR {})", like.of("script"), like.of("digest")));
        }
        if let Some(stops) = filter.stops {
            let stops = self.value(i64::from(stops));
            self.and(format_args!("stops = {stops}"));
        }
    }

    fn contains(&mut self, text: &str) -> Like {
        let mut pattern = String::with_capacity(text.len() + 2);
        pattern.push('%');
        for c in text.chars() {
            if matches!(c, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(c);
        }
        pattern.push('%');
        Like { parameter: self.value(pattern) }
    }
}

/// A text somewhere in a column.
struct Like {
    parameter: String,
}

impl Like {
    fn of(&self, column: &str) -> String {
        format!("lower({column}) LIKE lower({}) ESCAPE '\\'", self.parameter)
    }
}

/// The hours that are asked for, from the first to before the last, in microseconds. `None`: all.
pub(super) fn hours(filter: &Filter) -> Option<(i64, i64)> {
    from_until(filter.since, filter.until)
}

/// The same of two moments.
pub(super) fn from_until(since: Option<Timestamp>, until: Option<Timestamp>) -> Option<(i64, i64)> {
    if since.is_none() && until.is_none() {
        return None;
    }
    let since = since.map_or(i64::MIN, hour);
    let until = until.map_or(i64::MAX, |until| {
        let whole = hour(until);
        if whole == micros(until) { whole } else { whole.saturating_add(HOUR) }
    });
    Some((since, until))
}

/// The beginning of an hour.
fn hour(moment: Timestamp) -> i64 {
    let micros = micros(moment);
    micros.saturating_sub(micros.rem_euclid(HOUR))
}

/// So many microseconds.
pub(super) fn span(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Class;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn parameters_are_numbered_in_the_order_in_which_they_first_appear() {
        let filter = Filter {
            site: Some("shop".into()),
            classes: vec![Class::PolicyFault, Class::Notice],
            text: Some("50%_\\".into()),
            ..Filter::default()
        };
        let mut conditions = Conditions::new();
        conditions.of_violations(&filter);
        conditions.below("v.count", "v.row_id", Some(Cursor { value: 7, row: 9 }));
        let numbers: Vec<usize> = conditions
            .text()
            .split('$')
            .skip(1)
            .map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap())
            .collect();
        assert_eq!(numbers, [1, 2, 3, 4, 4, 4, 5, 6]);
        assert_eq!(conditions.values().len(), 6);
        assert_eq!(conditions.values()[3], Value::from("%50\\%\\_\\\\%"));
        assert!(
            conditions
                .text()
                .starts_with(" WHERE coalesce(v.site, '') = $1 AND coalesce(v.class, '') IN ($2, $3) AND ")
        );
    }

    #[test]
    fn whole_hours_count() {
        let filter = |since, until| Filter { since, until, ..Filter::default() };
        let (since, until) = (at("2026-11-26T10:20:00Z"), at("2026-11-26T12:00:01Z"));
        let whole = |text: &str| micros(at(text));
        assert_eq!(
            hours(&filter(Some(since), Some(until))),
            Some((whole("2026-11-26T10:00:00Z"), whole("2026-11-26T13:00:00Z")))
        );
        let noon = at("2026-11-26T12:00:00Z");
        assert_eq!(hours(&filter(None, Some(noon))), Some((i64::MIN, micros(noon))));
        assert_eq!(hours(&filter(None, None)), None);
    }
}
