//! Finds among the scripts seen those that a report names, without a walk through all of them: reports come by
//! the ten thousand.

use std::collections::HashMap;

use super::rows::ScriptSeen;
use crate::inventory::SeenKind;

/// Scripts seen, by site and name, and by site and page rule.
#[derive(Debug, Default)]
pub(super) struct SeenIndex {
    by_name: HashMap<(String, String), Vec<ScriptSeen>>,
    /// How many without approval.
    stopped: HashMap<(String, String), HashMap<SeenKind, usize>>,
}

impl SeenIndex {
    /// One is there from now on.
    pub(super) fn add(&mut self, seen: &ScriptSeen) {
        self.by_name
            .entry((seen.site.clone(), name(&seen.script).to_owned()))
            .or_default()
            .push(seen.clone());
        if seen.verdict.stops() {
            let kinds = self.stopped.entry((seen.site.clone(), seen.page.clone())).or_default();
            *kinds.entry(seen.kind).or_default() += 1;
        }
    }

    /// One is gone.
    pub(super) fn remove(&mut self, seen: &ScriptSeen) {
        let of_name = (seen.site.clone(), name(&seen.script).to_owned());
        if let Some(same) = self.by_name.get_mut(&of_name) {
            same.retain(|other| other != seen);
            if same.is_empty() {
                self.by_name.remove(&of_name);
            }
        }
        if !seen.verdict.stops() {
            return;
        }
        let of_rule = (seen.site.clone(), seen.page.clone());
        let Some(kinds) = self.stopped.get_mut(&of_rule) else { return };
        if let Some(count) = kinds.get_mut(&seen.kind) {
            *count = count.saturating_sub(1);
        }
        kinds.retain(|_, count| *count > 0);
        if kinds.is_empty() {
            self.stopped.remove(&of_rule);
        }
    }

    /// Those of a site under a URL without query, or with a digest.
    pub(super) fn served(&self, site: &str, script: &str) -> Vec<ScriptSeen> {
        self.by_name.get(&(site.to_owned(), script.to_owned())).cloned().unwrap_or_default()
    }

    /// Whether some of this kind without approval were seen under a page rule.
    pub(super) fn has_stopped(&self, site: &str, rule: &str, kind: SeenKind) -> bool {
        let kinds = self.stopped.get(&(site.to_owned(), rule.to_owned()));
        kinds.is_some_and(|kinds| kinds.contains_key(&kind))
    }
}

fn name(script: &str) -> &str {
    script.split('?').next().unwrap_or(script)
}
