//! Violations reported lately, in groups of equal ones.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::tally::{Tally, count, most_first};
use crate::store::Class;
use crate::store::violation::{BROWSERS, NETWORKS, PAGES, Reported, Violation, ViolationRow};

/// Different violations of one class, and of all.
pub(super) const OF_CLASS: usize = 500;
const ALL: usize = 2_000;

/// By site and class: a flood of one class pushes out its like first.
#[derive(Debug, Default)]
pub(super) struct Groups {
    classes: HashMap<(String, Class), HashMap<Violation, Group>>,
    number: usize,
}

/// The reports of one violation.
#[derive(Debug)]
struct Group {
    tally: Tally,
    generation: Option<String>,
    networks: HashSet<u64>,
    /// What a database says, which does not know the networks themselves.
    networks_before: u32,
    pages: HashMap<String, u64>,
    browsers: HashMap<String, u64>,
}

impl Groups {
    /// Adds a report. Returns how often it was reported, and from how many networks.
    pub(super) fn add(&mut self, report: &Reported, now: Timestamp) -> (u64, u32) {
        let violation = &report.violation;
        let class = (violation.site.clone(), violation.class);
        if let Some(group) = self.classes.get_mut(&class).and_then(|groups| groups.get_mut(violation)) {
            group.add(report, now);
            return (group.tally.count, group.networks());
        }
        self.make_room(&class);
        let mut group = Group {
            tally: Tally { count: 0, first_seen: now, last_seen: now },
            generation: None,
            networks: HashSet::new(),
            networks_before: 0,
            pages: HashMap::new(),
            browsers: HashMap::new(),
        };
        group.add(report, now);
        self.number = self.number.saturating_add(1);
        self.classes.entry(class).or_default().insert(violation.clone(), group);
        (1, 1)
    }

    /// One that a database knows, where there is room.
    pub(super) fn load(&mut self, row: ViolationRow) {
        let class = (row.violation.site.clone(), row.violation.class);
        let groups = self.classes.entry(class).or_default();
        if self.number >= ALL || groups.len() >= OF_CLASS || groups.contains_key(&row.violation) {
            return;
        }
        let group = Group {
            tally: Tally { count: row.count, first_seen: row.first_seen, last_seen: row.last_seen },
            generation: row.generation,
            networks: HashSet::new(),
            networks_before: row.networks,
            pages: row.pages.into_iter().map(|page| (page.name, page.count)).collect(),
            browsers: row.browsers.into_iter().map(|browser| (browser.name, browser.count)).collect(),
        };
        self.number = self.number.saturating_add(1);
        groups.insert(row.violation, group);
    }

    fn make_room(&mut self, class: &(String, Class)) {
        let crowded = if self.classes.get(class).is_some_and(|groups| groups.len() >= OF_CLASS) {
            Some(class.clone())
        } else if self.number >= ALL {
            let most = self.classes.iter().max_by_key(|(_, groups)| groups.len());
            most.map(|(class, _)| class.clone())
        } else {
            None
        };
        let Some(crowded) = crowded else { return };
        let Some(groups) = self.classes.get_mut(&crowded) else { return };
        let oldest = groups.iter().min_by_key(|(_, group)| group.tally.last_seen);
        if let Some(oldest) = oldest.map(|(violation, _)| violation.clone()) {
            groups.remove(&oldest);
            self.number = self.number.saturating_sub(1);
        }
        if groups.is_empty() {
            self.classes.remove(&crowded);
        }
    }

    /// The last reported first.
    pub(super) fn rows(&self, limit: usize) -> Vec<ViolationRow> {
        let mut groups: Vec<(&Violation, &Group)> = self.classes.values().flatten().collect();
        groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.tally.last_seen));
        groups.into_iter().take(limit).map(|(violation, group)| group.row(violation)).collect()
    }
}

impl Group {
    fn add(&mut self, report: &Reported, now: Timestamp) {
        self.tally.again(now);
        if report.generation.is_some() && report.generation != self.generation {
            self.generation.clone_from(&report.generation);
        }
        if self.networks() < NETWORKS {
            self.networks.insert(report.network);
        }
        count(&mut self.pages, &report.document, PAGES);
        count(&mut self.browsers, &report.browser, BROWSERS);
    }

    fn networks(&self) -> u32 {
        u32::try_from(self.networks.len()).unwrap_or(NETWORKS).max(self.networks_before)
    }

    fn row(&self, violation: &Violation) -> ViolationRow {
        ViolationRow {
            id: violation.fingerprint(),
            violation: violation.clone(),
            count: self.tally.count,
            first_seen: self.tally.first_seen,
            last_seen: self.tally.last_seen,
            generation: self.generation.clone(),
            networks: self.networks(),
            pages: most_first(&self.pages),
            browsers: most_first(&self.browsers),
        }
    }
}
