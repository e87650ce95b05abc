//! What is said of the policies: what their author should know of those in force, and what is wrong with the last
//! change, where it was refused. Written by whoever loads them, for the page about them.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::diagnostic::Diagnostic;

/// Diagnostics that are kept of each kind.
const KEPT: usize = 200;

/// Cheap to clone; clones are one.
#[derive(Debug, Clone, Default)]
pub struct Findings(Arc<ArcSwap<Found>>);

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Of the policies in force.
    pub in_force: Vec<Diagnostic>,
    /// Of the last change; empty where it is in force.
    pub refused: Vec<Diagnostic>,
    /// Diagnostics that were too many.
    pub left_out: usize,
}

impl Findings {
    /// Policies came into force.
    pub fn loaded(&self, warnings: &[Diagnostic]) {
        self.0.store(Arc::new(Found {
            in_force: first(warnings),
            refused: Vec::new(),
            left_out: warnings.len().saturating_sub(KEPT),
        }));
    }

    /// A change was refused; those in force stay.
    pub fn refused(&self, diagnostics: &[Diagnostic]) {
        let in_force = self.0.load().in_force.clone();
        let left_out = diagnostics.len().saturating_sub(KEPT);
        self.0.store(Arc::new(Found { in_force, refused: first(diagnostics), left_out }));
    }

    /// What there is now.
    pub fn found(&self) -> Arc<Found> {
        self.0.load_full()
    }
}

/// Errors before what is only to be looked at, each in the order of files and lines.
fn first(diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| !diagnostic.is_error());
    sorted.into_iter().take(KEPT).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;

    #[test]
    fn a_refused_change_stands_beside_what_is_in_force_until_a_good_one_comes() {
        let one = |what: &str| vec![Diagnostic::of_file(Severity::Warning, "shop.toml", what, "do it")];
        let findings = Findings::default();
        findings.loaded(&one("old"));
        findings.refused(&one("bad"));
        let found = findings.found();
        assert_eq!((&found.in_force, &found.refused), (&one("old"), &one("bad")));
        findings.refused(&vec![one("many").remove(0); KEPT + 3]);
        assert_eq!((findings.found().refused.len(), findings.found().left_out), (KEPT, 3));
        let error = Diagnostic::of_file(Severity::Error, "shop.toml", "wrong", "do it");
        findings.refused(&[one("bad"), vec![error.clone()]].concat());
        assert_eq!(findings.found().refused[0], error, "what refuses it comes first");
        findings.loaded(&one("new"));
        let found = findings.found();
        assert_eq!((&found.in_force, found.refused.len(), found.left_out), (&one("new"), 0, 0));
    }
}
