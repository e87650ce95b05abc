//! The chain of evidence: what a row's digest is of.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::batch::{Evidence, EvidenceRow};

/// The digest that a node's first row names as the one before.
pub const NOTHING_BEFORE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A row's digest, in hexadecimal: SHA-256 of the digest before, the node, the number, the moment, the kind and the
/// body, each with its length before it.
pub fn evidence_digest(previous: &str, node: &str, number: u64, evidence: &Evidence) -> String {
    let (number, at) = (number.to_string(), evidence.at.to_string());
    let mut sha256 = Sha256::new();
    for text in [previous, node, &number, &at, &evidence.kind, &evidence.body] {
        sha256.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        sha256.update(text);
    }
    let digest: [u8; 32] = sha256.finalize().into();
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl EvidenceRow {
    /// The row that follows one with this number and digest.
    pub fn after(number: u64, previous: &str, node: &str, evidence: Evidence) -> Self {
        let number = number.saturating_add(1);
        let digest = evidence_digest(previous, node, number, &evidence);
        let Evidence { at, kind, body } = evidence;
        Self { node: node.to_owned(), number, at, kind, body, previous: previous.to_owned(), digest }
    }

    /// Whether the digest is that of what the row says.
    pub fn is_whole(&self) -> bool {
        let evidence = Evidence { at: self.at, kind: self.kind.clone(), body: self.body.clone() };
        evidence_digest(&self.previous, &self.node, self.number, &evidence) == self.digest
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn row() -> EvidenceRow {
        let evidence =
            Evidence { at: Timestamp::UNIX_EPOCH, kind: "policy-loaded".into(), body: "{}".into() };
        EvidenceRow::after(0, NOTHING_BEFORE, "edge-1", evidence)
    }

    #[test]
    fn a_changed_row_is_not_whole() {
        assert!(row().is_whole());
        let changes: [fn(&mut EvidenceRow); 6] = [
            |row| row.node = "edge-2".into(),
            |row| row.number = 2,
            |row| row.at = Timestamp::MAX,
            |row| row.kind.push('x'),
            |row| row.body.push(' '),
            |row| row.previous = "1".repeat(64),
        ];
        for change in changes {
            let mut other = row();
            change(&mut other);
            assert!(!other.is_whole(), "{other:?}");
        }
    }
}
