//! Times in which no process ran, as far as rows tell; and what a store could not keep.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::pack::{Gap, Row, Span};

/// A process says each hour that it runs: longer without a word is a gap.
const SILENCE: SignedDuration = SignedDuration::from_mins(65);
/// A restart that takes no longer is none.
const RESTART: SignedDuration = SignedDuration::from_secs(60);

/// What is open about processes and the store. `rows` are all of the span, by node and number.
pub(super) fn gaps(rows: &[Row], span: Span) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for node in rows.chunk_by(|a, b| a.node == b.node) {
        let Some(name) = node.first().map(|row| row.node.as_str()) else { continue };
        let mut gap =
            |open: String| gaps.push(Gap { site: String::new(), what: format!("node {name}"), open });
        if !node.iter().any(|row| row.kind.starts_with("process-")) {
            gap("its rows don't tell when its process ran: an earlier version wrote them".to_owned());
            continue;
        }
        let mut before: Option<&Row> = None;
        let mut since = span.from;
        for row in node {
            let silent = row.at.duration_since(since);
            let ended = before.is_some_and(|before| before.kind == "process-ended");
            if row.kind == "process-started" && ended {
                if silent > RESTART {
                    gap(format!("no process of it ran from {since:.0} to {:.0}", row.at));
                }
            } else if row.kind == "process-started" && before.is_some() {
                gap(format!(
                    "its process ended without a word between {since:.0} and {:.0}, when the next began: what it had \
                     not written was lost",
                    row.at
                ));
            } else if row.number == 1 && before.is_none() {
                if silent > SILENCE {
                    gap(format!("its rows begin at {:.0}: of the time before, nothing is known", row.at));
                }
            } else if silent > SILENCE {
                gap(format!("nothing is known of it from {since:.0} to {:.0}", row.at));
            }
            if row.kind == "store-lost" {
                gap(lost(row));
            }
            // Rows of one node may come from several processes of that name, not quite in order.
            since = since.max(row.at);
            before = Some(row);
        }
        if span.to.duration_since(since) > SILENCE {
            gap(format!("nothing is known of it from {since:.0} to {:.0}", span.to));
        }
    }
    if rows.is_empty() {
        let open = format!("no process wrote anything from {:.0} to {:.0}", span.from, span.to);
        gaps.push(Gap { site: String::new(), what: "every node".to_owned(), open });
    }
    gaps
}

fn lost(row: &Row) -> String {
    let count = |(name, value): (&String, &Value)| {
        value.as_u64().filter(|count| *count > 0).map(|count| format!("{count} × {name}"))
    };
    let counts: Vec<String> = row.says.iter().filter_map(count).collect();
    let until: Timestamp = row.at;
    format!("before {until:.0} its store could not keep all that came: {}", counts.join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(60 * minutes).unwrap()
    }

    fn open(rows: &[(i64, &str)], to: i64) -> Vec<String> {
        let row = |(minutes, kind): &(i64, &str)| Row { at: at(*minutes), ..Row::sample(kind, Map::new()) };
        let rows: Vec<Row> = rows.iter().map(row).collect();
        gaps(&rows, Span { from: at(0), to: at(to) }).into_iter().map(|gap| gap.open).collect()
    }

    #[test]
    fn a_process_that_says_each_hour_that_it_runs_leaves_no_gap() {
        let hourly =
            [(5, "process-started"), (65, "process-runs"), (125, "process-runs"), (150, "process-ended")];
        assert_eq!(open(&hourly, 180), Vec::<String>::new());
        let restarted = [(5, "process-started"), (50, "process-ended"), (51, "process-started")];
        assert_eq!(open(&restarted, 60), Vec::<String>::new());
    }

    #[test]
    fn times_without_a_process_are_told_each_in_its_words() {
        let told = open(&[(5, "process-started"), (20, "process-ended"), (200, "process-started")], 210);
        assert!(told.len() == 1 && told[0].contains("no process of it ran"), "{told:?}");
        let told = open(&[(5, "process-started"), (20, "alert"), (40, "process-started")], 60);
        assert!(told.len() == 1 && told[0].contains("without a word"), "{told:?}");
        let told = open(&[(300, "process-runs")], 600);
        assert!(told.len() == 2 && told[0].contains("rows begin at"), "{told:?}");
        assert!(open(&[(5, "alert")], 60)[0].contains("earlier version"));
        assert!(open(&[], 60)[0].contains("no process wrote anything"));
    }

    #[test]
    fn what_a_store_lost_is_told_by_what_it_was() {
        let says = json!({ "evidence": 3, "event": 0 });
        let Value::Object(says) = says else { panic!("{says}") };
        let rows = [
            Row { at: at(1), ..Row::sample("process-runs", Map::new()) },
            Row { at: at(2), ..Row::sample("store-lost", says) },
        ];
        let gaps = gaps(&rows, Span { from: at(0), to: at(3) });
        assert!(gaps.len() == 1 && gaps[0].open.ends_with("3 × evidence"), "{gaps:?}");
    }
}
