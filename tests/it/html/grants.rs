//! The one policy that these tests rewrite under.

use std::collections::HashMap;
use std::sync::Arc;

use countersign::analysis::shape::shape_of_samples;
use countersign::csp::ScriptDirectives;
use countersign::inventory::{ScriptAddress, ScriptId, Tier};
use countersign::policy::{
    ApprovedMap, ApprovedScript, ApprovedShape, MapText, Mode, Opinion, PageGrants, PageScripts, Refresh,
    Unapproved, UpstreamCsp,
};
use countersign::sri::{Algorithm, Digest};
use countersign::web::ImportMap;
use jiff::Timestamp;
use url::Url;

/// Where the document is.
pub(super) const PAGE_URL: &str = "https://shop.example/a/page";
/// The witness's text here.
pub(super) const WITNESS: &str = "witness()";
/// Approved inline scripts.
pub(crate) const APPROVED_INLINE: [&str; 5] =
    ["ok()", "a\nb\nc", "a\u{fffd}b", "'café'", "a<!--<script>b</script>c-->"];
/// An approved import map.
pub(super) const APPROVED_MAP: &str = "{\"imports\":{}}";
/// An approved import map that is merged.
pub(super) const MERGED_MAP: &str = "{\"imports\":{\"m\":\"https://cdn.example/m.js\"}}";
/// Approved speculation rules.
pub(super) const APPROVED_RULES: &str = "{\"tag\":\"x\"}";
/// The code of an event handler that is approved.
pub(super) const APPROVED_HANDLER: &str = "handled()";
/// A `javascript:` URL that is approved.
pub(super) const APPROVED_URL: &str = "javascript:led()";

/// Samples of inline scripts that are approved by their shape.
const SHAPED: [&[&str]; 2] = [
    &["state({\"a\":1}, 'é')", "state(null, 'é')"],
    &["onload = () => late('a')", "onload = () => late('b')"],
];

/// External scripts: id, URL, texts whose digests are approved, tier.
const SCRIPTS: [(&str, &str, &[&str], Tier); 6] = [
    ("a", "https://cdn.example/a.js", &["a"], Tier::Pin),
    ("two", "https://cdn.example/two.js?v=1&w=2", &["new", "old"], Tier::Pin),
    ("m", "https://cdn.example/m.js", &["m"], Tier::Mirror),
    ("none", "https://cdn.example/none.js", &[], Tier::Pin),
    ("own", "https://shop.example/a/own.js", &["own"], Tier::Pin),
    ("sub", "https://shop.example/sub/x.js", &["sub"], Tier::Pin),
];

/// What a case may change.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) mode: Mode,
    pub(super) unapproved: Unapproved,
    pub(super) witness: bool,
    pub(super) payment: bool,
    pub(super) opinion: Opinion,
    pub(super) refresh: Refresh,
    pub(super) upstream_csp: UpstreamCsp,
    /// Whether pages may import modules.
    pub(super) modules: Modules,
}

/// How a page's import map comes to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Modules {
    /// Nothing may be imported.
    #[default]
    None,
    /// No import map of the page is approved.
    Own,
    /// One is.
    Merged,
}

/// The import map of pages that bring none.
pub(super) fn own_map() -> MapText {
    map("{\"imports\":{\"https://cdn.example/m.js\":\"/_countersign/s/x/m.js\"}}")
}

/// What stands in the place of [`MERGED_MAP`].
pub(super) fn merged_map() -> MapText {
    map("{\"imports\":{\"m\":\"/_countersign/s/x/m.js\"},\"scopes\":{\"</script>\":{}}}")
}

fn map(text: &str) -> MapText {
    MapText::of(&ImportMap::parse(text).unwrap())
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            mode: Mode::Enforce,
            unapproved: Unapproved::Quarantine,
            witness: false,
            payment: false,
            opinion: Opinion::Off,
            refresh: Refresh::Any,
            upstream_csp: UpstreamCsp::Merge,
            modules: Modules::None,
        }
    }
}

pub(super) fn grants(shape: &Shape) -> Arc<PageGrants> {
    let mut scripts = PageScripts::default();
    for (id, url, texts, tier) in SCRIPTS {
        let digests: Vec<Digest> = texts.iter().map(|text| sha384(text)).collect();
        let script = ApprovedScript {
            id: ScriptId::new(id).unwrap(),
            address: ScriptAddress::Absolute(Url::parse(url).unwrap()),
            tier,
            integrity: integrity(id),
            digests,
            mirror_path: (tier == Tier::Mirror).then(|| format!("/_countersign/s/x/{id}.js")),
            module: tier == Tier::Mirror,
            expires: None,
        };
        scripts.insert(&Arc::new(script), Timestamp::UNIX_EPOCH);
    }
    let approved_map =
        |text: &str, merged| (sha256(text), ApprovedMap { id: ScriptId::new("map").unwrap(), merged });
    let (import_maps, module_map) = match shape.modules {
        Modules::None => (HashMap::from([approved_map(APPROVED_MAP, None)]), None),
        Modules::Own => (HashMap::new(), Some(own_map())),
        Modules::Merged => (HashMap::from([approved_map(MERGED_MAP, Some(merged_map()))]), Some(own_map())),
    };
    let approved = |text: &str| (sha256(text), ScriptId::new("inline").unwrap());
    let shapes: Vec<_> = (0..SHAPED.len()).map(|place| Arc::new(approved_shape(place))).collect();
    let inline = APPROVED_INLINE.iter().map(|text| approved(text));
    let inline = inline.chain(shapes.iter().map(|shape| approved(&shape.code)));
    Arc::new(PageGrants {
        payment: shape.payment,
        second_opinion: if shape.payment { Opinion::Always } else { shape.opinion },
        unapproved: shape.unapproved,
        refresh: shape.refresh,
        upstream_csp: shape.upstream_csp,
        script_directives: ScriptDirectives { elements: "'sha384-ours'".to_owned(), attributes: None },
        scripts,
        inline: inline.collect::<HashMap<_, _>>(),
        import_maps,
        module_map,
        shapes: shapes.clone(),
        handlers: [approved(APPROVED_HANDLER)].into(),
        urls: [approved(APPROVED_URL)].into(),
        speculation_rules: [approved(APPROVED_RULES)].into(),
        witness: shape.witness.then(|| Arc::from(WITNESS)),
        ..PageGrants::nothing(shape.mode)
    })
}

/// One of the approved shapes.
pub(super) fn approved_shape(place: usize) -> ApprovedShape {
    let samples: Vec<String> = SHAPED[place].iter().map(|sample| (*sample).to_owned()).collect();
    let code = shape_of_samples(&samples).unwrap().code;
    ApprovedShape::of_code(ScriptId::new("shaped").unwrap(), sha256(&code), &code).unwrap()
}

/// The `integrity` that an approved script's tag gets.
pub(super) fn integrity(id: &str) -> String {
    let (_, _, texts, _) = SCRIPTS.iter().find(|(known, ..)| *known == id).unwrap();
    texts.iter().map(|text| sha384(text).to_string()).collect::<Vec<_>>().join(" ")
}

/// The digest of an inline script's text.
pub(super) fn sha256(text: &str) -> Digest {
    Digest::of(Algorithm::Sha256, text.as_bytes())
}

fn sha384(text: &str) -> Digest {
    Digest::of(Algorithm::Sha384, text.as_bytes())
}
