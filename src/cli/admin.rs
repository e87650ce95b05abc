//! A running process, asked at its admin address.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Method};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::{Host, Url};

use super::approver;
use super::settings::SettingsArgs;
use super::stop::Stop;
use crate::admin::Token;
use crate::alert::read_password;
use crate::transport::post::Poster;

/// The longest time for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Arguments of commands that ask a running process.
#[derive(Debug, Clone, Args)]
pub(super) struct AdminArgs {
    /// Its admin address [default: the settings', or else 127.0.0.1:9180]; `https://HOST:PORT` where it has TLS.
    #[arg(long, value_name = "ADDR|URL", env = "COUNTERSIGN_ADMIN", value_parser = place)]
    admin: Option<Url>,
    /// The file with a token for it; `COUNTERSIGN_TOKEN` may hold the token itself.
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_TOKEN_FILE")]
    token_file: Option<PathBuf>,
    /// A CA (PEM) that its certificate may come from, beside the system's.
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_ADMIN_CA")]
    admin_ca: Option<PathBuf>,
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

/// `HOST:PORT`, or with the scheme before it.
fn place(text: &str) -> Result<Url, String> {
    let wrong =
        || format!("`{text}` is no address, such as 127.0.0.1:9180 or https://admin.shop.example:9180");
    let written = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let url = Url::parse(&written).map_err(|_no_url| wrong())?;
    let plain = url.path() == "/" && url.query().is_none() && url.username().is_empty();
    let has_port = url.port().is_some() || text.contains("://");
    let fits = matches!(url.scheme(), "http" | "https") && url.has_host() && plain && has_port;
    if fits { Ok(url) } else { Err(wrong()) }
}

/// Whether a URL leads to this machine.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).to_canonical().is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
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
        let at = self.place()?;
        let failed = |why: &dyn std::fmt::Display| {
            let shown = at.as_str().trim_end_matches('/');
            Stop::CouldNot(format!(
                "{shown}: {why}; a process that runs with --admin is asked there, say where with --admin ADDR"
            ))
        };
        let fields = self.fields(&at)?;
        let url = at.join(path).map_err(|error| failed(&error))?;
        let poster = Poster::trusting(PATIENCE, self.admin_ca.as_deref()).map_err(|error| failed(&error))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failed(&error))?;
        let body = body.map(|body| body.to_string().into());
        let asked = tokio::task::LocalSet::new().block_on(&runtime, poster.ask(method, &url, &fields, body));
        match asked.map_err(|error| failed(&error))? {
            (200, answer) => serde_json::from_slice(&answer).map_err(|error| failed(&error)),
            (status, answer) => {
                let json: Option<Value> = serde_json::from_slice(&answer).ok();
                let error = json.as_ref().and_then(|json| json.get("error")?.as_str());
                let said = error.map_or_else(|| String::from_utf8_lossy(&answer), Into::into);
                let said = said.trim().chars().take(500).collect::<String>();
                Err(match status {
                    404 | 409 => Stop::No(said),
                    401 => Stop::CouldNot(format!("{said} (--token-file FILE, or COUNTERSIGN_TOKEN)")),
                    403 | 429 => Stop::CouldNot(said),
                    _ => failed(&format!("{status}: {said}")),
                })
            }
        }
    }

    /// What goes with every request: the token, where there is one. Never in the clear to another machine.
    fn fields(&self, at: &Url) -> Result<HeaderMap, Stop> {
        let mut fields = HeaderMap::new();
        let Some(token) = self.token()? else { return Ok(fields) };
        if at.scheme() != "https" && !is_here(at) {
            return Err(Stop::CouldNot(format!(
                "{at}: a token is not sent in the clear: --admin https://HOST:PORT, with --admin-ca FILE where its \
                 certificate is of no public CA"
            )));
        }
        let value = HeaderValue::try_from(format!("Bearer {}", token.reveal()));
        let mut value = value.map_err(|error| Stop::CouldNot(error.to_string()))?;
        value.set_sensitive(true);
        fields.insert(AUTHORIZATION, value);
        Ok(fields)
    }

    fn token(&self) -> Result<Option<Token>, Stop> {
        let (place, text) = match &self.token_file {
            Some(path) => {
                let place = path.display().to_string();
                let text = read_password(path);
                (place.clone(), text.map_err(|error| Stop::CouldNot(format!("{place}: {error}")))?)
            }
            None => match std::env::var("COUNTERSIGN_TOKEN") {
                Ok(text) if !text.is_empty() => ("COUNTERSIGN_TOKEN".to_owned(), text.into()),
                Ok(_) | Err(_) => return Ok(None),
            },
        };
        let wrong = || Stop::CouldNot(format!("{place}: no token in it: `countersign token add` makes one"));
        Token::of(&text).map(Some).ok_or_else(wrong)
    }

    fn place(&self) -> Result<Url, Stop> {
        if let Some(url) = &self.admin {
            let mut url = url.clone();
            // Whoever names a CA means TLS.
            if self.admin_ca.is_some() && url.set_scheme("https").is_err() {
                return Err(Stop::CouldNot(format!("{url}: this can't be asked with TLS")));
            }
            return Ok(url);
        }
        let file = self.settings.file()?.choices;
        let mut address = file.admin.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 9180)));
        if address.ip().is_unspecified() {
            address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
        }
        let with_tls = self.admin_ca.is_some() || file.admin_access.tls_cert.is_some();
        let scheme = if with_tls { "https" } else { "http" };
        Url::parse(&format!("{scheme}://{address}")).map_err(|error| Stop::CouldNot(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_admin_address_is_host_and_port_or_a_url_without_more() {
        let of = |text: &str| place(text).map(String::from);
        assert_eq!(of("127.0.0.1:9180"), Ok("http://127.0.0.1:9180/".into()));
        assert_eq!(of("localhost:9180"), Ok("http://localhost:9180/".into()));
        assert_eq!(of("https://admin.shop.example"), Ok("https://admin.shop.example/".into()));
        for bad in ["", "127.0.0.1", "ftp://a:1", "https://a/x", "https://u@a:1", "http://a?x", "a b:1"] {
            assert!(place(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn this_machine_is_told_from_others() {
        for (text, here) in [
            ("http://127.0.0.1:9180", true),
            ("http://[::1]:9180", true),
            ("http://localhost:9180", true),
            ("http://10.0.0.5:9180", false),
            ("http://localhost.evil.example:9180", false),
            ("http://[::ffff:10.0.0.5]:9180", false),
        ] {
            assert_eq!(is_here(&place(text).unwrap()), here, "{text}");
        }
    }
}
