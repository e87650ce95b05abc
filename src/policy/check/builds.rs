//! Builds: ids, paths, pages.

use std::ops::Range;

use super::scripts::{patterns, said, script_id};
use crate::diagnostic::Problems;
use crate::inventory::{ScriptId, is_folder};
use crate::policy::file::BuildTable;
use crate::web::PathPattern;

/// `[[build]]` with valid values.
#[derive(Debug)]
pub(in crate::policy) struct CheckedBuild {
    pub(in crate::policy) id: ScriptId,
    pub(in crate::policy) span: Range<usize>,
    /// Begins and ends with `/`.
    pub(in crate::policy) at: String,
    pub(in crate::policy) pages: Vec<PathPattern>,
    /// Of the files that pages may name.
    pub(in crate::policy) files: Vec<PathPattern>,
    /// Other scripts may import them.
    pub(in crate::policy) module: bool,
    pub(in crate::policy) owner: Option<String>,
    pub(in crate::policy) why: String,
}

/// All of them.
pub(super) fn builds(tables: &[BuildTable], problems: &mut Problems) -> Vec<CheckedBuild> {
    tables.iter().filter_map(|table| build(table, problems)).collect()
}

fn build(table: &BuildTable, problems: &mut Problems) -> Option<CheckedBuild> {
    let id = table.id.as_ref().and_then(|text| script_id(text, problems));
    let pages = patterns(table.pages.as_ref(), problems);
    let files = patterns(table.files.as_ref(), problems);
    let at = table.at.as_ref()?;
    if !is_folder(at.get_ref()) {
        problems.error(
            at.span(),
            format!("`{}` is no path of a folder on the site", at.get_ref()),
            "write it as URLs have it, with `/` at both ends: at = \"/static/\"",
        );
        return None;
    }
    Some(CheckedBuild {
        id: id?,
        span: table.span.clone(),
        at: at.get_ref().clone(),
        pages,
        files,
        module: table.module.as_ref().is_some_and(|module| *module.get_ref()),
        owner: said(table.owner.as_ref()),
        why: said(table.why.as_ref()).unwrap_or_default(),
    })
}
