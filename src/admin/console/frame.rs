//! What is around every page: where one is, who asks, how many alerts nobody has seen, and what is wrong with the
//! store.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::assets::Asset;
use crate::admin::State;
use crate::admin::access::{Caller, Role};
use crate::store::DatabaseError;

/// A page of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::admin) enum Place {
    Overview,
    Scripts,
    Violations,
    Alerts,
    Headers,
    Policy,
    Explain,
}

impl Place {
    /// In the order of the navigation.
    const ALL: [Self; 7] = [
        Self::Overview,
        Self::Scripts,
        Self::Violations,
        Self::Alerts,
        Self::Headers,
        Self::Policy,
        Self::Explain,
    ];

    /// Whether it is kept up to date while somebody looks at it. To explain asks the application.
    const fn is_live(self) -> bool {
        !matches!(self, Self::Explain)
    }

    /// What people call it.
    const fn name(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Scripts => "Scripts",
            Self::Violations => "Violations",
            Self::Alerts => "Alerts",
            Self::Headers => "Headers",
            Self::Policy => "Policy",
            Self::Explain => "Explain",
        }
    }

    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Overview => "/",
            Self::Scripts => "/scripts",
            Self::Violations => "/violations",
            Self::Alerts => "/alerts",
            Self::Headers => "/headers",
            Self::Policy => "/policy",
            Self::Explain => "/explain",
        }
    }
}

/// A link of the navigation.
pub(in crate::admin) struct Link {
    pub(in crate::admin) name: &'static str,
    pub(in crate::admin) path: &'static str,
    pub(in crate::admin) here: bool,
    pub(in crate::admin) badge: Option<usize>,
}

/// What `frame.html` needs: the field `frame` of every page.
pub(in crate::admin) struct Frame {
    place: Place,
    caller: Caller,
    alerts: usize,
    pub(in crate::admin) version: &'static str,
    pub(in crate::admin) style: &'static Asset,
    pub(in crate::admin) script: &'static Asset,
    pub(in crate::admin) seal: &'static Asset,
    pub(in crate::admin) live: bool,
    /// What could not be had, in the database's words.
    pub(in crate::admin) troubles: Vec<String>,
}

impl Frame {
    pub(in crate::admin) fn of(state: &State, place: Place, caller: &Caller) -> Self {
        let alerts = state.alerts.all().iter().filter(|standing| standing.acknowledged.is_none()).count();
        Self {
            place,
            caller: caller.clone(),
            alerts,
            version: env!("CARGO_PKG_VERSION"),
            style: Asset::style(),
            script: Asset::script(),
            seal: Asset::seal(),
            live: place.is_live(),
            troubles: Vec::new(),
        }
    }

    /// What the store answered; where it did not, the page says so at its top, and `None`.
    pub(in crate::admin) fn answered<T>(&mut self, answer: Result<T, DatabaseError>) -> Option<T> {
        match answer {
            Ok(answer) => Some(answer),
            Err(error) => {
                let words = error.to_string();
                if !self.troubles.contains(&words) {
                    self.troubles.push(words);
                }
                None
            }
        }
    }

    pub(in crate::admin) fn links(&self) -> Vec<Link> {
        let link = |place: &Place| Link {
            name: place.name(),
            path: place.path(),
            here: *place == self.place,
            badge: self.badge(*place),
        };
        let may = |place: &&Place| **place != Place::Explain || self.caller.may(Role::Operate);
        Place::ALL.iter().filter(may).map(link).collect()
    }

    /// How many alerts nobody has seen; `None` where the number has no place.
    fn badge(&self, place: Place) -> Option<usize> {
        (place == Place::Alerts && self.alerts > 0).then_some(self.alerts)
    }

    /// The name of whoever asks.
    pub(in crate::admin) fn caller(&self) -> Option<&str> {
        self.caller.name()
    }

    /// What they may do.
    pub(in crate::admin) fn role(&self) -> Role {
        self.caller.role()
    }

    /// What a form carries in the field `form`; there is none outside sessions.
    pub(in crate::admin) fn form_token(&self) -> Option<&str> {
        self.caller.form_token()
    }

    /// Whether whoever asks may say what they have seen: only then there are forms for it.
    pub(in crate::admin) fn may_acknowledge(&self) -> bool {
        self.caller.may(Role::Acknowledge)
    }
}

/// A page as an answer.
pub(in crate::admin) fn show(page: &impl Template) -> Response {
    match page.render() {
        Ok(page) => Html(page).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
