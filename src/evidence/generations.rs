//! Policies as they came into force, one after the other: which files changed and how, and which page rules changed
//! their mode.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::pack::Row;
use super::told::text;
use crate::analysis::compare;
use crate::sri::{Algorithm, Digest};
use crate::store::{Database, DatabaseError, GenerationRow, PolicyFile, PolicyText};

/// Lines of a file's difference that are shown; and changes that are compared, the latest.
const LINES: usize = 400;
const COMPARED: usize = 500;
/// Texts that are kept at once.
const TEXTS: usize = 50;
/// Generations that the store is asked for.
const KNOWN: usize = 1000;

/// Policies that came into force in place of others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InForce {
    /// When.
    pub at: Timestamp,
    /// On which node.
    pub node: String,
    /// Their fingerprint.
    pub generation: String,
    /// Which were in force before.
    pub before: Option<String>,
    /// Page rules whose mode is another, in words.
    pub modes: Vec<String>,
    /// Files that differ.
    pub files: Vec<Changed>,
    /// What can't be told.
    pub open: Option<String>,
}

/// A file that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Its name.
    pub name: String,
    /// In one line: `4 lines added, 2 removed`.
    pub how: String,
    /// What differs, as a unified diff.
    pub lines: Vec<String>,
}

/// Each change of the policies in force, by node, the first first. `rows` are those about policies, in order of time.
pub(super) fn in_force(database: &mut dyn Database, rows: &[Row]) -> Result<Vec<InForce>, DatabaseError> {
    let loads: Vec<&Row> = rows
        .iter()
        .filter(|row| row.kind == "policy-loaded" && row.says.get("generation").is_some())
        .collect();
    let known = database.generations(KNOWN)?;
    let mut last: HashMap<&str, &Row> = HashMap::new();
    let mut changes = Vec::new();
    for row in loads {
        let before = last.insert(&row.node, row);
        let generation = text(&row.says, "generation");
        // What was in force before the first row is not in these: the store's list tells it as well as it can.
        let was = match before {
            Some(before) => Some(text(&before.says, "generation")),
            None => earlier(&known, row.at, &generation),
        };
        if before.is_none() || was.as_ref() != Some(&generation) {
            let modes = before.map(|before| modes(before, row)).unwrap_or_default();
            let files = Vec::new();
            let (at, node) = (row.at, row.node.clone());
            changes.push((InForce { at, node, generation, before: was, modes, files, open: None }, row));
        }
    }
    let mut texts = Texts { kept: HashMap::new() };
    let skipped = changes.len().saturating_sub(COMPARED);
    for (place, (change, row)) in changes.iter_mut().enumerate() {
        if place < skipped {
            change.open = Some(format!("not compared: only the latest {COMPARED} changes are"));
            continue;
        }
        let Some(before) = change.before.clone() else { continue };
        let (old, new) = (texts.of(database, &before)?, texts.of(database, &change.generation)?);
        match (old, new) {
            (Some(old), Some(new)) => {
                change.files = differences(&old, &new);
                change.open = unlike(&new, row);
            }
            (None, _) | (_, None) => {
                change.open = Some("the store does not keep what one of the two said".to_owned());
            }
        }
    }
    Ok(changes.into_iter().map(|(change, _)| change).collect())
}

/// The generation that came into force last before a moment.
fn earlier(known: &[GenerationRow], at: Timestamp, other: &str) -> Option<String> {
    let before = known.iter().find(|row| row.at < at && row.fingerprint != other);
    before.map(|row| row.fingerprint.clone())
}

struct Texts {
    kept: HashMap<String, Option<PolicyText>>,
}

impl Texts {
    fn of(
        &mut self,
        database: &mut dyn Database,
        fingerprint: &str,
    ) -> Result<Option<PolicyText>, DatabaseError> {
        if let Some(kept) = self.kept.get(fingerprint) {
            return Ok(kept.clone());
        }
        let text = database.policy(fingerprint)?;
        if self.kept.len() >= TEXTS {
            self.kept.clear();
        }
        self.kept.insert(fingerprint.to_owned(), text.clone());
        Ok(text)
    }
}

/// Page rules whose mode differs between two rows.
fn modes(before: &Row, after: &Row) -> Vec<String> {
    let (old, new) = (rules(before), rules(after));
    let places: BTreeSet<&(String, String)> = old.keys().chain(new.keys()).collect();
    let said = |mode: Option<&String>| mode.map_or("no such page rule", String::as_str).to_owned();
    places
        .into_iter()
        .filter(|place| old.get(*place) != new.get(*place))
        .map(|place| {
            let (site, path) = place;
            format!("{site} {path}: {} → {}", said(old.get(place)), said(new.get(place)))
        })
        .collect()
}

fn rules(row: &Row) -> BTreeMap<(String, String), String> {
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let mut rules = BTreeMap::new();
    for site in list(row.says.get("sites")) {
        let name = site.get("site").and_then(Value::as_str).unwrap_or_default().to_owned();
        for page in list(site.get("pages")) {
            let word = |key: &str| page.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let mut mode = word("mode");
            let percent = page.get("enforce-percent").and_then(Value::as_u64).unwrap_or(100);
            if mode == "enforce" && percent < 100 {
                mode = format!("enforce for {percent} %");
            }
            if page.get("payment").and_then(Value::as_bool) == Some(true) {
                mode.push_str(" (payment)");
            }
            rules.insert((name.clone(), word("path")), mode);
        }
    }
    rules
}

fn differences(old: &PolicyText, new: &PolicyText) -> Vec<Changed> {
    let by_name = |policy: &PolicyText| -> BTreeMap<String, PolicyFile> {
        policy.files.iter().map(|file| (file.name.clone(), file.clone())).collect()
    };
    let (old, new) = (by_name(old), by_name(new));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    names.into_iter().filter_map(|name| difference(name, old.get(name), new.get(name))).collect()
}

fn difference(name: &str, old: Option<&PolicyFile>, new: Option<&PolicyFile>) -> Option<Changed> {
    if old.map(|file| &file.digest) == new.map(|file| &file.digest) {
        return None;
    }
    let size = |file: &PolicyFile| match file.entries {
        Some(entries) => format!("{entries} entries, {}", file.digest),
        None => format!("{} bytes, {}", file.bytes, file.digest),
    };
    let texts = (
        old.map_or(Some(""), |file| file.text.as_deref()),
        new.map_or(Some(""), |file| file.text.as_deref()),
    );
    let (how, lines) = match (old, new, texts) {
        (_, _, (Some(before), Some(after))) => {
            let difference = compare(before, after, Some(LINES));
            let verb = if old.is_none() {
                "new, "
            } else if new.is_none() {
                "gone, "
            } else {
                ""
            };
            let mut lines = difference.lines;
            if difference.left_out > 0 {
                lines.push(format!("… {} more lines", difference.left_out));
            }
            (format!("{verb}{} lines added, {} removed", difference.added, difference.removed), lines)
        }
        (Some(old), Some(new), _) => (format!("{} → {}", size(old), size(new)), Vec::new()),
        (None, Some(new), _) => (format!("new: {}", size(new)), Vec::new()),
        (Some(old), None, _) => (format!("gone: {}", size(old)), Vec::new()),
        (None, None, _) => return None,
    };
    Some(Changed { name: name.to_owned(), how, lines })
}

/// Whether the texts are those whose digests the row names: texts stand outside the chain.
fn unlike(policy: &PolicyText, row: &Row) -> Option<String> {
    let named = row.says.get("files").and_then(Value::as_array)?;
    let digest_of = |name: &str| {
        let file = named.iter().find(|file| file.get("name").and_then(Value::as_str) == Some(name));
        file.and_then(|file| file.get("digest").and_then(Value::as_str))
    };
    let unlike = policy.files.iter().find(|file| {
        let kept = file.text.as_ref().map(|text| Digest::of(Algorithm::Sha256, text.as_bytes()).to_string());
        digest_of(&file.name)
            .is_some_and(|digest| digest != file.digest || kept.is_some_and(|kept| kept != digest))
    });
    unlike.map(|file| format!("the store's text of {} is not the one that the row names", file.name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn file(name: &str, text: Option<&str>, entries: Option<u64>) -> PolicyFile {
        let digest = Digest::of(Algorithm::Sha256, text.unwrap_or("lock").as_bytes()).to_string();
        PolicyFile { name: name.into(), digest, bytes: 9, entries, text: text.map(Into::into) }
    }

    fn policy(files: Vec<PolicyFile>) -> PolicyText {
        PolicyText { fingerprint: "a".into(), at: Timestamp::UNIX_EPOCH, files }
    }

    #[test]
    fn files_are_compared_line_by_line_and_locks_by_their_entries() {
        let old = policy(vec![
            file("shop.toml", Some("mode = \"observe\"\nhosts = []\n"), None),
            file("shop.lock", None, Some(3)),
            file("same.toml", Some("x"), None),
        ]);
        let lock = PolicyFile { digest: "sha256-other".into(), ..file("shop.lock", None, Some(4)) };
        let new = policy(vec![
            file("shop.toml", Some("mode = \"enforce\"\nhosts = []\n"), None),
            lock,
            file("same.toml", Some("x"), None),
            file("blog.toml", Some("hosts = []\n"), None),
        ]);
        let told = differences(&old, &new);
        let names: Vec<&str> = told.iter().map(|changed| changed.name.as_str()).collect();
        assert_eq!(names, ["blog.toml", "shop.lock", "shop.toml"]);
        assert_eq!(told[0].how, "new, 1 lines added, 0 removed");
        assert!(told[1].how.starts_with("3 entries, sha256-") && told[1].how.contains(" → 4 entries, "));
        assert!(told[2].lines.contains(&"-mode = \"observe\"".to_owned()), "{told:?}");
        assert!(told[2].lines.contains(&"+mode = \"enforce\"".to_owned()), "{told:?}");
    }

    #[test]
    fn page_rules_that_change_their_mode_are_told_and_a_text_that_is_another() {
        let row = |mode: &str, percent: u64| {
            let pages = json!([
                { "path": "/*", "mode": mode, "enforce-percent": percent, "payment": false },
                { "path": "/pay/*", "mode": "enforce", "enforce-percent": 100, "payment": true },
            ]);
            let says = json!({
                "sites": [{ "site": "shop", "pages": pages }],
                "files": [{ "name": "shop.toml", "digest": file("shop.toml", Some("x"), None).digest }],
            });
            let Value::Object(says) = says else { panic!("{says}") };
            Row::sample("policy-loaded", says)
        };
        assert_eq!(modes(&row("observe", 100), &row("observe", 100)), Vec::<String>::new());
        assert_eq!(modes(&row("observe", 100), &row("enforce", 10)), ["shop /*: observe → enforce for 10 %"]);
        assert_eq!(unlike(&policy(vec![file("shop.toml", Some("x"), None)]), &row("observe", 100)), None);
        let mut forged = file("shop.toml", Some("y"), None);
        forged.digest = file("shop.toml", Some("x"), None).digest;
        assert!(unlike(&policy(vec![forged]), &row("observe", 100)).is_some());
    }
}
