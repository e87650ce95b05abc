//! The chain of evidence in tables: a row for each node says where its chain ends and up to where it was removed.

use jiff::{Timestamp, Unit};

use super::conditions::Conditions;
use super::read::{one_more, part, without_cursors};
use super::values::{moment, signed, storable, unsigned};
use super::{Columns, Session, Unreadable};
use crate::store::batch::{Evidence, EvidenceRow};
use crate::store::database::DatabaseError;
use crate::store::evidence::NOTHING_BEFORE;
use crate::store::query::{Cursor, Paging, Part};

/// The end of a node's chain, made where there is none. The write keeps another process of that name waiting.
const END: &str = "INSERT INTO nodes (name, number, digest, removed) VALUES ($1, 0, $2, 0) ON CONFLICT (name) DO \
                   UPDATE SET name = excluded.name RETURNING row_id, number, digest";
const ROW: &str = "INSERT INTO evidence (node, number, at, kind, body, previous, digest) VALUES ($1, $2, $3, $4, $5, \
                   $6, $7)";
const NEW_END: &str = "UPDATE nodes SET number = $1, digest = $2 WHERE row_id = $3";

/// The kind of the row that stays where others were removed. Its body says up to which `number`, and the `digest` of
/// that row, with which the first row that is left goes on.
const REMOVED: &str = "evidence-removed";
/// Rows of one node removed at once.
const STEP: i64 = 10_000;
/// Rows go once so much is due, in microseconds: each removal leaves a row, and there should be few.
const DAY: i64 = 86_400_000_000;

/// Adds rows to a node's chain.
pub(in crate::store) fn append<S: Session>(
    session: &mut S,
    node: &str,
    evidence: &[Evidence],
) -> Result<(), DatabaseError> {
    if evidence.is_empty() {
        return Ok(());
    }
    let read = |columns: &dyn Columns| Ok((columns.number(0)?, columns.number(1)?, columns.text(2)?));
    let node = &storable(node);
    let Some((id, number, mut digest)) = session.row(END, &[node.into(), NOTHING_BEFORE.into()], read)?
    else {
        return Ok(());
    };
    let mut number = unsigned(number);
    for one in evidence {
        // As exact as it can be read again, or its digest would be another.
        let at = one.at.round(Unit::Microsecond).unwrap_or(one.at);
        let row = EvidenceRow::after(
            number,
            &digest,
            node,
            Evidence { at, kind: storable(&one.kind), body: storable(&one.body) },
        );
        let EvidenceRow { at, kind, body, previous, .. } = &row;
        let values = [
            id.into(),
            signed(row.number).into(),
            (*at).into(),
            kind.into(),
            body.into(),
            previous.into(),
            (&row.digest).into(),
        ];
        session.run(ROW, &values)?;
        (number, digest) = (row.number, row.digest);
    }
    session.run(NEW_END, &[signed(number).into(), digest.into(), id.into()]).map(drop)
}

/// See [`Database::evidence`](crate::store::Database::evidence).
pub(in crate::store) fn evidence<S: Session>(
    session: &mut S,
    from: Timestamp,
    to: Timestamp,
    paging: &Paging,
) -> Result<Part<EvidenceRow>, DatabaseError> {
    let mut conditions = Conditions::new();
    let (from, to) = (conditions.value(from), conditions.value(to));
    conditions.and(format_args!("e.at >= {from} AND e.at < {to}"));
    if let Some(Cursor { value, row }) = paging.after {
        let (node, number) = (conditions.value(row), conditions.value(value));
        conditions.and(format_args!("(e.node, e.number) > ({node}, {number})"));
    }
    let limit = conditions.value(one_more(paging));
    let text = format!(
        "SELECT e.node, e.number, n.name, e.at, e.kind, e.body, e.previous, e.digest FROM evidence e JOIN nodes n ON \
         n.row_id = e.node{} ORDER BY e.node, e.number LIMIT {limit}",
        conditions.text(),
    );
    let rows = session.rows(&text, conditions.values(), |columns| {
        let cursor = Cursor { value: columns.number(1)?, row: columns.number(0)? };
        Ok((cursor, read_row(columns)?))
    })?;
    Ok(without_cursors(part(rows, paging, None)))
}

fn read_row(columns: &dyn Columns) -> Result<EvidenceRow, Unreadable> {
    Ok(EvidenceRow {
        number: unsigned(columns.number(1)?),
        node: columns.text(2)?,
        at: moment(columns.number(3)?)?,
        kind: columns.text(4)?,
        body: columns.text(5)?,
        previous: columns.text(6)?,
        digest: columns.text(7)?,
    })
}

/// Removes rows older than `oldest`, in microseconds. Returns how many, and whether more are due.
pub(super) fn remove<S: Session>(
    session: &mut S,
    now: Timestamp,
    oldest: i64,
) -> Result<(u64, bool), DatabaseError> {
    let due = "SELECT DISTINCT n.row_id, n.name, n.removed, n.number FROM evidence e JOIN nodes n ON n.row_id = e.node \
               WHERE e.at < $1 ORDER BY n.row_id";
    let due = session.rows(due, &[oldest.saturating_sub(DAY).into()], |columns| {
        Ok((columns.number(0)?, columns.text(1)?, columns.number(2)?, columns.number(3)?))
    })?;
    let (mut removed, mut more) = (0_u64, false);
    for (id, node, before, last) in due {
        // A beginning of the chain: a row that is kept keeps all after it.
        let first_kept = "SELECT coalesce(min(number), -1) FROM evidence WHERE node = $1 AND at >= $2";
        let first_kept = session.row(first_kept, &[id.into(), oldest.into()], |columns| columns.number(0))?;
        let all = first_kept.filter(|first| *first >= 0).map_or(last, |first| first.saturating_sub(1));
        let up_to = all.min(before.saturating_add(STEP));
        let at_end = "SELECT digest FROM evidence WHERE node = $1 AND number = $2";
        let digest = session.row(at_end, &[id.into(), up_to.into()], |columns| columns.text(0))?;
        let Some(digest) = digest.filter(|_| up_to > before) else { continue };
        session.run("UPDATE nodes SET removed = $1 WHERE row_id = $2", &[up_to.into(), id.into()])?;
        let rows = "DELETE FROM evidence WHERE node = $1 AND number <= $2";
        removed = removed.saturating_add(session.run(rows, &[id.into(), up_to.into()])?);
        more |= up_to < all;
        let body = serde_json::json!({ "number": up_to, "digest": digest }).to_string();
        append(session, &node, &[Evidence { at: now, kind: REMOVED.to_owned(), body }])?;
    }
    Ok((removed, more))
}
