//! Looks at vendors again and again while the process runs.
//!
//! ```text
//!  published snapshot ─► entries (one a script) ─► due ─► look (bounded: Places) ─► course ─► telling
//! ```

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinSet, spawn_local};
use tokio::time::{Instant, sleep_until};

use super::blind::{Sight, Unreached};
use super::change::ReadScript;
use super::finding::Finding;
use super::kind::Drift;
use super::look::{Looker, Memory, Whole};
use super::places::{Eyes, Looked, Places};
use super::quarantine::Quarantine;
use super::review::{Review, Reviewed, ReviewsTaken};
use super::schedule::Course;
use super::standing::{self, Standing, Standings};
use super::telling::{Telling, Told};
use super::watched::{Watched, watched};
use crate::alert::Kind;
use crate::inventory::Tier;
use crate::policy::{PublishedSnapshot, Snapshot, UpstreamAddress};
use crate::sri::Digest;

/// How often it is looked whether other policies are in force.
const TICK: Duration = Duration::from_secs(1);

/// Everything that is needed for it.
pub struct Watching {
    /// Fetches.
    pub looker: Looker,
    /// The folder with the approved bytes.
    pub policies: PathBuf,
    /// Reads scripts.
    pub read: ReadScript,
    /// The policies in force.
    pub published: PublishedSnapshot,
    /// The upstream of sites that name none.
    pub upstream: Option<UpstreamAddress>,
    /// From one look at a script to the next.
    pub interval: Duration,
    /// Without an answer to any look for three intervals, but at least for so long, it is told that nothing is seen.
    pub blind_after: Duration,
    /// For bytes that nobody has approved.
    pub folder: Option<PathBuf>,
    /// Where news goes.
    pub telling: Telling,
    /// What people have looked at.
    pub reviews: ReviewsTaken,
}

/// Site and id.
type Key = (String, String);

/// A script that is looked at.
struct Entry {
    watched: Watched,
    memory: Memory,
    course: Course,
    due: Instant,
    looking: bool,
    /// What the look that goes on finds is held against something else than what counts now.
    stale: bool,
    told: Option<Told>,
    /// Its site serves the approved bytes; its vendor serves these.
    instead: Option<Vec<Digest>>,
}

impl Entry {
    /// One that was not looked at yet by this process; an earlier one may have.
    fn new(watched: Watched, standing: Option<Standing>) -> Self {
        let mut memory = Memory::default();
        let approved = standing::approved(&watched.script);
        let told = standing.filter(|standing| standing.approved == approved).map(|standing| {
            memory.before = standing.before.iter().filter_map(|digest| digest.parse().ok()).collect();
            let (drift, signs, since) = (standing.drift, standing.unknown, standing.since);
            Told { drift, signs, since, history: Vec::new() }
        });
        let (course, due) = (Course::default(), Instant::now());
        Self { watched, memory, course, due, looking: false, stale: false, told, instead: None }
    }
}

/// What came of a look: `None` after a defect.
type Done = (Key, Whole, Option<Looked>);

impl Watching {
    /// Goes on until `stop` resolves. Needs a `LocalSet`.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut entries: BTreeMap<Key, Entry> = BTreeMap::new();
        let places = Places::default();
        let eyes = Eyes {
            looker: self.looker.clone(),
            policies: Arc::from(self.policies.as_path()),
            read: Arc::clone(&self.read),
        };
        let mut looks: JoinSet<Done> = JoinSet::new();
        let mut number = None;
        let mut sight = Sight::new(self.interval, self.blind_after, self.telling.clock.now());
        let mut known = standing::read(self.folder.as_ref());
        loop {
            let snapshot = self.published.load_full();
            if number != Some(snapshot.generation.number) {
                number = Some(snapshot.generation.number);
                self.take(&snapshot, &mut entries, &mut known, &places);
            }
            let now = Instant::now();
            for (key, entry) in entries.iter_mut().filter(|(_, entry)| !entry.looking && entry.due <= now) {
                entry.looking = true;
                begin(key.clone(), entry, (&eyes, &places), &mut looks);
            }
            let waiting = entries.values().filter(|entry| !entry.looking).map(|entry| entry.due);
            let next = waiting.min().unwrap_or(now + TICK).min(now + TICK);
            tokio::select! {
                () = &mut stop => return,
                Some(done) = looks.join_next() => if let Ok(done) = done {
                    if done.2.as_ref().is_some_and(|looked| looked.finding.says_something()) {
                        sight.seen(self.telling.clock.now());
                    }
                    self.end(&snapshot, &mut entries, done);
                },
                Some((review, answer)) = self.reviews.0.recv() => {
                    // Whoever asked may be gone.
                    let _ = answer.send(self.reviewed(&mut entries, &review));
                }
                () = sleep_until(next) => {}
            }
            if entries.is_empty() {
                sight.seen(self.telling.clock.now());
            }
            sight.tell(&unreached(&entries), &self.telling.alerts, self.telling.clock.now());
        }
    }

    /// Other policies are in force: their scripts, those that are known already as they stand.
    fn take(
        &self,
        snapshot: &Snapshot,
        entries: &mut BTreeMap<Key, Entry>,
        standings: &mut Standings,
        places: &Places,
    ) {
        let (scripts, not) = watched(snapshot, None, self.upstream.as_ref(), self.telling.clock.now());
        for not in not {
            tracing::info!("{}/{} is not looked at: {}", not.site, not.script.id, not.why);
        }
        places.only(&scripts);
        let mut earlier = std::mem::take(entries);
        for watched in scripts {
            let key = (watched.site.0.clone(), watched.script.id.as_str().to_owned());
            let entry = match earlier.remove(&key) {
                Some(known) if known.watched.url == watched.url => {
                    let same = known.watched.script.digests == watched.script.digests;
                    let due = if same { known.due } else { Instant::now() };
                    let evergreen = watched.script.tier == Tier::Evergreen;
                    // Somebody looked, and approved what it serves now.
                    let memory = if evergreen && !same { Memory::default() } else { known.memory };
                    // What was found since the policies were read, they don't know of.
                    let site = snapshot.sites.iter().find(|site| site.name == watched.site);
                    if let (Some(instead), Some(site), true) = (&known.instead, site, same) {
                        site.drifted(&watched.script.id, Some(instead));
                    }
                    Entry { watched, memory, due, ..known }
                }
                _ => Entry::new(watched, standings.remove(&format!("{}/{}", key.0, key.1))),
            };
            entries.insert(key, entry);
        }
        let known = |site: &str, script: &str| entries.contains_key(&(site.to_owned(), script.to_owned()));
        self.telling.store.only_drift_of(&known);
        let named = |subject: &str| subject.split_once('/').is_some_and(|(site, script)| known(site, script));
        self.telling.alerts.only(Kind::Drift, &named);
        self.count(entries);
    }

    fn end(&self, snapshot: &Snapshot, entries: &mut BTreeMap<Key, Entry>, (key, whole, done): Done) {
        // Policies that no longer name it came into force meanwhile.
        let Some(entry) = entries.get_mut(&key) else { return };
        entry.looking = false;
        let Some(Looked { mut finding, memory, .. }) = done else {
            tracing::error!(
                "a look at {}/{} failed by a defect in Countersign; please report it",
                key.0,
                key.1
            );
            entry.due = Instant::now() + self.interval;
            return;
        };
        if std::mem::take(&mut entry.stale)
            || finding.watched.url != entry.watched.url
            || finding.watched.script.digests != entry.watched.script.digests
        {
            // What was found was held against what is no longer approved.
            entry.due = Instant::now();
            return;
        }
        let since = entry.told.as_ref().map(|told| told.since);
        let begins = entry.told.as_ref().is_none_or(|told| !told.drift.is_finding());
        self.keep(&mut finding, begins);
        entry.memory = memory;
        let drift = entry.course.found(finding.drift, whole, finding.brought_nothing());
        let site = snapshot.sites.iter().find(|site| site.name == finding.watched.site);
        entry.told = Some(self.telling.tell(entry.told.as_ref(), &finding, drift, site.map(Arc::as_ref)));
        let mirrored = site.is_some_and(|site| site.mirrored_by_drift().contains(&finding.watched.script.id));
        let instead = || finding.versions.iter().map(|version| version.digest.clone()).collect();
        entry.instead = mirrored.then(instead);
        entry.due = Instant::now() + entry.course.pause(self.interval, fastrand::f64());
        self.count(entries);
        if since != entries.get(&key).and_then(|entry| entry.told.as_ref()).map(|told| told.since) {
            self.write_down(entries);
        }
    }

    /// So that a restart tells nothing twice.
    fn write_down(&self, entries: &BTreeMap<Key, Entry>) {
        let Some(folder) = &self.folder else { return };
        let standings = entries.iter().filter_map(|((site, script), entry)| {
            let told = entry.told.as_ref()?;
            let before = entry.memory.before.iter().map(ToString::to_string).collect();
            let approved = standing::approved(&entry.watched.script);
            let (drift, unknown, since) = (told.drift, told.signs.clone(), told.since);
            let standing = Standing { drift, unknown, since, before, approved };
            Some((format!("{site}/{script}"), standing))
        });
        if let Err(error) = standing::write(folder, &standings.collect()) {
            tracing::error!("{}: what was told can't be written down: {error}", folder.display());
        }
    }

    /// Somebody has looked at what an evergreen script serves.
    fn reviewed(&self, entries: &mut BTreeMap<Key, Entry>, review: &Review) -> Reviewed {
        let Review { site, script, digests, by, because } = review;
        let Some(entry) = entries.get_mut(&(site.clone(), script.clone())) else { return Reviewed::Unknown };
        if entry.watched.script.tier != Tier::Evergreen {
            return Reviewed::Approved;
        }
        let Some(told) = entry.told.as_mut().filter(|told| told.drift == Drift::Changed) else {
            return Reviewed::OtherBytes;
        };
        let (mut wanted, mut stands) = (digests.clone(), told.signs.clone());
        wanted.sort();
        stands.sort();
        let read: Vec<Digest> = stands.iter().filter_map(|digest| digest.parse().ok()).collect();
        if wanted != stands || read.is_empty() || read.len() != stands.len() {
            return Reviewed::OtherBytes;
        }
        entry.memory = Memory::holding(read);
        (told.drift, told.signs, told.since) = (Drift::Same, Vec::new(), self.telling.clock.now());
        entry.stale = entry.looking;
        entry.due = Instant::now();
        // Before it is told that it is over: killed between the two, the next process tells it.
        self.write_down(entries);
        let because = because.as_deref().unwrap_or("no reason given");
        self.telling.reviewed(&format!("{site}/{script}"), by, because);
        Reviewed::Held
    }

    fn keep(&self, finding: &mut Finding, begins: bool) {
        let Some(folder) = &self.folder else { return };
        let quarantine = Quarantine::new(&Quarantine::within(folder));
        let begun = if begins { quarantine.begin(&finding.watched) } else { Ok(()) };
        if let Err(error) = begun.and_then(|()| finding.keep(&quarantine)) {
            tracing::error!("{}: unknown bytes can't be kept for review: {error}", folder.display());
        }
    }

    fn count(&self, entries: &BTreeMap<Key, Entry>) {
        let standing = entries.values().filter_map(|entry| entry.told.as_ref()).map(|told| &told.drift);
        self.telling.count(&standing);
    }
}

fn begin(key: Key, entry: &Entry, (eyes, places): (&Eyes, &Places), looks: &mut JoinSet<Done>) {
    let (watched, memory) = (entry.watched.clone(), entry.memory.clone());
    let whole = entry.course.whole(entry.told.as_ref().map_or(Drift::Same, |told| told.drift));
    let (eyes, places) = (eyes.clone(), places.clone());
    looks.spawn_local(async move {
        // A task of its own: a panic in it must not be the end of looking at this script.
        let look = spawn_local(async move { places.look(&eyes, watched, memory, whole).await });
        (key, whole, look.await.ok().flatten())
    });
}

/// The scripts whose vendors gave no answer at the last look.
fn unreached(entries: &BTreeMap<Key, Entry>) -> Vec<Unreached> {
    let silent = entries.iter().filter_map(|((site, script), entry)| {
        let told = entry.told.as_ref().filter(|told| told.drift == Drift::Unreachable)?;
        Some(Unreached {
            host: entry.watched.url.host_str().unwrap_or_default().to_owned(),
            script: format!("{site}/{script}"),
            since: told.since,
            unchecked: entry.watched.payment && entry.watched.script.tier == Tier::Evergreen,
        })
    });
    silent.collect()
}
