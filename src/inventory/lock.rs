//! Reads a lock: every entry, every problem, and which approvals are live.

use std::ops::Range;

use jiff::Timestamp;
use serde_spanned::Spanned;

use super::approval::Approval;
use super::chain::entry_digest;
use super::script::ScriptId;
use crate::diagnostic::{Diagnostic, Keys, Problems, SourceFile};
use crate::sri::Digest;

/// The longest lock that is read, in bytes: some forty thousand approvals.
pub const MAX_LOCK_BYTES: u64 = 16 * 1024 * 1024;

const RESTORE: &str = "restore the lock from version control; \
or remove the entries from this one on, and approve those scripts again";

/// A site's approvals, in the order of the file.
#[derive(Debug, Default)]
pub struct Lock {
    entries: Vec<Entry>,
}

/// An approval and where it stands.
#[derive(Debug)]
pub struct Entry {
    /// What was approved.
    pub approval: Approval,
    /// Of the value of `script`, for problems with it.
    pub span: Range<usize>,
    /// Of the value of `digest`.
    pub digest_span: Range<usize>,
}

impl Lock {
    /// Reads a lock. `None` where anything is wrong with it: half a lock approves nothing.
    pub fn parse(source: &SourceFile) -> (Option<Self>, Vec<Diagnostic>) {
        let mut problems = Problems::new(source.clone());
        let lock = read(source, &mut problems);
        let lock = lock.filter(|_| !problems.any_error());
        (lock, problems.into_list())
    }

    /// Every entry.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// A script's live approvals, oldest first, the same digest once (where it stands last).
    pub fn live(&self, script: &ScriptId) -> Vec<&Entry> {
        let mut live: Vec<&Entry> = Vec::new();
        for entry in self.entries.iter().filter(|entry| entry.approval.script == *script) {
            if entry.approval.retires_earlier {
                live.clear();
            }
            live.retain(|earlier| earlier.approval.digest != entry.approval.digest);
            live.push(entry);
        }
        live
    }
}

fn read(source: &SourceFile, problems: &mut Problems) -> Option<Lock> {
    let mut root = Keys::parse(source.text(), RESTORE, problems)?;
    root.require("version", "a lock begins with `version = 1`", problems);
    if let Some(version) = root.number("version", problems)
        && *version.get_ref() != 1
    {
        problems.error(
            version.span(),
            format!("this is a lock of version {}, and only version 1 is known", version.get_ref()),
            "use the version of Countersign that wrote it, or a newer one",
        );
    }
    let tables = root.tables("approval", "[[approval]]", problems);
    root.finish(&["signatures"], problems);
    let mut entries = Vec::new();
    // Entries are numbered for people, from 1. A broken chain is reported once: what follows from it
    // would only be noise.
    let mut expected = Some(None);
    for (number, keys) in (1_usize..).zip(tables) {
        let span = keys.span();
        let Some(entry) = read_entry(keys, problems) else {
            expected = None;
            continue;
        };
        if let Some(before) = &expected
            && *before != entry.approval.previous
        {
            report_broken(number, span, before.is_some(), &entry, problems);
            expected = None;
        }
        expected = expected.map(|_| Some(entry_digest(&entry.approval)));
        entries.push(entry);
    }
    Some(Lock { entries })
}

fn report_broken(
    number: usize,
    span: Range<usize>,
    has_before: bool,
    entry: &Entry,
    problems: &mut Problems,
) {
    let script = &entry.approval.script;
    let line = problems.source().place(span.clone()).line;
    let what = match (&entry.approval.previous, has_before) {
        (Some(_), true) => "the entry before it was changed, removed or moved",
        (Some(_), false) => "it is the first entry, but one stood before it",
        (None, _) => "it names no entry before it, but there is one",
    };
    problems.error(
        span,
        format!("the chain is broken at approval {number} (`{script}`, line {line}): {what}"),
        RESTORE,
    );
}

fn read_entry(mut keys: Keys<'_>, problems: &mut Problems) -> Option<Entry> {
    let script = keys.required_text("script", RESTORE, problems);
    let digest = keys.required_text("digest", RESTORE, problems);
    keys.require("size", RESTORE, problems);
    let size = keys.number("size", problems);
    keys.require("at", RESTORE, problems);
    let at = keys.moment("at", problems);
    let by = keys.required_text("by", RESTORE, problems);
    let because = keys.required_text("because", RESTORE, problems);
    let previous = keys.text("previous", problems);
    let retires = keys.flag("retires-earlier", problems);
    keys.finish(&["signatures"], problems);

    let script_id = script.as_ref().and_then(|text| read_id(text, problems));
    let digest_span = digest.as_ref().map(Spanned::span);
    let digest = digest.and_then(|text| read_digest(&text, problems));
    let previous = match previous {
        Some(text) => Some(read_digest(&text, problems)?),
        None => None,
    };
    let at = at.and_then(|text| read_moment(&text, problems));
    Some(Entry {
        span: script?.span(),
        digest_span: digest_span?,
        approval: Approval {
            script: script_id?,
            digest: digest?,
            size: size?.into_inner(),
            at: at?,
            by: by?.into_inner(),
            because: because?.into_inner(),
            previous,
            retires_earlier: retires.is_some_and(Spanned::into_inner),
        },
    })
}

fn read_id(text: &Spanned<String>, problems: &mut Problems) -> Option<ScriptId> {
    let id = ScriptId::new(text.get_ref());
    if id.is_none() {
        problems.error(text.span(), format!("`{}` is no id of a script", text.get_ref()), RESTORE);
    }
    id
}

fn read_moment(text: &Spanned<String>, problems: &mut Problems) -> Option<Timestamp> {
    let moment = text.get_ref().parse().ok();
    if moment.is_none() {
        problems.error(text.span(), "this is no moment in time", RESTORE);
    }
    moment
}

fn read_digest(text: &Spanned<String>, problems: &mut Problems) -> Option<Digest> {
    match text.get_ref().parse::<Digest>() {
        Ok(digest) if digest == Digest::of(digest.algorithm(), b"") => {
            problems.error(
                text.span(),
                "this is the digest of nothing, and would approve every empty script",
                RESTORE,
            );
            None
        }
        Ok(digest) => Some(digest),
        Err(error) => {
            problems.error(text.span(), error.to_string(), RESTORE);
            None
        }
    }
}
