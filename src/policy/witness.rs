//! The witness: a few lines of script, ours, put before the first pinned script of a page.
//!
//! No browser reports a failed integrity check; all it does is fire an `error` event at the element.
//! The witness turns that event into a report. It can't tell refused bytes from a network failure, and
//! a page without pinned scripts doesn't get it. Its text is constant, so its digest in the CSP is too.

use std::sync::LazyLock;

use crate::sri::{Algorithm, Digest};

/// The text, between `<script>` and `</script>`. Must not contain `</`.
pub const WITNESS: &str = "addEventListener(\"error\",function(e){var t=e.target;\
if(t&&t.tagName===\"SCRIPT\"&&t.integrity&&navigator.sendBeacon)\
navigator.sendBeacon(\"/_countersign/reports\",new Blob([JSON.stringify([{type:\"script-refused\",\
url:location.href,body:{blockedURL:t.src,integrity:t.integrity}}])],{type:\"application/reports+json\"}))},true)";

static DIGEST: LazyLock<Digest> = LazyLock::new(|| Digest::of(Algorithm::Sha256, WITNESS.as_bytes()));

/// The digest of the witness's text.
pub fn witness_digest() -> &'static Digest {
    &DIGEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_witness_cannot_end_its_own_element() {
        assert!(!WITNESS.contains('<'));
        assert!(WITNESS.is_ascii() && !WITNESS.contains(['\r', '\n', '\0']));
    }
}
