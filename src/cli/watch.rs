//! `countersign watch`: looks at vendors again and again, without standing in front of a site.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use url::Url;

use super::run::{Serves, run_settled, settled};
use super::say;
use super::settings::SettingsArgs;
use crate::settings::{AlertChoices, Choices, DriftChoices, DriftInterval, address, upstream};
use crate::telemetry::LogFormat;

/// Arguments of `countersign watch`.
#[derive(Debug, Parser)]
#[command(
    after_help = "For sites whose integrity attributes are put in by a build, and for a machine that may reach \
vendors where the proxy may not. What is found is told as by `run`; a pin can be switched to its mirror \
(`on-drift`) only by the `run` that serves the pages, so let that one look too where you want it.\n\
Each key may also stand in the settings file. Once, for CI and cron: countersign drift."
)]
pub struct Args {
    /// The folder with the policies; changes in it are live within a second.
    #[arg(value_name = "POLICIES", env = "COUNTERSIGN_POLICIES")]
    policies: Option<PathBuf>,
    /// Open the operators' window; 127.0.0.1:9180 if no address is given.
    #[arg(long, value_name = "ADDR", env = "COUNTERSIGN_ADMIN", num_args = 0..=1, default_missing_value = "127.0.0.1:9180", value_parser = address)]
    admin: Option<SocketAddr>,
    /// The application, for scripts of sites that name none.
    #[arg(long, value_name = "URL", env = "COUNTERSIGN_UPSTREAM", value_parser = upstream)]
    upstream: Option<Url>,
    /// A CA (PEM) that applications may have their certificates from, beside the system's.
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_UPSTREAM_CA")]
    upstream_ca: Option<PathBuf>,
    /// How log lines are written [default: text].
    #[arg(long, value_enum, env = "COUNTERSIGN_LOG_FORMAT")]
    log_format: Option<LogFormat>,
    #[command(flatten)]
    drift: DriftChoices,
    #[command(flatten)]
    alert: AlertChoices,
    #[command(flatten, next_help_heading = "Settings file and approvers")]
    settings: SettingsArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    let choices = Choices {
        policies: args.policies.clone(),
        admin: args.admin,
        upstream: args.upstream.clone(),
        upstream_ca: args.upstream_ca.clone(),
        log_format: args.log_format,
        drift: args.drift.clone(),
        alert: args.alert.clone(),
        ..Choices::default()
    };
    let (mut settled, approvers) = match settled(&choices, &args.settings) {
        Ok(settled) => settled,
        Err(code) => return code,
    };
    if settled.drift.interval == DriftInterval::Off {
        say("countersign: drift.interval is off: say how often, for example --drift-interval 1h");
        return ExitCode::from(super::COULD_NOT_RUN);
    }
    let folder = settled.policies.get_or_insert_with(|| PathBuf::from("policies"));
    if !folder.is_dir() {
        say(&format!("countersign: there is no folder {}: countersign watch DIR", folder.display()));
        return ExitCode::from(super::COULD_NOT_RUN);
    }
    run_settled(&settled, approvers, &Serves::Vendors)
}
