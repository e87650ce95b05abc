//! What no database has yet: sums since the last batch, bounded whatever comes and however long a database is away.

use std::collections::{BTreeMap, HashMap, VecDeque};

use jiff::Timestamp;

use super::batch::{Evidence, GenerationRow, Shed, ViolationSum};
use super::memory::{Tally, count, most_first};
use super::pages::{PageJudged, PageSum, PageSums};
use super::policy_text::PolicyText;
use super::rows::{Event, EventKind};
use super::violation::{BROWSERS, PAGES, Reported, Violation};
use super::{Class, DriftRow};

/// Different violations of one site and class.
pub(super) const OF_CLASS: usize = 1_000;
/// Different violations of all, beyond which only classes with few get more; and of all whatever they are.
const ALL: usize = 10_000;
const FEW: usize = 100;
const MOST: usize = 20_000;
/// Names of pages and browsers, of all violations together; further ones are counted under `""`.
const NAMES: usize = 50_000;
/// Hours of one violation; a database that is away for longer has the rest in the last.
const HOURS: usize = 72;
/// Sites and classes of which it is counted what was shed.
const SHEDS: usize = 1_000;
/// Events of one kind, and of all.
const EVENTS_OF_KIND: usize = 500;
/// Rows of evidence: no stranger makes them, so that this is weeks.
const EVIDENCE: usize = 10_000;
/// Generations, and of how many what they say is kept meanwhile: the latest.
const GENERATIONS: usize = 1_000;
const POLICIES: usize = 20;
/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

/// Sums since the last batch.
#[derive(Debug, Default)]
pub(super) struct Pending {
    violations: HashMap<Violation, Sum>,
    of_class: HashMap<(String, Class), usize>,
    names: usize,
    shed: HashMap<(String, Class), u64>,
    pages: PageSums,
    generations: Vec<GenerationRow>,
    policies: VecDeque<PolicyText>,
    events: VecDeque<Event>,
    of_kind: HashMap<EventKind, usize>,
    drifts: BTreeMap<(String, String), DriftRow>,
    forgotten: Vec<(String, String)>,
    evidence: VecDeque<Evidence>,
    lost: Lost,
}

/// What was dropped because there was too much.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Lost {
    pub(super) events: u64,
    pub(super) evidence: u64,
    pub(super) scripts: u64,
    pub(super) pages: u64,
}

/// What was taken for a batch.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub(super) violations: Vec<ViolationSum>,
    pub(super) shed: Vec<Shed>,
    pub(super) pages: Vec<PageSum>,
    pub(super) generations: Vec<GenerationRow>,
    pub(super) policies: Vec<PolicyText>,
    pub(super) events: Vec<Event>,
    pub(super) drifts: Vec<DriftRow>,
    pub(super) forgotten: Vec<(String, String)>,
    pub(super) evidence: Vec<Evidence>,
    pub(super) lost: Lost,
}

#[derive(Debug)]
struct Sum {
    tally: Tally,
    generation: Option<String>,
    networks: u32,
    hours: BTreeMap<Timestamp, u64>,
    pages: HashMap<String, u64>,
    browsers: HashMap<String, u64>,
}

impl Pending {
    /// A report, of a violation that came from so many networks.
    pub(super) fn report(&mut self, report: Reported, networks: u32, now: Timestamp) {
        let Reported { violation, document, browser, generation, network: _ } = report;
        if !self.violations.contains_key(&violation) && !self.takes(&violation) {
            return self.shed(violation, 1);
        }
        let sum = self.violations.entry(violation).or_insert_with(|| Sum {
            tally: Tally { count: 0, first_seen: now, last_seen: now },
            generation: None,
            networks: 0,
            hours: BTreeMap::new(),
            pages: HashMap::new(),
            browsers: HashMap::new(),
        });
        sum.tally.again(now);
        sum.networks = sum.networks.max(networks);
        sum.generation = generation.or(sum.generation.take());
        sum.in_hour(now);
        for (counts, name, most) in
            [(&mut sum.pages, &document, PAGES), (&mut sum.browsers, &browser, BROWSERS)]
        {
            let most = if self.names < NAMES { most } else { counts.len().min(most) };
            self.names = self.names.saturating_add(usize::from(count(counts, name, most)));
        }
    }

    /// Whether there is room for one more violation of its site and class.
    fn takes(&mut self, violation: &Violation) -> bool {
        let of_class = self.of_class.entry((violation.site.clone(), violation.class)).or_default();
        let all = self.violations.len();
        let takes = *of_class < OF_CLASS && (all < ALL || (all < MOST && *of_class < FEW));
        if takes {
            *of_class += 1;
        } else if *of_class == 0 {
            self.of_class.remove(&(violation.site.clone(), violation.class));
        }
        takes
    }

    fn shed(&mut self, violation: Violation, count: u64) {
        let mut key = (violation.site, violation.class);
        if self.shed.len() >= SHEDS && !self.shed.contains_key(&key) {
            key.0 = String::new();
        }
        let shed = self.shed.entry(key).or_default();
        *shed = shed.saturating_add(count);
    }

    /// Something that an operator should read.
    pub(super) fn event(&mut self, event: Event) {
        let of_kind = self.of_kind.entry(event.kind).or_default();
        if *of_kind >= EVENTS_OF_KIND {
            self.lost.events = self.lost.events.saturating_add(1);
            return;
        }
        *of_kind += 1;
        self.events.push_back(event);
    }

    /// Something that has to be provable later.
    pub(super) fn evidence(&mut self, evidence: Evidence) {
        if self.evidence.len() >= EVIDENCE {
            self.lost.evidence = self.lost.evidence.saturating_add(1);
            return;
        }
        self.evidence.push_back(evidence);
    }

    /// Policies came into force.
    pub(super) fn generation(&mut self, generation: GenerationRow) {
        if self.generations.len() < GENERATIONS {
            self.generations.push(generation);
        }
    }

    /// A page was judged.
    pub(super) fn page(&mut self, page: PageJudged<'_>, now: Timestamp) {
        self.pages.add(page, now);
    }

    /// What policies say.
    pub(super) fn policy(&mut self, policy: PolicyText) {
        if self.policies.len() >= POLICIES {
            self.policies.pop_front();
        }
        self.policies.push_back(policy);
    }

    /// How a vendor's script stands.
    pub(super) fn drift(&mut self, row: DriftRow) {
        self.drifts.insert((row.site.clone(), row.script.clone()), row);
    }

    /// Vendors' scripts that no policy names any more.
    pub(super) fn forget_drifts(&mut self, gone: Vec<(String, String)>) {
        for key in &gone {
            self.drifts.remove(key);
        }
        self.forgotten.extend(gone);
    }

    /// Scripts that were seen and are not kept.
    pub(super) fn lost_scripts(&mut self, scripts: u64) {
        self.lost.scripts = self.lost.scripts.saturating_add(scripts);
    }

    /// Everything, for a batch; nothing is left.
    pub(super) fn take(&mut self) -> Taken {
        let mut all = std::mem::take(self);
        let (pages, lost_pages) = all.pages.take();
        let shed = all.shed.into_iter().map(|((site, class), count)| Shed { site, class, count });
        Taken {
            violations: all.violations.into_iter().map(ViolationSum::from).collect(),
            shed: shed.collect(),
            pages,
            generations: all.generations,
            policies: all.policies.into(),
            events: all.events.into(),
            drifts: all.drifts.into_values().collect(),
            forgotten: all.forgotten,
            evidence: all.evidence.into(),
            lost: Lost { pages: lost_pages, ..all.lost },
        }
    }
}

impl Sum {
    fn in_hour(&mut self, now: Timestamp) {
        let micros = now.as_microsecond();
        let hour = Timestamp::from_microsecond(micros.saturating_sub(micros.rem_euclid(HOUR))).unwrap_or(now);
        let last = self.hours.last_key_value().map(|(last, _)| *last);
        let hour =
            last.filter(|_| self.hours.len() >= HOURS && !self.hours.contains_key(&hour)).unwrap_or(hour);
        let count = self.hours.entry(hour).or_default();
        *count = count.saturating_add(1);
    }
}

impl From<(Violation, Sum)> for ViolationSum {
    fn from((violation, sum): (Violation, Sum)) -> Self {
        Self {
            violation,
            count: sum.tally.count,
            first_seen: sum.tally.first_seen,
            last_seen: sum.tally.last_seen,
            generation: sum.generation,
            networks: sum.networks,
            hours: sum.hours.into_iter().collect(),
            pages: most_first(&sum.pages),
            browsers: most_first(&sum.browsers),
        }
    }
}
