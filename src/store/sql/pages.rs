//! Pages judged, by page rule; what policies say; reports by hour, site and class.

use std::collections::BTreeMap;

use super::conditions::{Conditions, MOST_HOURS, from_until};
use super::values::{counted, micros, moment, unsigned};
use super::{Columns, Session, Unreadable, Value};
use crate::store::batch::Batch;
use crate::store::database::DatabaseError;
use crate::store::pages::{PageFilter, PageHourRow, PageRow, PageSum, Pages};
use crate::store::policy_text::{KEPT, PolicyText};

const PAGE: &str = "INSERT INTO page_seen (site, rule, enforced, responses, stopped, first_seen, last_seen) VALUES ($1, \
    $2, $3, $4, $5, $6, $7) ON CONFLICT (site, rule, enforced) DO UPDATE SET responses = page_seen.responses + \
    excluded.responses, stopped = page_seen.stopped + excluded.stopped, first_seen = CASE WHEN excluded.first_seen < \
    page_seen.first_seen THEN excluded.first_seen ELSE page_seen.first_seen END, last_seen = CASE WHEN \
    excluded.last_seen > page_seen.last_seen THEN excluded.last_seen ELSE page_seen.last_seen END";
const HOUR: &str = "INSERT INTO page_hours (hour, site, rule, enforced, responses, stopped) VALUES ($1, $2, $3, $4, $5, \
                    $6) ON CONFLICT (hour, site, rule, enforced) DO UPDATE SET responses = page_hours.responses + \
                    excluded.responses, stopped = page_hours.stopped + excluded.stopped";
const POLICY: &str = "INSERT INTO policy_texts (fingerprint, at, body) VALUES ($1, $2, $3) ON CONFLICT (fingerprint) DO \
                      UPDATE SET at = CASE WHEN excluded.at > policy_texts.at THEN excluded.at ELSE policy_texts.at \
                      END";
const CLASS_HOUR: &str = "INSERT INTO class_hours (hour, site, class, count) VALUES ($1, $2, $3, $4) ON CONFLICT (hour, \
                          site, class) DO UPDATE SET count = class_hours.count + excluded.count";

/// Rows of an answer about pages.
const ROWS: i64 = 10_000;

/// Adds up pages of one rule.
pub(in crate::store) fn page<S: Session>(session: &mut S, sum: &PageSum) -> Result<(), DatabaseError> {
    let Pages { responses, stopped } = sum.pages();
    let enforced = i64::from(sum.enforced);
    let values = [
        (&sum.site).into(),
        (&sum.rule).into(),
        enforced.into(),
        counted(responses).into(),
        counted(stopped).into(),
        sum.first_seen.into(),
        sum.last_seen.into(),
    ];
    session.run(PAGE, &values)?;
    for (hour, Pages { responses, stopped }) in &sum.hours {
        let values = [
            (*hour).into(),
            (&sum.site).into(),
            (&sum.rule).into(),
            enforced.into(),
            counted(*responses).into(),
            counted(*stopped).into(),
        ];
        session.run(HOUR, &values)?;
    }
    Ok(())
}

/// What policies say.
pub(in crate::store) fn policy_text<S: Session>(
    session: &mut S,
    policy: &PolicyText,
) -> Result<(), DatabaseError> {
    let body = serde_json::to_string(&policy.files).map_err(|error| DatabaseError::Unusable {
        what: "can't write what policies say",
        cause: error.into(),
    })?;
    session.run(POLICY, &[(&policy.fingerprint).into(), policy.at.into(), body.into()]).map(drop)
}

/// Adds up a batch's reports by hour, site and class: always in the same order, so that two processes never wait for
/// each other.
pub(in crate::store) fn class_hours<S: Session>(session: &mut S, batch: &Batch) -> Result<(), DatabaseError> {
    let mut sums: BTreeMap<(i64, &str, &'static str), u64> = BTreeMap::new();
    for sum in &batch.violations {
        for (hour, count) in &sum.hours {
            let of = (micros(*hour), sum.violation.site.as_str(), sum.violation.class.name());
            let all = sums.entry(of).or_default();
            *all = all.saturating_add(*count);
        }
    }
    for ((hour, site, class), count) in sums {
        session.run(CLASS_HOUR, &[hour.into(), site.into(), class.into(), counted(count).into()])?;
    }
    Ok(())
}

/// See [`Database::policy`](crate::store::Database::policy).
pub(in crate::store) fn policy<S: Session>(
    session: &mut S,
    fingerprint: &str,
) -> Result<Option<PolicyText>, DatabaseError> {
    let text = "SELECT fingerprint, at, body FROM policy_texts WHERE fingerprint = $1";
    session.row(text, &[fingerprint.into()], |columns| {
        let files = serde_json::from_str(&columns.text(2)?).map_err(|error| Unreadable(error.into()))?;
        Ok(PolicyText { fingerprint: columns.text(0)?, at: moment(columns.number(1)?)?, files })
    })
}

/// See [`Database::pages`](crate::store::Database::pages).
pub(in crate::store) fn pages<S: Session>(
    session: &mut S,
    filter: &PageFilter,
) -> Result<Vec<PageRow>, DatabaseError> {
    let mut conditions = Conditions::new();
    let text = match from_until(filter.since, filter.until) {
        None => {
            conditions.equal("s.site", filter.site.as_ref());
            format!(
                "SELECT s.site, s.rule, s.enforced, s.responses, s.stopped, s.first_seen, s.last_seen FROM page_seen \
                 s{} ORDER BY s.site, s.rule, s.enforced LIMIT {ROWS}",
                conditions.text()
            )
        }
        Some((since, until)) => {
            let (since, until) = (conditions.value(since), conditions.value(until));
            conditions.and(format_args!("h.hour >= {since} AND h.hour < {until}"));
            conditions.equal("h.site", filter.site.as_ref());
            format!(
                "SELECT s.site, s.rule, s.enforced, h.responses, h.stopped, s.first_seen, s.last_seen FROM (SELECT \
                 h.site, h.rule, h.enforced, CAST(sum(h.responses) AS BIGINT) AS responses, CAST(sum(h.stopped) AS \
                 BIGINT) AS stopped FROM page_hours h{} GROUP BY h.site, h.rule, h.enforced) h JOIN page_seen s ON \
                 s.site = h.site AND s.rule = h.rule AND s.enforced = h.enforced ORDER BY s.site, s.rule, s.enforced \
                 LIMIT {ROWS}",
                conditions.text()
            )
        }
    };
    session.rows(&text, conditions.values(), |columns| {
        Ok(PageRow {
            site: columns.text(0)?,
            rule: columns.text(1)?,
            enforced: columns.number(2)? != 0,
            pages: read_pages(columns, 3)?,
            first_seen: moment(columns.number(5)?)?,
            last_seen: moment(columns.number(6)?)?,
        })
    })
}

/// See [`Database::page_hours`](crate::store::Database::page_hours).
pub(in crate::store) fn page_hours<S: Session>(
    session: &mut S,
    filter: &PageFilter,
) -> Result<Vec<PageHourRow>, DatabaseError> {
    let (since, until) = latest(session, "page_hours", from_until(filter.since, filter.until))?;
    let mut conditions = Conditions::new();
    let (since, until) = (conditions.value(since), conditions.value(until));
    conditions.and(format_args!("hour >= {since} AND hour < {until}"));
    conditions.equal("site", filter.site.as_ref());
    let text = format!(
        "SELECT hour, enforced, CAST(sum(responses) AS BIGINT), CAST(sum(stopped) AS BIGINT) FROM page_hours{} GROUP \
         BY hour, enforced ORDER BY hour, enforced",
        conditions.text()
    );
    session.rows(&text, conditions.values(), |columns| {
        Ok(PageHourRow {
            hour: moment(columns.number(0)?)?,
            enforced: columns.number(1)? != 0,
            pages: read_pages(columns, 2)?,
        })
    })
}

/// The hours asked for, of the latest 31 days that there are.
pub(super) fn latest<S: Session>(
    session: &mut S,
    table: &str,
    asked: Option<(i64, i64)>,
) -> Result<(i64, i64), DatabaseError> {
    let (since, until) = asked.unwrap_or((i64::MIN, i64::MAX));
    let until = if until == i64::MAX {
        let newest = format!("SELECT coalesce(max(hour), 0) FROM {table}");
        session.row(&newest, &[], |columns| columns.number(0))?.unwrap_or_default().saturating_add(1)
    } else {
        until
    };
    Ok((since.max(until.saturating_sub(MOST_HOURS)), until))
}

/// Removes what is older than `oldest`, in microseconds, and texts of generations beyond those that are kept.
pub(super) fn remove<S: Session>(session: &mut S, oldest: i64) -> Result<(), DatabaseError> {
    for (table, column) in [("page_seen", "last_seen"), ("page_hours", "hour"), ("class_hours", "hour")] {
        session.run(&format!("DELETE FROM {table} WHERE {column} < $1"), &[oldest.into()])?;
    }
    // Whatever their age: those in force may have been so for years.
    let texts = "DELETE FROM policy_texts WHERE fingerprint IN (SELECT fingerprint FROM policy_texts ORDER BY at DESC, \
                 fingerprint LIMIT 1000 OFFSET $1)";
    session.run(texts, &[Value::Number(KEPT)]).map(drop)
}

fn read_pages(columns: &dyn Columns, first: usize) -> Result<Pages, Unreadable> {
    let responses = unsigned(columns.number(first)?);
    Ok(Pages { responses, stopped: unsigned(columns.number(first.saturating_add(1))?) })
}
