//! Modules that other scripts may import. A CSP of digests lets an import through only where the page's
//! import map has integrity for it, so each page gets a map that says so: merged into the approved one, or
//! one of its own.
//!
//! A mirrored module comes from another URL than its vendor's. Whoever imports it by the vendor's URL is
//! led there by `imports`. What a mirrored module imports by a relative URL would be looked for beside the
//! mirror's URL, so a scope of its own leads that back.

use std::collections::BTreeMap;
use std::sync::Arc;

use url::Url;

use super::model::{ApprovedScript, MapText, PageGrants};
use crate::inventory::{ScriptAddress, Tier};
use crate::web::{ImportMap, SpecifierMap, is_in_scope};

/// Relative imports among mirrored modules that one map holds; their number grows with the square of the
/// modules'. More are not led anywhere, and don't run.
const MAX_RELATIVE: usize = 4096;

/// Any site will do for paths on it: only how they lie to each other is of interest.
const SOME_SITE: &str = "https://site.invalid/";

/// The modules of one page.
pub(super) struct Modules {
    some_site: Url,
    modules: Vec<Module>,
}

/// One of them.
struct Module {
    script: Arc<ApprovedScript>,
    /// Where the vendor has it.
    url: Url,
}

impl Module {
    /// Where pages are to fetch it from.
    fn target(&self) -> &str {
        self.script.mirror_path.as_deref().unwrap_or(self.script.address.key())
    }

    fn is_mirrored(&self) -> bool {
        self.script.tier == Tier::Mirror && self.script.mirror_path.is_some()
    }
}

impl Modules {
    /// Those that the grants let run.
    pub(super) fn of(grants: &PageGrants) -> Option<Self> {
        let some_site = Url::parse(SOME_SITE).ok()?;
        let url = |script: &Arc<ApprovedScript>| match &script.address {
            ScriptAddress::Absolute(url) => Some(url.clone()),
            ScriptAddress::OnSite(path) => some_site.join(path).ok(),
            // `check` lets no such script be a module: there would be no URL to name.
            ScriptAddress::Pattern(_) => None,
        };
        let wanted = |script: &&Arc<ApprovedScript>| {
            script.module && script.tier != Tier::Evergreen && grants.lets_run(script)
        };
        let scripts = grants.scripts.iter().filter(wanted);
        let mut modules: Vec<Module> = scripts
            .filter_map(|script| Some(Module { url: url(script)?, script: Arc::clone(script) }))
            .collect();
        // Equal grants must have equal maps.
        modules.sort_by(|a, b| a.script.address.key().cmp(b.script.address.key()));
        Some(Self { some_site, modules })
    }

    /// The map for pages without an approved one; `None` where it would say nothing.
    pub(super) fn map(&self) -> Option<MapText> {
        let map = self.merged(&ImportMap::default());
        (map != ImportMap::default()).then(|| MapText::of(&map))
    }

    /// What stands in the place of an approved map; `None` where that would say the same.
    pub(super) fn in_place_of(&self, page: &ImportMap) -> Option<MapText> {
        let map = self.merged(page);
        (map != *page).then(|| MapText::of(&map))
    }

    fn merged(&self, page: &ImportMap) -> ImportMap {
        let mut map = ImportMap {
            imports: self.led(&page.imports),
            scopes: page.scopes.iter().map(|(prefix, scope)| (prefix.clone(), self.led(scope))).collect(),
            integrity: BTreeMap::new(),
        };
        let mut left = MAX_RELATIVE;
        for module in &self.modules {
            let (vendor, target) = (module.script.address.key(), module.target());
            // The vendor's URL too: should an import come there all the same, its bytes are checked.
            for url in [vendor, target] {
                map.integrity.insert(url.to_owned(), module.script.integrity.clone());
            }
            if module.is_mirrored() {
                map.imports.entry(vendor.to_owned()).or_insert_with(|| Some(target.to_owned()));
                let scope = self.scope(module, &map, &mut left);
                if !scope.is_empty() {
                    map.scopes.entry(target.to_owned()).or_insert(scope);
                }
            }
        }
        map
    }

    /// The page's specifiers, those that lead to a mirrored module's vendor now leading to the mirror.
    fn led(&self, page: &SpecifierMap) -> SpecifierMap {
        let mut led = page.clone();
        for (specifier, address) in page {
            let Some(address) = address.as_deref().and_then(|address| self.canonical(address)) else {
                continue;
            };
            for module in self.modules.iter().filter(|module| module.is_mirrored()) {
                let vendor = module.script.address.key();
                let target = Some(module.target().to_owned());
                if vendor == address {
                    led.insert(specifier.clone(), target);
                } else if specifier.ends_with('/')
                    && address.ends_with('/')
                    && let Some(rest) = vendor.strip_prefix(&address)
                {
                    led.entry(format!("{specifier}{rest}")).or_insert(target);
                }
            }
        }
        led
    }

    /// An address in the form in which scripts have theirs. `None` where that depends on the page's base.
    fn canonical(&self, address: &str) -> Option<String> {
        let parsed = if address.starts_with('/') && !address.starts_with("//") {
            self.some_site
                .join(address)
                .ok()
                .and_then(|url| ScriptAddress::on_site_key(&url, &self.some_site))
        } else {
            Url::parse(address).ok().map(String::from)
        };
        parsed.filter(|address| !address.contains('#'))
    }

    /// What the relative imports of a mirrored module lead to, and what its page's scopes say of it.
    fn scope(&self, mirrored: &Module, map: &ImportMap, left: &mut usize) -> SpecifierMap {
        let mut scope = SpecifierMap::new();
        let vendor = mirrored.script.address.key();
        // Ascending, so that the narrowest of the page's scopes has the last word.
        for (prefix, entries) in &map.scopes {
            if self.canonical(prefix).is_some_and(|prefix| is_in_scope(&prefix, vendor)) {
                scope.extend(entries.clone());
            }
        }
        let Some(here) = self.some_site.join(mirrored.target()).ok() else { return scope };
        for module in &self.modules {
            let beside = module.url.origin() == mirrored.url.origin() && module.url != mirrored.url;
            let relative = beside.then(|| mirrored.url.make_relative(&module.url)).flatten();
            let Some(relative) = relative else { continue };
            let from_root = ScriptAddress::on_site_key(&module.url, &mirrored.url);
            let from_here = here.join(&relative).ok();
            let from_here = from_here.and_then(|url| ScriptAddress::on_site_key(&url, &here));
            for specifier in [from_root, from_here].into_iter().flatten() {
                // Nothing to say where it leads there anyway.
                if specifier == module.target() {
                    continue;
                }
                if *left == 0 {
                    return scope;
                }
                *left -= 1;
                scope.entry(specifier).or_insert_with(|| Some(module.target().to_owned()));
            }
        }
        scope
    }
}

#[cfg(test)]
mod tests {

    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::*;
    use crate::inventory::ScriptId;
    use crate::policy::{Mode, PageScripts};
    use crate::sri::{Algorithm, Digest};

    /// Modules by URL and tier; a mirrored one is at `/_countersign/s/<place>/<id>.js`.
    fn modules(scripts: &[(&str, Tier)]) -> Modules {
        let script = |(place, (url, tier)): (usize, &(&str, Tier))| {
            let address = ScriptAddress::parse(url).unwrap();
            let digest = Digest::of(Algorithm::Sha384, url.as_bytes());
            let id = url.rsplit('/').next().unwrap().split('.').next().unwrap().to_owned();
            let script = ApprovedScript {
                id: ScriptId::new(&id).unwrap(),
                tier: *tier,
                integrity: format!("sha384-{id}"),
                digests: vec![digest],
                mirror_path: (*tier == Tier::Mirror).then(|| format!("/_countersign/s/{place}/{id}.js")),
                module: true,
                expires: None,
                address,
            };
            Arc::new(script)
        };
        let mut table = PageScripts::default();
        for script in scripts.iter().enumerate().map(script) {
            table.insert(&script, Timestamp::UNIX_EPOCH);
        }
        Modules::of(&PageGrants { scripts: table, ..PageGrants::nothing(Mode::Enforce) }).unwrap()
    }

    fn merged(scripts: &[(&str, Tier)], page: &Value) -> Value {
        let page = ImportMap::parse(&page.to_string()).unwrap();
        serde_json::from_str(MapText::of(&modules(scripts).merged(&page)).text()).unwrap()
    }

    #[test]
    fn pinned_modules_get_integrity_and_the_page_keeps_what_it_says() {
        let scripts = [("https://cdn.example/lib.js", Tier::Pin), ("/own.js?v=1", Tier::Pin)];
        let page = json!({
            "imports": {"lib": "https://cdn.example/lib.js", "x": null},
            "scopes": {"/a/": {"lib": "/own.js?v=1"}},
            "integrity": {"https://cdn.example/lib.js": "", "/other.js": "sha384-other"},
            "more": 1,
        });
        assert_eq!(
            merged(&scripts, &page),
            json!({
                "imports": {"lib": "https://cdn.example/lib.js", "x": null},
                "scopes": {"/a/": {"lib": "/own.js?v=1"}},
                "integrity": {"https://cdn.example/lib.js": "sha384-lib", "/own.js?v=1": "sha384-own"},
            })
        );
    }

    #[test]
    fn whoever_asks_for_a_mirrored_module_is_led_to_the_mirror() {
        let scripts = [("https://cdn.example/v1/lib.js", Tier::Mirror), ("/own.js", Tier::Mirror)];
        let page = json!({"imports": {
            "lib": "https://cdn.example/v1/lib.js",
            "lib/": "https://cdn.example/v1/",
            "own": "/./own.js",
            "rel": "./own.js",
        }, "scopes": {"/a/": {"lib": "HTTPS://cdn.example/v1/lib.js"}}});
        let map = merged(&scripts, &page);
        assert_eq!(
            map["imports"],
            json!({
                "lib": "/_countersign/s/0/lib.js",
                "lib/": "https://cdn.example/v1/",
                "lib/lib.js": "/_countersign/s/0/lib.js",
                "own": "/_countersign/s/1/own.js",
                "rel": "./own.js",
                "https://cdn.example/v1/lib.js": "/_countersign/s/0/lib.js",
                "/own.js": "/_countersign/s/1/own.js",
            })
        );
        assert_eq!(map["scopes"]["/a/"]["lib"], "/_countersign/s/0/lib.js");
        assert_eq!(map["integrity"]["/_countersign/s/0/lib.js"], "sha384-lib");
        assert_eq!(map["integrity"]["https://cdn.example/v1/lib.js"], "sha384-lib");
    }

    #[test]
    fn relative_imports_of_a_mirrored_module_lead_where_they_led_at_the_vendor() {
        let scripts = [
            ("https://cdn.example/v1/main.js", Tier::Mirror),
            ("https://cdn.example/v1/sub/leaf.js", Tier::Mirror),
            ("https://cdn.example/shared.js", Tier::Pin),
            ("https://other.example/v1/leaf.js", Tier::Pin),
        ];
        let page = json!({"scopes": {
            "https://cdn.example/": {"lib": "/a.js", "leaf": "/a.js"},
            "https://cdn.example/v1/": {"lib": "/b.js"},
            "https://other.example/": {"lib": "/c.js"},
        }});
        let map = ImportMap::parse(&merged(&scripts, &page).to_string()).unwrap();
        let base = Url::parse("https://shop.example/page").unwrap();
        let main = base.join("/_countersign/s/0/main.js").unwrap();
        let leaf = base.join("/_countersign/s/1/leaf.js").unwrap();
        for (importer, specifier, leads_to) in [
            (&main, "./sub/leaf.js", leaf.as_str()),
            (&main, "./x/../sub/leaf.js", leaf.as_str()),
            (&main, "/v1/sub/leaf.js", leaf.as_str()),
            (&main, "https://cdn.example/v1/sub/leaf.js", leaf.as_str()),
            (&main, "../shared.js", "https://cdn.example/shared.js"),
            (&main, "/shared.js", "https://cdn.example/shared.js"),
            (&leaf, "../main.js", main.as_str()),
            (&leaf, "../../shared.js", "https://cdn.example/shared.js"),
            (&main, "lib", "https://shop.example/b.js"),
            (&main, "leaf", "https://shop.example/a.js"),
            // Of a module beside no mirrored one nothing is said.
            (&base, "/shared.js", "https://shop.example/shared.js"),
        ] {
            let resolved = map.resolve(specifier, importer, &base);
            assert_eq!(resolved.as_ref().map(Url::as_str), Some(leads_to), "{specifier} from {importer}");
        }
    }

    #[test]
    fn maps_are_equal_for_equal_grants_and_bounded() {
        let urls: Vec<String> = (0..200).map(|n| format!("https://cdn.example/m{n}.js")).collect();
        let mut scripts: Vec<_> = urls.iter().map(|url| (url.as_str(), Tier::Mirror)).collect();
        let map = modules(&scripts).merged(&ImportMap::default());
        assert_eq!(map.scopes.values().map(BTreeMap::len).sum::<usize>(), MAX_RELATIVE);
        assert_eq!(map.integrity.len(), 400, "integrity has no bound of its own");
        scripts.truncate(3);
        let first = modules(&scripts).map();
        assert!(first.is_some() && (0..20).all(|_| modules(&scripts).map() == first));
        assert_eq!(modules(&[]).map(), None);
        assert_eq!(modules(&[]).in_place_of(&ImportMap::parse("{\"imports\":{}}").unwrap()), None);
    }
}
