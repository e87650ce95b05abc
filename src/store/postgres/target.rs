//! Which PostgreSQL: a URL as libpq has it, with stricter ideas of TLS, and where the password stands.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use percent_encoding::percent_decode_str;
use postgres::Config;
use postgres::config::{Host, SslMode};

use super::pass_file::password_for;

/// Where a PostgreSQL is, as whom, and how it is spoken to. Shown and logged without the password.
#[derive(Clone)]
pub struct PostgresTarget {
    /// As it was said: two are the same if this is.
    url: String,
    config: Config,
    /// TLS, with the server's certificate verified.
    tls: bool,
    ca: Option<PathBuf>,
    password_file: Option<PathBuf>,
    pass_file: Option<PathBuf>,
}

/// Why a URL names no PostgreSQL that we would speak to. Never has a part of the URL in it: a password may stand
/// anywhere in one that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostgresTargetError {
    /// Another scheme.
    #[error("not a URL of PostgreSQL: it begins with postgres://")]
    Scheme,
    /// libpq's syntax, as far as we know it.
    #[error(
        "can't be read as a URL of PostgreSQL: postgres://USER@HOST:PORT/DATABASE?sslmode=verify-full; signs such as \
         @ / ? : % in a name or a password are written %40 %2F %3F %3A %25"
    )]
    Syntax,
    /// No host.
    #[error(
        "names no host: postgres://USER@HOST/DATABASE, or postgres:///DATABASE?host=/run/postgresql for a socket"
    )]
    NoHost,
    /// A mode that somebody in between could switch off.
    #[error(
        "sslmode has to be verify-full, verify-ca, require (in all three the certificate is verified) or disable: \
         with prefer and allow, whoever stands in between says that there is no TLS"
    )]
    SslMode,
    /// TLS over a Unix socket.
    #[error("PostgreSQL has no TLS over Unix sockets: leave out sslmode")]
    TlsOverSocket,
}

/// Why the password could not be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum PasswordError {
    #[error("{path}: {cause}", path = path.display())]
    File { path: PathBuf, cause: std::io::Error },
    #[error("{path}: it is empty: write the password into it", path = .0.display())]
    Empty(PathBuf),
}

impl PostgresTarget {
    /// Reads a URL. Without `sslmode`, TLS is used unless all hosts are Unix sockets or loopback addresses.
    pub fn parse(url: &str) -> Result<Self, PostgresTargetError> {
        if !["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
            return Err(PostgresTargetError::Scheme);
        }
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        // A question mark of a password: whoever reads on from there takes a part of it for parameters.
        if query.contains('@') {
            return Err(PostgresTargetError::Syntax);
        }
        let (mut mode, mut ca, mut kept) = (None, None, Vec::new());
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').ok_or(PostgresTargetError::Syntax)?;
            let decoded = || percent_decode_str(value).decode_utf8();
            match name {
                "sslmode" => mode = Some(value),
                "sslrootcert" => {
                    let path = decoded().map_err(|_not_utf8| PostgresTargetError::Syntax)?;
                    ca = Some(PathBuf::from(path.as_ref()));
                }
                _ => kept.push(parameter),
            }
        }
        let rest = format!("{base}?{}", kept.join("&"));
        let mut config = Config::from_str(&rest).map_err(|_said| PostgresTargetError::Syntax)?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(PostgresTargetError::NoHost);
        }
        let tls = match mode {
            None => !is_near(&config),
            Some("disable") => false,
            Some("require" | "verify-ca" | "verify-full") => true,
            Some(_) => return Err(PostgresTargetError::SslMode),
        };
        if tls && config.get_hosts().iter().any(|host| matches!(host, Host::Unix(_))) {
            return Err(PostgresTargetError::TlsOverSocket);
        }
        config.ssl_mode(if tls { SslMode::Require } else { SslMode::Disable });
        Ok(Self { url: url.to_owned(), config, tls, ca, password_file: None, pass_file: None })
    }

    /// With the password in this file, and nothing else. It is read whenever a connection is made, so that a
    /// password can be changed.
    #[must_use]
    pub fn with_password_file(self, password_file: Option<PathBuf>) -> Self {
        Self { password_file, ..self }
    }

    /// With passwords as `PGPASSFILE` has them, for a URL without one.
    #[must_use]
    pub fn with_pass_file(self, pass_file: Option<PathBuf>) -> Self {
        Self { pass_file, ..self }
    }

    /// Whether TLS is spoken.
    pub const fn is_tls(&self) -> bool {
        self.tls
    }

    /// The file with the authority that signed the server's certificate, where it is not one of the system's.
    pub fn ca(&self) -> Option<&Path> {
        self.ca.as_deref()
    }

    /// The parameters of a connection, with the password.
    pub(super) fn config(&self) -> Result<Config, PasswordError> {
        let mut config = self.config.clone();
        if let Some(path) = &self.password_file {
            let text = read(path)?;
            let password = text.trim_end_matches(['\r', '\n']);
            if password.is_empty() {
                return Err(PasswordError::Empty(path.clone()));
            }
            config.password(password);
        } else if let (None, Some(path)) = (config.get_password(), &self.pass_file)
            && let Some(password) = password_for(&config, &read(path)?)
        {
            config.password(password);
        }
        Ok(config)
    }
}

fn read(path: &Path) -> Result<String, PasswordError> {
    fs::read_to_string(path).map_err(|cause| PasswordError::File { path: path.to_owned(), cause })
}

/// Whether nobody can stand in between.
fn is_near(config: &Config) -> bool {
    let near = |host: &Host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
        }
    };
    config.get_hosts().iter().all(near) && config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback)
}

impl PartialEq for PostgresTarget {
    fn eq(&self, other: &Self) -> bool {
        let said =
            |target: &Self| (target.url.clone(), target.password_file.clone(), target.pass_file.clone());
        said(self) == said(other)
    }
}

impl Eq for PostgresTarget {}

impl fmt::Display for PostgresTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = |host: &Host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        };
        let mut hosts: Vec<String> = self.config.get_hosts().iter().map(host).collect();
        if hosts.is_empty() {
            hosts = self.config.get_hostaddrs().iter().map(ToString::to_string).collect();
        }
        let ports = self.config.get_ports();
        let port = |at: usize| ports.get(at).or(ports.first()).copied().unwrap_or(5432);
        let places: Vec<String> =
            hosts.iter().enumerate().map(|(at, host)| format!("{host}:{}", port(at))).collect();
        write!(f, "PostgreSQL at {}", places.join(", "))?;
        self.config.get_dbname().map_or(Ok(()), |name| write!(f, ", database {name}"))
    }
}

impl fmt::Debug for PostgresTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str) -> PostgresTarget {
        PostgresTarget::parse(url).unwrap()
    }

    #[test]
    fn tls_is_used_wherever_somebody_could_stand_in_between() {
        for near in ["localhost", "127.0.0.1", "[::1]:5433", "%2Frun%2Fpostgresql"] {
            assert!(!parsed(&format!("postgres://node@{near}/fleet")).is_tls(), "{near}");
        }
        for far in ["db.example", "10.0.0.7", "localhost,db.example"] {
            assert!(parsed(&format!("postgresql://node@{far}/fleet")).is_tls(), "{far}");
        }
        assert!(parsed("postgres://node@localhost/fleet?sslmode=verify-full").is_tls());
        assert!(!parsed("postgres://node@db.example/fleet?sslmode=disable").is_tls());
    }

    #[test]
    fn a_mode_that_a_stranger_could_switch_off_is_refused() {
        for mode in ["prefer", "allow", "", "Require"] {
            let refused = PostgresTarget::parse(&format!("postgres://node@db.example/fleet?sslmode={mode}"));
            assert_eq!(refused.unwrap_err(), PostgresTargetError::SslMode, "{mode}");
        }
        let refused = PostgresTarget::parse("postgres://node@%2Frun/fleet?sslmode=require");
        assert_eq!(refused.unwrap_err(), PostgresTargetError::TlsOverSocket);
    }

    #[test]
    fn neither_what_is_shown_nor_what_is_wrong_has_the_password() {
        let target = parsed("postgres://node:s3cret@db.example:6000/fleet?password=s3cret");
        for shown in [target.to_string(), format!("{target:?}")] {
            assert_eq!(shown, "PostgreSQL at db.example:6000, database fleet");
        }
        let wrong = [
            "postgres://node:s3cret?x@db.example/fleet",
            "postgres://node:s3cret?s3cret=1@db.example/fleet",
            "postgres://node:s3cret@db.example:s3cret/fleet",
            "postgres:///fleet?password=s3cret",
            "mysql://node:s3cret@db.example/fleet",
        ];
        for url in wrong {
            let said = PostgresTarget::parse(url).unwrap_err();
            assert!(!said.to_string().contains("s3cret") && !format!("{said:?}").contains("s3cret"), "{url}");
        }
    }

    #[test]
    fn the_authority_stands_in_the_url() {
        let target =
            parsed("postgres://node@db.example/fleet?sslrootcert=%2Fetc%2Fca%20one.pem&connect_timeout=3");
        assert_eq!(target.ca(), Some(Path::new("/etc/ca one.pem")));
    }

    #[test]
    fn a_password_is_read_whenever_it_is_needed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        let target = parsed("postgres://node:old@db.example/fleet").with_password_file(Some(file.clone()));
        assert!(target.config().unwrap_err().to_string().contains("password: No such file"));
        fs::write(&file, "\n").unwrap();
        assert!(matches!(target.config(), Err(PasswordError::Empty(_))));
        for password in ["first", "seco:nd"] {
            fs::write(&file, format!("{password}\r\n")).unwrap();
            assert_eq!(target.config().unwrap().get_password(), Some(password.as_bytes()));
        }
    }

    #[test]
    fn a_pass_file_is_for_urls_without_a_password() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pgpass");
        fs::write(&file, "db.example:*:fleet:node:kept\n").unwrap();
        let password = |url: &str| {
            let config = parsed(url).with_pass_file(Some(file.clone())).config().unwrap();
            config.get_password().map(|bytes| String::from_utf8(bytes.to_vec()).unwrap())
        };
        assert_eq!(password("postgres://node@db.example/fleet").as_deref(), Some("kept"));
        assert_eq!(password("postgres://node:own@db.example/fleet").as_deref(), Some("own"));
        assert_eq!(password("postgres://node@db.example/other"), None);
    }
}
