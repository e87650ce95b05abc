//! Inline scripts that are approved by their shape.

use crate::analysis::shape::Shape;
use crate::inventory::ScriptId;
use crate::sri::Digest;

/// An approved shape.
#[derive(Debug)]
pub struct ApprovedShape {
    /// The operator's id.
    pub id: ScriptId,
    /// Of the code, which stands in the CSP.
    pub digest: Digest,
    /// What runs in place of the page's text.
    pub code: String,
    /// What the page's text must be.
    shape: Shape,
}

/// A page's text that has an approved shape.
#[derive(Debug)]
pub struct Shaped<'a> {
    /// Which.
    pub approved: &'a ApprovedShape,
    /// Its data, each value as JSON on one line.
    pub values: Vec<String>,
}

impl ApprovedShape {
    /// Reads the approved code; `None` where it has no places for data.
    pub fn of_code(id: ScriptId, digest: Digest, code: &str) -> Option<Self> {
        Some(Self { id, digest, code: code.to_owned(), shape: Shape::parse(code)? })
    }

    pub(super) fn fit(&self, text: &str) -> Option<Shaped<'_>> {
        Some(Shaped { approved: self, values: self.shape.fit(text)? })
    }
}
