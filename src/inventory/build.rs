//! What is approved of a build: a list of its files by their digests, with what all of them together
//! reach. One text, so that one entry of the lock, and one signature, is for all of them.
//!
//! ```text
//!  # countersign build 1
//!  at /static/
//!  file sha384-… app.3f2a.js
//!  reaches names hosts: api.vendor.example
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use url::Url;

use crate::sri::Digest;

/// Files that a build may have.
pub const MAX_BUILD_FILES: usize = 20_000;

/// The first line of a list.
const FIRST: &str = "# countersign build 1";

/// A build's list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BuildList {
    /// The path on the site under which its folder is served; begins and ends with `/`.
    pub at: String,
    /// Files by their names within the folder, with `/`.
    pub files: BTreeMap<String, Digest>,
    /// What their code reaches, one thing a text.
    pub reaches: BTreeSet<String>,
}

/// Why a text is no list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildListError {
    /// Its first line is another one.
    #[error("it does not begin as the list of a build does")]
    Beginning,
    /// A line that says nothing that a list may say.
    #[error("line {0} is not one of a build's list")]
    Line(usize),
    /// No line says where the files are served.
    #[error("it does not say under which path the files are served")]
    NoPath,
    /// More files than a build may have.
    #[error("it has more than {MAX_BUILD_FILES} files")]
    TooMany,
}

impl BuildList {
    /// Reads a list.
    pub fn parse(text: &str) -> Result<Self, BuildListError> {
        let mut lines = text.lines();
        if lines.next() != Some(FIRST) {
            return Err(BuildListError::Beginning);
        }
        let mut list = Self::default();
        // Lines are numbered for people, from 1; the first has been read.
        for (number, line) in (2_usize..).zip(lines) {
            list.add(line).ok_or(BuildListError::Line(number))?;
            if list.files.len() > MAX_BUILD_FILES {
                return Err(BuildListError::TooMany);
            }
        }
        if list.at.is_empty() { Err(BuildListError::NoPath) } else { Ok(list) }
    }

    fn add(&mut self, line: &str) -> Option<()> {
        let (word, rest) = line.split_once(' ')?;
        match word {
            "at" if self.at.is_empty() && is_folder(rest) => rest.clone_into(&mut self.at),
            "file" => {
                let (digest, name) = rest.split_once(' ')?;
                let digest: Digest = digest.parse().ok().filter(|_| is_file_name(name))?;
                // Nothing to approve: the digest of nothing would bless every empty script.
                if digest == Digest::of(digest.algorithm(), &[]) {
                    return None;
                }
                if self.files.insert(name.to_owned(), digest).is_some() {
                    return None;
                }
            }
            "reaches" if !rest.contains(char::is_control) => drop(self.reaches.insert(rest.to_owned())),
            _ => return None,
        }
        Some(())
    }

    /// The path on the site under which a file is served, as URLs have it.
    pub fn path_of(&self, name: &str) -> Option<String> {
        // Any host will do.
        let mut url = Url::parse("https://site.invalid/").ok()?;
        url.set_path(&format!("{}{}", self.at, name.replace('%', "%25")));
        Some(url.path().to_owned())
    }
}

impl fmt::Display for BuildList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST}\nat {}", self.at)?;
        self.files.iter().try_for_each(|(name, digest)| writeln!(f, "file {digest} {name}"))?;
        self.reaches.iter().try_for_each(|thing| writeln!(f, "reaches {thing}"))
    }
}

/// Whether a text can be the path of a folder on a site: as URLs have it, without query and the like.
pub fn is_folder(path: &str) -> bool {
    let Some(mut url) = Url::parse("https://site.invalid/").ok() else { return false };
    url.set_path(path);
    path.starts_with('/') && path.ends_with('/') && url.path() == path && !path.contains("//")
}

/// Whether a name can stand in a list, and leads to a path that is the file's own.
pub fn is_file_name(name: &str) -> bool {
    let fits = |part: &str| !part.is_empty() && !part.starts_with('.');
    name.split('/').all(fits) && !name.contains(|c: char| c.is_control() || c == '\\')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sri::Algorithm;

    fn list(names: &[&str]) -> BuildList {
        let digest = |name: &&str| Digest::of(Algorithm::Sha384, name.as_bytes());
        BuildList {
            at: "/static/".to_owned(),
            files: names.iter().map(|name| ((*name).to_owned(), digest(name))).collect(),
            reaches: BTreeSet::from(["names hosts: api.example".to_owned()]),
        }
    }

    #[test]
    fn a_list_is_read_as_it_is_written() {
        let list = list(&["app.3f2a.js", "chunks/a b.js", "100%.js"]);
        assert_eq!(BuildList::parse(&list.to_string()), Ok(list.clone()));
        let paths: Vec<_> = list.files.keys().filter_map(|name| list.path_of(name)).collect();
        assert_eq!(paths, ["/static/100%25.js", "/static/app.3f2a.js", "/static/chunks/a%20b.js"]);
    }

    #[test]
    fn what_no_list_says_is_refused() {
        let text = list(&["a.js"]).to_string();
        let digest = Digest::of(Algorithm::Sha384, b"x");
        for (more, line) in [
            ("file sha384-x b.js".to_owned(), 5),
            (format!("file {digest} a.js"), 5),
            (format!("file {digest} ../b.js"), 5),
            (format!("file {digest} /b.js"), 5),
            (format!("file {digest} b\\c.js"), 5),
            (format!("file {} b.js", Digest::of(Algorithm::Sha384, b"")), 5),
            ("at /other/".to_owned(), 5),
            ("anything else".to_owned(), 5),
            (String::new(), 5),
        ] {
            let refused = BuildList::parse(&format!("{text}{more}\n"));
            assert_eq!(refused, Err(BuildListError::Line(line)), "{more}");
        }
        assert_eq!(BuildList::parse("print()"), Err(BuildListError::Beginning));
        assert_eq!(BuildList::parse(FIRST), Err(BuildListError::NoPath));
    }

    #[test]
    fn a_folder_is_a_path_that_no_url_changes() {
        assert!(is_folder("/") && is_folder("/static/") && is_folder("/a/b/"));
        for bad in ["", "static/", "/static", "/a//b/", "/a/../b/", "/a?b/", "/a b/", "//host/", "https://a/"]
        {
            assert!(!is_folder(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_list_that_is_written_again_or_none(text in "(# countersign build 1\n)?(at /x/\n)?(.*\n){0,4}") {
            if let Ok(list) = BuildList::parse(&text) {
                prop_assert_eq!(BuildList::parse(&list.to_string()), Ok(list));
            }
        }
    }
}
