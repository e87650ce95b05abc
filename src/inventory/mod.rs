//! Which scripts are approved: identities, the lock that says which bytes, and the bytes themselves.
//! No sockets.
//!
//! ```text
//!  shop.toml      names scripts                        written by people
//!  shop.lock      which bytes, by whom, when, why      written by `approve`, one entry after the other,
//!                                                      signed by approvers where any are set
//!  shop.scripts/  the bytes                            written by `approve`, one file a version
//! ```

mod script;
mod seen;
mod evergreen;
mod build;
mod text;
mod bytes;
mod key;
mod signature;
mod entry;
mod chain;
mod trust;
mod lock;
mod lock_file;
mod lock_text;
mod standing;
mod write;
mod append;
pub mod approval;

pub use approval::Form;
pub use build::{BuildList, BuildListError, MAX_BUILD_FILES, is_file_name, is_folder};
pub use bytes::{MAX_SCRIPT_BYTES, bytes_folder, bytes_path, mirror_key};
pub use chain::entry_digest;
pub use entry::{Approval, Entry, LiveApproval, Retirement, Retires, Statement};
pub use evergreen::{end_of_day, evergreen_statement};
pub use key::{KeyError, PublicKey, PublicKeyError, SigningKey};
pub use lock::{GONE, GONE_HELP, Lock, MAX_LOCK_BYTES};
pub use script::{ScriptAddress, ScriptAddressError, ScriptId, Tier};
pub use seen::{Decision, SeenKind};
pub use signature::Signature;
pub use text::inline_text;
pub use trust::{Approver, Approvers, ApproversError, Trust};
pub use write::write_file;
