//! What the data path tells the operator: counters for everything, a row for every script judged, and
//! an event in plain words the first time that something needs a person.

use std::net::IpAddr;
use std::sync::Arc;

use http::HeaderMap;

use url::Url;

use super::error::{Kind, ProxyError, Side};
use super::exchange::Exchange;
use super::told::{First, TOLD_EACH, Told};
use crate::alert::{Alerts, Kind as AlertKind, Newcomer, Severity};
use crate::clock::Clock;
use crate::headers::Headers;
use crate::html::Judged;
use crate::inventory::{Decision, SeenKind};
use crate::judge::{OwnVerdict, Reason};
use crate::policy::{FailMode, Mode, OwnScripts, UpstreamAddress};
use crate::sri::Digest;
use crate::store::{Event, EventKind, PageJudged, ScriptSeen, Sighting, Store};
use crate::telemetry::{Metrics, shown};

/// Characters of what was wrong with an upstream.
const WHY_LEN: usize = 200;
/// Characters of a script's URL that are kept.
const SCRIPT_LEN: usize = 512;
/// Characters of an element's or an attribute's name.
const ATTRIBUTE_LEN: usize = 40;

/// Shared by all workers.
pub struct Record {
    store: Arc<dyn Store>,
    clock: Clock,
    metrics: Metrics,
    alerts: Alerts,
    headers: Headers,
    told: Told,
}

impl Record {
    /// With nothing told yet.
    pub fn new(
        store: Arc<dyn Store>,
        clock: Clock,
        metrics: Metrics,
        alerts: Alerts,
        headers: Headers,
    ) -> Self {
        Self { store, clock, metrics, alerts, headers, told: Told::default() }
    }

    /// The counters.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// A page came, with these fields of the application.
    pub(super) fn page_came(&self, exchange: &Exchange, headers: &HeaderMap) {
        let rules = exchange.site.pages.get(usize::from(exchange.grants.page.0));
        // Without a policy nothing is told of anybody's pages.
        if let Some(rules) = rules.filter(|_| exchange.site.has_policy()) {
            self.headers.of_page(&exchange.site, rules, headers);
        }
    }

    /// A script was judged in a page, of which everybody was told before.
    pub(super) fn judged_again(&self, exchange: &Exchange, judged: &Judged) {
        let (decision, reason) = (judged.verdict.action().decision(), judged.verdict.reason());
        let enforced = exchange.grants.mode == Mode::Enforce;
        self.metrics.verdict(decision.name(), reason.code(), enforced);
        self.met(reason.limit());
        if decision.stops() {
            exchange.stopped.set(true);
        }
    }

    /// A script was judged in a page. Further times are counted by what is returned.
    pub(super) fn judged(&self, exchange: &Exchange, judged: &Judged) -> Option<Sighting> {
        let (action, reason) = (judged.verdict.action(), judged.verdict.reason());
        let enforced = exchange.grants.mode == Mode::Enforce;
        let decision = action.decision();
        self.metrics.verdict(decision.name(), reason.code(), enforced);
        self.met(reason.limit());
        let script = shown(&judged.script, SCRIPT_LEN);
        if decision.stops() {
            exchange.stopped.set(true);
            if enforced {
                self.stopped(exchange, judged, &script);
            }
            self.first_seen(exchange, judged, &script, enforced);
        }
        self.store.script_seen(ScriptSeen {
            site: exchange.site.name.to_string(),
            page: exchange.rule().to_owned(),
            kind: judged.kind,
            srcdoc: judged.srcdoc,
            script,
            digest: None,
            attribute: judged.attribute.as_ref().map(|attribute| shown(&attribute.name, ATTRIBUTE_LEN)),
            verdict: decision,
            reason: reason.code().into(),
            enforced,
        })
    }

    /// A page was judged to its end.
    pub(super) fn page_judged(&self, exchange: &Exchange) {
        self.store.page_judged(PageJudged {
            site: &exchange.site.name.0,
            rule: exchange.rule(),
            enforced: exchange.grants.mode == Mode::Enforce,
            stopped: exchange.stopped.get(),
        });
    }

    /// What was never seen on the page rule is told to somebody outside.
    fn first_seen(&self, exchange: &Exchange, judged: &Judged, script: &str, enforced: bool) {
        let in_attribute = judged.kind.is_in_attribute();
        let reason = judged.verdict.reason();
        // Without a policy nothing is approved, and nobody was asked to. Code in attributes runs on observed pages.
        if !exchange.site.has_policy() || reason == Reason::CodeUnseen || (in_attribute && !enforced) {
            return;
        }
        // Inline code that differs in each response is seldom an attack, and where it is stopped no hurry.
        let of_page = in_attribute || judged.kind == SeenKind::Inline;
        let severity = if exchange.grants.payment {
            Severity::High
        } else if of_page && enforced {
            Severity::Low
        } else {
            Severity::Medium
        };
        let kind = if in_attribute { AlertKind::CodeInAttributes } else { AlertKind::NewScript };
        // A query that differs each time makes no other script.
        let thing = script.split(['?', '#']).next().unwrap_or(script);
        let (site, rule, sort) = (exchange.site.name.0.as_str(), exchange.rule(), judged.kind.name());
        let payment = exchange.grants.payment;
        self.alerts.seen(&Newcomer { kind, site, rule, sort, payment, thing, severity }, || {
            let what = if !enforced {
                "it runs, because the page is only observed"
            } else if judged.verdict.action().decision() == Decision::Block {
                "the CSP stops it"
            } else {
                "stopped"
            };
            let why = reason.explanation();
            if in_attribute {
                format!("{} ({script}), {what}: {why}", self::in_attribute(judged))
            } else {
                format!("{script} ({sort}), {what}: {why}")
            }
        });
    }

    /// A script of the site itself was judged on its way through; `url` is without query.
    pub(super) fn own_script(
        &self,
        exchange: &Exchange,
        url: &Url,
        digest: Option<&Digest>,
        verdict: OwnVerdict,
    ) {
        let (decision, reason) = (verdict.decision(), verdict.reason());
        let (wanted, stops) = (exchange.grants.own_scripts, exchange.grants.stops_own_scripts());
        self.metrics.verdict(decision.name(), reason.code(), stops);
        if decision.stops() && wanted == OwnScripts::Stop && !stops {
            self.metrics.would_fail(Kind::OwnScript.code());
        }
        let digest = digest.map(ToString::to_string);
        if decision.stops() && wanted >= OwnScripts::Alert {
            let bytes = digest.as_deref().unwrap_or("unread");
            let consequence = if stops { "It was not passed on" } else { "It was passed on" };
            // By what is wrong with it: anybody can ask for scripts of which nobody knows, by many names, and must not
            // thereby silence those that were changed.
            let (sort, thing) = (reason.code(), format!("{url} {bytes}"));
            let payment = exchange.grants.payment;
            let grave = payment || reason == Reason::ChangedOwnScript;
            let severity = if grave { Severity::High } else { Severity::Medium };
            let (kind, site, rule) = (AlertKind::OwnScript, exchange.site.name.0.as_str(), exchange.rule());
            let newcomer = Newcomer { kind, site, rule, sort, payment, thing: &thing, severity };
            self.alerts.seen(&newcomer, || {
                let url = shown(url.as_str(), SCRIPT_LEN);
                format!("{url} ({bytes}): {}. {consequence}", reason.explanation())
            });
            match self.told.first(exchange, sort, &thing) {
                First::No => {}
                First::Yes => self.tell(
                    exchange,
                    EventKind::OwnScript,
                    format!(
                        "{}: {} ({bytes}). {consequence} (own-scripts = \"{}\"). What to do: {}.",
                        exchange.place(),
                        reason.explanation(),
                        wanted.name(),
                        reason.way_out().unwrap_or("nothing"),
                    ),
                ),
                First::Last => self.tell(
                    exchange,
                    EventKind::OwnScript,
                    format!(
                        "More than {TOLD_EACH} different scripts of {} under {} that nobody approved; further \
                         ones are counted but not told.",
                        exchange.site.name,
                        exchange.rule(),
                    ),
                ),
            }
        }
        self.store.script_seen(ScriptSeen {
            site: exchange.site.name.to_string(),
            page: exchange.rule().to_owned(),
            kind: SeenKind::OwnScript,
            srcdoc: 0,
            script: shown(url.as_str(), SCRIPT_LEN),
            digest,
            attribute: None,
            verdict: decision,
            reason: reason.code().into(),
            enforced: stops,
        });
    }

    /// A limit was met.
    pub(super) fn met(&self, limit: Option<&'static str>) {
        if let Some(key) = limit {
            self.metrics.limit(key);
        }
    }

    fn stopped(&self, exchange: &Exchange, judged: &Judged, script: &str) {
        let (kind, reason) = (judged.kind, judged.verdict.reason());
        if reason == Reason::CodeUnseen {
            return self.code_unseen(exchange, reason);
        }
        let message = match self.told.first(exchange, kind.name(), script) {
            First::No => return,
            First::Yes if judged.verdict.action().decision() == Decision::Block => format!(
                "The CSP stops {} on {}: {script} ({kind}), because {}. What to do: {}.",
                in_attribute(judged),
                exchange.place(),
                reason.explanation(),
                reason.way_out().unwrap_or("nothing"),
            ),
            First::Yes => format!(
                "Stopped {} on {}: {script} ({kind}), because {}. What to do: {}.",
                match kind {
                    SeenKind::Base => "a base URL",
                    SeenKind::Refresh => "a refresh",
                    SeenKind::Srcdoc => "a document in `srcdoc`",
                    SeenKind::External
                    | SeenKind::Inline
                    | SeenKind::Foreign
                    | SeenKind::Preload
                    | SeenKind::Import
                    | SeenKind::Handler
                    | SeenKind::OwnScript
                    | SeenKind::JavascriptUrl => "a script",
                },
                exchange.place(),
                reason.explanation(),
                reason.way_out().unwrap_or("nothing"),
            ),
            First::Last if kind.is_in_attribute() => format!(
                "The CSP stops more than {TOLD_EACH} different pieces of code in attributes ({kind}) on pages {} \
                 of {}; further ones are counted but not told. Move the code into a script that calls \
                 `addEventListener`, and what differs into `data-` attributes.",
                exchange.rule(),
                exchange.site.name,
            ),
            First::Last => format!(
                "Stopped more than {TOLD_EACH} different scripts ({kind}) on pages {} of {}; further ones \
                 are counted but not told. If the site's own scripts differ in each response, move what \
                 differs into a data block (`<script type=\"application/json\">`).",
                exchange.rule(),
                exchange.site.name,
            ),
        };
        self.tell(exchange, EventKind::ScriptStopped, message);
    }

    fn code_unseen(&self, exchange: &Exchange, reason: Reason) {
        if self.told.first(exchange, reason.code(), &exchange.path) == First::Yes {
            let message = format!(
                "Not all code in attributes on {} was looked at, because {}. What is not approved the CSP stops \
                 all the same, and browsers report it.",
                exchange.place(),
                reason.explanation(),
            );
            self.tell(exchange, EventKind::ScriptStopped, message);
        }
    }

    /// An exchange was answered with an error page. What a visitor did wrong is no news for the log:
    /// scanners do it all day.
    pub(super) fn refused(&self, id: &str, what: &str, error: &ProxyError) {
        let (kind, cause) = (error.kind(), error);
        self.metrics.refusal(kind.code());
        self.met(error.limit());
        if kind.side() == Side::Downstream {
            tracing::debug!(exchange = id, kind = kind.code(), %cause, "answered {what} with an error page");
        } else {
            let side = kind.side().name();
            tracing::warn!(exchange = id, side, kind = kind.code(), %cause, "answered {what} with an error page");
        }
    }

    /// A connection was closed, because its address has as many as it may have.
    pub(super) fn too_many_of(&self, address: IpAddr, first: bool) {
        self.metrics.connection_refused("address");
        self.met(Some("max-connections-per-address"));
        if first {
            tracing::warn!(
                %address,
                "more connections from one address than `max-connections-per-address` allows; further ones are \
                 closed. If it is a proxy of yours, name it in `forwarded-from`"
            );
        }
    }

    /// An exchange was refused for the first time, because its address has as many as it may have.
    #[expect(clippy::unused_self, reason = "whoever records tells")]
    pub(super) fn too_many_exchanges_of(&self, address: IpAddr) {
        tracing::warn!(
            %address,
            "more exchanges in flight from one address than `max-exchanges-per-address` allows; further ones are \
             answered 429. If it is a proxy of yours, name it in `forwarded-from`"
        );
    }

    /// A WebSocket was ended, because nothing came through it.
    pub(super) fn tunnel_idle(&self, exchange: &Exchange) {
        self.met(Some("tunnel-idle-time"));
        tracing::debug!(exchange = %exchange.id, "ended a WebSocket through which nothing came");
    }

    /// A response could not be judged, so the visitor got an error page.
    pub(super) fn unjudged(&self, exchange: &Exchange, error: &ProxyError) {
        let advice = error.kind().advice().unwrap_or("The visitor got an error page instead.");
        self.failed(exchange, EventKind::ResponseRefused, error, advice);
    }

    /// A body ended with an error after it had begun.
    pub(super) fn body_cut(&self, exchange: &Exchange, error: &ProxyError) {
        let (kind, cause, id, place) = (error.kind(), error, &exchange.id, exchange.place());
        let side = kind.side().name();
        self.metrics.body_cut(kind.code());
        self.met(error.limit());
        tracing::warn!(exchange = %id, side, kind = kind.code(), %cause, "cut the response to {place}");
        let advice = format!(
            "The response was cut, so that nobody takes it for complete. {}",
            error.kind().advice().filter(|_| kind == Kind::SecondOpinion).unwrap_or_default()
        );
        self.failed(exchange, EventKind::ResponseRefused, error, advice.trim_end());
    }

    /// The rewriter failed, and the page went on under its CSP alone.
    pub(super) fn unedited(&self, exchange: &Exchange, error: &ProxyError) {
        self.met(error.limit());
        let advice = format!(
            "The rest of the page went out unedited; its CSP lets only approved scripts run. {}",
            error.kind().advice().unwrap_or_default()
        );
        self.failed(exchange, EventKind::ResponseNotRewritten, error, advice.trim_end());
    }

    /// A response passed because it is only observed; enforced, it would not have passed like that.
    pub(super) fn would_fail(&self, exchange: &Exchange, error: &ProxyError) {
        self.metrics.would_fail(error.kind().code());
        self.met(error.limit());
        let consequence = match (error.kind(), exchange.grants.fail) {
            (Kind::RewriteFailed | Kind::SecondOpinion, FailMode::HeadersOnly) => {
                "the rest of it would go out unedited"
            }
            (Kind::RewriteFailed | Kind::SecondOpinion | Kind::CodingBroken, _) => {
                "it would be refused or cut"
            }
            _ => "it would be refused",
        };
        let advice = format!(
            "It passed, because this page is only observed; where verdicts are carried out, {consequence}. {}",
            error.kind().advice().unwrap_or_default()
        );
        self.failed(exchange, EventKind::ResponseNotRewritten, error, advice.trim_end());
    }

    /// What is thought of an upstream has changed; `why` says what was wrong with its answer.
    pub(super) fn upstream_health(&self, address: &UpstreamAddress, why: Option<&str>) {
        let (kind, message) = match why {
            None => {
                (EventKind::UpstreamWell, format!("The upstream {address} answers its health check again."))
            }
            Some(why) => (
                EventKind::UpstreamUnwell,
                format!(
                    "The upstream {address} does not answer its health check: {}. It gets no requests while \
                     another one is well.",
                    shown(why, WHY_LEN)
                ),
            ),
        };
        if why.is_none() {
            tracing::info!("{message}");
        } else {
            tracing::warn!("{message}");
        }
        self.store.event(Event { at: self.clock.now(), kind, message, exchange: None });
    }

    /// A document that a browser may show, but without its scripts.
    pub(super) fn scriptless(&self, exchange: &Exchange, type_name: &str) {
        let observed = exchange.grants.mode == Mode::Observe;
        if observed {
            self.metrics.would_fail("headers-only");
        }
        if self.told.first(exchange, "headers-only", type_name) != First::Yes {
            return;
        }
        let condition = if observed {
            "shown as a document where verdicts are carried out, none of its scripts would run"
        } else {
            "if a browser shows it as a document, none of its scripts run"
        };
        let message = format!(
            "{} came as {type_name}, which is not rewritten: {condition}. If it is a page, have the \
             application send it as text/html.",
            exchange.place(),
        );
        self.tell(exchange, EventKind::ResponseNotRewritten, message);
    }

    fn failed(&self, exchange: &Exchange, kind: EventKind, error: &ProxyError, advice: &str) {
        // Told with its verdict.
        if error.kind() == Kind::OwnScript {
            return;
        }
        let message = match self.told.first(exchange, error.kind().code(), &exchange.path) {
            First::No => return,
            First::Yes => format!("{}: {error}. {advice}", exchange.place()),
            First::Last => format!(
                "The same ({}) came about on more than {TOLD_EACH} different paths of pages {} of {}; \
                 further ones are counted but not told.",
                error.kind().code(),
                exchange.rule(),
                exchange.site.name,
            ),
        };
        let kind = if error.kind() == Kind::SecondOpinion { EventKind::SecondOpinion } else { kind };
        self.tell(exchange, kind, message);
    }

    fn tell(&self, exchange: &Exchange, kind: EventKind, message: String) {
        tracing::warn!(exchange = %exchange.id, "{message}");
        let exchange = Some(exchange.id.to_string());
        self.store.event(Event { at: self.clock.now(), kind, message, exchange });
    }
}

/// Code in an attribute, for people. The code itself may have a visitor's data in it, so it is not told.
fn in_attribute(judged: &Judged) -> String {
    let Some(attribute) = &judged.attribute else { return "code in attributes".to_owned() };
    let (name, element) = (shown(&attribute.name, ATTRIBUTE_LEN), shown(&attribute.element, ATTRIBUTE_LEN));
    let what = if judged.kind == SeenKind::JavascriptUrl { "the `javascript:` URL" } else { "the code" };
    format!("{what} in `{name}` of a `{element}` element")
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Record").finish_non_exhaustive()
    }
}
