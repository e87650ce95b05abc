//! How much work a document may make for the second parser. A tree builder walks its stack of open
//! elements, compares formatting elements and copies them again and again; a few hundred kilobytes of
//! markup made for that would keep it busy for minutes, and every other visitor waiting.
//!
//! Steps are counted, not time, so that a document is always treated the same.

use std::cell::Cell;
use std::rc::Rc;

use html5ever::{LocalName, QualName, local_name, ns};

use crate::html::Limits;

/// What it costs to make an element, beside its attributes.
const ELEMENT: u64 = 16;
/// What it costs to compare with one formatting element, and with each of its attributes.
const COMPARISON: u64 = 16;

/// The steps of one document.
#[derive(Debug)]
pub(super) struct Effort {
    steps: Cell<u64>,
    /// [`Limits::steps_floor`], and [`Limits::steps_per_byte`] for all that was read.
    allowed: Cell<u64>,
    per_byte: u64,
    /// Formatting elements that are alive, and their attributes.
    formatting: Rc<Cell<u64>>,
}

/// A formatting element that is alive.
#[derive(Debug)]
pub(super) struct Formatting {
    alive: Rc<Cell<u64>>,
    weight: u64,
}

impl Drop for Formatting {
    fn drop(&mut self) {
        self.alive.set(self.alive.get().saturating_sub(self.weight));
    }
}

impl Effort {
    /// None so far.
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            steps: Cell::default(),
            allowed: Cell::new(limits.steps_floor),
            per_byte: limits.steps_per_byte,
            formatting: Rc::default(),
        }
    }

    /// One look at an element.
    pub(super) fn step(&self) {
        self.spend(1);
    }

    /// An element is made. What is returned lives as long as the element.
    pub(super) fn element(&self, name: &QualName, attributes: usize) -> Option<Formatting> {
        let weight = count(attributes).saturating_add(1);
        self.spend(ELEMENT.saturating_add(weight));
        if name.ns != ns!(html) || !is_formatting(&name.local) {
            return None;
        }
        // A formatting element is compared with all that are alive.
        self.spend(COMPARISON.saturating_mul(self.formatting.get()));
        self.formatting.set(self.formatting.get().saturating_add(weight));
        Some(Formatting { alive: Rc::clone(&self.formatting), weight })
    }

    /// So many bytes are read.
    pub(super) fn read(&self, bytes: usize) {
        let more = count(bytes).saturating_mul(self.per_byte);
        self.allowed.set(self.allowed.get().saturating_add(more));
    }

    /// Whether it was more than is allowed.
    pub(super) fn is_too_much(&self) -> bool {
        self.steps.get() > self.allowed.get()
    }

    #[cfg(test)]
    pub(super) fn steps(&self) -> u64 {
        self.steps.get()
    }

    fn spend(&self, steps: u64) {
        self.steps.set(self.steps.get().saturating_add(steps));
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// <https://html.spec.whatwg.org/#formatting>
pub(super) fn is_formatting(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("a")
            | local_name!("b")
            | local_name!("big")
            | local_name!("code")
            | local_name!("em")
            | local_name!("font")
            | local_name!("i")
            | local_name!("nobr")
            | local_name!("s")
            | local_name!("small")
            | local_name!("strike")
            | local_name!("strong")
            | local_name!("tt")
            | local_name!("u")
    )
}
