//! Which entries of a lock count. An entry that doesn't is still a link of the chain. It approves nothing;
//! what it ends is ended.

use std::collections::{BTreeSet, HashSet};

use jiff::SignedDuration;

use super::entry::Entry;
use super::trust::{Approvers, Trust};
use crate::diagnostic::Problems;

/// Clocks of different machines differ by this much at most.
const SKEW: SignedDuration = SignedDuration::from_mins(5);
/// How many entries are told one by one.
const TOLD: usize = 100;

/// Says of each entry whether it counts, and of each that doesn't why not.
pub(super) fn weigh(entries: &mut [Entry], site: &str, trust: &Trust, problems: &mut Problems) {
    let approvers = trust.approvers();
    let latest = trust.clock().now().checked_add(SKEW).ok();
    let fitting = if approvers.is_empty() { HashSet::new() } else { trust.fitting(site, entries) };
    if approvers.is_empty() {
        tell_unused(entries, problems);
    }
    let (mut told, mut untold) = (0_usize, 0_usize);
    for (number, entry) in entries.iter_mut().enumerate() {
        let in_future = latest.is_some_and(|latest| entry.statement.at() > latest);
        let signed = Signed::of(entry, number, approvers, &fitting);
        entry.counts = !in_future && signed.by.len() >= approvers.quorum();
        if entry.counts && signed.misfits.is_empty() {
            continue;
        }
        if told == TOLD {
            untold += 1;
            continue;
        }
        told += 1;
        let what = if in_future {
            format!("does not count: it is dated {}, which is in the future", entry.statement.at())
        } else if entry.counts {
            // The signatures of others are enough; but somebody has changed this one.
            format!("has a signature that does not fit, of {}", signed.misfits.join(", "))
        } else {
            format!("does not count: {}", signed.lacking(approvers.quorum()))
        };
        tell(entry, number, &what, problems);
    }
    if untold > 0 {
        problems.warning(0..0, format!("{untold} more entries are like that"), "look at the first ones");
    }
}

/// Who signed an entry.
struct Signed<'a> {
    /// Approvers whose signature fits, each once however often they signed.
    by: BTreeSet<&'a str>,
    /// Approvers whose signature doesn't.
    misfits: Vec<&'a str>,
    /// A key of no approver.
    stranger: Option<String>,
}

impl<'a> Signed<'a> {
    fn of(entry: &Entry, number: usize, approvers: &'a Approvers, fitting: &HashSet<(usize, usize)>) -> Self {
        let mut signed = Self { by: BTreeSet::new(), misfits: Vec::new(), stranger: None };
        for (position, signature) in entry.signatures.iter().enumerate() {
            match approvers.name_of(&signature.key) {
                None => signed.stranger = Some(signature.key.to_string()),
                Some(name) if fitting.contains(&(number, position)) => {
                    signed.by.insert(name);
                }
                Some(name) => signed.misfits.push(name),
            }
        }
        signed
    }

    /// Why an entry lacks signatures; what looks most like tampering first.
    fn lacking(&self, quorum: usize) -> String {
        let by: Vec<&str> = self.by.iter().copied().collect();
        let who = if quorum == 1 { "an approver".to_owned() } else { format!("{quorum} approvers") };
        let needed = match by.as_slice() {
            [] => format!("{who} must sign it"),
            some => format!("{who} must sign it, and only {} did", some.join(" and ")),
        };
        if let Some(name) = self.misfits.first() {
            return format!(
                "the signature of {name} does not fit: the entry or the signature was changed, or it comes \
from another site's lock; {needed}"
            );
        }
        match &self.stranger {
            Some(key) => format!("the key {key} belongs to no approver; {needed}"),
            None if by.is_empty() => format!("it is not signed; {needed}"),
            None => needed,
        }
    }
}

/// Somebody signs here, but this process doesn't know by whose word to go.
fn tell_unused(entries: &[Entry], problems: &mut Problems) {
    if let Some(signed) = entries.iter().find(|entry| !entry.signatures.is_empty()) {
        problems.warning(
            signed.span.clone(),
            "entries of this lock are signed, but no approvers are set, so nobody looks at the signatures",
            "name the approvers in countersign.toml, and the file with --config",
        );
    }
}

fn tell(entry: &Entry, number: usize, what: &str, problems: &mut Problems) {
    let but =
        if entry.statement.ends() && !entry.counts { ". What it ends is ended all the same" } else { "" };
    let (kind, script) = (entry.statement.kind(), entry.statement.script());
    problems.warning(
        entry.span.clone(),
        // Entries are numbered for people, from 1.
        format!("entry {} ({kind} of `{script}`) {what}{but}", number + 1),
        format!(
            "if you know the entry and agree with it: countersign approve {script} --cosign --key FILE; \
otherwise restore the lock from version control"
        ),
    );
}
