//! The external scripts of a page, found by whatever a tag names them with: pages may have as many tags as
//! they like, and policies many thousand scripts.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use foldhash::fast::RandomState;
use jiff::Timestamp;
use url::Url;

use super::super::own_paths::MIRROR_PREFIX;
use super::ApprovedScript;
use crate::inventory::{ScriptAddress, Tier};

/// The external scripts that a policy names for a page, approved or not.
#[derive(Debug, Default)]
pub struct PageScripts {
    /// By the key of their address: canonical URL, path and query on the site itself, or pattern.
    by_address: HashSet<ByAddress, RandomState>,
    /// Those whose address is a pattern, in the order of the policy.
    patterns: Vec<Arc<ApprovedScript>>,
    mirrored: HashSet<ByMirrorPath, RandomState>,
    /// Those that run, by their bytes.
    checked: HashSet<ByIntegrity, RandomState>,
}

impl PageScripts {
    /// Adds a script; one of the same address that is there already stays, and the answer is false.
    /// `at` is the moment for which the table is made.
    pub fn insert(&mut self, script: &Arc<ApprovedScript>, at: Timestamp) -> bool {
        // A set keeps the one that it has.
        if !self.by_address.insert(ByAddress(Arc::clone(script))) {
            return false;
        }
        if matches!(script.address, ScriptAddress::Pattern(_)) {
            self.patterns.push(Arc::clone(script));
        }
        if script.mirror_path.is_some() {
            self.mirrored.insert(ByMirrorPath(Arc::clone(script)));
        }
        if script.runs(at) && script.tier != Tier::Evergreen {
            self.checked.insert(ByIntegrity(Arc::clone(script)));
        }
        true
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_address.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_address.is_empty()
    }

    /// All of them, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<ApprovedScript>> {
        self.by_address.iter().map(|ByAddress(script)| script)
    }

    /// The script whose address has this key. Patterns aren't tried.
    pub fn at(&self, key: &str) -> Option<&Arc<ApprovedScript>> {
        self.by_address.get(key).map(|ByAddress(script)| script)
    }

    /// The script that a tag with this canonical URL stands for. `document` is the URL of the page: a policy
    /// names scripts of the site itself by their path, and the site has whatever origin the page came from.
    pub fn find(&self, url: &Url, document: &Url) -> Option<&Arc<ApprovedScript>> {
        let on_site = ScriptAddress::on_site_key(url, document);
        let fits = |script: &&Arc<ApprovedScript>| match &script.address {
            ScriptAddress::Pattern(pattern) => pattern.matches(url, document),
            ScriptAddress::Absolute(_) | ScriptAddress::OnSite(_) => false,
        };
        self.at(url.as_str())
            .or_else(|| self.at(on_site.as_deref()?))
            .or_else(|| self.patterns.iter().find(fits))
            .or_else(|| self.mirrored_at(on_site.as_deref()?))
    }

    /// The script whose approved bytes we serve at this path: a page that was rewritten before names it so.
    fn mirrored_at(&self, path: &str) -> Option<&Arc<ApprovedScript>> {
        if !path.starts_with(MIRROR_PREFIX) {
            return None;
        }
        self.mirrored.get(path).map(|ByMirrorPath(script)| script)
    }

    /// Whether some script here runs by its bytes, and with this `integrity`.
    pub fn has_integrity(&self, integrity: &str) -> bool {
        self.checked.contains(integrity)
    }
}

#[derive(Debug)]
struct ByAddress(Arc<ApprovedScript>);

#[derive(Debug)]
struct ByMirrorPath(Arc<ApprovedScript>);

#[derive(Debug)]
struct ByIntegrity(Arc<ApprovedScript>);

impl Borrow<str> for ByAddress {
    fn borrow(&self) -> &str {
        self.0.address.key()
    }
}

impl Borrow<str> for ByMirrorPath {
    fn borrow(&self) -> &str {
        self.0.mirror_path.as_deref().unwrap_or_default()
    }
}

impl Borrow<str> for ByIntegrity {
    fn borrow(&self) -> &str {
        &self.0.integrity
    }
}

/// As their text, as [`Borrow`] asks.
macro_rules! compares_as_text {
    ($kind:ty) => {
        impl PartialEq for $kind {
            fn eq(&self, other: &Self) -> bool {
                Borrow::<str>::borrow(self) == Borrow::<str>::borrow(other)
            }
        }

        impl Eq for $kind {}

        impl Hash for $kind {
            fn hash<H: Hasher>(&self, state: &mut H) {
                Borrow::<str>::borrow(self).hash(state);
            }
        }
    };
}

compares_as_text!(ByAddress);
compares_as_text!(ByMirrorPath);
compares_as_text!(ByIntegrity);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::ScriptId;
    use crate::sri::{Algorithm, Digest};

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn script(id: &str, url: &str, tier: Tier) -> Arc<ApprovedScript> {
        Arc::new(ApprovedScript {
            id: ScriptId::new(id).unwrap(),
            address: if url.contains("/v:") {
                ScriptAddress::parse_pattern(url).unwrap()
            } else {
                ScriptAddress::parse(url).unwrap()
            },
            tier,
            digests: vec![Digest::of(Algorithm::Sha384, id.as_bytes())],
            integrity: format!("sha384-{id}"),
            mirror_path: (tier == Tier::Mirror).then(|| format!("{MIRROR_PREFIX}{id}.js")),
            module: false,
            expires: None,
        })
    }

    #[test]
    fn a_script_is_found_by_its_url_its_path_its_pattern_and_its_mirror() {
        let mut table = PageScripts::default();
        for (id, url, tier) in [
            ("vendor", "https://cdn.example/a.js", Tier::Mirror),
            ("own", "/own.js?v=1", Tier::Pin),
            ("loose", "https://cdn.example/v:major/b.js", Tier::Pin),
        ] {
            assert!(table.insert(&script(id, url, tier), NOW), "{id}");
        }
        let document = Url::parse("https://shop.example/cart").unwrap();
        let found = |url: &str| {
            let url = document.join(url).unwrap();
            table.find(&url, &document).map(|script| script.id.as_str().to_owned())
        };
        assert_eq!(found("https://cdn.example/a.js").as_deref(), Some("vendor"));
        assert_eq!(found("/own.js?v=1").as_deref(), Some("own"));
        assert_eq!(found("https://cdn.example/v2/b.js").as_deref(), Some("loose"));
        let mirror = format!("{MIRROR_PREFIX}vendor.js");
        assert_eq!(found(&mirror).as_deref(), Some("vendor"));
        assert_eq!(found(&format!("https://other.example{mirror}")), None);
        assert_eq!(found("/own.js?v=2"), None);
    }

    #[test]
    fn integrity_counts_for_what_runs_by_its_bytes() {
        let mut table = PageScripts::default();
        table.insert(&script("runs", "/runs.js", Tier::Pin), NOW);
        table.insert(&script("free", "/free.js", Tier::Evergreen), NOW);
        let unapproved = ApprovedScript {
            digests: Vec::new(),
            integrity: String::new(),
            ..Arc::into_inner(script("new", "/new.js", Tier::Pin)).unwrap()
        };
        table.insert(&Arc::new(unapproved), NOW);
        let known = ["sha384-runs", "sha384-free", ""].map(|integrity| table.has_integrity(integrity));
        assert_eq!(known, [true, false, false]);
    }

    #[test]
    fn the_first_script_of_an_address_stays() {
        let mut table = PageScripts::default();
        assert!(table.insert(&script("first", "/x.js", Tier::Pin), NOW));
        assert!(!table.insert(&script("second", "/x.js", Tier::Pin), NOW));
        assert_eq!(table.len(), 1);
        assert!(!table.has_integrity("sha384-second"));
    }
}
