//! `countersign alert`: what stands in a running process, and that somebody has seen it; and whether alerts arrive.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use super::admin::{AdminArgs, SayArgs};
use super::desk::one_line;
use super::settings::SettingsArgs;
use super::stop::{Stop, end};
use super::told::alert_config;
use super::{say, write_data};
use crate::alert::{Alert, Standing, send_once};
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
    Test(Box<TestArgs>),
    /// List what stands, what nobody has seen first.
    #[command(
        after_help = "Exit code 0: somebody has seen all of it; 1: nobody has seen some; 2: nobody could be asked."
    )]
    List(ListArgs),
    /// Say that an alert was seen: it isn't told again until it changes.
    #[command(
        after_help = "Exit code 0: it is written down; 1: no alert of this id stands; 2: nobody could be asked."
    )]
    Ack(AckArgs),
}

#[derive(Debug, Parser)]
struct ListArgs {
    /// For programs.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    admin: AdminArgs,
}

#[derive(Debug, Parser)]
struct AckArgs {
    /// Which: `msg_…`.
    id: String,
    #[command(flatten)]
    said: SayArgs,
    #[command(flatten)]
    admin: AdminArgs,
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
        Command::List(args) => list(args),
        Command::Ack(args) => acknowledge(args),
    })
}

fn list(args: &ListArgs) -> Result<(), Stop> {
    let all: Vec<Standing> = args.admin.get("/api/alerts")?;
    if args.json {
        let json = serde_json::to_string_pretty(&all).map_err(|error| Stop::CouldNot(error.to_string()))?;
        write_data(&json);
    } else {
        for standing in &all {
            write_data(&text(standing));
        }
        if all.is_empty() {
            say("nothing stands");
        }
    }
    let unseen = all.iter().filter(|standing| standing.acknowledged.is_none()).count();
    if unseen == 0 { Ok(()) } else { Err(Stop::No(format!("{unseen} that nobody has seen"))) }
}

fn text(standing: &Standing) -> String {
    let Alert { id, severity, kind, subject, since, .. } = &standing.alert;
    let first = format!("{id}  {}, {kind} of {subject}, since {since:.0}", severity.name());
    let told = standing.alert.text();
    let seen = standing.acknowledged.as_ref().map(|seen| {
        let because = seen.because.as_deref().unwrap_or("no reason given");
        format!("seen by {} at {:.0}: {because}", seen.by, seen.at)
    });
    let lines = told.lines().chain(seen.as_deref()).map(|line| format!("  {}", one_line(line)));
    std::iter::once(one_line(&first)).chain(lines).collect::<Vec<_>>().join("\n")
}

fn acknowledge(args: &AckArgs) -> Result<(), Stop> {
    if !args.id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(Stop::CouldNot(format!(
            "`{}` is no alert's id; `countersign alert list` has them",
            args.id
        )));
    }
    let path = format!("/api/alerts/{}/acknowledge", args.id);
    let standing: Standing = args.admin.post(&path, &args.said.json()?)?;
    let by = standing.acknowledged.as_ref().map_or("somebody", |seen| seen.by.as_str());
    say(&one_line(&format!("{by} has seen it: {}", standing.alert.headline())));
    Ok(())
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
