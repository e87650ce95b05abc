//! The register: every script that policies name, with who authorised which bytes of it, joined with what pages
//! showed of it, and everything else that pages showed. One row a script.
//!
//! ```text
//!  policies, locks ─► Named ──┐ made once a generation; kept with its fingerprint
//!  snapshot in force ─────────┼─► Binding ─► Book ─► Wanted::find ─► a part, and where the next begins
//!  store: scripts seen ───────┘ a part (1,000 rows) at a time, the latest first, at most MOST_SEEN
//! ```
//!
//! What is asked for crosses both sides: a filter by owner is about what policies name, one by kind about what pages
//! showed, an order by "last seen" has rows that were never seen. Neither side could answer alone, and to ask one and
//! look up the other for each row would give parts of any length. So the join is made once, as an immutable [`Book`]
//! ordered by site and name, and every question is one walk through it: 100,000 named and 100,000 seen scripts are
//! 200,000 comparisons and no disk. What is kept is bounded by the policies (128 MiB each) and by [`MOST_SEEN`]; texts
//! that repeat (sites, page rules, reasons) are kept once.
//!
//! A cursor ([`Mark`]) says by which value the last row was ordered, and its name. A next part begins behind that in a
//! newer book too: rows that came, went or moved meanwhile neither repeat others nor hide them.
//!
//! Something seen belongs to the script that the policy in force would take it for: by its address as pages are
//! judged, or, where it has none, by bytes that were ever approved. This module reads no clock and asks no store.

mod listed;
mod named;
mod folder;
mod row;
mod book;
mod wanted;
#[cfg(test)]
mod tests;

pub use book::{Binding, Book, MOST_SEEN};
pub use folder::PolicyFolder;
pub use listed::{Authorised, Comes, Listed};
pub use named::{Entry, Named};
pub use row::{Row, Seen, State};
pub use wanted::{Found, Mark, RowOrder, Wanted};
