//! STUB of the agreed interface.
#![allow(missing_docs, clippy::all, clippy::pedantic, reason = "stub")]
use super::*;
use crate::diagnostic::Diagnostic;
use crate::web::PathPattern;
use std::path::Path;
use std::sync::Arc;
pub struct Loaded { pub snapshot: Snapshot, pub warnings: Vec<Diagnostic> }
pub fn observe_only(upstream: UpstreamAddress) -> Snapshot {
    let page = PageRules { id: PageId(0), path: PathPattern::parse("/*").unwrap(), mode: Mode::Observe, payment: false, unapproved: Unapproved::Quarantine, fail: FailMode::HeadersOnly };
    let site = Site { name: SiteName("observed".into()), hosts: vec![], upstreams: vec![upstream], pages: vec![page], default_charset: encoding_rs::WINDOWS_1252, upstream_csp: UpstreamCsp::Merge, mirror: Default::default(), compiler: GrantCompiler::default(), cache: Default::default() };
    Snapshot { generation: Generation { number: 1, fingerprint: "000000000000".into() }, sites: vec![Arc::new(site)] }
}
pub fn load_folder(_d: &Path, _u: Option<UpstreamAddress>, _n: u64) -> Result<Loaded, Vec<Diagnostic>> { Err(vec![]) }
pub struct Watch;
pub enum ReloadOutcome { Loaded { generation: Generation }, Refused { diagnostics: Vec<Diagnostic> } }
pub fn watch(_d: &Path, _p: PublishedSnapshot, _u: Option<UpstreamAddress>, _f: impl Fn(ReloadOutcome) + Send + 'static) -> Result<Watch, std::io::Error> { Ok(Watch) }
