//! `countersign drift`: looks once whether vendors still serve what was approved. For CI and cron.

use std::cell::RefCell;
use std::io::stderr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use serde_json::json;
use url::Url;

use super::apart::read_apart;
use super::settings::SettingsArgs;
use super::stop::{Stop, end};
use super::{ANSWERED_NO, say, write_data};
use crate::clock::Clock;
use crate::diagnostic::{Diagnostic, color_wanted, render, suggestion};
use crate::drift::{
    Allowed, Drift, Finding, Looker, Own, Quarantine, Round, Unwatched, Watched, look_at_all, watched,
};
use crate::inventory::Trust;
use crate::policy::{UpstreamAddress, check_trusting};
use crate::transport::tls::{PemPair, TlsError};

/// Arguments of `countersign drift`.
#[derive(Debug, Parser)]
#[command(
    after_help = "Nothing is approved and nothing is changed. Exit code 0: every script is served as it was \
approved; 1: something drifted, or could not be fetched; 2: could not look."
)]
pub struct Args {
    /// The folder with the policies [default: the settings', or else policies].
    #[arg(value_name = "POLICIES", env = "COUNTERSIGN_POLICIES")]
    folder: Option<PathBuf>,
    /// Only this script; once for each.
    #[arg(long = "script", value_name = "ID")]
    scripts: Vec<String>,
    /// Only scripts of this policy (`shop` for shop.toml).
    #[arg(long)]
    site: Option<String>,
    /// The application, for scripts of the sites themselves, in place of what policies name.
    #[arg(long, value_name = "URL", value_parser = parse_upstream)]
    upstream: Option<UpstreamAddress>,
    /// A CA (PEM) that applications may have their certificates from, beside the system's. Vendors' count only
    /// by the system's.
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_UPSTREAM_CA")]
    upstream_ca: Option<PathBuf>,
    /// Findings that don't count for the exit code: redirected, cors-lost, unreachable …
    #[arg(long, value_name = "FINDINGS", value_delimiter = ',', value_parser = parse_drift)]
    tolerate: Vec<Drift>,
    /// Keep bytes that nobody has approved in this folder, for review.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Fetch from this machine and from private networks too.
    #[arg(long)]
    allow_private: bool,
    /// Fetch through the proxy that `HTTPS_PROXY` and the like name.
    #[arg(long)]
    through_proxy: bool,
    /// The longest time for one answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
    /// Write one JSON object instead of text.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: SettingsArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    match work(args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(ANSWERED_NO),
        Err(stop) => end(Err(stop)),
    }
}

/// Whether nothing drifted.
fn work(args: &Args) -> Result<bool, Stop> {
    let file = args.settings.file()?;
    let approvers = args.settings.approvers(&file)?;
    let folder = args.folder.clone().or(file.choices.policies).unwrap_or_else(|| PathBuf::from("policies"));
    if !folder.is_dir() {
        return Err(Stop::CouldNot(format!(
            "there is no folder {}: countersign drift DIR",
            folder.display()
        )));
    }
    let summary = check_trusting(&folder, &Trust::new(approvers, Clock::System));
    let Some(snapshot) = summary.snapshot else {
        let errors = summary.diagnostics.into_iter().filter(Diagnostic::is_error);
        return Err(Stop::Files(errors.collect()));
    };
    for warning in &summary.diagnostics {
        say(&format!("{}\n", render(warning, color_wanted(&stderr()))));
    }
    let default = file.choices.upstream.as_ref().and_then(|url| UpstreamAddress::of_url(url).ok());
    let (scripts, unwatched) =
        watched(&snapshot, args.upstream.as_ref(), default.as_ref(), Clock::System.now());
    let (scripts, unwatched) = chosen(args, scripts, unwatched)?;
    let wanted = scripts.len();
    let could_not = |error: TlsError| Stop::CouldNot(error.to_string());
    let identity = match (&file.choices.upstream_cert, &file.choices.upstream_key) {
        (Some(cert), Some(key)) => Some(PemPair::read(cert, key).map_err(could_not)?),
        _ => None,
    };
    let ca = args.upstream_ca.clone().or(file.choices.upstream_ca);
    let allowed = Allowed { private: args.allow_private, through_proxy: args.through_proxy };
    let own = Own { ca: ca.as_deref(), identity: identity.as_ref() };
    let looker = Looker::new(&own, allowed, Duration::from_secs(args.timeout)).map_err(could_not)?;
    let unkept = RefCell::new(None);
    let progress = |finding: &mut Finding| {
        say(&format!("{}: {}", finding.name(), finding.drift.name()));
        if let Err(stop) = keep(args, finding) {
            unkept.borrow_mut().get_or_insert(stop);
        }
    };
    let round = Round { looker, policies: &folder, read: Arc::new(read_apart), progress: &progress };
    let findings =
        look_at_all(&round, scripts).map_err(|error| Stop::CouldNot(format!("can't look: {error}")))?;
    if findings.len() < wanted {
        return Err(Stop::CouldNot("a look failed by a defect in Countersign; please report it".to_owned()));
    }
    if let Some(stop) = unkept.take() {
        return Err(stop);
    }
    tell(args, &findings, &unwatched);
    Ok(findings.iter().all(|finding| !finding.drift.is_finding() || args.tolerate.contains(&finding.drift)))
}

/// Those that are asked for. One that is named and can't be looked at is an answer of its own.
fn chosen(
    args: &Args,
    scripts: Vec<Watched>,
    unwatched: Vec<Unwatched>,
) -> Result<(Vec<Watched>, Vec<Unwatched>), Stop> {
    let of_site = |site: &str| args.site.as_ref().is_none_or(|wanted| wanted == site);
    let named = |id: &str| args.scripts.is_empty() || args.scripts.iter().any(|wanted| wanted == id);
    for wanted in &args.scripts {
        let is_it = |site: &str, id: &str| of_site(site) && id == wanted;
        if scripts.iter().any(|watched| is_it(&watched.site.0, watched.script.id.as_str())) {
            continue;
        }
        if let Some(not) = unwatched.iter().find(|not| is_it(&not.site.0, not.script.id.as_str())) {
            return Err(Stop::CouldNot(format!("`{wanted}` can't be looked at: {}", not.why)));
        }
        let ids: Vec<&str> = scripts.iter().map(|watched| watched.script.id.as_str()).collect();
        let near = suggestion(wanted, &ids).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        return Err(Stop::CouldNot(format!("no external script `{wanted}` is approved{near}")));
    }
    let keep = |site: &str, id: &str| of_site(site) && named(id);
    Ok((
        scripts.into_iter().filter(|watched| keep(&watched.site.0, watched.script.id.as_str())).collect(),
        unwatched.into_iter().filter(|not| keep(&not.site.0, not.script.id.as_str())).collect(),
    ))
}

fn keep(args: &Args, finding: &mut Finding) -> Result<(), Stop> {
    let Some(folder) = &args.keep else { return Ok(()) };
    finding
        .keep(&Quarantine::new(folder))
        .map_err(|error| Stop::CouldNot(format!("{}: {error}", folder.display())))
}

fn tell(args: &Args, findings: &[Finding], unwatched: &[Unwatched]) {
    let drifted = findings.iter().filter(|finding| finding.drift.is_finding()).count();
    if args.json {
        let not = unwatched
            .iter()
            .map(|not| json!({ "site": not.site.0, "script": not.script.id.as_str(), "why": not.why }));
        let data = json!({
            "scripts": findings.iter().map(Finding::json).collect::<Vec<_>>(),
            "not_looked_at": not.collect::<Vec<_>>(),
            "summary": { "looked_at": findings.len(), "drifted": drifted, "not_looked_at": unwatched.len() },
        });
        write_data(&data.to_string());
        return;
    }
    for finding in findings {
        write_data(finding.text().trim_end());
    }
    for not in unwatched {
        write_data(&format!("{}/{}  not looked at\n  {}", not.site, not.script.id, not.why));
    }
    let left =
        if unwatched.is_empty() { String::new() } else { format!(", {} not looked at", unwatched.len()) };
    write_data(&format!("{} looked at, {drifted} drifted{left}", findings.len()));
}

fn parse_upstream(text: &str) -> Result<UpstreamAddress, String> {
    let help = "write http://127.0.0.1:3000 or unix:/run/app.sock";
    let url = Url::parse(text).map_err(|error| format!("{error}; {help}"))?;
    UpstreamAddress::of_url(&url).map_err(|why| format!("{why}; {help}"))
}

fn parse_drift(text: &str) -> Result<Drift, String> {
    let known = Drift::ALL.into_iter().filter(|drift| drift.is_finding());
    let names: Vec<&str> = known.clone().map(Drift::name).collect();
    let found = known.into_iter().find(|drift| drift.name() == text);
    found.ok_or_else(|| format!("`{text}` is none of {}", names.join(", ")))
}
