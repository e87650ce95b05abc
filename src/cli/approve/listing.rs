//! A build's list beside the one approved before: for the person who is asked, and for programs.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::{Value, json};

use crate::analysis::printable;
use crate::inventory::BuildList;

/// Files or things of a kind that are shown.
const SHOWN: usize = 60;

/// What a list says, and what of it is new.
pub(super) struct Listing<'a> {
    list: &'a BuildList,
    before: Option<&'a BuildList>,
}

impl<'a> Listing<'a> {
    pub(super) fn of(list: &'a BuildList, before: Option<&'a BuildList>) -> Self {
        Self { list, before }
    }

    /// Whether both lists are of the same files under the same path.
    pub(super) fn is_same(&self) -> bool {
        self.before.is_some_and(|before| before.at == self.list.at && before.files == self.list.files)
    }

    /// Names that are in the list and were not before, or with other bytes.
    fn added(&self) -> Vec<&str> {
        let before = |name: &String| self.before.and_then(|before| before.files.get(name));
        let new = self.list.files.iter().filter(|(name, digest)| before(name) != Some(digest));
        new.map(|(name, _)| name.as_str()).collect()
    }

    fn gone(&self) -> Vec<&str> {
        let files = self.before.iter().flat_map(|before| before.files.keys());
        files.filter(|name| !self.list.files.contains_key(*name)).map(String::as_str).collect()
    }

    fn newly_reached(&self) -> Vec<&str> {
        let known = self.before.map(|before| &before.reaches);
        let new = self.list.reaches.iter().filter(|thing| !known.is_some_and(|known| known.contains(*thing)));
        new.map(String::as_str).collect()
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        let list = self.list;
        let mut text = format!("files   {} under {}\n", list.files.len(), list.at);
        // Writing to a string can't fail, here and below.
        if self.before.is_some() {
            let (added, gone) = (self.added(), self.gone());
            let same = list.files.len().saturating_sub(added.len());
            let _ = writeln!(
                text,
                "        {same} as approved before, {} new or changed, {} gone",
                added.len(),
                gone.len()
            );
            lines(&mut text, "new", &added);
            lines(&mut text, "gone", &gone);
            let new = self.newly_reached();
            if new.is_empty() {
                text.push_str("it reaches nothing that the build approved before did not\n");
            } else {
                text.push_str("NEW: it reaches what the build approved before did not\n");
                lines(&mut text, "", &new);
            }
        } else {
            let names: Vec<&str> = list.files.keys().map(String::as_str).collect();
            lines(&mut text, "new", &names);
        }
        let all: BTreeSet<&str> = list.reaches.iter().map(String::as_str).collect();
        if all.is_empty() {
            text.push_str("the code reaches nothing that was looked for; that does not make it harmless\n");
        } else {
            text.push_str("what all of it reaches (found in its text; what it hides is not found)\n");
            lines(&mut text, "", &all.into_iter().collect::<Vec<_>>());
        }
        text.trim_end().to_owned()
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        let digest =
            |(name, digest): (&String, &crate::sri::Digest)| (name.clone(), json!(digest.to_string()));
        json!({
            "at": self.list.at,
            "files": self.list.files.iter().map(digest).collect::<serde_json::Map<_, _>>(),
            "new_or_changed": self.added(),
            "gone": self.gone(),
            "reaches": self.list.reaches,
            "newly_reached": self.newly_reached(),
        })
    }
}

fn lines(text: &mut String, word: &str, things: &[&str]) {
    for thing in things.iter().take(SHOWN) {
        let _ = writeln!(text, "  {word:<5} {}", printable(thing));
    }
    let more = things.len().saturating_sub(SHOWN);
    if more > 0 {
        let _ = writeln!(text, "  … and {more} more");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sri::{Algorithm, Digest};

    fn list(files: &[(&str, &str)], reaches: &[&str]) -> BuildList {
        BuildList {
            at: "/static/".to_owned(),
            files: files
                .iter()
                .map(|(name, code)| ((*name).to_owned(), Digest::of(Algorithm::Sha384, code.as_bytes())))
                .collect(),
            reaches: reaches.iter().map(|thing| (*thing).to_owned()).collect(),
        }
    }

    #[test]
    fn what_is_new_stands_out() {
        let before = list(&[("a.js", "1"), ("b.js", "1"), ("c.js", "1")], &["names hosts: api.example"]);
        let new = list(&[("a.js", "1"), ("b.js", "2"), ("d.js", "1")], &["names hosts: evil.example"]);
        let listing = Listing::of(&new, Some(&before));
        let text = listing.text();
        assert!(text.contains("1 as approved before, 2 new or changed, 1 gone"), "{text}");
        assert!(
            text.contains(
                "NEW: it reaches what the build approved before did not\n        names hosts: evil.example"
            ),
            "{text}"
        );
        assert_eq!(listing.json()["new_or_changed"], json!(["b.js", "d.js"]));
        assert!(!listing.is_same() && Listing::of(&new, Some(&new.clone())).is_same());
        assert!(!Listing::of(&new, None).is_same());
    }
}
