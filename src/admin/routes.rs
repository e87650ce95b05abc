//! The table of routes: each names the least role that it needs, and what is written down of it. A route can't be
//! added otherwise.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;

use super::State;
use super::access::{Act, Gate, Needs, Role, gate};
use super::asked::Refused;

/// Routes, each behind its gate.
pub(super) struct Routes {
    state: State,
    router: Router<State>,
    table: Vec<(&'static str, Needs)>,
}

impl Routes {
    /// None yet.
    pub(super) fn new(state: State) -> Self {
        Self { state, router: Router::new(), table: Vec::new() }
    }

    /// Anybody may ask: what is needed to log in, and what a platform asks.
    pub(super) fn open(self, path: &'static str, methods: MethodRouter<State>) -> Self {
        self.add(path, Needs { role: None, act: None }, methods)
    }

    /// Something to look at.
    pub(super) fn view(self, path: &'static str, methods: MethodRouter<State>) -> Self {
        self.add(path, Needs { role: Some(Role::View), act: None }, methods)
    }

    /// Something to look at that makes the process do something: whoever does it writes it down.
    pub(super) fn operate(self, path: &'static str, methods: MethodRouter<State>) -> Self {
        self.add(path, Needs { role: Some(Role::Operate), act: None }, methods)
    }

    /// Something that is done: it goes into the evidence under this name, and becomes an event.
    pub(super) fn act(
        self,
        path: &'static str,
        role: Role,
        name: &'static str,
        methods: MethodRouter<State>,
    ) -> Self {
        self.add(path, Needs { role: Some(role), act: Some(Act { name, is_told: true }) }, methods)
    }

    /// The same without an event: nobody has to read it.
    pub(super) fn quiet_act(
        self,
        path: &'static str,
        role: Role,
        name: &'static str,
        methods: MethodRouter<State>,
    ) -> Self {
        self.add(path, Needs { role: Some(role), act: Some(Act { name, is_told: false }) }, methods)
    }

    /// What each route needs.
    #[cfg(test)]
    pub(super) fn table(&self) -> &[(&'static str, Needs)] {
        &self.table
    }

    /// All of them.
    pub(super) fn into_router(self) -> Router {
        let missing =
            async || Refused::Missing("there is no such page: the overview is /, the API /api/openapi.json");
        self.router.fallback(missing).with_state(self.state)
    }

    fn add(mut self, path: &'static str, needs: Needs, methods: MethodRouter<State>) -> Self {
        let gated = Gate { state: self.state.clone(), needs };
        self.router = self.router.route(path, methods.layer(from_fn_with_state(gated, gate)));
        self.table.push((path, needs));
        self
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;
    use crate::admin::access::{AccessConfig, Token};
    use crate::admin::fixture::Fixture;
    use crate::admin::routes;

    fn bearer(token: &Token) -> String {
        format!("Bearer {}", token.reveal())
    }

    /// A path that the route takes.
    fn sample(path: &str) -> String {
        path.replace("{id}", "0123456789abcdef0123456789abcdef").replace(['{', '}'], "")
    }

    #[tokio::test]
    async fn no_route_is_without_a_role_but_those_of_a_login_and_of_a_platform() {
        let fixture = Fixture::with(AccessConfig::default());
        let routes = routes(fixture.state.clone());
        let open = routes.table().iter().filter(|(_, needs)| needs.role.is_none()).map(|(path, _)| *path);
        let open: Vec<&str> = open.filter(|path| !path.starts_with("/assets/")).collect();
        assert_eq!(open, ["/login", "/live", "/ready"]);
        assert!(routes.table().len() > 20);
        for (path, needs) in routes.table().iter().filter(|(_, needs)| needs.role.is_some()) {
            for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS"] {
                let status = fixture.status(method, &sample(path), None).await;
                assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path} {needs:?}");
            }
        }
    }

    #[tokio::test]
    async fn each_role_is_let_to_its_routes_and_to_no_others() {
        let fixture = Fixture::with(AccessConfig::default());
        for role in Role::ALL {
            let token = bearer(&fixture.token(role.name(), role));
            for (path, needs) in routes(fixture.state.clone()).table() {
                let method = if needs.act.is_some() { "POST" } else { "GET" };
                let status = fixture.status(method, &sample(path), Some(("authorization", &token))).await;
                let forbidden = needs.role.is_some_and(|least| least > role);
                assert_eq!(status == StatusCode::FORBIDDEN, forbidden, "{role}: {method} {path}: {status}");
                assert_ne!(status, StatusCode::UNAUTHORIZED, "{role}: {method} {path}");
            }
        }
    }

    #[tokio::test]
    async fn metrics_need_a_token_unless_they_are_open() {
        let closed = Fixture::with(AccessConfig::default());
        assert_eq!(closed.status("GET", "/metrics", None).await, StatusCode::UNAUTHORIZED);
        let open = Fixture::with(AccessConfig { open_metrics: true, ..AccessConfig::default() });
        assert_eq!(open.status("GET", "/metrics", None).await, StatusCode::OK);
        assert_eq!(open.status("GET", "/api/events", None).await, StatusCode::UNAUTHORIZED);
    }

    #[tokio::test]
    async fn whoever_may_act_is_held_up_when_they_do_it_all_the_time() {
        let fixture = Fixture::with(AccessConfig::default());
        let token = bearer(&fixture.token("alice", Role::Operate));
        let mut held_up = 0;
        for _ in 0..200 {
            let status = fixture.status("POST", "/api/reload", Some(("authorization", &token))).await;
            held_up += usize::from(status == StatusCode::TOO_MANY_REQUESTS);
        }
        assert!(held_up > 0);
    }
}
