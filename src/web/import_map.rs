//! Import maps: read and resolved as browsers do, and written so that a script element can hold them.
//! <https://html.spec.whatwg.org/#import-maps>

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;
use serde_json::{Map, Value};
use url::Url;

/// Specifiers, or the beginnings of some (with `/` at their end), and where they lead: to a URL, relative
/// to the document's base, or nowhere.
pub type SpecifierMap = BTreeMap<String, Option<String>>;

/// An import map, with its texts as they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ImportMap {
    /// For every module.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub imports: SpecifierMap,
    /// For modules of one URL, or below one (with `/` at its end).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub scopes: BTreeMap<String, SpecifierMap>,
    /// Integrity metadata by URL.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub integrity: BTreeMap<String, String>,
}

/// Why a text is no import map: a browser would refuse it as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportMapError {
    /// Not JSON.
    #[error("it is not JSON ({0})")]
    Json(String),
    /// Something else where an object must be.
    #[error("{0} must be an object, in braces")]
    NotAnObject(String),
}

impl ImportMap {
    /// Reads a map. What browsers warn of and skip is skipped.
    /// <https://html.spec.whatwg.org/#parse-an-import-map-string>
    pub fn parse(text: &str) -> Result<Self, ImportMapError> {
        let value: Value =
            serde_json::from_str(text).map_err(|error| ImportMapError::Json(error.to_string()))?;
        let mut root = object(value, "the whole")?;
        let mut part = |name: &str| match root.remove(name) {
            Some(value) => object(value, &format!("`{name}`")),
            None => Ok(Map::new()),
        };
        let (imports, scopes, integrity) = (part("imports")?, part("scopes")?, part("integrity")?);
        let mut map = Self { imports: specifiers(imports), ..Self::default() };
        for (prefix, value) in scopes {
            let scope = object(value, &format!("the scope `{prefix}`"))?;
            map.scopes.insert(prefix, specifiers(scope));
        }
        map.integrity = integrity
            .into_iter()
            .filter_map(|(url, value)| Some((url, value.as_str()?.to_owned())))
            .collect();
        Ok(map)
    }

    /// The map as text: always the same for equal maps, ASCII only, and without `<`, so that nothing in it
    /// can end the element that it stands in.
    pub fn to_text(&self) -> String {
        // Maps of texts always become JSON; were it not so, an empty map says nothing.
        let json = serde_json::to_string(self).unwrap_or_else(|_| "{}".to_owned());
        let mut text = String::with_capacity(json.len());
        for c in json.chars() {
            if c.is_ascii() && c != '<' {
                text.push(c);
                continue;
            }
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string can't fail.
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
        text
    }

    /// The URL to which a module at `importer` is led by `specifier`, in a document whose base URL is
    /// `base`; `None` where the import fails.
    /// <https://html.spec.whatwg.org/#resolve-a-module-specifier>
    pub fn resolve(&self, specifier: &str, importer: &Url, base: &Url) -> Option<Url> {
        let as_url = url_like(specifier, importer);
        let normalized = as_url.as_ref().map_or(specifier, Url::as_str);
        let mut scopes: Vec<(String, &SpecifierMap)> = self
            .scopes
            .iter()
            .filter_map(|(prefix, scope)| Some((String::from(base.join(prefix).ok()?), scope)))
            .filter(|(prefix, _)| is_in_scope(prefix, importer.as_str()))
            .collect();
        scopes.sort_by(|(a, _), (b, _)| b.cmp(a));
        let maps = scopes.into_iter().map(|(_, scope)| scope).chain([&self.imports]);
        for map in maps {
            match look_up(normalized, as_url.as_ref(), map, base) {
                Match::Url(url) => return Some(url),
                Match::Blocked => return None,
                Match::None => {}
            }
        }
        as_url
    }
}

/// Whether the importer is the scope's one URL, or below it.
pub fn is_in_scope(prefix: &str, importer: &str) -> bool {
    prefix == importer || (prefix.ends_with('/') && importer.starts_with(prefix))
}

enum Match {
    Url(Url),
    Blocked,
    None,
}

/// <https://html.spec.whatwg.org/#resolve-an-imports-match>
fn look_up(specifier: &str, as_url: Option<&Url>, map: &SpecifierMap, base: &Url) -> Match {
    let key = |key: &str| url_like(key, base).map_or_else(|| key.to_owned(), String::from);
    let mut entries: Vec<(String, Option<Url>)> = map
        .iter()
        .filter(|(written, _)| !written.is_empty())
        .map(|(written, address)| (key(written), address.as_deref().and_then(|text| url_like(text, base))))
        // What begins specifiers must lead to the beginning of URLs.
        .map(|(key, address)| {
            let fits = |url: &Url| !key.ends_with('/') || url.as_str().ends_with('/');
            let address = address.filter(fits);
            (key, address)
        })
        .collect();
    entries.sort_by(|(a, _), (b, _)| b.cmp(a));
    for (key, address) in entries {
        if key == specifier {
            return address.map_or(Match::Blocked, Match::Url);
        }
        let special =
            as_url.is_none_or(|url| matches!(url.scheme(), "http" | "https" | "file" | "ws" | "wss"));
        if !key.ends_with('/') || !special {
            continue;
        }
        let Some(rest) = specifier.strip_prefix(&key) else { continue };
        let Some(address) = address else { return Match::Blocked };
        // A specifier can't climb out of what its beginning leads to.
        return match address.join(rest) {
            Ok(url) if url.as_str().starts_with(address.as_str()) => Match::Url(url),
            _ => Match::Blocked,
        };
    }
    Match::None
}

/// <https://html.spec.whatwg.org/#resolve-a-url-like-module-specifier>
fn url_like(specifier: &str, base: &Url) -> Option<Url> {
    if ["/", "./", "../"].iter().any(|start| specifier.starts_with(start)) {
        return base.join(specifier).ok();
    }
    Url::parse(specifier).ok()
}

fn object(value: Value, what: &str) -> Result<Map<String, Value>, ImportMapError> {
    let Value::Object(object) = value else { return Err(ImportMapError::NotAnObject(what.to_owned())) };
    Ok(object)
}

fn specifiers(object: Map<String, Value>) -> SpecifierMap {
    object.into_iter().map(|(specifier, value)| (specifier, value.as_str().map(str::to_owned))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn specifiers_lead_where_browsers_lead_them() {
        let map = ImportMap::parse(
            r#"{"imports": {
                "lib": "./js/lib.js", "lib/": "https://cdn.example/lib/", "gone": null, "odd": 7,
                "/old.js": "/new.js", "https://cdn.example/a.js": "/_countersign/s/x/a.js",
                "lib/special.js": "/special.js", "bare": "not-a-url", "broken/": "/no-slash"
            }, "scopes": {
                "/js/": {"lib": "/scoped.js"},
                "/js/deep/": {"lib": "/deeper.js"},
                "/js/one.js": {"lib": "/one-only.js"}
            }, "extra": 1}"#,
        )
        .unwrap();
        let base = url("https://shop.example/a/page");
        for (specifier, importer, leads_to) in [
            ("lib", "https://shop.example/a/page", Some("https://shop.example/a/js/lib.js")),
            ("lib/x.js", "https://shop.example/a/page", Some("https://cdn.example/lib/x.js")),
            ("lib/../x.js", "https://shop.example/a/page", None),
            ("lib/special.js", "https://shop.example/a/page", Some("https://shop.example/special.js")),
            ("gone", "https://shop.example/a/page", None),
            ("odd", "https://shop.example/a/page", None),
            ("bare", "https://shop.example/a/page", None),
            ("broken/x", "https://shop.example/a/page", None),
            ("unknown", "https://shop.example/a/page", None),
            ("../old.js", "https://shop.example/a/page", Some("https://shop.example/new.js")),
            ("./x.js", "https://shop.example/a/page", Some("https://shop.example/a/x.js")),
            ("./a.js", "https://cdn.example/main.js", Some("https://shop.example/_countersign/s/x/a.js")),
            ("lib", "https://shop.example/js/x.js", Some("https://shop.example/scoped.js")),
            ("lib", "https://shop.example/js/deep/x.js", Some("https://shop.example/deeper.js")),
            ("lib", "https://shop.example/js/one.js", Some("https://shop.example/one-only.js")),
            ("data:text/javascript,1", "https://shop.example/x.js", Some("data:text/javascript,1")),
        ] {
            let resolved = map.resolve(specifier, &url(importer), &base);
            assert_eq!(resolved.as_ref().map(Url::as_str), leads_to, "{specifier} from {importer}");
        }
    }

    #[test]
    fn what_browsers_refuse_as_a_whole_is_no_import_map() {
        for text in [
            "",
            "ok()",
            "[]",
            "null",
            r#"{"imports": []}"#,
            r#"{"imports": null}"#,
            r#"{"scopes": {"/a/": 1}}"#,
            r#"{"integrity": "x"}"#,
            r#"{"imports": {},}"#,
            r#"{"imports": {"a": "\ud800"}}"#,
            "\u{feff}{}",
        ] {
            assert!(ImportMap::parse(text).is_err(), "{text}");
        }
        let deep = format!("{}{}", "{\"a\":".repeat(10_000), "1".to_owned() + &"}".repeat(10_000));
        assert!(ImportMap::parse(&deep).is_err());
    }

    #[test]
    fn a_written_map_says_the_same_and_cannot_end_its_element() {
        let text = r#"{"integrity":{"/a.js":"sha384-x"},"imports":{"</script><!--":"/\u003c/script>","é😀":"/é.js","a":null},"scopes":{"/":{}}}"#;
        let map = ImportMap::parse(text).unwrap();
        let written = map.to_text();
        assert!(written.is_ascii() && !written.contains('<'), "{written}");
        assert_eq!(ImportMap::parse(&written).unwrap(), map);
        assert!(written.contains(r#""\u00e9\ud83d\ude00":"/\u00e9.js""#), "{written}");
        assert_eq!(ImportMap::default().to_text(), "{}");
    }
}
