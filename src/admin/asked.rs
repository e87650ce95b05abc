//! Lists of the store as JSON, a part at a time: `{rows, next}`. What a parameter may be is what the command line
//! takes; one that is wrong is named.

use axum::Json;
use axum::extract::{Path, RawQuery, State as FromState};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};

use super::State;
use super::view::explanation;
use crate::reports::{in_words, what_to_do};
use crate::store::{
    AskError, DatabaseError, EventKind, Filter, Fingerprint, Paging, Part, Question, ScriptFilter,
    ScriptSeenRow, ViolationRow, page,
};

/// Why a question has no answer.
pub(super) enum Refused {
    /// A parameter is wrong.
    Parameter(AskError),
    /// There is no such thing.
    Missing(&'static str),
    /// The store did not answer.
    Store(DatabaseError),
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
        let (status, body) = match self {
            Self::Parameter(AskError { name, why }) => {
                (StatusCode::BAD_REQUEST, json!({ "error": why, "parameter": name }))
            }
            Self::Missing(what) => (StatusCode::NOT_FOUND, json!({ "error": what })),
            Self::Store(error) => {
                // What is wrong with the database is the operator's, who asks here.
                let status = if error.is_for_now() {
                    StatusCode::SERVICE_UNAVAILABLE
                } else {
                    StatusCode::INTERNAL_SERVER_ERROR
                };
                (status, json!({ "error": error.to_string() }))
            }
        };
        (status, Json(body)).into_response()
    }
}

/// The parameters of a request, in order.
fn parameters(query: Option<String>) -> Vec<(String, String)> {
    let query = query.unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

fn question(state: &State, query: Option<String>) -> Result<Question, Refused> {
    let now = state.clock.now();
    let mut question = Question::everything();
    for (name, value) in parameters(query) {
        question.set(&name, &value, now)?;
    }
    Ok(question)
}

/// A group of reports, with what it means.
#[derive(Serialize)]
struct Group {
    #[serde(flatten)]
    row: ViolationRow,
    means: String,
    to_do: Option<String>,
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
) -> Result<Json<Value>, Refused> {
    let Question { filter, order, paging } = question(&state, query)?;
    let part = state.archive.ask(move |store| store.violations(&filter, order, &paging)).await?;
    let rows: Vec<Group> = part.rows.into_iter().map(Group::of).collect();
    Ok(Json(json!({ "rows": rows, "next": part.next })))
}

/// `GET /api/reports/hours`: how many, by hour and class.
pub(super) async fn hours(
    FromState(state): FromState<State>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refused> {
    let filter = question(&state, query)?.filter;
    let hours = state.archive.ask(move |store| store.hours(&filter)).await?;
    Ok(Json(json!({ "hours": hours })))
}

/// `GET /api/reports/{id}`: one group, and its hours.
pub(super) async fn report(
    FromState(state): FromState<State>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refused> {
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
    let mut json = json!(Group::of(row));
    if let Some(fields) = json.as_object_mut() {
        fields.insert("hours".to_owned(), json!(hours));
    }
    Ok(Json(json))
}

/// A script seen, with the sentence for its reason.
#[derive(Serialize)]
struct Script {
    #[serde(flatten)]
    row: ScriptSeenRow,
    explanation: &'static str,
}

/// `GET /api/scripts`: scripts seen in pages, most recent first.
pub(super) async fn scripts(
    FromState(state): FromState<State>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refused> {
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
    let rows: Vec<Script> =
        rows.into_iter().map(|row| Script { explanation: explanation(&row.seen.reason), row }).collect();
    Ok(Json(json!({ "rows": rows, "next": next })))
}

/// `GET /api/events`: what an operator should read, most recent first.
pub(super) async fn events(
    FromState(state): FromState<State>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refused> {
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
    let part = state.archive.ask(move |store| store.events(kind, &paging)).await?;
    Ok(Json(json!(part)))
}
