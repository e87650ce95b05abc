//! What the operator wants: policy files read, checked, and compiled into one immutable [`Snapshot`]
//! that an exchange holds from its first byte to its last.
//!
//! ```text
//!  shop.toml ─┐
//!  shop.lock ─┼─► file (TOML with places) ─► check (every problem) ─► load (compile) ─► Snapshot ─► watch (publish)
//!  shop.scripts/ ┘
//! ```

mod model;
mod grants;
mod witness;

pub use grants::{GrantCompiler, REPORT_PATH};
pub use model::{
    ApprovedScript, FailMode, Generation, Mode, PageGrants, PageId, PageRules, PublishedSnapshot, Site,
    SiteName, Snapshot, Unapproved, UpstreamAddress, UpstreamCsp,
};
pub use witness::WITNESS;
mod stub;
pub use stub::*;
