//! Which scripts are approved: identities, the lock that says which bytes, and the bytes themselves.
//! No sockets, no clock.
//!
//! ```text
//!  shop.toml      names scripts                        written by people
//!  shop.lock      which bytes, by whom, when, why      written by `approve`, one entry after the other
//!  shop.scripts/  the bytes                            written by `approve`, one file a version
//! ```

mod script;
mod evergreen;
mod text;
mod lock;
mod chain;
mod bytes;
mod append;
pub mod approval;

pub use approval::{Approval, Form};
pub use bytes::{MAX_SCRIPT_BYTES, bytes_folder, bytes_path, mirror_key};
pub use chain::entry_digest;
pub use evergreen::{end_of_day, evergreen_statement};
pub use lock::{Lock, MAX_LOCK_BYTES};
pub use script::{ScriptAddress, ScriptAddressError, ScriptId, Tier};
pub use text::inline_text;
