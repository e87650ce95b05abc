//! Writes a batch: a few statements, however many rows. Rows are written in one order by all nodes, so that no two
//! wait for each other.

use super::super::batch::{Batch, ScriptSum, Shed, ViolationSum};
use super::super::database::DatabaseError;
use super::super::rows::Event;
use super::super::sql::{Columns, Session, Value, counted, micros, word};
use super::super::violation::{BROWSERS, Counted, PAGES};
use super::session::{Column, PgSession};

/// The latest batch of each process tells whether one was written before: they come in order.
const BATCH: &str = "INSERT INTO batches (process, number, at) VALUES ($1, $2, $3) ON CONFLICT (process) DO UPDATE \
                     SET number = EXCLUDED.number, at = EXCLUDED.at WHERE batches.number < EXCLUDED.number";

const VIOLATIONS: &str = "
INSERT INTO violations (id, site, kind, class, reason, rule, directive, blocked, source, digest, disposition, count,
    first_seen, last_seen, generation, networks)
SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (id) DO UPDATE SET
    count = violations.count + EXCLUDED.count,
    first_seen = least(violations.first_seen, EXCLUDED.first_seen),
    last_seen = greatest(violations.last_seen, EXCLUDED.last_seen),
    generation = CASE WHEN EXCLUDED.last_seen >= violations.last_seen
        THEN coalesce(EXCLUDED.generation, violations.generation)
        ELSE coalesce(violations.generation, EXCLUDED.generation) END,
    networks = greatest(violations.networks, EXCLUDED.networks)
RETURNING row_id, id, CASE WHEN xmax = 0 THEN 1 ELSE 0 END::BIGINT";

const HOURS: &str = "
INSERT INTO violation_hours (violation, hour, count) SELECT * FROM unnest($1, $2, $3)
ON CONFLICT (violation, hour) DO UPDATE SET count = violation_hours.count + EXCLUDED.count";

/// Names beyond the bound are counted under the empty one; those that are there already keep their place. The
/// groups' own rows are locked by now, so that no other node adds names meanwhile.
const NAMES: &str = "
INSERT INTO TABLE (violation, name, count)
WITH new AS (SELECT * FROM unnest($1, $2, $3) AS new (violation, name, count)),
kept AS (
    SELECT violation, count(*) AS names FROM TABLE
    WHERE violation IN (SELECT violation FROM new) AND name <> '' GROUP BY violation
),
placed AS (
    SELECT new.violation, new.name, new.count, new.name = '' OR old.name IS NOT NULL AS is_known
    FROM new LEFT JOIN TABLE old ON old.violation = new.violation AND old.name = new.name
),
ranked AS (
    SELECT placed.*, coalesce(kept.names, 0) + row_number() OVER (
        PARTITION BY placed.violation, placed.is_known ORDER BY placed.count DESC, placed.name
    ) AS place
    FROM placed LEFT JOIN kept ON kept.violation = placed.violation
)
SELECT violation, CASE WHEN is_known OR place <= MOST THEN name ELSE '' END AS name, CAST(sum(count) AS BIGINT)
FROM ranked GROUP BY 1, 2 ORDER BY 1, 2
ON CONFLICT (violation, name) DO UPDATE SET count = TABLE.count + EXCLUDED.count";

const SCRIPTS: &str = "
INSERT INTO scripts (id, site, page, kind, srcdoc, script, digest, attribute, verdict, stops, reason, enforced, count,
    first_seen, last_seen)
SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (id) DO UPDATE SET
    count = scripts.count + EXCLUDED.count,
    first_seen = least(scripts.first_seen, EXCLUDED.first_seen),
    last_seen = greatest(scripts.last_seen, EXCLUDED.last_seen)
RETURNING CASE WHEN xmax = 0 THEN 1 ELSE 0 END::BIGINT";

const EVENTS: &str = "INSERT INTO events (at, kind, message, exchange) SELECT * FROM unnest($1, $2, $3, $4)";

const SHED: &str = "
INSERT INTO shed (site, class, count) SELECT * FROM unnest($1, $2, $3)
ON CONFLICT (site, class) DO UPDATE SET count = shed.count + EXCLUDED.count";

/// Notes that the batch is written now. `false`: it was before.
pub(super) fn begin(session: &mut PgSession<'_, '_>, batch: &Batch) -> Result<bool, DatabaseError> {
    let number = i64::try_from(batch.id.number).unwrap_or(i64::MAX);
    let process = Value::Bytes(batch.id.process.as_bytes().as_slice().into());
    Ok(session.run(BATCH, &[process, number.into(), batch.at.into()])? > 0)
}

/// Adds up violations, with their hours, pages and browsers.
/// In the order of their fingerprints. Returns how many were not known.
pub(super) fn violations(
    session: &mut PgSession<'_, '_>,
    sums: &[([u8; 16], &ViolationSum)],
) -> Result<u64, DatabaseError> {
    let violation = || sums.iter().map(|(_, sum)| &sum.violation);
    let sum = || sums.iter().map(|(_, sum)| *sum);
    let columns = [
        Column::Bytes(sums.iter().map(|(id, _)| id.to_vec()).collect()),
        Column::texts(violation().map(|violation| violation.site.as_str())),
        Column::texts(violation().map(|violation| violation.kind.as_str())),
        Column::texts(violation().map(|violation| violation.class.name())),
        Column::texts(violation().map(|violation| violation.reason.as_str())),
        Column::optional(violation().map(|violation| violation.rule.as_deref())),
        Column::texts(violation().map(|violation| violation.directive.as_str())),
        Column::texts(violation().map(|violation| violation.blocked.as_str())),
        Column::optional(violation().map(|violation| violation.source.as_deref())),
        Column::optional(violation().map(|violation| violation.digest.as_deref())),
        Column::texts(violation().map(|violation| violation.disposition.as_str())),
        Column::Numbers(sum().map(|sum| counted(sum.count)).collect()),
        Column::Numbers(sum().map(|sum| micros(sum.first_seen)).collect()),
        Column::Numbers(sum().map(|sum| micros(sum.last_seen)).collect()),
        Column::optional(sum().map(|sum| sum.generation.as_deref())),
        Column::Numbers(sum().map(|sum| i64::from(sum.networks)).collect()),
    ];
    let read = |row: &dyn Columns| Ok((row.bytes(1)?, row.number(0)?, row.number(2)?));
    let mut rows = session.rows_of_columns(VIOLATIONS, &columns, read)?;
    // Not promised to come in the order of the array.
    rows.sort_unstable();
    let added = rows.iter().filter(|(_, _, added)| *added != 0).count();
    let rows: Vec<(i64, &ViolationSum)> =
        rows.iter().zip(sum()).map(|((_, row, _), sum)| (*row, sum)).collect();
    let mut hours: Vec<(i64, i64, i64)> = rows
        .iter()
        .flat_map(|(row, sum)| sum.hours.iter().map(|(hour, count)| (*row, micros(*hour), counted(*count))))
        .collect();
    hours.sort_unstable();
    let columns = [
        Column::Numbers(hours.iter().map(|(row, ..)| *row).collect()),
        Column::Numbers(hours.iter().map(|(_, hour, _)| *hour).collect()),
        Column::Numbers(hours.iter().map(|(.., count)| *count).collect()),
    ];
    session.run_columns(HOURS, &columns)?;
    names(session, "violation_pages", PAGES, &rows, |sum| &sum.pages)?;
    names(session, "violation_browsers", BROWSERS, &rows, |sum| &sum.browsers)?;
    Ok(u64::try_from(added).unwrap_or_default())
}

fn names(
    session: &mut PgSession<'_, '_>,
    table: &str,
    most: usize,
    rows: &[(i64, &ViolationSum)],
    of: impl Fn(&ViolationSum) -> &[Counted],
) -> Result<(), DatabaseError> {
    let named: Vec<(i64, &Counted)> =
        rows.iter().flat_map(|(row, sum)| of(sum).iter().map(|counted| (*row, counted))).collect();
    let columns = [
        Column::Numbers(named.iter().map(|(row, _)| *row).collect()),
        Column::texts(named.iter().map(|(_, named)| named.name.as_str())),
        Column::Numbers(named.iter().map(|(_, named)| counted(named.count)).collect()),
    ];
    session.run_columns(&NAMES.replace("TABLE", table).replace("MOST", &most.to_string()), &columns)?;
    Ok(())
}

/// Adds up scripts, in the order of their keys. Returns how many were not known.
pub(super) fn scripts(
    session: &mut PgSession<'_, '_>,
    sums: &[([u8; 16], &ScriptSum)],
) -> Result<u64, DatabaseError> {
    let seen = || sums.iter().map(|(_, sum)| &sum.seen);
    let sum = || sums.iter().map(|(_, sum)| *sum);
    let columns = [
        Column::Bytes(sums.iter().map(|(id, _)| id.to_vec()).collect()),
        Column::texts(seen().map(|seen| seen.site.as_str())),
        Column::texts(seen().map(|seen| seen.page.as_str())),
        Column::texts(seen().map(|seen| seen.kind.name())),
        Column::Numbers(seen().map(|seen| i64::try_from(seen.srcdoc).unwrap_or(i64::MAX)).collect()),
        Column::texts(seen().map(|seen| seen.script.as_str())),
        Column::optional(seen().map(|seen| seen.digest.as_deref())),
        Column::optional(seen().map(|seen| seen.attribute.as_deref())),
        Column::texts(seen().map(|seen| seen.verdict.name())),
        Column::Numbers(seen().map(|seen| i64::from(seen.verdict.stops())).collect()),
        Column::texts(seen().map(|seen| seen.reason.as_ref())),
        Column::Numbers(seen().map(|seen| i64::from(seen.enforced)).collect()),
        Column::Numbers(sum().map(|sum| counted(sum.count)).collect()),
        Column::Numbers(sum().map(|sum| micros(sum.first_seen)).collect()),
        Column::Numbers(sum().map(|sum| micros(sum.last_seen)).collect()),
    ];
    let added = session.rows_of_columns(SCRIPTS, &columns, |row| row.number(0))?;
    Ok(u64::try_from(added.iter().filter(|added| **added != 0).count()).unwrap_or_default())
}

/// Adds events, in their order.
pub(super) fn events(session: &mut PgSession<'_, '_>, events: &[&Event]) -> Result<u64, DatabaseError> {
    let kinds: Vec<String> = events.iter().map(|event| word(&event.kind)).collect();
    let columns = [
        Column::Numbers(events.iter().map(|event| micros(event.at)).collect()),
        Column::texts(kinds.iter().map(String::as_str)),
        Column::texts(events.iter().map(|event| event.message.as_str())),
        Column::optional(events.iter().map(|event| event.exchange.as_deref())),
    ];
    session.run_columns(EVENTS, &columns)
}

/// Adds up what was shed, in the order of site and class.
pub(super) fn shed(session: &mut PgSession<'_, '_>, shed: &[&Shed]) -> Result<u64, DatabaseError> {
    let columns = [
        Column::texts(shed.iter().map(|shed| shed.site.as_str())),
        Column::texts(shed.iter().map(|shed| shed.class.name())),
        Column::Numbers(shed.iter().map(|shed| counted(shed.count)).collect()),
    ];
    session.run_columns(SHED, &columns)
}
