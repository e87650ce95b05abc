//! The chain through a lock: every entry carries the digest of the one before it, so that an entry that
//! was changed, removed or moved is noticed.
//!
//! The chain shows accidents and careless edits. Whoever may write the folder can write a new chain;
//! nothing follows the last entry that could vouch for it (its bytes do); and entries cut off at the end
//! leave no trace in what remains (fewer approvals: it fails closed).

use std::fmt::Write;

use super::approval::Approval;
use crate::sri::{Algorithm, Digest};

/// SHA-384 of an entry's canonical form: the fields `script`, `digest`, `size`, `at`, `by`, `because`,
/// `previous` and `retires-earlier`, in this order, each as a netstring (length in bytes, `:`, the bytes
/// in UTF-8, `,`). Numbers are decimal; `at` is RFC 3339 in UTC; `previous` is empty in the first entry;
/// `retires-earlier` is `true` or `false`.
/// <https://cr.yp.to/proto/netstrings.txt>
pub fn entry_digest(approval: &Approval) -> Digest {
    let previous = approval.previous.as_ref().map(ToString::to_string).unwrap_or_default();
    let fields = [
        approval.script.as_str().to_owned(),
        approval.digest.to_string(),
        approval.size.to_string(),
        approval.at.to_string(),
        approval.by.clone(),
        approval.because.clone(),
        previous,
        approval.retires_earlier.to_string(),
    ];
    let mut canonical = String::new();
    for field in fields {
        // Writing to a string can't fail.
        let _ = write!(canonical, "{}:{field},", field.len());
    }
    Digest::of(Algorithm::Sha384, canonical.as_bytes())
}
