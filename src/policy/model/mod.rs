//! The compiled policy: only valid values, everything that can be prepared at load prepared.

mod words;
mod upstream;
mod rules;
mod page_grants;
mod site;

pub use page_grants::PageGrants;
pub use rules::{ApprovedScript, PageRules};
pub use site::{PublishedSnapshot, Site, Snapshot};
pub use upstream::UpstreamAddress;
pub use words::{
    CspForm, FailMode, Generation, InlineKind, Mode, PageHeaders, PageId, Refresh, SiteName, Unapproved,
    UpstreamCsp, Visit,
};
