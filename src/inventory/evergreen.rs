//! Scripts whose bytes nobody can fix, because the vendor forbids or defeats it. What is approved of
//! them is a statement: this URL may run whatever it serves, until the end of that day. The lock holds
//! the statement's digest, so that neither another URL nor a later day comes in without an approval.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::script::ScriptAddress;

/// What is approved of an evergreen script, in place of bytes.
pub fn evergreen_statement(address: &ScriptAddress, expires: Date) -> String {
    format!(
        "// evergreen: whatever this URL serves may run, until the end of this day (UTC)\n\
         // url: {address}\n\
         // expires: {expires}\n"
    )
}

/// The first moment at which something with this date no longer counts: it counts through that day (UTC).
pub fn end_of_day(date: Date) -> Timestamp {
    let next = date.tomorrow().and_then(|next| next.to_zoned_datetime(TimeZone::UTC));
    next.map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_url_or_day_is_another_statement() {
        let statement = |url: &str, day: &str| {
            evergreen_statement(&ScriptAddress::parse(url).unwrap(), day.parse().unwrap())
        };
        let first = statement("https://pay.example/v3/", "2027-03-31");
        assert_ne!(first, statement("https://pay.example/v4/", "2027-03-31"));
        assert_ne!(first, statement("https://pay.example/v3/", "2027-04-01"));
        assert!(first.contains("https://pay.example/v3/\n") && first.contains("2027-03-31\n"), "{first}");
    }

    #[test]
    fn a_date_counts_through_its_day() {
        assert_eq!(end_of_day("2027-03-31".parse().unwrap()).to_string(), "2027-04-01T00:00:00Z");
        assert_eq!(end_of_day(Date::MAX), Timestamp::MAX);
    }
}
