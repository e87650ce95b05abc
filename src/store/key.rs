//! What names a thing by all that it consists of: the same on every node and after every restart.

use sha2::{Digest as _, Sha256};

/// Half a SHA-256 of the parts, each with its length, so that no text can run into the next.
pub(super) fn key<'a>(parts: impl IntoIterator<Item = Option<&'a str>>) -> [u8; 16] {
    let mut sha256 = Sha256::new();
    for part in parts {
        let length = part.map_or(u64::MAX, |part| u64::try_from(part.len()).unwrap_or(u64::MAX));
        sha256.update(length.to_be_bytes());
        sha256.update(part.unwrap_or_default());
    }
    let digest: [u8; 32] = sha256.finalize().into();
    let (kept, _) = digest.split_first_chunk().unwrap_or((&[0; 16], &[]));
    *kept
}
