//! Which scripts are approved: identities, the lock that says which bytes, and the bytes themselves.
//! No sockets, no clock.

mod script;

pub use script::{ScriptId, Tier};
