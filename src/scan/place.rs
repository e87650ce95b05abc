//! Where a page is: a URL, or a file that stands for one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use url::Url;

use super::MAX_PAGES;

/// A page to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its URL, or the one that it would have.
    pub url: Url,
    /// The file to read instead of fetching it.
    pub file: Option<PathBuf>,
}

impl Place {
    /// For people.
    pub fn shown(&self) -> String {
        self.file.as_ref().map_or_else(|| self.url.to_string(), |file| file.display().to_string())
    }
}

/// Why there is no page in a place.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The system said so.
    #[error("{path}: {cause}")]
    File {
        /// Which.
        path: String,
        /// Why.
        cause: io::Error,
    },
    /// No HTML file in it.
    #[error("{0}: no .html file in this folder")]
    Empty(String),
    /// It makes no URL.
    #[error("{0}: its name makes no URL")]
    Name(String),
}

/// The pages of a file, or of a folder and those in it; `base` is the URL of the file's folder, or of
/// the folder itself. Also says which folder that is.
pub fn places_in(path: &Path, base: &Url) -> Result<(Vec<Place>, PathBuf), PlaceError> {
    let failed = |cause| PlaceError::File { path: path.display().to_string(), cause };
    if fs::metadata(path).map_err(failed)?.is_file() {
        let root = path.parent().unwrap_or(Path::new("")).to_owned();
        return Ok((vec![place(path, &root, base)?], root));
    }
    let mut files = Vec::new();
    let mut folders = vec![path.to_owned()];
    // One more than is read, so that the scan can say that there are more.
    while let Some(folder) = folders.pop()
        && files.len() <= MAX_PAGES
    {
        let mut entries: Vec<PathBuf> =
            fs::read_dir(&folder).map_err(failed)?.flatten().map(|entry| entry.path()).collect();
        entries.sort();
        for entry in entries {
            let kind = fs::symlink_metadata(&entry).map_err(failed)?;
            let html = entry
                .extension()
                .is_some_and(|ext| ext.eq_ignore_ascii_case("html") || ext.eq_ignore_ascii_case("htm"));
            if kind.is_dir() {
                folders.push(entry);
            } else if html && kind.is_file() {
                files.push(entry);
            }
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(PlaceError::Empty(path.display().to_string()));
    }
    let places = files.iter().map(|file| place(file, path, base)).collect::<Result<Vec<_>, _>>()?;
    Ok((places, path.to_owned()))
}

fn place(file: &Path, root: &Path, base: &Url) -> Result<Place, PlaceError> {
    let nameless = || PlaceError::Name(file.display().to_string());
    let inner = file.strip_prefix(root).ok().and_then(Path::to_str).ok_or_else(nameless)?;
    let mut url = base.clone();
    url.set_query(None);
    {
        let mut segments = url.path_segments_mut().ok().ok_or_else(nameless)?;
        segments.pop_if_empty().extend(inner.split('/'));
    }
    Ok(Place { url, file: Some(file.to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_become_urls_below_the_base() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("a b")).unwrap();
        for name in ["index.html", "a b/pay.HTM", "x.js"] {
            fs::write(path(name), "").unwrap();
        }
        let base = Url::parse("https://shop.example/").unwrap();
        let (places, root) = places_in(folder.path(), &base).unwrap();
        let urls: Vec<&str> = places.iter().map(|place| place.url.as_str()).collect();
        assert_eq!(urls, ["https://shop.example/a%20b/pay.HTM", "https://shop.example/index.html"]);
        assert_eq!(root, folder.path());
        let (one, _) = places_in(&path("index.html"), &base).unwrap();
        assert_eq!(one[0].url.path(), "/index.html");
        assert!(matches!(places_in(&path("none"), &base), Err(PlaceError::File { .. })));
        fs::create_dir(path("empty")).unwrap();
        assert!(matches!(places_in(&path("empty"), &base), Err(PlaceError::Empty(_))));
    }
}
