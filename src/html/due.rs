//! What is put into a page that it doesn't have: the witness, and an import map where it brings none.

use super::error::HtmlError;
use super::gate::Held;
use super::page::Page;
use crate::judge::Kind;
use crate::policy::{MapText, PageGrants};

/// What of ours still has to be put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Due {
    /// The witness, before the first pinned script.
    witness: bool,
    /// An import map, before a script: none has been there yet.
    import_map: bool,
    /// The element at hand lies in a template, where nothing of ours would take effect.
    pub(super) in_template: bool,
}

impl Due {
    /// In a page under these grants.
    pub(super) fn under(grants: &PageGrants) -> Self {
        Self {
            witness: grants.witness.is_some(),
            import_map: grants.module_map.is_some(),
            in_template: false,
        }
    }

    /// The page brings the witness itself: it was rewritten before.
    pub(super) fn witness_comes(&mut self) {
        self.witness = false;
    }

    /// The page brings an import map; one in a template counts for nothing.
    pub(super) fn import_map_comes(&mut self, in_template: bool) {
        self.import_map &= in_template;
    }
}

impl Page {
    /// An inline script is about to leave.
    pub(super) fn before_released(&mut self, held: &Held) -> Result<(), HtmlError> {
        match held.kind() {
            Kind::ImportMap => self.due.import_map_comes(held.in_template()),
            kind @ (Kind::Classic | Kind::Module) if !held.in_template() => self.insert_module_map(kind)?,
            Kind::Classic | Kind::Module | Kind::SpeculationRules | Kind::DataBlock => {}
        }
        Ok(())
    }

    /// Whether this may be put in the place of the page's own map: the first of a page always, in its frames
    /// and more than once while there is room.
    pub(super) fn may_merge(&mut self, map: &MapText) -> bool {
        let first = self.depth == 0 && !std::mem::replace(&mut self.merged_map, true);
        first || self.ours.spend(map.text().len())
    }

    /// A page has one of each for itself; its frames share what there is room for.
    fn spend_in_frame(&self, bytes: usize) -> Result<(), HtmlError> {
        let fits = self.depth == 0 || self.ours.spend(bytes);
        if fits { Ok(()) } else { Err(HtmlError::TooMuchAdded) }
    }

    /// Puts our import map before the first script that might import something. Where one of the page's
    /// own is approved it may still come, and after ours some browsers would not heed it: then ours waits
    /// for the first module, after which no map counts everywhere.
    pub(super) fn insert_module_map(&mut self, before: Kind) -> Result<(), HtmlError> {
        let waits = before != Kind::Module && !self.grants.import_maps.is_empty();
        if waits || self.due.in_template || !std::mem::take(&mut self.due.import_map) {
            return Ok(());
        }
        let Some(map) = self.grants.module_map.clone() else { return Ok(()) };
        // Its text can't end the element.
        let text = map.text();
        self.spend_in_frame(text.len())?;
        self.insert(&format!("<script type=\"importmap\" data-countersign=\"modules\">{text}</script>"));
        Ok(())
    }

    /// Whether an inline script is the witness, as an earlier pass put it in. Its text is what the CSP lets
    /// run here, whoever wrote it.
    pub(super) fn is_witness(&self, held: &Held) -> bool {
        let text = self.grants.witness.as_ref().map(|witness| witness.as_bytes());
        held.kind() == Kind::Classic && !held.in_template() && text == Some(held.text())
    }

    /// Puts the witness before the first pinned script.
    pub(super) fn insert_witness(&mut self) -> Result<(), HtmlError> {
        if self.due.in_template || !std::mem::take(&mut self.due.witness) {
            return Ok(());
        }
        let Some(witness) = self.grants.witness.clone() else { return Ok(()) };
        if !witness.is_ascii() || witness.contains(['<', '\r', '\0']) {
            return Err(HtmlError::NotRepresentable("witness"));
        }
        self.spend_in_frame(witness.len())?;
        self.insert(&format!("<script data-countersign=\"witness\">{witness}</script>"));
        Ok(())
    }
}
