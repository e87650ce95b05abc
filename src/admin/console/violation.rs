//! One group of reports.

use askama::Template;
use axum::extract::{Path, State as FromState};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;

use super::frame::{Frame, Place, show};
use super::links::link;
use super::moment::Moment;
use super::violations::{GroupView, class_words};
use crate::admin::State;
use crate::admin::access::Caller;
use crate::advice::{Advice, fragment, suggest};
use crate::policy::Snapshot;
use crate::store::{Class, Counted, Filter, Fingerprint, HourRow, ViolationRow};

/// Hours in the list; the chart has all.
const HOURS: usize = 48;

#[derive(Template)]
#[template(path = "violation.html")]
struct OneViolation {
    frame: Frame,
    id: String,
    /// `None`: there is none, or it is not known.
    shown: Option<Shown>,
}

struct Shown {
    group: GroupView,
    class_words: &'static str,
    doubt: bool,
    reason: String,
    kind: String,
    source: Option<String>,
    digest: Option<String>,
    generation: Option<String>,
    proposed: Vec<String>,
    withheld: Vec<String>,
    pages: Vec<Counted>,
    browsers: Vec<Counted>,
    hours: Vec<(Moment, u64)>,
    more_hours: usize,
    script: Option<String>,
    json: String,
}

/// `GET /violations/{id}`.
pub(super) async fn page(
    FromState(state): FromState<State>,
    caller: Caller,
    Path(id): Path<String>,
) -> Response {
    let now = state.clock.now();
    let mut frame = Frame::of(&state, Place::Violations, &caller);
    let asked: Option<Fingerprint> = id.parse().ok();
    let (status, shown) = match asked {
        None => (StatusCode::NOT_FOUND, None),
        Some(asked) => {
            let answer = state.archive.ask(move |store| {
                let filter = Filter { id: Some(asked), ..Filter::default() };
                Ok((store.violation(asked)?, store.hours(&filter)?))
            });
            match frame.answered(answer.await) {
                Some((Some(row), hours)) => {
                    let snapshot = state.published.load_full();
                    (StatusCode::OK, Some(Shown::of(&row, &hours, &snapshot, now)))
                }
                Some((None, _)) => (StatusCode::NOT_FOUND, None),
                None => (StatusCode::OK, None),
            }
        }
    };
    (status, show(&OneViolation { frame, id, shown })).into_response()
}

impl Shown {
    fn of(row: &ViolationRow, hours: &[HourRow], snapshot: &Snapshot, now: Timestamp) -> Self {
        let violation = &row.violation;
        let advice = match violation.class {
            Class::PolicyFault | Class::Unjoined => suggest(std::slice::from_ref(row), snapshot, false, now),
            Class::StoppedAsMeant | Class::NeverServed | Class::ForgedOrStale | Class::Notice => {
                Advice::default()
            }
        };
        let is_script = violation.directive.starts_with("script-src") || violation.directive == "script";
        let named = violation.digest.as_deref().filter(|_| violation.blocked == "inline");
        let named = named.unwrap_or(&violation.blocked);
        let script = (is_script && (named.contains("://") || named.starts_with("sha")))
            .then(|| link("/scripts", [("site", violation.site.as_str()), ("text", named)]));
        let last = hours.iter().rev().take(HOURS);
        Self {
            group: GroupView::new(row, now),
            class_words: class_words(violation.class),
            doubt: row.networks < 3,
            reason: violation.reason.clone(),
            kind: violation.kind.clone(),
            source: violation.source.clone(),
            digest: violation.digest.clone(),
            generation: row.generation.clone(),
            proposed: advice.suggestions.iter().map(fragment).collect(),
            withheld: advice.withheld.into_iter().map(|withheld| withheld.why).collect(),
            pages: row.pages.clone(),
            browsers: row.browsers.clone(),
            hours: last.map(|hour| (Moment::new(hour.hour, now), hour.count)).collect(),
            more_hours: hours.len().saturating_sub(HOURS),
            script,
            json: format!("/api/reports/{}", row.id),
        }
    }
}
