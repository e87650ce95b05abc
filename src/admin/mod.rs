//! The operator's window, on its own listener: pages for people, the same as JSON for programs, and the endpoints
//! that a platform asks.
//!
//! Nothing that lets a script run can be changed here: a look at changed files can be asked for, and a person may
//! say what they have seen. Everything it shows came from strangers (pages, browsers), so templates escape every
//! value, and its own CSP lets nothing run but the console's one script.

mod guard;
mod listen;
mod findings;
mod explaining;
mod access;
mod routes;
mod work;
#[cfg(test)]
mod fixture;
mod console;
mod api;
mod asked;
mod act;
mod ready;
mod body;
mod openapi;
mod operations;
mod books;
mod judged;
mod register;

use std::io;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Extension, State as FromState};
use axum::http::header::CONTENT_TYPE;
use axum::middleware;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use tokio::net::TcpListener;

use routes::Routes;

use crate::alert::Alerts;
use crate::clock::Clock;
use crate::drift::Reviews;
use crate::headers::Headers;
use crate::policy::PublishedSnapshot;
use crate::store::{Archive, Store};
use crate::telemetry::Metrics;
use crate::transport::tls::PublishedTls;

pub use access::{
    Access, AccessConfig, Holder, NameError, NoRandomness, PublishedTokens, Role, RoleError, Token,
    TokenBook, TokenDigest,
};
pub use books::Sources;
pub use explaining::Explaining;
pub use findings::{Findings, Found};
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
    /// What is said of the policies.
    pub findings: Findings,
    /// For explaining a page, where there are policies.
    pub explaining: Option<Explaining>,
    /// What somebody outside is told, and who has seen it.
    pub alerts: Alerts,
    /// What security headers the application sends.
    pub headers: Headers,
    /// For saying that somebody looked at what an evergreen script serves, where vendors are looked at.
    pub reviews: Option<Reviews>,
    /// Where scripts are, beside the snapshot in force.
    pub sources: Sources,
    /// Who may come in.
    pub access: Access,
}

/// The longest body that is read.
const BODY: usize = 16 * 1024;

/// Serves the admin address until `shutdown` resolves, with TLS where `tls` is there. It answers only to addresses
/// and names of its own, so that a web page can't read it by pointing a name there.
pub async fn serve(
    listener: TcpListener,
    tls: Option<PublishedTls>,
    state: State,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    let guarded = guard::Guard::of(address, &state.access);
    let limits = listen::Limits::of(address, &state.access);
    let (books, keeper) = books::Books::new(&state);
    let router = routes(state).into_router().layer(Extension(books)).layer(DefaultBodyLimit::max(BODY));
    let router = router.layer(middleware::from_fn_with_state(guarded, guard::guard));
    tokio::select! {
        () = listen::serve(listener, tls, limits, router, shutdown) => Ok(()),
        () = keeper.run() => Ok(()),
    }
}

/// The table.
fn routes(state: State) -> Routes {
    let open_metrics = state.access.open_metrics();
    let metrics = get(async |FromState(state): FromState<State>| open_metrics_text(state.metrics.encode()));
    let routes = console::routes(Routes::new(state))
        .open("/login", get(access::login_form).post(access::log_in))
        .open("/live", get(async || "live\n"))
        .open("/ready", get(ready::ready))
        .quiet_act("/logout", Role::View, "log-out", post(access::log_out))
        .view("/api/openapi.json", get(openapi::openapi))
        .view("/api/reports", get(asked::reports))
        .view("/api/reports/hours", get(asked::hours))
        .view("/api/reports/{id}", get(asked::report))
        .view("/api/scripts", get(asked::scripts))
        .view("/api/register", get(register::register))
        .view("/api/drift", get(api::drift))
        .view("/api/events", get(asked::events))
        .view("/api/policy", get(api::policy))
        .view("/api/alerts", get(api::alerts))
        .view("/api/headers", get(api::headers))
        .act("/api/alerts/{id}/acknowledge", Role::Acknowledge, "acknowledge-alert", post(act::acknowledge))
        .act("/alerts/acknowledge", Role::Acknowledge, "acknowledge-alert", post(act::acknowledge_form))
        .act("/api/drift/{site}/{script}/seen", Role::Acknowledge, "hold-against-bytes", post(act::reviewed))
        .act("/api/headers/accept", Role::Acknowledge, "accept-headers", post(act::accept))
        .act("/headers/accept", Role::Acknowledge, "accept-headers", post(act::accept_form))
        .act("/api/reload", Role::Operate, "reload", post(ready::reload));
    if open_metrics { routes.open("/metrics", metrics) } else { routes.view("/metrics", metrics) }
}

/// <https://prometheus.io/docs/specs/om/open_metrics_spec/#overall-structure>
fn open_metrics_text(text: String) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
}
