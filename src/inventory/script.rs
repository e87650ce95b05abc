//! A script's identity and how it is delivered.

use std::fmt;

/// The operator's name for a script: unique within a policy file, used in logs, the lock, the mirror's
/// URLs and file names. Lower-case letters, digits, `-`, `_` and `.`, at most 64, not beginning with a dot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScriptId(String);

impl ScriptId {
    /// Parses an id; `None` when it has other characters, is empty, too long, or begins with a dot.
    pub fn new(text: &str) -> Option<Self> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
        let fits = !text.is_empty() && text.len() <= 64 && !text.starts_with('.');
        (fits && text.chars().all(allowed)).then(|| Self(text.to_owned()))
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ScriptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How an approved external script reaches the page (design: "How an approved script is delivered").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tier {
    /// The vendor's URL with `integrity`: changed bytes are refused by the browser.
    Pin,
    /// The approved bytes from us: changed bytes at the vendor don't matter.
    Mirror,
}

impl Tier {
    /// As policies write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pin => "pin",
            Self::Mirror => "mirror",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_safe_in_a_file_name_and_a_url() {
        assert!(ScriptId::new("inbenta-chat_3.4").is_some());
        for bad in ["", ".", "..", "a/b", "A", "a b", "é", &"x".repeat(65)] {
            assert!(ScriptId::new(bad).is_none(), "{bad:?} was accepted");
        }
    }
}
