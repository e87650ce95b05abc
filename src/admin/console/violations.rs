//! What browsers reported, in groups, each with what it means and what to do.

use askama::Template;
use axum::extract::{RawQuery, State as FromState};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};

use super::frame::{Frame, Place, show};
use super::links::{Asked, Choice, link};
use super::moment::Moment;
use crate::admin::State;
use crate::admin::access::Caller;
use crate::admin::asked::{Refused, question};
use crate::admin::register::csv_answer;
use crate::reports::{in_words, table as reports_table, what_to_do};
use crate::store::{Class, Filter, HourRow, NETWORKS, Order, Paging, Part, Question, ViolationRow};

/// Groups in one file.
const TABLE: usize = 10_000;
/// Parts that are asked for at the most.
const PARTS: usize = 50;
/// Over how many hours classes are counted where no time is asked for.
const HOURS: i64 = 24;

#[derive(Template)]
#[template(path = "violations.html")]
struct Violations {
    frame: Frame,
    wrong: Option<String>,
    text: String,
    rule: String,
    directive: String,
    since: String,
    until: String,
    sites: Vec<(String, bool)>,
    classes: Vec<Choice>,
    kinds: Vec<Choice>,
    dispositions: Vec<Choice>,
    spans: Vec<Choice>,
    orders: Vec<Choice>,
    narrowed: bool,
    /// How many reports of each class, and of which time; `None`: not known.
    counts: Option<Vec<CountView>>,
    counted: &'static str,
    rows: Option<Vec<GroupView>>,
    first: Option<String>,
    next: Option<String>,
    csv: String,
    json: String,
}

/// Reports of a class.
struct CountView {
    class: &'static str,
    means: &'static str,
    tone: &'static str,
    count: u64,
    link: String,
}

/// A group of reports.
pub(super) struct GroupView {
    pub(super) link: String,
    pub(super) class: &'static str,
    pub(super) tone: &'static str,
    pub(super) means: String,
    pub(super) to_do: Option<String>,
    pub(super) site: String,
    pub(super) rule: Option<String>,
    pub(super) directive: String,
    pub(super) blocked: String,
    pub(super) disposition: String,
    pub(super) count: u64,
    pub(super) networks: String,
    pub(super) first: Moment,
    pub(super) last: Moment,
}

impl GroupView {
    pub(super) fn new(row: &ViolationRow, now: Timestamp) -> Self {
        let violation = &row.violation;
        Self {
            link: format!("/violations/{}", row.id),
            class: violation.class.name(),
            tone: tone(violation.class),
            means: in_words(violation, row.page()),
            to_do: what_to_do(violation),
            site: violation.site.clone(),
            rule: violation.rule.clone(),
            directive: violation.directive.clone(),
            blocked: violation.blocked.clone(),
            disposition: violation.disposition.clone(),
            count: row.count,
            networks: networks(row),
            first: Moment::new(row.first_seen, now),
            last: Moment::new(row.last_seen, now),
        }
    }
}

/// From how many networks; more than are counted have a plus.
pub(super) fn networks(row: &ViolationRow) -> String {
    if row.networks >= NETWORKS { format!("{NETWORKS}+") } else { row.networks.to_string() }
}

/// The class that colours a class of violations.
pub(super) const fn tone(class: Class) -> &'static str {
    match class {
        Class::PolicyFault => "problem",
        Class::StoppedAsMeant => "stopped",
        Class::NeverServed | Class::Unjoined | Class::ForgedOrStale | Class::Notice => "",
    }
}

/// What a class means, in a few words.
pub(super) const fn class_words(class: Class) -> &'static str {
    match class {
        Class::PolicyFault => "the policy stops what pages need",
        Class::StoppedAsMeant => "stopped, as the policy says",
        Class::NeverServed => "never in a page of ours: mostly visitors' extensions",
        Class::Unjoined => "of a page that nobody knows",
        Class::ForgedOrStale => "forged, or of policies of long ago",
        Class::Notice => "no violation, but worth knowing",
    }
}

/// `GET /violations`.
pub(super) async fn page(
    FromState(state): FromState<State>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = Asked::of(query);
    let now = state.clock.now();
    let (mut question, mut wrong) = (Question::everything(), None);
    for (name, value) in asked.pairs() {
        if let Err(error) = question.set(name, value, now) {
            wrong.get_or_insert_with(|| error.to_string());
        }
    }
    let status = if wrong.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let mut page = Violations::of(Frame::of(&state, Place::Violations, &caller), &asked, wrong);
    let snapshot = state.published.load_full();
    page.sites =
        snapshot.sites.iter().map(|site| (site.name.0.clone(), site.name.0 == asked.value("site"))).collect();
    page.fill(&state, question, &asked, now).await;
    (status, show(&page)).into_response()
}

impl Violations {
    fn of(frame: Frame, asked: &Asked, wrong: Option<String>) -> Self {
        let kinds = ["csp-violation", "integrity-violation", "script-refused", "csp-hash"];
        let orders =
            [("recent", "last reported first"), ("top", "most often first"), ("new", "newest first")];
        let ways = [("enforce", "stopped"), ("report", "only reported")];
        let spans =
            [("1h", "in the last hour"), ("24h", "in the last 24 hours"), ("7d", "in the last 7 days")];
        Self {
            frame,
            wrong,
            text: asked.value("text").to_owned(),
            rule: asked.value("rule").to_owned(),
            directive: asked.value("directive").to_owned(),
            since: asked.value("since").to_owned(),
            until: asked.value("until").to_owned(),
            sites: Vec::new(),
            classes: Choice::list(
                asked,
                "class",
                "any",
                Class::ALL.map(|class| (class.name(), class.name())),
            ),
            kinds: Choice::list(asked, "kind", "any", kinds.map(|kind| (kind, kind))),
            dispositions: Choice::list(asked, "disposition", "any", ways),
            spans: Choice::list(asked, "new-since", "ever", spans),
            orders: Choice::list(asked, "order", "last reported first", orders.into_iter().skip(1)),
            narrowed: asked.pairs().any(|(name, _)| !["order", "limit", "after"].contains(&name)),
            counts: None,
            counted: "",
            rows: None,
            first: (!asked.value("after").is_empty()).then(|| asked.again("/violations", &[])),
            next: None,
            csv: asked.again("/violations.csv", &[]),
            json: asked.again("/api/reports", &[]),
        }
    }

    async fn fill(&mut self, state: &State, question: Question, asked: &Asked, now: Timestamp) {
        let timed = question.filter.since.is_some() || question.filter.until.is_some();
        self.counted = if timed { "In that time" } else { "In the last 24 hours" };
        let mut filter = question.filter.clone();
        if !timed {
            filter.since = now.checked_sub(SignedDuration::from_hours(HOURS - 1)).ok();
        }
        let Question { filter: which, order, paging } = question;
        let answer = state
            .archive
            .ask(move |store| Ok((store.violations(&which, order, &paging)?, store.hours(&filter)?)));
        let Some((Part { rows, next }, hours)) = self.frame.answered(answer.await) else { return };
        self.next = next.map(|next| asked.again("/violations", &[("after", &next.to_string())]));
        self.rows = Some(rows.iter().map(|row| GroupView::new(row, now)).collect());
        self.counts = Some(counts(&hours, asked));
    }
}

fn counts(hours: &[HourRow], asked: &Asked) -> Vec<CountView> {
    let count = |class: Class| {
        let of_class = hours.iter().filter(|hour| hour.class == class).map(|hour| hour.count);
        of_class.fold(0_u64, u64::saturating_add)
    };
    let view = |class: Class| CountView {
        class: class.name(),
        means: class_words(class),
        tone: tone(class),
        count: count(class),
        link: asked.again("/violations", &[("class", class.name())]),
    };
    Class::ALL.into_iter().map(view).filter(|view| view.count > 0).collect()
}

/// `GET /violations.csv`: the groups that fit, as many as a spreadsheet is of use for.
pub(super) async fn table(
    FromState(state): FromState<State>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refused> {
    let Question { filter, order, paging } = question(&state, query)?;
    let mut rows: Vec<ViolationRow> = Vec::new();
    let mut paging = Paging { limit: Paging::MOST, ..paging };
    // A part that finds little has looked at much: a table is no reason to look at everything.
    for _part in 0..PARTS {
        if rows.len() >= TABLE {
            break;
        }
        let (filter, asked) = (filter.clone(), paging.clone());
        let part = state.archive.ask(move |store| store.violations(&filter, order, &asked)).await?;
        rows.extend(part.rows);
        let Some(next) = part.next else { break };
        paging.after = Some(next);
    }
    let table = reports_table(&rows).map_err(|_error| Refused::Later("the table can't be written"))?;
    Ok(csv_answer("violations.csv", table))
}

/// The violations that mention a text, for pages about it.
pub(super) fn mentioning(site: &str, text: &str) -> String {
    link("/violations", [("site", site), ("text", text)])
}

/// The groups that were reported last of those that mention a text, and whether only a part of all was looked at.
pub(super) async fn about(
    state: &State,
    site: &str,
    text: &str,
    most: usize,
) -> Result<Part<ViolationRow>, crate::store::DatabaseError> {
    let filter = Filter { site: Some(site.to_owned()), text: Some(text.to_owned()), ..Filter::default() };
    state.archive.ask(move |store| store.violations(&filter, Order::Recent, &Paging::first(most))).await
}
