//! What is kept of policies that came into force: their texts, and a row of evidence that says which they are and in
//! which mode each page rule is.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::policy::{Mode, Snapshot};
use crate::store::{Evidence, GenerationRow, PolicyFile, PolicyText, Store};

/// Files, and page rules, in one row of evidence; of the others it says how many there are.
const FILES: usize = 200;
const PAGES: usize = 500;

/// Keeps it.
pub(super) fn keep(store: &dyn Store, snapshot: &Snapshot, at: Timestamp, message: &str) {
    let fingerprint = snapshot.generation.fingerprint.clone();
    // Pages name it in their reports' URL from now on.
    store.generation(GenerationRow { fingerprint: fingerprint.clone(), at });
    let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let files: Vec<PolicyFile> = snapshot
        .texts
        .iter()
        .map(|file| PolicyFile {
            name: file.name.clone(),
            digest: file.digest.to_string(),
            bytes: number(file.bytes),
            entries: file.entries.map(number),
            text: file.text.clone(),
        })
        .collect();
    let body = body(snapshot, &files, message).to_string();
    store.policy(PolicyText { fingerprint, at, files });
    store.evidence(Evidence { at, kind: "policy-loaded".to_owned(), body });
}

fn body(snapshot: &Snapshot, files: &[PolicyFile], message: &str) -> Value {
    let told = files.iter().take(FILES).map(|file| {
        json!({ "name": file.name, "digest": file.digest, "bytes": file.bytes, "entries": file.entries })
    });
    let mut room = PAGES;
    let sites = snapshot.sites.iter().map_while(|site| {
        let pages = site.pages.iter().take(room).map(|rules| {
            let mode = match rules.mode {
                Mode::Observe => "observe",
                Mode::Enforce => "enforce",
            };
            json!({
                "path": rules.path.as_str(), "mode": mode, "enforce-percent": rules.enforce_percent,
                "payment": rules.payment,
            })
        });
        let pages: Vec<Value> = pages.collect();
        room = room.saturating_sub(pages.len());
        (!pages.is_empty()).then(|| json!({ "site": site.name.0, "pages": pages }))
    });
    let sites: Vec<Value> = sites.collect();
    let of_all: usize = snapshot.sites.iter().map(|site| site.pages.len()).sum();
    json!({
        "message": message,
        "generation": snapshot.generation.fingerprint,
        "files": told.collect::<Vec<_>>(),
        "further-files": files.len().saturating_sub(FILES),
        "sites": sites,
        "further-page-rules": of_all.saturating_sub(PAGES.saturating_sub(room)),
    })
}
