//! What was observed, held against policies: lines that a policy lacks, and what another policy would change.
//!
//! Advice only: nothing is written and nothing approved here, and what rests on reports rests on what strangers say.

mod suggest;
mod text;
mod preview;

pub use preview::{Observed, Outcome, Preview, Previewed, preview_reports, preview_scripts};
pub use suggest::{Added, Advice, Evidence, Place, Suggestion, Withheld, suggest};
pub use text::{as_toml, fragment};
