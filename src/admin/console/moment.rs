//! Moments, as pages show them: exact for machines, how long ago for people.

use jiff::Timestamp;

/// A moment, for people and for `datetime`.
#[derive(Debug, Clone)]
pub(in crate::admin) struct Moment {
    pub(in crate::admin) exact: String,
    pub(in crate::admin) words: String,
}

impl Moment {
    pub(in crate::admin) fn new(at: Timestamp, now: Timestamp) -> Self {
        Self { exact: format!("{at:.0}"), words: ago(at, now) }
    }
}

/// "just now", "40 seconds ago", "3 hours ago" … A moment that has not come yet is "just now": clocks
/// are set back.
fn ago(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second().saturating_sub(then.as_second());
    let (count, unit) = match seconds {
        ..5 => return "just now".to_owned(),
        5..60 => (seconds, "second"),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural} ago")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_unit_that_fits_is_told() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        for (seconds, words) in [
            (-100, "just now"),
            (0, "just now"),
            (5, "5 seconds ago"),
            (60, "1 minute ago"),
            (7300, "2 hours ago"),
            (90_000, "1 day ago"),
        ] {
            assert_eq!(ago(Timestamp::from_second(1_000_000 - seconds).unwrap(), now), words);
        }
    }
}
