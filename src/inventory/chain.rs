//! The chain through a lock: every entry carries the digest of the one before it, so that an entry that
//! was changed, removed or moved is noticed.
//!
//! By itself the chain shows accidents and careless edits: whoever may write the folder can write a new
//! one. Signatures are over an entry's digest, so with approvers the chain is theirs. Entries cut off at
//! the end leave no trace in what remains; a running process remembers them (see [`super::Trust`]).

use std::fmt::Write;

use super::entry::Statement;
use crate::sri::{Algorithm, Digest};

/// SHA-384 of an entry's canonical form: its fields, each as a netstring (length in bytes, `:`, the bytes
/// in UTF-8, `,`). Of an approval: `script`, `digest`, `size`, `at`, `by`, `because`, `previous` and
/// `retires-earlier`. Of a retirement: the word `retirement`, `script`, `retires`, `at`, `by`, `because`
/// and `previous`. Numbers are decimal; `at` is RFC 3339 in UTC; `previous` is empty in the first entry;
/// `retires-earlier` is `true` or `false`. Signatures are no part of it, so that one can be added.
/// <https://cr.yp.to/proto/netstrings.txt>
pub fn entry_digest(statement: &Statement) -> Digest {
    let mut canonical = String::new();
    match statement {
        Statement::Approval(approval) => {
            netstring(&mut canonical, approval.script.as_str());
            netstring(&mut canonical, &approval.digest.to_string());
            netstring(&mut canonical, &approval.size.to_string());
            netstring(&mut canonical, &approval.at.to_string());
            netstring(&mut canonical, &approval.by);
            netstring(&mut canonical, &approval.because);
            netstring(&mut canonical, &previous(statement));
            netstring(&mut canonical, &approval.retires_earlier.to_string());
        }
        // One field less than an approval, so neither can pass for the other.
        Statement::Retirement(retirement) => {
            netstring(&mut canonical, "retirement");
            netstring(&mut canonical, retirement.script.as_str());
            netstring(&mut canonical, &retirement.retires.to_string());
            netstring(&mut canonical, &retirement.at.to_string());
            netstring(&mut canonical, &retirement.by);
            netstring(&mut canonical, &retirement.because);
            netstring(&mut canonical, &previous(statement));
        }
    }
    Digest::of(Algorithm::Sha384, canonical.as_bytes())
}

fn previous(statement: &Statement) -> String {
    statement.previous().map(ToString::to_string).unwrap_or_default()
}

/// Adds a text with its length, so that no two lists of texts become one.
pub(super) fn netstring(to: &mut String, text: &str) {
    // Writing to a string can't fail.
    let _ = write!(to, "{}:{text},", text.len());
}
