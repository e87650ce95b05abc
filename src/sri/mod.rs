//! Subresource Integrity as types: digests of script bytes and how the standard writes them.
//!
//! We only ever *write* integrity metadata that was built from a [`Digest`]; a malformed value would
//! be ignored by browsers and let the script run unchecked, so there is no way to build one.
//! Metadata that a page brings along is replaced, never read.
//! <https://w3c.github.io/webappsec-subresource-integrity/>

mod digest;

pub use digest::{Algorithm, Digest, DigestError, Digester};
