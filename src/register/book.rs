//! Both put together: each script once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use url::Url;

use super::named::{Entry, Named};
use super::row::{Row, Seen, State};
use crate::inventory::SeenKind;
use crate::policy::{Site, Snapshot};
use crate::store::ScriptSeenRow;
use crate::web::PathPattern;

/// The most that is read of what pages showed, the latest first. The store's `groups` bounds it too.
pub const MOST_SEEN: usize = 200_000;

/// Every script, ordered by site and name. Immutable.
#[derive(Debug)]
pub struct Book {
    rows: Vec<Row>,
    /// When what pages showed was read.
    pub read_at: Timestamp,
    /// Pages showed more than [`MOST_SEEN`].
    pub more: bool,
}

impl Book {
    /// The rows, ordered by site and name.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The script of an id.
    pub fn named(&self, site: &str, id: &str) -> Option<&Row> {
        self.at((site, true, id))
    }

    /// A script that no policy names, by its URL or digest.
    pub fn unnamed(&self, site: &str, script: &str) -> Option<&Row> {
        self.at((site, false, script))
    }

    fn at(&self, sought: (&str, bool, &str)) -> Option<&Row> {
        let place = self.rows.partition_point(|row| key(row) < order(sought));
        self.rows.get(place).filter(|row| key(row) == order(sought))
    }
}

/// What rows are ordered by: site and name; named ones before others of the same name.
pub(super) fn key(row: &Row) -> (&str, &str, bool) {
    (&row.site, row.name(), row.id.is_none())
}

const fn order<'a>((site, named, name): (&'a str, bool, &'a str)) -> (&'a str, &'a str, bool) {
    (site, name, !named)
}

/// Takes what pages showed, a part at a time.
pub struct Binding {
    snapshot: Arc<Snapshot>,
    named: Arc<Named>,
    sites: HashMap<String, Arc<Site>>,
    rows: Vec<Row>,
    places: HashMap<(Arc<str>, bool, Arc<str>), usize>,
    words: HashSet<Arc<str>>,
    taken: usize,
    /// No more is taken than this.
    pub(super) most: usize,
    more: bool,
}

impl Binding {
    /// Begins with what policies name.
    pub fn begin(named: &Arc<Named>, snapshot: Arc<Snapshot>) -> Self {
        let sites = snapshot.sites.iter().map(|site| (site.name.0.clone(), Arc::clone(site))).collect();
        let mut binding = Self {
            snapshot,
            named: Arc::clone(named),
            sites,
            rows: Vec::new(),
            places: HashMap::new(),
            words: HashSet::new(),
            taken: 0,
            most: MOST_SEEN,
            more: false,
        };
        for entry in named.entries() {
            let (site, id) = (binding.word(&entry.listed.site), Arc::from(entry.listed.script.as_str()));
            binding.row(&site, Some(&id), "", Some(entry));
        }
        binding
    }

    /// The next part, the latest first. `false`: that is enough.
    pub fn take(&mut self, part: Vec<ScriptSeenRow>) -> bool {
        for row in part {
            if self.taken >= self.most {
                self.more = true;
                return false;
            }
            self.taken = self.taken.saturating_add(1);
            self.add(row);
        }
        true
    }

    /// All of it.
    pub fn finish(mut self, now: Timestamp) -> Book {
        let mut payment = Payment::of(&self.snapshot);
        for row in &mut self.rows {
            mark_current(&mut row.seen);
            row.state = row.judge(now);
            row.payment = row.seen.iter().any(|seen| payment.is_rule(&row.site, &seen.rule))
                || row.entry.as_ref().is_some_and(|entry| payment.may_run(&row.site, &entry.listed.pages));
        }
        self.rows.sort_by(|a, b| key(a).cmp(&key(b)));
        Book { rows: self.rows, read_at: now, more: self.more }
    }

    fn add(&mut self, row: ScriptSeenRow) {
        let ScriptSeenRow { seen, count, first_seen, last_seen } = row;
        let site = self.word(&seen.site);
        let url = Url::parse(&seen.script).ok();
        let entry = self.entry(&seen.site, &seen.script, seen.digest.as_deref(), url.as_ref());
        let known = self.sites.get(&seen.site);
        let by_address = url.as_ref().and_then(|url| known?.script_at(url)).map(|script| script.id.as_str());
        let id =
            entry.as_ref().map(|entry| entry.listed.script.as_str()).or(by_address).map(Arc::<str>::from);
        let third = url.as_ref().is_some_and(|url| known.is_some_and(|site| is_third(site, url)));
        let place = self.row(&site, id.as_ref(), &seen.script, entry.as_ref());
        let (rule, reason, script) =
            (self.word(&seen.page), self.word(&seen.reason), self.word(&seen.script));
        let (digest, attribute) = (self.maybe(seen.digest), self.maybe(seen.attribute));
        let Some(row) = self.rows.get_mut(place) else { return };
        row.third_party |= third;
        row.seen.push(Seen {
            rule,
            kind: seen.kind,
            srcdoc: seen.srcdoc,
            script,
            digest,
            attribute,
            verdict: seen.verdict,
            reason,
            enforced: seen.enforced,
            count,
            first: first_seen,
            last: last_seen,
            current: false,
        });
    }

    /// What the policies say of something seen: by its address, or else by its bytes.
    fn entry(&self, site: &str, script: &str, digest: Option<&str>, url: Option<&Url>) -> Option<Arc<Entry>> {
        let by_address = url.and_then(|url| self.sites.get(site)?.script_at(url));
        let by_address = by_address.and_then(|script| self.named.at(site, script.id.as_str()));
        let by_bytes = || match digest {
            Some(_) if url.is_some() => None,
            _ => self.named.of_digest(site, script),
        };
        by_address.or_else(by_bytes).cloned()
    }

    /// The place of a script's row, which is made where there is none.
    fn row(
        &mut self,
        site: &Arc<str>,
        id: Option<&Arc<str>>,
        script: &str,
        entry: Option<&Arc<Entry>>,
    ) -> usize {
        let name: Arc<str> = id.map_or_else(|| Arc::from(script), Arc::clone);
        let next = self.rows.len();
        let place = *self.places.entry((Arc::clone(site), id.is_some(), Arc::clone(&name))).or_insert(next);
        if place == next {
            let what = entry.map_or(script, |entry| entry.listed.what.as_str());
            let third = Url::parse(what)
                .is_ok_and(|url| self.sites.get(&**site).is_some_and(|site| is_third(site, &url)));
            self.rows.push(Row {
                site: Arc::clone(site),
                id: id.cloned(),
                script: if id.is_some() { Arc::from(what) } else { name },
                entry: entry.cloned(),
                seen: Vec::new(),
                state: State::Unseen,
                told_with: entry.and_then(|entry| self.told_with(entry)),
                third_party: third,
                payment: false,
            });
        }
        place
    }

    /// A policy may name one address several times, for different pages; what is seen of it stands for the first.
    fn told_with(&self, entry: &Entry) -> Option<Arc<str>> {
        let url = Url::parse(&entry.listed.what).ok();
        let site = self.sites.get(&entry.listed.site)?;
        let first = match &url {
            Some(url) => site.script_at(url)?,
            None => site.named.at(&entry.listed.what)?,
        };
        (first.id.as_str() != entry.listed.script).then(|| Arc::from(first.id.as_str()))
    }

    /// A text that comes often, once.
    fn word(&mut self, text: &str) -> Arc<str> {
        if let Some(word) = self.words.get(text) {
            return Arc::clone(word);
        }
        let word: Arc<str> = Arc::from(text);
        self.words.insert(Arc::clone(&word));
        word
    }

    fn maybe(&mut self, text: Option<String>) -> Option<Arc<str>> {
        text.map(|text| self.word(&text))
    }
}

/// From an origin that is not the site's. A site for every host doesn't know its own.
fn is_third(site: &Site, url: &Url) -> bool {
    site.has_policy() && url.has_host() && !site.is_own(url)
}

/// Page rule, kind, depth, attribute, script.
type Place = (Arc<str>, SeenKind, usize, Option<Arc<str>>, Arc<str>);

/// What was decided last, wherever something was seen: rows come the latest first.
fn mark_current(seen: &mut [Seen]) {
    let mut known: HashSet<Place> = HashSet::new();
    for seen in seen {
        let place = (
            Arc::clone(&seen.rule),
            seen.kind,
            seen.srcdoc,
            seen.attribute.clone(),
            Arc::clone(&seen.script),
        );
        seen.current = known.insert(place);
    }
}

/// Which page rules are in PCI DSS scope.
struct Payment<'a> {
    rules: HashSet<(&'a str, &'a str)>,
    sites: HashMap<&'a str, &'a Arc<Site>>,
    /// Whether pages of a pattern are, by site and pattern: many scripts have the same.
    known: HashMap<(String, String), bool>,
}

impl<'a> Payment<'a> {
    fn of(snapshot: &'a Snapshot) -> Self {
        let rules = snapshot.sites.iter().flat_map(|site| {
            let rules = site.pages.iter().filter(|rules| rules.payment);
            rules.map(|rules| (site.name.0.as_str(), rules.path.as_str()))
        });
        let sites = snapshot.sites.iter().map(|site| (site.name.0.as_str(), site));
        Self { rules: rules.collect(), sites: sites.collect(), known: HashMap::new() }
    }

    fn is_rule(&self, site: &str, rule: &str) -> bool {
        self.rules.contains(&(site, rule))
    }

    fn may_run(&mut self, site: &str, pages: &[String]) -> bool {
        let Some(compiled) = self.sites.get(site) else { return false };
        if pages.is_empty() {
            return compiled.pages.iter().any(|rules| rules.payment);
        }
        pages.iter().any(|pattern| {
            let known = self.known.entry((site.to_owned(), pattern.clone()));
            *known.or_insert_with(|| {
                PathPattern::parse(pattern).is_ok_and(|pattern| compiled.has_payment_pages(&pattern))
            })
        })
    }
}
