//! From a policy file's shape to values of which only valid ones exist. Every problem is collected;
//! a policy with an error is not loaded at all.

mod site;
mod balance;
mod pages;
mod scripts;
mod builds;
mod address;
mod evergreen;
mod bypass_hosts;
mod csp;
mod headers;

pub(super) use builds::CheckedBuild;
pub(super) use scripts::{CheckedInline, CheckedScript, EvergreenTerms, OnDrift};

use std::collections::HashSet;
use std::ops::Range;

use jiff::Timestamp;
use serde_spanned::Spanned;

use super::file::{PolicyFile, Word};
use super::model::{Balance, PageRules, UpstreamAddress, UpstreamCsp};
use crate::diagnostic::{Problems, Text, suggestion};
use crate::inventory::{ScriptId, Tier};

/// What a site without `upstreams` does.
#[derive(Debug, Clone)]
pub(super) enum DefaultUpstream {
    /// It uses this one.
    Given(UpstreamAddress),
    /// It is refused.
    Missing,
    /// Nobody knows how the process will be started (`countersign check`): a warning.
    Unknown,
}

/// A policy in which every value is valid; what was not is left out, and among the problems.
#[derive(Debug)]
pub(super) struct CheckedPolicy {
    pub(super) hosts: Vec<Spanned<String>>,
    pub(super) upstreams: Vec<UpstreamAddress>,
    pub(super) balance: Balance,
    pub(super) default_charset: &'static encoding_rs::Encoding,
    pub(super) upstream_csp: UpstreamCsp,
    pub(super) witness: bool,
    pub(super) report_hashes: bool,
    pub(super) service_workers: bool,
    pub(super) pages: Vec<PageRules>,
    /// Where each rule stands; for the one behind the last, where `hosts` does.
    pub(super) page_places: Vec<Range<usize>>,
    pub(super) scripts: Vec<CheckedScript>,
    pub(super) inline: Vec<CheckedInline>,
    pub(super) builds: Vec<CheckedBuild>,
    /// Every id that the file mentions, of entries with an error too.
    pub(super) ids: HashSet<ScriptId>,
}

/// Checks a policy file. `None` where it can't be read at all. Where it has an error, the policy is good
/// for nothing but for finding more of them.
pub(super) fn check(
    text: &str,
    default_upstream: &DefaultUpstream,
    now: Timestamp,
    problems: &mut Problems,
) -> Option<CheckedPolicy> {
    let file = PolicyFile::read(text, problems)?;
    let hosts = site::hosts(&file, problems);
    let pages::Checked { rules, mut places } = pages::rules(&file, problems);
    places.push(file.hosts.as_ref().map_or(0..0, Spanned::span));
    let upstreams = site::upstreams(&file, default_upstream, problems);
    let policy = CheckedPolicy {
        balance: balance::balance(&file, upstreams.len(), problems),
        upstreams,
        default_charset: site::default_charset(&file, problems),
        upstream_csp: word(file.upstream_csp.as_ref(), "upstream-csp", problems)
            .unwrap_or(UpstreamCsp::Merge),
        report_hashes: file.report_hashes.as_ref().is_some_and(|wanted| *wanted.get_ref()),
        witness: file.witness.as_ref().is_none_or(|witness| *witness.get_ref()),
        service_workers: file.service_workers.as_ref().is_some_and(|allowed| *allowed.get_ref()),
        scripts: scripts::external(&file.scripts, &hosts, &rules, now, problems),
        inline: scripts::inline(&file.inline, problems),
        builds: builds::builds(&file.builds, problems),
        ids: scripts::unique_ids(&file, problems),
        pages: rules,
        page_places: places,
        hosts,
    };
    if policy.witness && policy.scripts.iter().any(|script| script.tier != Tier::Evergreen) {
        csp::warn_of_silence(&Vec::new(), &file.csp, &policy.hosts, problems);
        for table in &file.pages {
            csp::warn_of_silence(&file.csp, &table.csp, &policy.hosts, problems);
        }
    }
    Some(policy)
}

/// One of a few words.
fn word<T: Word>(text: Option<&Text>, key: &str, problems: &mut Problems) -> Option<T> {
    let text = text?;
    let word = text.get_ref().as_str();
    let found = T::WORDS.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
    if found.is_none() {
        let names: Vec<&str> = T::WORDS.iter().map(|(name, _)| *name).collect();
        let listed = names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(" or ");
        let help = match suggestion(word, &names) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("write {key} = {listed}"),
        };
        problems.error(text.span(), format!("`{key}` can't be \"{word}\""), help);
    }
    found
}
