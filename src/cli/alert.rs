//! `countersign alert test`: sends an alert to everybody whom the settings name, and says what became of it.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use super::say;
use super::settings::SettingsArgs;
use super::stop::{Stop, end};
use super::told::alert_config;
use crate::alert::{Alert, send_once};
use crate::clock::Clock;
use crate::settings::{AlertChoices, settle_alerts};

/// Arguments of `countersign alert`.
#[derive(Debug, Parser)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Send an alert that says that it is a test to webhook and e-mail, once.
    #[command(after_help = "Exit code 0: all took it; 1: one did not; 2: nothing could be sent.")]
    Test(TestArgs),
}

#[derive(Debug, Parser)]
struct TestArgs {
    #[command(flatten)]
    alert: AlertChoices,
    #[command(flatten, next_help_heading = "Settings file and approvers")]
    settings: SettingsArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    end(match &args.command {
        Command::Test(args) => test(args),
    })
}

fn test(args: &TestArgs) -> Result<(), Stop> {
    let file = args.settings.file()?;
    let settled = settle_alerts(args.alert.clone(), file.choices.alert)
        .map_err(|why| Stop::CouldNot(format!("countersign: {why}")))?;
    let config = alert_config(&settled, None).map_err(|error| Stop::CouldNot(error.to_string()))?;
    if config.webhook.is_none() && config.mail.is_none() {
        let help = "nobody is set to be told: --alert-webhook URL --alert-secret FILE, or --alert-email-to, \
                    --alert-email-from and --alert-email-server";
        return Err(Stop::CouldNot(help.to_owned()));
    }
    let alert = Alert::test(Clock::System.now());
    let mut refused = Vec::new();
    for outcome in send_once(config, &alert, Clock::System).map_err(Stop::CouldNot)? {
        match outcome {
            Ok(taken) => say(&taken),
            Err(why) => refused.push(format!("alert {} was not taken: {why}", alert.id)),
        }
    }
    if refused.is_empty() { Ok(()) } else { Err(Stop::No(refused.join("\n"))) }
}
