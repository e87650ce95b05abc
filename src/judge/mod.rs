//! Pure judgement: a script as it stands in a page, and the grants that hold for that page, become a
//! [`Verdict`]. No I/O, no state: the same question has the same answer, so it can be explained later.

mod verdict;
mod reason;
mod seen;
mod own;

pub use own::{OwnVerdict, judge_own, judge_unseen};
pub use reason::Reason;
pub use seen::{Kind, SeenScript, is_javascript, kind_of_type};
pub use verdict::{Action, Verdict, judge};
