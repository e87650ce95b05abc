//! Grants for unit tests, made the way the loader makes them.

use std::sync::Arc;

use super::grants::GrantCompiler;
use super::matching::Matching;
use super::{ApprovedScript, FailMode, Mode, PageGrants, PageId, PageRules, Unapproved};
use crate::inventory::{ScriptAddress, ScriptId, Tier};
use crate::sri::{Algorithm, Digest};
use crate::web::{PathPattern, PathReadings};

/// Enforced grants on every path: the script `/x.js` of the site with `integrity`, and an inline script
/// with the text `inline`.
///
/// # Panics
/// When `integrity` is no digest.
pub fn sample_grants(integrity: &str, inline: &str) -> PageGrants {
    let every_path = || PathPattern::parse("/*").unwrap();
    let rules = PageRules {
        id: PageId(0),
        path: every_path(),
        mode: Mode::Enforce,
        payment: false,
        unapproved: Unapproved::Quarantine,
        fail: FailMode::Closed,
    };
    let script = ApprovedScript {
        id: ScriptId::new("x").unwrap(),
        address: ScriptAddress::OnSite("/x.js".to_owned()),
        tier: Tier::Pin,
        digests: vec![integrity.parse().unwrap()],
        integrity: integrity.to_owned(),
        mirror_path: None,
    };
    let compiler = GrantCompiler {
        patterns: vec![every_path()],
        scripts: vec![(Arc::new(script), vec![0])],
        inline: vec![(
            Digest::of(Algorithm::Sha256, inline.as_bytes()),
            ScriptId::new("inline").unwrap(),
            vec![0],
        )],
        witness: true,
        ..GrantCompiler::default()
    };
    let pages = [rules];
    let key = Matching::new(&pages, &compiler).key(&pages, &compiler, &PathReadings::of("/"));
    compiler.compile(&pages, &key)
}
