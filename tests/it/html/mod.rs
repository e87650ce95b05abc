//! Documents: what leaves the rewriter for what goes in, judged by a second HTML parser; codings and
//! charsets.

mod grants;
mod rewriting;
mod oracle;
mod golden;
mod grammar;
mod properties;
mod misses;
mod html5lib;
mod codings;
mod charsets;
mod limits;

pub(crate) use oracle::attribute_value;
