//! A batch, whole: part by part, and where rows are refused, without those. One row that PostgreSQL will not take
//! must not keep all others out for ever.

use super::super::batch::{Batch, Evidence};
use super::super::database::{DatabaseError, Written};
use super::super::sql::{append, class_hours, drift, generation, page, policy_text};
use super::said::is_about_rows;
use super::session::PgSession;
use super::write;

/// More rows than this are written by several statements: all values of one are in memory, here and there.
const AT_ONCE: usize = 5000;

/// Writes a batch within the session's transaction. With `sift`, rows that are refused are left out, and counted.
pub(super) fn write(
    session: &mut PgSession<'_, '_>,
    batch: &Batch,
    sift: bool,
) -> Result<Written, DatabaseError> {
    if !write::begin(session, batch)? {
        return Ok(Written { again: true, ..Written::default() });
    }
    let mut violations: Vec<_> =
        batch.violations.iter().map(|sum| (sum.violation.fingerprint().0, sum)).collect();
    violations.sort_unstable_by_key(|(id, _)| *id);
    let mut scripts: Vec<_> = batch.scripts.iter().map(|sum| (sum.seen.key(), sum)).collect();
    scripts.sort_unstable_by_key(|(id, _)| *id);
    let mut shed: Vec<_> = batch.shed.iter().collect();
    shed.sort_unstable_by_key(|shed| (&shed.site, shed.class.name()));
    let events: Vec<_> = batch.events.iter().collect();
    let pages: Vec<_> = batch.pages.iter().collect();
    let mut policies: Vec<_> = batch.policies.iter().collect();
    policies.sort_unstable_by_key(|policy| &policy.fingerprint);
    let mut generations: Vec<_> = batch.generations.iter().collect();
    generations.sort_unstable_by_key(|row| &row.fingerprint);
    let mut drifts: Vec<_> = batch.drifts.iter().collect();
    drifts.sort_by_key(|row| (&row.site, &row.script));

    let mut parts = Parts { session, sift, refused: 0 };
    let added = [parts.write(&violations, write::violations)?, parts.write(&scripts, write::scripts)?];
    class_hours(parts.session, batch)?;
    parts.write(&shed, write::shed)?;
    parts.write(&pages, |session, rows| each(rows, |row| page(session, row)))?;
    parts.write(&policies, |session, rows| each(rows, |row| policy_text(session, row)))?;
    parts.write(&generations, |session, rows| each(rows, |row| generation(session, row)))?;
    parts.write(&events, write::events)?;
    parts.write(&drifts, |session, rows| each(rows, |row| drift(session, row)))?;
    let evidence: Vec<&Evidence> = batch.evidence.iter().collect();
    parts.write(&evidence, |session, rows| {
        let rows: Vec<Evidence> = rows.iter().map(|row| (*row).clone()).collect();
        append(session, &batch.node, &rows).map(|()| 0)
    })?;
    Ok(Written { again: false, added: added.iter().sum(), refused: parts.refused })
}

fn each<T>(rows: &[T], write: impl FnMut(&T) -> Result<(), DatabaseError>) -> Result<u64, DatabaseError> {
    rows.iter().try_for_each(write).map(|()| 0)
}

struct Parts<'s, 'a, 'client> {
    session: &'s mut PgSession<'a, 'client>,
    sift: bool,
    refused: u64,
}

impl Parts<'_, '_, '_> {
    fn write<T>(
        &mut self,
        rows: &[T],
        mut write: impl FnMut(&mut PgSession<'_, '_>, &[T]) -> Result<u64, DatabaseError>,
    ) -> Result<u64, DatabaseError> {
        let mut sum: u64 = 0;
        // What is left to write, the first last.
        let mut left: Vec<&[T]> = rows.chunks(AT_ONCE).rev().collect();
        while let Some(some) = left.pop() {
            match self.attempt(some, &mut write) {
                Ok(added) => sum = sum.saturating_add(added),
                Err(error) if self.sift && is_about_rows(&error) => {
                    if some.len() > 1 {
                        let (first, second) = some.split_at(some.len() / 2);
                        left.extend([second, first]);
                    } else {
                        tracing::warn!("PostgreSQL refused a row of a batch: {error}");
                        self.refused = self.refused.saturating_add(1);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(sum)
    }

    fn attempt<T>(
        &mut self,
        rows: &[T],
        write: &mut impl FnMut(&mut PgSession<'_, '_>, &[T]) -> Result<u64, DatabaseError>,
    ) -> Result<u64, DatabaseError> {
        if self.sift { self.session.apart(|session| write(session, rows)) } else { write(self.session, rows) }
    }
}
