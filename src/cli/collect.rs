//! `countersign collect`: the report endpoint alone.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use clap::builder::BoolishValueParser;

use super::run::{Serves, run_settled, settled};
use super::settings::SettingsArgs;
use super::{COULD_NOT_RUN, say};
use crate::reports::CollectedHosts;
use crate::settings::{Choices, LimitChoices, StoreChoices, address};
use crate::telemetry::LogFormat;
use crate::transport::Network;

/// Arguments of `countersign collect`.
#[derive(Debug, Parser)]
#[command(
    after_help = "For sites whose CSP something else sends: report-uri https://reports.shop.example/r/shop. Each site goes \
by the host of its pages, which a report says; reports about pages of no --site are kept as forged or stale.\nEach key \
may also stand in the settings file; its policies and upstream are not looked at.\nExit code 0: ended as asked; 2: could \
not run."
)]
pub struct Args {
    /// Where browsers connect [default: 127.0.0.1:8790].
    #[arg(long, value_name = "ADDR", env = "COUNTERSIGN_LISTEN", value_parser = address)]
    listen: Option<SocketAddr>,
    /// Only reports about pages of this host, or of those one label below (`*.shop.example`); once for each.
    #[arg(long = "site", value_name = "HOST")]
    sites: Vec<String>,
    /// Open the operators' window; 127.0.0.1:9180 if no address is given.
    #[arg(long, value_name = "ADDR", env = "COUNTERSIGN_ADMIN", num_args = 0..=1, default_missing_value = "127.0.0.1:9180", value_parser = address)]
    admin: Option<SocketAddr>,
    /// Certificate chain (PEM, leaf first).
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_TLS_CERT")]
    tls_cert: Option<PathBuf>,
    /// Its key (PEM).
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_TLS_KEY")]
    tls_key: Option<PathBuf>,
    /// Believe X-Forwarded-For and its like of whoever connects.
    #[arg(long, env = "COUNTERSIGN_TRUST_FORWARDED", num_args = 0..=1, default_missing_value = "true", value_parser = BoolishValueParser::new())]
    trust_forwarded: Option<bool>,
    /// Believe them of these networks.
    #[arg(long, value_name = "NETWORKS", env = "COUNTERSIGN_FORWARDED_FROM", value_delimiter = ',')]
    forwarded_from: Option<Vec<Network>>,
    /// How log lines are written [default: text].
    #[arg(long, value_enum, env = "COUNTERSIGN_LOG_FORMAT")]
    log_format: Option<LogFormat>,
    #[command(flatten)]
    store: StoreChoices,
    #[command(flatten)]
    limits: LimitChoices,
    #[command(flatten, next_help_heading = "Settings file and approvers")]
    settings: SettingsArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    let hosts = match CollectedHosts::new(args.sites.iter().map(String::as_str)) {
        Ok(hosts) => hosts,
        Err(why) => {
            say(&format!("countersign: --site: {why}"));
            return ExitCode::from(COULD_NOT_RUN);
        }
    };
    let in_file = match args.settings.file() {
        Ok(file) => file.choices.listen,
        Err(stop) => return stop.say(),
    };
    let listen = args.listen.or(in_file).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8790)));
    let choices = Choices {
        listen: Some(listen),
        admin: args.admin,
        tls_cert: args.tls_cert.clone(),
        tls_key: args.tls_key.clone(),
        trust_forwarded: args.trust_forwarded,
        forwarded_from: args.forwarded_from.clone(),
        log_format: args.log_format,
        store: args.store.clone(),
        limits: args.limits.clone(),
        ..Choices::default()
    };
    match settled(&choices, &args.settings) {
        Ok((settled, approvers)) => run_settled(&settled, approvers, &Serves::Reports(hosts)),
        Err(code) => code,
    }
}
