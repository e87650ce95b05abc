//! How something that is reloaded stands: what is in force, since when, and whether a later change was
//! refused. Told to metrics, readiness and the operators' window from this one place.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use serde::Serialize;

/// What is in force, and what was refused since.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, schemars::JsonSchema)]
#[schemars(rename = "Loaded")]
pub struct Standing {
    /// The name of what is in force: a generation, a certificate's digest.
    pub version: String,
    /// Since when.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub since: Timestamp,
    /// The last change, where it was refused.
    pub refused: Option<Refusal>,
}

/// A change that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Refusal {
    /// When.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    /// Why, in lines for people.
    pub why: String,
}

/// Keeps the [`Standing`] of one thing, and its metrics. Cheap to clone; clones are one.
#[derive(Debug, Clone, Default)]
pub struct Reloads {
    standing: Arc<Mutex<Standing>>,
    outcomes: Family<[(&'static str, &'static str); 1], Counter>,
    good: Gauge,
    loaded_at: Gauge,
    refused_at: Gauge,
}

impl Reloads {
    pub(super) fn registered(registry: &mut Registry, prefix: &'static str) -> Self {
        let reloads = Self::default();
        let registry = registry.sub_registry_with_prefix(prefix);
        registry.register("reloads", "Looks at changed files, by what came of it", reloads.outcomes.clone());
        registry.register(
            "last_reload_good",
            "1 where the files as they are now are in force, 0 where they were refused",
            reloads.good.clone(),
        );
        registry.register(
            "loaded_timestamp_seconds",
            "When what is in force was loaded",
            reloads.loaded_at.clone(),
        );
        registry.register(
            "refused_timestamp_seconds",
            "When a change was last refused; 0: never",
            reloads.refused_at.clone(),
        );
        reloads
    }

    /// What was loaded at the start.
    pub fn begin(&self, version: String, at: Timestamp) {
        *self.lock() = Standing { version, since: at, refused: None };
        self.loaded_at.set(at.as_second());
        self.good.set(1);
    }

    /// A change is in force.
    pub fn loaded(&self, version: String, at: Timestamp) {
        self.begin(version, at);
        self.count("loaded");
    }

    /// A change was refused; what was in force stays.
    pub fn refused(&self, why: String, at: Timestamp) {
        self.lock().refused = Some(Refusal { at, why });
        self.refused_at.set(at.as_second());
        self.good.set(0);
        self.count("refused");
    }

    /// Something happened to the files, but their content is what it was.
    pub fn unchanged(&self) {
        self.count("unchanged");
    }

    /// How it stands now.
    pub fn standing(&self) -> Standing {
        self.lock().clone()
    }

    fn count(&self, outcome: &'static str) {
        self.outcomes.get_or_create(&[("outcome", outcome)]).inc();
    }

    fn lock(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the admin address reloads.
#[derive(Debug, Clone)]
pub struct AdminReloads {
    /// Its certificate.
    pub certificate: Reloads,
    /// Who may come in.
    pub tokens: Reloads,
    certificate_ends: Gauge,
}

impl AdminReloads {
    pub(super) fn registered(registry: &mut Registry) -> Self {
        let certificate_ends = Gauge::default();
        registry.register(
            "admin_certificate_ends_timestamp_seconds",
            "When the certificate of the admin address ends",
            certificate_ends.clone(),
        );
        Self {
            certificate: Reloads::registered(registry, "admin_certificate"),
            tokens: Reloads::registered(registry, "admin_tokens"),
            certificate_ends,
        }
    }

    /// When its certificate ends, in seconds since 1970.
    pub fn certificate_ends(&self, at: i64) {
        self.certificate_ends.set(at);
    }
}
