//! The questions.

use std::collections::HashMap;

use super::conditions::{Conditions, hours as asked_hours};
use super::pages::latest;
use super::values::{from_word, moment, unsigned, word};
use super::{Columns, Session, Unreadable, Value};
use crate::store::batch::{GenerationRow, Shed};
use crate::store::database::DatabaseError;
use crate::store::query::{Cursor, Filter, Order, Paging, Part, ScriptFilter};
use crate::store::rows::{Event, EventKind, ScriptSeen, ScriptSeenRow};
use crate::store::violation::{Counted, Fingerprint, HourRow, Violation, ViolationRow};
use crate::store::{Class, DriftRow};

/// The columns of a violation, before its count and what it is ordered by.
const VIOLATION: &str = "v.row_id, v.id, v.site, v.kind, v.class, v.reason, v.rule, v.directive, v.blocked, \
                         v.source, v.digest, v.disposition, v.first_seen, v.last_seen, v.generation, v.networks";

/// Rows that are looked at for one part of an answer, where no index has all that is asked: it must not take longer the
/// more there is.
const LOOKED_AT: i64 = 10_000;
/// The same where texts have to be searched, or hours summed up.
const LOOKED_INTO: i64 = 4_000;

/// See [`Database::violations`](crate::store::Database::violations).
pub(in crate::store) fn violations<S: Session>(
    session: &mut S,
    filter: &Filter,
    order: Order,
    paging: &Paging,
) -> Result<Part<ViolationRow>, DatabaseError> {
    let asked = asked_hours(filter);
    if let (Order::Top, Some(hours)) = (order, asked) {
        return top_of_hours(session, filter, hours, paging);
    }
    let key = match order {
        Order::Recent => "v.last_seen",
        Order::Top => "v.count",
        Order::New => "v.first_seen",
    };
    let looks_into = filter.text.is_some() || filter.until.is_some();
    let many = if looks_into { LOOKED_INTO } else { LOOKED_AT };
    let last =
        last_looked_at(session, "violations v", (key, "v.row_id"), (paging.after, many), |conditions| {
            conditions.indexed(filter, order);
        })?;
    let mut conditions = Conditions::new();
    let count = match asked {
        None => "v.count".to_owned(),
        Some(hours) => in_hours(&mut conditions, hours),
    };
    conditions.indexed(filter, order);
    conditions.below(key, "v.row_id", paging.after);
    conditions.down_to(key, "v.row_id", last);
    conditions.of_violations(filter);
    if let Some((since, until)) = asked {
        let (since, until) = (conditions.value(since), conditions.value(until));
        conditions.and(format_args!(
            "EXISTS (SELECT 1 FROM violation_hours h WHERE h.violation = v.row_id AND h.hour >= {since} AND h.hour < \
             {until})"
        ));
    }
    let limit = conditions.value(one_more(paging));
    let text = format!(
        "SELECT {VIOLATION}, {count}, {key} FROM violations v{conditions} ORDER BY {key} DESC, v.row_id DESC LIMIT \
         {limit}",
        conditions = conditions.text(),
    );
    let rows = session.rows(&text, conditions.values(), |columns| {
        let cursor = Cursor { value: columns.number(17)?, row: columns.number(0)? };
        Ok((cursor, read_violation(columns)?))
    })?;
    named(session, part(rows, paging, last))
}

/// Those that were reported most often in some hours, of those that were reported most often at all: one that was not
/// can't have been in these hours either.
fn top_of_hours<S: Session>(
    session: &mut S,
    filter: &Filter,
    hours: (i64, i64),
    paging: &Paging,
) -> Result<Part<ViolationRow>, DatabaseError> {
    let of = ("v.count", "v.row_id");
    let last = last_looked_at(session, "violations v", of, (None, LOOKED_INTO), |conditions| {
        conditions.indexed(filter, Order::Top);
    })?;
    let mut conditions = Conditions::new();
    let count = in_hours(&mut conditions, hours);
    conditions.indexed(filter, Order::Top);
    conditions.down_to("v.count", "v.row_id", last);
    conditions.of_violations(filter);
    let inner = conditions.begin_anew();
    conditions.and("v.in_hours > 0");
    conditions.below("v.in_hours", "v.row_id", paging.after);
    let limit = conditions.value(one_more(paging));
    let text = format!(
        "SELECT {VIOLATION}, v.in_hours FROM (SELECT v.*, {count} AS in_hours FROM violations v{inner}) v{} ORDER BY \
         v.in_hours DESC, v.row_id DESC LIMIT {limit}",
        conditions.text(),
    );
    let rows = session.rows(&text, conditions.values(), |columns| {
        let cursor = Cursor { value: columns.number(16)?, row: columns.number(0)? };
        Ok((cursor, read_violation(columns)?))
    })?;
    named(session, part(rows, paging, None))
}

/// A group's reports in some hours.
fn in_hours(conditions: &mut Conditions<'_>, (since, until): (i64, i64)) -> String {
    let (since, until) = (conditions.value(since), conditions.value(until));
    format!(
        "coalesce((SELECT CAST(sum(h.count) AS BIGINT) FROM violation_hours h WHERE h.violation = v.row_id AND h.hour >= \
         {since} AND h.hour < {until}), 0)"
    )
}

/// The last row that is looked at, in descending order; `None`: all that are left are.
fn last_looked_at<'a, S: Session>(
    session: &mut S,
    table: &str,
    (key, row): (&str, &str),
    (after, many): (Option<Cursor>, i64),
    of: impl FnOnce(&mut Conditions<'a>),
) -> Result<Option<Cursor>, DatabaseError> {
    let mut conditions = Conditions::new();
    of(&mut conditions);
    conditions.below(key, row, after);
    let others = conditions.value(many.saturating_sub(1));
    let text = format!(
        "SELECT {key}, {row} FROM {table}{} ORDER BY {key} DESC, {row} DESC LIMIT 1 OFFSET {others}",
        conditions.text(),
    );
    session.row(&text, conditions.values(), |columns| {
        Ok(Cursor { value: columns.number(0)?, row: columns.number(1)? })
    })
}

fn named<S: Session>(
    session: &mut S,
    mut part: Part<(Cursor, ViolationRow)>,
) -> Result<Part<ViolationRow>, DatabaseError> {
    name(session, &mut part.rows)?;
    Ok(without_cursors(part))
}

/// See [`Database::violation`](crate::store::Database::violation).
pub(in crate::store) fn violation<S: Session>(
    session: &mut S,
    id: Fingerprint,
) -> Result<Option<ViolationRow>, DatabaseError> {
    let text = format!("SELECT {VIOLATION}, v.count FROM violations v WHERE v.id = $1");
    let rows = session.rows(&text, &[Value::Bytes(id.0.as_slice().into())], |columns| {
        Ok((Cursor { value: 0, row: columns.number(0)? }, read_violation(columns)?))
    });
    let mut rows = rows?;
    name(session, &mut rows)?;
    Ok(rows.pop().map(|(_, row)| row))
}

/// Adds pages and browsers; of all groups at once, because a question may have a long way.
fn name<S: Session>(session: &mut S, rows: &mut [(Cursor, ViolationRow)]) -> Result<(), DatabaseError> {
    if rows.is_empty() {
        return Ok(());
    }
    let numbers: Vec<Value<'_>> = rows.iter().map(|(cursor, _)| cursor.row.into()).collect();
    let parameters: Vec<String> = (1..=numbers.len()).map(|number| format!("${number}")).collect();
    let mut counted = |table: &str| {
        let text = format!(
            "SELECT violation, name, count FROM {table} WHERE violation IN ({}) ORDER BY count DESC, name",
            parameters.join(", ")
        );
        let mut of: HashMap<i64, Vec<Counted>> = HashMap::new();
        session.rows(&text, &numbers, |columns| {
            let counted = Counted { name: columns.text(1)?, count: unsigned(columns.number(2)?) };
            of.entry(columns.number(0)?).or_default().push(counted);
            Ok(())
        })?;
        Ok::<_, DatabaseError>(of)
    };
    let (mut pages, mut browsers) = (counted("violation_pages")?, counted("violation_browsers")?);
    for (cursor, row) in rows {
        row.pages = pages.remove(&cursor.row).unwrap_or_default();
        row.browsers = browsers.remove(&cursor.row).unwrap_or_default();
    }
    Ok(())
}

fn read_violation(columns: &dyn Columns) -> Result<ViolationRow, Unreadable> {
    let id: [u8; 16] = columns.bytes(1)?.try_into().map_err(|_long| Unreadable::word("fingerprint", ""))?;
    Ok(ViolationRow {
        id: Fingerprint(id),
        violation: Violation {
            site: columns.text(2)?,
            kind: columns.text(3)?,
            class: class(&columns.text(4)?)?,
            reason: columns.text(5)?,
            rule: columns.optional(6)?,
            directive: columns.text(7)?,
            blocked: columns.text(8)?,
            source: columns.optional(9)?,
            digest: columns.optional(10)?,
            disposition: columns.text(11)?,
        },
        first_seen: moment(columns.number(12)?)?,
        last_seen: moment(columns.number(13)?)?,
        generation: columns.optional(14)?,
        networks: u32::try_from(columns.number(15)?).unwrap_or(u32::MAX),
        count: unsigned(columns.number(16)?),
        pages: Vec::new(),
        browsers: Vec::new(),
    })
}

fn class(name: &str) -> Result<Class, Unreadable> {
    Class::from_name(name).ok_or_else(|| Unreadable::word("class", name))
}

/// Hours of groups that are read one by one.
const READ_ONE_BY_ONE: i64 = 50_000;

/// See [`Database::hours`](crate::store::Database::hours).
pub(in crate::store) fn hours<S: Session>(
    session: &mut S,
    filter: &Filter,
) -> Result<Vec<HourRow>, DatabaseError> {
    let (asked_since, asked_until) = latest(session, "class_hours", asked_hours(filter))?;
    let mut conditions = Conditions::new();
    let (since, until) = (conditions.value(asked_since), conditions.value(asked_until));
    conditions.and(format_args!("h.hour >= {since} AND h.hour < {until}"));
    let of_class = Filter {
        site: filter.site.clone(),
        classes: filter.classes.clone(),
        since: filter.since,
        until: filter.until,
        ..Filter::default()
    };
    if *filter == of_class {
        // Summed up as reports came: also those of groups that are gone by now.
        conditions.equal("h.site", filter.site.as_ref());
        conditions.of_classes("h.class", &filter.classes);
        let text = format!(
            "SELECT h.hour, h.class, CAST(sum(h.count) AS BIGINT) FROM class_hours h{} GROUP BY h.hour, h.class ORDER \
             BY h.hour, h.class",
            conditions.text(),
        );
        return session.rows(&text, conditions.values(), read_hour);
    }
    let since = whole_hours(session, &conditions, asked_since)?;
    let mut conditions = Conditions::new();
    let (since, until) = (conditions.value(since), conditions.value(asked_until));
    conditions.and(format_args!("h.hour >= {since} AND h.hour < {until}"));
    conditions.of_violations(filter);
    let text = format!(
        "SELECT h.hour, v.class, CAST(sum(h.count) AS BIGINT) FROM violation_hours h JOIN violations v ON v.row_id \
         = h.violation{} GROUP BY h.hour, v.class ORDER BY h.hour, v.class",
        conditions.text(),
    );
    session.rows(&text, conditions.values(), read_hour)
}

/// From which hour on all are counted, where groups have to be read one by one.
fn whole_hours<S: Session>(
    session: &mut S,
    conditions: &Conditions<'_>,
    since: i64,
) -> Result<i64, DatabaseError> {
    let text = format!(
        "SELECT h.hour FROM violation_hours h{} ORDER BY h.hour DESC LIMIT 1 OFFSET {READ_ONE_BY_ONE}",
        conditions.text()
    );
    let first = session.row(&text, conditions.values(), |columns| columns.number(0))?;
    // That hour is not read to its end, but a single one is.
    let newest = format!("SELECT max(h.hour) FROM violation_hours h{}", conditions.text());
    let Some(first) = first else { return Ok(since) };
    let newest = session.row(&newest, conditions.values(), |columns| columns.number(0))?.unwrap_or(first);
    Ok(first.saturating_add(1).min(newest))
}

fn read_hour(columns: &dyn Columns) -> Result<HourRow, Unreadable> {
    Ok(HourRow {
        hour: moment(columns.number(0)?)?,
        class: class(&columns.text(1)?)?,
        count: unsigned(columns.number(2)?),
    })
}

/// See [`Database::shed`](crate::store::Database::shed).
pub(in crate::store) fn shed<S: Session>(session: &mut S) -> Result<Vec<Shed>, DatabaseError> {
    session.rows("SELECT site, class, count FROM shed ORDER BY site, class", &[], |columns| {
        let (site, class) = (columns.text(0)?, class(&columns.text(1)?)?);
        Ok(Shed { site, class, count: unsigned(columns.number(2)?) })
    })
}

/// See [`Database::scripts`](crate::store::Database::scripts).
pub(in crate::store) fn scripts<S: Session>(
    session: &mut S,
    filter: &ScriptFilter,
    paging: &Paging,
) -> Result<Part<ScriptSeenRow>, DatabaseError> {
    let of = ("last_seen", "row_id");
    let last = last_looked_at(session, "scripts", of, (paging.after, LOOKED_AT), |conditions| {
        conditions.indexed_scripts(filter);
    })?;
    let mut conditions = Conditions::new();
    conditions.indexed_scripts(filter);
    conditions.below("last_seen", "row_id", paging.after);
    conditions.down_to("last_seen", "row_id", last);
    conditions.of_scripts(filter);
    let limit = conditions.value(one_more(paging));
    let text = format!(
        "SELECT row_id, site, page, kind, srcdoc, script, digest, attribute, verdict, reason, enforced, count, \
         first_seen, last_seen FROM scripts{} ORDER BY last_seen DESC, row_id DESC LIMIT {limit}",
        conditions.text(),
    );
    let rows = session.rows(&text, conditions.values(), |columns| {
        let cursor = Cursor { value: columns.number(13)?, row: columns.number(0)? };
        Ok((cursor, read_script(columns)?))
    })?;
    Ok(without_cursors(part(rows, paging, last)))
}

fn read_script(columns: &dyn Columns) -> Result<ScriptSeenRow, Unreadable> {
    Ok(ScriptSeenRow {
        seen: ScriptSeen {
            site: columns.text(1)?,
            page: columns.text(2)?,
            kind: from_word("kind of script", &columns.text(3)?)?,
            srcdoc: usize::try_from(columns.number(4)?).unwrap_or_default(),
            script: columns.text(5)?,
            digest: columns.optional(6)?,
            attribute: columns.optional(7)?,
            verdict: from_word("verdict", &columns.text(8)?)?,
            reason: columns.text(9)?.into(),
            enforced: columns.number(10)? != 0,
        },
        count: unsigned(columns.number(11)?),
        first_seen: moment(columns.number(12)?)?,
        last_seen: moment(columns.number(13)?)?,
    })
}

/// See [`Database::events`](crate::store::Database::events).
pub(in crate::store) fn events<S: Session>(
    session: &mut S,
    kind: Option<EventKind>,
    paging: &Paging,
) -> Result<Part<Event>, DatabaseError> {
    let kind = kind.map(|kind| word(&kind));
    let mut conditions = Conditions::new();
    conditions.equal("kind", kind.as_ref());
    conditions.below("at", "row_id", paging.after);
    let limit = conditions.value(one_more(paging));
    let text = format!(
        "SELECT row_id, at, kind, message, exchange FROM events{} ORDER BY at DESC, row_id DESC LIMIT {limit}",
        conditions.text(),
    );
    let rows = session.rows(&text, conditions.values(), |columns| {
        let event = Event {
            at: moment(columns.number(1)?)?,
            kind: from_word("event", &columns.text(2)?)?,
            message: columns.text(3)?,
            exchange: columns.optional(4)?,
        };
        Ok((Cursor { value: columns.number(1)?, row: columns.number(0)? }, event))
    })?;
    Ok(without_cursors(part(rows, paging, None)))
}

/// See [`Database::drifts`](crate::store::Database::drifts).
pub(in crate::store) fn drifts<S: Session>(session: &mut S) -> Result<Vec<DriftRow>, DatabaseError> {
    session.rows("SELECT body FROM drifts ORDER BY site, script", &[], |columns| {
        serde_json::from_str(&columns.text(0)?).map_err(|error| Unreadable(error.into()))
    })
}

/// See [`Database::generations`](crate::store::Database::generations).
pub(in crate::store) fn generations<S: Session>(
    session: &mut S,
    limit: usize,
) -> Result<Vec<GenerationRow>, DatabaseError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let text = "SELECT fingerprint, at FROM generations ORDER BY at DESC, fingerprint LIMIT $1";
    session.rows(text, &[limit.into()], |columns| {
        Ok(GenerationRow { fingerprint: columns.text(0)?, at: moment(columns.number(1)?)? })
    })
}

/// Rows to ask for: one more than wanted tells whether others follow.
pub(super) fn one_more(paging: &Paging) -> i64 {
    i64::try_from(paging.limit.clamp(1, Paging::MOST)).unwrap_or(i64::MAX).saturating_add(1)
}

/// As many rows as were wanted, and where the next part begins: behind them, or behind the `last` that was looked at.
pub(super) fn part<T>(
    mut rows: Vec<(Cursor, T)>,
    paging: &Paging,
    last: Option<Cursor>,
) -> Part<(Cursor, T)> {
    let limit = paging.limit.clamp(1, Paging::MOST);
    let others = rows.len() > limit;
    rows.truncate(limit);
    let next = if others { rows.last().map(|(cursor, _)| *cursor) } else { last };
    Part { rows, next }
}

/// The rows alone.
pub(super) fn without_cursors<T>(part: Part<(Cursor, T)>) -> Part<T> {
    Part { rows: part.rows.into_iter().map(|(_, row)| row).collect(), next: part.next }
}
