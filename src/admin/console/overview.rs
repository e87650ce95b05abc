//! The first page: in one sentence whether the sites are safe, and what happened.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Query, State as FromState};
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;

use super::chart::{Chart, Span};
use super::frame::{Frame, Place, show};
use super::health::{Facts, Health, Links};
use super::moment::Moment;
use super::rows::EventView;
use super::sites::{SiteView, all_rules, sites};
use crate::admin::State;
use crate::admin::access::Caller;
use crate::alert::{Severity, Standing};
use crate::inventory::Decision;
use crate::store::{Class, DatabaseError, Filter, HourRow, PageFilter, PageRow, ScriptSeenRow};
use crate::telemetry::Standing as Loaded;

/// Events on the page; the API has all.
const EVENTS: usize = 20;
/// Payment pages that are named where they are not protected.
const PAYMENT: usize = 5;

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    frame: Frame,
    health: Health,
    links: Links,
    generation: u64,
    fingerprint: String,
    loaded: Moment,
    refused: Option<Refused>,
    certificate_refused: Option<Refused>,
    alerts_count: usize,
    /// What somebody has seen.
    acknowledged_count: usize,
    passed_count: usize,
    stopped_count: usize,
    verdicts: Vec<Verdict>,
    /// Where that is known.
    chart: Option<Chart>,
    spans: [Span; 3],
    sites: Vec<SiteView>,
    sites_count: usize,
    events: Vec<EventView>,
}

/// The last change of something, when it was refused.
struct Refused {
    at: Moment,
    message: String,
}

/// Scripts of which a verdict was given.
struct Verdict {
    name: &'static str,
    stops: bool,
    meaning: &'static str,
    scripts: usize,
}

/// What the address asks for.
#[derive(Deserialize)]
pub(in crate::admin) struct Asked {
    span: Option<String>,
}

/// `GET /`.
pub(in crate::admin) async fn page(
    caller: Caller,
    FromState(state): FromState<State>,
    Query(asked): Query<Asked>,
) -> Response {
    show(&build(&state, &caller, Span::of(asked.span.as_deref())).await)
}

/// What the database knows.
struct Known {
    /// Reports by hour and class, of the last 24 hours.
    lately: Vec<HourRow>,
    /// Of the time that is drawn.
    drawn: Vec<HourRow>,
    /// Pages judged in the last days.
    pages: Vec<PageRow>,
}

async fn known(state: &State, span: Span, now: Timestamp) -> Result<Known, DatabaseError> {
    let filter = |span: Span| Filter { since: Some(span.since(now)), ..Filter::default() };
    let (day, drawn) = (filter(Span::Day), filter(span));
    let judged = PageFilter { since: Some(Span::Week.since(now)), ..PageFilter::default() };
    let asked = state.archive.ask(move |store| {
        let lately = store.hours(&day)?;
        let drawn = if span == Span::Day { lately.clone() } else { store.hours(&drawn)? };
        Ok(Known { lately, drawn, pages: store.pages(&judged)? })
    });
    asked.await
}

async fn build(state: &State, caller: &Caller, span: Span) -> Overview {
    let now = state.clock.now();
    let mut frame = Frame::of(state, Place::Overview, caller);
    let known = frame.answered(known(state, span, now).await);
    let snapshot = state.published.load_full();
    let loaded = state.metrics.policies().standing();
    let certificate = state.metrics.certificate().standing();
    let seen = state.store.scripts();
    let (acknowledged, open): (Vec<_>, Vec<_>) =
        state.alerts.all().into_iter().partition(|standing| standing.acknowledged.is_some());
    let verdicts = verdicts(&seen);
    let count = |stops: bool| distinct(&seen, |row| row.seen.verdict.stops() == stops);
    let links = links();
    let mut facts = Facts {
        policies_refused: loaded.refused.is_some(),
        certificate_refused: certificate.refused.is_some(),
        alerts: open.len(),
        grave: open.iter().filter(|standing| is_grave(standing)).count(),
        drifted: state.store.drifts().iter().filter(|row| row.finding).count(),
        weakened: state.headers.all().iter().filter(|rule| !rule.weakened.is_empty()).count(),
        faults: known.as_ref().map(|known| faults(&known.lately)),
        stopped: distinct(&seen, |row| row.seen.verdict.stops() && row.seen.enforced),
        ..Facts::default()
    };
    for (site, rules, carried) in all_rules(&snapshot) {
        facts.rule(carried);
        if rules.payment && !carried.is_everybody() && facts.payment.len() < PAYMENT {
            facts.payment.push(format!("{} {}", site.name, rules.path.as_str()));
        }
    }
    Overview {
        frame,
        health: Health::of(&facts, links),
        links,
        generation: snapshot.generation.number,
        fingerprint: snapshot.generation.fingerprint.clone(),
        loaded: Moment::new(loaded.since, now),
        refused: refused(loaded, now),
        certificate_refused: refused(certificate, now),
        alerts_count: open.len(),
        acknowledged_count: acknowledged.len(),
        passed_count: count(false),
        stopped_count: count(true),
        verdicts,
        chart: known.as_ref().map(|known| Chart::of(&known.drawn, span, now)),
        spans: Span::ALL,
        sites: sites(&snapshot, &seen, known.as_ref().map(|known| known.pages.as_slice())),
        sites_count: snapshot.sites.len(),
        events: state.store.events(EVENTS).into_iter().map(|event| EventView::new(event, now)).collect(),
    }
}

/// Where the reasons of the state are looked at.
const fn links() -> Links {
    Links {
        alerts: Place::Alerts.path(),
        violations: "/violations?class=policy-fault&since=24h",
        headers: Place::Headers.path(),
        policy: Place::Policy.path(),
    }
}

/// Reports that say that something approved was stopped.
fn faults(hours: &[HourRow]) -> u64 {
    let faults = hours.iter().filter(|row| row.class == Class::PolicyFault);
    faults.fold(0, |sum, row| sum.saturating_add(row.count))
}

fn is_grave(standing: &Standing) -> bool {
    standing.alert.severity == Severity::High
}

fn refused(standing: Loaded, now: Timestamp) -> Option<Refused> {
    standing.refused.map(|refusal| Refused { at: Moment::new(refusal.at, now), message: refusal.why })
}

/// How many different scripts there are of some rows.
fn distinct(seen: &[ScriptSeenRow], counts: impl Fn(&ScriptSeenRow) -> bool) -> usize {
    let rows = seen.iter().filter(|row| counts(row));
    rows.map(|row| (&row.seen.site, &row.seen.script)).collect::<BTreeSet<_>>().len()
}

/// Scripts by verdict, those that are stopped first.
fn verdicts(seen: &[ScriptSeenRow]) -> Vec<Verdict> {
    let mut scripts: BTreeMap<_, (Decision, BTreeSet<_>)> = BTreeMap::new();
    for row in seen {
        let verdict = row.seen.verdict;
        let key = (!verdict.stops(), verdict.name());
        let of_verdict = scripts.entry(key).or_insert((verdict, BTreeSet::new()));
        of_verdict.1.insert((&row.seen.site, &row.seen.script));
    }
    let view = |(verdict, scripts): (Decision, BTreeSet<_>)| Verdict {
        name: verdict.name(),
        stops: verdict.stops(),
        meaning: meaning(verdict),
        scripts: scripts.len(),
    };
    scripts.into_values().map(view).collect()
}

/// What a verdict comes to.
const fn meaning(verdict: Decision) -> &'static str {
    match verdict {
        Decision::Pin => "runs, its bytes checked by the browser",
        Decision::Allow => "runs, whatever its URL serves",
        Decision::Release => "runs by its digest in the CSP",
        Decision::Merge => "an import map, as we wrote it",
        Decision::Keep => "cannot run, and stays",
        Decision::Quarantine => "made inert in its place",
        Decision::Strip => "replaced by a comment",
        Decision::Block => "kept from running by the CSP",
        Decision::Pass => "served: its bytes are approved",
        Decision::Refuse => "not served",
    }
}
