//! Reads a lock: every entry, every problem, which entries count, and which approvals are live.

use std::collections::HashMap;
use std::ops::Range;

use super::entry::{Entry, LiveApproval, Retires, Statement};
use super::lock_file::{Keyed, RESTORE, read_entries};
use super::script::ScriptId;
use super::standing::weigh;
use super::trust::Trust;
use crate::diagnostic::{Diagnostic, Problems, SourceFile};
use crate::sri::Digest;

/// The longest lock that is read, in bytes: some hundred thousand approvals with two signatures each.
pub const MAX_LOCK_BYTES: u64 = 128 * 1024 * 1024;

/// A site's approvals, in the order of the file.
#[derive(Debug, Default)]
pub struct Lock {
    entries: Vec<Entry>,
    /// Places in `entries`, oldest first.
    live: HashMap<ScriptId, Vec<usize>>,
}

impl Lock {
    /// Reads the lock of a site. `None` where anything is wrong with it: half a lock approves nothing.
    /// Entries that don't count are warned of.
    pub fn parse(source: &SourceFile, site: &str, trust: &Trust) -> (Option<Self>, Vec<Diagnostic>) {
        let mut problems = Problems::new(source.clone());
        let lock = read(source, site, trust, &mut problems);
        let lock = lock.filter(|_| !problems.any_error());
        (lock, problems.into_list())
    }

    /// Every entry, those too that don't count.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// A script's live approvals, oldest first, the same digest once (where it stands last).
    pub fn live(&self, script: &ScriptId) -> Vec<LiveApproval<'_>> {
        let places = self.live.get(script).map(Vec::as_slice).unwrap_or_default();
        let entries = places.iter().filter_map(|place| self.entries.get(*place));
        entries
            .filter_map(|entry| match &entry.statement {
                Statement::Approval(approval) => {
                    Some(LiveApproval { approval, digest_span: entry.digest_span.clone() })
                }
                Statement::Retirement(_) => None,
            })
            .collect()
    }

    /// The last entry that counts: what a process remembers.
    pub fn last_counted(&self) -> Option<&Digest> {
        self.entries.iter().rev().find(|entry| entry.counts).map(|entry| &entry.digest)
    }

    /// Approvals count or not; endings always hold. If they had to count too, breaking a signature would be
    /// enough to bring back bytes that were ended. (Who may write the folder can stop scripts anyway.)
    fn of(entries: Vec<Entry>) -> Self {
        let mut live: HashMap<ScriptId, Vec<usize>> = HashMap::new();
        let digest_at = |place: &usize| entries.get(*place).and_then(|entry| entry.statement.digest());
        for (place, entry) in entries.iter().enumerate() {
            let of_script = live.entry(entry.statement.script().clone()).or_default();
            match &entry.statement {
                Statement::Approval(approval) => {
                    if approval.retires_earlier {
                        of_script.clear();
                    }
                    if entry.counts {
                        of_script.retain(|earlier| digest_at(earlier) != Some(&approval.digest));
                        of_script.push(place);
                    }
                }
                Statement::Retirement(retirement) => match &retirement.retires {
                    Retires::All => of_script.clear(),
                    Retires::Bytes(digest) => of_script.retain(|earlier| digest_at(earlier) != Some(digest)),
                },
            }
        }
        Self { entries, live }
    }
}

fn read(source: &SourceFile, site: &str, trust: &Trust, problems: &mut Problems) -> Option<Lock> {
    let mut entries = chained(read_entries(source.text(), problems)?, problems);
    if let Some(remembered) = trust.remembered(site)
        && !entries.iter().any(|entry| entry.digest == remembered)
    {
        problems.error(0..0, GONE, GONE_HELP);
    }
    // Signatures on a lock that is refused in any case are not worth their time.
    if !problems.any_error() {
        weigh(&mut entries, site, trust, problems);
    }
    Some(Lock::of(entries))
}

/// What is said of a lock that has lost entries.
pub const GONE: &str =
    "entries that were in force are gone from this lock: it is an older one, or another one";
/// The way out of it.
pub const GONE_HELP: &str = "restore the lock from version control; to take an approval back, use \
`countersign retire`; if this lock is meant all the same, start Countersign anew with it";

/// The entries, each held against the one before it. A broken chain is reported once: what follows from it would only be
/// noise.
fn chained(read: Vec<Keyed>, problems: &mut Problems) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(read.len());
    let mut expected = Some(None);
    // Entries are numbered for people, from 1.
    for (number, (span, entry)) in (1_usize..).zip(read) {
        let Some(entry) = entry else {
            expected = None;
            continue;
        };
        if let Some(before) = &expected
            && before.as_ref() != entry.statement.previous()
        {
            report_broken(number, span, before.is_some(), &entry, problems);
            expected = None;
        }
        expected = expected.map(|_| Some(entry.digest.clone()));
        entries.push(entry);
    }
    entries
}

fn report_broken(
    number: usize,
    span: Range<usize>,
    has_before: bool,
    entry: &Entry,
    problems: &mut Problems,
) {
    let (kind, script) = (entry.statement.kind(), entry.statement.script());
    let line = problems.source().place(span.clone()).line;
    let what = match (entry.statement.previous(), has_before) {
        (Some(_), true) => "the entry before it was changed, removed or moved",
        (Some(_), false) => "it is the first entry, but one stood before it",
        (None, _) => "it names no entry before it, but there is one",
    };
    problems.error(
        span,
        format!("the chain is broken at {kind} {number} (`{script}`, line {line}): {what}"),
        RESTORE,
    );
}
