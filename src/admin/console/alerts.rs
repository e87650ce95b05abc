//! What somebody should know: what stands and nobody has seen, what somebody has, how each watched script stands, and
//! what was done about it.

use std::borrow::Cow;

use askama::Template;
use axum::extract::{RawQuery, State as FromState};
use axum::response::Response;
use jiff::Timestamp;

use super::frame::{Frame, Place, show};
use super::links::Asked;
use super::moment::Moment;
use super::rows::EventView;
use super::standing::AlertView;
use crate::admin::State;
use crate::admin::access::Caller;
use crate::alert::Standing;
use crate::store::{DriftRow, EventKind, Paging};

/// Rows of a list on one page.
const ROWS: usize = 100;
/// Events of a kind.
const EVENTS: usize = 20;
/// Changes of one script that are shown; the API has all.
const CHANGES: usize = 10;

#[derive(Template)]
#[template(path = "alerts.html")]
struct AlertsPage {
    frame: Frame,
    /// What nobody has seen, and how much more there is.
    open: Vec<AlertView>,
    more_open: usize,
    /// What somebody has seen, and stands still.
    seen: Vec<SeenView>,
    more_seen: usize,
    /// Watched scripts, findings first.
    scripts: Vec<WatchedView>,
    script_count: usize,
    finding_count: usize,
    /// Where the next part begins.
    next: Option<usize>,
    is_first: bool,
    /// What is over, and what was done here; `None`: not known.
    over: Option<Vec<EventView>>,
    acts: Option<Vec<EventView>>,
}

/// An alert that somebody has seen.
struct SeenView {
    alert: AlertView,
    by: String,
    because: Option<String>,
    at: Moment,
}

/// A script that is looked at.
struct WatchedView {
    site: String,
    script: String,
    /// Where its page is.
    href: String,
    url: String,
    tier: Cow<'static, str>,
    drift: Cow<'static, str>,
    severity: Cow<'static, str>,
    tone: &'static str,
    message: String,
    because: Vec<String>,
    what_to_do: Option<String>,
    mirrored: bool,
    unknown: Vec<String>,
    since: Moment,
    looked: Moment,
    history: Vec<ChangeView>,
}

/// How a script stood before.
struct ChangeView {
    at: Moment,
    drift: Cow<'static, str>,
    severity: Cow<'static, str>,
}

impl SeenView {
    fn of(standing: Standing, now: Timestamp) -> Option<Self> {
        let seen = standing.acknowledged.clone()?;
        let alert = AlertView::new(standing, now);
        Some(Self { alert, by: seen.by, because: seen.because, at: Moment::new(seen.at, now) })
    }
}

impl WatchedView {
    fn new(row: DriftRow, now: Timestamp) -> Self {
        let mut named = url::form_urlencoded::Serializer::new(String::new());
        let query = named.append_pair("site", &row.site).append_pair("id", &row.script).finish();
        let change = |change: crate::store::DriftChange| ChangeView {
            at: Moment::new(change.at, now),
            drift: change.drift,
            severity: change.severity,
        };
        Self {
            href: format!("/script?{query}"),
            tone: match (row.finding, row.severity.as_ref()) {
                (false, _) => "good",
                (true, "high") => "problem",
                (true, _) => "stopped",
            },
            since: Moment::new(row.since, now),
            looked: Moment::new(row.looked_at, now),
            history: row.history.into_iter().take(CHANGES).map(change).collect(),
            site: row.site,
            script: row.script,
            url: row.url,
            tier: row.tier,
            drift: row.drift,
            severity: row.severity,
            message: row.message,
            because: row.because,
            what_to_do: row.what_to_do,
            mirrored: row.mirrored,
            unknown: row.unknown,
        }
    }
}

/// `GET /alerts`, from the script with this number on (`after`).
pub(in crate::admin) async fn page(
    FromState(state): FromState<State>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Response {
    let after = Asked::of(query).value("after").parse().unwrap_or(0);
    show(&build(&state, &caller, after).await)
}

async fn build(state: &State, caller: &Caller, after: usize) -> AlertsPage {
    let now = state.clock.now();
    let mut frame = Frame::of(state, Place::Alerts, caller);
    let (seen, open): (Vec<_>, Vec<_>) =
        state.alerts.all().into_iter().partition(|standing| standing.acknowledged.is_some());
    let scripts = state.store.drifts();
    let (script_count, finding_count) = (scripts.len(), scripts.iter().filter(|row| row.finding).count());
    let next = after.saturating_add(ROWS);
    let events =
        |kind: EventKind| state.archive.ask(move |store| store.events(Some(kind), &Paging::first(EVENTS)));
    let over = frame.answered(events(EventKind::AlertOver).await);
    let acts = frame.answered(events(EventKind::Act).await);
    let rows = |part: crate::store::Part<crate::store::Event>| {
        part.rows.into_iter().map(|event| EventView::new(event, now)).collect()
    };
    AlertsPage {
        more_open: open.len().saturating_sub(ROWS),
        more_seen: seen.len().saturating_sub(ROWS),
        open: open.into_iter().take(ROWS).map(|standing| AlertView::new(standing, now)).collect(),
        seen: seen.into_iter().take(ROWS).filter_map(|standing| SeenView::of(standing, now)).collect(),
        scripts: scripts.into_iter().skip(after).take(ROWS).map(|row| WatchedView::new(row, now)).collect(),
        script_count,
        finding_count,
        next: (next < script_count).then_some(next),
        is_first: after == 0,
        over: over.map(rows),
        acts: acts.map(rows),
        frame,
    }
}
