//! Reports by hour and class, as a chart of letters.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::cells::{minute, number};
use crate::cli::observed::StoreArgs;
use crate::cli::stop::Stop;
use crate::cli::{say, write_data};
use crate::clock::Clock;
use crate::store::{Class, Database, Filter, HourRow};

/// Characters of the longest bar.
const BAR: u64 = 40;
/// More hours are put together by day.
const HOURS: usize = 72;

/// Asks and shows.
pub(super) fn run(
    store: &mut dyn Database,
    mut filter: Filter,
    as_json: bool,
    args: &StoreArgs,
) -> Result<(), Stop> {
    if filter.since.is_none() {
        let now = filter.until.unwrap_or_else(|| Clock::System.now());
        filter.since = now.checked_sub(SignedDuration::from_hours(23)).ok();
    }
    let hours = store.hours(&filter).map_err(|error| args.failed(&error))?;
    if as_json {
        write_data(&json!({ "hours": hours }).to_string());
        return Ok(());
    }
    if hours.is_empty() {
        say("no report fits what was asked in these hours");
    }
    for line in chart(&hours) {
        write_data(&line);
    }
    Ok(())
}

/// A line for each hour, or for each day where there are many.
pub(super) fn chart(hours: &[HourRow]) -> Vec<String> {
    let mut by_hour: BTreeMap<Timestamp, BTreeMap<Class, u64>> = BTreeMap::new();
    for row in hours {
        add(&mut by_hour, row.hour, row);
    }
    let (length, mut by_time) = (SignedDuration::from_hours(1), by_hour);
    let (length, by_day) = match (by_time.first_key_value(), by_time.last_key_value()) {
        (Some((first, _)), Some((last, _)))
            if last.duration_since(*first).as_hours() >= i64::try_from(HOURS).unwrap_or(i64::MAX) =>
        {
            (SignedDuration::from_hours(24), true)
        }
        _ => (length, false),
    };
    if by_day {
        by_time = BTreeMap::new();
        for row in hours {
            add(&mut by_time, day(row.hour), row);
        }
    }
    fill(&mut by_time, length);
    let most = by_time.values().map(|classes| classes.values().sum::<u64>()).max().unwrap_or(0).max(1);
    let digits = number(most).len();
    by_time
        .iter()
        .map(|(at, classes)| {
            let total = classes.values().sum::<u64>();
            let filled = usize::try_from((total.saturating_mul(BAR)).div_ceil(most)).unwrap_or(0);
            let bar = format!("{:<width$}", "█".repeat(filled), width = usize::try_from(BAR).unwrap_or(0));
            let time = if by_day { minute(*at).chars().take(10).collect() } else { minute(*at) };
            let parts: Vec<String> =
                classes.iter().map(|(class, count)| format!("{class} {}", number(*count))).collect();
            format!("{time}  {:>digits$}  {bar}  {}", number(total), parts.join(", ")).trim_end().to_owned()
        })
        .collect()
}

fn add(by_time: &mut BTreeMap<Timestamp, BTreeMap<Class, u64>>, at: Timestamp, row: &HourRow) {
    let count = by_time.entry(at).or_default().entry(row.class).or_default();
    *count = count.saturating_add(row.count);
}

/// The beginning of a day, in UTC.
fn day(moment: Timestamp) -> Timestamp {
    let seconds = moment.as_second();
    Timestamp::from_second(seconds.saturating_sub(seconds.rem_euclid(86_400))).unwrap_or(moment)
}

/// Hours in which nothing came are lines too: a gap is what one looks for.
fn fill(by_time: &mut BTreeMap<Timestamp, BTreeMap<Class, u64>>, length: SignedDuration) {
    let (Some((first, _)), Some((last, _))) = (by_time.first_key_value(), by_time.last_key_value()) else {
        return;
    };
    let (mut at, last) = (*first, *last);
    // Hours are told of 31 days at most; stored by a clock that went wrong they may be far apart.
    for _ in 0..24 * 31 {
        let Ok(next) = at.checked_add(length) else { return };
        if next >= last {
            return;
        }
        by_time.entry(next).or_default();
        at = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(at: &str, class: Class, count: u64) -> HourRow {
        HourRow { hour: at.parse().unwrap(), class, count }
    }

    #[test]
    fn each_hour_is_a_line_also_one_in_which_nothing_came() {
        let lines = chart(&[
            hour("2026-11-26T01:00:00Z", Class::PolicyFault, 10),
            hour("2026-11-26T01:00:00Z", Class::Notice, 30),
            hour("2026-11-26T03:00:00Z", Class::NeverServed, 1),
        ]);
        let full = "█".repeat(40);
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0], format!("2026-11-26 01:00  40  {full}  policy-fault 10, notice 30"));
        assert_eq!(lines[1], "2026-11-26 02:00   0");
        assert!(lines[2].starts_with("2026-11-26 03:00   1  █ "), "{}", lines[2]);
    }

    #[test]
    fn many_hours_become_days() {
        let lines = chart(&[
            hour("2026-11-20T01:00:00Z", Class::Notice, 1),
            hour("2026-11-20T23:00:00Z", Class::Notice, 1),
            hour("2026-11-26T03:00:00Z", Class::Notice, 1),
        ]);
        assert_eq!(lines.len(), 7);
        assert!(lines[0].starts_with("2026-11-20  2  ") && lines[0].ends_with("notice 2"), "{}", lines[0]);
    }

    #[test]
    fn nothing_is_no_line() {
        assert_eq!(chart(&[]), Vec::<String>::new());
    }
}
