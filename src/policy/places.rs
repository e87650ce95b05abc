//! Where in a policy file its rules and scripts stand, for whoever explains a verdict.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::model::{PageId, SiteName};
use crate::diagnostic::{Keys, Problems, SourceFile};
use crate::inventory::ScriptId;

/// The lines of one policy file.
#[derive(Debug, Default)]
pub struct PolicyPlaces {
    /// The file.
    pub file: PathBuf,
    rules: Vec<usize>,
    scripts: HashMap<String, usize>,
}

impl PolicyPlaces {
    /// Reads the lines of a site's policy. What is wrong with it is `check`'s to say.
    pub fn read(folder: &Path, site: &SiteName) -> io::Result<Self> {
        let file = folder.join(format!("{site}.toml"));
        let source = SourceFile::new(&file, &fs::read_to_string(&file)?);
        let mut problems = Problems::new(source.clone());
        let mut places = Self { file, ..Self::default() };
        let Some(mut root) = Keys::parse(source.text(), "", &mut problems) else { return Ok(places) };
        let line = |keys: &Keys<'_>| source.place(keys.span()).line;
        places.rules = root.tables("page", "[[page]]", &mut problems).iter().map(line).collect();
        for (key, name) in [("script", "[[script]]"), ("inline", "[[inline]]"), ("build", "[[build]]")] {
            for mut table in root.tables(key, name, &mut problems) {
                let line = line(&table);
                if let Some(id) = table.text("id", &mut problems) {
                    places.scripts.insert(id.into_inner(), line);
                }
            }
        }
        Ok(places)
    }

    /// The line of a page rule; `None` for the one behind the last.
    pub fn rule(&self, page: PageId) -> Option<usize> {
        self.rules.get(usize::from(page.0)).copied()
    }

    /// The line of a script.
    pub fn script(&self, id: &ScriptId) -> Option<usize> {
        self.scripts.get(id.as_str()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_and_scripts_have_lines() {
        let folder = tempfile::tempdir().unwrap();
        let text = "hosts = []\n[[page]]\npath = \"/a\"\n\n[[script]]\nid = \"x\"\n[[page]]\n[[inline]]\nid = \"y\"\n";
        fs::write(folder.path().join("shop.toml"), text).unwrap();
        let places = PolicyPlaces::read(folder.path(), &SiteName("shop".to_owned())).unwrap();
        assert_eq!([0, 1, 2].map(|page| places.rule(PageId(page))), [Some(2), Some(7), None]);
        let line = |id: &str| places.script(&ScriptId::new(id).unwrap());
        assert_eq!((line("x"), line("y"), line("z")), (Some(5), Some(8), None));
    }
}
