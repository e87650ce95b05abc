//! Pinned scripts whose vendor serves other bytes now, and that the policy wants served by us meanwhile
//! (`on-drift = "mirror"`). What is served are the approved bytes, never the new ones.
//!
//! It is a part of what grants are made from: an exchange takes its grants once, so head and body agree.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::model::{Site, Snapshot};
use crate::inventory::ScriptId;
use crate::sri::Digest;

/// By the places of scripts: what their vendor serves. Nothing where it serves nothing.
#[derive(Debug, Default)]
pub(super) struct Drifted(ArcSwap<BTreeMap<usize, Vec<Digest>>>);

impl Drifted {
    /// Those that are among these places, which are in order.
    pub(super) fn among(&self, places: &[usize]) -> Box<[usize]> {
        let drifted = self.0.load();
        if drifted.is_empty() {
            return Box::default();
        }
        places.iter().copied().filter(|place| drifted.contains_key(place)).collect()
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<usize, Vec<Digest>>)) {
        let mut drifted = BTreeMap::clone(&self.0.load());
        change(&mut drifted);
        self.0.store(Arc::new(drifted));
    }
}

impl Site {
    /// Serves a script ourselves from now on because its vendor serves `instead`, or no longer where that is
    /// `None`. Answers whether the policy wants that of this script. Only one thread may call it.
    pub fn drifted(&self, script: &ScriptId, instead: Option<&[Digest]>) -> bool {
        let mut places = self.compiler.fallbacks.keys().copied();
        let Some(place) = places.find(|place| self.id_at(*place) == Some(script)) else { return false };
        match instead {
            Some(digests) => self.drifted.change(|drifted| drop(drifted.insert(place, digests.to_vec()))),
            None => self.drifted.change(|drifted| drop(drifted.remove(&place))),
        }
        true
    }

    /// The scripts that are served by us because of their vendors.
    pub fn mirrored_by_drift(&self) -> Vec<ScriptId> {
        self.drifted.0.load().keys().filter_map(|place| self.id_at(*place).cloned()).collect()
    }

    fn id_at(&self, place: usize) -> Option<&ScriptId> {
        self.compiler.scripts.get(place).map(|(script, _)| &script.id)
    }
}

impl Snapshot {
    /// Before it takes the place of `earlier`: what drifted there goes on being served by us, but for what
    /// was approved meanwhile.
    pub(super) fn carry_drift(&self, earlier: &Self) {
        for site in &self.sites {
            let Some(before) = earlier.sites.iter().find(|before| before.name == site.name) else { continue };
            for (place, instead) in before.drifted.0.load().iter() {
                let Some((script, _)) = before.compiler.scripts.get(*place) else { continue };
                let now = site.external_scripts().find(|now| now.id == script.id);
                let Some(now) = now.filter(|now| now.address == script.address) else { continue };
                let approved =
                    !instead.is_empty() && instead.iter().all(|digest| now.digests.contains(digest));
                if !approved {
                    site.drifted(&now.id, Some(instead));
                }
            }
        }
    }
}
