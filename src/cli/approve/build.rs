//! `countersign approve ID --from DIR`: all JavaScript of a build, by one list, one look and one signature.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use serde_json::{Value, json};

use super::bundler::{Manifest, manifests};
use super::choose::{Chosen, choose};
use super::listing::Listing;
use super::{Args, bytes, folder, note_lacking, say, write_data};
use crate::analysis::{Reading, one_line};
use crate::cli::apart::read_apart;
use crate::cli::desk::{Desk, one_line as on_one_line};
use crate::cli::stop::Stop;
use crate::clock::Clock;
use crate::inventory::approval::{Outcome, Request, approvable, approve_signed};
use crate::inventory::{Approval, BuildList, Form, bytes_path, is_folder};
use crate::sri::Digest;

/// Scripts that are read at once, each in a process of its own.
const READERS: usize = 4;
/// Characters of a thing that is reached.
const THING: usize = 200;
/// Different things that a list holds.
const MAX_REACHES: usize = 5000;

/// What was read of the folder.
struct Read {
    list: BuildList,
    /// Files whose code could not be parsed, and why.
    unparsed: BTreeMap<String, String>,
    manifests: Vec<Manifest>,
}

pub(super) fn approve(args: &Args, from: &Path, desk: &Desk) -> Result<(), Stop> {
    args.desk.refuse_without_terminal(false)?;
    let chosen = choose(args, desk)?;
    let by = args.desk.by()?;
    let at = at(args, &chosen)?;
    let mut read = read(from, &at)?;
    let before = chosen.live.last().and_then(|approval| list_before(desk, &chosen, approval));
    // Another release of Countersign may find more in the same files: that makes no other build of them.
    if let Some(before) = before.as_ref().filter(|before| Listing::of(&read.list, Some(before)).is_same()) {
        read.list = before.clone();
    }
    let script = &chosen.script;
    say(&format!("build   {} (site {})\nfor     {}", script.id, script.site, on_one_line(&script.why)));
    let listing = Listing::of(&read.list, before.as_ref());
    say(&listing.text());
    say(&told(&read));
    note_lacking(args, desk)?;
    if !args.desk.agreed("Approve these files?") {
        return Err(Stop::No("nothing was approved".to_owned()));
    }
    let outcome = approve_signed(
        &Request {
            folder: &desk.policies,
            site: &script.site.0,
            script: &script.id,
            form: Form::External,
            bytes: read.list.to_string().as_bytes(),
            by: &by,
            because: args.because.as_deref().unwrap_or_default(),
            at: Clock::System.now(),
            retire_earlier: args.retire_earlier,
        },
        desk.signing(),
    )?;
    let lock = desk.policies.join(format!("{}.lock", script.site));
    let (name, digest) = match &outcome {
        Outcome::Approved(approval) => ("approved", &approval.digest),
        Outcome::AlreadyApproved(digest) => ("already-approved", digest),
    };
    if args.desk.json {
        let said = json!({
            "outcome": name,
            "site": script.site.0,
            "script": script.id.as_str(),
            "digest": digest.to_string(),
            "lock": lock.display().to_string(),
            "build": listing.json(),
            "unparsed": read.unparsed,
            "manifests": read.manifests.iter().map(manifest_json).collect::<Vec<_>>(),
        });
        write_data(&said.to_string());
    }
    let count = read.list.files.len();
    say(&match outcome {
        Outcome::Approved(approval) => {
            format!("approved {count} files of `{}` as {}: {}", script.id, approval.by, lock.display())
        }
        Outcome::AlreadyApproved(_) => {
            format!("these {count} files of `{}` are its newest approval already: nothing changed", script.id)
        }
    });
    Ok(())
}

/// Where the folder is served: as the policy says, or further down.
fn at(args: &Args, chosen: &Chosen) -> Result<String, Stop> {
    let policy = chosen.script.build.clone().unwrap_or_default();
    let at = args.at.clone().unwrap_or_else(|| policy.clone());
    if !is_folder(&at) || !at.starts_with(&policy) {
        return Err(Stop::CouldNot(format!(
            "the policy says that the files of `{}` are served under `{policy}`, so --at must be a path there, \
with `/` at both ends",
            chosen.script.id
        )));
    }
    Ok(at)
}

fn list_before(desk: &Desk, chosen: &Chosen, approval: &Approval) -> Option<BuildList> {
    let script = &chosen.script;
    let path = bytes_path(&desk.policies, &script.site.0, &script.id, &approval.digest);
    let bytes = fs::read(path).ok()?;
    let same = Digest::of(approval.digest.algorithm(), &bytes) == approval.digest;
    BuildList::parse(std::str::from_utf8(&bytes).ok().filter(|_| same)?).ok()
}

/// Reads every script of the folder.
fn read(from: &Path, at: &str) -> Result<Read, Stop> {
    let files: Vec<(String, PathBuf)> = folder::scripts(from)?.into_iter().collect();
    let manifests = manifests(from, at)?;
    say(&format!("reading {} scripts in {}", files.len(), from.display()));
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let readers = || {
        while let Some((name, path)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let read = file(name, path, &manifests);
            // Whole after every step, so a panic elsewhere doesn't spoil it.
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            found.push((name.clone(), read));
            if found.len().is_multiple_of(100) {
                say(&format!("read {} of {}", found.len(), files.len()));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..READERS.min(files.len()) {
            scope.spawn(readers);
        }
    });
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut list = BuildList { at: at.to_owned(), ..BuildList::default() };
    let mut unparsed = BTreeMap::new();
    for (name, read) in found {
        let Some((digest, reading)) = read? else { continue };
        let things = reading.reaches.items.iter();
        list.reaches
            .extend(things.map(|item| format!("{}: {}", item.what.title(), one_line(&item.thing, THING))));
        if let Some(why) = reading.unparsed {
            unparsed.insert(name.clone(), why);
        }
        list.files.insert(name, digest);
    }
    bound(&mut list.reaches);
    Ok(Read { list, unparsed, manifests })
}

/// A build reaches some dozens of things. One that is made to reach thousands says so.
fn bound(reaches: &mut BTreeSet<String>) {
    let more = reaches.len().saturating_sub(MAX_REACHES);
    if more > 0 {
        *reaches = std::mem::take(reaches).into_iter().take(MAX_REACHES).collect();
        reaches.insert(format!("… and {more} more things"));
    }
}

/// A file's digest, and what its code is. `None` of an empty one.
fn file(name: &str, path: &Path, manifests: &[Manifest]) -> Result<Option<(Digest, Reading)>, Stop> {
    let bytes = bytes::read_file(path)?;
    if let Some(manifest) = manifests.iter().find(|manifest| manifest.fits(name, &bytes) == Some(false)) {
        return Err(Stop::No(format!(
            "nothing was approved: {} is not the file that its bundler made, by the integrity in {}",
            path.display(),
            manifest.name
        )));
    }
    if bytes.is_empty() {
        // Some bundlers write them. Nothing runs, and the digest of nothing must not stand in a CSP.
        return Ok(None);
    }
    let bytes = approvable(Form::External, &bytes)
        .map_err(|error| Stop::No(format!("nothing was approved: {error} ({})", path.display())))?;
    Ok(Some((Digest::of(Form::External.algorithm(), &bytes), read_apart(&bytes))))
}

/// What else there is to know of the files.
fn told(read: &Read) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (name, why) in read.unparsed.iter().take(20) {
        lines.push(format!("note    {name} could not be parsed, because {why}: only hosts were looked for"));
    }
    if read.unparsed.len() > 20 {
        lines.push(format!("note    … nor {} more", read.unparsed.len() - 20));
    }
    for manifest in &read.manifests {
        let named = manifest.files.keys().filter(|name| read.list.files.contains_key(*name)).count();
        lines.push(format!("{named} files have the integrity that {} says", manifest.name));
    }
    if read.manifests.is_empty() {
        lines.push("note    no manifest of a bundler with integrity was found beside the files".to_owned());
    }
    lines.join("\n")
}

fn manifest_json(manifest: &Manifest) -> Value {
    json!({ "file": manifest.name, "names": manifest.files.keys().collect::<Vec<_>>() })
}
