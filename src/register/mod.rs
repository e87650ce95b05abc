//! The register: every script that policies name, with who authorised which bytes of it.

mod listed;
mod folder;

pub use folder::PolicyFolder;
pub use listed::{Authorised, Comes, Listed};
