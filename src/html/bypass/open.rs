//! The open elements as the parser counts them: it may have to go on from here, and then it is led through their
//! start tags first. It pushes each start tag but those without an end, and an end tag takes away all up to the
//! last of its name.

use super::names::{KNOWN, Name, known};

/// How deep they may lie, if the parser has the memory for it: it counts so many bytes for each. Ordinary pages stay
/// below a hundred.
const DEEPEST: usize = 4096;
const MEMORY_FOR_EACH: usize = 128;
/// How many names a document may bring that are not known.
const BROUGHT: usize = 60;

/// What kind of template one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Template {
    /// Nothing in it takes effect.
    Inert,
    /// A shadow tree, open or closed.
    Shadow,
}

/// The open elements.
pub(super) struct Open {
    names: Vec<Name>,
    /// How many there are of each name.
    counts: Box<[u16; 256]>,
    brought: Vec<Box<[u8]>>,
    /// Templates among them, with their places.
    templates: Vec<(usize, Template)>,
    /// How many of them are inert.
    inert: usize,
    deepest: usize,
}

impl Open {
    /// None so far, for a parser with so much memory.
    pub(super) fn none(parser_memory: usize) -> Self {
        Self {
            deepest: DEEPEST.min(parser_memory / MEMORY_FOR_EACH),
            names: Vec::with_capacity(64),
            counts: Box::new([0; 256]),
            brought: Vec::new(),
            templates: Vec::new(),
            inert: 0,
        }
    }

    /// The place of a name that a document brings; `None` where there are too many.
    pub(super) fn bring(&mut self, name: &[u8]) -> Option<Name> {
        let place = self.place_of_brought(name).or_else(|| {
            if self.brought.len() == BROUGHT {
                return None;
            }
            self.brought.push(name.into());
            Some(self.brought.len().saturating_sub(1))
        })?;
        Name::try_from(KNOWN.saturating_add(place)).ok()
    }

    fn place_of_brought(&self, name: &[u8]) -> Option<usize> {
        self.brought.iter().position(|brought| **brought == *name)
    }

    /// How many are open.
    pub(super) fn depth(&self) -> usize {
        self.names.len()
    }

    /// Whether there is room for one more.
    pub(super) fn has_room(&self) -> bool {
        self.names.len() < self.deepest
    }

    /// A start tag. Only where there is room.
    pub(super) fn push(&mut self, name: Name) {
        self.names.push(name);
        if let Some(count) = self.counts.get_mut(usize::from(name)) {
            *count = count.saturating_add(1);
        }
    }

    /// The start tag of a template.
    pub(super) fn push_template(&mut self, name: Name, kind: Template) {
        self.templates.push((self.names.len(), kind));
        self.inert = self.inert.saturating_add(usize::from(kind == Template::Inert));
        self.push(name);
    }

    /// The name of the innermost one.
    pub(super) fn last(&self) -> Option<Name> {
        self.names.last().copied()
    }

    /// Whether one of a name lies above this depth.
    pub(super) fn has_above(&self, depth: usize, name: Name) -> bool {
        self.names.get(depth..).is_some_and(|above| above.contains(&name))
    }

    /// An end tag.
    pub(super) fn pop(&mut self, name: Name) {
        if self.counts.get(usize::from(name)).is_none_or(|count| *count == 0) {
            return;
        }
        while let Some(last) = self.names.pop() {
            if let Some(count) = self.counts.get_mut(usize::from(last)) {
                *count = count.saturating_sub(1);
            }
            if last == name {
                break;
            }
        }
        while let Some((_, kind)) = self.templates.pop_if(|(place, _)| *place >= self.names.len()) {
            self.inert = self.inert.saturating_sub(usize::from(kind == Template::Inert));
        }
    }

    /// Whether the place at hand lies in a template that is no shadow tree.
    pub(super) fn in_template(&self) -> bool {
        self.inert > 0
    }

    /// The start tags of all of them.
    pub(super) fn start_tags(&self) -> Vec<u8> {
        let mut templates = self.templates.iter().peekable();
        let mut tags = Vec::with_capacity(self.names.len().saturating_mul(6));
        for (place, name) in self.names.iter().enumerate() {
            tags.push(b'<');
            if let Some((known, _, _)) = known(*name) {
                tags.extend_from_slice(known.as_bytes());
            } else {
                let brought =
                    usize::from(*name).checked_sub(KNOWN).and_then(|brought| self.brought.get(brought));
                tags.extend_from_slice(brought.map_or(b"x", |brought| brought));
            }
            if let Some((_, kind)) = templates.next_if(|(template, _)| *template == place)
                && *kind == Template::Shadow
            {
                tags.extend_from_slice(b" shadowrootmode=open");
            }
            tags.push(b'>');
        }
        tags
    }
}
