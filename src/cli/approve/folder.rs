//! The JavaScript in a build's folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::stop::Stop;
use crate::inventory::{MAX_BUILD_FILES, is_file_name};

/// Folders within folders.
const MAX_DEPTH: usize = 32;

/// Its scripts by their names within the folder, with `/`. Hidden files are left out, and so are links to
/// folders: what they lead to may lie elsewhere.
pub(super) fn scripts(folder: &Path) -> Result<BTreeMap<String, PathBuf>, Stop> {
    let mut found = BTreeMap::new();
    walk(folder, "", 0, &mut found)?;
    if found.is_empty() {
        let folder = folder.display();
        return Err(Stop::No(format!(
            "nothing was approved: there is no JavaScript (.js, .mjs, .cjs) in {folder}"
        )));
    }
    Ok(found)
}

fn walk(
    folder: &Path,
    within: &str,
    depth: usize,
    found: &mut BTreeMap<String, PathBuf>,
) -> Result<(), Stop> {
    let failed = |error| Stop::CouldNot(format!("{}: {error}", folder.display()));
    if depth > MAX_DEPTH {
        return Err(Stop::No(format!("nothing was approved: {} is nested too deeply", folder.display())));
    }
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        let Ok(name) = entry.file_name().into_string() else {
            return Err(Stop::No(format!("nothing was approved: the name {} is not UTF-8", path.display())));
        };
        if name.starts_with('.') {
            continue;
        }
        let name = format!("{within}{name}");
        if entry.file_type().map_err(failed)?.is_dir() {
            walk(&path, &format!("{name}/"), depth.saturating_add(1), found)?;
        } else if is_script(&path) && path.is_file() {
            if !is_file_name(&name) {
                let path = path.display();
                return Err(Stop::No(format!("nothing was approved: no URL leads to the name {path}")));
            }
            found.insert(name, path);
            if found.len() > MAX_BUILD_FILES {
                return Err(Stop::No(format!(
                    "nothing was approved: there are more than {MAX_BUILD_FILES} scripts"
                )));
            }
        }
    }
    Ok(())
}

fn is_script(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    matches!(ending.to_ascii_lowercase().as_str(), "js" | "mjs" | "cjs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_found_in_folders_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.js", "b.MJS", "b.js.map", "style.css", ".hidden.js", "sub/c.cjs", ".vite/d.js"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        std::os::unix::fs::symlink("/", folder.path().join("everything")).unwrap();
        let names: Vec<String> = scripts(folder.path()).unwrap_or_else(|_| panic!()).into_keys().collect();
        assert_eq!(names, ["a.js", "b.MJS", "sub/c.cjs"]);
    }
}
