//! What was observed: scripts seen, violations reported, events worth telling. The seam behind which a
//! database will stand; for now everything is in memory, bounded, and gone with the process.
//!
//! Everything kept here came from strangers (pages, browsers): readers must escape it.

mod memory;
mod rows;
mod drift;

pub use drift::{DriftChange, DriftRow};
pub use memory::MemoryStore;
pub use rows::{Event, EventKind, ScriptSeen, ScriptSeenRow, Violation, ViolationRow};

/// Where observations go. Calls are cheap and never block on I/O: the data path makes them.
pub trait Store: Send + Sync {
    /// A script was judged in a page.
    fn script_seen(&self, seen: ScriptSeen);
    /// A browser reported something. Returns the number of times an equal one was seen, this included.
    fn violation(&self, violation: Violation) -> u64;
    /// Something that an operator should read.
    fn event(&self, event: Event);
    /// How a vendor's script stands, in place of what was told of it before.
    fn drift(&self, row: DriftRow);
    /// Forgets how scripts stand that are none of these `(site, script)`.
    fn only_drift_of(&self, known: &dyn Fn(&str, &str) -> bool);
    /// How vendors' scripts stand: findings first, the gravest of them first.
    fn drifts(&self) -> Vec<DriftRow>;
    /// Scripts seen, most recent first.
    fn scripts(&self) -> Vec<ScriptSeenRow>;
    /// Violations, most recent first, at most `limit`.
    fn violations(&self, limit: usize) -> Vec<ViolationRow>;
    /// Events, most recent first, at most `limit`.
    fn events(&self, limit: usize) -> Vec<Event>;
    /// The most recent event of one kind.
    fn latest(&self, kind: EventKind) -> Option<Event> {
        self.events(usize::MAX).into_iter().find(|event| event.kind == kind)
    }
}
