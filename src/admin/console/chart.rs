//! Browsers' reports over time: stacked columns as SVG, made here, and the same as a table.

use jiff::{SignedDuration, Timestamp};

use crate::store::{Class, HourRow};

/// The height of the drawing, in its own units; it is stretched to the page's.
const HEIGHT: u64 = 1000;
/// The width of a column with its gap, and of the column alone.
const STEP: usize = 10;
const WIDTH: usize = 8;

/// How far back a chart looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Span {
    #[default]
    Day,
    Week,
    Month,
}

impl Span {
    pub(super) const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// As the address names it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
        }
    }

    /// As people name it.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Day => "24 hours",
            Self::Week => "7 days",
            Self::Month => "30 days",
        }
    }

    /// The one that an address names; the shortest where it names none.
    pub(super) fn of(name: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|span| Some(span.name()) == name).unwrap_or_default()
    }

    /// How many columns, and the seconds of each.
    const fn columns(self) -> (usize, i64) {
        match self {
            Self::Day => (24, 3600),
            Self::Week => (7, 86_400),
            Self::Month => (30, 86_400),
        }
    }

    /// When the first column begins: the last one is the hour, or the day, that `now` is in.
    pub(super) fn since(self, now: Timestamp) -> Timestamp {
        let (count, seconds) = self.columns();
        let back = i64::try_from(count).unwrap_or(i64::MAX).saturating_sub(1).saturating_mul(seconds);
        let current = now.as_second().saturating_sub(now.as_second().rem_euclid(seconds));
        Timestamp::from_second(current.saturating_sub(back)).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn label(self, at: Timestamp) -> String {
        match self {
            Self::Day => at.strftime("%H:%M").to_string(),
            Self::Week | Self::Month => at.strftime("%-d %b").to_string(),
        }
    }
}

/// A chart, ready to be drawn.
#[derive(Debug)]
pub(super) struct Chart {
    pub(super) span: Span,
    /// Where each column begins; the last one last.
    pub(super) columns: Vec<Column>,
    /// The classes of which there was something, the one that asks most for a person first.
    pub(super) classes: Vec<Legend>,
    /// The number at the top.
    pub(super) top: u64,
    pub(super) total: u64,
}

/// An hour, or a day.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) label: String,
    /// For `datetime`.
    pub(super) exact: String,
    pub(super) x: usize,
    pub(super) total: u64,
    /// From the bottom up.
    pub(super) parts: Vec<Bar>,
    /// A number for each class of the legend.
    pub(super) counts: Vec<u64>,
}

/// A part of a column.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bar {
    pub(super) class: &'static str,
    pub(super) y: u64,
    pub(super) height: u64,
}

/// What a colour stands for.
#[derive(Debug)]
pub(super) struct Legend {
    pub(super) class: &'static str,
    pub(super) words: &'static str,
    pub(super) total: u64,
}

impl Chart {
    pub(super) fn of(hours: &[HourRow], span: Span, now: Timestamp) -> Self {
        let (count, seconds) = span.columns();
        let since = span.since(now);
        let mut sums = vec![[0_u64; Class::ALL.len()]; count];
        for row in hours {
            let into = row.hour.as_second().saturating_sub(since.as_second()).div_euclid(seconds);
            let sum = usize::try_from(into).ok().and_then(|column| sums.get_mut(column));
            let class = Class::ALL.iter().position(|class| *class == row.class);
            if let Some(number) = sum.zip(class).and_then(|(sum, class)| sum.get_mut(class)) {
                *number = number.saturating_add(row.count);
            }
        }
        let totals = Class::ALL.iter().enumerate().map(|(place, class)| Legend {
            class: class.name(),
            words: words(*class),
            total: sum(sums.iter().filter_map(|sum| sum.get(place).copied())),
        });
        let (there, classes): (Vec<usize>, Vec<Legend>) =
            totals.enumerate().filter(|(_, legend)| legend.total > 0).unzip();
        let top = nice(sums.iter().map(|column| sum(column.iter().copied())).max().unwrap_or(0));
        let column = |(place, numbers): (usize, &[u64; Class::ALL.len()])| {
            let counts: Vec<u64> = there.iter().filter_map(|class| numbers.get(*class).copied()).collect();
            let step = i64::try_from(place).unwrap_or(i64::MAX).saturating_mul(seconds);
            let begins = since.checked_add(SignedDuration::from_secs(step)).unwrap_or(since);
            Column {
                label: span.label(begins),
                exact: format!("{begins:.0}"),
                x: place.saturating_mul(STEP).saturating_add(STEP.saturating_sub(WIDTH) / 2),
                total: sum(counts.iter().copied()),
                parts: stacked(&classes, &counts, top),
                counts,
            }
        };
        let columns: Vec<Column> = sums.iter().enumerate().map(column).collect();
        let total = sum(columns.iter().map(|column| column.total));
        Self { span, columns, classes, top, total }
    }

    /// The drawing's width, in its own units.
    pub(super) fn width(&self) -> usize {
        self.columns.len().saturating_mul(STEP)
    }

    /// In words, for whoever can't see it.
    pub(super) fn description(&self) -> String {
        if self.total == 0 {
            return "No report came.".to_owned();
        }
        let parts: Vec<String> =
            self.classes.iter().map(|legend| format!("{}: {}", legend.words, legend.total)).collect();
        format!("{} reports. {}.", self.total, parts.join("; "))
    }

    /// Columns in which something came, the last one first: the table.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().rev().filter(|column| column.total > 0)
    }
}

/// What people call a class.
pub(super) const fn words(class: Class) -> &'static str {
    match class {
        Class::PolicyFault => "approved, but stopped",
        Class::StoppedAsMeant => "stopped as meant",
        Class::NeverServed => "not from our pages",
        Class::Unjoined => "not known whose",
        Class::ForgedOrStale => "forged or stale",
        Class::Notice => "nothing stopped",
    }
}

fn sum(numbers: impl Iterator<Item = u64>) -> u64 {
    numbers.fold(0, u64::saturating_add)
}

/// The next number that people read easily: 1, 2, 5, 10, 20 …
fn nice(number: u64) -> u64 {
    let mut ten = 1_u64;
    loop {
        for step in [1, 2, 5] {
            let candidate = ten.saturating_mul(step);
            if candidate >= number {
                return candidate;
            }
        }
        ten = ten.saturating_mul(10);
    }
}

/// Parts of a column, one on the other. What is there is seen, however small.
fn stacked(classes: &[Legend], counts: &[u64], top: u64) -> Vec<Bar> {
    let scaled = |count: u64| {
        let wide = u128::from(count) * u128::from(HEIGHT) / u128::from(top.max(1));
        u64::try_from(wide).unwrap_or(HEIGHT).max(u64::from(count > 0) * 8)
    };
    let mut y = HEIGHT;
    let there = classes.iter().zip(counts).filter(|(_, count)| **count > 0);
    let bar = |(legend, count): (&Legend, &u64)| {
        let height = scaled(*count).min(y);
        y = y.saturating_sub(height);
        Bar { class: legend.class, y, height }
    };
    there.map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn hour(text: &str, class: Class, count: u64) -> HourRow {
        HourRow { hour: at(text), class, count }
    }

    #[test]
    fn columns_are_the_last_hours_or_days_with_the_current_one_last() {
        let now = at("2026-11-26T12:34:56Z");
        let chart = Chart::of(&[], Span::Day, now);
        assert_eq!((chart.columns.len(), chart.top, chart.total), (24, 1, 0));
        assert_eq!(chart.columns[0].exact, "2026-11-25T13:00:00Z");
        assert_eq!(chart.columns[23].label, "12:00");
        assert_eq!(chart.description(), "No report came.");
        let week = Chart::of(&[], Span::Week, now);
        assert_eq!((week.columns[0].label.as_str(), week.columns[6].label.as_str()), ("20 Nov", "26 Nov"));
        assert_eq!(Chart::of(&[], Span::Month, now).columns.len(), 30);
    }

    #[test]
    fn classes_are_stacked_to_scale_and_what_is_outside_is_left_out() {
        let now = at("2026-11-26T12:34:56Z");
        let hours = [
            hour("2026-11-26T12:00:00Z", Class::NeverServed, 30),
            hour("2026-11-26T12:00:00Z", Class::PolicyFault, 10),
            hour("2026-11-26T11:00:00Z", Class::NeverServed, 1),
            hour("2026-11-25T12:00:00Z", Class::Notice, 9),
            hour("2026-11-26T13:00:00Z", Class::Notice, 9),
        ];
        let chart = Chart::of(&hours, Span::Day, now);
        assert_eq!((chart.top, chart.total), (50, 41));
        assert_eq!((chart.classes[1].class, chart.classes[1].total), ("never-served", 31));
        let last = &chart.columns[23];
        assert_eq!(
            last.parts,
            [
                Bar { class: "policy-fault", y: 800, height: 200 },
                Bar { class: "never-served", y: 200, height: 600 },
            ]
        );
        assert_eq!(last.counts, [10, 30]);
        assert_eq!(chart.columns[22].parts[0].height, 20);
        let rows: Vec<&str> = chart.rows().map(|row| row.label.as_str()).collect();
        assert_eq!(rows, ["12:00", "11:00"]);
        assert_eq!(chart.description(), "41 reports. approved, but stopped: 10; not from our pages: 31.");
    }

    #[test]
    fn numbers_of_any_size_are_drawn_within_the_chart() {
        let now = at("2026-11-26T12:34:56Z");
        let hours = [
            hour("2026-11-26T12:00:00Z", Class::PolicyFault, u64::MAX),
            hour("2026-11-26T12:00:00Z", Class::Notice, u64::MAX),
            hour("2026-11-26T11:00:00Z", Class::Notice, 1),
        ];
        let chart = Chart::of(&hours, Span::Day, now);
        for column in &chart.columns {
            assert!(column.parts.iter().all(|bar| bar.y + bar.height <= HEIGHT), "{column:?}");
        }
        assert_eq!(chart.columns[22].parts[0].height, 8, "one is seen beside many");
        assert_eq!((nice(0), nice(3), nice(50), nice(51), nice(u64::MAX)), (1, 5, 50, 100, u64::MAX));
    }

    #[test]
    fn an_address_names_a_span_and_anything_else_is_a_day() {
        assert_eq!(Span::of(Some("7d")), Span::Week);
        for other in [None, Some(""), Some("1y"), Some("<script>")] {
            assert_eq!(Span::of(other), Span::Day);
        }
    }
}
