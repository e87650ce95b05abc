//! What the fuzz targets run, and what they share with the integration tests, which replay the corpora
//! (`tests/it/html/replay.rs`).
#![expect(dead_code, reason = "the tests use more of these modules than the targets do")]

#[path = "../../tests/it/html/beside.rs"]
mod beside;
#[path = "../../tests/it/html/grants.rs"]
mod grants;
#[path = "../../tests/it/html/last.rs"]
mod last;
#[path = "../../tests/it/html/oracle.rs"]
mod oracle;
#[path = "../../tests/it/html/rewriting.rs"]
mod rewriting;

pub mod bodies;
