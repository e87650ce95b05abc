//! What browsers tell: intake of reports, parsed, scrubbed, joined with what was served, counted.
//!
//! Reports can be forged by anybody who can reach the site; nothing here ever changes what is approved.
//!
//! ```text
//!  POST ─► intake (rate, size, type) ─► parse (two formats, many spellings) ─► scrub
//!            facts (policies in force, scripts seen) ─► classify ─► findings (what a network may bring)
//!                                                                   └► store, words ─► event, alert
//! ```

mod intake;
mod counts;
mod rate;
mod findings;
mod hosts;
mod collected;
mod parse;
mod kind;
mod directive;
mod scrub;
mod browser;
mod facts;
mod classify;
mod reason;
mod injectors;
mod telling;
mod words;
mod table;

pub use collected::CollectedHosts;
pub use counts::{Counts, Dropped};
pub use intake::{Collector, Sent};
pub use table::table;
pub use words::{in_words, what_to_do};
