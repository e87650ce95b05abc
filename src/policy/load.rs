//! From a folder to a [`Snapshot`], or to everything that is wrong with it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;

use super::assemble::Assembly;
use super::check::{CheckedPolicy, DefaultUpstream, check};
use super::drifted::Drifted;
use super::folder::{Contents, fingerprint};
use super::grants::GrantCompiler;
use super::lint;
use super::matching::{GrantCache, Matching};
use super::model::{
    Balance, Generation, Mode, OwnBytes, PageRules, PageScripts, Site, SiteName, Snapshot, UpstreamAddress,
    UpstreamCsp, Visit,
};
use super::sample::sample;
use super::texts::texts;
use super::unnamed::unnamed_bytes;
use crate::diagnostic::{self, Diagnostic, Problems, Severity, SourceFile};
use crate::inventory::{GONE, GONE_HELP, Lock, Trust};
use crate::web::PathReadings;

/// A CSP longer than this is worth a warning: many servers in between allow 8 KiB for all headers.
const CSP_WARN_BYTES: usize = 4 * 1024;
/// A CSP longer than this is refused.
const CSP_MAX_BYTES: usize = 8 * 1024;

/// Policies that can be put in force.
#[derive(Debug)]
pub struct Loaded {
    /// What to publish.
    pub snapshot: Snapshot,
    /// What somebody should look at, in the order of files and lines.
    pub warnings: Vec<Diagnostic>,
}

/// What `countersign check` found.
#[derive(Debug)]
pub struct Summary {
    /// Errors and warnings, in the order of files and lines.
    pub diagnostics: Vec<Diagnostic>,
    /// What the policies amount to, where they have no error.
    pub counts: Option<Counts>,
    /// What they would put in force, where they have no error.
    pub snapshot: Option<Snapshot>,
}

/// What policies amount to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Policy files.
    pub sites: usize,
    /// Page rules, those that files imply not counted.
    pub page_rules: usize,
    /// Scripts with approved bytes, external and inline.
    pub approved: usize,
}

impl Counts {
    fn of(snapshot: &Snapshot) -> Self {
        let mut counts = Self { sites: snapshot.sites.len(), ..Self::default() };
        for site in &snapshot.sites {
            counts.page_rules += site.pages.len().saturating_sub(1);
            counts.approved +=
                site.compiler.scripts.iter().filter(|(script, _)| !script.digests.is_empty()).count();
            counts.approved += site.compiler.inline.iter().map(|(_, id, _)| id).collect::<HashSet<_>>().len();
        }
        counts
    }
}

/// Reads a policy folder: every `*.toml`, its lock and its approved bytes. `number` counts the snapshots of this process. The error is everything that is
/// wrong, warnings too, in the order of files and lines.
pub fn load_folder(
    folder: &Path,
    default_upstream: Option<UpstreamAddress>,
    number: u64,
) -> Result<Loaded, Vec<Diagnostic>> {
    load_trusting(folder, default_upstream, number, &Trust::default())
}

/// The same, where the entries of locks count by the word of approvers.
pub fn load_trusting(
    folder: &Path,
    default_upstream: Option<UpstreamAddress>,
    number: u64,
    trust: &Trust,
) -> Result<Loaded, Vec<Diagnostic>> {
    let default = default_upstream.map_or(DefaultUpstream::Missing, DefaultUpstream::Given);
    load(&Contents::read(folder)?, &default, number, trust)
}

/// Reads a policy folder to say what is wrong with it. That a site names no upstream is only a warning:
/// the process may be started with one.
pub fn check_folder(folder: &Path) -> Summary {
    check_trusting(folder, &Trust::default())
}

/// The same, where the entries of locks count by the word of approvers.
pub fn check_trusting(folder: &Path, trust: &Trust) -> Summary {
    summary(Contents::read(folder).and_then(|contents| load(&contents, &DefaultUpstream::Unknown, 1, trust)))
}

/// The same for files that are given: contents by path inside the folder, with `/`.
pub fn check_files(folder: &Path, files: BTreeMap<String, Bytes>, trust: &Trust) -> Summary {
    summary(load(&Contents::given(folder, files), &DefaultUpstream::Unknown, 1, trust))
}

fn summary(loaded: Result<Loaded, Vec<Diagnostic>>) -> Summary {
    match loaded {
        Ok(Loaded { snapshot, warnings }) => {
            Summary { diagnostics: warnings, counts: Some(Counts::of(&snapshot)), snapshot: Some(snapshot) }
        }
        Err(diagnostics) => Summary { diagnostics, counts: None, snapshot: None },
    }
}

/// The snapshot of a process without policies: one site for every host, which is only observed.
pub fn observe_only(upstream: UpstreamAddress) -> Snapshot {
    let fingerprint = fingerprint(std::iter::empty());
    let (pages, compiler) = (
        vec![PageRules::everywhere(Mode::Observe)],
        GrantCompiler { fingerprint: fingerprint.clone(), ..GrantCompiler::default() },
    );
    let site = Site {
        name: SiteName("everything".to_owned()),
        hosts: Vec::new(),
        upstreams: vec![upstream],
        balance: Balance::default(),
        matching: Matching::new(&pages, &compiler),
        pages,
        default_charset: encoding_rs::WINDOWS_1252,
        service_workers: true,
        upstream_csp: UpstreamCsp::Append,
        shared_out: false,
        mirror: HashMap::new(),
        own_bytes: OwnBytes::default(),
        named: PageScripts::default(),
        compiler,
        cache: GrantCache::default(),
        drifted: Drifted::default(),
    };
    let generation = Generation { number: 1, fingerprint };
    Snapshot { generation, sites: vec![Arc::new(site)], texts: Vec::new() }
}

/// The snapshot of a process that serves no site.
pub fn no_sites() -> Snapshot {
    let fingerprint = fingerprint(std::iter::empty());
    Snapshot { generation: Generation { number: 1, fingerprint }, sites: Vec::new(), texts: Vec::new() }
}

/// The policies in a folder's contents.
pub(super) fn load(
    contents: &Contents,
    default_upstream: &DefaultUpstream,
    number: u64,
    trust: &Trust,
) -> Result<Loaded, Vec<Diagnostic>> {
    let generation = Generation { number, fingerprint: contents.fingerprint() };
    let mut diagnostics = Vec::new();
    let mut sites = Vec::new();
    // Host name → the file that has it.
    let mut hosts: HashMap<String, String> = HashMap::new();
    let mut last_counted = Vec::new();
    let mut locks = Vec::new();
    for name in contents.stems("toml") {
        let file = format!("{name}.toml");
        let Some(source) = source(contents, &file, &mut diagnostics) else { continue };
        let mut problems = Problems::new(source.clone());
        // The lock is read even where the policy is refused: all that is wrong is said at once.
        let lock = read_lock(contents, name, trust, &mut diagnostics);
        let now = trust.clock().now();
        if let Some(policy) = check(source.text(), default_upstream, now, &mut problems) {
            check_hosts(&policy, &file, &mut hosts, &mut problems);
            if let Some(lock) = lock {
                locks.push((name, lock.0.entries().len()));
                last_counted.extend(lock.0.last_counted().map(|entry| (name, entry.clone())));
                let site =
                    load_site(contents, name, policy, lock, &generation, &mut problems, &mut diagnostics);
                sites.push(site);
            }
        }
        diagnostics.extend(problems.into_list());
    }
    check_names(contents, &mut diagnostics);
    diagnostic::sort(&mut diagnostics);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(diagnostics);
    }
    for (site, entry) in last_counted {
        trust.remember(site, &entry);
    }
    let texts = texts(contents, &locks);
    Ok(Loaded { snapshot: Snapshot { generation, sites, texts }, warnings: diagnostics })
}

fn load_site(
    contents: &Contents,
    name: &str,
    policy: CheckedPolicy,
    (lock, lock_source): (Lock, SourceFile),
    generation: &Generation,
    policy_problems: &mut Problems,
    diagnostics: &mut Vec<Diagnostic>,
) -> Arc<Site> {
    let mut lock_problems = Problems::new(lock_source);
    let mut file_problems = Vec::new();
    let mut assembly = Assembly {
        name,
        contents,
        lock: &lock,
        policy_problems,
        lock_problems: &mut lock_problems,
        file_problems: &mut file_problems,
    };
    let places = policy.page_places.clone();
    let site = assembly.site(policy, &generation.fingerprint);
    diagnostics.extend(lock_problems.into_list());
    diagnostics.append(&mut file_problems);
    unnamed_bytes(contents, name, &lock, diagnostics);
    check_csp_size(&site, &places, policy_problems);
    Arc::new(site)
}

/// A site's lock; an empty one where there is no file, `None` where there is one that is not in order.
pub(super) fn read_lock(
    contents: &Contents,
    name: &str,
    trust: &Trust,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Lock, SourceFile)> {
    let file = format!("{name}.lock");
    if !contents.files.contains_key(&file) {
        if trust.remembered(name).is_some() {
            let path = contents.folder.join(&file);
            diagnostics.push(Diagnostic::of_file(Severity::Error, path, GONE, GONE_HELP));
            return None;
        }
        return Some((Lock::default(), SourceFile::new(contents.folder.join(&file), "")));
    }
    let source = source(contents, &file, diagnostics)?;
    let (lock, problems) = Lock::parse(&source, name, trust);
    diagnostics.extend(problems);
    lock.map(|lock| (lock, source))
}

pub(super) fn source(
    contents: &Contents,
    file: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<SourceFile> {
    let bytes = contents.files.get(file)?;
    let path = contents.folder.join(file);
    let Ok(text) = std::str::from_utf8(bytes) else {
        let help = "save it as UTF-8";
        diagnostics.push(Diagnostic::of_file(Severity::Error, path, "the file is not UTF-8", help));
        return None;
    };
    Some(SourceFile::new(path, text))
}

/// No host may belong to two sites.
fn check_hosts(
    policy: &CheckedPolicy,
    file: &str,
    hosts: &mut HashMap<String, String>,
    problems: &mut Problems,
) {
    for host in &policy.hosts {
        if let Some(other) = hosts.insert(host.get_ref().clone(), file.to_owned()) {
            problems.error(
                host.span(),
                format!("the host `{}` belongs to {other} already", host.get_ref()),
                "a host has one policy: remove it from one of the two files",
            );
        }
    }
}

/// What is wrong with the folder as a whole.
fn check_names(contents: &Contents, diagnostics: &mut Vec<Diagnostic>) {
    let policies: HashSet<&str> = contents.stems("toml").collect();
    if policies.is_empty() {
        diagnostics.push(Diagnostic::of_file(
            Severity::Error,
            &contents.folder,
            "there is no policy in this folder",
            "a policy is a file such as shop.toml",
        ));
    }
    for name in contents.stems("lock").filter(|name| !policies.contains(name)) {
        diagnostics.push(Diagnostic::of_file(
            Severity::Warning,
            contents.folder.join(format!("{name}.lock")),
            format!("there is no {name}.toml that this lock could belong to"),
            "a policy and its lock have the same name: rename or remove it",
        ));
    }
}

/// The longest CSP of each page rule among example pages: one for each pattern that the policy mentions.
/// Told where the rule stands.
fn check_csp_size(site: &Site, places: &[Range<usize>], problems: &mut Problems) {
    // The longest there can be: every visitor enforced, nothing ended.
    let visit = Visit::enforced(Timestamp::MIN);
    let rules = site.pages.iter().map(|rules| &rules.path);
    let paths: HashSet<String> = rules.chain(&site.compiler.patterns).filter_map(sample).collect();
    let mut longest: HashMap<u16, (usize, String)> = HashMap::new();
    let mut keys = HashSet::new();
    for path in paths {
        // Not by way of what the site keeps ready: these are examples, not what visitors ask for.
        let key = site.matching.key(&site.pages, &site.compiler, &PathReadings::of(&path), visit);
        if keys.contains(&key) {
            continue;
        }
        let grants = site.compiler.compile(&site.pages, &key);
        keys.insert(key);
        let sized = (grants.csp_secure.len(), path);
        let known = longest.entry(grants.page.0).or_default();
        if sized > *known {
            *known = sized;
        }
    }
    for (page, (length, path)) in longest.into_iter().filter(|(_, (length, _))| *length > CSP_WARN_BYTES) {
        let (lint, limit) = if length > CSP_MAX_BYTES {
            (lint::CSP_TOO_LONG, "which many servers and browsers refuse")
        } else {
            (lint::CSP_LONG, "which is long")
        };
        problems.lint(
            lint,
            places.get(usize::from(page)).cloned().unwrap_or(0..0),
            format!("the CSP of pages such as `{path}` has {length} bytes, {limit}"),
            "narrow the `pages` of scripts to where they are used, or the `files` of a build to those that pages name; \
or end old approvals with --retire-earlier",
        );
    }
}
