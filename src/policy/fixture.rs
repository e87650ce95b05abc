//! Grants for unit tests, made the way the loader makes them.

use std::sync::Arc;

use jiff::Timestamp;

use super::grants::{ApprovedText, GrantCompiler};
use super::matching::Matching;
use super::{ApprovedScript, FailMode, InlineKind, Mode, PageGrants, PageRules, Visit};
use crate::inventory::{ScriptAddress, ScriptId, Tier};
use crate::sri::{Algorithm, Digest};
use crate::web::{PathPattern, PathReadings};

/// Enforced grants on every path: the script `/x.js` of the site with `integrity`, and an inline script
/// with the text `inline`.
///
/// # Panics
/// When `integrity` is no digest.
pub fn sample_grants(integrity: &str, inline: &str) -> PageGrants {
    let rules = PageRules { fail: FailMode::Closed, ..PageRules::everywhere(Mode::Enforce) };
    let script = ApprovedScript {
        id: ScriptId::new("x").unwrap(),
        address: ScriptAddress::OnSite("/x.js".to_owned()),
        tier: Tier::Pin,
        digests: vec![integrity.parse().unwrap()],
        integrity: integrity.to_owned(),
        mirror_path: None,
        module: false,
        expires: None,
    };
    let compiler = GrantCompiler {
        patterns: vec![PathPattern::every()],
        scripts: vec![(Arc::new(script), vec![0])],
        inline: vec![(
            ApprovedText {
                digest: Digest::of(Algorithm::Sha256, inline.as_bytes()),
                kind: InlineKind::Script,
                map: None,
                shape: None,
            },
            ScriptId::new("inline").unwrap(),
            vec![0],
        )],
        witness: true,
        ..GrantCompiler::default()
    };
    let pages = [rules];
    let visit = Visit::enforced(Timestamp::UNIX_EPOCH);
    let key = Matching::new(&pages, &compiler).key(&pages, &compiler, &PathReadings::of("/"), visit);
    compiler.compile(&pages, &key)
}
