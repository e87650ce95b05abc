//! The table of routes: each names the least role that it needs, and what is written down of it. A route can't be
//! added otherwise.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;

use super::State;
use super::access::{Act, Gate, Needs, Role, gate};

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
        self.router.with_state(self.state)
    }

    fn add(mut self, path: &'static str, needs: Needs, methods: MethodRouter<State>) -> Self {
        let gated = Gate { state: self.state.clone(), needs };
        self.router = self.router.route(path, methods.layer(from_fn_with_state(gated, gate)));
        self.table.push((path, needs));
        self
    }
}
