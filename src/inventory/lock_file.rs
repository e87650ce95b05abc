//! A lock's text: its entries as they stand there, every value valid, the chain not looked at yet.

use std::ops::Range;

use jiff::Timestamp;
use serde_spanned::Spanned;

use super::chain::entry_digest;
use super::entry::{Approval, Entry, Retirement, Retires, Statement};
use super::key::PublicKey;
use super::script::ScriptId;
use super::signature::Signature;
use crate::diagnostic::{Keys, Problems, Text};
use crate::sri::Digest;

/// The way out of most of what can be wrong with a lock.
pub(super) const RESTORE: &str = "restore the lock from version control; \
or remove the entries from this one on, and approve those scripts again";

/// More signatures than an entry can need.
const MAX_SIGNATURES: usize = 32;

/// An entry's place; and the entry, where nothing is wrong with it.
pub(super) type Keyed = (Range<usize>, Option<Entry>);

/// Reads every entry, in the order of the file. `None` where it is not TOML.
pub(super) fn read_entries(text: &str, problems: &mut Problems) -> Option<Vec<Keyed>> {
    let mut root = Keys::parse(text, RESTORE, problems)?;
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
    let approvals = root.tables("approval", "[[approval]]", problems);
    let retirements = root.tables("retirement", "[[retirement]]", problems);
    root.finish(&[], problems);
    let mut entries: Vec<Keyed> = Vec::with_capacity(approvals.len() + retirements.len());
    entries.extend(approvals.into_iter().map(|keys| (keys.span(), read_approval(keys, problems))));
    entries.extend(retirements.into_iter().map(|keys| (keys.span(), read_retirement(keys, problems))));
    entries.sort_by_key(|(span, _)| span.start);
    Some(entries)
}

fn read_approval(mut keys: Keys<'_>, problems: &mut Problems) -> Option<Entry> {
    let end = keys.end();
    let script = keys.required_text("script", RESTORE, problems);
    let digest = keys.required_text("digest", RESTORE, problems);
    keys.require("size", RESTORE, problems);
    let size = keys.number("size", problems);
    let retires = keys.flag("retires-earlier", problems);
    let common = Common::read(script, keys, problems);
    let digest_span = digest.as_ref().map(Spanned::span);
    let digest = digest.and_then(|text| read_digest(&text, problems));
    let common = common?;
    let statement = Statement::Approval(Approval {
        script: common.script,
        digest: digest?,
        size: size?.into_inner(),
        at: common.at,
        by: common.by,
        because: common.because,
        previous: common.previous,
        retires_earlier: retires.is_some_and(Spanned::into_inner),
    });
    Some(entry(statement, common.signatures, common.span, digest_span?, end))
}

fn read_retirement(mut keys: Keys<'_>, problems: &mut Problems) -> Option<Entry> {
    let end = keys.end();
    let script = keys.required_text("script", RESTORE, problems);
    let retires = keys.required_text("retires", RESTORE, problems);
    let common = Common::read(script, keys, problems);
    let retires_span = retires.as_ref().map(Spanned::span);
    let retires = match retires {
        Some(text) if text.get_ref() == "all" => Some(Retires::All),
        Some(text) => read_digest(&text, problems).map(Retires::Bytes),
        None => None,
    };
    let common = common?;
    let statement = Statement::Retirement(Retirement {
        script: common.script,
        retires: retires?,
        at: common.at,
        by: common.by,
        because: common.because,
        previous: common.previous,
    });
    Some(entry(statement, common.signatures, common.span, retires_span?, end))
}

fn entry(
    statement: Statement,
    (signatures, signatures_span): Signatures,
    span: Range<usize>,
    digest_span: Range<usize>,
    end: usize,
) -> Entry {
    let digest = entry_digest(&statement);
    Entry { statement, digest, signatures, counts: false, span, digest_span, signatures_span, end }
}

/// Signatures and where their list stands, if there is one.
type Signatures = (Vec<Signature>, Option<Range<usize>>);

/// What both kinds of entries have.
struct Common {
    script: ScriptId,
    /// Of the script's id.
    span: Range<usize>,
    at: Timestamp,
    by: String,
    because: String,
    previous: Option<Digest>,
    signatures: Signatures,
}

impl Common {
    /// Reads the rest of an entry; whatever is left then is unknown.
    fn read(script: Option<Text>, mut keys: Keys<'_>, problems: &mut Problems) -> Option<Self> {
        keys.require("at", RESTORE, problems);
        let at = keys.moment("at", problems);
        let by = keys.required_text("by", RESTORE, problems);
        let because = keys.required_text("because", RESTORE, problems);
        let previous = keys.text("previous", problems);
        let signatures = read_signatures(&mut keys, problems);
        keys.finish(&[], problems);

        let span = script.as_ref().map(Spanned::span);
        let script = script.and_then(|text| read_id(&text, problems));
        let at = at.and_then(|text| read_moment(&text, problems));
        let previous = match previous {
            Some(text) => Some(read_digest(&text, problems)?),
            None => None,
        };
        Some(Self {
            script: script?,
            span: span?,
            at: at?,
            by: by?.into_inner(),
            because: because?.into_inner(),
            previous,
            signatures: signatures?,
        })
    }
}

/// `None` where one is not even written as a signature; whether they fit is not looked at.
fn read_signatures(keys: &mut Keys<'_>, problems: &mut Problems) -> Option<Signatures> {
    let span = keys.span_of("signatures");
    let tables = keys.tables("signatures", "{ key = \"…\", sig = \"…\" }", problems);
    if let Some(first_too_many) = tables.get(MAX_SIGNATURES) {
        let message = format!("more than {MAX_SIGNATURES} signatures on one entry");
        problems.error(first_too_many.span(), message, RESTORE);
        return None;
    }
    let mut signatures = Vec::with_capacity(tables.len());
    let mut whole = true;
    for mut table in tables {
        let key = table.required_text("key", RESTORE, problems);
        let value = table.required_text("sig", RESTORE, problems);
        table.finish(&[], problems);
        let read = key.zip(value).and_then(|(key, value)| read_signature(&key, &value, problems));
        whole &= read.is_some();
        signatures.extend(read);
    }
    whole.then_some((signatures, span))
}

fn read_signature(key: &Text, value: &Text, problems: &mut Problems) -> Option<Signature> {
    let public: PublicKey = match key.get_ref().parse() {
        Ok(public) => public,
        Err(error) => {
            problems.error(key.span(), error.to_string(), RESTORE);
            return None;
        }
    };
    let signature = Signature::read(public, value.get_ref());
    if signature.is_none() {
        problems.error(value.span(), "a signature is the base64 of 64 bytes", RESTORE);
    }
    signature
}

fn read_id(text: &Text, problems: &mut Problems) -> Option<ScriptId> {
    let id = ScriptId::new(text.get_ref());
    if id.is_none() {
        problems.error(text.span(), format!("`{}` is no id of a script", text.get_ref()), RESTORE);
    }
    id
}

fn read_moment(text: &Text, problems: &mut Problems) -> Option<Timestamp> {
    let moment = text.get_ref().parse().ok();
    if moment.is_none() {
        problems.error(text.span(), "this is no moment in time", RESTORE);
    }
    moment
}

fn read_digest(text: &Text, problems: &mut Problems) -> Option<Digest> {
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
