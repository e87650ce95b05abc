//! Import maps as pages get them.

use std::sync::Arc;

use crate::inventory::ScriptId;
use crate::sri::{Algorithm, Digest};
use crate::web::ImportMap;

/// An import map of ours: its text can stand in a script element of any page, and its digest in a CSP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapText {
    text: Arc<str>,
    digest: Digest,
}

impl MapText {
    /// The map, written out.
    pub fn of(map: &ImportMap) -> Self {
        let text = map.to_text();
        Self { digest: Digest::of(Algorithm::Sha256, text.as_bytes()), text: text.into() }
    }

    /// ASCII, without `<`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Of the text.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }
}

/// An import map that is approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovedMap {
    /// The operator's id.
    pub id: ScriptId,
    /// What stands in its place: what the page says, and how the approved modules are to be fetched.
    /// `None`: it goes out as it is.
    pub merged: Option<MapText>,
}
