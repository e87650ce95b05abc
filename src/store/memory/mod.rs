//! The store in memory: bounded, shed oldest first, gone with the process. What was seen lately.
//!
//! Events of each kind have a bound of their own, so that a stranger who sends reports can push out
//! other reports, but not the news that a policy was refused.

mod tally;
mod scripts;
mod groups;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::batch::{Evidence, GenerationRow, ScriptSum};
use super::rows::{Event, EventKind, ScriptSeen, ScriptSeenRow};
use super::sighting::Sighting;
use super::violation::{Reported, ViolationRow};
use super::{DriftRow, PageJudged, PolicyText, Store};
use crate::clock::Clock;
use crate::inventory::SeenKind;
use groups::Groups;
use scripts::Scripts;
pub(super) use tally::{Tally, count, most_first};

/// Events of one kind kept.
const KEPT: usize = 500;
/// Generations remembered.
pub(super) const GENERATIONS: usize = 1000;
/// Characters of an event's message that are kept. Those about exchanges are far shorter; diagnostics of
/// a whole folder may be this long.
const MESSAGE: usize = 16 * 1024;

/// Observations in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    clock: Clock,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    scripts: Scripts,
    violations: Groups,
    generations: Generations,
    /// By site and script. As many as the policies name: no stranger can add one.
    drifts: BTreeMap<(String, String), DriftRow>,
    events: HashMap<EventKind, VecDeque<(u64, Event)>>,
    /// Numbers the events, so that kinds kept apart can be told in the order in which they came.
    told: u64,
}

/// The latest last.
#[derive(Debug, Default)]
struct Generations {
    known: HashSet<String>,
    order: VecDeque<String>,
}

impl Generations {
    fn add(&mut self, fingerprint: String) {
        if !self.known.insert(fingerprint.clone()) {
            return;
        }
        self.order.push_back(fingerprint);
        if self.order.len() > GENERATIONS
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}

/// An event with a message of a length that can be kept.
pub(super) fn cut(mut event: Event) -> Event {
    if let Some((end, _)) = event.message.char_indices().nth(MESSAGE) {
        event.message.truncate(end);
        event.message.push('…');
    }
    event
}

impl MemoryStore {
    /// An empty store that reads the time from `clock`.
    pub fn new(clock: Clock) -> Self {
        Self { clock, inner: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Every critical section leaves the maps whole, so a panic elsewhere doesn't spoil them.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a report. Returns how often an equal one was reported, and from how many networks.
    pub(super) fn add(&self, report: &Reported) -> (u64, u32) {
        let now = self.clock.now();
        self.lock().violations.add(report, now)
    }

    /// Scripts seen since this was last asked, and how many were lost.
    pub(super) fn take_scripts(&self) -> (Vec<ScriptSum>, u64) {
        self.lock().scripts.take()
    }

    /// Takes what a database knows, where there is room.
    pub(super) fn load(&self, known: Known) {
        let mut inner = self.lock();
        for generation in known.generations {
            inner.generations.add(generation.fingerprint);
        }
        for row in known.scripts {
            inner.scripts.load(row);
        }
        for row in known.violations {
            inner.violations.load(row);
        }
        for row in known.drifts {
            inner.drifts.entry((row.site.clone(), row.script.clone())).or_insert(row);
        }
    }

    /// As [`Store::only_drift_of`]; returns those that are forgotten.
    pub(super) fn forget_drifts(&self, known: &dyn Fn(&str, &str) -> bool) -> Vec<(String, String)> {
        let drifts = &mut self.lock().drifts;
        let gone: Vec<(String, String)> =
            drifts.keys().filter(|(site, script)| !known(site, script)).cloned().collect();
        for key in &gone {
            drifts.remove(key);
        }
        gone
    }
}

/// What a database knows that is needed in memory. Of generations the latest last, of the others first.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) generations: Vec<GenerationRow>,
    pub(super) scripts: Vec<ScriptSeenRow>,
    pub(super) violations: Vec<ViolationRow>,
    pub(super) drifts: Vec<DriftRow>,
}

impl Store for MemoryStore {
    fn script_seen(&self, seen: ScriptSeen) -> Option<Sighting> {
        let now = self.clock.now();
        Some(self.lock().scripts.add(seen, now))
    }

    fn page_judged(&self, _: PageJudged<'_>) {
        // Only a database is asked for pages.
    }

    fn reported(&self, report: Reported) -> u64 {
        let (count, _) = self.add(&report);
        count
    }

    fn evidence(&self, _: Evidence) {
        // What is gone with the process proves nothing.
    }

    fn generation(&self, generation: GenerationRow) {
        self.lock().generations.add(generation.fingerprint);
    }

    fn policy(&self, _: PolicyText) {
        // Only a database is asked for texts.
    }

    fn knows_generation(&self, fingerprint: &str) -> bool {
        self.lock().generations.known.contains(fingerprint)
    }

    fn served(&self, site: &str, script: &str) -> Vec<ScriptSeen> {
        self.lock().scripts.called(site, script)
    }

    fn has_stopped(&self, site: &str, rule: &str, kind: SeenKind) -> bool {
        self.lock().scripts.has_stopped(site, rule, kind)
    }

    fn event(&self, event: Event) {
        let event = cut(event);
        let mut inner = self.lock();
        inner.told = inner.told.saturating_add(1);
        let number = inner.told;
        let of_kind = inner.events.entry(event.kind).or_default();
        if of_kind.len() >= KEPT {
            of_kind.pop_front();
        }
        of_kind.push_back((number, event));
    }

    fn drift(&self, row: DriftRow) {
        self.lock().drifts.insert((row.site.clone(), row.script.clone()), row);
    }

    fn only_drift_of(&self, known: &dyn Fn(&str, &str) -> bool) {
        self.forget_drifts(known);
    }

    fn drifts(&self) -> Vec<DriftRow> {
        let grave = |row: &DriftRow| match row.severity.as_ref() {
            "high" => 0,
            "medium" => 1,
            "low" => 2,
            _ => 3,
        };
        let mut rows: Vec<DriftRow> = self.lock().drifts.values().cloned().collect();
        rows.sort_by_key(|row| (!row.finding, grave(row)));
        rows
    }

    fn scripts(&self) -> Vec<ScriptSeenRow> {
        self.lock().scripts.rows()
    }

    fn violations(&self, limit: usize) -> Vec<ViolationRow> {
        self.lock().violations.rows(limit)
    }

    fn events(&self, limit: usize) -> Vec<Event> {
        let mut events: Vec<(u64, Event)> = self.lock().events.values().flatten().cloned().collect();
        events.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
        events.into_iter().take(limit).map(|(_, event)| event).collect()
    }

    fn latest(&self, kind: EventKind) -> Option<Event> {
        self.lock().events.get(&kind)?.back().map(|(_, event)| event.clone())
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::inventory::Decision;
    use crate::store::{Counted, NETWORKS, PAGES, Violation};

    fn report(blocked: &str, network: u64) -> Reported {
        Reported {
            violation: Violation::sample(blocked),
            document: format!("https://shop.example/{network}"),
            browser: "Chromium 156".into(),
            generation: Some("0123456789ab".into()),
            network,
        }
    }

    #[test]
    fn equal_violations_are_counted_not_kept() {
        let store = MemoryStore::default();
        assert_eq!(store.reported(report("inline", 1)), 1);
        assert_eq!(store.reported(report("inline", 2)), 2);
        let rows = store.violations(10);
        assert_eq!((rows.len(), rows[0].count, rows[0].networks, rows[0].pages.len()), (1, 2, 2, 2));
        assert_eq!(rows[0].browsers, [Counted { name: "Chromium 156".into(), count: 2 }]);
    }

    #[test]
    fn a_flood_of_different_violations_stays_bounded_and_so_does_each_of_them() {
        let store = MemoryStore::default();
        for n in 0..3 * KEPT {
            store.reported(report(&format!("https://evil.example/{n}"), 1));
        }
        assert_eq!(store.violations(usize::MAX).len(), KEPT);
        for network in 0..500 {
            store.reported(report("inline", network));
        }
        let row = &store.violations(1)[0];
        assert_eq!((row.count, row.networks, row.pages.len()), (500, NETWORKS, PAGES + 1));
        assert_eq!(row.pages[0], Counted { name: String::new(), count: 480 });
    }

    #[test]
    fn what_was_served_is_found_without_its_query() {
        let store = MemoryStore::default();
        store.script_seen(seen("shop", SeenKind::External, "https://cdn.example/a.js?v=1"));
        assert_eq!(store.served("shop", "https://cdn.example/a.js").len(), 1);
        assert_eq!(store.served("blog", "https://cdn.example/a.js").len(), 0);
        assert_eq!(store.served("shop", "https://cdn.example/").len(), 0);
        assert!(store.has_stopped("shop", "/*", SeenKind::External));
        assert!(!store.has_stopped("shop", "/*", SeenKind::Inline));
        assert!(!store.has_stopped("shop", "/pay/*", SeenKind::External));
    }

    #[test]
    fn what_is_pushed_out_is_not_found_any_more() {
        let store = MemoryStore::default();
        for n in 0..3 * KEPT {
            store.script_seen(seen("shop", SeenKind::Handler, &format!("https://shop.example/{n}.js?{n}")));
        }
        let found = |n: usize| store.served("shop", &format!("https://shop.example/{n}.js")).len();
        assert_eq!((0..3 * KEPT).map(found).sum::<usize>(), KEPT);
        assert!(store.has_stopped("shop", "/*", SeenKind::Handler));
    }

    fn seen(site: &str, kind: SeenKind, script: &str) -> ScriptSeen {
        let (site, page, script) = (site.into(), "/*".into(), script.into());
        ScriptSeen {
            site,
            page,
            kind,
            srcdoc: 0,
            script,
            digest: None,
            attribute: None,
            verdict: Decision::Quarantine,
            reason: "unknown-url".into(),
            enforced: false,
        }
    }

    #[test]
    fn scripts_that_differ_in_each_response_push_out_only_their_like() {
        let store = MemoryStore::default();
        store.script_seen(seen("shop", SeenKind::External, "https://cdn.example/rare.js"));
        store.script_seen(seen("blog", SeenKind::Inline, "sha256-rare"));
        for n in 0..3 * KEPT {
            store.script_seen(seen("shop", SeenKind::Inline, &n.to_string()));
        }
        let scripts = store.scripts();
        assert_eq!(scripts.len(), KEPT + 2);
        assert!(scripts.iter().any(|row| row.seen.script == "https://cdn.example/rare.js"));
        assert!(scripts.iter().any(|row| row.seen.script == "sha256-rare"));
    }

    #[test]
    fn a_long_message_is_cut_and_says_so() {
        let store = MemoryStore::default();
        store.event(event(EventKind::PolicyRefused, &"é".repeat(2 * MESSAGE)));
        let kept = &store.events(1)[0].message;
        assert_eq!(kept.chars().count(), MESSAGE + 1);
        assert!(kept.ends_with('…'));
    }

    fn event(kind: EventKind, message: &str) -> Event {
        Event { at: Timestamp::UNIX_EPOCH, kind, message: message.into(), exchange: None }
    }

    #[test]
    fn events_are_told_newest_first_whatever_their_kind() {
        let store = MemoryStore::default();
        store.event(event(EventKind::PolicyLoaded, "first"));
        store.event(event(EventKind::BrowserReport, "second"));
        store.event(event(EventKind::PolicyLoaded, "third"));
        let told: Vec<String> = store.events(10).into_iter().map(|event| event.message).collect();
        assert_eq!(told, ["third", "second", "first"]);
        assert_eq!(store.events(1)[0].message, "third");
        assert_eq!(store.latest(EventKind::BrowserReport).unwrap().message, "second");
        assert!(store.latest(EventKind::PolicyRefused).is_none());
    }

    #[test]
    fn a_flood_of_reports_does_not_push_out_a_refused_policy() {
        let store = MemoryStore::default();
        store.event(event(EventKind::PolicyRefused, "line 3: unknown key"));
        for n in 0..3 * KEPT {
            store.event(event(EventKind::BrowserReport, &n.to_string()));
        }
        assert_eq!(store.events(usize::MAX).len(), KEPT + 1);
        assert_eq!(store.latest(EventKind::PolicyRefused).unwrap().message, "line 3: unknown key");
    }
}
