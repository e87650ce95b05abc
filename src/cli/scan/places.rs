//! Which pages are meant.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use url::Url;

use super::Args;
use crate::scan::{Place, places_in};

/// The longest list of pages, in bytes.
const MAX_LIST: u64 = 1 << 20;

/// Scheme, host and port.
pub(in crate::cli) fn parse_origin(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("{error}; write http://127.0.0.1:3000"))?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty();
    if plain { Ok(url) } else { Err("only scheme, host and port; write http://127.0.0.1:3000".to_owned()) }
}

/// The pages, and the folders that files came from.
pub(super) fn of(args: &Args) -> Result<(Vec<Place>, Vec<PathBuf>), String> {
    let mut named = args.pages.clone();
    if let Some(list) = &args.list {
        named.extend(read_list(list)?);
    }
    let (mut places, mut roots) = (Vec::new(), Vec::new());
    for name in &named {
        if let Some(url) = as_url(name, args.upstream.as_ref())? {
            places.push(Place { url, file: None });
            continue;
        }
        let (found, root) = places_in(Path::new(name), &args.base).map_err(|error| error.to_string())?;
        places.extend(found);
        if !roots.contains(&root) {
            roots.push(root);
        }
    }
    places.dedup();
    one_site(&places)?;
    Ok((places, roots))
}

/// A page's URL; `None` for a file.
fn as_url(name: &str, upstream: Option<&Url>) -> Result<Option<Url>, String> {
    if name.starts_with("http://") || name.starts_with("https://") {
        let mut url = Url::parse(name).map_err(|error| format!("{name}: {error}"))?;
        url.set_fragment(None);
        return Ok(Some(url));
    }
    match upstream {
        Some(upstream) if name.starts_with('/') => {
            Ok(Some(upstream.join(name).map_err(|error| format!("{name}: {error}"))?))
        }
        _ => Ok(None),
    }
}

fn read_list(path: &Path) -> Result<Vec<String>, String> {
    let failed = |error: io::Error| format!("{}: {error}", path.display());
    let mut text = String::new();
    if path.as_os_str() == "-" {
        io::stdin().lock().take(MAX_LIST).read_to_string(&mut text).map_err(failed)?;
    } else {
        fs::File::open(path).map_err(failed)?.take(MAX_LIST).read_to_string(&mut text).map_err(failed)?;
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(str::to_owned).collect())
}

/// A policy is for one site: a path on it means one thing only there.
fn one_site(places: &[Place]) -> Result<(), String> {
    let Some(first) = places.first() else {
        return Err("say which pages: countersign scan URL, or FILE, or DIR, or --list FILE".to_owned());
    };
    match places.iter().find(|place| place.url.origin() != first.url.origin()) {
        None => Ok(()),
        Some(other) => Err(format!(
            "{} and {} are pages of two sites: scan one at a time, because each has a policy of its own",
            first.shown(),
            other.shown()
        )),
    }
}
