//! Removes what is too old or too much, a bounded part at a time.

use jiff::Timestamp;

use super::conditions::span;
use super::values::{micros, signed, unsigned};
use super::write::add_shed;
use super::{Session, Value, evidence, pages};
use crate::store::database::{DatabaseError, Retention, Tidied};

/// Rows of one table removed at once.
const STEP: i64 = 5_000;
/// Rows of sheds; a stranger may name many hosts.
const SHEDS: i64 = 10_000;

/// How many bytes rows take, without what is free for others. It must shrink within the transaction that removes rows,
/// or everything would be removed.
pub(in crate::store) type Size<S> = fn(&mut S) -> Result<u64, DatabaseError>;

/// See [`Database::tidy`](crate::store::Database::tidy).
pub(in crate::store) fn tidy<S: Session>(
    session: &mut S,
    now: Timestamp,
    retention: &Retention,
    size: Size<S>,
) -> Result<Tidied, DatabaseError> {
    let mut tidied = Tidied::default();
    let before = |duration| micros(now).saturating_sub(span(duration));
    by_age(session, before(retention.observations), &mut tidied)?;
    pages::remove(session, before(retention.observations))?;
    by_number(session, signed(retention.groups), &mut tidied)?;
    let oldest = before(retention.evidence);
    let (rows, more) = evidence::remove(session, now, oldest)?;
    tidied.evidence = rows;
    tidied.more |= more;
    session.run("DELETE FROM generations WHERE at < $1", &[oldest.into()])?;
    session.run("DELETE FROM batches WHERE at < $1", &[before(retention.observations).into()])?;
    tidied.bytes = size(session)?;
    if tidied.bytes > retention.bytes {
        let removed = oldest_tenth(session, &mut tidied)?;
        tidied.bytes = size(session)?;
        tidied.more |= removed && tidied.bytes > retention.bytes;
    }
    Ok(tidied)
}

fn by_age<S: Session>(session: &mut S, oldest: i64, tidied: &mut Tidied) -> Result<(), DatabaseError> {
    let mut cut = |table: &str, column: &str| {
        let text = format!(
            "DELETE FROM {table} WHERE row_id IN (SELECT row_id FROM {table} WHERE {column} < $1 ORDER BY {column} \
             LIMIT {STEP})"
        );
        let removed = session.run(&text, &[oldest.into()])?;
        tidied.more |= removed >= unsigned(STEP);
        Ok(removed)
    };
    let removed = [cut("violations", "last_seen")?, cut("scripts", "last_seen")?, cut("events", "at")?];
    let hours = "DELETE FROM violation_hours WHERE (violation, hour) IN (SELECT violation, hour FROM violation_hours \
                 WHERE hour < $1 ORDER BY hour LIMIT 50000)";
    session.run(hours, &[oldest.into()])?;
    let [violations, scripts, events] = removed;
    tidied.violations = tidied.violations.saturating_add(violations);
    tidied.scripts = tidied.scripts.saturating_add(scripts);
    tidied.events = tidied.events.saturating_add(events);
    Ok(())
}

/// Too many of one sort. Those go first that the fewest have told of: a forger is seldom many.
fn by_number<S: Session>(session: &mut S, most: i64, tidied: &mut Tidied) -> Result<(), DatabaseError> {
    for (site, class, count) in crowds(session, "violations", "site, class", most)? {
        let text = "DELETE FROM violations WHERE row_id IN (SELECT row_id FROM violations WHERE site = $1 AND class = \
                    $2 ORDER BY networks, count, last_seen LIMIT $3) RETURNING count";
        let much = count.saturating_sub(most).min(STEP);
        let values = [(&site).into(), (&class).into(), much.into()];
        let counts = session.rows(text, &values, |columns| columns.number(0))?;
        let reports = counts.iter().fold(0_u64, |sum, count| sum.saturating_add(unsigned(*count)));
        add_shed(session, &site, &class, reports)?;
        tidied.violations = tidied.violations.saturating_add(u64::try_from(counts.len()).unwrap_or_default());
        tidied.more |= much == STEP;
    }
    for (site, kind, count) in crowds(session, "scripts", "site, kind", most)? {
        let text = "DELETE FROM scripts WHERE row_id IN (SELECT row_id FROM scripts WHERE site = $1 AND kind = $2 \
                    ORDER BY last_seen LIMIT $3)";
        let much = count.saturating_sub(most).min(STEP);
        let removed = session.run(text, &[(&site).into(), (&kind).into(), much.into()])?;
        tidied.scripts = tidied.scripts.saturating_add(removed);
        tidied.more |= much == STEP;
    }
    for (kind, _, count) in crowds(session, "events", "kind, kind", most)? {
        let text = "DELETE FROM events WHERE row_id IN (SELECT row_id FROM events WHERE kind = $1 ORDER BY at LIMIT \
                    $2)";
        let much = count.saturating_sub(most).min(STEP);
        let removed = session.run(text, &[(&kind).into(), much.into()])?;
        tidied.events = tidied.events.saturating_add(removed);
        tidied.more |= much == STEP;
    }
    let sheds = "DELETE FROM shed WHERE (site, class) IN (SELECT site, class FROM shed WHERE site <> '' ORDER BY \
                 count DESC, site, class LIMIT 5000 OFFSET $1) RETURNING class, count";
    let sheds = session.rows(sheds, &[SHEDS.into()], |columns| Ok((columns.text(0)?, columns.number(1)?)))?;
    for (class, count) in sheds {
        add_shed(session, "", &class, unsigned(count))?;
    }
    Ok(())
}

/// Sorts of which there are more than so many, by two columns.
fn crowds<S: Session>(
    session: &mut S,
    table: &str,
    by: &str,
    most: i64,
) -> Result<Vec<(String, String, i64)>, DatabaseError> {
    let text = format!("SELECT {by}, count(*) FROM {table} GROUP BY {by} HAVING count(*) > $1");
    session.rows(&text, &[Value::Number(most)], |columns| {
        Ok((columns.text(0)?, columns.text(1)?, columns.number(2)?))
    })
}

/// A tenth of the observations, the oldest of each sort.
fn oldest_tenth<S: Session>(session: &mut S, tidied: &mut Tidied) -> Result<bool, DatabaseError> {
    let mut cut = |table: &str, column: &str| {
        let text = format!(
            "DELETE FROM {table} WHERE row_id IN (SELECT row_id FROM {table} ORDER BY {column}, row_id LIMIT (SELECT \
             count(*) / 10 + 1 FROM {table}))"
        );
        session.run(&text, &[])
    };
    let removed = [cut("violations", "last_seen")?, cut("scripts", "last_seen")?, cut("events", "at")?];
    let [violations, scripts, events] = removed;
    tidied.violations = tidied.violations.saturating_add(violations);
    tidied.scripts = tidied.scripts.saturating_add(scripts);
    tidied.events = tidied.events.saturating_add(events);
    Ok(removed.iter().any(|removed| *removed > 0))
}
