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

/// The open elements, to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waypoint {
    names: Box<[Name]>,
    brought: Box<[Box<[u8]>]>,
    templates: Box<[(usize, Template)]>,
}

impl Waypoint {
    /// Bytes that it takes besides its own, about.
    pub(super) fn size(&self) -> usize {
        let Self { names, brought, templates } = self;
        size(names, brought, templates)
    }
}

fn size(names: &[Name], brought: &[Box<[u8]>], templates: &[(usize, Template)]) -> usize {
    let brought = brought.iter().map(|name| name.len().saturating_add(size_of::<Box<[u8]>>()));
    names.len().saturating_add(brought.sum()).saturating_add(size_of_val(templates))
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

    /// To be kept, if it takes no more than so many bytes.
    pub(super) fn waypoint(&self, most: usize) -> Option<Waypoint> {
        let Self {
            names,
            // Follow from the others.
            counts: _,
            inert: _,
            brought,
            templates,
            // The same for all documents.
            deepest: _,
        } = self;
        (size(names, brought, templates) <= most).then(|| Waypoint {
            names: names.as_slice().into(),
            brought: brought.as_slice().into(),
            templates: templates.as_slice().into(),
        })
    }

    /// These are open, and no others.
    pub(super) fn restore(&mut self, waypoint: &Waypoint) {
        let Waypoint { names, brought, templates } = waypoint;
        if *self.brought != **brought {
            self.brought = brought.to_vec();
        }
        self.counts.fill(0);
        self.names.clear();
        self.templates.clear();
        self.inert = 0;
        let mut templates = templates.iter().peekable();
        for (place, name) in names.iter().enumerate() {
            match templates.next_if(|(template, _)| *template == place) {
                Some((_, kind)) => self.push_template(*name, *kind),
                None => self.push(*name),
            }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Start tags, end tags, templates and names that the document brings.
    fn read(open: &mut Open, tags: &[(u8, u8)]) {
        for (kind, name) in tags {
            match kind {
                0 => open.push(*name),
                1 => open.pop(*name),
                2 => open.push_template(200, Template::Inert),
                3 => open.push_template(200, Template::Shadow),
                _ => {
                    let brought = open.bring(&[b'x', b'-', *name]).unwrap();
                    open.push(brought);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn what_was_restored_goes_on_as_what_was_kept(
            one in prop::collection::vec((0..5_u8, 0..6_u8), 0..20),
            other in prop::collection::vec((0..5_u8, 0..6_u8), 0..20),
            then in prop::collection::vec((0..5_u8, 0..6_u8), 0..20),
        ) {
            let (mut kept, mut restored) = (Open::none(1 << 20), Open::none(1 << 20));
            read(&mut kept, &one);
            read(&mut restored, &other);
            restored.restore(&kept.waypoint(1024).unwrap());
            read(&mut kept, &then);
            read(&mut restored, &then);
            prop_assert_eq!(restored.waypoint(1024), kept.waypoint(1024));
            prop_assert_eq!(&restored.counts, &kept.counts);
            prop_assert_eq!(restored.in_template(), kept.in_template());
            prop_assert_eq!(restored.start_tags(), kept.start_tags());
        }
    }
}
