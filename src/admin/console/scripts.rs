//! Every script: what policies name, and what pages showed.

use askama::Template;
use axum::extract::{Extension, RawQuery, State as FromState};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use std::sync::Arc;

use super::frame::{Frame, Place, show};
use super::links::{Asked, Choice, link};
use super::moment::Moment;
use super::rows::explanation;
use crate::admin::State;
use crate::admin::access::Caller;
use crate::admin::books::{Books, Reading};
use crate::admin::judged::{Judged, percent};
use crate::admin::register::LATER;
use crate::admin::work::worked;
use crate::inventory::{SeenKind, Tier};
use crate::register::{Authorised, Row, RowOrder, Seen, State as Stands, Wanted};

/// Places of a script in its row; its own page has all.
const PLACES: usize = 3;

#[derive(Template)]
#[template(path = "scripts.html")]
struct Scripts {
    frame: Frame,
    /// What was wrong with the question.
    wrong: Option<String>,
    /// What is not there, in sentences.
    gaps: Vec<String>,
    text: String,
    sites: Vec<(String, bool)>,
    states: Vec<Choice>,
    kinds: Vec<Choice>,
    parties: Vec<Choice>,
    payments: Vec<Choice>,
    spans: Vec<Choice>,
    orders: Vec<Choice>,
    narrowed: bool,
    rows: Vec<RowView>,
    total: usize,
    all: usize,
    read: Option<Moment>,
    first: Option<String>,
    next: Option<String>,
    csv: String,
    json: String,
}

/// A script.
struct RowView {
    name: String,
    link: String,
    site: String,
    /// Its URL, where it goes by its id.
    script: Option<String>,
    kinds: String,
    third_party: bool,
    payment: bool,
    state: &'static str,
    tone: &'static str,
    places: Vec<PlaceView>,
    more_places: usize,
    told_with: Option<String>,
    named: Option<NamedView>,
    count: u64,
    first: Option<Moment>,
    last: Option<Moment>,
}

/// Where a script was seen, and what was decided.
pub(super) struct PlaceView {
    pub(super) rule: String,
    pub(super) kind: String,
    pub(super) script: String,
    pub(super) digest: Option<String>,
    pub(super) verdict: String,
    pub(super) tone: &'static str,
    pub(super) explanation: &'static str,
    pub(super) reason: String,
    pub(super) current: bool,
    pub(super) count: u64,
    /// On which part of the pages.
    pub(super) share: Option<String>,
    pub(super) first: Moment,
    pub(super) last: Moment,
}

/// What a policy says.
struct NamedView {
    tier: Option<&'static str>,
    owner: Option<String>,
    why: String,
    ends: Option<String>,
    approved: usize,
    newest: Option<ActView>,
}

/// An act about a script's bytes.
pub(super) struct ActView {
    pub(super) act: &'static str,
    pub(super) digest: Option<String>,
    pub(super) at: Moment,
    pub(super) by: String,
    pub(super) because: String,
    pub(super) signed: String,
    pub(super) counts: bool,
    pub(super) live: bool,
}

impl ActView {
    pub(super) fn new(act: &Authorised, quorum: usize, live: &[String], now: Timestamp) -> Self {
        let signed = match (quorum, act.signed_by.as_slice()) {
            (0, []) => String::new(),
            (0, names) => names.join(", "),
            (quorum, names) => format!("{} of {quorum}: {}", names.len(), or_nobody(names)),
        };
        Self {
            act: act.act,
            digest: act.digest.clone(),
            at: Moment::new(act.at, now),
            by: act.by.clone(),
            because: act.because.clone(),
            signed,
            counts: act.counts,
            live: act.act == "approval" && act.digest.as_ref().is_some_and(|digest| live.contains(digest)),
        }
    }
}

fn or_nobody(names: &[String]) -> String {
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}

impl PlaceView {
    pub(super) fn new(site: &str, seen: &Seen, judged: &Judged, now: Timestamp) -> Self {
        let stops = seen.verdict.stops();
        let mut kind = seen.kind.to_string();
        if let Some(attribute) = &seen.attribute {
            kind.push(' ');
            kind.push_str(attribute);
        }
        if seen.srcdoc > 0 {
            kind.push_str(" in srcdoc");
        }
        Self {
            rule: seen.rule.to_string(),
            kind,
            script: seen.script.to_string(),
            digest: seen.digest.as_deref().map(str::to_owned),
            verdict: if seen.enforced { seen.verdict.to_string() } else { format!("would {}", seen.verdict) },
            tone: match (stops, seen.enforced) {
                (true, true) => "stopped",
                (true, false) => "problem",
                (false, _) => "good",
            },
            explanation: explanation(&seen.reason),
            reason: seen.reason.to_string(),
            current: seen.current,
            count: seen.count,
            share: judged.share(site, seen).map(percent),
            first: Moment::new(seen.first, now),
            last: Moment::new(seen.last, now),
        }
    }
}

/// The class that colours a state.
pub(super) const fn tone(state: Stands) -> &'static str {
    match state {
        Stands::RunsUnapproved | Stands::Ended => "problem",
        Stands::Stopped | Stands::NotApproved => "stopped",
        Stands::Runs => "good",
        Stands::CannotRun | Stands::Unseen | Stands::Shared => "",
    }
}

/// The page of a script.
pub(super) fn script_link(row: &Row) -> String {
    let name = if row.id.is_some() { "id" } else { "seen" };
    link("/script", [("site", &*row.site), (name, row.name())])
}

impl RowView {
    fn new(row: &Row, reading: &Reading, now: Timestamp) -> Self {
        let quorum = reading.named.quorum;
        let current = || row.seen.iter().filter(|seen| seen.current);
        let mut kinds: Vec<&str> = row.seen.iter().map(|seen| seen.kind.name()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let named = row.entry.as_ref().map(|entry| {
            let mut approvals = entry.listed.authorised.iter().filter(|act| act.act == "approval");
            NamedView {
                tier: entry.tier.map(Tier::name),
                owner: entry.listed.owner.clone(),
                why: entry.listed.why.clone(),
                ends: entry.listed.ends.map(|ends| format!("{ends:.0}")),
                approved: entry.live.len(),
                newest: approvals.next_back().map(|act| ActView::new(act, quorum, &entry.live, now)),
            }
        });
        Self {
            name: row.name().to_owned(),
            link: script_link(row),
            site: row.site.to_string(),
            script: row.id.is_some().then(|| row.script.to_string()),
            kinds: kinds.join(", "),
            third_party: row.third_party,
            payment: row.payment,
            state: row.state.words(),
            tone: tone(row.state),
            places: current()
                .take(PLACES)
                .map(|seen| PlaceView::new(&row.site, seen, &reading.judged, now))
                .collect(),
            more_places: current().count().saturating_sub(PLACES),
            told_with: row.told_with.as_deref().map(str::to_owned),
            named,
            count: row.count(),
            first: row.first().map(|at| Moment::new(at, now)),
            last: row.last().map(|at| Moment::new(at, now)),
        }
    }
}

/// `GET /scripts`.
pub(super) async fn page(
    FromState(state): FromState<State>,
    caller: Caller,
    Extension(books): Extension<Books>,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = Asked::of(query);
    let now = state.clock.now();
    let (mut wanted, mut wrong) = (Wanted::everything(), None);
    for (name, value) in asked.pairs() {
        if let Err(error) = wanted.set(name, value, now) {
            wrong.get_or_insert_with(|| error.to_string());
        }
    }
    let status = if wrong.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let frame = Frame::of(&state, Place::Scripts, &caller);
    let mut page = Scripts::of(frame, &asked, wrong);
    let snapshot = state.published.load_full();
    page.sites =
        snapshot.sites.iter().map(|site| (site.name.0.clone(), site.name.0 == asked.value("site"))).collect();
    match books.read().await {
        Some(reading) => page.fill(reading, wanted, &asked, now).await,
        None => page.gaps.push(LATER.to_owned()),
    }
    (status, show(&page)).into_response()
}

impl Scripts {
    fn of(frame: Frame, asked: &Asked, wrong: Option<String>) -> Self {
        let spans =
            [("24h", "in the last 24 hours"), ("7d", "in the last 7 days"), ("30d", "in the last 30 days")];
        let orders = RowOrder::ALL.map(|order| (order.name(), order_words(order)));
        Self {
            frame,
            wrong,
            gaps: Vec::new(),
            text: asked.value("text").to_owned(),
            sites: Vec::new(),
            states: Choice::list(
                asked,
                "state",
                "any",
                Stands::ALL.map(|state| (state.name(), state.words())),
            ),
            kinds: Choice::list(asked, "kind", "any", SeenKind::ALL.map(|kind| (kind.name(), kind.name()))),
            parties: Choice::list(
                asked,
                "party",
                "anywhere",
                [("first", "the site"), ("third", "elsewhere")],
            ),
            payments: Choice::list(asked, "payment", "any", [("true", "payment pages"), ("false", "others")]),
            spans: Choice::list(asked, "since", "ever, or never", spans),
            orders: Choice::list(asked, "order", "last seen first", orders.into_iter().skip(1)),
            narrowed: asked.pairs().any(|(name, _)| !["order", "limit", "after"].contains(&name)),
            rows: Vec::new(),
            total: 0,
            all: 0,
            read: None,
            first: (!asked.value("after").is_empty()).then(|| asked.again("/scripts", &[])),
            next: None,
            csv: asked.again("/scripts.csv", &[]),
            json: asked.again("/api/register", &[]),
        }
    }

    async fn fill(&mut self, reading: Arc<Reading>, wanted: Wanted, asked: &Asked, now: Timestamp) {
        let book = Arc::clone(&reading);
        let Some(found) = worked(move || wanted.find(&book.book)).await else {
            self.gaps.push(LATER.to_owned());
            return;
        };
        let rows = found.places.iter().filter_map(|place| reading.book.rows().get(*place));
        self.rows = rows.map(|row| RowView::new(row, &reading, now)).collect();
        self.next = found.next.map(|next| asked.again("/scripts", &[("after", &next.to_string())]));
        self.total = found.total;
        self.all = reading.book.rows().len();
        self.gaps.extend(reading.gaps());
        self.read = reading.older.then(|| Moment::new(reading.book.read_at, now));
    }
}

const fn order_words(order: RowOrder) -> &'static str {
    match order {
        RowOrder::Recent => "last seen first",
        RowOrder::New => "newest first",
        RowOrder::Top => "most often seen first",
        RowOrder::Name => "by site and name",
        RowOrder::Expiry => "ending soonest first",
        RowOrder::Approved => "last approved first",
    }
}
