//! What was observed: scripts seen, violations reported, events worth telling, and what has to be provable later.
//!
//! Everything kept here came from strangers (pages, browsers): readers must escape it.

mod key;
mod class;
mod violation;
mod rows;
mod drift;
mod batch;
mod evidence;
mod pages;
mod policy_text;
mod query;
mod asked;
mod database;
mod sql;
mod sqlite;
mod postgres;
mod open;
mod memory;
mod pending;
mod sighting;
mod recorder;
mod known;
mod lifetime;
mod archive;
mod keep;

pub use archive::Archive;
pub use asked::{AskError, Question, moment, page};
pub use batch::{Batch, BatchId, Evidence, EvidenceRow, GenerationRow, ScriptSum, Shed, ViolationSum};
pub use class::Class;
pub use database::{Database, DatabaseError, Retention, Tidied, Written};
pub use drift::{DriftChange, DriftRow};
pub use evidence::{NOTHING_BEFORE, evidence_digest};
pub use keep::{Keeping, OnStanding, Opened, Standing, StoreConfig, begin};
pub use memory::MemoryStore;
pub use open::{Access, StoreTarget, open};
pub use pages::{PageFilter, PageHourRow, PageJudged, PageRow, PageSum, Pages};
pub use policy_text::{PolicyFile, PolicyText};
pub use postgres::{PostgresTarget, PostgresTargetError};
pub use query::{Cursor, Filter, Order, Paging, Part, ScriptFilter};
pub use recorder::Recorder;
pub use rows::{Event, EventKind, ScriptSeen, ScriptSeenRow};
pub use sighting::Sighting;
pub use violation::{
    BROWSERS, Counted, Fingerprint, FingerprintError, HourRow, NETWORKS, PAGES, Reported, Violation,
    ViolationRow,
};

use crate::inventory::SeenKind;

/// Where observations go. Calls are cheap and never block on I/O: the data path makes them.
pub trait Store: Send + Sync {
    /// A script was judged in a page. Whoever is given something counts further times by that, where everything
    /// is as it was.
    fn script_seen(&self, seen: ScriptSeen) -> Option<Sighting>;
    /// A page was judged to its end.
    fn page_judged(&self, page: PageJudged<'_>);
    /// A browser reported something. Returns the number of times that an equal one was reported, this included.
    fn reported(&self, report: Reported) -> u64;
    /// Something that an operator should read.
    fn event(&self, event: Event);
    /// Something that has to be provable later.
    fn evidence(&self, evidence: Evidence);
    /// Policies came into force.
    fn generation(&self, generation: GenerationRow);
    /// What policies that came into force say.
    fn policy(&self, policy: PolicyText);
    /// Whether policies of this fingerprint were ever in force, as far as is remembered.
    fn knows_generation(&self, fingerprint: &str) -> bool;
    /// Scripts seen on a site under this URL, whatever its query, or with this digest; on any page rule.
    fn served(&self, site: &str, script: &str) -> Vec<ScriptSeen>;
    /// Whether something of this kind that nobody approved was seen on a site's pages under this rule.
    fn has_stopped(&self, site: &str, rule: &str, kind: SeenKind) -> bool;
    /// How a vendor's script stands, in place of what was told of it before.
    fn drift(&self, row: DriftRow);
    /// Forgets how scripts stand that are none of these `(site, script)`.
    fn only_drift_of(&self, known: &dyn Fn(&str, &str) -> bool);
    /// How vendors' scripts stand: findings first, the gravest of them first.
    fn drifts(&self) -> Vec<DriftRow>;
    /// Scripts seen lately, most recent first.
    fn scripts(&self) -> Vec<ScriptSeenRow>;
    /// Violations reported lately, most recent first, at most `limit`.
    fn violations(&self, limit: usize) -> Vec<ViolationRow>;
    /// Events, most recent first, at most `limit`.
    fn events(&self, limit: usize) -> Vec<Event>;
    /// The most recent event of one kind.
    fn latest(&self, kind: EventKind) -> Option<Event> {
        self.events(usize::MAX).into_iter().find(|event| event.kind == kind)
    }
}
