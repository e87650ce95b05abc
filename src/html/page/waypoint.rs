//! What a page knows at a place: see [`crate::html::Waypoint`].

use url::Url;

use super::{Judged, Page};
use crate::html::doubt;
use crate::html::due::Due;
use crate::html::gate::Gate;

/// What it knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::html) struct PageWaypoint {
    /// Where it is not the document's own URL.
    base: Option<Box<Url>>,
    base_settled: bool,
    merged_csps: usize,
    merged_map: bool,
    /// How much of ours may still be put in.
    ours: usize,
    due: Due,
    doubt: doubt::Waypoint,
}

impl PageWaypoint {
    /// Bytes that it takes besides its own, about.
    pub(in crate::html) fn size(&self) -> usize {
        let Self { base, base_settled: _, merged_csps: _, merged_map: _, ours: _, due: _, doubt } = self;
        let base = base.as_ref().map_or(0, |base| base.as_str().len().saturating_add(size_of::<Url>()));
        base.saturating_add(doubt.size())
    }
}

impl Page {
    /// What is known here; `None` in the midst of something, where nothing leaves, and where the base is longer than so
    /// many bytes.
    pub(in crate::html) fn waypoint(&self, longest: usize) -> Option<PageWaypoint> {
        let Self {
            // What pages are told apart by that are remembered (`proxy::replay::key`), and what is the process's.
            grants: _,
            charset: _,
            limits: _,
            // Pages on their way to visitors never keep any.
            keeps_texts: _,
            // Makes things faster, and nothing else.
            known: _,
            url,
            base,
            // The URL, but in a frame's document.
            fallback_base: _,
            base_settled,
            depth,
            gate,
            merged_csps,
            merged_map,
            ours,
            // Counts.
            left,
            // Of the parser.
            led: _,
            origin: _,
            due,
            doubt,
            // Where it goes.
            out: _,
            observer: _,
            output: _,
        } = self;
        let stands = *depth == 0
            && matches!(gate, Gate::Pass)
            && !self.only_observes()
            && base.as_str().len() <= longest;
        stands.then(|| PageWaypoint {
            base: (base != url).then(|| Box::new(base.clone())),
            base_settled: *base_settled,
            merged_csps: *merged_csps,
            merged_map: *merged_map,
            ours: ours.left(),
            due: due.clone(),
            doubt: doubt.waypoint(*left),
        })
    }

    /// So many bytes became this, and what is known behind them is that.
    pub(in crate::html) fn pass_over<'a>(
        &mut self,
        bytes: usize,
        output: &[u8],
        verdicts: impl Iterator<Item = &'a Judged>,
        behind: &PageWaypoint,
    ) {
        let PageWaypoint { base, base_settled, merged_csps, merged_map, ours, due, doubt } = behind;
        self.emit(output);
        self.left = self.left.saturating_add(bytes);
        self.base = base.as_ref().map_or_else(|| self.url.clone(), |base| Url::clone(base));
        self.base_settled = *base_settled;
        self.merged_csps = *merged_csps;
        self.merged_map = *merged_map;
        self.ours.restore(*ours);
        self.due = due.clone();
        self.doubt.restore(doubt, self.left);
        for judged in verdicts {
            self.tell(judged.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use encoding_rs::UTF_8;

    use super::*;
    use crate::html::Limits;
    use crate::policy::{PageGrants, sample_grants};

    #[test]
    fn whatever_a_page_knows_tells_places_apart_and_is_taken_over() {
        let digest = "sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC";
        let grants = Arc::new(PageGrants { witness: Some("w()".into()), ..sample_grants(digest, "ok()") });
        let url = Url::parse("https://shop.example/a/").unwrap();
        let page = || Page::new(Arc::clone(&grants), url.clone(), UTF_8, Limits::default(), Box::new(|_| {}));
        let plain = page().waypoint(1024).unwrap();
        let learn: [fn(&mut Page); 8] = [
            |page| page.base = page.url.join("/b/").unwrap(),
            |page| page.base_settled = true,
            |page| page.merged_csps = 1,
            |page| page.merged_map = true,
            |page| assert!(page.ours.spend(1)),
            |page| page.due.witness_comes(),
            |page| page.doubt.sees_foreign(),
            |page| page.doubt.sees_template(),
        ];
        for (number, learn) in learn.into_iter().enumerate() {
            let mut knows = page();
            learn(&mut knows);
            let there = knows.waypoint(1024).unwrap();
            assert_ne!(there, plain, "{number}");
            let mut other = page();
            other.pass_over(3, b"output", std::iter::empty(), &there);
            assert_eq!((other.waypoint(1024), other.dealt_with()), (Some(there), Some(3)), "{number}");
            assert_eq!(other.out, b"output");
        }
    }
}
