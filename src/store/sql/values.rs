//! Our types as the values that databases hold, and back.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};
use serde::{Deserialize, Serialize};

use super::Unreadable;

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) enum Value<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// No text.
    Null,
    /// A whole number: `BIGINT`.
    Number(i64),
    /// Bytes.
    Bytes(Cow<'a, [u8]>),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a> From<&'a Option<String>> for Value<'a> {
    fn from(text: &'a Option<String>) -> Self {
        text.as_ref().map_or(Self::Null, Self::from)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(moment: Timestamp) -> Self {
        Self::Number(micros(moment))
    }
}

/// Microseconds since 1970.
pub(in crate::store) fn micros(moment: Timestamp) -> i64 {
    moment.as_microsecond()
}

/// The moment of so many microseconds.
pub(super) fn moment(micros: i64) -> Result<Timestamp, Unreadable> {
    Timestamp::from_microsecond(micros).map_err(|error| Unreadable(error.into()))
}

/// A count, as databases hold them.
pub(super) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// And back.
pub(super) fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

/// The stable name of one of several words.
pub(super) fn word<T: Serialize>(word: &T) -> String {
    match serde_json::to_value(word) {
        Ok(serde_json::Value::String(name)) => name,
        // None of our words is written otherwise.
        _ => String::new(),
    }
}

/// The word of this name.
pub(super) fn from_word<T: for<'de> Deserialize<'de>>(what: &str, name: &str) -> Result<T, Unreadable> {
    let deserializer: StrDeserializer<'_, Error> = name.into_deserializer();
    T::deserialize(deserializer).map_err(|_unknown| Unreadable::word(what, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Decision;
    use crate::store::EventKind;

    #[test]
    fn words_are_read_as_they_are_written() {
        assert_eq!(word(&EventKind::PolicyRefused), "policy-refused");
        assert_eq!(
            from_word::<EventKind>("event", "policy-refused").map_err(|error| error.to_string()),
            Ok(EventKind::PolicyRefused)
        );
        assert_eq!(
            from_word::<Decision>("verdict", "quarantine").map_err(|e| e.to_string()),
            Ok(Decision::Quarantine)
        );
        let error = from_word::<Decision>("verdict", "x").unwrap_err().to_string();
        assert_eq!(error, "a row can't be read: `x` is no verdict");
    }
}
