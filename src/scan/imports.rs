//! Modules that modules import: found in the code, led by the page's import map as browsers do, fetched
//! like the scripts of the page.

use std::collections::{BTreeSet, HashMap};

use url::Url;

use super::limits::MAX_SCRIPTS;
use super::page::Page;
use super::party::Party;
use super::script::{Found, Script, Source};
use crate::inventory::{ScriptAddress, SeenKind};
use crate::judge::Kind;
use crate::web::ImportMap;

/// Adds what the scripts import that was not known, and marks what is imported. `from` is the first
/// script that was not followed before. Whether something was left out for the limit of scripts.
pub(super) fn follow(pages: &[Page], scripts: &mut Vec<Script>, from: usize) -> bool {
    let mut places: HashMap<String, usize> = HashMap::new();
    for (place, script) in scripts.iter().enumerate() {
        if let Source::External { address, .. } = &script.source {
            places.entry(address.clone()).or_insert(place);
        }
    }
    let mut left_out = false;
    for (url, address, page) in imported(pages, scripts.get(from..).unwrap_or_default()) {
        let place = match places.get(&address) {
            Some(place) => *place,
            None if scripts.len() >= MAX_SCRIPTS => {
                left_out = true;
                continue;
            }
            None => {
                places.insert(address.clone(), scripts.len());
                scripts.push(script(url, address, &page));
                scripts.len().saturating_sub(1)
            }
        };
        if let Some(script) = scripts.get_mut(place) {
            script.imported = true;
            script.kinds.insert(SeenKind::Import);
            script.pages.insert(page.path().to_owned());
        }
    }
    left_out
}

/// What these scripts import on their pages: URL, address in a policy, and page; each once, in order.
fn imported(pages: &[Page], scripts: &[Script]) -> Vec<(Url, String, Url)> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for page in pages {
        let Ok(base) = Url::parse(&page.url) else { continue };
        let map = page.import_map();
        for script in scripts.iter().filter(|script| script.pages.contains(&page.path)) {
            let delivered = script.delivery.as_ref().and_then(|delivery| delivery.reading.as_ref());
            let Some(reading) = delivered.or(script.reading.as_ref()) else { continue };
            let importer = script.url().unwrap_or(&base);
            for specifier in &reading.imports {
                let Some(mut url) = map.resolve(specifier, importer, &base) else { continue };
                url.set_fragment(None);
                if !matches!(url.scheme(), "http" | "https") {
                    continue;
                }
                let address = ScriptAddress::on_site_key(&url, &base).unwrap_or_else(|| url.to_string());
                if seen.insert((address.clone(), page.path.clone())) {
                    found.push((url, address, base.clone()));
                }
            }
        }
    }
    found
}

fn script(url: Url, address: String, page: &Url) -> Script {
    let party = Some(Party::of(&url, page));
    let source = Source::External { url, address };
    Script {
        found: Found {
            kind: SeenKind::Import,
            runs_as: Some(Kind::Module),
            source: source.clone(),
            hopeless: None,
            shaped: None,
        },
        source,
        kinds: BTreeSet::new(),
        imported: true,
        party,
        pages: BTreeSet::new(),
        delivery: None,
        reading: None,
        page: Some(page.clone()),
    }
}

impl Page {
    /// What its import maps say together: the first word on a specifier counts.
    fn import_map(&self) -> ImportMap {
        let mut all = ImportMap::default();
        for found in self.scripts.iter().filter(|found| found.runs_as == Some(Kind::ImportMap)) {
            let Source::Inline { text: Some(text), .. } = &found.source else { continue };
            let Ok(map) = ImportMap::parse(text) else { continue };
            for (specifier, address) in map.imports {
                all.imports.entry(specifier).or_insert(address);
            }
            for (prefix, scope) in map.scopes {
                let known = all.scopes.entry(prefix).or_default();
                for (specifier, address) in scope {
                    known.entry(specifier).or_insert(address);
                }
            }
        }
        all
    }
}
