//! Markup in, markup out: decodes, judges every script, edits, encodes. No sockets, no clock.
//!
//! ```text
//!  coded bytes ─► Decoder ─► markup ─► Rewriter ─► markup ─► Encoder ─► coded bytes
//!                  coding     charset_of  │  script, link, base, meta, iframe: judge, then edit
//!                                         └► observer: one `Judged` for each verdict
//! ```
//!
//! What is plain at a glance is read without a parser (`bypass`); where a document is not, `lol_html` reads on.
//!
//! The rewriter only grants. `lol_html` misreads hostile markup now and then, so safety rests on the CSP
//! that was sent before the first byte; what is done here makes approved scripts pass that CSP, and
//! makes the others visibly inert. Nothing here ever appends to the end of a document, deletes an
//! element so that its neighbours touch, or renames one.

mod error;
mod limits;
mod total;
mod content_coding;
mod decoder;
mod encoder;
mod charset;
mod plain_head;
mod plain;
mod rewriter;
mod reader;
mod waypoint;
mod bypass;
mod parser;
mod elements;
mod page;
mod gate;
mod due;
mod ours;
mod script;
mod known_tags;
mod shaped;
mod link;
mod base;
mod srcdoc;
mod meta;
mod start_tag;
mod edited_tag;
mod marker;
mod text;
mod words;
mod doubt;
mod occurring;
mod second_opinion;
mod code;
mod survey;

pub use charset::{CHARSET_SEARCH, Charset, charset_of};
pub use content_coding::{Coding, content_coding};
pub use decoder::Decoder;
pub use encoder::Encoder;
pub use error::HtmlError;
pub use known_tags::KnownTags;
pub use limits::Limits;
pub use page::{Attribute, Judged};
pub use rewriter::Rewriter;
pub use second_opinion::{Difference, OpinionOutcome, SecondOpinion};
pub use survey::{Handler, Survey, survey};
pub use total::Total;
pub use waypoint::{Stretch, Waypoint};
