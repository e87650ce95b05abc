//! The password file of libpq: `host:port:database:user:password`, the first line that fits.
//! <https://www.postgresql.org/docs/current/libpq-pgpass.html>

use postgres::Config;
use postgres::config::Host;

/// The password of the first line that fits the first host.
pub(super) fn password_for(config: &Config, text: &str) -> Option<String> {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        Some(Host::Unix(_)) => "localhost".to_owned(),
        None => config.get_hostaddrs().first()?.to_string(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432).to_string();
    let user = config.get_user().unwrap_or_default();
    let database = config.get_dbname().unwrap_or(user);
    let wanted = [host.as_str(), port.as_str(), database, user];
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(fields).find_map(|mut fields| {
        let fits = fields.len() == 5
            && fields.iter().zip(wanted).all(|(field, wanted)| field == "*" || field == wanted);
        if fits { fields.pop() } else { None }
    })
}

/// The fields of a line; `\` stands before a `:` or a `\` that is part of one.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut chars = line.chars();
    while let Some(char) = chars.next() {
        let meant = if char == '\\' { chars.next() } else { Some(char) };
        match (meant, fields.last_mut()) {
            (Some(':'), _) if char == ':' => fields.push(String::new()),
            (Some(meant), Some(field)) => field.push(meant),
            _ => {}
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    fn password(url: &str, text: &str) -> Option<String> {
        password_for(&Config::from_str(url).unwrap(), text)
    }

    #[test]
    fn the_first_line_that_fits_has_the_password() {
        let text = "# fleet\nother:*:*:*:no\ndb.example:5433:fleet:node:port\n*:*:fleet:node:a\\:b\\\\c\n*:*:*:*:any\n";
        assert_eq!(password("postgres://node@db.example:5433/fleet", text).unwrap(), "port");
        assert_eq!(password("postgres://node@db.example/fleet", text).unwrap(), "a:b\\c");
        assert_eq!(password("postgres://node@db.example/else", text).unwrap(), "any");
        assert_eq!(password("postgres://node@db.example/fleet", "too:few:fields\n\n"), None);
    }

    #[test]
    fn a_socket_is_localhost_and_a_database_is_named_like_its_user() {
        assert_eq!(password("postgres://node@%2Frun", "localhost:5432:node:node:here").unwrap(), "here");
    }
}
