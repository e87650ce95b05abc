//! Every change of the fields that a page rule's pages are sent with: stronger, weaker or neither, for the evidence. No
//! I/O, no clock.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::fields::Fields;

/// Changes of one page rule that are told in a day; of servers that differ from each other there would be one with
/// each response.
const IN_A_DAY: u32 = 20;
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Characters of a value that are told.
const TOLD: usize = 2000;

/// What was told last, and how much in the day.
#[derive(Debug, Clone, Default)]
pub(super) struct Changes {
    /// The hash of the fields that came last.
    hash: u64,
    /// What they were, without what differs in each response.
    fields: Option<Fields>,
    /// When the day began, and changes told in it.
    day: Option<Timestamp>,
    told: u32,
}

impl Changes {
    /// Whether fields of this hash can be no change: they are those that came last, or the day has had its share.
    pub(super) fn is_settled(&self, hash: u64, now: Timestamp) -> bool {
        let full = self.told > IN_A_DAY && self.day.is_some_and(|day| now.duration_since(day) < DAY);
        self.fields.is_some() && (self.hash == hash || full)
    }

    /// Takes note of fields; `baseline` is what came first. Answers what changed.
    pub(super) fn look(
        &mut self,
        hash: u64,
        fields: &Fields,
        baseline: &Fields,
        now: Timestamp,
    ) -> Option<Value> {
        let lasting = fields.lasting();
        let before = self.fields.get_or_insert_with(|| baseline.lasting());
        self.hash = hash;
        if *before == lasting {
            return None;
        }
        if self.day.is_none_or(|day| now.duration_since(day) >= DAY) {
            (self.day, self.told) = (Some(now), 0);
        }
        self.told = self.told.saturating_add(1);
        if self.told > IN_A_DAY {
            return Some(
                json!({ "further": "changes are not told for the rest of a day: there are too many" }),
            );
        }
        let names: BTreeSet<&str> = before.iter().chain(lasting.iter()).map(|(name, _)| name).collect();
        let mut changes = Map::new();
        for name in names {
            let (was, is) = (before.value(name), lasting.value(name));
            if was != is {
                changes.insert(name.to_owned(), json!({ "was": cut(was), "is": cut(is) }));
            }
        }
        self.fields = Some(lasting);
        Some(Value::Object(changes))
    }
}

fn cut(value: Option<&str>) -> Option<String> {
    value.map(|value| value.chars().take(TOLD).collect())
}

#[cfg(test)]
mod tests {
    use super::super::fields::tests::headers;
    use super::*;

    fn fields(lines: &[(&'static str, &str)]) -> Fields {
        Fields::of(&headers(lines))
    }

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH.checked_add(SignedDuration::from_hours(hours)).unwrap()
    }

    #[test]
    fn each_change_is_told_there_and_back_and_a_nonce_is_none() {
        let policy = |nonce: &str| format!("script-src 'self' 'nonce-{nonce}'");
        let first =
            fields(&[("content-security-policy", &policy("abc")), ("referrer-policy", "no-referrer")]);
        let again =
            fields(&[("content-security-policy", &policy("xyz=")), ("referrer-policy", "no-referrer")]);
        let other = fields(&[("content-security-policy", &policy("1")), ("x-frame-options", "DENY")]);
        let mut changes = Changes::default();
        assert!(!changes.is_settled(1, at(0)));
        assert_eq!(changes.look(1, &first, &first, at(0)), None);
        assert_eq!(changes.look(2, &again, &first, at(0)), None);
        assert!(changes.is_settled(2, at(0)) && !changes.is_settled(1, at(0)));
        let expected = json!({
            "referrer-policy": { "was": "no-referrer", "is": null }, "x-frame-options": { "was": null, "is": "DENY" },
        });
        assert_eq!(changes.look(3, &other, &first, at(0)), Some(expected));
        assert!(changes.look(1, &first, &first, at(1)).is_some());
        // What came first is not known to a process that has just begun, but what was the measure is.
        assert!(Changes::default().look(3, &other, &first, at(2)).is_some());
    }

    #[test]
    fn servers_that_differ_are_told_so_often_in_a_day() {
        let both = [fields(&[("x-frame-options", "DENY")]), fields(&[])];
        let mut changes = Changes::default();
        let mut told = 0;
        for (hash, fields) in (0..).zip(both.iter().cycle().take(1000)) {
            if !changes.is_settled(hash % 2, at(1)) {
                told += u32::from(changes.look(hash % 2, fields, &both[0], at(1)).is_some());
            }
        }
        assert_eq!(told, IN_A_DAY + 1);
        assert!(changes.look(7, &fields(&[("referrer-policy", "origin")]), &both[0], at(26)).is_some());
    }
}
