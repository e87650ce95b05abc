//! The policies as they are in force, what is said of them, what was refused, and which there were.

use askama::Template;
use axum::extract::State as FromState;
use axum::response::Response;
use jiff::Timestamp;

use super::frame::{Frame, Place, show};
use super::moment::Moment;
use super::sites::{Carried, rules};
use crate::admin::State;
use crate::admin::access::Caller;
use crate::diagnostic::{Diagnostic, render};
use crate::policy::{
    FailMode, Mode, PageOutline, PageRules, ScriptOutline, Site, Snapshot, Unapproved, outline_first, scripts,
};
use crate::store::GenerationRow;

/// Sites, page rules of a site, scripts and generations on the page.
const SITES: usize = 100;
const RULES: usize = 100;
const SCRIPTS: usize = 500;
const GENERATIONS: usize = 200;
/// Different heads of pages.
const OUTLINES: usize = 100;

#[derive(Template)]
#[template(path = "policy.html")]
struct Page {
    frame: Frame,
    generation: u64,
    fingerprint: String,
    loaded: Moment,
    refused: Option<Moment>,
    /// What is wrong with the refused change.
    diagnostics: Vec<DiagnosticView>,
    /// What the author of those in force should know.
    warnings: Vec<DiagnosticView>,
    diagnostics_more: usize,
    sites: Vec<SiteView>,
    sites_more: usize,
    scripts: Vec<ScriptView>,
    scripts_more: usize,
    build_files: usize,
    outlines: Vec<PageOutline>,
    outlines_more: bool,
    /// The last one first; where that is known.
    generations: Option<Vec<GenerationView>>,
}

struct DiagnosticView {
    message: String,
    /// With its place and the way out, as `countersign check` writes it.
    text: String,
}

struct SiteView {
    name: String,
    hosts: String,
    upstreams: String,
    rules: Vec<RuleView>,
    more: usize,
}

struct RuleView {
    path: String,
    mode: Carried,
    payment: bool,
    unapproved: &'static str,
    fail: &'static str,
    second_opinion: &'static str,
    own_scripts: &'static str,
}

struct ScriptView {
    site: String,
    id: String,
    address: String,
    delivery: &'static str,
    standing: &'static str,
    tone: &'static str,
    digests: usize,
    ends: Option<String>,
}

struct GenerationView {
    fingerprint: String,
    at: Moment,
    in_force: bool,
}

/// `GET /policy`.
pub(in crate::admin) async fn page(caller: Caller, FromState(state): FromState<State>) -> Response {
    show(&build(&state, &caller).await)
}

async fn build(state: &State, caller: &Caller) -> Page {
    let now = state.clock.now();
    let mut frame = Frame::of(state, Place::Policy, caller);
    let generations = frame.answered(state.archive.ask(|store| store.generations(GENERATIONS)).await);
    let snapshot = state.published.load_full();
    let standing = state.metrics.policies().standing();
    let found = state.findings.found();
    let listed = scripts(&snapshot, now, SCRIPTS);
    let outlines = outline_first(&snapshot, now, OUTLINES);
    Page {
        frame,
        generation: snapshot.generation.number,
        fingerprint: snapshot.generation.fingerprint.clone(),
        loaded: Moment::new(standing.since, now),
        refused: standing.refused.map(|refusal| Moment::new(refusal.at, now)),
        diagnostics: found.refused.iter().map(DiagnosticView::of).collect(),
        warnings: found.in_force.iter().map(DiagnosticView::of).collect(),
        diagnostics_more: found.left_out,
        sites: snapshot.sites.iter().take(SITES).map(|site| SiteView::of(site)).collect(),
        sites_more: snapshot.sites.len().saturating_sub(SITES),
        scripts: listed.scripts.into_iter().map(|script| ScriptView::of(script, now)).collect(),
        scripts_more: listed.more,
        build_files: listed.build_files,
        outlines_more: outlines.len() >= OUTLINES,
        outlines,
        generations: generations.map(|rows| history(rows, &snapshot, now)),
    }
}

fn history(rows: Vec<GenerationRow>, snapshot: &Snapshot, now: Timestamp) -> Vec<GenerationView> {
    let in_force = &snapshot.generation.fingerprint;
    let view = |row: GenerationRow| GenerationView {
        in_force: row.fingerprint == *in_force,
        fingerprint: row.fingerprint,
        at: Moment::new(row.at, now),
    };
    rows.into_iter().map(view).collect()
}

impl DiagnosticView {
    fn of(diagnostic: &Diagnostic) -> Self {
        Self { message: diagnostic.message.clone(), text: render(diagnostic, false) }
    }
}

impl SiteView {
    fn of(site: &Site) -> Self {
        let hosts = if site.hosts.is_empty() { "every host".to_owned() } else { site.hosts.join(", ") };
        let upstreams = site.upstreams.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let shown: Vec<RuleView> = rules(site).take(RULES).map(RuleView::of).collect();
        let more = rules(site).count().saturating_sub(shown.len());
        Self { name: site.name.to_string(), hosts, upstreams, rules: shown, more }
    }
}

impl RuleView {
    fn of(rules: &PageRules) -> Self {
        Self {
            path: rules.path.as_str().to_owned(),
            mode: Carried::of(rules),
            payment: rules.payment,
            unapproved: match rules.unapproved {
                Unapproved::Quarantine => "made inert",
                Unapproved::Strip => "removed",
            },
            fail: match rules.fail {
                FailMode::Closed => "cut",
                FailMode::HeadersOnly => "goes on under headers alone",
            },
            second_opinion: rules.second_opinion.name(),
            own_scripts: rules.own_scripts.name(),
        }
    }
}

impl ScriptView {
    fn of(script: ScriptOutline, now: Timestamp) -> Self {
        let ended = script.ends.is_some_and(|end| end <= now);
        let (standing, tone) = match (script.runs, script.digests) {
            (true, _) => ("approved", "good"),
            (false, _) if ended => ("ended", "problem"),
            (false, 0) => ("not approved yet", "stopped"),
            (false, _) => ("approved, but cannot be served", "problem"),
        };
        Self {
            site: script.site,
            id: script.id.to_string(),
            address: script.address.unwrap_or_else(|| "in the page".to_owned()),
            delivery: script.tier.map_or("by digest", |tier| tier.name()),
            standing,
            tone,
            digests: script.digests,
            ends: script.ends.map(|end| format!("{end:.0}")),
        }
    }
}

/// Whether verdicts are carried out on pages of this outline, in words.
fn carried(page: &PageOutline) -> String {
    match (page.mode, page.enforce_percent) {
        (Mode::Observe, _) => "sent as report-only".to_owned(),
        (Mode::Enforce, 100..) => "enforced".to_owned(),
        (Mode::Enforce, percent) => format!("enforced for {percent} %"),
    }
}
