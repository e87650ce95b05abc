//! `countersign alert --test`: sends an alert to the webhook of the settings and says what it answered.

use std::process::ExitCode;

use clap::Parser;

use super::say;
use super::settings::SettingsArgs;
use super::stop::{Stop, end};
use crate::alert::{Alert, Secret, Webhook, send_once};
use crate::clock::Clock;
use crate::settings::{AlertChoices, settle_alerts};

/// Arguments of `countersign alert`.
#[derive(Debug, Parser)]
#[command(after_help = "Exit code 0: the webhook took it; 1: it did not; 2: nothing could be sent.")]
pub struct Args {
    /// Send an alert that says that it is a test.
    #[arg(long, required = true)]
    test: bool,
    #[command(flatten)]
    alert: AlertChoices,
    #[command(flatten, next_help_heading = "Settings file and approvers")]
    settings: SettingsArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    end(work(args))
}

fn work(args: &Args) -> Result<(), Stop> {
    let file = args.settings.file()?;
    let settled = settle_alerts(args.alert.clone(), file.choices.alert)
        .map_err(|why| Stop::CouldNot(format!("countersign: {why}")))?;
    let Some(settled) = settled else {
        return Err(Stop::CouldNot("no webhook is set: --alert-webhook URL --alert-secret FILE".to_owned()));
    };
    let secret = Secret::read(&settled.secret)
        .map_err(|error| Stop::CouldNot(format!("{}: {error}", settled.secret.display())))?;
    let webhook = Webhook { url: settled.webhook, secret, outbox: None };
    let message = "This is a test of Countersign's alerts: nothing has happened.";
    let alert = Alert::new(Clock::System.now(), "test", "countersign", "none", message);
    match send_once(&webhook, &alert, Clock::System) {
        Ok(status) if (200..300).contains(&status) => {
            say(&format!("{} took alert {} ({status})", webhook.url, alert.id));
            Ok(())
        }
        Ok(status) => {
            Err(Stop::No(format!("{} did not take alert {}: it answered {status}", webhook.url, alert.id)))
        }
        Err(error) => Err(Stop::No(format!("{} did not take alert {}: {error}", webhook.url, alert.id))),
    }
}
