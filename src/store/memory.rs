//! The store in memory: bounded, shed oldest first, gone with the process. What was seen lately.
//!
//! Events of each kind have a bound of their own, so that a stranger who sends reports can push out
//! other reports, but not the news that a policy was refused.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::batch::{Evidence, GenerationRow};
use super::rows::{Event, EventKind, ScriptSeen, ScriptSeenRow};
use super::seen::SeenIndex;
use super::violation::{Counted, Reported, Violation, ViolationRow};
use super::{BROWSERS, DriftRow, NETWORKS, PAGES, Store};
use crate::clock::Clock;
use crate::inventory::SeenKind;

/// Different scripts of one kind on one site, different violations, and events of one kind kept, each.
const KEPT: usize = 500;
/// Generations remembered.
const GENERATIONS: usize = 1000;
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
    /// By site and kind: a site whose inline scripts differ in each response must not push out the
    /// external script of a page that is seldom visited.
    scripts: HashMap<(String, SeenKind), Tallies<ScriptSeen>>,
    /// The same, for whoever has a name.
    seen: SeenIndex,
    violations: HashMap<Violation, Group>,
    /// The latest last.
    generations: VecDeque<String>,
    /// By site and script. As many as the policies name: no stranger can add one.
    drifts: BTreeMap<(String, String), DriftRow>,
    events: HashMap<EventKind, VecDeque<(u64, Event)>>,
    /// Numbers the events, so that kinds kept apart can be told in the order in which they came.
    told: u64,
}

/// The reports of one violation.
#[derive(Debug)]
struct Group {
    tally: Tally,
    generation: Option<String>,
    networks: HashSet<u64>,
    pages: HashMap<String, u64>,
    browsers: HashMap<String, u64>,
}

/// Counts one more of a name; beyond so many different ones, of none.
fn count(counts: &mut HashMap<String, u64>, name: String, most: usize) {
    let known = counts.len() < most || counts.contains_key(&name);
    let count = counts.entry(if known { name } else { String::new() }).or_default();
    *count = count.saturating_add(1);
}

fn most_first(counts: &HashMap<String, u64>) -> Vec<Counted> {
    let mut counted: Vec<Counted> =
        counts.iter().map(|(name, count)| Counted { name: name.clone(), count: *count }).collect();
    counted.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    counted
}

impl Group {
    fn new(now: Timestamp) -> Self {
        Self {
            tally: Tally { count: 0, first_seen: now, last_seen: now },
            generation: None,
            networks: HashSet::new(),
            pages: HashMap::new(),
            browsers: HashMap::new(),
        }
    }

    fn add(&mut self, report: Reported, now: Timestamp) {
        self.tally.count = self.tally.count.saturating_add(1);
        self.tally.last_seen = now;
        self.generation = report.generation.or(self.generation.take());
        if u32::try_from(self.networks.len()).is_ok_and(|networks| networks < NETWORKS) {
            self.networks.insert(report.network);
        }
        count(&mut self.pages, report.document, PAGES);
        count(&mut self.browsers, report.browser, BROWSERS);
    }

    fn row(&self, violation: &Violation) -> ViolationRow {
        ViolationRow {
            id: violation.fingerprint(),
            violation: violation.clone(),
            count: self.tally.count,
            first_seen: self.tally.first_seen,
            last_seen: self.tally.last_seen,
            generation: self.generation.clone(),
            networks: u32::try_from(self.networks.len()).unwrap_or(NETWORKS),
            pages: most_first(&self.pages),
            browsers: most_first(&self.browsers),
        }
    }
}

/// Equal things, counted; the least recently seen goes first when there are too many.
#[derive(Debug)]
struct Tallies<T> {
    rows: HashMap<T, Tally>,
}

#[derive(Debug, Clone, Copy)]
struct Tally {
    count: u64,
    first_seen: Timestamp,
    last_seen: Timestamp,
}

impl<T> Default for Tallies<T> {
    fn default() -> Self {
        Self { rows: HashMap::new() }
    }
}

impl<T: Hash + Eq + Clone> Tallies<T> {
    /// Counts one more; gives it back where it is the first of its like, and the one that it pushed out.
    fn add(&mut self, thing: T, now: Timestamp) -> (Option<T>, Option<T>) {
        if let Some(tally) = self.rows.get_mut(&thing) {
            tally.count = tally.count.saturating_add(1);
            tally.last_seen = now;
            return (None, None);
        }
        let mut gone = None;
        if self.rows.len() >= KEPT {
            gone = self.rows.iter().min_by_key(|(_, tally)| tally.last_seen).map(|(t, _)| t.clone());
            if let Some(oldest) = &gone {
                self.rows.remove(oldest);
            }
        }
        self.rows.insert(thing.clone(), Tally { count: 1, first_seen: now, last_seen: now });
        (Some(thing), gone)
    }

    fn all(&self) -> impl Iterator<Item = (T, Tally)> {
        self.rows.iter().map(|(thing, tally)| (thing.clone(), *tally))
    }
}

fn recent_first<T>(mut rows: Vec<(T, Tally)>) -> Vec<(T, Tally)> {
    rows.sort_by_key(|(_, tally)| std::cmp::Reverse(tally.last_seen));
    rows
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
}

impl Store for MemoryStore {
    fn script_seen(&self, seen: ScriptSeen) {
        let now = self.clock.now();
        let of_kind = (seen.site.clone(), seen.kind);
        let mut inner = self.lock();
        let (new, gone) = inner.scripts.entry(of_kind).or_default().add(seen, now);
        if let Some(new) = new {
            inner.seen.add(&new);
        }
        if let Some(gone) = gone {
            inner.seen.remove(&gone);
        }
    }

    fn reported(&self, report: Reported) -> u64 {
        let now = self.clock.now();
        let groups = &mut self.lock().violations;
        if !groups.contains_key(&report.violation) && groups.len() >= KEPT {
            let oldest = groups.iter().min_by_key(|(_, group)| group.tally.last_seen);
            if let Some(oldest) = oldest.map(|(violation, _)| violation.clone()) {
                groups.remove(&oldest);
            }
        }
        let group = groups.entry(report.violation.clone()).or_insert_with(|| Group::new(now));
        group.add(report, now);
        group.tally.count
    }

    fn evidence(&self, _: Evidence) {
        // What is gone with the process proves nothing.
    }

    fn generation(&self, generation: GenerationRow) {
        let generations = &mut self.lock().generations;
        if generations.len() >= GENERATIONS {
            generations.pop_front();
        }
        generations.push_back(generation.fingerprint);
    }

    fn knows_generation(&self, fingerprint: &str) -> bool {
        self.lock().generations.iter().any(|known| known == fingerprint)
    }

    fn served(&self, site: &str, script: &str) -> Vec<ScriptSeen> {
        self.lock().seen.served(site, script)
    }

    fn has_stopped(&self, site: &str, rule: &str, kind: SeenKind) -> bool {
        self.lock().seen.has_stopped(site, rule, kind)
    }

    fn event(&self, mut event: Event) {
        if let Some((end, _)) = event.message.char_indices().nth(MESSAGE) {
            event.message.truncate(end);
            event.message.push('…');
        }
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
        self.lock().drifts.retain(|(site, script), _| known(site, script));
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
        let row = |(seen, tally): (ScriptSeen, Tally)| ScriptSeenRow {
            seen,
            count: tally.count,
            first_seen: tally.first_seen,
            last_seen: tally.last_seen,
        };
        let all = self.lock().scripts.values().flat_map(Tallies::all).collect();
        recent_first(all).into_iter().map(row).collect()
    }

    fn violations(&self, limit: usize) -> Vec<ViolationRow> {
        let inner = self.lock();
        let mut groups: Vec<(&Violation, &Group)> = inner.violations.iter().collect();
        groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.tally.last_seen));
        groups.into_iter().take(limit).map(|(violation, group)| group.row(violation)).collect()
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
    use super::*;
    use crate::inventory::Decision;
    use crate::store::Class;

    fn report(blocked: &str, network: u64) -> Reported {
        Reported {
            violation: Violation {
                site: "shop".into(),
                kind: "csp-violation".into(),
                class: Class::NeverServed,
                reason: "not-seen".into(),
                rule: None,
                directive: "script-src-elem".into(),
                blocked: blocked.into(),
                source: None,
                digest: None,
                disposition: "enforce".into(),
            },
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
