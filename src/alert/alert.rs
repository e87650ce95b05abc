//! One piece of news for somebody outside, of whatever kind.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::kind::{Kind, Severity};
use crate::clock::Rfc3339;
use crate::sri::{Algorithm, Digest};

/// Something that somebody should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Alert {
    /// The same at every attempt to deliver it, and in every process.
    pub id: String,
    /// When it was told.
    #[schemars(with = "Rfc3339")]
    pub at: Timestamp,
    /// What it is about.
    pub kind: Kind,
    /// It is no longer so.
    pub over: bool,
    /// Of what: `shop/chat`.
    pub subject: String,
    /// How soon somebody should look; `none` where it is over.
    pub severity: Severity,
    /// Since when it stands so.
    #[schemars(with = "Rfc3339")]
    pub since: Timestamp,
    /// What happened, in plain words. The first line is the shortest telling.
    pub message: String,
    /// What to do.
    pub what_to_do: Option<String>,
    /// What the news consists of: the same thing found again has the same, and is not told again.
    pub fingerprint: String,
}

impl Alert {
    /// One that says that it is a test.
    pub fn test(at: Timestamp) -> Self {
        Self {
            id: new_id(),
            at,
            kind: Kind::Test,
            over: false,
            subject: "countersign".to_owned(),
            severity: Severity::None,
            since: at,
            message: "This is a test of Countersign's alerts: nothing has happened.".to_owned(),
            what_to_do: None,
            fingerprint: fingerprint(["test"]),
        }
    }

    /// What goes in its place where it is refused for what is written in it: who it is, and not a word of strangers.
    /// Not even a vendor's name.
    pub(super) fn stand_in(&self) -> Self {
        let Self { id, kind, severity, over, .. } = self;
        let what = if *over {
            "the end of an alert".to_owned()
        } else {
            format!("an alert of severity {}", severity.name())
        };
        let subject = if *kind == Kind::WatcherBlind { "a vendor".to_owned() } else { self.subject.clone() };
        Self {
            subject,
            message: format!(
                "{what} ({kind}) can't be delivered as it is: its text was refused. The admin address and the log \
                 have it under {id}."
            ),
            what_to_do: Some(
                "read it there; then see which words your mail server or webhook refuses, and why".to_owned(),
            ),
            ..self.clone()
        }
    }

    /// The first line of what happened.
    pub fn headline(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }

    /// For people, whole.
    pub fn text(&self) -> String {
        match &self.what_to_do {
            Some(what) => format!("{}\nwhat to do: {what}", self.message),
            None => self.message.clone(),
        }
    }
}

/// News, as whoever found it tells it.
#[derive(Debug, Clone)]
pub struct News {
    /// What it is about.
    pub kind: Kind,
    /// Of what.
    pub subject: String,
    /// How soon somebody should look.
    pub severity: Severity,
    /// Since when; `None`: now.
    pub since: Option<Timestamp>,
    /// What happened.
    pub message: String,
    /// What to do.
    pub what_to_do: Option<String>,
    /// See [`fingerprint`].
    pub fingerprint: String,
}

/// A text that is the same for the same parts only.
pub fn fingerprint<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for part in parts {
        // Lengths keep two parts from looking like two others.
        text.push_str(&part.len().to_string());
        text.push(':');
        text.push_str(part);
    }
    let digest = Digest::of(Algorithm::Sha256, text.as_bytes());
    digest.as_bytes().iter().take(16).fold(String::new(), |mut hex, byte| {
        use std::fmt::Write;
        // Writing to a string can't fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// In the order of time.
pub(super) fn new_id() -> String {
    format!("msg_{}", uuid::Uuid::now_v7().simple())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_parts_are_another_fingerprint() {
        let one = fingerprint(["a", "bc"]);
        assert_eq!(one.len(), 32);
        assert_eq!(one, fingerprint(["a", "bc"]));
        for other in [fingerprint(["ab", "c"]), fingerprint(["abc"]), fingerprint(["bc", "a"])] {
            assert_ne!(one, other);
        }
    }
}
