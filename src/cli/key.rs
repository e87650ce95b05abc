//! `countersign key`: makes approvers' keys and shows their public halves.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use super::{COULD_NOT_RUN, say, write_data};
use crate::inventory::{KeyError, PublicKey, SigningKey};

/// Arguments of `countersign key`.
#[derive(Debug, Parser)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a key for signing approvals, in a file that only you can read.
    New {
        /// The file; it must not be there yet.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Whose key it is, for the settings.
        #[arg(long)]
        name: Option<String>,
    },
    /// Show the public half of a key: the entry for the settings.
    Show {
        /// The file with the key.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Whose key it is, for the settings.
        #[arg(long)]
        name: Option<String>,
    },
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    let (path, result, name) = match &args.command {
        Command::New { out, name } => (out, made(out), name),
        Command::Show { file, name } => (file, SigningKey::read(file), name),
    };
    match result {
        Ok(key) => {
            if matches!(args.command, Command::New { .. }) {
                say(&format!(
                    "the private key is in {}: keep it to yourself, and out of the policy folder\n\
put this into countersign.toml:",
                    path.display()
                ));
            }
            write_data(&entry(name.as_deref(), &key.public()));
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&format!("{}: {error}", path.display()));
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

fn made(path: &Path) -> Result<SigningKey, KeyError> {
    let key = SigningKey::generate()?;
    key.write(path)?;
    Ok(key)
}

/// As it stands in the settings file.
fn entry(name: Option<&str>, key: &PublicKey) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    format!("[[approver]]\nname = {}\nkey  = {}\n", quoted(name.unwrap_or("?")), quoted(&key.to_string()))
}
