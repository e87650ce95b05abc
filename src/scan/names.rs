//! Ids for scripts that have none yet.

use std::collections::HashSet;

use url::Url;

use super::party::domain;
use crate::inventory::ScriptId;

/// Names that say nothing without whose script it is.
const COMMON: [&str; 14] = [
    "index", "main", "app", "bundle", "script", "scripts", "js", "v1", "v2", "v3", "all", "core", "sdk",
    "loader",
];

/// Ids given so far.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// For an external script: the name of its file.
    pub(super) fn external(&mut self, url: &Url) -> ScriptId {
        let file = url.path().rsplit('/').find(|segment| !segment.is_empty()).unwrap_or_default();
        let lower = file.to_ascii_lowercase();
        let stem = [".min.js", ".min.mjs", ".js", ".mjs"].iter().find_map(|end| lower.strip_suffix(end));
        let name = stem.unwrap_or(&lower);
        let whose = domain(url);
        let whose = whose.split('.').next().unwrap_or_default();
        if name.is_empty() || COMMON.contains(&name) {
            return self.unused(&format!("{whose}-{name}"));
        }
        self.unused(name)
    }

    /// For code in a page: the page's name, where it is in one only.
    pub(super) fn in_page(&mut self, what: &str, pages: impl Iterator<Item = impl AsRef<str>>) -> ScriptId {
        let paths: Vec<_> = pages.take(2).collect();
        match paths.as_slice() {
            [one] => {
                let words: Vec<&str> = one.as_ref().split('/').filter(|word| !word.is_empty()).collect();
                let last = words.iter().rev().find(|word| !word.starts_with("index.")).copied();
                let name = last.map_or("start", |word| word.split('.').next().unwrap_or(word));
                self.unused(&format!("{name}-{what}"))
            }
            _ => self.unused(what),
        }
    }

    fn unused(&mut self, wanted: &str) -> ScriptId {
        let allowed =
            |c: char| if c.is_ascii_lowercase() || c.is_ascii_digit() || "_.".contains(c) { c } else { '-' };
        let plain: String = wanted.to_ascii_lowercase().chars().map(allowed).take(56).collect();
        let plain = plain.trim_matches(['-', '.']);
        let base = if plain.is_empty() { "script" } else { plain };
        let mut name = base.to_owned();
        let mut number = 1_usize;
        while self.0.contains(&name) {
            number = number.saturating_add(1);
            name = format!("{base}-{number}");
        }
        self.0.insert(name.clone());
        // Every name made here is one; were it not, the proposal would say so to `check`.
        ScriptId::new(&name).unwrap_or_else(|| self.unused("script"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_say_what_is_meant_and_are_unique() {
        let mut names = Names::default();
        let mut id = |url: &str| names.external(&Url::parse(url).unwrap()).to_string();
        assert_eq!(id("https://cdn.vendor.example/chat.min.js?v=1"), "chat");
        assert_eq!(id("https://cdn.vendor.example/v2/Chat.js"), "chat-2");
        assert_eq!(id("https://js.stripe.com/v3/"), "stripe-v3");
        assert_eq!(id("https://a.example/"), "a");
        assert_eq!(id("https://a.example/%C3%BC.js"), "c3-bc");
        let mut inline = |pages: &[&str]| names.in_page("inline", pages.iter()).to_string();
        assert_eq!(inline(&["/checkout/pay.html"]), "pay-inline");
        assert_eq!(inline(&["/help/index.html"]), "help-inline");
        assert_eq!(inline(&["/a", "/b"]), "inline");
        assert_eq!(inline(&["/"]), "start-inline");
    }
}
