//! The first page: whether the sites are safe, and what happened.

use askama::Template;
use axum::extract::State as FromState;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};

use super::frame::{Frame, Place, show};
use super::moment::Moment;
use super::rows::{DriftView, EventView, ReportView, ScriptView, SiteView};
use super::standing::{AlertView, WeakenedView};
use crate::admin::State;
use crate::admin::access::Caller;
use crate::store::{Class, DatabaseError, Filter};
use crate::telemetry::Standing;

/// Rows of each list on the page; the API has all.
const ROWS: usize = 100;

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    frame: Frame,
    generation: u64,
    fingerprint: String,
    loaded: Moment,
    refused: Option<Refused>,
    certificate_refused: Option<Refused>,
    /// Some page rule carries nothing out.
    observing: bool,
    sites: Vec<SiteView>,
    events: Vec<EventView>,
    /// Scripts without approval.
    stopped: Vec<ScriptView>,
    stopped_count: usize,
    /// Scripts with approval, and what can't run.
    passed: Vec<ScriptView>,
    passed_count: usize,
    reports: Vec<ReportView>,
    reports_count: usize,
    /// How many reports of each class came in the last 24 hours, where that is known.
    classes: Option<Vec<ClassView>>,
    /// What somebody should know, and nobody has seen.
    alerts: Vec<AlertView>,
    /// What somebody has seen.
    acknowledged_count: usize,
    /// Page rules whose security headers protect less than they did.
    weakened: Vec<WeakenedView>,
    /// Page rules of which a page was seen.
    rules_count: usize,
    /// Vendors that serve something else than was approved.
    drifts: Vec<DriftView>,
    /// Scripts whose vendors are looked at.
    watched_count: usize,
}

/// The last change of something, when it was refused.
struct Refused {
    at: Moment,
    message: String,
}

/// Reports of a class.
struct ClassView {
    name: &'static str,
    tone: &'static str,
    count: u64,
}

/// Reports by class in the last 24 hours, whole ones; those of which none came are left out.
async fn classes(state: &State, now: Timestamp) -> Result<Vec<ClassView>, DatabaseError> {
    let since = now.checked_sub(SignedDuration::from_hours(23)).ok();
    let filter = Filter { since, ..Filter::default() };
    let hours = state.archive.ask(move |store| store.hours(&filter)).await?;
    let count = |class: Class| {
        let of_class = hours.iter().filter(|hour| hour.class == class).map(|hour| hour.count);
        of_class.fold(0_u64, u64::saturating_add)
    };
    let view = |class: Class| ClassView {
        name: class.name(),
        tone: match class {
            Class::PolicyFault => "problem",
            Class::StoppedAsMeant => "stopped",
            Class::NeverServed | Class::Unjoined | Class::ForgedOrStale | Class::Notice => "",
        },
        count: count(class),
    };
    Ok(Class::ALL.into_iter().map(view).filter(|view| view.count > 0).collect())
}

/// `GET /`.
pub(in crate::admin) async fn page(FromState(state): FromState<State>, caller: Caller) -> Response {
    show(&build(&state, &caller).await)
}

async fn build(state: &State, caller: &Caller) -> Overview {
    let now = state.clock.now();
    let mut frame = Frame::of(state, Place::Overview, caller);
    let classes = frame.answered(classes(state, now).await);
    let snapshot = state.published.load_full();
    let store = &state.store;
    let standing = state.metrics.policies().standing();
    let refused = |standing: Standing| {
        standing.refused.map(|refusal| Refused { at: Moment::new(refusal.at, now), message: refusal.why })
    };
    let (stopped, passed): (Vec<_>, Vec<_>) =
        store.scripts().into_iter().partition(|row| row.seen.verdict.stops());
    let reports = store.violations(usize::MAX);
    let drifts = store.drifts();
    let (acknowledged, alerts): (Vec<_>, Vec<_>) =
        state.alerts.all().into_iter().partition(|standing| standing.acknowledged.is_some());
    let rules = state.headers.all();
    let rows =
        |list: Vec<_>| list.into_iter().take(ROWS).map(|row| ScriptView::new(row, now)).collect::<Vec<_>>();
    let sites: Vec<SiteView> = snapshot.sites.iter().map(|site| SiteView::new(site)).collect();
    Overview {
        frame,
        classes,
        generation: snapshot.generation.number,
        fingerprint: snapshot.generation.fingerprint.clone(),
        loaded: Moment::new(standing.since, now),
        refused: refused(standing),
        certificate_refused: refused(state.metrics.certificate().standing()),
        observing: sites.iter().any(|site| site.pages.iter().any(|page| !page.enforced)),
        sites,
        events: store.events(ROWS).into_iter().map(|event| EventView::new(event, now)).collect(),
        stopped_count: stopped.len(),
        stopped: rows(stopped),
        passed_count: passed.len(),
        passed: rows(passed),
        acknowledged_count: acknowledged.len(),
        alerts: alerts.into_iter().take(ROWS).map(|standing| AlertView::new(standing, now)).collect(),
        rules_count: rules.len(),
        weakened: rules.into_iter().filter_map(|rule| WeakenedView::of(rule, now)).take(ROWS).collect(),
        watched_count: drifts.len(),
        drifts: drifts
            .into_iter()
            .filter(|row| row.finding)
            .take(ROWS)
            .map(|row| DriftView::new(row, now))
            .collect(),
        reports_count: reports.len(),
        reports: reports.into_iter().take(ROWS).map(|row| ReportView::new(row, now)).collect(),
    }
}
