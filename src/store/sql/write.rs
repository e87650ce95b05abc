//! Writes a batch: sums are added to what is there.

use super::evidence::append;
use super::pages::{class_hours, page, policy_text};
use super::values::{counted, signed, word};
use super::{Session, Value};
use crate::store::batch::{Batch, GenerationRow, ScriptSum, Shed, ViolationSum};
use crate::store::database::{DatabaseError, Written};
use crate::store::drift::DriftRow;
use crate::store::rows::Event;
use crate::store::violation::{BROWSERS, Counted, PAGES};

const LAST_BATCH: &str = "SELECT number FROM batches WHERE process = $1";
const BATCH: &str = "INSERT INTO batches (process, number, at) VALUES ($1, $2, $3) ON CONFLICT (process) DO UPDATE \
                     SET number = excluded.number, at = excluded.at";
/// Adds to a group, and answers its row and how often it was reported.
const VIOLATION: &str = "INSERT INTO violations (id, site, kind, class, reason, rule, directive, blocked, source, \
    digest, disposition, count, first_seen, last_seen, generation, networks) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, \
    $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT (id) DO UPDATE SET count = violations.count + excluded.count, \
    first_seen = CASE WHEN excluded.first_seen < violations.first_seen THEN excluded.first_seen ELSE \
    violations.first_seen END, last_seen = CASE WHEN excluded.last_seen > violations.last_seen THEN \
    excluded.last_seen ELSE violations.last_seen END, generation = CASE WHEN excluded.last_seen >= violations.last_seen THEN \
    coalesce(excluded.generation, violations.generation) ELSE coalesce(violations.generation, excluded.generation) \
    END, networks = CASE WHEN excluded.networks > violations.networks THEN excluded.networks ELSE \
    violations.networks END RETURNING row_id, count";
const HOUR: &str = "INSERT INTO violation_hours (violation, hour, count) VALUES ($1, $2, $3) ON CONFLICT (violation, \
                    hour) DO UPDATE SET count = violation_hours.count + excluded.count";
const SHED: &str = "INSERT INTO shed (site, class, count) VALUES ($1, $2, $3) ON CONFLICT (site, class) DO UPDATE SET \
                    count = shed.count + excluded.count";
const SCRIPT: &str = "INSERT INTO scripts (id, site, page, kind, srcdoc, script, digest, attribute, verdict, stops, \
    reason, enforced, count, first_seen, last_seen) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
    $14, $15) ON CONFLICT (id) DO UPDATE SET count = scripts.count + excluded.count, first_seen = CASE WHEN \
    excluded.first_seen < scripts.first_seen THEN excluded.first_seen ELSE scripts.first_seen END, last_seen = CASE \
    WHEN excluded.last_seen > scripts.last_seen THEN excluded.last_seen ELSE scripts.last_seen END RETURNING count";
const GENERATION: &str = "INSERT INTO generations (fingerprint, at) VALUES ($1, $2) ON CONFLICT (fingerprint) DO \
                          UPDATE SET at = CASE WHEN excluded.at < generations.at THEN excluded.at ELSE \
                          generations.at END";
const EVENT: &str = "INSERT INTO events (at, kind, message, exchange) VALUES ($1, $2, $3, $4)";
const DRIFT: &str = "INSERT INTO drifts (site, script, body) VALUES ($1, $2, $3) ON CONFLICT (site, script) DO UPDATE \
                     SET body = excluded.body";
const FORGET_DRIFT: &str = "DELETE FROM drifts WHERE site = $1 AND script = $2";

/// See [`Database::write`](crate::store::Database::write). The caller's transaction makes it whole.
pub(in crate::store) fn write<S: Session>(session: &mut S, batch: &Batch) -> Result<Written, DatabaseError> {
    let process = || Value::Bytes(batch.id.process.as_bytes().as_slice().into());
    let number = signed(batch.id.number);
    let last = session.row(LAST_BATCH, &[process()], |columns| columns.number(0))?;
    if last.is_some_and(|last| last >= number) {
        return Ok(Written { again: true, ..Written::default() });
    }
    session.run(BATCH, &[process(), number.into(), batch.at.into()])?;
    let mut added: u64 = 0;
    // Always in the same order, so that two processes never wait for each other.
    let mut violations: Vec<_> =
        batch.violations.iter().map(|sum| (sum.violation.fingerprint(), sum)).collect();
    violations.sort_by_key(|(id, _)| *id);
    for (id, sum) in violations {
        added = added.saturating_add(u64::from(violation(session, &id.0, sum)?));
    }
    class_hours(session, batch)?;
    for Shed { site, class, count } in &batch.shed {
        add_shed(session, site, class.name(), *count)?;
    }
    let mut scripts: Vec<_> = batch.scripts.iter().map(|sum| (sum.seen.key(), sum)).collect();
    scripts.sort_by_key(|(id, _)| *id);
    for (id, sum) in scripts {
        added = added.saturating_add(u64::from(script(session, &id, sum)?));
    }
    for sum in &batch.pages {
        page(session, sum)?;
    }
    for policy in &batch.policies {
        policy_text(session, policy)?;
    }
    for generation in &batch.generations {
        self::generation(session, generation)?;
    }
    for Event { at, kind, message, exchange } in &batch.events {
        session.run(EVENT, &[(*at).into(), word(kind).into(), message.into(), exchange.into()])?;
    }
    for row in &batch.drifts {
        drift(session, row)?;
    }
    append(session, &batch.node, &batch.evidence)?;
    Ok(Written { again: false, added, refused: 0 })
}

/// Returns whether it was not known.
fn violation<S: Session>(session: &mut S, id: &[u8], sum: &ViolationSum) -> Result<bool, DatabaseError> {
    let violation = &sum.violation;
    let values = [
        Value::Bytes(id.into()),
        (&violation.site).into(),
        (&violation.kind).into(),
        violation.class.name().into(),
        (&violation.reason).into(),
        (&violation.rule).into(),
        (&violation.directive).into(),
        (&violation.blocked).into(),
        (&violation.source).into(),
        (&violation.digest).into(),
        (&violation.disposition).into(),
        counted(sum.count).into(),
        sum.first_seen.into(),
        sum.last_seen.into(),
        (&sum.generation).into(),
        i64::from(sum.networks).into(),
    ];
    let read = session.row(VIOLATION, &values, |columns| Ok((columns.number(0)?, columns.number(1)?)))?;
    let Some((row, count)) = read else { return Ok(false) };
    for (hour, count) in &sum.hours {
        session.run(HOUR, &[row.into(), (*hour).into(), counted(*count).into()])?;
    }
    names(session, "violation_pages", PAGES, row, &sum.pages)?;
    names(session, "violation_browsers", BROWSERS, row, &sum.browsers)?;
    Ok(count == counted(sum.count))
}

/// Adds to the counts of names; those for which there is no room, under `""`.
fn names<S: Session>(
    session: &mut S,
    table: &str,
    most: usize,
    row: i64,
    names: &[Counted],
) -> Result<(), DatabaseError> {
    // Asked for once a name: two that come together must not both take the last place.
    let text = format!(
        "INSERT INTO {table} (violation, name, count) SELECT CAST($1 AS BIGINT), CASE WHEN EXISTS (SELECT 1 FROM \
         {table} WHERE violation = $1 AND name = CAST($2 AS TEXT)) OR (SELECT count(*) FROM {table} WHERE violation \
         = $1 AND name <> '') < {most} THEN CAST($2 AS TEXT) ELSE '' END, CAST($3 AS BIGINT) WHERE 1 = 1 ON CONFLICT \
         (violation, name) DO UPDATE SET count = {table}.count + excluded.count"
    );
    for Counted { name, count } in names {
        session.run(&text, &[row.into(), name.into(), counted(*count).into()])?;
    }
    Ok(())
}

/// Counts reports that are not kept one by one.
pub(super) fn add_shed<S: Session>(
    session: &mut S,
    site: &str,
    class: &str,
    count: u64,
) -> Result<(), DatabaseError> {
    session.run(SHED, &[site.into(), class.into(), counted(count).into()]).map(drop)
}

/// Returns whether it was not known.
fn script<S: Session>(session: &mut S, id: &[u8], sum: &ScriptSum) -> Result<bool, DatabaseError> {
    let seen = &sum.seen;
    let values = [
        Value::Bytes(id.into()),
        (&seen.site).into(),
        (&seen.page).into(),
        seen.kind.name().into(),
        i64::try_from(seen.srcdoc).unwrap_or(i64::MAX).into(),
        (&seen.script).into(),
        (&seen.digest).into(),
        (&seen.attribute).into(),
        seen.verdict.name().into(),
        i64::from(seen.verdict.stops()).into(),
        seen.reason.as_ref().into(),
        i64::from(seen.enforced).into(),
        counted(sum.count).into(),
        sum.first_seen.into(),
        sum.last_seen.into(),
    ];
    let count = session.row(SCRIPT, &values, |columns| columns.number(0))?;
    Ok(count == Some(counted(sum.count)))
}

/// A generation that came into force, now or before.
pub(in crate::store) fn generation<S: Session>(
    session: &mut S,
    generation: &GenerationRow,
) -> Result<(), DatabaseError> {
    session.run(GENERATION, &[(&generation.fingerprint).into(), generation.at.into()]).map(drop)
}

/// How a vendor's script stands, in place of what was told of it before.
pub(in crate::store) fn drift<S: Session>(session: &mut S, row: &DriftRow) -> Result<(), DatabaseError> {
    let body = serde_json::to_string(row).map_err(|error| DatabaseError::Unusable {
        what: "can't write how a vendor's script stands",
        cause: error.into(),
    })?;
    session.run(DRIFT, &[(&row.site).into(), (&row.script).into(), body.into()]).map(drop)
}

/// See [`Database::forget_drift`](crate::store::Database::forget_drift).
pub(in crate::store) fn forget_drift<S: Session>(
    session: &mut S,
    site: &str,
    script: &str,
) -> Result<(), DatabaseError> {
    session.run(FORGET_DRIFT, &[site.into(), script.into()]).map(drop)
}
