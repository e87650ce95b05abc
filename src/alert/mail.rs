//! Alerts by e-mail: handed to a mail server, with TLS but for one on this machine.

use std::fmt::{self, Write as _};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::{Duration, UNIX_EPOCH};

use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::response::Category;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::time::timeout;
use url::{Host, Url};
use zeroize::Zeroizing;

use super::alert::Alert;
use super::deliver::NotTaken;
use super::kind::Severity;

/// The longest time for one step of the conversation.
const STEP: Duration = Duration::from_secs(15);
/// And for all of it.
const PATIENCE: Duration = Duration::from_mins(1);
/// Characters of a subject.
const SUBJECT: usize = 150;

/// An address, with a name or without: `Security <security@shop.example>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailAddress(Mailbox);

impl FromStr for MailAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let help = "write security@shop.example or Security <security@shop.example>";
        text.parse().map(Self).map_err(|error| format!("`{text}` is no e-mail address: {error}; {help}"))
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protection {
    /// TLS from the first byte.
    Tls,
    /// TLS by STARTTLS; without it nothing is sent.
    StartTls,
    /// None: to this machine only.
    Plain,
}

/// A mail server: `smtps://HOST` (TLS), `smtp://HOST` (STARTTLS), `smtp-plain://127.0.0.1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailServer {
    protection: Protection,
    host: String,
    port: u16,
}

impl FromStr for MailServer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let help = "write smtps://mail.example (TLS), smtp://mail.example:587 (STARTTLS), or \
                    smtp-plain://127.0.0.1:25 for a server on this machine";
        let url = Url::parse(text).map_err(|error| format!("`{text}`: {error}; {help}"))?;
        let (protection, port) = match url.scheme() {
            "smtps" => (Protection::Tls, 465),
            "smtp" => (Protection::StartTls, 587),
            "smtp-plain" => (Protection::Plain, 25),
            other => return Err(format!("`{other}` is no way to a mail server; {help}")),
        };
        let more = !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some();
        if more || !url.username().is_empty() || url.password().is_some() {
            return Err(format!("a mail server has a host and a port, nothing else; {help}"));
        }
        let host =
            url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| format!("no host in it; {help}"))?;
        let host = host.trim_matches(['[', ']']).to_owned();
        if protection == Protection::Plain && !is_this_machine(&host) {
            return Err(format!("without TLS only a server on this machine is written to; {help}"));
        }
        Ok(Self { protection, host, port: url.port().unwrap_or(port) })
    }
}

fn is_this_machine(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Ok(Host::Ipv4(address)) => address.is_loopback(),
        _ => host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback()),
    }
}

/// Who gets mail, from whom, by which server.
#[derive(Clone)]
pub struct MailConfig {
    /// To whom.
    pub to: Vec<MailAddress>,
    /// From whom.
    pub from: MailAddress,
    /// By which server.
    pub server: MailServer,
    /// As which user, with which password.
    pub login: Option<(String, Zeroizing<String>)>,
    /// A CA (PEM) that the server's certificate may come from, beside the system's.
    pub ca: Option<PathBuf>,
}

impl fmt::Debug for MailConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailConfig")
            .field("to", &self.to)
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

/// Why mail can't be sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The CA can't be used.
    #[error("the CA for the mail server, {path}: {cause}", path = .0.display(), cause = .1)]
    Ca(PathBuf, String),
    /// The library refuses the server's name.
    #[error("the mail server: {0}")]
    Server(String),
}

/// Ready to send.
pub(super) struct Mail {
    to: Vec<MailAddress>,
    from: MailAddress,
    server: MailServer,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl Mail {
    pub(super) fn new(config: MailConfig) -> Result<Self, MailError> {
        let MailConfig { to, from, server, login, ca } = config;
        let tls = || -> Result<TlsParameters, MailError> {
            let mut parameters = TlsParameters::builder(server.host.clone());
            if let Some(path) = &ca {
                let wrong = |cause: String| MailError::Ca(path.clone(), cause);
                let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
                let certificate = Certificate::from_pem(&pem).map_err(|error| wrong(error.to_string()))?;
                parameters = parameters.add_root_certificate(certificate);
            }
            parameters.build_rustls().map_err(|error| MailError::Server(error.to_string()))
        };
        let tls = match server.protection {
            Protection::Tls => Tls::Wrapper(tls()?),
            Protection::StartTls => Tls::Required(tls()?),
            Protection::Plain => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host.clone())
            .port(server.port)
            .tls(tls)
            .timeout(Some(STEP));
        if let Some((user, password)) = login {
            builder = builder.credentials(Credentials::new(user, password.to_string()));
        }
        Ok(Self { to, from, transport: builder.build(), server })
    }

    /// Hands an alert to the server once. A server that refuses it for good for one of several people has taken it
    /// for none of them, so then each gets it by itself.
    pub(super) async fn attempt(&self, alert: &Alert) -> Result<String, NotTaken> {
        let together = self.send(alert, &self.to).await;
        let Err(NotTaken::ForGood(_)) = &together else { return together };
        let mut taken = None;
        let mut refused = Vec::new();
        for to in self.to.iter().filter(|_| self.to.len() > 1) {
            match self.send(alert, std::slice::from_ref(to)).await {
                Ok(answer) => taken = Some(answer),
                Err(why) => refused.push(format!("{to}: {why}")),
            }
        }
        let Some(taken) = taken else { return together };
        tracing::error!("alert {} reaches some only: {}", alert.id, refused.join("; "));
        Ok(taken)
    }

    async fn send(&self, alert: &Alert, to: &[MailAddress]) -> Result<String, NotTaken> {
        let server = format!("{}:{}", self.server.host, self.server.port);
        let failed = |error: &dyn std::error::Error| {
            let mut text = format!("{server}: {error}");
            if let Some(cause) = error.source() {
                // Writing to a string can't fail.
                let _ = write!(text, ": {cause}");
            }
            text
        };
        let message = self.message(alert, to).map_err(|error| NotTaken::ForNow(failed(&error)))?;
        let sent = timeout(PATIENCE, self.transport.send(message)).await;
        let late = |_elapsed| NotTaken::ForNow(format!("{server}: no end within {PATIENCE:?}"));
        let response = sent.map_err(late)?.map_err(|error| {
            // x3x is about who sends (530, 535), not about the mail.
            let of_sender = error.status().is_some_and(|code| code.category == Category::Unspecified3);
            if error.is_permanent() && !of_sender {
                NotTaken::ForGood(failed(&error))
            } else {
                NotTaken::ForNow(failed(&error))
            }
        })?;
        Ok(format!("{server} took alert {} ({})", alert.id, response.code()))
    }

    fn message(&self, alert: &Alert, to: &[MailAddress]) -> Result<Message, lettre::error::Error> {
        let domain = self.from.0.email.domain();
        let mut builder = Message::builder()
            .from(self.from.0.clone())
            .subject(subject(alert))
            // The same at each attempt: who got it twice can tell.
            .message_id(Some(format!("<{}@{domain}>", alert.id)))
            .date(UNIX_EPOCH + Duration::from_secs(u64::try_from(alert.at.as_second()).unwrap_or(0)))
            .header(ContentType::TEXT_PLAIN)
            // So that nobody's absence note answers. <https://www.rfc-editor.org/rfc/rfc3834#section-5>
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ));
        for to in to {
            builder = builder.to(to.0.clone());
        }
        builder.body(body(alert))
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("server", &self.server).finish_non_exhaustive()
    }
}

/// One line, whatever strangers wrote into it.
fn subject(alert: &Alert) -> String {
    let what = match (alert.over, alert.severity) {
        (true, _) => "over".to_owned(),
        (false, Severity::None) => alert.kind.to_string(),
        (false, severity) => severity.name().to_owned(),
    };
    let headline: String = alert.headline().chars().filter(|c| !c.is_control()).take(SUBJECT).collect();
    format!("[countersign] {what}: {headline}")
}

fn body(alert: &Alert) -> String {
    let Alert { id, at, kind, over, subject, severity, since, .. } = alert;
    let severity = if *over { "over" } else { severity.name() };
    format!(
        "{}\n\nkind: {kind}\nof: {subject}\nseverity: {severity}\nsince: {since:.0}\ntold: {at:.0}\nid: {id}\n\n\
         Seen it? countersign alert ack {id} --because \"…\"\n",
        alert.text()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_tls_only_this_machine_is_written_to() {
        for good in [
            "smtps://mail.example",
            "smtp://mail.example:2525/",
            "smtp-plain://127.0.0.1:25",
            "smtp-plain://[::1]",
            "smtp-plain://localhost",
        ] {
            assert!(good.parse::<MailServer>().is_ok(), "{good}: {:?}", good.parse::<MailServer>());
        }
        for bad in [
            "mail.example",
            "smtp-plain://mail.example",
            "smtp-plain://192.0.2.1",
            "http://mail.example",
            "smtps://user:secret@mail.example",
            "smtps://mail.example/?tls=none",
            "smtps://",
        ] {
            assert!(bad.parse::<MailServer>().is_err(), "{bad}");
        }
        assert_eq!("smtps://mail.example".parse::<MailServer>().unwrap().port, 465);
        assert!("nobody".parse::<MailAddress>().is_err());
    }

    #[test]
    fn what_strangers_wrote_adds_no_header_and_no_line_to_the_subject() {
        let mut alert = Alert::test("2026-11-25T08:00:00Z".parse().unwrap());
        alert.message = "a\r\nBcc: x@evil.example\u{7}".to_owned();
        assert_eq!(subject(&alert), "[countersign] test: a");
        alert.message = format!("\r{}", "é".repeat(1000));
        assert_eq!(subject(&alert).chars().count(), 20 + SUBJECT);
        let config = MailConfig {
            to: vec!["Security <security@shop.example>".parse().unwrap()],
            from: "countersign@shop.example".parse().unwrap(),
            server: "smtp-plain://127.0.0.1".parse().unwrap(),
            login: None,
            ca: None,
        };
        alert.message = "a\r\nBcc: x@evil.example\r\n.\r\nQUIT".to_owned();
        let mail = Mail::new(config).unwrap();
        let message = mail.message(&alert, &mail.to).unwrap();
        let text = String::from_utf8(message.formatted()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(!head.contains("evil.example"), "{head}");
        assert!(head.contains(&format!("Message-ID: <{}@shop.example>", alert.id)), "{head}");
    }
}
