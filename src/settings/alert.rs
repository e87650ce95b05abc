//! Who outside is told, and of what.

use std::path::PathBuf;

use clap::Args;
use url::Url;

use crate::alert::{Kind, MailAddress, MailServer, Severity};

/// What was said of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Alerts")]
pub struct AlertChoices {
    /// Who is told: a webhook.
    #[arg(long = "alert-webhook", value_name = "URL", env = "COUNTERSIGN_ALERT_WEBHOOK", value_parser = webhook)]
    #[arg(id = "alert-webhook")]
    pub webhook: Option<Url>,
    /// A file with the secret that alerts are signed with.
    #[arg(long = "alert-secret", value_name = "FILE", env = "COUNTERSIGN_ALERT_SECRET")]
    #[arg(id = "alert-secret")]
    pub secret: Option<PathBuf>,
    /// Of which kinds they are told, with commas between; without it of all.
    #[arg(
        long = "alert-kinds",
        value_name = "KINDS",
        env = "COUNTERSIGN_ALERT_KINDS",
        value_delimiter = ','
    )]
    #[arg(id = "alert-kinds")]
    pub kinds: Option<Vec<Kind>>,
    /// They are told of nothing less grave than this [default: low].
    #[arg(long = "alert-severity", value_name = "low|medium|high", env = "COUNTERSIGN_ALERT_SEVERITY")]
    #[arg(id = "alert-severity")]
    pub severity: Option<Severity>,
    /// People who are told by e-mail.
    #[command(flatten)]
    pub email: EmailChoices,
}

/// What was said of e-mail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct EmailChoices {
    /// Who is told: e-mail addresses, with commas between.
    #[arg(
        long = "alert-email-to",
        value_name = "ADDRESSES",
        env = "COUNTERSIGN_ALERT_EMAIL_TO",
        value_delimiter = ','
    )]
    #[arg(id = "alert-email-to")]
    pub to: Option<Vec<MailAddress>>,
    /// From whom the mail is.
    #[arg(long = "alert-email-from", value_name = "ADDRESS", env = "COUNTERSIGN_ALERT_EMAIL_FROM")]
    #[arg(id = "alert-email-from")]
    pub from: Option<MailAddress>,
    /// The mail server: a URL with smtps (TLS), smtp (STARTTLS), or smtp-plain (on this machine only).
    #[arg(long = "alert-email-server", value_name = "URL", env = "COUNTERSIGN_ALERT_EMAIL_SERVER")]
    #[arg(id = "alert-email-server")]
    pub server: Option<MailServer>,
    /// As which user.
    #[arg(long = "alert-email-user", value_name = "NAME", env = "COUNTERSIGN_ALERT_EMAIL_USER")]
    #[arg(id = "alert-email-user")]
    pub user: Option<String>,
    /// A file with the user's password.
    #[arg(long = "alert-email-password", value_name = "FILE", env = "COUNTERSIGN_ALERT_EMAIL_PASSWORD")]
    #[arg(id = "alert-email-password")]
    pub password: Option<PathBuf>,
    /// A CA (PEM) that the server's certificate may come from, beside the system's.
    #[arg(long = "alert-email-ca", value_name = "FILE", env = "COUNTERSIGN_ALERT_EMAIL_CA")]
    #[arg(id = "alert-email-ca")]
    pub ca: Option<PathBuf>,
}

/// The same, settled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertSettings {
    /// A webhook, and the file with its secret.
    pub webhook: Option<(Url, PathBuf)>,
    /// People.
    pub email: Option<EmailSettings>,
    /// Of which kinds they are told; `None`: of all.
    pub kinds: Option<Vec<Kind>>,
    /// They are told of nothing less grave.
    pub severity: Severity,
}

/// Who gets mail, from whom, by which server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailSettings {
    /// To whom.
    pub to: Vec<MailAddress>,
    /// From whom.
    pub from: MailAddress,
    /// By which server.
    pub server: MailServer,
    /// As which user, with the password in this file.
    pub login: Option<(String, PathBuf)>,
    /// A CA that the server's certificate may come from.
    pub ca: Option<PathBuf>,
}

/// Who is told, by what was said first and, where nothing was said, by the file.
pub fn settle_alerts(said: AlertChoices, file: AlertChoices) -> Result<AlertSettings, &'static str> {
    let webhook = match (said.webhook.or(file.webhook), said.secret.or(file.secret)) {
        (Some(webhook), Some(secret)) => Some((webhook, secret)),
        (None, None) => None,
        (Some(_), None) => {
            return Err("a webhook needs the secret that alerts are signed with: --alert-secret FILE");
        }
        (None, Some(_)) => return Err("there is a secret for alerts, but no webhook: --alert-webhook URL"),
    };
    let (kinds, severity) = (said.kinds.or(file.kinds), said.severity.or(file.severity).unwrap_or_default());
    Ok(AlertSettings { webhook, email: settle_email(said.email, file.email)?, kinds, severity })
}

fn settle_email(said: EmailChoices, file: EmailChoices) -> Result<Option<EmailSettings>, &'static str> {
    let to = said.to.or(file.to).filter(|to| !to.is_empty());
    let parts = (to, said.from.or(file.from), said.server.or(file.server));
    let login = match (said.user.or(file.user), said.password.or(file.password)) {
        (Some(user), Some(password)) => Some((user, password)),
        (None, None) => None,
        (Some(_), None) => {
            return Err("the user of the mail server needs a password: --alert-email-password FILE");
        }
        (None, Some(_)) => {
            return Err("there is a password for the mail server, but no user: --alert-email-user NAME");
        }
    };
    let ca = said.ca.or(file.ca);
    match parts {
        (Some(to), Some(from), Some(server)) => Ok(Some(EmailSettings { to, from, server, login, ca })),
        (None, None, None) if login.is_none() && ca.is_none() => Ok(None),
        _ => Err("e-mail needs all of --alert-email-to, --alert-email-from and --alert-email-server"),
    }
}

/// An http or https URL.
pub(super) fn webhook(text: &str) -> Result<Url, String> {
    let help = "write https://alerts.example/countersign";
    let url = Url::parse(text).map_err(|error| format!("{error}; {help}"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
        return Err(format!("a webhook is an http or https URL without a user name; {help}"));
    }
    Ok(url)
}
