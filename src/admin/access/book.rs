//! The file with the tokens: who has one, in which role, until when. The tokens themselves are nowhere.

use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use jiff::civil::Date;

use super::role::Role;
use super::token::{Token, TokenDigest};
use crate::diagnostic::{self, Diagnostic, Keys, Problems, SourceFile};
use crate::inventory::end_of_day;

/// Tokens in one.
const MOST: usize = 1000;
/// Characters of a name.
const LONGEST_NAME: usize = 64;

pub(super) const HELP: &str = "`countersign token add` writes this file; docs/access.md says what is in it";

/// The tokens in force, swapped whole.
pub type PublishedTokens = Arc<ArcSwap<TokenBook>>;

/// Who has a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// What they are called in evidence, events and acknowledgements.
    pub name: Arc<str>,
    /// What they may do.
    pub role: Role,
    /// Of their token.
    pub digest: TokenDigest,
    /// When it was made.
    pub created: Timestamp,
    /// The last day on which it is taken.
    pub expires: Option<Date>,
}

/// Everybody who has one. Names and digests differ.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenBook {
    holders: Vec<Holder>,
}

/// Why a name can't be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Not of the form.
    #[error(
        "`{0}` is no name for a token: up to {LONGEST_NAME} letters, digits and -_.@, a letter or digit first"
    )]
    Form(String),
    /// There is one.
    #[error("there is a token of the name {0}: remove it first, or choose another name")]
    Taken(String),
    /// Too many.
    #[error("there are {MOST} tokens, and no more are read: remove some")]
    Full,
}

impl Holder {
    /// Whether the token is still taken.
    pub fn is_in_time(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|date| now < end_of_day(date))
    }
}

impl TokenBook {
    /// What a text says that stands, or could stand, in this file.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let mut problems = Problems::new(SourceFile::new(path, text));
        let mut book = Self::default();
        if let Some(mut root) = Keys::parse(text, HELP, &mut problems) {
            for table in root.tables("token", "[[token]]", &mut problems) {
                let span = table.span();
                let Some(holder) = holder(table, &mut problems) else { continue };
                if let Some(error) = book.refuses(&holder.name) {
                    problems.error(span, error.to_string(), "each token has a name of its own");
                } else if book.holders.iter().any(|other| other.digest == holder.digest) {
                    problems.error(span, "another entry has this digest", "each token stands in one entry");
                } else {
                    book.holders.push(holder);
                }
            }
            root.finish(&[], &mut problems);
        }
        if problems.any_error() {
            let mut found = problems.into_list();
            diagnostic::sort(&mut found);
            return Err(found);
        }
        Ok(book)
    }

    /// As the file has it.
    pub fn text(&self) -> String {
        let mut text = String::from(
            "# Who may come in at the admin address. Written by `countersign token`; the tokens are nowhere.\n",
        );
        for Holder { name, role, digest, created, expires } in &self.holders {
            let lines = [
                format!("\n[[token]]\nname    = \"{name}\"\nrole    = \"{role}\"\n"),
                format!("digest  = \"{digest}\"\ncreated = {created:.0}\n"),
                expires.map(|date| format!("expires = {date}\n")).unwrap_or_default(),
            ];
            text.extend(lines);
        }
        text
    }

    /// Adds somebody.
    pub fn add(&mut self, holder: Holder) -> Result<(), NameError> {
        if let Some(error) = self.refuses(&holder.name) {
            return Err(error);
        }
        self.holders.push(holder);
        Ok(())
    }

    /// Removes somebody; whether they were there.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.holders.len();
        self.holders.retain(|holder| &*holder.name != name);
        self.holders.len() < before
    }

    /// Everybody, in the order of the file.
    pub fn holders(&self) -> &[Holder] {
        &self.holders
    }

    /// Whose token it is, if it is still taken. All are compared, always: it takes the same time whoever it is.
    pub(super) fn holder_of(&self, token: &Token, now: Timestamp) -> Option<&Holder> {
        self.with_digest(&token.digest(), now)
    }

    /// Whose token has this digest, if it is still taken.
    pub(super) fn with_digest(&self, digest: &TokenDigest, now: Timestamp) -> Option<&Holder> {
        let mut found = None;
        for holder in &self.holders {
            if holder.digest.is(digest) {
                found = Some(holder);
            }
        }
        found.filter(|holder| holder.is_in_time(now))
    }

    fn refuses(&self, name: &str) -> Option<NameError> {
        if !is_name(name) {
            return Some(NameError::Form(name.to_owned()));
        }
        if self.holders.iter().any(|holder| &*holder.name == name) {
            return Some(NameError::Taken(name.to_owned()));
        }
        (self.holders.len() >= MOST).then_some(NameError::Full)
    }
}

fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.@".contains(c);
    name.len() <= LONGEST_NAME
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(plain)
}

fn holder(mut keys: Keys<'_>, problems: &mut Problems) -> Option<Holder> {
    let name = keys.required_text("name", "say whose it is: name = \"alice\"", problems);
    let role = keys.required_text("role", "role = \"view\", \"acknowledge\" or \"operate\"", problems);
    let digest = keys.required_text("digest", "`countersign token add` writes it", problems);
    keys.require("created", "`countersign token add` writes it", problems);
    let created = keys.moment("created", problems);
    let given = keys.span_of("expires");
    let expires = keys.date("expires", problems);
    keys.finish(&[], problems);
    let role = role.and_then(|text| match text.get_ref().parse::<Role>() {
        Ok(role) => Some(role),
        Err(error) => {
            problems.error(text.span(), error.to_string(), "each may what those before it may");
            None
        }
    });
    let digest = digest.and_then(|text| match TokenDigest::parse(text.get_ref()) {
        Ok(digest) => Some(digest),
        Err(error) => {
            problems.error(text.span(), format!("`digest`: {error}"), "`countersign token add` writes it");
            None
        }
    });
    let expires = match (given, expires.and_then(|date| date.get_ref().parse::<Date>().ok())) {
        // A wrong end is a problem already; without it the token would never end.
        (Some(_), None) => return None,
        (_, date) => date,
    };
    let created = created.and_then(|moment| moment.get_ref().parse::<Timestamp>().ok())?;
    Some(Holder { name: name?.into_inner().into(), role: role?, digest: digest?, created, expires })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(name: &str, role: Role, expires: Option<&str>) -> (Holder, Token) {
        let token = Token::generate().unwrap();
        let created = "2026-11-26T03:04:44Z".parse().unwrap();
        let expires = expires.map(|date| date.parse().unwrap());
        (Holder { name: name.into(), role, digest: token.digest(), created, expires }, token)
    }

    fn parsed(text: &str) -> Result<TokenBook, Vec<Diagnostic>> {
        TokenBook::parse(Path::new("tokens.toml"), text)
    }

    #[test]
    fn what_is_written_reads_back_and_knows_whose_token_it_is() {
        let (alice, token) = holder("alice", Role::Operate, None);
        let (bob, _) = holder("bob@shop.example", Role::View, Some("2027-01-31"));
        let mut book = TokenBook::default();
        book.add(alice.clone()).unwrap();
        book.add(bob.clone()).unwrap();
        let read = parsed(&book.text()).unwrap();
        assert_eq!(read, book);
        let now = "2026-12-01T00:00:00Z".parse().unwrap();
        assert_eq!(read.holder_of(&token, now), Some(&alice));
        assert_eq!(read.holder_of(&Token::generate().unwrap(), now), None);
        assert!(!book.text().contains(token.reveal()));
        assert!(matches!(book.add(bob), Err(NameError::Taken(_))));
        assert!(book.remove("alice") && !book.remove("alice"));
    }

    #[test]
    fn a_token_is_taken_until_the_end_of_its_last_day() {
        let (carol, token) = holder("carol", Role::View, Some("2027-01-31"));
        let mut book = TokenBook::default();
        book.add(carol).unwrap();
        let at = |text: &str| book.holder_of(&token, text.parse().unwrap()).is_some();
        assert!(at("2027-01-31T23:59:59Z") && !at("2027-02-01T00:00:00Z"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_a_way_out() {
        let (alice, _) = holder("alice", Role::View, None);
        let mut book = TokenBook::default();
        book.add(alice).unwrap();
        let good = book.text();
        let wrong: [(&str, &str, &str); 8] = [
            ("role    = \"view\"", "role = \"admin\"", "`admin` is no role"),
            ("name    = \"alice\"", "name = \"<b>\"", "is no name"),
            ("name    = \"alice\"\n", "", "name"),
            ("sha256-", "sha384-", "digest"),
            ("created = ", "made = ", "unknown key `made`"),
            ("created = 2026-11-26T03:04:44Z", "created = 1", "created"),
            ("created = ", "expires = \"never\"\ncreated = ", "expires"),
            ("[[token]]", "[[tokens]]", "unknown key `tokens`"),
        ];
        for (from, to, expected) in wrong {
            assert!(good.contains(from), "{from}");
            let problems = parsed(&good.replacen(from, to, 1)).unwrap_err();
            assert!(
                problems.iter().any(|problem| problem.message.contains(expected) && problem.help.is_some()),
                "{to}: {problems:?}"
            );
        }
        let table = good.split_once("[[token]]").unwrap().1;
        let twice = format!("{good}\n[[token]]{}", table.replace("\"alice\"", "\"bob\""));
        assert!(parsed(&twice).unwrap_err().iter().any(|problem| problem.message.contains("this digest")));
        assert!(parsed(&format!("{good}\n[[token]]{table}")).is_err(), "one name twice");
    }
}
