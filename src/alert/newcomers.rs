//! Things that come for the first time, from the data path: remembered, bounded for each page rule, and told
//! together for each site, so that neither a stranger nor a site whose pages differ makes a flood of them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write;
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use super::alert::{News, fingerprint};
use super::kind::{Kind, Severity};

/// Different things of one kind that are told for one page rule.
pub(super) const OF_ONE_PLACE: usize = 200;
/// For so long after that none is told there. Then it begins anew, or whoever makes a flood once would have
/// silence for ever.
const QUIET: Duration = Duration::from_hours(24);
/// Things that one alert names.
const NAMED: usize = 10;

/// How long things are gathered before they are told together.
#[derive(Debug, Clone, Copy)]
pub struct Gathering {
    /// From the first thing on.
    pub first: Duration,
    /// From one alert on a site to the next of that kind.
    pub apart: Duration,
}

impl Default for Gathering {
    fn default() -> Self {
        Self { first: Duration::from_secs(10), apart: Duration::from_mins(10) }
    }
}

/// Something that was seen.
#[derive(Debug, Clone, Copy)]
pub struct Newcomer<'a> {
    /// What is told of it.
    pub kind: Kind,
    /// The site.
    pub site: &'a str,
    /// The page rule, or another place of which there are few.
    pub rule: &'a str,
    /// What sort of thing, in few words of ours.
    pub sort: &'static str,
    /// On a payment page.
    pub payment: bool,
    /// What tells it from others.
    pub thing: &'a str,
    /// How soon somebody should look.
    pub severity: Severity,
}

/// What was seen, and what waits to be told.
#[derive(Debug)]
pub(super) struct Newcomers {
    gathering: Gathering,
    // Seeded, so that nobody can write a text that counts as seen because of another one.
    hashing: RandomState,
    places: HashMap<u64, Place>,
    /// What came before, by all that tells it from others, with its place: nearly everything that comes has come
    /// before, and is known without making a fingerprint.
    known: HashMap<u64, u64>,
    batches: HashMap<Together, Batch>,
}

#[derive(Debug)]
struct Place {
    name: String,
    things: HashSet<u64>,
    /// When the last one came.
    last: Instant,
}

/// What things have in common that are told together: noise of one sort must not use up what may be told of another.
type Together = (Kind, String, &'static str, bool);

/// What is told together.
#[derive(Debug)]
struct Batch {
    due: Instant,
    severity: Severity,
    /// The gravest.
    named: Vec<(Severity, String)>,
    count: usize,
    /// Some place has more than are told.
    full: bool,
    /// By place: fingerprints.
    things: BTreeMap<String, BTreeSet<String>>,
}

impl Batch {
    fn due_at(due: Instant) -> Self {
        let (named, things) = (Vec::new(), BTreeMap::new());
        Self { due, severity: Severity::None, named, count: 0, full: false, things }
    }
}

/// News of a site, and what is to be remembered with it.
pub(super) struct Gathered {
    pub(super) news: News,
    /// What it is counted with.
    pub(super) sort: String,
    pub(super) things: BTreeMap<String, BTreeSet<String>>,
}

impl Newcomers {
    /// With what was seen before, by place: fingerprints.
    pub(super) fn new(gathering: Gathering, seen: &BTreeMap<String, BTreeSet<String>>, now: Instant) -> Self {
        let hashing = RandomState::new();
        let places = seen.iter().map(|(name, things)| {
            let things = things.iter().map(|thing| hashing.hash_one(thing)).collect();
            (hashing.hash_one(name), Place { name: name.clone(), things, last: now })
        });
        let places = places.collect();
        Self { gathering, hashing, places, known: HashMap::new(), batches: HashMap::new() }
    }

    /// Takes note of something; `words` are asked for only where it is new.
    pub(super) fn take(&mut self, newcomer: &Newcomer<'_>, now: Instant, words: impl FnOnce() -> String) {
        let Newcomer { kind, site, rule, sort, payment, thing, severity } = *newcomer;
        let whole = self.hashing.hash_one((kind, site, rule, sort, thing));
        let known = self.known.get(&whole).and_then(|place| self.places.get(place));
        if known.is_some_and(|place| place.things.len() <= OF_ONE_PLACE) {
            return;
        }
        let name = || format!("{kind} {site} {rule} {sort}");
        let key = self.hashing.hash_one(name());
        let empty = || Place { name: name(), things: HashSet::new(), last: now };
        let place = self.places.entry(key).or_insert_with(empty);
        if place.things.len() > OF_ONE_PLACE && now.saturating_duration_since(place.last) > QUIET {
            place.things.clear();
            self.known.retain(|_, at| *at != key);
        }
        if place.things.len() > OF_ONE_PLACE {
            return;
        }
        let mark = fingerprint([thing]);
        let is_new = place.things.insert(self.hashing.hash_one(&mark));
        // As many as there are things, so this is bounded as they are.
        self.known.insert(whole, key);
        if !is_new {
            return;
        }
        place.last = now;
        let first = self.gathering.first;
        let batch = self.batches.entry((kind, site.to_owned(), sort, payment));
        let batch = batch.or_insert_with(|| Batch::due_at(now + first));
        if batch.count == 0 {
            batch.due = batch.due.max(now + first);
        }
        batch.count += 1;
        batch.severity = batch.severity.max(severity);
        batch.full |= place.things.len() > OF_ONE_PLACE;
        batch.things.entry(place.name.clone()).or_default().insert(mark);
        batch.name(severity, || format!("{rule}: {}", words()));
    }

    /// What is to be told now.
    pub(super) fn due(&mut self, now: Instant) -> Vec<Gathered> {
        let apart = self.gathering.apart;
        let mut gathered = Vec::new();
        self.batches.retain(|_, batch| batch.count > 0 || batch.due > now);
        for ((kind, site, sort, payment), batch) in &mut self.batches {
            if batch.count == 0 || batch.due > now {
                continue;
            }
            // An empty one stays, so that the next is not told at once.
            let done = std::mem::replace(batch, Batch::due_at(now + apart));
            let sort = if *payment { format!("{sort}, payment") } else { (*sort).to_owned() };
            gathered.push(done.told(*kind, site, sort));
        }
        gathered
    }
}

impl Batch {
    fn name(&mut self, severity: Severity, words: impl FnOnce() -> String) {
        if self.named.len() >= NAMED {
            let Some(place) = self.named.iter().rposition(|(named, _)| *named < severity) else { return };
            self.named.remove(place);
        }
        self.named.push((severity, words()));
    }

    fn told(self, kind: Kind, site: &str, sort: String) -> Gathered {
        let Self { severity, mut named, count, full, things, .. } = self;
        named.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
        let mut message = headline(kind, site, count);
        for (_, one) in &named {
            message.push('\n');
            message.push_str(one);
        }
        let more = count.saturating_sub(named.len());
        if more > 0 {
            // Writing to a string can't fail, here and below.
            let _ = write!(message, "\n… and {more} more");
        }
        if full {
            let _ = write!(
                message,
                "\nMore than {OF_ONE_PLACE} came on one page rule: further ones there are not told for a day."
            );
        }
        let marks = things.iter().flat_map(|(place, marks)| {
            std::iter::once(place.as_str()).chain(marks.iter().map(String::as_str))
        });
        let fingerprint = fingerprint(marks);
        let what_to_do = Some(what_to_do(kind).to_owned());
        let news =
            News { kind, subject: site.to_owned(), severity, since: None, message, what_to_do, fingerprint };
        Gathered { news, sort, things }
    }
}

fn headline(kind: Kind, site: &str, count: usize) -> String {
    let (one, plural) = if count == 1 { ("", "was") } else { ("s", "were") };
    if kind == Kind::CodeInAttributes {
        format!(
            "{site}: {count} piece{one} of code in attributes {plural} seen for the first time, on pages where \
             the CSP lets none run:"
        )
    } else if kind == Kind::NewHost {
        format!(
            "{site}: browsers reported {count} host{one} for the first time (anybody can send such a report):"
        )
    } else if kind == Kind::UnknownBytes {
        format!(
            "{site}: browsers reported bytes of approved scripts, {count} time{one}, that nobody has approved (anybody \
             can send such a report):"
        )
    } else if kind == Kind::OwnScript {
        format!(
            "{site}: the application serves {count} script{one} of the site itself with bytes that nobody has \
             approved:"
        )
    } else {
        format!(
            "{site}: {count} script{one} that nobody has approved {plural} seen for the first time in its pages:"
        )
    }
}

fn what_to_do(kind: Kind) -> &'static str {
    if kind == Kind::CodeInAttributes {
        "move the code into a script that calls addEventListener; if it is not yours, look how it came into the page"
    } else if kind == Kind::NewHost {
        "if the site needs it, name it in [csp] of the policy; else look what in the page asks for it"
    } else if kind == Kind::UnknownBytes {
        "see what the vendor serves (`countersign drift`); a report alone proves nothing"
    } else if kind == Kind::OwnScript {
        "if it is a release of yours: `countersign approve ID --from DIR`, or `--file FILE`; if not, somebody changed \
         the application: see who, before anything else"
    } else {
        "`countersign scan` proposes entries for what belongs there; else look how it came into the page"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GATHERING: Gathering = Gathering { first: Duration::from_secs(10), apart: Duration::from_mins(10) };

    fn script<'a>(rule: &'a str, thing: &'a str) -> Newcomer<'a> {
        let (kind, severity) = (Kind::NewScript, Severity::Medium);
        Newcomer { kind, site: "shop", rule, sort: "external", payment: false, thing, severity }
    }

    fn later(now: Instant, seconds: u64) -> Instant {
        now + Duration::from_secs(seconds)
    }

    #[test]
    fn what_comes_within_a_while_is_told_together_and_once() {
        let now = Instant::now();
        let mut newcomers = Newcomers::new(GATHERING, &BTreeMap::new(), now);
        for thing in ["a.js", "b.js", "a.js"] {
            newcomers.take(&script("/*", thing), now, || thing.to_owned());
        }
        assert!(newcomers.due(later(now, 5)).is_empty());
        let told = newcomers.due(later(now, 11));
        assert_eq!(told.len(), 1);
        let news = &told[0].news;
        assert_eq!((news.subject.as_str(), news.severity), ("shop", Severity::Medium));
        assert!(
            news.message.contains("2 scripts") && news.message.ends_with("\n/*: a.js\n/*: b.js"),
            "{news:?}"
        );

        newcomers.take(&script("/*", "c.js"), later(now, 12), || "c.js".to_owned());
        newcomers.take(&script("/*", "a.js"), later(now, 12), || "a.js".to_owned());
        assert!(newcomers.due(later(now, 100)).is_empty(), "not so soon after the last");
        let told = newcomers.due(later(now, 612));
        assert!(told[0].news.message.contains("1 script that nobody"), "{:?}", told[0].news);
        assert!(newcomers.due(later(now, 10_000)).is_empty() && newcomers.batches.is_empty());
    }

    #[test]
    fn what_was_told_by_an_earlier_process_is_not_new() {
        let now = Instant::now();
        let mut newcomers = Newcomers::new(GATHERING, &BTreeMap::new(), now);
        newcomers.take(&script("/*", "a.js"), now, String::new);
        let told = newcomers.due(later(now, 11)).remove(0);
        let mut next = Newcomers::new(GATHERING, &told.things, now);
        next.take(&script("/*", "a.js"), now, String::new);
        assert!(next.due(later(now, 11)).is_empty());
        next.take(&script("/pay/*", "a.js"), now, String::new);
        assert_eq!(next.due(later(now, 11)).len(), 1, "on other pages it is");
    }

    #[test]
    fn a_flood_is_one_alert_and_silences_no_other_page_rule() {
        let now = Instant::now();
        let mut newcomers = Newcomers::new(GATHERING, &BTreeMap::new(), now);
        for n in 0..10_000 {
            newcomers.take(&script("/*", &n.to_string()), now, || n.to_string());
        }
        let evil = Newcomer { severity: Severity::High, ..script("/look/*", "evil.js") };
        newcomers.take(&evil, now, || "evil.js".to_owned());
        let paying = Newcomer { payment: true, ..script("/pay/*", "evil.js") };
        newcomers.take(&paying, now, || "evil.js".to_owned());
        let mut told = newcomers.due(later(now, 11));
        told.sort_by(|one, other| one.sort.cmp(&other.sort));
        assert_eq!(
            told.iter().map(|one| one.sort.as_str()).collect::<Vec<_>>(),
            ["external", "external, payment"]
        );
        assert!(told[1].news.message.contains("1 script "), "{:?}", told[1].news);
        let message = &told[0].news.message;
        assert!(message.contains("202 scripts") && message.contains("further ones there"), "{message}");
        assert_eq!(message.lines().count(), NAMED + 3);
        assert_eq!(message.lines().nth(1), Some("/look/*: evil.js"), "the gravest first: {message}");
        assert!(told[0].things.values().flatten().count() <= OF_ONE_PLACE + 2);
        newcomers.take(&script("/*", "new.js"), later(now, 3600), || "new.js".to_owned());
        assert!(newcomers.due(later(now, 7200)).is_empty());
        newcomers.take(&script("/*", "new.js"), later(now, 90_000), || "new.js".to_owned());
        assert_eq!(newcomers.due(later(now, 90_100)).len(), 1, "no silence for ever");
    }
}
