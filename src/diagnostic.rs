//! STUB.
#![allow(missing_docs, clippy::all, clippy::pedantic, reason = "stub")]
#[derive(Debug, Clone)]
pub struct Diagnostic(pub String);
impl std::fmt::Display for Diagnostic { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(&self.0) } }
