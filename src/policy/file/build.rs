//! `[[build]]`: files that the site's own build makes, approved together.

use std::ops::Range;

use serde_spanned::Spanned;

use super::tables::{ID, WHY};
use crate::diagnostic::{Keys, Problems, Text, Texts};

/// The site's own scripts, as one build makes them.
#[derive(Debug, schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::policy) struct BuildTable {
    #[schemars(skip)]
    pub(in crate::policy) span: Range<usize>,
    /// Its name in logs and in the lock.
    #[schemars(with = "String", regex(pattern = "^[a-z0-9_-][a-z0-9._-]{0,63}$"))]
    pub(in crate::policy) id: Option<Text>,
    /// The path on the site under which its files are served, such as `/static/`.
    #[schemars(with = "String", regex(pattern = "^/(.*/)?$"))]
    pub(in crate::policy) at: Option<Text>,
    /// Patterns of the paths of pages on which its files may run; without it, every page.
    #[schemars(with = "Option<Vec<String>>", length(min = 1))]
    pub(in crate::policy) pages: Option<Texts>,
    /// Patterns of the files' paths that pages may name; without it, every file.
    #[schemars(with = "Option<Vec<String>>", length(min = 1))]
    pub(in crate::policy) files: Option<Texts>,
    /// Whether they are modules that other scripts may import.
    #[schemars(with = "Option<bool>")]
    pub(in crate::policy) module: Option<Spanned<bool>>,
    /// Who looks after it: for the people who read the file, and the evidence.
    #[schemars(with = "Option<String>")]
    pub(in crate::policy) owner: Option<Text>,
    /// What it is for.
    #[schemars(with = "String", length(min = 1))]
    pub(in crate::policy) why: Option<Text>,
}

impl BuildTable {
    pub(super) fn read(mut keys: Keys<'_>, problems: &mut Problems) -> Self {
        let at = "say under which path its files are served: at = \"/static/\"";
        let table = Self {
            span: keys.span(),
            id: keys.required_text("id", ID, problems),
            at: keys.required_text("at", at, problems),
            pages: keys.texts("pages", problems),
            files: keys.texts("files", problems),
            module: keys.flag("module", problems),
            owner: keys.text("owner", problems),
            why: keys.required_text("why", WHY, problems),
        };
        keys.finish(&[], problems);
        table
    }
}
