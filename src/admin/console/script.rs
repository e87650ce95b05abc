//! One script: its versions and who approved them, what they reach, what its vendor serves, what browsers said.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Extension, RawQuery, State as FromState};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use tokio::task::spawn_blocking;

use super::code::{Change, Code, Readers, Unapproved, approved, bounded, unapproved};
use super::command;
use super::frame::{Frame, Place, show};
use super::links::{Asked, link};
use super::moment::Moment;
use super::scripts::{ActView, PlaceView, tone};
use super::violations::{GroupView, about, mentioning};
use crate::admin::State;
use crate::admin::access::Caller;
use crate::admin::books::{Books, Reading, Sources};
use crate::admin::register::LATER;
use crate::inventory::Tier;
use crate::policy::InlineKind;
use crate::register::{Comes, Row};
use crate::sri::{Algorithm, Digest};
use crate::store::DriftRow;

/// Places where it was seen.
const PLACES: usize = 100;
/// Acts about its bytes.
const ACTS: usize = 100;
/// Groups of reports about it.
const GROUPS: usize = 5;

#[derive(Template)]
#[template(path = "script.html")]
struct Script {
    frame: Frame,
    gaps: Vec<String>,
    site: String,
    name: String,
    shown: Option<Shown>,
    search: String,
}

struct Shown {
    script: String,
    named: Option<NamedView>,
    state: &'static str,
    tone: &'static str,
    third_party: bool,
    payment: bool,
    places: Vec<PlaceView>,
    more_places: usize,
    versions: Vec<ActView>,
    more_versions: usize,
    /// What can be compared: digest, words, and whether it is the old and the new one.
    choices: Vec<Version>,
    drift: Option<(DriftView, Vec<Before>)>,
    /// Digests of bytes that stand as a finding now.
    unknown: Vec<String>,
    unapproved: Vec<UnapprovedView>,
    /// The difference that was asked for.
    change: Option<Change>,
    code: Option<Code>,
    /// What can't be shown, and why.
    problems: Vec<String>,
    review: Option<Review>,
    groups: Option<Vec<GroupView>>,
    /// Further groups may mention it.
    is_part: bool,
    violations: String,
    approve: Option<String>,
    lines: Option<String>,
}

struct NamedView {
    id: String,
    tier: Option<&'static str>,
    owner: Option<String>,
    why: String,
    integrity: String,
    pages: String,
    ends: Option<String>,
    quorum: usize,
}

/// A version that can be compared with another.
struct Version {
    digest: String,
    words: String,
    from: bool,
    to: bool,
}

/// How a vendor's script stands.
struct DriftView {
    drift: Cow<'static, str>,
    severity: Cow<'static, str>,
    message: String,
    because: Vec<String>,
    what_to_do: Option<String>,
    mirrored: bool,
    /// Whether somebody should look at it.
    finding: bool,
    since: Moment,
    looked: Moment,
}

impl DriftView {
    fn new(row: DriftRow, now: Timestamp) -> Self {
        Self {
            drift: row.drift,
            severity: row.severity,
            message: row.message,
            because: row.because,
            what_to_do: row.what_to_do,
            mirrored: row.mirrored,
            finding: row.finding,
            since: Moment::new(row.since, now),
            looked: Moment::new(row.looked_at, now),
        }
    }
}

/// How it stood before.
struct Before {
    at: Moment,
    drift: String,
    severity: String,
}

struct UnapprovedView {
    name: String,
    size: u64,
    at: Option<Moment>,
    link: String,
    chosen: bool,
}

/// Bytes that nobody has approved, for a person who might.
struct Review {
    code: Code,
    change: Option<Change>,
    approve: Option<String>,
}

/// `GET /script`.
pub(super) async fn page(
    FromState(state): FromState<State>,
    caller: Caller,
    Extension(books): Extension<Books>,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = Asked::of(query);
    let frame = Frame::of(&state, Place::Scripts, &caller);
    let (site, id, seen) = (asked.value("site"), asked.value("id"), asked.value("seen"));
    let name = if id.is_empty() { seen } else { id };
    let search = link("/scripts", [("text", name)]);
    let mut page =
        Script { frame, gaps: Vec::new(), site: site.to_owned(), name: name.to_owned(), shown: None, search };
    let Some(reading) = books.read().await else {
        page.gaps.push(LATER.to_owned());
        return (StatusCode::OK, show(&page)).into_response();
    };
    page.gaps = reading.gaps();
    let row = if id.is_empty() { reading.book.unnamed(site, seen) } else { reading.book.named(site, id) };
    let Some(row) = row else { return (StatusCode::NOT_FOUND, show(&page)).into_response() };
    let mut shown = Shown::of(row, &reading, &state, &asked);
    let texts = about(&state, site, &mentioned(row), GROUPS).await;
    let now = state.clock.now();
    let texts = page.frame.answered(texts);
    shown.is_part = texts.as_ref().is_some_and(|part| part.next.is_some());
    shown.groups = texts.map(|part| part.rows.iter().map(|row| GroupView::new(row, now)).collect());
    if row.entry.is_some() {
        shown.look(row, &reading, &state.sources, books.readers(), &asked, now).await;
    }
    page.shown = Some(shown);
    (StatusCode::OK, show(&page)).into_response()
}

/// By what reports name it.
fn mentioned(row: &Row) -> String {
    let url = url::Url::parse(&row.script).ok().filter(url::Url::has_host).map(|mut url| {
        // Reports are kept without.
        url.set_query(None);
        url.set_fragment(None);
        url.to_string()
    });
    url.unwrap_or_else(|| row.script.to_string())
}

impl Shown {
    fn of(row: &Row, reading: &Reading, state: &State, asked: &Asked) -> Self {
        let now = state.clock.now();
        let quorum = reading.named.quorum;
        let acts = row.entry.as_ref().map(|entry| entry.listed.authorised.as_slice()).unwrap_or_default();
        let versions = acts.iter().rev().take(ACTS).map(|act| ActView::new(act, quorum, row.live(), now));
        let drift = state.store.drifts().into_iter();
        let drift = drift
            .filter(|_| row.id.is_some())
            .find(|drift| *drift.site == *row.site && drift.script == row.name());
        let policies = state.sources.policies.as_deref();
        Self {
            script: row.script.to_string(),
            named: NamedView::of(row, quorum),
            state: row.state.words(),
            tone: tone(row.state),
            third_party: row.third_party,
            payment: row.payment,
            places: row
                .seen
                .iter()
                .take(PLACES)
                .map(|seen| PlaceView::new(&row.site, seen, &reading.judged, now))
                .collect(),
            more_places: row.seen.len().saturating_sub(PLACES),
            versions: versions.collect(),
            more_versions: acts.len().saturating_sub(ACTS),
            choices: choices(row, asked),
            unknown: drift.as_ref().map(|drift| drift.unknown.clone()).unwrap_or_default(),
            drift: drift.map(|drift| of_drift(drift, now)),
            unapproved: Vec::new(),
            change: None,
            code: None,
            problems: Vec::new(),
            review: None,
            groups: None,
            is_part: false,
            violations: mentioning(&row.site, &mentioned(row)),
            approve: policies.and_then(|policies| command::approve(row, policies, quorum, None)),
            lines: if row.id.is_none() { command::entry(row) } else { None },
        }
    }

    /// Looks into the bytes.
    async fn look(
        &mut self,
        row: &Row,
        reading: &Reading,
        sources: &Sources,
        readers: &Readers,
        asked: &Asked,
        now: Timestamp,
    ) {
        let (Some(policies), true) = (sources.policies.clone(), is_code(row)) else { return };
        let newest = row.live().last().cloned();
        let (from, to) = (asked.value("from").to_owned(), asked.value("to").to_owned());
        let known = |digest: &String| self.choices.iter().any(|choice| choice.digest == *digest);
        if known(&from) && known(&to) {
            let old = self.bytes(&policies, row, &from).await;
            let new = self.bytes(&policies, row, &to).await;
            if let (Some(old), Some(new)) = (old, new) {
                self.change = readers.change((from, &old), (to, &new)).await;
                self.busy_unless(self.change.is_some());
            }
        }
        let approved = match &newest {
            Some(digest) => self.bytes(&policies, row, digest).await,
            None => None,
        };
        if let (Some(digest), Some(bytes)) = (&newest, &approved) {
            self.code = readers.code(digest.clone(), bytes).await;
            self.busy_unless(self.code.is_some());
        }
        let Some(quarantine) = sources.quarantine.clone() else { return };
        let (site, id) = (row.site.to_string(), row.name().to_owned());
        let lies = spawn_blocking(move || unapproved(&quarantine, &site, &id)).await.unwrap_or_default();
        let wanted = asked.value("review");
        let chosen = lies
            .iter()
            .find(|one| one.name == wanted)
            .or_else(|| lies.iter().find(|one| self.is_found(&one.name)));
        if let Some(chosen) = chosen {
            let before = newest.zip(approved);
            self.review = self.review(row, chosen, before, readers, &policies, reading.named.quorum).await;
        }
        let chosen = chosen.map(|chosen| chosen.name.clone());
        self.unapproved =
            lies.iter().map(|one| UnapprovedView::new(one, row, chosen.as_deref(), now)).collect();
    }

    async fn bytes(&mut self, policies: &Path, row: &Row, digest: &str) -> Option<Arc<Vec<u8>>> {
        let (policies, site, id) = (policies.to_owned(), row.site.to_string(), row.name().to_owned());
        let digest = digest.to_owned();
        let read = spawn_blocking(move || approved(&policies, &site, &id, &digest)).await;
        self.or_problem(read.unwrap_or_else(|_panicked| Err("reading it failed".to_owned())))
    }

    async fn review(
        &mut self,
        row: &Row,
        chosen: &Unapproved,
        before: Option<(String, Arc<Vec<u8>>)>,
        readers: &Readers,
        policies: &Path,
        quorum: usize,
    ) -> Option<Review> {
        let path = chosen.path.clone();
        let read = spawn_blocking(move || bounded(&path)).await;
        let bytes = self.or_problem(read.unwrap_or_else(|_panicked| Err("reading it failed".to_owned())))?;
        let name = Digest::of(Algorithm::Sha384, &bytes).to_string();
        let code = readers.code(name.clone(), &bytes).await;
        self.busy_unless(code.is_some());
        let change = match before {
            Some((digest, old)) => readers.change((digest, &old), (name, &bytes)).await,
            None => None,
        };
        Some(Review {
            code: code?,
            change,
            approve: command::approve(row, policies, quorum, Some(&chosen.path)),
        })
    }

    /// Whether bytes of this name in the quarantine are what is served now.
    fn is_found(&self, name: &str) -> bool {
        let digests = self.unknown.iter().filter_map(|digest| digest.parse::<Digest>().ok());
        digests.map(|digest| digest.url_safe()).any(|found| found == name)
    }

    fn or_problem<T>(&mut self, read: Result<T, String>) -> Option<T> {
        match read {
            Ok(read) => Some(read),
            Err(why) => {
                if !self.problems.contains(&why) {
                    self.problems.push(why);
                }
                None
            }
        }
    }

    fn busy_unless(&mut self, read: bool) {
        if !read {
            let _ = self.or_problem::<()>(Err("other code is being read: try again in a moment".to_owned()));
        }
    }
}

/// Whether what is approved is code, and not a list, a map, or a statement about a URL.
fn is_code(row: &Row) -> bool {
    let Some(entry) = &row.entry else { return false };
    let inline = match entry.inline {
        Some(InlineKind::ImportMap | InlineKind::SpeculationRules) => false,
        Some(InlineKind::Script | InlineKind::Handler | InlineKind::Url) | None => true,
    };
    inline && entry.tier != Some(Tier::Evergreen) && entry.listed.comes != Comes::FromBuild
}

impl NamedView {
    fn of(row: &Row, quorum: usize) -> Option<Self> {
        let entry = row.entry.as_ref()?;
        let listed = &entry.listed;
        let pages = if listed.pages.is_empty() { "all".to_owned() } else { listed.pages.join("  ") };
        Some(Self {
            id: listed.script.clone(),
            tier: entry.tier.map(Tier::name),
            owner: listed.owner.clone(),
            why: listed.why.clone(),
            integrity: listed.integrity.clone(),
            pages,
            ends: listed.ends.map(|ends| format!("{ends:.0}")),
            quorum,
        })
    }
}

impl UnapprovedView {
    fn new(one: &Unapproved, row: &Row, chosen: Option<&str>, now: Timestamp) -> Self {
        let pairs = [("site", &*row.site), ("id", row.name()), ("review", &one.name)];
        Self {
            name: one.name.clone(),
            size: one.size,
            at: one.at.map(|at| Moment::new(at, now)),
            link: format!("{}#review", link("/script", pairs)),
            chosen: chosen == Some(one.name.as_str()),
        }
    }
}

fn of_drift(drift: DriftRow, now: Timestamp) -> (DriftView, Vec<Before>) {
    let before = drift.history.iter().map(|change| Before {
        at: Moment::new(change.at, now),
        drift: change.drift.to_string(),
        severity: change.severity.to_string(),
    });
    let before = before.collect();
    (DriftView::new(drift, now), before)
}

/// Each version once, the last approved first; without a question the last two are compared.
fn choices(row: &Row, asked: &Asked) -> Vec<Version> {
    let acts = row.entry.as_ref().map(|entry| entry.listed.authorised.as_slice()).unwrap_or_default();
    let mut digests: Vec<(&String, String)> = Vec::new();
    for act in acts.iter().rev().filter(|act| act.act == "approval") {
        let Some(digest) = &act.digest else { continue };
        if digests.len() < ACTS && !digests.iter().any(|(known, _)| *known == digest) {
            let short: String = digest.chars().take(15).collect();
            digests.push((digest, format!("{:.0} {} {short}…", act.at, act.by)));
        }
    }
    let (from, to) = (asked.value("from"), asked.value("to"));
    let versions = digests.into_iter().enumerate().map(|(place, (digest, words))| Version {
        from: if from.is_empty() { place == 1 } else { digest == from },
        to: if to.is_empty() { place == 0 } else { digest == to },
        digest: digest.clone(),
        words,
    });
    versions.collect()
}
