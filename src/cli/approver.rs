//! Who is at the terminal, where nobody said.

use std::process::{Command, Stdio};
use std::{env, fs};

use super::stop::Stop;

/// Git's `user.email`, or else user@host.
pub(super) fn from_surroundings() -> Result<String, Stop> {
    if let Some(email) = git_email() {
        return Ok(email);
    }
    let user = env::var("USER").ok().filter(|user| !user.trim().is_empty());
    let Some(user) = user else {
        return Err(Stop::CouldNot("say who approves: --by you@shop.example".to_owned()));
    };
    Ok(format!("{}@{}", user.trim(), host()))
}

fn git_email() -> Option<String> {
    let output = Command::new("git")
        .args(["config", "user.email"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let email = String::from_utf8(output.stdout).ok()?;
    let email = email.trim();
    (!email.is_empty()).then(|| email.to_owned())
}

fn host() -> String {
    let name = env::var("HOSTNAME").ok().or_else(|| fs::read_to_string("/etc/hostname").ok());
    let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| "localhost".to_owned())
}
