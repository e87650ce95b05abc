//! The register as JSON and as a table: the same filters, in parts for programs, whole for spreadsheets.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Json;
use axum::body::Body;
use axum::extract::{Extension, RawQuery, State as FromState};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body::Frame;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::State;
use super::asked::{Refused, parameters};
use super::books::{Books, Reading};
use super::work::worked;
use crate::clock::Rfc3339;
use crate::inventory::{Decision, SeenKind, Tier};
use crate::register::{Authorised, Row, Seen, State as Stands, Wanted};
use crate::store::AskError;
use crate::telemetry::csv_rows;

/// Places where a script was seen, told of one row.
const PLACES: usize = 100;
/// Acts about its bytes, the last ones.
const ACTS: usize = 50;
/// Rows of a table that are written at once.
const CHUNK: usize = 500;

/// Scripts, a part at a time.
#[derive(Serialize, JsonSchema)]
pub(super) struct Scripts {
    /// The rows.
    rows: Vec<Script>,
    /// Where the next part begins; null: this was the last.
    next: Option<String>,
    /// How many rows there are of what was asked for.
    total: usize,
    /// When what pages showed was read.
    #[schemars(with = "Rfc3339")]
    read_at: Timestamp,
    /// Why this is not all, if it isn't: the store does not answer, or the policies in force can't be read.
    gaps: Vec<String>,
}

/// A script: what policies say of it, and what pages showed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RegisteredScript")]
pub(super) struct Script {
    /// Whose.
    site: String,
    /// Its id, where a policy names it.
    id: Option<String>,
    /// Its URL, its digest, or what it is in the page.
    #[serde(rename = "script")]
    what: String,
    /// How it stands.
    state: Stands,
    /// The id of another script with the same address, under which both are told of.
    told_with: Option<String>,
    /// From a host that is not the site's.
    third_party: bool,
    /// Seen on a page in PCI DSS scope, or may run on one.
    payment: bool,
    /// What its policy says of it.
    named: Option<NamedIn>,
    /// Where it was seen, the last first; at most 100 places.
    seen: Vec<SeenIn>,
    /// How often it was seen, everywhere.
    count: u64,
    /// First time.
    #[schemars(with = "Option<Rfc3339>")]
    first_seen: Option<Timestamp>,
    /// Last time.
    #[schemars(with = "Option<Rfc3339>")]
    last_seen: Option<Timestamp>,
}

/// What a policy says of a script.
#[derive(Serialize, JsonSchema)]
struct NamedIn {
    /// How an external one is delivered: `pin`, `mirror`, `evergreen`.
    tier: Option<&'static str>,
    /// On which pages it may run; none said: on all.
    pages: Vec<String>,
    /// Who looks after it.
    owner: Option<String>,
    /// Its justification.
    why: String,
    /// How its integrity is assured.
    integrity: String,
    /// From this moment on it may not run.
    #[schemars(with = "Option<Rfc3339>")]
    ends: Option<Timestamp>,
    /// Digests of the bytes that are approved now.
    approved: Vec<String>,
    /// How many approvers must sign; 0: nobody.
    quorum: usize,
    /// Who authorised which bytes, the first first; the last 50.
    authorised: Vec<Authorised>,
}

/// What pages under one rule showed.
#[derive(Serialize, JsonSchema)]
struct SeenIn {
    /// The page rule.
    rule: String,
    /// How it stands in the page.
    kind: SeenKind,
    /// How many `srcdoc` documents deep.
    srcdoc: usize,
    /// Its URL, or the digest of its text.
    script: String,
    /// Of a script in transit, the digest of its bytes.
    digest: Option<String>,
    /// Of code in an attribute, the attribute's name.
    attribute: Option<String>,
    /// What was decided.
    verdict: Decision,
    /// The reason's code.
    reason: String,
    /// Whether it was carried out.
    enforced: bool,
    /// Nothing else was decided about it there since.
    current: bool,
    /// How often.
    count: u64,
    /// On which part of the responses under the rule, at the most; null: not known.
    share: Option<f64>,
    /// First time.
    #[schemars(with = "Rfc3339")]
    first_seen: Timestamp,
    /// Last time.
    #[schemars(with = "Rfc3339")]
    last_seen: Timestamp,
}

impl Script {
    fn of(row: &Row, reading: &Reading) -> Self {
        Self {
            site: row.site.to_string(),
            id: row.id.as_deref().map(str::to_owned),
            what: row.script.to_string(),
            state: row.state,
            told_with: row.told_with.as_deref().map(str::to_owned),
            third_party: row.third_party,
            payment: row.payment,
            named: NamedIn::of(row, reading),
            seen: row.seen.iter().take(PLACES).map(|seen| SeenIn::of(row, seen, reading)).collect(),
            count: row.count(),
            first_seen: row.first(),
            last_seen: row.last(),
        }
    }
}

impl NamedIn {
    fn of(row: &Row, reading: &Reading) -> Option<Self> {
        let entry = row.entry.as_ref()?;
        let listed = &entry.listed;
        let earlier = listed.authorised.len().saturating_sub(ACTS);
        Some(Self {
            tier: entry.tier.map(Tier::name),
            pages: listed.pages.clone(),
            owner: listed.owner.clone(),
            why: listed.why.clone(),
            integrity: listed.integrity.clone(),
            ends: listed.ends,
            approved: entry.live.clone(),
            quorum: reading.named.quorum,
            authorised: listed.authorised.iter().skip(earlier).cloned().collect(),
        })
    }
}

impl SeenIn {
    fn of(row: &Row, seen: &Seen, reading: &Reading) -> Self {
        Self {
            rule: seen.rule.to_string(),
            kind: seen.kind,
            srcdoc: seen.srcdoc,
            script: seen.script.to_string(),
            digest: seen.digest.as_deref().map(str::to_owned),
            attribute: seen.attribute.as_deref().map(str::to_owned),
            verdict: seen.verdict,
            reason: seen.reason.to_string(),
            enforced: seen.enforced,
            current: seen.current,
            count: seen.count,
            share: reading.judged.share(&row.site, seen),
            first_seen: seen.first,
            last_seen: seen.last,
        }
    }
}

impl Reading {
    /// What is not there, in sentences.
    pub(super) fn gaps(&self) -> Vec<String> {
        let most = self.book.more.then(|| {
            format!("pages showed more than {} things: the latest are here", crate::register::MOST_SEEN)
        });
        let store = self.store.as_ref().map(|why| {
            format!("the store does not answer ({why}): what pages showed is what this process remembers")
        });
        store.into_iter().chain(self.policies.clone()).chain(most).collect()
    }
}

/// What is wanted, from the query of a request.
pub(super) fn wanted(state: &State, query: Option<String>) -> Result<Wanted, AskError> {
    let now = state.clock.now();
    let mut wanted = Wanted::everything();
    for (name, value) in parameters(query) {
        wanted.set(&name, &value, now)?;
    }
    Ok(wanted)
}

/// `GET /api/register`: every script, named or seen.
pub(super) async fn register(
    FromState(state): FromState<State>,
    Extension(books): Extension<Books>,
    RawQuery(query): RawQuery,
) -> Result<Json<Scripts>, Refused> {
    let wanted = wanted(&state, query)?;
    let reading = books.read().await.ok_or(Refused::Later(LATER))?;
    let asked = Arc::clone(&reading);
    let found = worked(move || wanted.find(&asked.book)).await.ok_or(Refused::Later(LATER))?;
    let rows = found.places.iter().filter_map(|place| reading.book.rows().get(*place));
    Ok(Json(Scripts {
        rows: rows.map(|row| Script::of(row, &reading)).collect(),
        next: found.next.map(|next| next.to_string()),
        total: found.total,
        read_at: reading.book.read_at,
        gaps: reading.gaps(),
    }))
}

/// Why nothing is there yet.
pub(super) const LATER: &str = "the register is still being read: try again in a moment";

/// The columns of the table.
const HEAD: [&str; 22] = [
    "site",
    "id",
    "script",
    "state",
    "party",
    "payment pages",
    "tier",
    "owner",
    "why",
    "integrity",
    "may run on",
    "ends",
    "approved digests",
    "approved by",
    "signed by",
    "kinds",
    "page rules",
    "verdicts",
    "reasons",
    "count",
    "first seen",
    "last seen",
];

fn cells(row: &Row) -> [String; 22] {
    let listed = row.entry.as_ref().map(|entry| &entry.listed);
    let said = |text: Option<&String>| text.cloned().unwrap_or_default();
    let moment = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    let current = |of: fn(&Seen) -> &str| {
        let mut texts: Vec<&str> = row.seen.iter().filter(|seen| seen.current).map(of).collect();
        texts.sort_unstable();
        texts.dedup();
        texts.join(" ")
    };
    let approvals = || {
        let acts = listed.into_iter().flat_map(|listed| &listed.authorised);
        acts.filter(|act| act.act == "approval" && act.counts)
    };
    let by = approvals().map(|act| format!("{} at {}: {}", act.by, act.at, act.because));
    let signed = approvals().map(|act| act.signed_by.join(" ")).filter(|names| !names.is_empty());
    [
        row.site.to_string(),
        row.id.as_deref().unwrap_or_default().to_owned(),
        row.script.to_string(),
        row.state.name().to_owned(),
        if row.third_party { "third" } else { "first" }.to_owned(),
        if row.payment { "yes" } else { "no" }.to_owned(),
        row.entry
            .as_ref()
            .and_then(|entry| entry.tier)
            .map(|tier| tier.name().to_owned())
            .unwrap_or_default(),
        said(listed.and_then(|listed| listed.owner.as_ref())),
        said(listed.map(|listed| &listed.why)),
        said(listed.map(|listed| &listed.integrity)),
        listed.map(|listed| listed.pages.join(" ")).unwrap_or_default(),
        moment(row.ends()),
        row.live().join(" "),
        by.collect::<Vec<_>>().join("; "),
        signed.collect::<Vec<_>>().join("; "),
        current(|seen| seen.kind.name()),
        current(|seen| &seen.rule),
        current(|seen| seen.verdict.name()),
        current(|seen| &seen.reason),
        row.count().to_string(),
        moment(row.first()),
        moment(row.last()),
    ]
}

/// `GET /scripts.csv`: the whole of what is wanted, written as it is read.
pub(super) async fn table(
    FromState(state): FromState<State>,
    Extension(books): Extension<Books>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    let wanted = wanted(&state, query)?;
    let reading = books.read().await.ok_or(Refused::Later(LATER))?;
    let asked = Arc::clone(&reading);
    let places = worked(move || wanted.find_all(&asked.book)).await.ok_or(Refused::Later(LATER))?;
    let head = csv_rows(std::iter::once(HEAD.map(str::to_owned))).unwrap_or_default();
    let body = Body::new(Table { head: Some(head), reading, places, next: 0 });
    Ok(csv_answer("scripts.csv", body))
}

/// A table as a file.
pub(super) fn csv_answer(name: &str, body: impl Into<Body>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, disposition)];
    (StatusCode::OK, headers, body.into()).into_response()
}

/// A long table, some hundred rows at a time.
struct Table {
    head: Option<String>,
    reading: Arc<Reading>,
    places: Vec<usize>,
    next: usize,
}

impl http_body::Body for Table {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = &mut *self;
        if let Some(head) = this.head.take() {
            return Poll::Ready(Some(Ok(Frame::data(head.into()))));
        }
        let end = this.next.saturating_add(CHUNK).min(this.places.len());
        let part = this.places.get(this.next..end).unwrap_or_default();
        this.next = end;
        if part.is_empty() {
            return Poll::Ready(None);
        }
        let rows = part.iter().filter_map(|place| this.reading.book.rows().get(*place)).map(cells);
        Poll::Ready(Some(Ok(Frame::data(csv_rows(rows).unwrap_or_default().into()))))
    }
}
