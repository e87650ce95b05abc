//! Alerts, each with when somebody had seen it and when it was over: put together from their rows.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::pack::Row;

/// An alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// Names it.
    pub id: String,
    /// When it was told.
    pub at: Timestamp,
    /// What it is about: `script-drift`.
    pub kind: String,
    /// Of what.
    pub subject: String,
    /// How soon somebody should have looked.
    pub severity: String,
    /// What happened.
    pub message: String,
    /// Who has seen it; the first who has.
    pub seen: Option<Seen>,
    /// When it was no longer so.
    pub over: Option<Timestamp>,
}

/// That somebody has seen it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// Why that was enough.
    pub because: String,
}

/// Every alert of which there is a row, the first first. `rows` are those about alerts, in the order of time.
pub(super) fn told(rows: &[Row]) -> Vec<Told> {
    let mut all: Vec<Told> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    // What stands of a kind and subject, by which an end finds its alert.
    let mut standing: HashMap<(String, String), Vec<usize>> = HashMap::new();
    for row in rows {
        let text = |name: &str| text(&row.says, name);
        match row.kind.as_str() {
            "alert" => {
                let (kind, subject) = (text("kind"), text("subject"));
                standing.entry((kind.clone(), subject.clone())).or_default().push(all.len());
                places.insert(text("id"), all.len());
                all.push(Told {
                    id: text("id"),
                    at: row.at,
                    kind,
                    subject,
                    severity: text("severity"),
                    message: text("message"),
                    seen: None,
                    over: None,
                });
            }
            "alert-acknowledged" => {
                let (by, because) = (text("by"), text("because"));
                let one = places.get(&text("id")).and_then(|place| all.get_mut(*place));
                if let Some(one) = one.filter(|one| one.seen.is_none()) {
                    one.seen = Some(Seen { at: row.at, by, because });
                }
            }
            "alert-over" => {
                let ended = standing.remove(&(text("kind"), text("subject")));
                for place in ended.into_iter().flatten() {
                    if let Some(one) = all.get_mut(place) {
                        one.over = Some(row.at);
                    }
                }
            }
            _ => {}
        }
    }
    all
}

/// A text of a row; empty where there is none.
pub(super) fn text(says: &Map<String, Value>, name: &str) -> String {
    says.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_alert_says_when_it_was_seen_and_when_it_was_over() {
        let row = |second: i64, kind: &str, says: Value| {
            let Value::Object(says) = says else { panic!("{says}") };
            let at = Timestamp::from_second(second).unwrap();
            Row { at, ..Row::sample(kind, says) }
        };
        let alert = |id: &str, subject: &str| json!({ "id": id, "kind": "script-drift", "subject": subject, "severity": "high", "message": "changed" });
        let rows = [
            row(1, "alert", alert("a", "shop/chat")),
            row(2, "alert", alert("b", "shop/pay")),
            row(3, "alert-acknowledged", json!({ "id": "a", "by": "alice", "because": "SHOP-1" })),
            row(4, "alert-acknowledged", json!({ "id": "a", "by": "bob", "because": "late" })),
            row(5, "alert-over", json!({ "id": "c", "kind": "script-drift", "subject": "shop/chat" })),
            row(6, "alert", alert("d", "shop/chat")),
        ];
        let all = told(&rows);
        let at = |second| Timestamp::from_second(second).ok();
        assert_eq!(all.iter().map(|one| one.over).collect::<Vec<_>>(), [at(5), None, None]);
        let seen = all[0].seen.as_ref().unwrap();
        assert_eq!((seen.by.as_str(), seen.at), ("alice", at(3).unwrap()));
        assert_eq!((&all[1].seen, &all[2].seen), (&None, &None));
    }
}
