//! Documents: what leaves the rewriter for what goes in, judged by a second HTML parser; codings and
//! charsets.

mod grants;
mod rewriting;
mod beside;
mod last;
mod oracle;
mod golden;
mod grammar;
mod properties;
mod misses;
mod html5lib;
mod codings;
mod charsets;
mod limits;
mod growth;
mod bypass;
mod corpus;
/// What the fuzz targets run.
#[expect(unreachable_pub, reason = "they are public where the targets call them")]
#[path = "../../../fuzz/src/bodies/mod.rs"]
mod bodies;
mod replay;

pub(crate) use golden::inputs_of_golden_cases;
pub(crate) use grants::APPROVED_INLINE;
pub(crate) use oracle::attribute_value;
