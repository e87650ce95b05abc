//! Puts a checked policy, its lock and the approved bytes together into a [`Site`].

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;

use super::check::{CheckedPolicy, CheckedScript, EvergreenTerms, OnDrift};
use super::drifted::Drifted;
use super::folder::Contents;
use super::grants::{ApprovedText, GrantCompiler};
use super::lint;
use super::matching::{GrantCache, Matching};
use super::model::{
    ApprovedScript, ApprovedShape, InlineKind, OwnBytes, PageRules, PageScripts, Site, SiteName,
};
use super::own_paths::MIRROR_PREFIX;
use crate::diagnostic::{Diagnostic, Problems, Severity};
use crate::inventory::{Approval, Form, Lock, ScriptId, Tier, bytes_path, mirror_key};
use crate::sri::Digest;
use crate::web::{ImportMap, PathPattern};

/// Everything that belongs to one site, while it is put together.
pub(super) struct Assembly<'a> {
    pub(super) name: &'a str,
    pub(super) contents: &'a Contents,
    pub(super) lock: &'a Lock,
    /// Of the policy file.
    pub(super) policy_problems: &'a mut Problems,
    /// Of the lock.
    pub(super) lock_problems: &'a mut Problems,
    /// Of files with bytes.
    pub(super) file_problems: &'a mut Vec<Diagnostic>,
}

/// Where the approved bytes go, besides being looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Served {
    /// Only their digests count.
    Nowhere,
    /// Tier mirror: under a URL of ours.
    ByUs,
    /// Shapes, import maps, lists of builds: what they say counts.
    InPages,
}

/// A script's approval with its bytes, where they are there.
pub(super) struct Live<'a> {
    pub(super) approval: &'a Approval,
    pub(super) digest_span: Range<usize>,
    pub(super) bytes: Option<Bytes>,
}

impl<'a> Assembly<'a> {
    /// The site. Whatever is wrong with lock or bytes is among the problems.
    pub(super) fn site(&mut self, policy: CheckedPolicy, fingerprint: &str) -> Site {
        self.warn_of_leftovers(&policy);
        let mut compiler = GrantCompiler {
            fingerprint: fingerprint.to_owned(),
            witness: policy.witness,
            report_hashes: policy.report_hashes,
            upstream_csp: policy.upstream_csp,
            hosts: policy.hosts.iter().map(|host| host.get_ref().clone()).collect(),
            ..GrantCompiler::default()
        };
        let mut patterns = Patterns::default();
        let mut mirror = HashMap::new();
        for script in policy.scripts {
            let kept = script.tier == Tier::Mirror || script.on_drift == OnDrift::Mirror;
            let served = if kept { Served::ByUs } else { Served::Nowhere };
            let live = self.live(&script.id, Form::External, served);
            let live = match &script.terms {
                Some(terms) => under_terms(live, terms),
                None => live,
            };
            self.warn_if_none(&live, &script.id, script.span.clone(), "");
            compiler.ends.extend(script.terms.as_ref().map(|terms| terms.end));
            if kept {
                let kept = live.iter().filter_map(|live| Some((live.approval, live.bytes.clone()?)));
                mirror
                    .extend(kept.map(|(approval, bytes)| (mirror_key(&script.id, &approval.digest), bytes)));
            }
            if script.on_drift == OnDrift::Mirror {
                let fallback = approved(&script, Tier::Mirror, &live);
                compiler.fallbacks.insert(compiler.scripts.len(), Arc::new(fallback));
            }
            let approved = Arc::new(approved(&script, script.tier, &live));
            compiler.scripts.push((approved, patterns.places(script.pages)));
        }
        for inline in policy.inline {
            let served = match inline.kind {
                InlineKind::ImportMap => Served::InPages,
                InlineKind::Script if inline.shape => Served::InPages,
                InlineKind::Script | InlineKind::SpeculationRules | InlineKind::Handler | InlineKind::Url => {
                    Served::Nowhere
                }
            };
            let live = self.live(&inline.id, Form::Inline, served);
            let how =
                if inline.shape { " --shape --file SAMPLE --file SAMPLE" } else { " --inline --file FILE" };
            self.warn_if_none(&live, &inline.id, inline.span, how);
            let places = patterns.places(inline.pages);
            for live in live {
                let shape = if inline.shape { self.shape(&inline.id, &live) } else { None };
                let map = match inline.kind {
                    InlineKind::ImportMap => match self.import_map(&inline.id, &live) {
                        Some(map) => Some(Arc::new(map)),
                        None => continue,
                    },
                    InlineKind::Script
                    | InlineKind::SpeculationRules
                    | InlineKind::Handler
                    | InlineKind::Url => None,
                };
                let digest = live.approval.digest.clone();
                let text = ApprovedText { digest, kind: inline.kind, map, shape };
                compiler.inline.push((text, inline.id.clone(), places.clone()));
            }
        }
        compiler.watched = compiler.scripts.len();
        let named = compiler.scripts.iter().map(|(script, _)| Arc::clone(script));
        let mut own: Vec<Arc<ApprovedScript>> = named.collect();
        for build in policy.builds {
            let files = self.build(&build);
            let places = patterns.places(build.pages);
            own.extend(files.iter().map(|file| Arc::clone(&file.script)));
            let named = files.into_iter().filter(|file| file.named);
            compiler.scripts.extend(named.map(|file| (file.script, places.clone())));
        }
        compiler.patterns = patterns.list;
        compiler.ends.sort_unstable();
        let mut named = PageScripts::default();
        for (script, _) in &compiler.scripts {
            named.insert(script, Timestamp::UNIX_EPOCH);
        }
        Site {
            name: SiteName(self.name.to_owned()),
            hosts: compiler.hosts.clone(),
            upstreams: policy.upstreams,
            balance: policy.balance,
            default_charset: policy.default_charset,
            upstream_csp: policy.upstream_csp,
            service_workers: policy.service_workers,
            shared_out: policy.pages.iter().any(PageRules::is_shared_out),
            mirror,
            own_bytes: OwnBytes::of(own.iter(), &compiler.hosts),
            named,
            matching: Matching::new(&policy.pages, &compiler),
            pages: policy.pages,
            compiler,
            cache: GrantCache::default(),
            drifted: Drifted::default(),
        }
    }

    /// A script's live approvals, oldest first, checked against each other and their bytes.
    pub(super) fn live(&mut self, id: &ScriptId, form: Form, served: Served) -> Vec<Live<'a>> {
        let lock = self.lock;
        let entries = lock.live(id);
        let newest = entries.last().map(|entry| &entry.approval.digest);
        let algorithm = match form {
            Form::Inline => Some(Form::Inline.algorithm()),
            Form::External => newest.map(Digest::algorithm),
        };
        let mut live = Vec::new();
        for entry in &entries {
            let digest = &entry.approval.digest;
            if Some(digest.algorithm()) != algorithm {
                let wanted = algorithm.map_or("one", |algorithm| algorithm.name());
                self.lock_problems.lint(
                    lint::MIXED_DIGESTS,
                    entry.digest_span.clone(),
                    format!(
                        "all digests of `{id}` must be {wanted}, and this is {}",
                        digest.algorithm().name()
                    ),
                    "browsers check only the strongest algorithm, and inline scripts are compared by sha256: \
approve the bytes again with --retire-earlier",
                );
                continue;
            }
            let must_be_there = match served {
                Served::Nowhere => false,
                Served::ByUs => Some(digest) == newest,
                Served::InPages => true,
            };
            let bytes = self.bytes(id, digest, must_be_there, served != Served::Nowhere);
            live.push(Live { approval: entry.approval, digest_span: entry.digest_span.clone(), bytes });
        }
        live
    }

    /// The shape whose code was approved. A text that has none is approved as it stands, as without `shape`.
    fn shape(&mut self, id: &ScriptId, live: &Live<'_>) -> Option<Arc<ApprovedShape>> {
        let code = std::str::from_utf8(live.bytes.as_deref()?).ok();
        let digest = &live.approval.digest;
        let shape = code.and_then(|code| ApprovedShape::of_code(id.clone(), digest.clone(), code));
        if shape.is_none() {
            self.lock_problems.lint(
                lint::NOT_A_SHAPE,
                live.digest_span.clone(),
                format!("what was approved of `{id}` has no places for data, so only that very text may run"),
                format!(
                    "approve its shape: countersign approve {id} --shape --file SAMPLE --file SAMPLE; the older \
approval may stay, or end with --retire-earlier"
                ),
            );
        }
        shape.map(Arc::new)
    }

    /// The approved bytes where they are served. They must have the digest that their name says.
    fn bytes(&mut self, id: &ScriptId, digest: &Digest, must_be_there: bool, serve: bool) -> Option<Bytes> {
        let name = format!("{}.scripts/{id}/{}.js", self.name, digest.url_safe());
        let path = self.contents.folder.join(&name);
        let Some(found) = self.contents.script(&name) else {
            let (severity, help) = if must_be_there {
                let help = "they are what visitors get (tier mirror, `on-drift`, a shape, an import map, a build): restore the file, or approve \
the bytes again";
                (Severity::Error, help)
            } else {
                let help =
                    "nothing stops without them, but nobody can look at what was approved: restore the file";
                (Severity::Warning, help)
            };
            self.file_problems.push(Diagnostic::of_file(
                severity,
                path,
                format!("the approved bytes of `{id}` are missing"),
                help,
            ));
            return None;
        };
        // Only what is served is kept. It is read again, so its digest is looked at again.
        let bytes = serve.then(|| self.contents.script_bytes(&name));
        let same = match &bytes {
            Some(Ok(bytes)) => Digest::of(digest.algorithm(), bytes) == *digest,
            Some(Err(_)) => false,
            None => true,
        };
        if found != digest || !same {
            self.file_problems.push(Diagnostic::of_file(
                Severity::Error,
                path,
                format!("these are not the bytes of `{id}` that were approved"),
                "restore the file; if version control changes line ends, tell it not to (`*.scripts/** -text`)",
            ));
            return None;
        }
        bytes.and_then(Result::ok)
    }

    /// What an approved import map says.
    fn import_map(&mut self, id: &ScriptId, live: &Live<'_>) -> Option<ImportMap> {
        let text = std::str::from_utf8(live.bytes.as_ref()?).unwrap_or_default();
        match ImportMap::parse(text) {
            Ok(map) => Some(map),
            Err(error) => {
                let path = bytes_path(&self.contents.folder, self.name, id, &live.approval.digest);
                self.file_problems.push(Diagnostic::of_file(
                    Severity::Error,
                    path,
                    format!("what was approved as the import map `{id}` is none: {error}"),
                    "end the approval with `countersign retire`; if it is a script, leave `kind` out",
                ));
                None
            }
        }
    }

    pub(super) fn warn_if_none(
        &mut self,
        live: &[Live<'_>],
        id: &ScriptId,
        span: Range<usize>,
        inline: &str,
    ) {
        if live.is_empty() {
            self.policy_problems.lint(
                lint::NOT_APPROVED,
                span,
                format!("nobody has approved `{id}` yet, so it is stopped like an unknown script"),
                format!("run: countersign approve {id}{inline} --because \"…\""),
            );
        }
    }

    fn warn_of_leftovers(&mut self, policy: &CheckedPolicy) {
        let mut known: HashSet<&ScriptId> = policy.ids.iter().collect();
        for entry in self.lock.entries() {
            let id = entry.statement.script();
            // Once for each script is enough.
            if known.insert(id) {
                self.lock_problems.lint(
                    lint::LEFTOVER_APPROVAL,
                    entry.span.clone(),
                    format!("the policy names no script `{id}`, so this approval approves nothing"),
                    "the entry may stay: it is part of the history, and of the chain",
                );
            }
        }
    }
}

/// Of an evergreen script's approvals that of the terms which the policy names now.
fn under_terms<'a>(live: Vec<Live<'a>>, terms: &EvergreenTerms) -> Vec<Live<'a>> {
    let is_theirs = |live: &Live<'_>| {
        let digest = &live.approval.digest;
        *digest == Digest::of(digest.algorithm(), terms.statement.as_bytes())
    };
    live.into_iter().filter(is_theirs).collect()
}

/// What a script's tag gets, where it is delivered in this way.
fn approved(script: &CheckedScript, tier: Tier, live: &[Live<'_>]) -> ApprovedScript {
    let newest_kept = live.iter().rev().find(|live| live.bytes.is_some()).map(|live| &live.approval.digest);
    let digests: Vec<Digest> = match tier {
        Tier::Pin | Tier::Evergreen => live.iter().map(|live| live.approval.digest.clone()).collect(),
        Tier::Mirror => newest_kept.cloned().into_iter().collect(),
    };
    let integrity = match tier {
        Tier::Pin | Tier::Mirror => digests.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        // What was approved are no bytes.
        Tier::Evergreen => String::new(),
    };
    let mirror_path = match tier {
        Tier::Pin | Tier::Evergreen => None,
        Tier::Mirror => {
            newest_kept.map(|digest| format!("{MIRROR_PREFIX}{}", mirror_key(&script.id, digest)))
        }
    };
    ApprovedScript {
        id: script.id.clone(),
        address: script.address.clone(),
        tier,
        digests,
        integrity,
        mirror_path,
        module: script.module,
        expires: script.terms.as_ref().map(|terms| terms.end),
    }
}

/// The different patterns of a site, numbered.
#[derive(Debug, Default)]
struct Patterns {
    list: Vec<PathPattern>,
    places: HashMap<String, usize>,
}

impl Patterns {
    /// Where patterns stand in the list, to which new ones are added.
    fn places(&mut self, patterns: Vec<PathPattern>) -> Vec<usize> {
        let mut places = Vec::with_capacity(patterns.len());
        for pattern in patterns {
            let place = self.places.get(pattern.as_str()).copied().unwrap_or(self.list.len());
            places.push(place);
            if place == self.list.len() {
                self.places.insert(pattern.as_str().to_owned(), place);
                self.list.push(pattern);
            }
        }
        places
    }
}
