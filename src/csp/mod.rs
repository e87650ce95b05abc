//! The browser's policy language as types: what we send is built from these, so that it can't be
//! malformed; what an upstream sends is parsed into them as far as needed.
//! Always "CSP"; "policy" means the operator's file.
//! <https://w3c.github.io/webappsec-csp/>

mod source;
mod directive;
mod matching;
mod upstream;

pub use directive::{Csp, Directive, DirectiveError};
pub use matching::{Matching, names_url};
pub use source::{SourceError, SourceExpression};
pub use upstream::{ScriptDirectives, merge_upstream, merge_upstream_meta};
