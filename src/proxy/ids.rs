//! What exchanges are called, in logs, in events, on error pages and to both sides.

use std::cell::Cell;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};

use bytes::Bytes;
use http::HeaderValue;
use jiff::Timestamp;
use uuid::fmt::Hyphenated;

/// What an exchange is called. Made as the field that both sides get, and cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct ExchangeId(HeaderValue);

impl ExchangeId {
    /// One of somebody else.
    pub(super) fn of(value: HeaderValue) -> Self {
        Self(value)
    }

    /// The field's value.
    pub(super) fn value(&self) -> &HeaderValue {
        &self.0
    }

    /// The same as text.
    pub(super) fn as_str(&self) -> &str {
        // Of visible ASCII, as nothing else becomes one.
        self.0.to_str().unwrap_or_default()
    }
}

impl fmt::Display for ExchangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Exchange ids: UUIDs of version 7, unique without asking the system for randomness each time.
#[derive(Debug)]
pub(super) struct Ids {
    seed: [u8; 4],
    count: Cell<u64>,
}

impl Default for Ids {
    fn default() -> Self {
        let [a, b, c, d, ..] = RandomState::new().build_hasher().finish().to_be_bytes();
        Self { seed: [a, b, c, d], count: Cell::new(0) }
    }
}

impl Ids {
    pub(super) fn next(&self, now: Timestamp) -> ExchangeId {
        let count = self.count.get().wrapping_add(1);
        self.count.set(count);
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let mut rest = [0; 10];
        let bytes = self.seed.into_iter().chain(count.to_be_bytes().into_iter().skip(2));
        for (place, byte) in rest.iter_mut().zip(bytes) {
            *place = byte;
        }
        let mut text = [0; Hyphenated::LENGTH];
        uuid::Builder::from_unix_timestamp_millis(millis, &rest)
            .into_uuid()
            .hyphenated()
            .encode_lower(&mut text);
        // Letters, digits and hyphens.
        let value = HeaderValue::from_maybe_shared(Bytes::from_owner(text));
        let mut value = value.unwrap_or(HeaderValue::from_static("unknown"));
        // It comes once only: kept in HTTP/2's table of fields it would push out those that come again.
        value.set_sensitive(true);
        ExchangeId(value)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_of_one_moment_differ_in_one_worker_and_between_two() {
        let (one, other) = (Ids::default(), Ids::default());
        let ids: HashSet<String> = (0..1000)
            .flat_map(|_| [&one, &other].map(|ids| ids.next(Timestamp::UNIX_EPOCH).to_string()))
            .collect();
        assert_eq!(ids.len(), 2000);
    }
}
