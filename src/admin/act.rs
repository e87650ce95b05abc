//! What an operator may do here: say that an alert was seen, and that the application's headers are as they should
//! be. Neither lets a script run. By JSON for programs, by forms for the page.

use axum::extract::{Form, Path, State as FromState};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};

use super::State;
use super::access::{About, Caller};
use crate::alert::Standing;
use crate::drift::{Review, Reviewed};
use crate::telemetry::shown;

/// Characters of a name, and of a reason.
const NAME: usize = 200;
const REASON: usize = 1000;

/// Who says so, and why. Whoever came with a token is who the token says, whatever they say.
#[derive(Deserialize, schemars::JsonSchema)]
pub(super) struct Who {
    #[serde(default)]
    by: String,
    because: Option<String>,
}

impl Who {
    /// Fit to be told; `None` where nobody is named.
    fn fit(&self, caller: &Caller) -> Option<(String, Option<String>)> {
        let by = shown(caller.name().unwrap_or(self.by.trim()), NAME);
        let because = self.because.as_deref().map(str::trim).filter(|text| !text.is_empty());
        (!by.is_empty()).then(|| (by, because.map(|text| shown(text, REASON))))
    }
}

/// An alert, by the page's form.
#[derive(Deserialize)]
pub(super) struct SeenForm {
    id: String,
    #[serde(flatten)]
    said: Who,
}

/// The pages of a rule.
#[derive(Deserialize, schemars::JsonSchema)]
pub(super) struct Accepting {
    site: String,
    rule: String,
    #[serde(flatten)]
    said: Who,
}

impl Accepting {
    fn pages(&self) -> String {
        format!("{} {}", self.site, self.rule)
    }
}

#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct AcceptedCount {
    accepted: usize,
}

const NOBODY: (StatusCode, &str) = (StatusCode::UNPROCESSABLE_ENTITY, "`by` names nobody.\n");
const NO_ALERT: (StatusCode, &str) =
    (StatusCode::NOT_FOUND, "No alert of this id stands: it is over, or was replaced by a later one.\n");
const NO_PAGE: (StatusCode, &str) =
    (StatusCode::NOT_FOUND, "No page of such a site and page rule was seen.\n");

/// `POST /api/alerts/{id}/acknowledge` with `{"by", "because"}`.
pub(super) async fn acknowledge(
    FromState(state): FromState<State>,
    caller: Caller,
    Path(id): Path<String>,
    Json(said): Json<Who>,
) -> Response {
    about(&id, answer(seen(&state, &caller, &id, &said)))
}

/// `POST /alerts/acknowledge`, from the page.
pub(super) async fn acknowledge_form(
    FromState(state): FromState<State>,
    caller: Caller,
    Form(form): Form<SeenForm>,
) -> Response {
    about(&form.id, back("/alerts", &seen(&state, &caller, &form.id, &form.said)))
}

/// `POST /api/headers/accept` with `{"site", "rule", "by", "because"}`.
pub(super) async fn accept(
    FromState(state): FromState<State>,
    caller: Caller,
    Json(accepting): Json<Accepting>,
) -> Response {
    about(&accepting.pages(), answer(accepted(&state, &caller, &accepting)))
}

/// `POST /headers/accept`, from the page.
pub(super) async fn accept_form(
    FromState(state): FromState<State>,
    caller: Caller,
    Form(accepting): Form<Accepting>,
) -> Response {
    about(&accepting.pages(), back("/headers", &accepted(&state, &caller, &accepting)))
}

/// Bytes that somebody looked at.
#[derive(Deserialize, schemars::JsonSchema)]
pub(super) struct Looked {
    digests: Vec<String>,
    #[serde(flatten)]
    said: Who,
}

#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct Held {
    held_against: Vec<String>,
}

/// `POST /api/drift/{site}/{script}/seen` with `{"digests", "by", "because"}`.
pub(super) async fn reviewed(
    FromState(state): FromState<State>,
    caller: Caller,
    Path((site, script)): Path<(String, String)>,
    Json(looked): Json<Looked>,
) -> Response {
    let what = format!("{site}/{script} {}", looked.digests.join(" "));
    about(&what, held(&state, &caller, site, script, looked).await)
}

async fn held(state: &State, caller: &Caller, site: String, script: String, looked: Looked) -> Response {
    let Some((by, because)) = looked.said.fit(caller) else { return NOBODY.into_response() };
    let Some(reviews) = &state.reviews else {
        return (StatusCode::NOT_FOUND, "Vendors are not looked at by this process.\n").into_response();
    };
    let digests = looked.digests;
    let review = Review { site, script, digests: digests.clone(), by, because };
    match reviews.tell(review).await {
        Some(Reviewed::Held) => Json(Held { held_against: digests }).into_response(),
        Some(Reviewed::Unknown) => (StatusCode::NOT_FOUND, "No such script is looked at.\n").into_response(),
        Some(Reviewed::Approved) => {
            let way_out = "Its bytes are approved, so other ones need an approval: countersign approve.\n";
            (StatusCode::CONFLICT, way_out).into_response()
        }
        Some(Reviewed::OtherBytes) => {
            let way_out = "It does not stand as serving these bytes: look again (GET /api/drift).\n";
            (StatusCode::CONFLICT, way_out).into_response()
        }
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn seen(
    state: &State,
    caller: &Caller,
    id: &str,
    said: &Who,
) -> Result<Standing, (StatusCode, &'static str)> {
    let (by, because) = said.fit(caller).ok_or(NOBODY)?;
    state.alerts.acknowledge(id, &by, because.as_deref()).ok_or(NO_ALERT)
}

fn accepted(
    state: &State,
    caller: &Caller,
    accepting: &Accepting,
) -> Result<AcceptedCount, (StatusCode, &'static str)> {
    let Accepting { site, rule, said } = accepting;
    let (by, because) = said.fit(caller).ok_or(NOBODY)?;
    let accepted = state.headers.accept(site, rule, &by, because.as_deref()).ok_or(NO_PAGE)?;
    Ok(AcceptedCount { accepted })
}

/// The answer, with what it was about, for whoever writes the act down.
fn about(what: &str, answer: Response) -> Response {
    (Extension(About(what.to_owned())), answer).into_response()
}

fn answer<T: Serialize>(done: Result<T, (StatusCode, &'static str)>) -> Response {
    match done {
        Ok(done) => Json(done).into_response(),
        Err(refused) => refused.into_response(),
    }
}

/// To the page that tells of it.
fn back<T>(to: &str, done: &Result<T, (StatusCode, &'static str)>) -> Response {
    match done {
        Ok(_) => Redirect::to(to).into_response(),
        Err(refused) => (*refused).into_response(),
    }
}
