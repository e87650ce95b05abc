//! `countersign approve ID --cosign`: a second person signs an entry that somebody else wrote.

use std::fmt::Write;
use std::fs;

use serde_json::json;

use super::listing::Listing;
use super::review::{Review, Subject};
use super::{Args, say, write_data};
use crate::analysis::shape::Shape;
use crate::cli::desk::{Desk, one_line};
use crate::cli::stop::Stop;
use crate::inventory::approval::cosign as sign;
use crate::inventory::{
    Approval, BuildList, Entry, Lock, ScriptId, Signature, SigningKey, Statement, bytes_path,
};
use crate::policy::{InlineKind, NamedScript, SiteName, locks, named_scripts};
use crate::sri::Digest;

/// Shows the entry, asks, and signs it.
pub(super) fn cosign(args: &Args, desk: &Desk) -> Result<(), Stop> {
    args.desk.refuse_without_terminal(false)?;
    // The command line's parser asks for it.
    let key = desk.key.as_ref().ok_or_else(|| Stop::CouldNot("say by which key: --key FILE".to_owned()))?;
    let locks = locks(&desk.policies, &desk.trust).map_err(Stop::Files)?;
    let (site, entry) = find(args, &locks)?;
    refuse_signed(entry, &site.0, key)?;
    let bytes = approved_bytes(desk, site, entry)?;
    say(&shown(entry, site, desk, bytes.as_deref()));
    if let Some(listing) = listing(desk, &locks, site, entry, bytes.as_deref()) {
        say(&listing);
    } else if let Some(review) = review(args, desk, &locks, site, entry, bytes.as_deref()) {
        say(&review.text());
    }
    if desk.trust.approvers().name_of(&key.public()).is_none() {
        say(&format!(
            "note    {} belongs to no approver in the settings, so its signature will count nothing there",
            key.public()
        ));
    }
    if !args.desk.agreed("Sign this entry?") {
        return Err(Stop::No("nothing was signed".to_owned()));
    }
    sign(&desk.policies, &site.0, &entry.digest, key, &desk.trust)?;
    if args.desk.json {
        write_data(
            &json!({
                "outcome": "signed",
                "site": site.0,
                "script": entry.statement.script().as_str(),
                "entry": entry.digest.to_string(),
                "key": key.public().to_string(),
            })
            .to_string(),
        );
    }
    say(&format!("signed the {} of `{}`", entry.statement.kind(), entry.statement.script()));
    Ok(())
}

/// The newest entry of the script, or of these bytes of it.
fn find<'a>(args: &Args, locks: &'a [(SiteName, Lock)]) -> Result<(&'a SiteName, &'a Entry), Stop> {
    let of_site = |site: &SiteName| args.desk.site.as_ref().is_none_or(|name| site.0 == *name);
    let meant = |entry: &&Entry| {
        let bytes = args.digest.as_ref().is_none_or(|digest| entry.statement.digest() == Some(digest));
        entry.statement.script().as_str() == args.id && bytes
    };
    let newest = |lock: &'a Lock| lock.entries().iter().rev().find(meant);
    let found: Vec<(&SiteName, &Entry)> = locks
        .iter()
        .filter(|(site, _)| of_site(site))
        .filter_map(|(site, lock)| Some((site, newest(lock)?)))
        .collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(Stop::CouldNot(format!("no lock has an entry of `{}` that is meant", args.id))),
        several => {
            let sites: Vec<&str> = several.iter().map(|(site, _)| site.0.as_str()).collect();
            let sites = sites.join(" or --site ");
            Err(Stop::CouldNot(format!("several locks have entries of `{}`: --site {sites}", args.id)))
        }
    }
}

fn refuse_signed(entry: &Entry, site: &str, key: &SigningKey) -> Result<(), Stop> {
    let ours = |signature: &&Signature| signature.key == key.public();
    if entry.signatures.iter().find(ours).is_some_and(|signature| signature.fits(site, &entry.digest)) {
        return Err(Stop::No("nothing was signed: this key has signed the entry already".to_owned()));
    }
    Ok(())
}

/// Whoever signs should know of the code what the first person knew.
fn review(
    args: &Args,
    desk: &Desk,
    locks: &[(SiteName, Lock)],
    site: &SiteName,
    entry: &Entry,
    bytes: Option<&[u8]>,
) -> Option<Review> {
    let Statement::Approval(approval) = &entry.statement else { return None };
    let bytes = bytes.filter(|bytes| !approves_a_url(desk, site, approval, bytes))?;
    let subject = Subject {
        policies: &desk.policies,
        site: &site.0,
        script: &approval.script,
        before: before(locks, site, entry, &approval.script),
        kind: kind(desk, site, &approval.script),
        bytes,
        digest: &approval.digest,
    };
    Some(Review::of(&subject, args.full_diff))
}

/// The digest of what was approved before.
fn before<'a>(
    locks: &'a [(SiteName, Lock)],
    site: &SiteName,
    entry: &Entry,
    script: &ScriptId,
) -> Option<&'a Digest> {
    let (_, lock) = locks.iter().find(|(name, _)| name == site)?;
    let earlier = lock.entries().iter().take_while(|earlier| earlier.digest != entry.digest);
    // Only what counts: else bytes that nobody approved could stand as the old ones, and hide the difference.
    let before = earlier.filter(|earlier| earlier.counts).filter_map(|earlier| match &earlier.statement {
        Statement::Approval(before) => (before.script == *script).then_some(&before.digest),
        Statement::Retirement(_) => None,
    });
    before.last()
}

/// What the list of a build says. `None` where it is none, or nobody reads it as one.
fn listing(
    desk: &Desk,
    locks: &[(SiteName, Lock)],
    site: &SiteName,
    entry: &Entry,
    bytes: Option<&[u8]>,
) -> Option<String> {
    let Statement::Approval(approval) = &entry.statement else { return None };
    let named = named_scripts(&desk.policies, &desk.trust).ok()?;
    let is_meant = |script: &NamedScript| script.site == *site && script.id == approval.script;
    named.scripts.into_iter().find(is_meant)?.build?;
    let list = BuildList::parse(std::str::from_utf8(bytes?).ok()?).ok()?;
    let before = before(locks, site, entry, &approval.script).and_then(|digest| {
        let bytes = fs::read(bytes_path(&desk.policies, &site.0, &approval.script, digest)).ok()?;
        let is_it = Digest::of(digest.algorithm(), &bytes) == *digest;
        BuildList::parse(std::str::from_utf8(&bytes).ok().filter(|_| is_it)?).ok()
    });
    Some(Listing::of(&list, before.as_ref()).text())
}

/// What an inline text is, by the policy.
fn kind(desk: &Desk, site: &SiteName, script: &ScriptId) -> Option<InlineKind> {
    let named = named_scripts(&desk.policies, &desk.trust).ok()?;
    named.scripts.into_iter().find(|named| named.site == *site && named.id == *script)?.inline
}

/// Whether what was approved is no code but that a URL may run whatever it serves: exactly the words that
/// the policy's entry stands for.
fn approves_a_url(desk: &Desk, site: &SiteName, approval: &Approval, bytes: &[u8]) -> bool {
    named_scripts(&desk.policies, &desk.trust).is_ok_and(|named| {
        named.scripts.iter().any(|script| {
            script.site == *site
                && script.id == approval.script
                && script.statement.as_ref().is_some_and(|statement| statement.as_bytes() == bytes)
        })
    })
}

/// The bytes that an approval is for: read once, so that what is shown is what was compared with its digest.
fn approved_bytes(desk: &Desk, site: &SiteName, entry: &Entry) -> Result<Option<Vec<u8>>, Stop> {
    let Statement::Approval(approval) = &entry.statement else { return Ok(None) };
    let path = bytes_path(&desk.policies, &site.0, &approval.script, &approval.digest);
    let bytes = fs::read(&path);
    let path = path.display();
    let bytes = bytes.map_err(|error| Stop::CouldNot(format!("nothing was signed: {path}: {error}")))?;
    if Digest::of(approval.digest.algorithm(), &bytes) != approval.digest {
        return Err(Stop::No(format!("nothing was signed: {path} has not the approved digest")));
    }
    Ok(Some(bytes))
}

/// What is signed.
fn shown(entry: &Entry, site: &SiteName, desk: &Desk, bytes: Option<&[u8]>) -> String {
    let said = &entry.statement;
    let mut text = format!("{}  {} (site {site})\n", said.kind(), said.script());
    // Writing to a string can't fail, here and below.
    match said {
        Statement::Approval(approval) => {
            if let Some(bytes) = bytes.filter(|bytes| approves_a_url(desk, site, approval, bytes)) {
                let statement = String::from_utf8_lossy(bytes);
                let _ = write!(text, "what is approved is not bytes but this:\n{statement}");
            }
            let path = bytes_path(&desk.policies, &site.0, &approval.script, &approval.digest);
            let _ = writeln!(text, "bytes   {}, {}: {}", approval.size, approval.digest, path.display());
            if let Some(holes) = bytes.and_then(holes) {
                let _ = writeln!(text, "data    any may stand in its places: {holes}");
            }
            if approval.retires_earlier {
                text.push_str("ends    all earlier approvals of this script\n");
            }
        }
        Statement::Retirement(retirement) => {
            let _ = writeln!(text, "ends    {} approvals of this script", retirement.retires);
        }
    }
    let _ = writeln!(text, "by      {}, {}", one_line(said.by()), said.at());
    let _ = writeln!(text, "because {}", one_line(said.because()));
    let _ = writeln!(text, "entry   {}", entry.digest);
    for signature in &entry.signatures {
        let name = desk.trust.approvers().name_of(&signature.key).unwrap_or("no approver");
        let fits = if signature.fits(&site.0, &entry.digest) { "" } else { ", which does not fit" };
        let _ = writeln!(text, "signed  by {name} ({}){fits}", signature.key);
    }
    text.trim_end().to_owned()
}

/// The places for data of code that was approved as a shape.
fn holes(code: &[u8]) -> Option<String> {
    let shape = Shape::parse(std::str::from_utf8(code).ok()?)?;
    let places = shape.holes().iter().enumerate();
    Some(places.map(|(place, class)| format!("[{place}] {}", class.name())).collect::<Vec<_>>().join(", "))
}
