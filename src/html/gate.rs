//! The gate behind the parser: decides for every byte that leaves it whether it goes on, waits, or is
//! dropped. The parser itself never edits; it only says where things are.

use crate::judge::Kind;

/// What happens to bytes that leave the parser.
pub(super) enum Gate {
    /// They go on.
    Pass,
    /// So many are dropped, then they go on: a start tag that was written anew.
    Skip(usize),
    /// They wait: an inline script whose end was not seen yet.
    Hold(Held),
    /// They are dropped until the script ends.
    Drop,
}

/// An inline script that waits for its end.
pub(super) struct Held {
    bytes: Vec<u8>,
    kind: Kind,
    in_template: bool,
    start_tag: usize,
    limit: usize,
}

impl Held {
    /// `start_tag` is the length of the start tag, `limit` the longest text; both in bytes.
    pub(super) fn new(kind: Kind, in_template: bool, start_tag: usize, limit: usize) -> Self {
        Self { bytes: Vec::new(), kind, in_template, start_tag, limit }
    }

    /// Adds bytes; `false` when the text is longer than the limit, and then they are not added.
    pub(super) fn add(&mut self, chunk: &[u8]) -> bool {
        let most = self.start_tag.saturating_add(self.limit);
        let fits = self.bytes.len().saturating_add(chunk.len()) <= most;
        if fits {
            self.bytes.extend_from_slice(chunk);
        }
        fits
    }

    /// Whether it lies in a template.
    pub(super) fn in_template(&self) -> bool {
        self.in_template
    }

    /// What it would run as.
    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// The text after the start tag, raw.
    pub(super) fn text(&self) -> &[u8] {
        self.bytes.get(self.start_tag..).unwrap_or_default()
    }

    /// The start tag, raw.
    pub(super) fn start_tag(&self) -> &[u8] {
        self.bytes.get(..self.start_tag).unwrap_or_default()
    }

    /// Start tag and text, raw.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
