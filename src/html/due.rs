//! What is put into a page that it doesn't have: the witness, and an import map where it brings none.

use super::error::HtmlError;
use super::gate::Held;
use super::page::Page;
use crate::judge::Kind;
use crate::policy::PageGrants;

/// What of ours still has to be put in.
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
    pub(super) fn before_released(&mut self, held: &Held) {
        match held.kind() {
            Kind::ImportMap => self.due.import_map_comes(held.in_template()),
            kind @ (Kind::Classic | Kind::Module) if !held.in_template() => self.insert_module_map(kind),
            Kind::Classic | Kind::Module | Kind::SpeculationRules | Kind::DataBlock => {}
        }
    }

    /// Puts our import map before the first script that might import something. Where one of the page's
    /// own is approved it may still come, and after ours some browsers would not heed it: then ours waits
    /// for the first module, after which no map counts everywhere.
    pub(super) fn insert_module_map(&mut self, before: Kind) {
        let waits = before != Kind::Module && !self.grants.import_maps.is_empty();
        if waits || self.due.in_template || !std::mem::take(&mut self.due.import_map) {
            return;
        }
        let Some(map) = self.grants.module_map.clone() else { return };
        // Its text can't end the element.
        let text = map.text();
        self.insert(&format!("<script type=\"importmap\" data-countersign=\"modules\">{text}</script>"));
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
        self.insert(&format!("<script data-countersign=\"witness\">{witness}</script>"));
        Ok(())
    }
}
