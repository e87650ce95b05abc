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
        let removed = of_the_most(session, &mut tidied)?;
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
    for (site, class, count) in crowds(session, "violations", ("site", "class"), most)? {
        let much = count.saturating_sub(most).min(STEP);
        let removed = few_told_of(session, &site, &class, much.into())?;
        tidied.violations = tidied.violations.saturating_add(removed);
        tidied.more |= much == STEP;
    }
    for (site, kind, count) in crowds(session, "scripts", ("site", "kind"), most)? {
        let much = count.saturating_sub(most).min(STEP);
        let removed = session.run(OLDEST_SCRIPTS, &[(&site).into(), (&kind).into(), much.into()])?;
        tidied.scripts = tidied.scripts.saturating_add(removed);
        tidied.more |= much == STEP;
    }
    for (kind, _, count) in crowds(session, "events", ("kind", "kind"), most)? {
        let much = count.saturating_sub(most).min(STEP);
        let removed = session.run(OLDEST_EVENTS, &[(&kind).into(), much.into()])?;
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

/// Sorts of which there are more than so many, by two columns; counted up to one step more. Goes from sort to sort in
/// an index, and reads no further than that in each.
fn crowds<S: Session>(
    session: &mut S,
    table: &str,
    (first, second): (&str, &str),
    most: i64,
) -> Result<Vec<(String, String, i64)>, DatabaseError> {
    let mut crowds = Vec::new();
    for (one, other) in sorts(session, table, (first, second))? {
        let text = format!(
            "SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {first} = $1 AND {second} = $2 LIMIT $3) crowd"
        );
        let values = [(&one).into(), (&other).into(), Value::Number(most.saturating_add(STEP))];
        let count = session.row(&text, &values, |columns| columns.number(0))?.unwrap_or_default();
        if count > most {
            crowds.push((one, other, count));
        }
    }
    Ok(crowds)
}

/// Each pair of two columns that there is: a look into the index for each, however many rows it has.
fn sorts<S: Session>(
    session: &mut S,
    table: &str,
    (first, second): (&str, &str),
) -> Result<Vec<(String, String)>, DatabaseError> {
    let mut sorts: Vec<(String, String)> = Vec::new();
    let read = |columns: &dyn super::Columns| Ok((columns.text(0)?, columns.text(1)?));
    let least = format!("ORDER BY {first}, {second} LIMIT 1");
    loop {
        let next = match sorts.last() {
            None => session.row(&format!("SELECT {first}, {second} FROM {table} {least}"), &[], read)?,
            Some((one, other)) => {
                // Not both at once as a pair: SQLite would read every row that is equal.
                let text = format!(
                    "SELECT {first}, {second} FROM {table} WHERE {first} = $1 AND {second} > $2 {least}"
                );
                let next = session.row(&text, &[one.into(), other.into()], read)?;
                if next.is_some() {
                    next
                } else {
                    let text = format!("SELECT {first}, {second} FROM {table} WHERE {first} > $1 {least}");
                    session.row(&text, &[one.into()], read)?
                }
            }
        };
        match next {
            Some(next) => sorts.push(next),
            None => return Ok(sorts),
        }
    }
}

/// What observations take, roughly: bytes of a group with its hours, pages and browsers, of a script, of an event.
const WEIGHTS: [(&str, &str, i64); 3] =
    [("violations", "site, class", 1000), ("scripts", "site, kind", 500), ("events", "kind, kind", 300)];

/// A part of the observations: of the kind that takes the most, of the site and class of which there are the most. So
/// that a flood of one pushes out its like, and neither what other sites have nor the scripts that were seen.
fn of_the_most<S: Session>(session: &mut S, tidied: &mut Tidied) -> Result<bool, DatabaseError> {
    let mut largest = None;
    for (table, by, weight) in WEIGHTS {
        let all = format!("SELECT {by}, count(*) AS many FROM {table} GROUP BY {by} ORDER BY many DESC");
        let counts = session
            .rows(&all, &[], |columns| Ok((columns.text(0)?, columns.text(1)?, columns.number(2)?)))?;
        let takes =
            counts.iter().fold(0_i64, |sum, (_, _, many)| sum.saturating_add(*many)).saturating_mul(weight);
        let Some(most) = counts.into_iter().next() else { continue };
        if largest.as_ref().is_none_or(|(_, _, other)| takes > *other) {
            largest = Some((table, most, takes));
        }
    }
    let Some((table, (one, other, many), _)) = largest else { return Ok(false) };
    let much = Value::Number((many / 10).saturating_add(1).min(STEP));
    let removed = match table {
        "violations" => {
            let removed = few_told_of(session, &one, &other, much)?;
            tidied.violations = tidied.violations.saturating_add(removed);
            removed
        }
        "scripts" => {
            let removed = session.run(OLDEST_SCRIPTS, &[(&one).into(), (&other).into(), much])?;
            tidied.scripts = tidied.scripts.saturating_add(removed);
            removed
        }
        _ => {
            let removed = session.run(OLDEST_EVENTS, &[(&one).into(), much])?;
            tidied.events = tidied.events.saturating_add(removed);
            removed
        }
    };
    Ok(removed > 0)
}

const OLDEST_SCRIPTS: &str = "DELETE FROM scripts WHERE row_id IN (SELECT row_id FROM scripts WHERE site = $1 AND kind = \
                              $2 ORDER BY last_seen LIMIT $3)";
const OLDEST_EVENTS: &str = "DELETE FROM events WHERE row_id IN (SELECT row_id FROM events WHERE kind = $1 ORDER BY at \
                             LIMIT $2)";

/// Removes groups of one site and class: those go first that the fewest have told of. Their reports stay counted.
fn few_told_of<S: Session>(
    session: &mut S,
    site: &str,
    class: &str,
    much: Value<'_>,
) -> Result<u64, DatabaseError> {
    let text = "DELETE FROM violations WHERE row_id IN (SELECT row_id FROM violations WHERE site = $1 AND class = $2 \
                ORDER BY networks, count, last_seen LIMIT $3) RETURNING count";
    let counts = session.rows(text, &[site.into(), class.into(), much], |columns| columns.number(0))?;
    let reports = counts.iter().fold(0_u64, |sum, count| sum.saturating_add(unsigned(*count)));
    add_shed(session, site, class, reports)?;
    Ok(u64::try_from(counts.len()).unwrap_or_default())
}
