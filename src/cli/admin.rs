//! A running process, asked at its admin address.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs};
use std::time::Duration;

use clap::Args;
use http::Method;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use super::approver;
use super::settings::SettingsArgs;
use super::stop::Stop;
use crate::transport::post::Poster;

/// The longest time for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Arguments of commands that ask a running process.
#[derive(Debug, Clone, Args)]
pub(super) struct AdminArgs {
    /// Its admin address [default: the settings', or else 127.0.0.1:9180].
    #[arg(long, value_name = "ADDR", env = "COUNTERSIGN_ADMIN", value_parser = address)]
    admin: Option<SocketAddr>,
    #[command(flatten)]
    settings: SettingsArgs,
}

/// Who says something, and why.
#[derive(Debug, Clone, Args)]
pub(super) struct SayArgs {
    /// Why.
    #[arg(long, value_name = "TEXT")]
    because: Option<String>,
    /// Who it is. Without it: git's user.email, or user@host.
    #[arg(long, value_name = "WHO")]
    by: Option<String>,
}

impl SayArgs {
    /// As the admin address takes it.
    pub(super) fn json(&self) -> Result<Value, Stop> {
        let by = match &self.by {
            Some(by) => by.clone(),
            None => approver::from_surroundings()?,
        };
        Ok(serde_json::json!({ "by": by, "because": self.because }))
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let wrong = || format!("`{text}` is not HOST:PORT, for example 127.0.0.1:9180");
    text.to_socket_addrs().ok().and_then(|mut found| found.next()).ok_or_else(wrong)
}

impl AdminArgs {
    /// Asks for something.
    pub(super) fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Stop> {
        self.ask(Method::GET, path, None)
    }

    /// Has something done.
    pub(super) fn post<T: DeserializeOwned>(&self, path: &str, body: &Value) -> Result<T, Stop> {
        self.ask(Method::POST, path, Some(body))
    }

    fn ask<T: DeserializeOwned>(&self, method: Method, path: &str, body: Option<&Value>) -> Result<T, Stop> {
        let at = self.address()?;
        let failed = |why: &dyn std::fmt::Display| {
            Stop::CouldNot(format!(
                "http://{at}: {why}; a process that runs with --admin is asked there, say where with --admin ADDR"
            ))
        };
        let url = Url::parse(&format!("http://{at}{path}")).map_err(|error| failed(&error))?;
        let poster = Poster::new(PATIENCE).map_err(|error| failed(&error))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failed(&error))?;
        let body = body.map(|body| body.to_string().into());
        let asked = tokio::task::LocalSet::new().block_on(&runtime, poster.ask(method, &url, body));
        match asked.map_err(|error| failed(&error))? {
            (200, answer) => serde_json::from_slice(&answer).map_err(|error| failed(&error)),
            (status, answer) => {
                let said = String::from_utf8_lossy(&answer);
                let said = said.trim().chars().take(500).collect::<String>();
                Err(if status == 404 || status == 409 {
                    Stop::No(said)
                } else {
                    failed(&format!("{status}: {said}"))
                })
            }
        }
    }

    fn address(&self) -> Result<SocketAddr, Stop> {
        let said = match self.admin {
            Some(address) => Some(address),
            None => self.settings.file()?.choices.admin,
        };
        let mut address = said.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 9180)));
        if address.ip().is_unspecified() {
            address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
        }
        Ok(address)
    }
}
