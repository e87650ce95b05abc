//! Asks upstreams whether they are well, where a policy says how. One task for the whole process; what
//! it finds is known to all workers.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use http::header::{HOST, USER_AGENT};
use http::{HeaderValue, Request, Uri};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use super::balance::Roster;
use super::reach::reach;
use super::record::Record;
use super::request_body::RequestBody;
use crate::policy::{PublishedSnapshot, Snapshot, UpstreamAddress};
use crate::transport::dial::{DialError, Dialer};

/// How often it is looked whether a question is due.
const TICK: Duration = Duration::from_millis(50);
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(2);
const AGENT: HeaderValue = HeaderValue::from_static("countersign-health");

/// What the questions need.
pub struct Health {
    /// The policies in force.
    pub published: PublishedSnapshot,
    /// What is known of upstreams.
    pub roster: Arc<Roster>,
    /// How they are reached.
    pub dialer: Dialer,
    /// What the operator is told.
    pub record: Arc<Record>,
}

/// A question that is due.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Question {
    address: UpstreamAddress,
    host: String,
    path: String,
}

/// When a question is asked next.
struct Due {
    at: Instant,
    interval: Duration,
}

impl Health {
    /// Asks until it is told to stop. Must run where tasks stay on their thread.
    pub async fn run(self, stop: CancellationToken) {
        let this = Rc::new(self);
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut due: HashMap<Question, Due> = HashMap::new();
        let mut asking = JoinSet::new();
        let mut generation = 0;
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                Some(_) = asking.join_next() => continue,
                _ = ticks.tick() => {}
            }
            let snapshot = this.published.load_full();
            if snapshot.generation.number != generation {
                generation = snapshot.generation.number;
                this.roster.keep(&snapshot);
                due = questions(&snapshot);
            }
            let now = Instant::now();
            for (question, check) in &mut due {
                if check.at <= now {
                    check.at = now + check.interval;
                    asking.spawn_local(ask(Rc::clone(&this), question.clone()));
                }
            }
        }
    }
}

/// What is to be asked under these policies. Where two sites ask one upstream for the same, it is asked once.
fn questions(snapshot: &Snapshot) -> HashMap<Question, Due> {
    let now = Instant::now();
    let mut due: HashMap<Question, Due> = HashMap::new();
    for site in &snapshot.sites {
        let Some(check) = &site.balance.health else { continue };
        let host = site.hosts.first().map_or("localhost", |host| host.trim_start_matches("*."));
        for address in &site.upstreams {
            let question =
                Question { address: address.clone(), host: host.to_owned(), path: check.path.clone() };
            let entry = due.entry(question).or_insert(Due { at: now, interval: check.interval });
            entry.interval = entry.interval.min(check.interval);
        }
    }
    due
}

async fn ask(health: Rc<Health>, question: Question) {
    let answer = timeout(PATIENCE, answer(&health.dialer, &question)).await;
    let why = match answer {
        Ok(Ok(status)) if (200..400).contains(&status) => None,
        Ok(Ok(status)) => Some(format!("it answered {status}")),
        Ok(Err(error)) => Some(error),
        Err(_elapsed) => Some(format!("no answer within {PATIENCE:?}")),
    };
    if health.roster.checked(&question.address, why.is_none()) {
        health.record.upstream_health(&question.address, why.as_deref());
    }
}

async fn answer(dialer: &Dialer, question: &Question) -> Result<u16, String> {
    let words = |error: DialError| error.to_string();
    let mut sender = reach(dialer, &question.address, false).await.map_err(words)?;
    let mut request = Request::new(RequestBody::empty());
    *request.uri_mut() = Uri::try_from(&question.path).map_err(|error| error.to_string())?;
    let host = HeaderValue::from_str(&question.host).map_err(|error| error.to_string())?;
    request.headers_mut().insert(HOST, host);
    request.headers_mut().insert(USER_AGENT, AGENT);
    let response = sender.send(request).await.map_err(|failed| failed.error().to_string())?;
    Ok(response.status().as_u16())
}
