//! Explains a page: sends one request for it through the data path, in this process, and tells what
//! fell there. Nothing is judged a second time; verdicts are those that a visitor's page had.
//!
//! ```text
//!  fetch ─► 127.0.0.1, one worker of the data path ─► upstream
//!                      └► witness: verdicts and events, in order
//! ```

mod witness;
mod pipeline;
mod attributes;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

pub use attributes::InAttribute;

use crate::clock::Clock;
use crate::diagnostic::Diagnostic;
use crate::inventory::{ScriptId, SeenKind, Trust};
use crate::policy::{
    FailMode, Mode, PageGrants, PolicyPlaces, Site, Snapshot, Unapproved, UpstreamAddress, Visit,
    load_trusting,
};
use crate::sri::Digest;
use crate::store::{Event, ScriptSeen};
use crate::transport::fetch::{FetchError, Fetched};
use crate::transport::tls::TlsError;

/// What to explain.
#[derive(Debug)]
pub struct Question {
    /// The page, as a visitor names it.
    pub url: Url,
    /// The policies.
    pub policies: PathBuf,
    /// Whose signatures count.
    pub trust: Trust,
    /// The application to ask instead of the one that the policy names.
    pub upstream: Option<UpstreamAddress>,
    /// The application of sites whose policies name none.
    pub default_upstream: Option<UpstreamAddress>,
    /// A CA (PEM) that its certificate may come from, beside the system's.
    pub upstream_ca: Option<PathBuf>,
    /// The longest time for all of it.
    pub patience: Duration,
    /// The time.
    pub clock: Clock,
}

/// Why nothing can be explained.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// The policies say things that can't be.
    #[error("the policies can't be used")]
    Policy(Vec<Diagnostic>),
    /// No policy is for this host.
    #[error("no policy is for the host `{host}`; {hint}")]
    Host {
        /// The host.
        host: String,
        /// Which hosts there are.
        hint: String,
    },
    /// The page was not answered.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// Certificates.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Sockets, threads, files.
    #[error("{0}")]
    System(#[from] io::Error),
}

/// A page rule that counted.
#[derive(Debug)]
pub struct Rule {
    /// Its pattern.
    pub path: String,
    /// Its line; `None` for the rule behind the last.
    pub line: Option<usize>,
    /// Whether verdicts are carried out.
    pub enforces: bool,
    /// For how many of a hundred visitors they are.
    pub percent: u8,
    /// In PCI DSS scope.
    pub payment: bool,
    /// What becomes of scripts without approval.
    pub unapproved: &'static str,
    /// What happens when the rewriter can't go on.
    pub fail: &'static str,
    /// Whether a second parser reads along.
    pub second_opinion: &'static str,
    /// What becomes of the site's own scripts that nobody approved.
    pub own_scripts: &'static str,
}

/// A verdict that fell on the page.
#[derive(Debug)]
pub struct Fallen {
    /// The script and what was decided.
    pub seen: ScriptSeen,
    /// Whom the policy names by it.
    pub id: Option<ScriptId>,
    /// Where.
    pub line: Option<usize>,
}

impl Fallen {
    /// Whether the script runs, as far as the verdict says.
    pub fn passes(&self) -> bool {
        !self.seen.verdict.stops()
    }
}

/// Everything about one page.
#[derive(Debug)]
pub struct Explained {
    /// The site's name.
    pub site: String,
    /// The policies.
    pub generation: String,
    /// The policy file.
    pub file: PathBuf,
    /// The page rule.
    pub rule: Rule,
    /// The answer's status.
    pub status: u16,
    /// Verdicts, in the order of the page.
    pub scripts: Vec<Fallen>,
    /// Code in attributes.
    pub attributes: Vec<InAttribute>,
    /// What the operator would have been told.
    pub events: Vec<Event>,
    /// The head as it was sent.
    pub headers: Vec<(String, String)>,
    /// What `check` warns of.
    pub warnings: Vec<Diagnostic>,
    /// Verdicts that were more than are kept.
    pub left_out: usize,
}

/// Asks for the page, and explains what came.
pub fn explain(question: &Question) -> Result<Explained, ExplainError> {
    let default = question.upstream.clone().or_else(|| question.default_upstream.clone());
    let loaded =
        load_trusting(&question.policies, default, 1, &question.trust).map_err(ExplainError::Policy)?;
    let snapshot = match &question.upstream {
        Some(upstream) => loaded.snapshot.with_upstream(upstream),
        None => loaded.snapshot,
    };
    explain_under(question, snapshot, loaded.warnings)
}

/// The same under policies that are loaded already. Of the question, whom to trust and the upstreams don't count.
pub fn explain_under(
    question: &Question,
    snapshot: Snapshot,
    warnings: Vec<Diagnostic>,
) -> Result<Explained, ExplainError> {
    let host = question.url.host_str().unwrap_or_default().to_owned();
    let Some(site) = snapshot.site(&host).cloned() else {
        let hosts: Vec<String> = snapshot.sites.iter().flat_map(|site| site.hosts.clone()).collect();
        return Err(ExplainError::Host { host, hint: format!("there are: {}", hosts.join(", ")) });
    };
    let generation = snapshot.generation.to_string();
    let (answer, witnessed) = pipeline::ask(question, snapshot)?;
    let places = PolicyPlaces::read(&question.policies, &site.name)?;
    let grants = site.grants(question.url.path(), Visit::enforced(question.clock.now()));
    // Code in attributes is told with the code, so here only that not all was looked at.
    let (code, scripts): (Vec<_>, Vec<_>) = witnessed
        .scripts
        .into_iter()
        .partition(|seen| seen.kind.is_in_attribute() && !seen.script.is_empty());
    let scripts = scripts.into_iter().map(|seen| fallen(seen, &site, &grants, &question.url, &places));
    Ok(Explained {
        site: site.name.to_string(),
        generation,
        rule: rule(&site, &grants, &places),
        status: answer.status,
        scripts: scripts.collect(),
        attributes: attributes::of(&answer, &site, &grants, &places, &code),
        events: witnessed.events,
        headers: headers(&answer),
        warnings,
        left_out: witnessed.left_out,
        file: places.file,
    })
}

fn rule(site: &Site, grants: &PageGrants, places: &PolicyPlaces) -> Rule {
    let rule = site.pages.iter().find(|rule| rule.id == grants.page);
    Rule {
        path: rule.map_or_else(String::new, |rule| rule.path.as_str().to_owned()),
        line: places.rule(grants.page),
        enforces: grants.mode == Mode::Enforce,
        percent: rule.map_or(100, |rule| rule.enforce_percent),
        payment: grants.payment,
        unapproved: match grants.unapproved {
            Unapproved::Quarantine => "quarantine",
            Unapproved::Strip => "strip",
        },
        fail: match grants.fail {
            FailMode::Closed => "closed",
            FailMode::HeadersOnly => "headers-only",
        },
        second_opinion: grants.second_opinion.name(),
        own_scripts: grants.own_scripts.name(),
    }
}

/// Who is meant by a verdict: the grants that it fell by say so.
fn fallen(seen: ScriptSeen, site: &Site, grants: &PageGrants, page: &Url, places: &PolicyPlaces) -> Fallen {
    let id = if seen.kind == SeenKind::OwnScript {
        site.own_bytes.at(page).first().map(|script| script.id.clone())
    } else if seen.kind == SeenKind::Inline {
        seen.script.parse::<Digest>().ok().and_then(|digest| grants.inline_id(&digest).cloned())
    } else {
        Url::parse(&seen.script).ok().and_then(|url| Some(grants.scripts.find(&url, page)?.id.clone()))
    };
    let line = id.as_ref().and_then(|id| places.script(id));
    Fallen { seen, id, line }
}

fn headers(answer: &Fetched) -> Vec<(String, String)> {
    let shown = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    answer.headers.iter().map(shown).collect()
}
