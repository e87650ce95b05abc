//! What browsers tell: intake of reports, parsed, scrubbed, counted.
//!
//! Reports can be forged by anybody who can reach the site; nothing here ever changes what is approved.
//!
//! ```text
//!  POST ─► intake (rate, size, type) ─► parse (two formats, many spellings) ─► scrub ─► store
//!                                                                                └► words ─► event
//! ```

mod intake;
mod counts;
mod rate;
mod parse;
mod scrub;
mod words;

pub use counts::{Counts, Dropped};
pub use intake::Collector;
pub use words::in_words;
