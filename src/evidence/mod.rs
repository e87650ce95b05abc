//! The evidence: what an assessor asks for, gathered from the policies, their locks and the store, for a span of
//! time; and whether the rows that it rests on are those that were written.
//!
//! ```text
//!  policies, locks ─► register ──┐
//!  store: evidence ─► chain ─────┼─► Pack ─► folder: evidence.html, evidence.json, rows.jsonl, *.csv, manifest.json
//!  store: scripts and pages seen ─► gaps                     └─► verify
//!  store: texts of policies ─► generations
//! ```

mod chain;
mod pack;
mod told;
mod generations;
mod processes;
mod gaps;
mod gather;
mod tables;
mod page;
mod folder;
mod verify;

pub use folder::write;
pub use gather::{GatherError, gather};
pub use pack::{Chain, Span};
pub use verify::{Verified, manifest, verify};
