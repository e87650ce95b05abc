//! Documents: what leaves the rewriter for what goes in, judged by a second HTML parser; codings and
//! charsets.

mod grants;
mod rewriting;
mod oracle;
mod golden;
mod grammar;
mod properties;
mod codings;
mod charsets;
mod limits;
mod growth;
mod corpus;

pub(crate) use golden::inputs_of_golden_cases;
pub(crate) use grants::APPROVED_INLINE;
pub(crate) use oracle::attribute_value;
