//! From a policy file's shape to values of which only valid ones exist. Every problem is collected;
//! a policy with an error is not loaded at all.

mod site;
mod pages;
mod scripts;
mod csp;

pub(super) use scripts::{CheckedInline, CheckedScript};

use serde_spanned::Spanned;

use super::file::PolicyFile;
use super::model::{Mode, PageRules, UpstreamAddress, UpstreamCsp};
use crate::csp::Csp;
use crate::diagnostic::{Problems, Text, suggestion};

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

/// A policy in which every value is valid.
#[derive(Debug)]
pub(super) struct CheckedPolicy {
    pub(super) hosts: Vec<Spanned<String>>,
    pub(super) upstreams: Vec<UpstreamAddress>,
    pub(super) default_charset: &'static encoding_rs::Encoding,
    pub(super) upstream_csp: UpstreamCsp,
    pub(super) witness: bool,
    pub(super) service_workers: bool,
    pub(super) pages: Vec<PageRules>,
    pub(super) scripts: Vec<CheckedScript>,
    pub(super) inline: Vec<CheckedInline>,
    pub(super) csp: Csp,
}

const MODES: [(&str, Mode); 2] = [("observe", Mode::Observe), ("enforce", Mode::Enforce)];

/// Checks a policy file. `None` where it has an error; warnings may be there either way.
pub(super) fn check(
    text: &str,
    default_upstream: &DefaultUpstream,
    problems: &mut Problems,
) -> Option<CheckedPolicy> {
    let file = PolicyFile::read(text, problems)?;
    let hosts = site::hosts(&file, problems);
    let defaults = pages::Defaults::read(&file, problems);
    let policy = CheckedPolicy {
        upstreams: site::upstreams(&file, default_upstream, problems),
        default_charset: site::default_charset(&file, problems),
        upstream_csp: site::upstream_csp(&file, problems),
        witness: file.witness.as_ref().is_none_or(|witness| *witness.get_ref()),
        service_workers: file.service_workers.as_ref().is_some_and(|allowed| *allowed.get_ref()),
        pages: pages::rules(&file.pages, defaults, problems),
        scripts: scripts::external(&file.scripts, &hosts, problems),
        inline: scripts::inline(&file.inline, problems),
        csp: csp::csp(&file.csp, problems),
        hosts,
    };
    scripts::unique_ids(&file, problems);
    if policy.witness && !policy.scripts.is_empty() {
        let hosts: Vec<String> = policy.hosts.iter().map(|host| host.get_ref().clone()).collect();
        csp::warn_of_silence(&file.csp, &policy.csp, &hosts, problems);
    }
    (!problems.any_error()).then_some(policy)
}

/// One of a few words.
fn choice<T: Copy>(
    text: Option<&Text>,
    key: &str,
    choices: &[(&str, T)],
    later: &[&str],
    problems: &mut Problems,
) -> Option<T> {
    let text = text?;
    let word = text.get_ref().as_str();
    let found = choices.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
    if found.is_none() {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let listed = names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(" or ");
        let help = match suggestion(word, &names) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("write {key} = {listed}"),
        };
        let message = if later.contains(&word) {
            format!("this version does not have {key} = \"{word}\" yet")
        } else {
            format!("`{key}` can't be \"{word}\"")
        };
        problems.error(text.span(), message, help);
    }
    found
}
