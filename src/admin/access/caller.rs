//! Who asks, and in which role.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::book::Holder;
use super::role::Role;
use super::session::SessionId;
use crate::admin::State;

/// Who asks, and in which role.
#[derive(Debug, Clone)]
pub(in crate::admin) struct Caller {
    name: Option<Arc<str>>,
    role: Role,
    from: IpAddr,
    form_token: Option<Arc<str>>,
}

/// Who asks, where that is known: what the gate puts on every request.
#[derive(Debug, Clone)]
pub(in crate::admin) struct Asker(pub(in crate::admin) Option<Caller>);

impl Caller {
    /// Somebody at this address, without a name: nobody needs a token here.
    pub(super) const fn unnamed(from: IpAddr) -> Self {
        Self { name: None, role: Role::Operate, from, form_token: None }
    }

    /// Whose token it is.
    pub(super) fn holding(holder: &Holder, from: IpAddr) -> Self {
        Self { name: Some(Arc::clone(&holder.name)), role: holder.role, from, form_token: None }
    }

    /// The same, in a session.
    pub(super) fn in_session(self, id: &SessionId) -> Self {
        Self { form_token: Some(id.form_token().into()), ..self }
    }

    /// The name of their token; `None` where nobody needs one.
    pub(in crate::admin) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What they may do.
    pub(in crate::admin) const fn role(&self) -> Role {
        self.role
    }

    /// Whether they may do what needs a role: pages show only forms that would be taken.
    pub(in crate::admin) fn may(&self, role: Role) -> bool {
        self.role >= role
    }

    /// Where they are.
    pub(in crate::admin) const fn from(&self) -> IpAddr {
        self.from
    }

    /// What a form has to carry in a field named `form`; `None` outside sessions.
    pub(in crate::admin) fn form_token(&self) -> Option<&str> {
        self.form_token.as_deref()
    }
}

impl FromRequestParts<State> for Caller {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _state: &State) -> Result<Self, StatusCode> {
        let asker = parts.extensions.get::<Asker>();
        // A route without a role has nobody to name; the gate lets nobody to the others.
        asker.and_then(|asker| asker.0.clone()).ok_or(StatusCode::UNAUTHORIZED)
    }
}
