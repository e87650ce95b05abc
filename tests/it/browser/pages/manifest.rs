//! `pages.toml`: where each page begins, and every script it has.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use countersign::sri::{Algorithm, Digest};
use serde::Deserialize;
use serde_json::Value;

use crate::browser::devtools::Tab;

/// `pages.toml`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    page: Vec<Page>,
}

/// A page, and every script it has.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    /// Its path.
    pub(super) entry: String,
    /// Paths and queries of its external scripts, in order; URLs of those of other origins.
    pub(super) scripts: Vec<String>,
    /// Paths of modules that its scripts import, in any order. One may be among the scripts too.
    #[serde(default)]
    pub(super) modules: Vec<String>,
    /// Digests (`sha256-…`) of its inline scripts, in order.
    pub(super) inline: Vec<String>,
    /// Digests of its event handlers, in order.
    #[serde(default)]
    pub(super) handlers: Vec<String>,
    /// Digests of its `javascript:` URLs, in order.
    #[serde(default)]
    pub(super) urls: Vec<String>,
    /// Why it is another page through Countersign although all of this is approved.
    pub(super) differs: Option<String>,
    /// Why no two pictures of it are the same.
    pub(super) moves: Option<String>,
    /// Whether its vendors' scripts are served by Countersign (tier mirror), not pinned.
    #[serde(default)]
    pub(super) mirrored: bool,
}

/// Texts of what a browser would take as scripts in the markup of a page.
#[derive(Debug, Deserialize)]
pub(super) struct Found {
    pub(super) scripts: Vec<String>,
    pub(super) inline: Vec<String>,
    pub(super) handlers: Vec<String>,
    pub(super) urls: Vec<String>,
}

/// Finds them without running them, in the charset that the browser decides on.
const FIND: &str = "(entry => new Promise((resolve, reject) => {
    const found = { scripts: [], inline: [], handlers: [], urls: [] };
    const base = new URL(entry, location);
    const runs = script => ['', 'module', 'text/javascript', 'application/javascript'].includes(script.type);
    const leads = ['href', 'src', 'action', 'formaction', 'data', 'xlink:href'];
    const look = page => {
        for (const script of [...page.scripts].filter(runs)) {
            if (script.hasAttribute('src')) {
                const url = new URL(script.getAttribute('src'), base);
                found.scripts.push(url.origin === location.origin ? url.pathname + url.search : url.href);
            } else if (script.text) {
                found.inline.push(script.text);
            }
        }
        for (const element of page.querySelectorAll('*')) {
            for (const { name, value } of element.attributes) {
                if (name.startsWith('on') && name in document.body) found.handlers.push(value);
                if (leads.includes(name) && /^\\s*javascript:/i.test(value)) found.urls.push(value.trim());
            }
            if (element.srcdoc) look(new DOMParser().parseFromString(element.srcdoc, 'text/html'));
        }
    };
    const request = new XMLHttpRequest();
    request.open('GET', entry);
    request.responseType = 'document';
    request.onerror = reject;
    request.onload = () => { look(request.response); resolve(found); };
    request.send();
}))";

pub(super) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages")
}

pub(super) fn manifest() -> Vec<Page> {
    let text = fs::read_to_string(folder().join("pages.toml")).unwrap();
    toml::from_str::<Manifest>(&text).unwrap().page
}

/// What the markup of a page has; the tab must show a page of the same site.
pub(super) async fn found(tab: &Tab, entry: &str) -> Found {
    let found = tab.try_value(&format!("{FIND}({})", Value::from(entry))).await;
    serde_json::from_value(found.unwrap_or_else(|| panic!("{entry} is not there"))).unwrap()
}

impl Page {
    /// Whether it has code of any kind.
    pub(super) fn has_scripts(&self) -> bool {
        !self.scripts.is_empty() || !self.inline.is_empty()
    }

    /// As `pages.toml` would have it, or nothing where it has it so.
    pub(super) fn correction(&self, found: &Found) -> Option<String> {
        let digests = |texts: &[String]| -> Vec<String> {
            texts.iter().map(|text| Digest::of(Algorithm::Sha256, text.as_bytes()).to_string()).collect()
        };
        let (inline, handlers, urls) =
            (digests(&found.inline), digests(&found.handlers), digests(&found.urls));
        let lists = [
            ("scripts", &found.scripts, &self.scripts),
            ("inline", &inline, &self.inline),
            ("handlers", &handlers, &self.handlers),
            ("urls", &urls, &self.urls),
        ];
        if lists.iter().all(|(_, found, listed)| found == listed) {
            return None;
        }
        let mut text = format!("[[page]]\nentry = {:?}\n", self.entry);
        for (name, found, _) in lists {
            if found.is_empty() && !matches!(name, "scripts" | "inline") {
                continue;
            }
            let items: Vec<String> = found.iter().map(|item| format!("\n    {item:?},")).collect();
            let end = if items.is_empty() { "" } else { "\n" };
            writeln!(text, "{name} = [{}{end}]", items.concat()).unwrap();
        }
        Some(text)
    }
}
