//! Which bytes the site's own scripts may have, by the path under which the application serves them. On
//! which pages they may run is no question here: a request for a script doesn't say, and what can't be
//! approved anywhere need not leave.

use std::collections::HashMap;
use std::sync::Arc;

use url::Url;

use super::ApprovedScript;
use super::site::is_under;
use crate::inventory::ScriptAddress;

/// The scripts that a policy names on the site itself, approved or not.
#[derive(Debug, Default)]
pub struct OwnBytes {
    /// By path, with the query that the policy names; several where they are meant for different pages.
    by_path: HashMap<String, Vec<Arc<ApprovedScript>>>,
    /// Those whose address is a pattern.
    patterns: Vec<Arc<ApprovedScript>>,
}

impl OwnBytes {
    /// Of all scripts those on the site itself, whose host names are these.
    pub(in crate::policy) fn of<'a>(
        scripts: impl Iterator<Item = &'a Arc<ApprovedScript>>,
        hosts: &[String],
    ) -> Self {
        let mut own = Self::default();
        for script in scripts {
            match &script.address {
                ScriptAddress::OnSite(path) => own.add(path.clone(), script),
                ScriptAddress::Absolute(url) => {
                    let is_ours =
                        |host: &str| hosts.iter().any(|known| known == host || is_under(known, host));
                    if url.host_str().is_some_and(is_ours) {
                        own.add(path_of(url), script);
                    }
                }
                ScriptAddress::Pattern(_) => own.patterns.push(Arc::clone(script)),
            }
        }
        own
    }

    fn add(&mut self, path: String, script: &Arc<ApprovedScript>) {
        self.by_path.entry(path).or_default().push(Arc::clone(script));
    }

    /// The scripts that a response from this URL of the site stands for. A query that the policy doesn't
    /// name makes no other script: what it is asked for by doesn't change what approved bytes do.
    pub fn at(&self, url: &Url) -> Vec<&Arc<ApprovedScript>> {
        let with_query = self.by_path.get(&path_of(url));
        let named = with_query.or_else(|| self.by_path.get(url.path()));
        let fitting = |script: &&Arc<ApprovedScript>| match &script.address {
            ScriptAddress::Pattern(pattern) => pattern.matches(url, url),
            ScriptAddress::Absolute(_) | ScriptAddress::OnSite(_) => false,
        };
        match named {
            Some(scripts) => scripts.iter().collect(),
            None => self.patterns.iter().filter(fitting).collect(),
        }
    }
}

fn path_of(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{ScriptId, Tier};

    fn script(id: &str, address: ScriptAddress) -> Arc<ApprovedScript> {
        Arc::new(ApprovedScript {
            id: ScriptId::new(id).unwrap(),
            address,
            tier: Tier::Pin,
            digests: Vec::new(),
            integrity: String::new(),
            mirror_path: None,
            module: false,
            expires: None,
        })
    }

    #[test]
    fn a_script_of_the_site_is_found_by_path_query_and_pattern() {
        let address = |text: &str| ScriptAddress::parse(text).unwrap();
        let scripts = [
            script("plain", address("/app.js")),
            script("versioned", address("/app.js?v=2")),
            script("whole", address("https://shop.example/whole.js")),
            script("deep", address("https://www.shop.example/deep.js")),
            script("vendor", address("https://cdn.example/vendor.js")),
            script("chunks", ScriptAddress::parse_pattern("/chunks/:name.js").unwrap()),
        ];
        let own = OwnBytes::of(scripts.iter(), &["shop.example".to_owned(), "*.shop.example".to_owned()]);
        let found = |path: &str| -> Vec<String> {
            let url = Url::parse(&format!("https://shop.example{path}")).unwrap();
            own.at(&url).into_iter().map(|script| script.id.to_string()).collect()
        };
        assert_eq!(found("/app.js"), ["plain"]);
        assert_eq!(found("/app.js?v=1"), ["plain"], "a query that nobody named");
        assert_eq!(found("/app.js?v=2"), ["versioned"]);
        assert_eq!(found("/whole.js"), ["whole"]);
        assert_eq!(found("/deep.js"), ["deep"], "under a wildcard");
        assert_eq!(found("/chunks/a.js"), ["chunks"]);
        for unknown in ["/vendor.js", "/App.js", "/app.js/", "/chunks/a/b.js"] {
            assert!(found(unknown).is_empty(), "{unknown}");
        }
    }
}
