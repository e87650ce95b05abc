//! The compiled policy: only valid values, everything that can be prepared at load prepared.

mod words;
mod upstream;
mod rules;
mod looks;
mod map_text;
mod shaped;
mod page_scripts;
mod page_grants;
mod own_bytes;
mod site;

pub use looks::Looks;
pub use map_text::{ApprovedMap, MapText};
pub use own_bytes::OwnBytes;
pub use page_grants::PageGrants;
pub use page_scripts::PageScripts;
pub use rules::{ApprovedScript, PageRules};
pub use shaped::{ApprovedShape, Shaped};
pub(super) use site::is_under;
pub use site::{PublishedSnapshot, Site, Snapshot};
pub use upstream::{Balance, HealthCheck, Strategy, UpstreamAddress, UpstreamScheme};
pub use words::{
    CspForm, FailMode, Generation, InlineKind, Mode, Opinion, OwnScripts, PageHeaders, PageId, Refresh,
    SiteName, Unapproved, UpstreamCsp, Visit,
};
