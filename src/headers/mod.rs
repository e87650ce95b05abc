//! The security headers of the application, by page rule, held against what they were: what came first stays the
//! measure until a person accepts something else. No sockets.
//!
//! ```text
//!  a page's head ─► hash, known? (the data path) ── no ─► compared with baseline and what was accepted
//!                                                            └─► weakened ─► alert (every second, from a thread of its own)
//! ```

mod fields;
mod changes;
mod weaker;
mod csp;
mod permissions;
mod rule;

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::HeaderMap;

pub use fields::Fields;
pub use rule::{Accepted, Rule, Weakened};
pub use weaker::{Weaker, weaker};

use crate::alert::{Alerts, Kind, News, fingerprint};
use crate::clock::Clock;
use crate::inventory::write_file;
use crate::policy::{Mode, PageRules, Site, Snapshot};

/// The file that all is kept in.
const NAME: &str = "headers.json";

/// What is known of every page rule. Cheap to clone; clones are one.
#[derive(Clone)]
pub struct Headers(Arc<Inner>);

struct Inner {
    hashing: RandomState,
    rules: Mutex<Known>,
    file: Option<PathBuf>,
    alerts: Alerts,
    clock: Clock,
}

#[derive(Default)]
struct Known {
    /// By a hash of site and page rule.
    rules: HashMap<u64, Rule>,
    /// Something is not told and not written down yet.
    changed: bool,
}

impl Headers {
    /// With what an earlier process left in the folder, if there is one.
    pub fn open(folder: Option<&Path>, alerts: Alerts, clock: Clock) -> Self {
        let file = folder.map(|folder| folder.join(NAME));
        let hashing = RandomState::new();
        let known = file.as_deref().map(read).unwrap_or_default().into_iter();
        let rules = known.map(|rule| (hashing.hash_one((&rule.site, &rule.rule)), rule)).collect();
        let rules = Mutex::new(Known { rules, changed: false });
        Self(Arc::new(Inner { hashing, rules, file, alerts, clock }))
    }

    /// Takes note of the fields of a page, as the application sent them. From the data path: what is known
    /// costs a hash.
    pub fn of_page(&self, site: &Site, rules: &PageRules, headers: &HeaderMap) {
        let (name, path) = (site.name.0.as_str(), rules.path.as_str());
        let key = self.0.hashing.hash_one((name, path));
        let hash = fields::hash(&self.0.hashing, headers);
        let now = self.0.clock.now();
        let mut known = self.lock();
        let Some(rule) = known.rules.get_mut(&key) else {
            let mut first = Rule::new(name, path, Fields::of(headers), now);
            first.payment = rules.payment;
            first.looked_at.insert(hash, None);
            let baseline = serde_json::json!({ "site": name, "rule": path, "headers": &first.baseline });
            known.rules.insert(key, first);
            known.changed = true;
            drop(known);
            self.0.alerts.provable("header-baseline", &baseline);
            return;
        };
        let change = (!rule.changes.is_settled(hash, now)).then(|| {
            let fields = Fields::of(headers);
            rule.changes.look(hash, &fields, &rule.baseline, now)
        });
        rule.last = Some(now);
        rule.payment = rules.payment;
        match rule.looked_at.get(&hash) {
            Some(None) => {}
            Some(Some(place)) => {
                if let Some(weakened) = rule.weakened.get_mut(*place) {
                    weakened.last = now;
                }
            }
            None => {
                let fields = Fields::of(headers);
                let set = |name: &str| is_ours(rules, name);
                let new = rule.look(hash, fields, now, &set);
                known.changed |= new;
            }
        }
        drop(known);
        if let Some(changed) = change.flatten() {
            let changed = serde_json::json!({ "site": name, "rule": path, "changed": changed });
            self.0.alerts.provable("header-changed", &changed);
        }
    }

    /// Tells what is new, forgets page rules that the policies no longer have, and writes down what changed.
    /// May wait for the disk.
    pub fn settle(&self, snapshot: &Snapshot) {
        let there = |rule: &Rule| {
            let site = snapshot.sites.iter().find(|site| site.name.0 == rule.site);
            site.is_some_and(|site| site.pages.iter().any(|rules| rules.path.as_str() == rule.rule))
        };
        let (changed, news, standing) = {
            let mut known = self.lock();
            let before = known.rules.len();
            known.rules.retain(|_, rule| there(rule));
            let mut changed = std::mem::take(&mut known.changed) || known.rules.len() != before;
            for rule in known.rules.values_mut() {
                changed |= rule.settle();
            }
            let weak: Vec<News> = known.rules.values().filter_map(news).collect();
            let standing: Vec<String> = known.rules.values().map(subject).collect();
            (changed, weak, standing)
        };
        for subject in self.0.alerts.subjects(Kind::HeaderWeakened) {
            if !standing.contains(&subject) {
                self.0.alerts.only(Kind::HeaderWeakened, &|one| one != subject);
            } else if !news.iter().any(|news| news.subject == subject) {
                let message = format!("{subject}: the application's security headers are as they should be");
                self.0.alerts.over(Kind::HeaderWeakened, &subject, message);
            }
        }
        // Told before it is written down: killed between the two, the next process finds it again, and the
        // alert knows that it was told.
        for news in news {
            self.0.alerts.raise(news);
        }
        if changed {
            self.write_down();
        }
    }

    /// Every page rule of which a page was seen, by site and rule.
    pub fn all(&self) -> Vec<Rule> {
        let mut all: Vec<Rule> = self.lock().rules.values().cloned().collect();
        all.sort_by(|one, other| (&one.site, &one.rule).cmp(&(&other.site, &other.rule)));
        all
    }

    /// Somebody says that what the pages of a rule are sent with is as it should be. Answers how much there was
    /// to accept; `None`: no page of such a rule was seen.
    pub fn accept(&self, site: &str, rule: &str, by: &str, because: Option<&str>) -> Option<usize> {
        let key = self.0.hashing.hash_one((site, rule));
        let count = {
            let mut known = self.lock();
            let count = known.rules.get_mut(&key)?.accept(by, because, self.0.clock.now());
            known.changed = true;
            count
        };
        self.write_down();
        let why = because.unwrap_or("no reason given");
        tracing::info!("{by} accepted the security headers of {site} {rule}: {why}");
        let subject = format!("{site} {rule}");
        let message =
            format!("{subject}: {by} accepted the application's security headers as they are: {why}");
        self.0.alerts.over(Kind::HeaderWeakened, &subject, message);
        let accepted = serde_json::json!({ "site": site, "rule": rule, "by": by, "because": why });
        self.0.alerts.provable("header-accepted", &accepted);
        Some(count)
    }

    fn write_down(&self) {
        let Some(file) = &self.0.file else { return };
        let bytes = serde_json::to_vec(&self.all());
        if let Err(error) = bytes.map_err(io::Error::from).and_then(|bytes| write_file(file, &bytes)) {
            tracing::error!(
                "{}: {error}: after a restart security headers are held against others",
                file.display()
            );
            self.lock().changed = true;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        // Every change leaves the map whole, so a panic elsewhere doesn't spoil it.
        self.0.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Headers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Headers").field("file", &self.0.file).finish_non_exhaustive()
    }
}

/// Whether pages of an enforced rule get a field by us, whatever the application sends.
fn is_ours(rules: &PageRules, name: &str) -> bool {
    let set = || rules.headers.fields.iter().any(|(set, _)| set.as_str() == name);
    rules.mode == Mode::Enforce && (name == "x-content-type-options" || set())
}

fn subject(rule: &Rule) -> String {
    format!("{} {}", rule.site, rule.rule)
}

/// What is the matter with a rule's pages, if anything.
fn news(rule: &Rule) -> Option<News> {
    let ways: Vec<String> = rule.ways().into_iter().map(ToString::to_string).collect();
    if ways.is_empty() {
        return None;
    }
    let subject = subject(rule);
    let since = rule.since;
    let mut message = format!(
        "{subject}: the application sends security headers that protect less than those seen first ({since:.0})"
    );
    for way in &ways {
        message.push('\n');
        message.push_str(way);
    }
    let what_to_do = format!(
        "have the application send them again, or set them with [headers] in the policy; if it is meant: \
         countersign headers accept {} '{}' --because \"…\"",
        rule.site, rule.rule
    );
    Some(News {
        kind: Kind::HeaderWeakened,
        severity: rule.severity(),
        since: rule.weakened.iter().map(|weakened| weakened.since).min(),
        message,
        what_to_do: Some(what_to_do),
        fingerprint: fingerprint(ways.iter().map(String::as_str)),
        subject,
    })
}

fn read(file: &Path) -> Vec<Rule> {
    match std::fs::read(file).and_then(|bytes| Ok(serde_json::from_slice(&bytes)?)) {
        Ok(rules) => rules,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => {
            tracing::error!("{}: {error}: what security headers were is not known", file.display());
            Vec::new()
        }
    }
}
