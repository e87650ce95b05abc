//! Whether rows of evidence are whole, and follow each other without a hole.

use std::collections::HashMap;

use serde::Serialize;

use crate::store::{EvidenceRow, NOTHING_BEFORE};

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Whose row.
    pub node: String,
    /// Its number in the node's chain.
    pub number: u64,
    /// What is wrong.
    pub what: String,
}

/// What is wrong with rows that are ordered by node and number, as a store gives them. Rows before the first of a node
/// are not asked for: the evidence is of a span of time.
pub(super) fn faults(rows: &[EvidenceRow]) -> Vec<Fault> {
    let mut faults = Vec::new();
    // By node: rows of another between two of them hide no hole.
    let mut last: HashMap<&str, &EvidenceRow> = HashMap::new();
    for row in rows {
        let before = last.insert(&row.node, row);
        let mut fault =
            |what: String| faults.push(Fault { node: row.node.clone(), number: row.number, what });
        if !row.is_whole() {
            fault("its digest is not that of what it says: it was changed".to_owned());
        }
        match before {
            Some(before) if before.number.saturating_add(1) != row.number => {
                fault(format!("it follows number {}: rows were removed, or moved", before.number));
            }
            Some(before) if before.digest != row.previous => {
                fault("it names another row before it than the one that is there".to_owned());
            }
            None if row.number == 1 && row.previous != NOTHING_BEFORE => {
                fault("it is the first and names one before it".to_owned());
            }
            Some(_) | None => {}
        }
    }
    faults
}

#[cfg(test)]
pub(super) mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::store::Evidence;

    pub(in crate::evidence) fn rows(node: &str, many: u64) -> Vec<EvidenceRow> {
        let mut rows: Vec<EvidenceRow> = Vec::new();
        for number in 0..many {
            let before = rows.last().map_or(NOTHING_BEFORE, |row| &row.digest).to_owned();
            let at = Timestamp::from_second(i64::try_from(number).unwrap()).unwrap();
            let evidence = Evidence { at, kind: "drift-check".into(), body: format!("{{\"n\":{number}}}") };
            rows.push(EvidenceRow::after(number, &before, node, evidence));
        }
        rows
    }

    fn numbers(rows: &[EvidenceRow]) -> Vec<u64> {
        faults(rows).iter().map(|fault| fault.number).collect()
    }

    #[test]
    fn rows_as_they_were_written_have_no_fault_from_wherever_they_begin() {
        let both = [rows("edge-1", 5), rows("edge-2", 3)].concat();
        assert_eq!(faults(&both), []);
        assert_eq!(faults(&both[2..]), []);
        assert_eq!(faults(&[]), []);
    }

    #[test]
    fn a_row_that_is_changed_removed_moved_or_added_is_found() {
        let good = rows("edge-1", 5);
        let changed = |change: &dyn Fn(&mut Vec<EvidenceRow>)| {
            let mut rows = good.clone();
            change(&mut rows);
            numbers(&rows)
        };
        assert_eq!(changed(&|rows| rows[2].body.push(' ')), [3]);
        assert_eq!(changed(&|rows| drop(rows.remove(2))), [4]);
        assert_eq!(changed(&|rows| rows.swap(1, 2)), [3, 2, 4]);
        assert_eq!(changed(&|rows| rows.insert(2, rows[1].clone())), [2]);
        // Somebody puts another node's row where one was.
        assert_eq!(changed(&|rows| rows[2] = super::tests::rows("edge-2", 1).remove(0)), [4]);
        // Somebody who knows how digests are made changes one row, and its digest with it.
        let forged = |rows: &mut Vec<EvidenceRow>| {
            let row = rows[2].clone();
            let evidence = Evidence { at: row.at, kind: row.kind, body: "{}".into() };
            rows[2] = EvidenceRow::after(2, &row.previous, &row.node, evidence);
        };
        assert_eq!(changed(&forged), [4]);
    }
}
