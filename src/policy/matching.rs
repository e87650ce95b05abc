//! From a path to the page rule and the scripts that hold there, at a cost that doesn't grow with the
//! number of scripts; and the grants made from them, kept for the next request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;
use jiff::Timestamp;

use super::grants::GrantCompiler;
use super::model::{Mode, OwnScripts, PageGrants, PageRules, Visit};
use crate::web::{PathPattern, PathReadings, PatternIndex, other_slash};

/// A page rule and the scripts approved on a path. Equal keys have equal grants.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct GrantKey {
    /// The rule's place.
    pub(super) page: usize,
    /// The strictest of all rules that a reading of the path meets: the application takes one of them, and
    /// whoever asks chooses the spelling.
    pub(super) own_scripts: OwnScripts,
    /// Places of external scripts, ascending.
    pub(super) scripts: Box<[usize]>,
    /// Places of inline scripts, ascending.
    pub(super) inline: Box<[usize]>,
    /// Whether verdicts are carried out for the visitor.
    pub(super) mode: Mode,
    /// The last moment at which a script of the site ended.
    pub(super) ended: Option<Timestamp>,
    /// Those of the scripts, by place, that are served by us because their vendor's bytes changed.
    pub(super) mirrored: Box<[usize]>,
}

/// Finds keys. Belongs to the rules and the compiler that it was made from.
#[derive(Debug)]
pub(super) struct Matching {
    rules: PatternIndex,
    /// The rules as servers that fold case read them, where that makes a difference.
    lower: Option<LowerCase>,
    patterns: PatternIndex,
    /// For each of the compiler's patterns the scripts that name it.
    scripts: ByPattern,
    /// The same for inline scripts.
    inline: ByPattern,
}

/// Places of scripts by the places of their patterns.
#[derive(Debug, Default)]
struct ByPattern {
    /// Those of the first pattern, ascending, each once; then those of the second one.
    scripts: Vec<u32>,
    /// Where those of each pattern end.
    ends: Vec<u32>,
}

/// The rules' patterns in lower case.
#[derive(Debug)]
struct LowerCase {
    index: PatternIndex,
    /// By the rule's place; `None` where the pattern is in lower case already.
    patterns: Vec<Option<PathPattern>>,
}

impl LowerCase {
    fn new(pages: &[PageRules]) -> Option<Self> {
        let patterns: Vec<_> = pages.iter().map(|rules| rules.path.in_lower_case()).collect();
        if patterns.iter().all(Option::is_none) {
            return None;
        }
        let either = pages.iter().zip(&patterns).map(|(rules, lower)| lower.as_ref().unwrap_or(&rules.path));
        Some(Self { index: PatternIndex::new(either), patterns })
    }

    fn pattern<'p>(&'p self, place: usize, pages: &'p [PageRules]) -> Option<&'p PathPattern> {
        let lower = self.patterns.get(place).and_then(Option::as_ref);
        lower.or_else(|| pages.get(place).map(|rules| &rules.path))
    }
}

impl Matching {
    /// For a site's page rules and what its scripts say.
    pub(super) fn new(pages: &[PageRules], compiler: &GrantCompiler) -> Self {
        let count = compiler.patterns.len();
        Self {
            rules: PatternIndex::new(pages.iter().map(|rules| &rules.path)),
            lower: LowerCase::new(pages),
            patterns: PatternIndex::new(&compiler.patterns),
            scripts: ByPattern::of(count, compiler.scripts.iter().map(|(_, patterns)| patterns)),
            inline: ByPattern::of(count, compiler.inline.iter().map(|(_, _, patterns)| patterns)),
        }
    }

    /// The key for a path in all its readings: the strictest rule that any of them meets, and the scripts
    /// with a pattern that all of them match. `pages` must not be empty; its last rule is taken where
    /// none matches.
    pub(super) fn key(
        &self,
        pages: &[PageRules],
        compiler: &GrantCompiler,
        path: &PathReadings,
        visit: Visit,
    ) -> GrantKey {
        let (page, own_scripts) = self.page(pages, path);
        let mut readings = path.for_scripts();
        let mut matched = Vec::new();
        // What all readings match is among what the first one matches.
        if let Some(first) = readings.next() {
            let others: Vec<&str> = readings.collect();
            let all = |pattern: &PathPattern| {
                pattern.matches(first) && others.iter().all(|reading| pattern.matches(reading))
            };
            let candidates = self.patterns.candidates(first);
            matched.extend(candidates.filter(|place| compiler.patterns.get(*place).is_some_and(all)));
        }
        GrantKey {
            page,
            own_scripts,
            scripts: self.scripts.union(&matched),
            inline: self.inline.union(&matched),
            mode: pages.get(page).map_or(Mode::Enforce, |rules| rules.mode_for(visit)),
            ended: compiler.last_end(visit.at),
            mirrored: Box::default(),
        }
    }

    fn page(&self, pages: &[PageRules], path: &PathReadings) -> (usize, OwnScripts) {
        if let [only] = pages {
            return (0, only.own_scripts.max(OwnScripts::Off));
        }
        let last = pages.len().saturating_sub(1);
        let met = |reading: &str| {
            let matches = |place: &usize| pages.get(*place).is_some_and(|rules| rules.path.matches(reading));
            self.rules.candidates(reading).filter(matches).min().unwrap_or(last)
        };
        let met_in_lower_case = |reading: &str| match &self.lower {
            None => met(reading),
            Some(lower) => {
                let matches =
                    |place: &usize| lower.pattern(*place, pages).is_some_and(|p| p.matches(reading));
                lower.index.candidates(reading).filter(matches).min().unwrap_or(last)
            }
        };
        let folds = self.lower.is_some() || path.has_capitals();
        let exact = path.for_rules().flat_map(|reading| either_slash(reading, met));
        let lower = folds.then(|| path.in_lower_case());
        let lower = lower.into_iter().flatten().flat_map(|reading| either_slash(reading, met_in_lower_case));
        let mut page = last;
        let mut strictest = None;
        let mut own_scripts = OwnScripts::Off;
        for place in exact.chain(lower) {
            own_scripts = pages.get(place).map_or(own_scripts, |rules| rules.own_scripts.max(own_scripts));
            let strictness = pages.get(place).map(PageRules::strictness);
            if strictest.is_none() || strictness > strictest {
                (page, strictest) = (place, strictness);
            }
        }
        (page, own_scripts)
    }
}

/// The rule that a path meets, and the one that it meets where a slash at its end makes no difference:
/// there the first rule for either counts.
fn either_slash(path: &str, met: impl Fn(&str) -> usize) -> [usize; 2] {
    let here = met(path);
    [here, other_slash(path).map_or(here, |other| met(&other).min(here))]
}

impl ByPattern {
    /// From so many patterns by script. A policy may name a pattern twice.
    fn of<'a>(count: usize, patterns: impl Iterator<Item = &'a Vec<usize>>) -> Self {
        let mut pairs: Vec<(usize, u32)> = patterns
            .zip(0_u32..)
            .flat_map(|(patterns, script)| patterns.iter().map(move |pattern| (*pattern, script)))
            .collect();
        if pairs.is_empty() {
            return Self::default();
        }
        pairs.sort_unstable();
        pairs.dedup();
        let end = |pattern: usize| pairs.partition_point(|(other, _)| *other <= pattern);
        let ends = (0..count).filter_map(|pattern| u32::try_from(end(pattern)).ok()).collect();
        Self { ends, scripts: pairs.iter().map(|(_, script)| *script).collect() }
    }

    fn of_pattern(&self, pattern: usize) -> impl Iterator<Item = usize> {
        let end = |pattern: usize| self.ends.get(pattern).and_then(|end| usize::try_from(*end).ok());
        let from = pattern.checked_sub(1).and_then(end).unwrap_or(0);
        let scripts = end(pattern).and_then(|end| self.scripts.get(from..end)).unwrap_or_default();
        scripts.iter().filter_map(|script| usize::try_from(*script).ok())
    }

    /// The scripts that name any of the patterns, ascending, each once.
    fn union(&self, patterns: &[usize]) -> Box<[usize]> {
        if self.scripts.is_empty() || patterns.is_empty() {
            return Box::default();
        }
        if let [only] = patterns {
            return self.of_pattern(*only).collect();
        }
        let mut places: Vec<usize> = patterns.iter().flat_map(|pattern| self.of_pattern(*pattern)).collect();
        places.sort_unstable();
        places.dedup();
        places.into_boxed_slice()
    }
}

/// How many grants a site keeps ready: at least half of this number, the most recently used ones.
const KEPT: usize = 2048;

/// Grants by key. Bounded: a site may have as many combinations as pages.
#[derive(Debug, Default)]
pub(super) struct GrantCache {
    inner: Mutex<Kept>,
}

/// Two halves: when the younger is full it becomes the older, and what nobody asked for meanwhile goes.
#[derive(Debug, Default)]
struct Kept {
    younger: HashMap<GrantKey, Arc<PageGrants>, RandomState>,
    older: HashMap<GrantKey, Arc<PageGrants>, RandomState>,
}

impl GrantCache {
    /// The grants of a key, made where they are not there.
    pub(super) fn grants(
        &self,
        key: GrantKey,
        make: impl FnOnce(&GrantKey) -> PageGrants,
    ) -> Arc<PageGrants> {
        let older = {
            let mut kept = self.lock();
            if let Some(grants) = kept.younger.get(&key) {
                return Arc::clone(grants);
            }
            kept.older.remove(&key)
        };
        // Made outside the lock: others need not wait. Should two make the same, one is kept.
        let grants = older.unwrap_or_else(|| Arc::new(make(&key)));
        let mut kept = self.lock();
        if kept.younger.len() >= KEPT / 2 {
            kept.older = std::mem::take(&mut kept.younger);
        }
        kept.younger.insert(key, Arc::clone(&grants));
        grants
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // The maps are whole after every step, so a panic elsewhere doesn't spoil them.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::iter::repeat;

    use proptest::prelude::*;

    use super::*;
    use crate::inventory::ScriptId;
    use crate::policy::InlineKind;
    use crate::policy::grants::ApprovedText;
    use crate::sri::{Algorithm, Digest};

    const VISIT: Visit = Visit::enforced(Timestamp::UNIX_EPOCH);

    fn rules(pattern: &str, payment: bool) -> PageRules {
        PageRules {
            path: PathPattern::parse(pattern).unwrap(),
            payment,
            ..PageRules::everywhere(Mode::Enforce)
        }
    }

    /// Inline scripts, each on the patterns with these places.
    fn compiler(patterns: &[&str], scripts: &[Vec<usize>]) -> GrantCompiler {
        let inline = scripts.iter().zip(0_u32..).map(|(places, number)| {
            let digest = Digest::of(Algorithm::Sha256, &number.to_be_bytes());
            let text = ApprovedText { digest, kind: InlineKind::Script, map: None, shape: None };
            (text, ScriptId::new(&format!("s{number}")).unwrap(), places.clone())
        });
        GrantCompiler {
            patterns: patterns.iter().map(|text| PathPattern::parse(text).unwrap()).collect(),
            inline: inline.collect(),
            ..GrantCompiler::default()
        }
    }

    /// As it would be done with all the time in the world.
    fn naive(pages: &[PageRules], compiler: &GrantCompiler, path: &PathReadings) -> GrantKey {
        let last = pages.len() - 1;
        let lower: Vec<_> = pages.iter().map(|rules| rules.path.in_lower_case()).collect();
        let exact =
            |reading: &str| pages.iter().position(|rules| rules.path.matches(reading)).unwrap_or(last);
        let folded = |reading: &str| {
            let patterns =
                pages.iter().zip(&lower).map(|(rules, lower)| lower.as_ref().unwrap_or(&rules.path));
            patterns.into_iter().position(|pattern| pattern.matches(reading)).unwrap_or(last)
        };
        let mut met: Vec<usize> = Vec::new();
        for (reading, folds) in
            path.for_rules().zip(repeat(false)).chain(path.in_lower_case().zip(repeat(true)))
        {
            let rule = |path: &str| if folds { folded(path) } else { exact(path) };
            let toggled = match reading.strip_suffix('/') {
                Some(bare) => bare.to_owned(),
                None => format!("{reading}/"),
            };
            met.push(rule(reading));
            met.push(rule(reading).min(rule(&toggled)));
        }
        let own_scripts = met.iter().map(|place| pages[*place].own_scripts).max().unwrap();
        // The first among the strictest.
        met.reverse();
        let page = met.into_iter().max_by_key(|place| pages[*place].strictness()).unwrap();
        let hit = |places: &Vec<usize>| {
            let all = |place: &usize| path.for_scripts().all(|path| compiler.patterns[*place].matches(path));
            places.iter().any(all)
        };
        let inline = compiler.inline.iter().enumerate().filter(|(_, (_, _, places))| hit(places));
        GrantKey {
            page,
            own_scripts,
            scripts: Box::default(),
            inline: inline.map(|(place, _)| place).collect(),
            mode: Mode::Enforce,
            ended: None,
            mirrored: Box::default(),
        }
    }

    const PATTERNS: [&str; 12] =
        ["/*", "/", "/a", "/a/*", "/a/b", "/a{/*}?", "/a/:x", "/a/:x?", "/b/(a|b)", "/b/*", "/ab/*", "/B/*"];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn the_quick_way_and_the_plain_way_agree(
            raws in prop::collection::vec("/[abB%/.;]{0,3}(%2[fF]|%2e|;x|/)?[ab/]{0,3}", 40..41),
            pages in prop::collection::vec((0..PATTERNS.len(), any::<bool>()), 1..5),
            scripts in prop::collection::vec(prop::collection::vec(0..PATTERNS.len(), 0..4), 0..8),
        ) {
            let pages: Vec<PageRules> =
                pages.into_iter().map(|(place, payment)| rules(PATTERNS[place], payment)).collect();
            let compiler = compiler(&PATTERNS, &scripts);
            // Compiling patterns is slow, matching isn't: many paths for each set of patterns.
            let matching = Matching::new(&pages, &compiler);
            for raw in raws {
                let path = PathReadings::of(&raw);
                let quick = matching.key(&pages, &compiler, &path, VISIT);
                prop_assert_eq!(quick, naive(&pages, &compiler, &path), "{}", raw);
            }
        }
    }

    #[test]
    fn a_script_that_names_a_pattern_twice_is_there_once() {
        let (pages, compiler) = ([rules("/*", false)], compiler(&["/a"], &[vec![0, 0], vec![0]]));
        let matching = Matching::new(&pages, &compiler);
        assert_eq!(*matching.key(&pages, &compiler, &PathReadings::of("/a"), VISIT).inline, [0, 1]);
    }

    #[test]
    fn scripts_in_transit_are_watched_as_the_strictest_rule_of_any_reading_wants() {
        let mut pay = rules("/pay/*", true);
        pay.own_scripts = OwnScripts::Observe;
        let mut rest = rules("/*", false);
        rest.own_scripts = OwnScripts::Stop;
        let (pages, compiler) = ([pay, rest], compiler(&[], &[]));
        let matching = Matching::new(&pages, &compiler);
        let key = |path| matching.key(&pages, &compiler, &PathReadings::of(path), VISIT);
        assert_eq!(key("/pay/w.js").own_scripts, OwnScripts::Observe);
        let two = key("/pay/..%2fstatic/w.js");
        assert_eq!((two.page, two.own_scripts), (0, OwnScripts::Stop), "the page rule is the other one's");
    }

    #[test]
    fn a_laxer_rule_for_one_path_holds_there_whatever_stricter_rules_are_for_the_rest() {
        let mut lax = rules("/Old", false);
        lax.mode = Mode::Observe;
        let (pages, compiler) = ([lax, rules("/*", false)], compiler(&[], &[]));
        let matching = Matching::new(&pages, &compiler);
        let rule = |path| matching.key(&pages, &compiler, &PathReadings::of(path), VISIT).page;
        assert_eq!((rule("/Old"), rule("/Old/"), rule("/old")), (0, 1, 1));
    }

    #[test]
    fn what_is_asked_for_again_stays_and_the_rest_is_bounded() {
        let (pages, compiler) = ([rules("/*", false)], compiler(&[], &[]));
        let cache = GrantCache::default();
        let mut made = 0;
        let mut ask = |page: usize| {
            let key = GrantKey {
                page,
                own_scripts: OwnScripts::Off,
                scripts: Box::default(),
                inline: Box::default(),
                mode: Mode::Enforce,
                ended: None,
                mirrored: Box::default(),
            };
            cache.grants(key, |key| {
                made += 1;
                compiler.compile(&pages, key)
            });
        };
        for page in 1..10 * KEPT {
            ask(0);
            ask(page);
        }
        assert_eq!(made, 10 * KEPT, "each once");
        let kept = cache.lock();
        assert!(kept.younger.len() + kept.older.len() <= KEPT);
    }
}
