//! Whether vendors still serve what was approved: each approved external script fetched again, from several
//! vantages, and held against the lock. Nothing that is fetched here is ever served or approved.
//!
//! ```text
//!  Snapshot ─► Watched ─► look (every vantage, twice where they differ) ─► classify ─► Drift
//!                                                                            └─► Change: what the new code
//!                                                                                reaches, how grave, why
//! ```
//!
//! A fetch that fails is a finding: "no change" is only said of bytes that came and were compared.

mod kind;
mod watched;
mod vantage;
mod answer;
mod classify;
mod look;
mod severity;
mod change;
mod finding;
mod quarantine;
mod places;
mod round;
mod schedule;
mod standing;
mod blind;
mod review;
mod telling;
mod watching;

pub use answer::Answer;
pub use change::{Change, ReadScript};
pub use finding::Finding;
pub use kind::Drift;
pub use look::{Allowed, Looker, Own, Version};
pub use quarantine::Quarantine;
pub use review::{Review, Reviewed, Reviews, ReviewsTaken, reviews};
pub use round::{Round, look_at_all};
pub use severity::Assessment;
pub use telling::Telling;
pub use vantage::VANTAGES;
pub use watched::{Unwatched, Watched, watched};
pub use watching::Watching;
