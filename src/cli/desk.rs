//! Where approving happens: the folder, whose word counts there, the key that signs, and the person.

use std::io::{IsTerminal, Write, stderr, stdin};
use std::path::PathBuf;

use clap::Args;

use super::approver;
use super::settings::SettingsArgs;
use super::stop::Stop;
use crate::clock::Clock;
use crate::inventory::approval::Signing;
use crate::inventory::{SigningKey, Trust};

/// Arguments of every command that writes a lock.
#[derive(Debug, Clone, Args)]
pub(super) struct DeskArgs {
    /// The folder with the policies [default: the settings', or else policies].
    #[arg(long, value_name = "DIR", env = "COUNTERSIGN_POLICIES")]
    policies: Option<PathBuf>,
    /// The policy's name (`shop` for shop.toml), where several name the id.
    #[arg(long)]
    pub(super) site: Option<String>,
    /// Who it is. Without it: git's user.email, or user@host.
    #[arg(long, value_name = "WHO")]
    by: Option<String>,
    /// Sign with this key; `countersign key new` makes one.
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_KEY")]
    key: Option<PathBuf>,
    /// Don't ask.
    #[arg(long)]
    pub(super) yes: bool,
    /// Write one JSON object when done.
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    settings: SettingsArgs,
}

/// The same, found and read.
pub(super) struct Desk {
    /// The folder with the policies; it is there.
    pub(super) policies: PathBuf,
    pub(super) trust: Trust,
    pub(super) key: Option<SigningKey>,
}

impl DeskArgs {
    /// Reads settings and key.
    pub(super) fn open(&self) -> Result<Desk, Stop> {
        let file = self.settings.file()?;
        let approvers = self.settings.approvers(&file)?;
        let policies = self.policies.clone().or(file.choices.policies);
        let policies = policies.unwrap_or_else(|| PathBuf::from("policies"));
        if !policies.is_dir() {
            let folder = policies.display();
            return Err(Stop::CouldNot(format!(
                "there is no folder {folder}: say where it is with --policies"
            )));
        }
        let key = match &self.key {
            Some(path) => Some(
                SigningKey::read(path)
                    .map_err(|error| Stop::CouldNot(format!("{}: {error}", path.display())))?,
            ),
            None => None,
        };
        Ok(Desk { policies, trust: Trust::new(approvers, Clock::System), key })
    }

    /// Who it is.
    pub(super) fn by(&self) -> Result<String, Stop> {
        match &self.by {
            Some(by) => Ok(by.clone()),
            None => approver::from_surroundings(),
        }
    }

    /// Before anything is done: an answer will be needed.
    pub(super) fn refuse_without_terminal(&self, input_is_taken: bool) -> Result<(), Stop> {
        if self.yes || (stdin().is_terminal() && !input_is_taken) {
            return Ok(());
        }
        Err(Stop::CouldNot(
            "there is no terminal to ask at: look at what it is about, then run it again with --yes"
                .to_owned(),
        ))
    }

    /// Asks, unless told not to.
    pub(super) fn agreed(&self, question: &str) -> bool {
        if self.yes {
            return true;
        }
        let _ = write!(stderr().lock(), "{question} [y/N] ");
        let _ = stderr().lock().flush();
        let mut answer = String::new();
        stdin().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes" | "Yes")
    }
}

impl Desk {
    pub(super) fn signing(&self) -> Signing<'_> {
        Signing { key: self.key.as_ref(), trust: &self.trust }
    }

    /// What a new entry lacks to count, if anything, once it has the desk's signature.
    pub(super) fn lacking(&self, script: &str) -> Option<String> {
        let approvers = self.trust.approvers();
        if approvers.is_empty() {
            return None;
        }
        let ours = self.key.as_ref().map(SigningKey::public);
        let name = ours.and_then(|key| approvers.name_of(&key));
        let quorum = approvers.quorum();
        let cosign = format!("countersign approve {script} --cosign --key FILE");
        match (ours, name) {
            (None, _) => Some(format!(
                "without --key the entry is not signed: it does not count until {quorum} of the approvers \
have signed it ({cosign})"
            )),
            (Some(key), None) => Some(format!(
                "{key} belongs to no approver, so its signature counts nothing: put it into the settings, \
or let {quorum} of the approvers sign ({cosign})"
            )),
            (Some(_), Some(name)) if quorum > 1 => Some(format!(
                "signed by {name}; it does not count until {} more of the approvers have signed it ({cosign})",
                quorum - 1
            )),
            (Some(_), Some(_)) => None,
        }
    }
}

/// Text from files, without what could move the cursor or look like another line.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
