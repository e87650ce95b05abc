//! The operator's window, on its own listener: pages for people, the same as JSON for programs, and the endpoints
//! that a platform asks.
//!
//! Nothing that lets a script run can be changed here: a look at changed files can be asked for, and a person may
//! say what they have seen. Everything it shows came from strangers (pages, browsers), so templates escape every
//! value, and its own CSP lets nothing run but the console's one script.

mod guard;
mod listen;
mod caller;
mod console;
mod api;
mod asked;
mod act;
mod ready;
mod openapi;
mod operations;
mod books;
mod judged;
mod register;

use std::io;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Extension, State as FromState};
use axum::http::header::CONTENT_TYPE;
use axum::middleware;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use tokio::net::TcpListener;

use crate::alert::Alerts;
use crate::clock::Clock;
use crate::drift::Reviews;
use crate::headers::Headers;
use crate::policy::PublishedSnapshot;
use crate::store::{Archive, Store};
use crate::telemetry::Metrics;

pub use books::Sources;
pub use ready::Reloaded;

/// Looks at policies and certificate at once. `None`: the process is ending.
pub type Reload = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Option<Vec<Reloaded>>> + Send>> + Send + Sync>;

/// What the pages are made from.
#[derive(Clone)]
pub struct State {
    /// The policies in force.
    pub published: PublishedSnapshot,
    /// What was observed.
    pub store: Arc<dyn Store>,
    /// For asking the database.
    pub archive: Archive,
    /// The time, for "3 minutes ago".
    pub clock: Clock,
    /// The text of `/metrics`, and how what is reloaded stands.
    pub metrics: Metrics,
    /// For `POST /api/reload`.
    pub reload: Reload,
    /// What somebody outside is told, and who has seen it.
    pub alerts: Alerts,
    /// What security headers the application sends.
    pub headers: Headers,
    /// For saying that somebody looked at what an evergreen script serves, where vendors are looked at.
    pub reviews: Option<Reviews>,
    /// Where scripts are, beside the snapshot in force.
    pub sources: Sources,
}

/// The longest body that is read.
const BODY: usize = 16 * 1024;

/// Serves the admin address until `shutdown` resolves. Bound to a loopback address, it answers only to
/// loopback names, so that a web page can't read it by pointing a name of its own there.
pub async fn serve(
    listener: TcpListener,
    state: State,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let access = guard::Access::of(listener.local_addr()?);
    let (books, keeper) = books::Books::new(&state);
    let router = router(state).layer(Extension(books));
    let router = router.layer(middleware::from_fn_with_state(access, guard::guard));
    let serving = axum::serve(listen::Bounded::new(listener), router).with_graceful_shutdown(shutdown);
    tokio::select! {
        served = serving => served,
        () = keeper.run() => Ok(()),
    }
}

fn router(state: State) -> Router {
    Router::new()
        .merge(console::router())
        .route("/api/openapi.json", get(openapi::openapi))
        .route("/api/reports", get(asked::reports))
        .route("/api/reports/hours", get(asked::hours))
        .route("/api/reports/{id}", get(asked::report))
        .route("/api/scripts", get(asked::scripts))
        .route("/api/register", get(register::register))
        .route("/api/drift", get(api::drift))
        .route("/api/events", get(asked::events))
        .route("/api/policy", get(api::policy))
        .route("/api/alerts", get(api::alerts))
        .route("/api/alerts/{id}/acknowledge", post(act::acknowledge))
        .route("/alerts/acknowledge", post(act::acknowledge_form))
        .route("/api/drift/{site}/{script}/seen", post(act::reviewed))
        .route("/api/headers", get(api::headers))
        .route("/api/headers/accept", post(act::accept))
        .route("/headers/accept", post(act::accept_form))
        .route("/live", get(async || "live\n"))
        .route("/ready", get(ready::ready))
        .route("/api/reload", post(ready::reload))
        .route(
            "/metrics",
            get(async |FromState(state): FromState<State>| open_metrics(state.metrics.encode())),
        )
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(state)
}

/// <https://prometheus.io/docs/specs/om/open_metrics_spec/#overall-structure>
fn open_metrics(text: String) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
}
