//! What the data path tells the operator: counters for everything, a row for every script judged, and
//! an event in plain words the first time that something needs a person.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use super::error::ProxyError;
use super::exchange::Exchange;
use crate::clock::Clock;
use crate::html::Judged;
use crate::judge::{Action, Reason};
use crate::policy::Mode;
use crate::store::{Event, EventKind, ScriptSeen, Store};
use crate::telemetry::Metrics;

/// Different things told for one page rule and one kind of thing. Text that differs in each response
/// must not hide anything of another kind, nor fill the log.
const TOLD_EACH: usize = 200;
/// Characters of a script's URL that are kept.
const SCRIPT_LEN: usize = 512;

/// Shared by all workers.
pub struct Record {
    store: Arc<dyn Store>,
    clock: Clock,
    metrics: Metrics,
    told: Mutex<HashMap<Subject, HashSet<u64>>>,
}

/// Site, page rule, kind of thing. The page rule's place and the kinds are ours, so there are only as
/// many as the policies have rules.
type Subject = (String, u16, &'static str);

/// Whether something is told.
#[derive(Debug, PartialEq, Eq)]
enum First {
    Yes,
    /// The first one beyond the limit.
    Last,
    No,
}

impl Record {
    /// With nothing told yet.
    pub fn new(store: Arc<dyn Store>, clock: Clock, metrics: Metrics) -> Self {
        Self { store, clock, metrics, told: Mutex::default() }
    }

    /// The counters.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// A script was judged in a page.
    pub fn judged(&self, exchange: &Exchange, judged: &Judged) {
        let (action, reason) = (judged.verdict.action(), judged.verdict.reason());
        self.metrics.verdict(action.name(), reason.code());
        let enforced = exchange.grants.mode == Mode::Enforce;
        let script: String = judged.script.chars().take(SCRIPT_LEN).collect();
        match action {
            Action::Quarantine | Action::Strip if enforced => {
                self.stopped(exchange, judged.kind, &script, reason);
            }
            Action::Quarantine
            | Action::Strip
            | Action::Pin(_)
            | Action::Allow(_)
            | Action::Release
            | Action::Keep => {}
        }
        self.store.script_seen(ScriptSeen {
            site: exchange.site.name.to_string(),
            page: exchange.rule.clone(),
            kind: judged.kind,
            script,
            verdict: action.name(),
            reason: reason.code(),
            enforced,
        });
    }

    fn stopped(&self, exchange: &Exchange, kind: &'static str, script: &str, reason: Reason) {
        let message = match self.first(exchange, kind, script) {
            First::No => return,
            First::Yes => format!(
                "Stopped a script on {}{}: {} ({kind}), because {}. {}",
                exchange.site.name,
                exchange.path,
                script,
                reason.explanation(),
                way_out(kind, reason),
            ),
            First::Last => format!(
                "Stopped more than {TOLD_EACH} different scripts ({kind}) on pages {} of {}; further ones \
                 are counted but not told. If the site's own scripts differ in each response, move what \
                 differs into a data block (`<script type=\"application/json\">`).",
                exchange.rule, exchange.site.name,
            ),
        };
        tracing::warn!(exchange = %exchange.id, reason = reason.code(), "{message}");
        self.event(EventKind::ScriptStopped, message, Some(&exchange.id));
    }

    /// A response was refused, or an exchange could not be answered otherwise.
    pub fn refused(&self, id: &str, what: &str, error: &ProxyError) {
        let kind = error.kind();
        self.metrics.refusal(kind.code());
        tracing::warn!(
            exchange = id,
            side = kind.side().name(),
            kind = kind.code(),
            cause = %error,
            "answered {what} with an error page",
        );
    }

    /// A response could not be judged, so it was refused or cut: an event, with advice.
    pub fn unjudged(&self, exchange: &Exchange, error: &ProxyError, advice: &str) {
        let message = format!("{}{}: {error}. {advice}", exchange.site.name, exchange.path);
        self.event(EventKind::ResponseRefused, message, Some(&exchange.id));
    }

    /// The same where a visitor can bring it about at will: told once for each page rule and path, so
    /// that nobody pushes other news out of the list.
    pub fn unjudged_by_request(&self, exchange: &Exchange, error: &ProxyError) {
        let kind = error.kind();
        let message = format!("{}{}: {error}. {}", exchange.site.name, exchange.path, kind.advice());
        self.once(exchange, kind.code(), &exchange.path, message);
    }

    /// A body ended with an error after it had begun.
    pub fn body_cut(&self, exchange: &Exchange, error: &ProxyError) {
        let kind = error.kind();
        self.metrics.body_cut(kind.code());
        tracing::warn!(
            exchange = %exchange.id,
            side = kind.side().name(),
            kind = kind.code(),
            cause = %error,
            "cut the response to {}{}",
            exchange.site.name,
            exchange.path,
        );
        self.unjudged(exchange, error, "The response was cut, so that nobody takes it for complete.");
    }

    /// Something worth an event once for each page rule.
    pub fn once(&self, exchange: &Exchange, kind: &'static str, thing: &str, message: String) {
        if self.first(exchange, kind, thing) == First::Yes {
            tracing::warn!(exchange = %exchange.id, "{message}");
            self.event(EventKind::ResponseRefused, message, Some(&exchange.id));
        }
    }

    fn event(&self, kind: EventKind, message: String, exchange: Option<&str>) {
        let exchange = exchange.map(ToOwned::to_owned);
        self.store.event(Event { at: self.clock.now(), kind, message, exchange });
    }

    fn first(&self, exchange: &Exchange, kind: &'static str, thing: &str) -> First {
        let mut hasher = DefaultHasher::new();
        thing.hash(&mut hasher);
        let subject = (exchange.site.name.0.clone(), exchange.grants.page.0, kind);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let things = told.entry(subject).or_default();
        if things.len() > TOLD_EACH || !things.insert(hasher.finish()) {
            return First::No;
        }
        if things.len() > TOLD_EACH { First::Last } else { First::Yes }
    }
}

/// What the operator can do about a stopped script.
fn way_out(kind: &'static str, reason: Reason) -> &'static str {
    match (kind, reason) {
        (_, Reason::NoApproval) => "If its bytes are right, run `countersign approve` with its id.",
        ("external", Reason::UnknownUrl) => {
            "If it belongs there, add a [[script]] with this URL to the policy and run `countersign \
             approve` with its id; if not, find out who put it into the page."
        }
        ("inline", Reason::UnknownDigest) => {
            "If it belongs there, add an [[inline]] to the policy and run `countersign approve` with its \
             id; if not, find out who put it into the page."
        }
        _ => "Such a script can't be approved; if it belongs to the site, load it by a plain <script src>.",
    }
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Record").finish_non_exhaustive()
    }
}
