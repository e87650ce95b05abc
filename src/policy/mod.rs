//! What the operator wants: policy files read, checked, and compiled into one immutable [`Snapshot`]
//! that an exchange holds from its first byte to its last.
//!
//! ```text
//!  shop.toml ─┐
//!  shop.lock ─┼─► file (TOML with places) ─► check (every problem) ─► load (compile) ─► Snapshot ─► watch (publish)
//!  shop.scripts/ ┘
//! ```

mod model;
mod modules;
mod drifted;
mod grants;
mod matching;
mod own_paths;
mod witness;
mod lint;
mod file;
mod check;
mod sample;
mod folder;
mod texts;
mod assemble;
mod builds;
mod unnamed;
mod load;
mod outline;
mod replaying;
mod named;
mod places;
mod external;
mod watch;
#[cfg(test)]
mod fixture;

pub use file::policy_schema;
#[cfg(test)]
pub use fixture::sample_grants;
pub use lint::LINTS;
pub use load::{
    Counts, Loaded, Summary, check_files, check_folder, check_trusting, load_folder, load_trusting, no_sites,
    observe_only,
};
pub use model::{
    ApprovedMap, ApprovedScript, ApprovedShape, Balance, CspForm, FailMode, Generation, HealthCheck,
    InlineKind, Looks, MapText, Mode, Opinion, OwnBytes, OwnScripts, PageGrants, PageHeaders, PageId,
    PageRules, PageScripts, PublishedSnapshot, Refresh, Shaped, Site, SiteName, Snapshot, Strategy,
    Unapproved, UpstreamAddress, UpstreamCsp, UpstreamScheme, Visit,
};
pub use named::{NamedScript, NamedScripts, locks, named_scripts};
pub use outline::{PageOutline, ScriptOutline, ScriptsOutline, outline, outline_first, scripts};
pub use own_paths::{MIRROR_PREFIX, OWN_PREFIX, REPORT_PATH};
pub use places::PolicyPlaces;
pub use replaying::NamedFor;
pub use texts::FileText;
pub use watch::{ReloadOutcome, watch};
pub use witness::{WITNESS, witness_digest};
