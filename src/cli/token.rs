//! `countersign token`: who may come in at the admin address.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::settings::SettingsArgs;
use super::stop::{Stop, end};
use super::{say, write_data};
use crate::admin::{Holder, Role, Token, TokenBook};
use crate::clock::Clock;

/// Arguments of `countersign token`.
#[derive(Debug, Parser)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a token, and show it: once.
    #[command(
        after_help = "The token goes to stdout and is kept nowhere; the file has its digest. A running process takes \
it within a second."
    )]
    Add(AddArgs),
    /// List who has one.
    #[command(after_help = "Exit code 0: all are taken; 1: some have ended; 2: the file can't be read.")]
    List(ListArgs),
    /// Remove one: whoever has it is refused within a second, in a session too.
    #[command(
        after_help = "Exit code 0: it is removed; 1: there was none of this name; 2: the file can't be changed."
    )]
    Remove(RemoveArgs),
}

#[derive(Debug, Parser)]
struct AddArgs {
    /// Whose it is: evidence and alerts call them so.
    #[arg(long)]
    name: String,
    /// What they may do: view; acknowledge (alerts, headers, what vendors serve); operate (all of it).
    #[arg(long, value_name = "view|acknowledge|operate")]
    role: Role,
    /// The last day on which it is taken, such as 2027-01-31, or in how many days that is, such as 90d.
    #[arg(long, value_name = "DATE|DAYS", value_parser = last_day)]
    expires: Option<LastDay>,
    #[command(flatten)]
    file: FileArgs,
}

#[derive(Debug, Parser)]
struct ListArgs {
    /// For programs.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    file: FileArgs,
}

#[derive(Debug, Parser)]
struct RemoveArgs {
    /// Whose.
    name: String,
    #[command(flatten)]
    file: FileArgs,
}

#[derive(Debug, Clone, clap::Args)]
struct FileArgs {
    /// The file [default: admin.tokens of the settings].
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_ADMIN_TOKENS")]
    file: Option<PathBuf>,
    #[command(flatten)]
    settings: SettingsArgs,
}

/// As it was said.
#[derive(Debug, Clone, Copy)]
enum LastDay {
    On(Date),
    In(i64),
}

fn last_day(text: &str) -> Result<LastDay, String> {
    let days = text.strip_suffix('d').and_then(|days| days.parse().ok());
    if let Some(days) = days.filter(|days| (1..=3650).contains(days)) {
        return Ok(LastDay::In(days));
    }
    text.parse().map(LastDay::On).map_err(|_no_day| format!("`{text}` is no day; write 2027-01-31 or 90d"))
}

impl LastDay {
    fn date(self, now: Timestamp) -> Option<Date> {
        let today = now.to_zoned_datetime(TimeZone::UTC).date();
        match self {
            Self::On(date) => Some(date).filter(|date| *date >= today),
            Self::In(days) => today.checked_add(jiff::Span::new().try_days(days).ok()?).ok(),
        }
    }
}

impl FileArgs {
    fn path(&self) -> Result<PathBuf, Stop> {
        let said = match &self.file {
            Some(path) => Some(path.clone()),
            None => self.settings.file()?.choices.admin_access.tokens,
        };
        let help = "say which file: --file tokens.toml, or `tokens` in [admin] of the settings";
        said.ok_or_else(|| Stop::CouldNot(help.to_owned()))
    }

    fn read(&self) -> Result<(PathBuf, TokenBook), Stop> {
        let path = self.path()?;
        let book = TokenBook::read(&path).map_err(Stop::Files)?;
        Ok((path, book))
    }
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    end(match &args.command {
        Command::Add(args) => add(args),
        Command::List(args) => list(args),
        Command::Remove(args) => remove(args),
    })
}

fn could_not(error: &dyn std::fmt::Display) -> Stop {
    Stop::CouldNot(format!("countersign: {error}"))
}

fn add(args: &AddArgs) -> Result<(), Stop> {
    let now = Clock::System.now();
    let path = args.file.path()?;
    let mut book =
        if path.exists() { TokenBook::read(&path).map_err(Stop::Files)? } else { TokenBook::default() };
    let expires = match args.expires {
        Some(said) => {
            Some(said.date(now).ok_or_else(|| Stop::CouldNot("its last day is past already".to_owned()))?)
        }
        None => None,
    };
    let token = Token::generate().map_err(|error| could_not(&error))?;
    let AddArgs { name, role, .. } = args;
    let holder =
        Holder { name: name.as_str().into(), role: *role, digest: token.digest(), created: now, expires };
    book.add(holder).map_err(|error| could_not(&error))?;
    book.write(&path).map_err(|error| could_not(&format!("{}: {error}", path.display())))?;
    let until = expires.map(|date| format!(" until the end of {date}")).unwrap_or_default();
    say(&format!(
        "{name} may {role}{until}, with the token below. It is shown this once: {} has only its digest.",
        path.display()
    ));
    write_data(token.reveal());
    Ok(())
}

fn list(args: &ListArgs) -> Result<(), Stop> {
    let (_path, book) = args.file.read()?;
    let now = Clock::System.now();
    let rows: Vec<serde_json::Value> = book.holders().iter().map(|holder| row(holder, now)).collect();
    if args.json {
        let json = serde_json::to_string_pretty(&rows).map_err(|error| could_not(&error))?;
        write_data(&json);
    } else {
        for holder in book.holders() {
            write_data(&line(holder, now));
        }
        if rows.is_empty() {
            say("nobody has a token");
        }
    }
    let ended = book.holders().iter().filter(|holder| !holder.is_in_time(now)).count();
    if ended == 0 {
        Ok(())
    } else {
        Err(Stop::No(format!("{ended} have ended: countersign token remove NAME")))
    }
}

fn row(holder: &Holder, now: Timestamp) -> serde_json::Value {
    let Holder { name, role, created, expires, .. } = holder;
    serde_json::json!({
        "name": **name, "role": role.name(), "created": created.to_string(),
        "expires": expires.map(|date| date.to_string()), "taken": holder.is_in_time(now),
    })
}

fn line(holder: &Holder, now: Timestamp) -> String {
    let Holder { name, role, created, expires, .. } = holder;
    let until = match expires {
        Some(date) if holder.is_in_time(now) => format!("until {date}"),
        Some(date) => format!("ENDED {date}"),
        None => "without an end".to_owned(),
    };
    format!("{name}  {role}, since {created:.0}, {until}")
}

fn remove(args: &RemoveArgs) -> Result<(), Stop> {
    let (path, mut book) = args.file.read()?;
    if !book.remove(&args.name) {
        return Err(Stop::No(format!("{}: nobody of the name {} has a token", path.display(), args.name)));
    }
    book.write(&path).map_err(|error| could_not(&format!("{}: {error}", path.display())))?;
    say(&format!("{} is no longer let in", args.name));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_day_is_said_as_a_date_or_in_days() {
        let now = "2026-11-26T23:59:00Z".parse().unwrap();
        let date =
            |text: &str| last_day(text).ok().and_then(|day| day.date(now)).map(|date| date.to_string());
        assert_eq!(date("2027-01-31").as_deref(), Some("2027-01-31"));
        assert_eq!(date("2026-11-26").as_deref(), Some("2026-11-26"), "today is not past");
        assert_eq!(date("90d").as_deref(), Some("2027-02-24"));
        for bad in ["", "d", "0d", "-1d", "9999d", "2026-11-25", "tomorrow", "2027-13-01"] {
            assert_eq!(date(bad), None, "{bad}");
        }
    }
}
