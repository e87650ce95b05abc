//! Collects findings: each thing once, counted, with its first place, in bounded lists.

use std::collections::HashMap;

use super::hosts;
use super::printable::one_line;
use super::reaches::{Item, Place, Reaches, What};

/// Findings of one kind that are kept.
const MAX_ITEMS: usize = 200;
/// Characters of a thing.
const MAX_THING: usize = 200;
/// Characters of an excerpt, and how many of them stand before the finding.
const EXCERPT: usize = 80;
const BEFORE: usize = 16;

/// Findings so far.
pub(super) struct Gather<'s> {
    source: &'s str,
    /// Where lines begin.
    lines: Vec<usize>,
    items: HashMap<(What, String), Item>,
    kept: HashMap<What, usize>,
    left_out: usize,
}

impl<'s> Gather<'s> {
    pub(super) fn new(source: &'s str) -> Self {
        let breaks = source.match_indices('\n').map(|(at, _)| at.saturating_add(1));
        let lines = std::iter::once(0).chain(breaks).collect();
        Self { source, lines, items: HashMap::new(), kept: HashMap::new(), left_out: 0 }
    }

    /// Adds a finding at a byte of the source.
    pub(super) fn add(&mut self, what: What, thing: &str, at: usize) {
        let thing = one_line(thing, MAX_THING);
        if let Some(item) = self.items.get_mut(&(what, thing.clone())) {
            item.count = item.count.saturating_add(1);
            return;
        }
        let kept = self.kept.entry(what).or_default();
        if *kept >= MAX_ITEMS {
            self.left_out = self.left_out.saturating_add(1);
            return;
        }
        *kept = kept.saturating_add(1);
        let (place, excerpt) = (self.place(at), self.excerpt(at));
        self.items.insert((what, thing.clone()), Item { what, thing, count: 1, place, excerpt });
    }

    /// Adds the hosts that a text names; the text stands at a byte of the source.
    pub(super) fn hosts(&mut self, text: &str, at: usize) {
        for (host, offset) in hosts::named_in(text) {
            // Where the text is a part of the source as it is, the place is exact.
            let here = at.saturating_add(offset);
            let exact = self.source.get(here..).is_some_and(|rest| {
                text.get(offset..).is_some_and(|t| t.chars().zip(rest.chars()).take(4).all(|(a, b)| a == b))
            });
            self.add(What::Host, &host, if exact { here } else { at });
        }
    }

    /// Everything, in order.
    pub(super) fn finish(self) -> Reaches {
        let mut items: Vec<Item> = self.items.into_values().collect();
        items.sort_by(|a, b| {
            let place = |item: &Item| (item.what, item.place.line, item.place.column);
            place(a).cmp(&place(b)).then_with(|| a.thing.cmp(&b.thing))
        });
        Reaches { items, left_out: self.left_out }
    }

    fn place(&self, at: usize) -> Place {
        let at = self.source.floor_char_boundary(at);
        let line = self.lines.partition_point(|start| *start <= at);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = self.source.get(start..at).unwrap_or_default().chars().count();
        Place { line, column: column.saturating_add(1) }
    }

    fn excerpt(&self, at: usize) -> String {
        let start = self.source.floor_char_boundary(at.saturating_sub(BEFORE));
        let end = self.source.floor_char_boundary(at.saturating_add(EXCERPT));
        one_line(self.source.get(start..end).unwrap_or_default().trim(), EXCERPT)
    }
}
