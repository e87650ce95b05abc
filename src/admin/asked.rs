//! Lists of the store as JSON, a part at a time: `{rows, next}`. What a parameter may be is what the command line
//! takes; one that is wrong is named.

use axum::Json;
use axum::extract::{Path, RawQuery, State as FromState};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::State;
use super::console::explanation;
use crate::reports::{in_words, what_to_do};
use crate::store::{
    AskError, DatabaseError, Event, EventKind, Filter, Fingerprint, HourRow, Paging, Part, Question,
    ScriptFilter, ScriptSeenRow, ViolationRow, page,
};

/// Why a question has no answer.
pub(super) enum Refused {
    /// A parameter is wrong.
    Parameter(AskError),
    /// There is no such thing.
    Missing(&'static str),
    /// The store did not answer.
    Store(DatabaseError),
    /// Not yet.
    Later(&'static str),
}

/// Why there is no answer, as JSON.
#[derive(Serialize, JsonSchema)]
pub(super) struct Problem {
    /// In a sentence.
    error: String,
    /// The parameter that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
}

impl From<AskError> for Refused {
    fn from(error: AskError) -> Self {
        Self::Parameter(error)
    }
}

impl From<DatabaseError> for Refused {
    fn from(error: DatabaseError) -> Self {
        Self::Store(error)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let because = |error: String| Problem { error, parameter: None };
        let (status, body) = match self {
            Self::Parameter(AskError { name, why }) => {
                (StatusCode::BAD_REQUEST, Problem { error: why, parameter: Some(name) })
            }
            Self::Later(why) => (StatusCode::SERVICE_UNAVAILABLE, because(why.to_owned())),
            Self::Missing(what) => (StatusCode::NOT_FOUND, because(what.to_owned())),
            Self::Store(error) => {
                // What is wrong with the database is the operator's, who asks here.
                let status = if error.is_for_now() {
                    StatusCode::SERVICE_UNAVAILABLE
                } else {
                    StatusCode::INTERNAL_SERVER_ERROR
                };
                (status, because(error.to_string()))
            }
        };
        (status, Json(body)).into_response()
    }
}

/// The parameters of a request, in order.
pub(super) fn parameters(query: Option<String>) -> Vec<(String, String)> {
    let query = query.unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

pub(super) fn question(state: &State, query: Option<String>) -> Result<Question, Refused> {
    let now = state.clock.now();
    let mut question = Question::everything();
    for (name, value) in parameters(query) {
        question.set(&name, &value, now)?;
    }
    Ok(question)
}

/// A group of reports, with what it means.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Violation")]
pub(super) struct Group {
    #[serde(flatten)]
    row: ViolationRow,
    /// In a sentence.
    means: String,
    /// What to do about it, if anything.
    to_do: Option<String>,
}

/// A group of reports, and when they came.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ViolationByHour")]
pub(super) struct GroupByHour {
    #[serde(flatten)]
    group: Group,
    hours: Vec<HourRow>,
}

/// Reports by hour and class, the first hour first.
#[derive(Serialize, JsonSchema)]
pub(super) struct Hours {
    hours: Vec<HourRow>,
}

impl Group {
    fn of(row: ViolationRow) -> Self {
        Self { means: in_words(&row.violation, row.page()), to_do: what_to_do(&row.violation), row }
    }
}

/// `GET /api/reports`: what browsers reported.
pub(super) async fn reports(
    FromState(state): FromState<State>,
    RawQuery(query): RawQuery,
) -> Result<Json<Part<Group>>, Refused> {
    let Question { filter, order, paging } = question(&state, query)?;
    let part = state.archive.ask(move |store| store.violations(&filter, order, &paging)).await?;
    Ok(Json(Part { rows: part.rows.into_iter().map(Group::of).collect(), next: part.next }))
}

/// `GET /api/reports/hours`: how many, by hour and class.
pub(super) async fn hours(
    FromState(state): FromState<State>,
    RawQuery(query): RawQuery,
) -> Result<Json<Hours>, Refused> {
    let filter = question(&state, query)?.filter;
    Ok(Json(Hours { hours: state.archive.ask(move |store| store.hours(&filter)).await? }))
}

/// `GET /api/reports/{id}`: one group, and its hours.
pub(super) async fn report(
    FromState(state): FromState<State>,
    Path(id): Path<String>,
) -> Result<Json<GroupByHour>, Refused> {
    let wrong =
        |error: crate::store::FingerprintError| AskError { name: "id".to_owned(), why: error.to_string() };
    let id: Fingerprint = id.parse().map_err(wrong)?;
    let asked = state.archive.ask(move |store| {
        let row = store.violation(id)?;
        let filter = Filter { id: Some(id), ..Filter::default() };
        Ok((row, store.hours(&filter)?))
    });
    let (row, hours) = asked.await?;
    let row = row.ok_or(Refused::Missing("no group of reports has this id"))?;
    Ok(Json(GroupByHour { group: Group::of(row), hours }))
}

/// A script seen, with the sentence for its reason.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ScriptInPages")]
pub(super) struct Script {
    #[serde(flatten)]
    row: ScriptSeenRow,
    /// What the reason means.
    explanation: &'static str,
}

/// `GET /api/scripts`: scripts seen in pages, most recent first.
pub(super) async fn scripts(
    FromState(state): FromState<State>,
    RawQuery(query): RawQuery,
) -> Result<Json<Part<Script>>, Refused> {
    let mut filter = ScriptFilter::default();
    let mut paging = Paging::first(Question::ROWS);
    for (name, value) in parameters(query) {
        let wrong = |why: &str| AskError { name: name.clone(), why: why.to_owned() };
        match name.as_str() {
            "site" => filter.site = Some(value),
            "page" => filter.page = Some(value),
            "text" => filter.text = Some(value),
            "stops" => filter.stops = Some(value.parse().map_err(|_error| wrong("write true or false"))?),
            "limit" | "after" => page(&mut paging, &name, &value)?,
            _ => return Err(wrong("it is none of site, page, text, stops, limit, after").into()),
        }
    }
    let Part { rows, next } = state.archive.ask(move |store| store.scripts(&filter, &paging)).await?;
    let rows =
        rows.into_iter().map(|row| Script { explanation: explanation(&row.seen.reason), row }).collect();
    Ok(Json(Part { rows, next }))
}

/// `GET /api/events`: what an operator should read, most recent first.
pub(super) async fn events(
    FromState(state): FromState<State>,
    RawQuery(query): RawQuery,
) -> Result<Json<Part<Event>>, Refused> {
    let mut kind: Option<EventKind> = None;
    let mut paging = Paging::first(Question::ROWS);
    for (name, value) in parameters(query) {
        let wrong = |why: &str| AskError { name: name.clone(), why: why.to_owned() };
        match name.as_str() {
            "kind" => {
                let known: Result<EventKind, _> = serde_json::from_value(Value::String(value));
                kind = Some(known.map_err(|_error| wrong("it is no kind of event, such as script-stopped"))?);
            }
            "limit" | "after" => page(&mut paging, &name, &value)?,
            _ => return Err(wrong("it is none of kind, limit, after").into()),
        }
    }
    Ok(Json(state.archive.ask(move |store| store.events(kind, &paging)).await?))
}
