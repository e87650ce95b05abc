//! What a generation of the policies changed: its files against those of another one, line by line.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State as FromState};
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;

use super::frame::{Frame, Place, show};
use super::moment::Moment;
use crate::admin::State;
use crate::admin::access::Caller;
use crate::admin::work::worked;
use crate::analysis::compare;
use crate::store::{DatabaseError, GenerationRow, PolicyFile, PolicyText};

/// Generations that can be chosen from.
const GENERATIONS: usize = 200;
/// Files on the page, and lines of each.
const FILES: usize = 100;
const LINES: usize = 400;
/// Characters of a fingerprint in an address.
const FINGERPRINT: usize = 64;

#[derive(Template)]
#[template(path = "policy_change.html")]
struct Page {
    frame: Frame,
    fingerprint: String,
    at: Option<Moment>,
    /// What it is held against, and those that it could be.
    against: Option<String>,
    choices: Vec<(String, Moment)>,
    /// `None`: what one of them said is not kept, or not known.
    changes: Option<Vec<Change>>,
    more: usize,
    same: usize,
    /// The store did answer.
    asked: bool,
}

impl Page {
    fn is_against(&self, other: &str) -> bool {
        self.against.as_deref() == Some(other)
    }
}

/// What became of a file.
struct Change {
    name: String,
    became: &'static str,
    tone: &'static str,
    /// What is said where the text is not shown.
    note: Option<String>,
    lines: Vec<String>,
    added: usize,
    removed: usize,
    left_out: usize,
}

/// What the address asks for.
#[derive(Deserialize)]
pub(in crate::admin) struct Asked {
    against: Option<String>,
}

/// What the database knows.
struct Known {
    generations: Vec<GenerationRow>,
    new: Option<PolicyText>,
    old: Option<PolicyText>,
    against: Option<String>,
}

/// `GET /policy/{fingerprint}?against=`: by default against the generation before it.
pub(in crate::admin) async fn page(
    caller: Caller,
    FromState(state): FromState<State>,
    Path(fingerprint): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let fingerprint: String = fingerprint.chars().take(FINGERPRINT).collect();
    let against = asked.against.filter(|against| is_fingerprint(against));
    let now = state.clock.now();
    let mut frame = Frame::of(&state, Place::Policy, &caller);
    // What was does not change.
    frame.live = false;
    let known = frame.answered(known(&state, fingerprint.clone(), against).await);
    let asked = known.is_some();
    let known = known.unwrap_or(Known { generations: Vec::new(), new: None, old: None, against: None });
    let at = known.new.as_ref().map(|text| Moment::new(text.at, now));
    let (old, new) = (known.old, known.new);
    let compared = worked(move || Some(changes(&old?, &new?))).await.flatten();
    let Compared { same, more, changes } = compared.unwrap_or_default();
    show(&Page {
        frame,
        choices: choices(known.generations, &fingerprint, now),
        fingerprint,
        at,
        against: known.against,
        changes,
        more,
        same,
        asked,
    })
}

/// Whether a text can be one; nothing else goes to the database.
fn is_fingerprint(text: &str) -> bool {
    (1..=FINGERPRINT).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

async fn known(state: &State, fingerprint: String, against: Option<String>) -> Result<Known, DatabaseError> {
    let asked = state.archive.ask(move |store| {
        let generations = store.generations(GENERATIONS)?;
        let against = against.or_else(|| before(&generations, &fingerprint));
        let new = if is_fingerprint(&fingerprint) { store.policy(&fingerprint)? } else { None };
        let old = against.as_deref().map(|against| store.policy(against)).transpose()?.flatten();
        Ok(Known { generations, new, old, against })
    });
    asked.await
}

/// The generation before one; the latest comes first.
fn before(generations: &[GenerationRow], fingerprint: &str) -> Option<String> {
    let mut rows = generations.iter().skip_while(|row| row.fingerprint != fingerprint);
    rows.next()?;
    rows.next().map(|row| row.fingerprint.clone())
}

fn choices(generations: Vec<GenerationRow>, but: &str, now: Timestamp) -> Vec<(String, Moment)> {
    let others = generations.into_iter().filter(|row| row.fingerprint != but);
    others.map(|row| (row.fingerprint, Moment::new(row.at, now))).collect()
}

/// What became of files.
#[derive(Default)]
struct Compared {
    /// How many are the same, and how many more differ than are compared.
    same: usize,
    more: usize,
    /// `None`: nothing was compared.
    changes: Option<Vec<Change>>,
}

fn changes(old: &PolicyText, new: &PolicyText) -> Compared {
    let mut files: BTreeMap<&str, (Option<&PolicyFile>, Option<&PolicyFile>)> = BTreeMap::new();
    for file in &old.files {
        files.entry(&file.name).or_default().0 = Some(file);
    }
    for file in &new.files {
        files.entry(&file.name).or_default().1 = Some(file);
    }
    let all = files.len();
    files.retain(|_, (old, new)| old.map(|file| &file.digest) != new.map(|file| &file.digest));
    let differ = files.len();
    let changes = files.into_iter().take(FILES).filter_map(|(name, (old, new))| change(name, old, new));
    Compared {
        same: all.saturating_sub(differ),
        more: differ.saturating_sub(FILES),
        changes: Some(changes.collect()),
    }
}

fn change(name: &str, old: Option<&PolicyFile>, new: Option<&PolicyFile>) -> Option<Change> {
    let (became, tone) = match (old, new) {
        (Some(_), Some(_)) => ("changed", "stopped"),
        (None, Some(_)) => ("new", "good"),
        (Some(_), None) => ("gone", "problem"),
        (None, None) => return None,
    };
    let text = |file: Option<&PolicyFile>| match file {
        None => Some(String::new()),
        Some(file) => file.text.clone(),
    };
    let mut change = Change {
        name: name.to_owned(),
        became,
        tone,
        note: None,
        lines: Vec::new(),
        added: 0,
        removed: 0,
        left_out: 0,
    };
    match text(old).zip(text(new)) {
        Some((old, new)) => {
            let difference = compare(&old, &new, Some(LINES));
            (change.added, change.removed) = (difference.added, difference.removed);
            (change.lines, change.left_out) = (difference.lines, difference.left_out);
        }
        None => change.note = Some(format!("{} → {}", of(old), of(new))),
    }
    Some(change)
}

/// A file whose text is not kept.
fn of(file: Option<&PolicyFile>) -> String {
    let Some(file) = file else { return "no such file".to_owned() };
    let entries = file.entries.map(|entries| format!(", {entries} entries")).unwrap_or_default();
    format!("{} bytes{entries}, {}", file.bytes, file.digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: Option<&str>, digest: &str) -> PolicyFile {
        PolicyFile {
            name: name.into(),
            digest: digest.into(),
            bytes: 7,
            entries: text.is_none().then_some(3),
            text: text.map(str::to_owned),
        }
    }

    fn policies(files: Vec<PolicyFile>) -> PolicyText {
        PolicyText { fingerprint: "a".into(), at: Timestamp::UNIX_EPOCH, files }
    }

    #[test]
    fn files_that_came_went_or_changed_are_told_and_the_same_ones_counted() {
        let old = policies(vec![
            file("a.toml", Some("mode = \"observe\"\n"), "1"),
            file("a.lock", None, "1"),
            file("gone.toml", Some("x\n"), "1"),
            file("same.toml", Some("y\n"), "1"),
        ]);
        let new = policies(vec![
            file("a.toml", Some("mode = \"enforce\"\n"), "2"),
            file("a.lock", None, "2"),
            file("new.toml", Some("z\n"), "1"),
            file("same.toml", Some("y\n"), "1"),
        ]);
        let Compared { same, more, changes } = changes(&old, &new);
        assert_eq!((same, more), (1, 0));
        let changes = changes.unwrap();
        let told: Vec<_> = changes.iter().map(|change| (change.name.as_str(), change.became)).collect();
        let expected =
            [("a.lock", "changed"), ("a.toml", "changed"), ("gone.toml", "gone"), ("new.toml", "new")];
        assert_eq!(told, expected);
        assert_eq!(changes[0].note.as_deref(), Some("7 bytes, 3 entries, 1 → 7 bytes, 3 entries, 2"));
        assert_eq!(changes[1].lines[1..], ["-mode = \"observe\"", "+mode = \"enforce\""]);
        assert_eq!((changes[3].added, changes[3].removed), (1, 0));
    }

    #[test]
    fn a_generation_is_held_against_the_one_before_it() {
        let row = |name: &str| GenerationRow { fingerprint: name.into(), at: Timestamp::UNIX_EPOCH };
        let rows = [row("third"), row("second"), row("first")];
        assert_eq!(before(&rows, "third").as_deref(), Some("second"));
        assert_eq!((before(&rows, "first"), before(&rows, "unknown")), (None, None));
    }

    #[test]
    fn what_cannot_be_a_fingerprint_does_not_reach_the_database() {
        assert!(is_fingerprint("0123456789ab"));
        for text in ["", "a'--", "<script>", "a b", "\0", &"a".repeat(65)] {
            assert!(!is_fingerprint(text), "{text:?}");
        }
    }
}
