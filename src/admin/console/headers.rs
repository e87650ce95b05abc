//! The application's security headers by page rule: what came first, what protects less since, what browsers get, and
//! what somebody accepted.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{RawQuery, State as FromState};
use axum::response::Response;
use jiff::Timestamp;

use super::frame::{Frame, Place, show};
use super::links::Asked;
use super::moment::Moment;
use crate::admin::State;
use crate::admin::access::Caller;
use crate::headers::{Rule, Weakened};
use crate::policy::{Mode, PageRules, Snapshot};

/// Page rules on one page.
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "headers.html")]
struct HeadersPage {
    frame: Frame,
    rules: Vec<RuleView>,
    count: usize,
    /// How many protect less.
    less: usize,
    next: Option<usize>,
    is_first: bool,
}

/// The pages of a page rule.
struct RuleView {
    site: String,
    rule: String,
    payment: bool,
    /// No policy in force has it any more.
    is_gone: bool,
    since: Moment,
    fields: Vec<FieldView>,
    weakened: Vec<WeakenedView>,
    accepted: Vec<AcceptedView>,
}

/// One field: first, lately, and as browsers get it.
struct FieldView {
    name: String,
    first: Option<String>,
    lately: Option<String>,
    is_other: bool,
    ours: String,
}

/// A way of protecting less.
struct WeakenedView {
    ways: Vec<String>,
    since: Moment,
    last: Moment,
}

struct AcceptedView {
    by: String,
    because: Option<String>,
    at: Moment,
    fields: Vec<(String, String)>,
}

impl RuleView {
    fn new(rule: Rule, snapshot: &Snapshot, now: Timestamp) -> Self {
        let in_force = page_rules(snapshot, &rule);
        let lately = rule.weakened.iter().max_by_key(|weakened| weakened.last);
        let fields = fields(&rule, lately, in_force);
        let weakened = |weakened: &Weakened| WeakenedView {
            ways: weakened.how.iter().map(ToString::to_string).collect(),
            since: Moment::new(weakened.since, now),
            last: Moment::new(weakened.last, now),
        };
        let accepted = rule.accepted.iter().rev().map(|accepted| AcceptedView {
            by: accepted.by.clone(),
            because: accepted.because.clone(),
            at: Moment::new(accepted.at, now),
            fields: accepted.fields.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        });
        Self {
            payment: rule.payment,
            is_gone: in_force.is_none(),
            since: Moment::new(rule.since, now),
            fields,
            weakened: rule.weakened.iter().map(weakened).collect(),
            accepted: accepted.collect(),
            site: rule.site,
            rule: rule.rule,
        }
    }
}

fn page_rules<'s>(snapshot: &'s Snapshot, rule: &Rule) -> Option<&'s PageRules> {
    let site = snapshot.sites.iter().find(|site| site.name.0 == rule.site)?;
    site.pages.iter().find(|page| page.path.as_str() == rule.rule)
}

/// Every field that came or that the policy sets, by name.
fn fields(rule: &Rule, lately: Option<&Weakened>, in_force: Option<&PageRules>) -> Vec<FieldView> {
    let mut all: BTreeMap<String, (Option<String>, Option<String>)> = BTreeMap::new();
    for (name, value) in rule.baseline.iter() {
        all.entry(name.to_owned()).or_default().0 = Some(value.to_owned());
    }
    let now = lately.map_or(&rule.baseline, |weakened| &weakened.fields);
    for (name, value) in now.iter() {
        all.entry(name.to_owned()).or_default().1 = Some(value.to_owned());
    }
    for (name, _) in in_force.iter().flat_map(|page| &page.headers.fields) {
        all.entry(name.as_str().to_owned()).or_default();
    }
    if in_force.is_some_and(|page| page.mode == Mode::Enforce) {
        for name in ["content-security-policy", "x-content-type-options"] {
            all.entry(name.to_owned()).or_default();
        }
    }
    let view = |(name, (first, lately)): (String, (Option<String>, Option<String>))| FieldView {
        is_other: first != lately,
        ours: ours(&name, in_force),
        name,
        first,
        lately,
    };
    all.into_iter().map(view).collect()
}

/// What browsers get of a field.
fn ours(name: &str, in_force: Option<&PageRules>) -> String {
    let Some(page) = in_force.filter(|page| page.mode == Mode::Enforce) else {
        return "as the application sends it".to_owned();
    };
    let set = page.headers.fields.iter().find(|(field, _)| field.as_str() == name);
    match (set, name) {
        (Some((_, Some(value))), _) => String::from_utf8_lossy(value.as_bytes()).into_owned(),
        (Some((_, None)), _) => "removed by the policy".to_owned(),
        (None, "content-security-policy") => {
            "ours, for what is approved there; the application's as the policy says".to_owned()
        }
        (None, "x-content-type-options") => "nosniff".to_owned(),
        (None, _) => "as the application sends it".to_owned(),
    }
}

/// `GET /headers`, from the page rule with this number on (`after`).
pub(in crate::admin) async fn page(
    FromState(state): FromState<State>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Response {
    let after = Asked::of(query).value("after").parse().unwrap_or(0);
    show(&build(&state, &caller, after))
}

fn build(state: &State, caller: &Caller, after: usize) -> HeadersPage {
    let (now, snapshot) = (state.clock.now(), state.published.load_full());
    let mut rules = state.headers.all();
    // What protects less comes first.
    rules.sort_by_key(|rule| rule.weakened.is_empty());
    let (count, next) = (rules.len(), after.saturating_add(ROWS));
    HeadersPage {
        frame: Frame::of(state, Place::Headers, caller),
        less: rules.iter().filter(|rule| !rule.weakened.is_empty()).count(),
        rules: rules
            .into_iter()
            .skip(after)
            .take(ROWS)
            .map(|rule| RuleView::new(rule, &snapshot, now))
            .collect(),
        count,
        next: (next < count).then_some(next),
        is_first: after == 0,
    }
}
